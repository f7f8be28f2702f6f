//! `orm`, as a user calls it: through its own pool and its own API.

use chrono::{DateTime, Utc};
use orm::prelude::*;

use crate::contender::{self, Contender, NewUser, PAGE_SIZE, Result};

#[derive(Model)]
#[model(table = "users")]
pub struct User {
    pub id: Id<User>,
    pub name: String,
    pub hair_color: Option<String>,
    pub created_at: DateTime<Utc>,
}

impl From<User> for contender::User {
    fn from(user: User) -> Self {
        Self {
            id: user.id.get(),
            name: user.name,
            hair_color: user.hair_color,
            created_at: user.created_at,
        }
    }
}

pub struct Orm {
    db: Db,
}

impl Orm {
    pub async fn connect(url: &str) -> Result<Self> {
        let db = Db::connect(url).await?;
        Ok(Self { db })
    }
}

impl Contender for Orm {
    type Row = User;

    const NAME: &'static str = "orm";

    async fn pk(&mut self, id: i64) -> Result<User> {
        Ok(User::find(id).one(&self.db).await?)
    }

    async fn all(&mut self) -> Result<Vec<User>> {
        Ok(User::query().all(&self.db).await?)
    }

    async fn insert(&mut self, row: NewUser) -> Result<User> {
        let user = User::create()
            .name(row.name)
            .hair_color(row.hair_color)
            .created_at(row.created_at);
        Ok(user.insert(&self.db).await?)
    }

    async fn bulk(&mut self, rows: Vec<NewUser>) -> Result<u64> {
        let rows = rows.into_iter().map(|row| {
            User::create()
                .name(row.name)
                .hair_color(row.hair_color)
                .created_at(row.created_at)
        });
        Ok(User::insert_many(rows).exec(&self.db).await?)
    }

    async fn rename(&mut self, id: i64, name: String) -> Result<()> {
        let change = async |tx: Tx| {
            User::query()
                .filter(User::id.eq(Id::new(id)))
                .update()
                .name(name)
                .exec(&tx)
                .await
        };
        self.db.transaction(change).await?;
        Ok(())
    }

    async fn page(&mut self, number: i64) -> Result<contender::Page<User>> {
        let query = User::query().order_by(User::id.asc());
        let page = query
            .page(number.unsigned_abs(), PAGE_SIZE.unsigned_abs(), &self.db)
            .await?;
        Ok(contender::Page {
            items: page.items,
            total: i64::try_from(page.total)?,
        })
    }
}
