//! SeaORM: through its pool with default options, related rows by its loader.

use ::sea_orm::{
    ActiveValue::Set,
    ConnectOptions, Database, DbBackend, EntityOrSelect, LoaderTrait, PaginatorTrait, QueryOrder,
    QuerySelect, Statement, TransactionTrait,
    entity::prelude::*,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};

use super::{
    nested::{Leaf, leaf},
    tokio_postgres::NEWEST_EACH,
};
use crate::contender::{
    self, Branch, Contender, NEWEST, NewUser, PAGE_SIZE, Page, Result, Tree, post_columns,
    text_columns, user_columns,
};

pub mod user {
    use super::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "users")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
        pub hair_color: Option<String>,
        pub created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod post {
    use super::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "posts")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub user_id: i64,
        pub title: String,
        pub body: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod comment {
    use super::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "comments")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub post_id: i64,
        pub text: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod reply {
    use super::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "replies")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub comment_id: i64,
        pub text: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod like {
    use super::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "likes")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub reply_id: i64,
        pub text: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod flag {
    use super::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "flags")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub like_id: i64,
        pub text: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Writes the two directions of a relation.
macro_rules! relate {
    ($child:ident, $column:ident, $parent:ident) => {
        impl Related<$parent::Entity> for $child::Entity {
            fn to() -> RelationDef {
                $child::Entity::belongs_to($parent::Entity)
                    .from($child::Column::$column)
                    .to($parent::Column::Id)
                    .into()
            }
        }
        impl Related<$child::Entity> for $parent::Entity {
            fn to() -> RelationDef {
                $parent::Entity::has_many($child::Entity).into()
            }
        }
    };
}
relate!(post, UserId, user);
relate!(comment, PostId, post);
relate!(reply, CommentId, comment);
relate!(like, ReplyId, reply);
relate!(flag, LikeId, like);

impl Leaf for user::Model {
    fn branch(self) -> Branch {
        leaf(user_columns(
            self.id,
            &self.name,
            self.hair_color.as_deref(),
            self.created_at,
        ))
    }
}
impl Leaf for post::Model {
    fn branch(self) -> Branch {
        leaf(post_columns(
            self.id,
            self.user_id,
            &self.title,
            self.body.as_deref(),
        ))
    }
}
macro_rules! text {
    ($($module:ident $column:ident,)*) => {
        $(
            impl Leaf for $module::Model {
                fn branch(self) -> Branch {
                    leaf(text_columns(self.id, self.$column, &self.text))
                }
            }
        )*
    };
}
text!(comment post_id, reply comment_id, like reply_id, flag like_id,);

impl From<user::Model> for contender::User {
    fn from(user: user::Model) -> Self {
        Self {
            id: user.id,
            name: user.name,
            hair_color: user.hair_color,
            created_at: user.created_at,
        }
    }
}

fn new(row: NewUser) -> user::ActiveModel {
    user::ActiveModel {
        name: Set(row.name),
        hair_color: Set(row.hair_color),
        created_at: Set(row.created_at),
        ..Default::default()
    }
}

/// More rows than these have more values than a statement can bind.
const ROWS_PER_STATEMENT: usize = 10_000;

pub struct SeaOrm(DatabaseConnection);

impl SeaOrm {
    pub async fn connect(url: &str) -> Result<Self> {
        let mut options = ConnectOptions::new(url);
        options.sqlx_logging(false).map_sqlx_sqlite_opts(|options| {
            options
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Normal)
                .foreign_keys(true)
        });
        Ok(Self(Database::connect(options).await?))
    }

    async fn newest_of(&self, user: i64) -> Result<Vec<post::Model>> {
        Ok(post::Entity::find()
            .filter(post::Column::UserId.eq(user))
            .order_by_desc(post::Column::Id)
            .limit(NEWEST as u64)
            .all(&self.0)
            .await?)
    }
}

/// Reads what belongs to the rows one level deeper: all of it, and how much of it each row has.
async fn below<P, C>(
    db: &DatabaseConnection,
    rows: &Vec<P>,
    of: C,
) -> Result<(Vec<C::Model>, Vec<usize>)>
where
    P: ModelTrait + Sync,
    P::Entity: Related<C>,
    C: EntityTrait + EntityOrSelect<C>,
    C::Model: Send + Sync,
{
    let children = rows.load_many(of, db).await?;
    let counts = children.iter().map(Vec::len).collect();
    Ok((children.into_iter().flatten().collect(), counts))
}

/// Gives each row its part of what was read one level deeper.
fn distribute<P, C>(rows: Vec<P>, children: Vec<C>, counts: Vec<usize>) -> Vec<(P, Vec<C>)> {
    let mut children = children.into_iter();
    let parts = counts
        .into_iter()
        .map(|count| children.by_ref().take(count).collect());
    rows.into_iter().zip(parts.collect::<Vec<_>>()).collect()
}

impl Contender for SeaOrm {
    type Row = user::Model;

    const NAME: &'static str = "SeaORM";

    async fn pk(&mut self, id: i64) -> Result<user::Model> {
        Ok(user::Entity::find_by_id(id)
            .one(&self.0)
            .await?
            .ok_or("no row")?)
    }

    async fn all(&mut self) -> Result<Vec<user::Model>> {
        Ok(user::Entity::find().all(&self.0).await?)
    }

    async fn insert(&mut self, row: NewUser) -> Result<user::Model> {
        Ok(new(row).insert(&self.0).await?)
    }

    async fn bulk(&mut self, rows: Vec<NewUser>) -> Result<u64> {
        let tx = self.0.begin().await?;
        let count = rows.len() as u64;
        let mut rows = rows.into_iter().map(new);
        loop {
            let lot: Vec<_> = rows.by_ref().take(ROWS_PER_STATEMENT).collect();
            if lot.is_empty() {
                break;
            }
            user::Entity::insert_many(lot)
                .exec_without_returning(&tx)
                .await?;
        }
        tx.commit().await?;
        Ok(count)
    }

    async fn rename(&mut self, id: i64, name: String) -> Result<()> {
        let tx = self.0.begin().await?;
        user::Entity::update_many()
            .col_expr(user::Column::Name, Expr::value(name))
            .filter(user::Column::Id.eq(id))
            .exec(&tx)
            .await?;
        Ok(tx.commit().await?)
    }

    async fn page(&mut self, number: i64) -> Result<Page<user::Model>> {
        let pages = user::Entity::find()
            .order_by_asc(user::Column::Id)
            .paginate(&self.0, PAGE_SIZE as u64);
        let items = pages.fetch_page(number as u64 - 1).await?;
        let total = pages.num_items().await? as i64;
        Ok(Page { items, total })
    }

    async fn relations(&mut self) -> Result<impl Tree> {
        let users = self.all().await?;
        let (posts, of_users) = below(&self.0, &users, post::Entity).await?;
        let (comments, of_posts) = below(&self.0, &posts, comment::Entity).await?;
        let posts = distribute(posts, comments, of_posts);
        Ok(distribute(users, posts, of_users))
    }

    /// There is no form for the newest of many users. Where that is faster, the statement is a text.
    async fn newest(&mut self) -> Result<impl Tree> {
        let users = self.all().await?;
        let mut posts = Vec::new();
        if self.0.get_database_backend() == DbBackend::Postgres && users.len() > 1 {
            let ids: Vec<i64> = users.iter().map(|user| user.id).collect();
            let values = [ids.into(), NEWEST.into()];
            let statement =
                Statement::from_sql_and_values(DbBackend::Postgres, NEWEST_EACH, values);
            posts = post::Entity::find()
                .from_raw_sql(statement)
                .all(&self.0)
                .await?;
        } else {
            for user in &users {
                posts.extend(self.newest_of(user.id).await?);
            }
        }
        // They come user by user.
        let mut counts = vec![0; users.len()];
        let mut at = 0;
        for post in &posts {
            while users[at].id != post.user_id {
                at += 1;
            }
            counts[at] += 1;
        }
        Ok(distribute(users, posts, counts))
    }

    async fn deep(&mut self) -> Result<impl Tree> {
        let users = self.all().await?;
        let (posts, of_users) = below(&self.0, &users, post::Entity).await?;
        let (comments, of_posts) = below(&self.0, &posts, comment::Entity).await?;
        let (replies, of_comments) = below(&self.0, &comments, reply::Entity).await?;
        let (likes, of_replies) = below(&self.0, &replies, like::Entity).await?;
        let (flags, of_likes) = below(&self.0, &likes, flag::Entity).await?;
        let likes = distribute(likes, flags, of_likes);
        let replies = distribute(replies, likes, of_replies);
        let comments = distribute(comments, replies, of_comments);
        let posts = distribute(posts, comments, of_posts);
        Ok(distribute(users, posts, of_users))
    }
}
