//! The same work through different hands: one row read by its key, one row changed by its key.

use std::error::Error;
use std::sync::Arc;

use orm::prelude::*;
use sqlx::postgres::{PgConnection, PgPool};
use tokio::sync::Mutex;

pub type Result<T = (), E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

/// Rows of the table.
pub const ROWS: i64 = 10_000;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "load_accounts")]
pub struct Account {
    pub id: Id<Account>,
    pub name: String,
    pub balance: i64,
}

/// Who does it.
#[derive(Clone)]
pub enum Hands {
    /// `orm`, through its pool.
    Orm(Db),
    /// `orm`, whose reads go to replicas.
    Replicas { read: Db, write: Db },
    /// sqlx, through its pool.
    Pool(PgPool),
    /// sqlx, on a connection of its own.
    Connection(Arc<Mutex<PgConnection>>),
}

const READ: &str = "SELECT id, name, balance FROM load_accounts WHERE id = $1";
const WRITE: &str = "UPDATE load_accounts SET balance = balance + 1 WHERE id = $1";

impl Hands {
    pub async fn read(&self, id: i64) -> Result {
        let found = match self {
            Self::Orm(db) | Self::Replicas { read: db, .. } => Account::find(id).one(db).await?.id.get(),
            Self::Pool(pool) => {
                sqlx::query_as::<_, (i64, String, i64)>(READ)
                    .bind(id)
                    .fetch_one(pool)
                    .await?
                    .0
            }
            Self::Connection(connection) => {
                let mut connection = connection.lock().await;
                sqlx::query_as::<_, (i64, String, i64)>(READ)
                    .bind(id)
                    .fetch_one(&mut *connection)
                    .await?
                    .0
            }
        };
        if found == id {
            Ok(())
        } else {
            Err(format!("asked for {id}, got {found}").into())
        }
    }

    pub async fn write(&self, id: i64) -> Result {
        let changed = match self {
            Self::Orm(db) | Self::Replicas { write: db, .. } => {
                Account::find(id)
                    .update()
                    .balance(Account::balance + 1)
                    .exec(db)
                    .await?
            }
            Self::Pool(pool) => sqlx::query(WRITE)
                .bind(id)
                .execute(pool)
                .await?
                .rows_affected(),
            Self::Connection(connection) => {
                let mut connection = connection.lock().await;
                sqlx::query(WRITE)
                    .bind(id)
                    .execute(&mut *connection)
                    .await?
                    .rows_affected()
            }
        };
        if changed == 1 {
            Ok(())
        } else {
            Err(format!("{changed} rows were changed").into())
        }
    }
}

/// Makes the table anew.
pub async fn prepare(db: &Db) -> orm::Result<()> {
    db.execute_script("DROP TABLE IF EXISTS load_accounts")
        .await?;
    orm::create_tables_of(db, &[Account::def()]).await?;
    let rows = (0..ROWS).map(|n| Account::create().name(format!("account {n}")).balance(0));
    Account::insert_many(rows).exec(db).await?;
    Ok(())
}

/// What all changes together have added, and starts from nothing again.
pub async fn take_total(db: &Db) -> orm::Result<i64> {
    let total = Account::query()
        .select(Account::balance.sum())
        .one(db)
        .await?;
    Account::query()
        .update()
        .balance(0)
        .all_rows()
        .exec(db)
        .await?;
    Ok(total.unwrap_or(0))
}
