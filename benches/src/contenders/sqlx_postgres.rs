//! `sqlx` on PostgreSQL: one connection, and its pool with default options.

use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection, PgPool, Row, postgres::PgRow};

use crate::contender::{Contender, NewUser, PAGE_SIZE, Page, Result, User};

pub struct SqlxConnection(PgConnection);

impl SqlxConnection {
    pub async fn connect(url: &str) -> Result<Self> {
        Ok(Self(PgConnection::connect(url).await?))
    }
}

impl Contender for SqlxConnection {
    type Row = User;

    const NAME: &'static str = "sqlx, one connection, by hand";

    async fn pk(&mut self, id: i64) -> Result<User> {
        pk(&mut self.0, id).await
    }

    async fn all(&mut self) -> Result<Vec<User>> {
        all(&mut self.0).await
    }

    async fn insert(&mut self, row: NewUser) -> Result<User> {
        insert(&mut self.0, row).await
    }

    async fn bulk(&mut self, rows: Vec<NewUser>) -> Result<u64> {
        bulk(&mut self.0, &rows).await
    }

    async fn rename(&mut self, id: i64, name: String) -> Result<()> {
        let mut tx = self.0.begin().await?;
        rename(&mut tx, id, &name).await?;
        Ok(tx.commit().await?)
    }

    async fn page(&mut self, number: i64) -> Result<Page<User>> {
        page(&mut self.0, number).await
    }
}

/// What handlers of a service get: a connection out of the pool for each operation.
pub struct SqlxPool(PgPool);

impl SqlxPool {
    pub async fn connect(url: &str) -> Result<Self> {
        Ok(Self(PgPool::connect(url).await?))
    }
}

impl Contender for SqlxPool {
    type Row = User;

    const NAME: &'static str = "sqlx through PgPool";

    async fn pk(&mut self, id: i64) -> Result<User> {
        pk(&mut *self.0.acquire().await?, id).await
    }

    async fn all(&mut self) -> Result<Vec<User>> {
        all(&mut *self.0.acquire().await?).await
    }

    async fn insert(&mut self, row: NewUser) -> Result<User> {
        insert(&mut *self.0.acquire().await?, row).await
    }

    async fn bulk(&mut self, rows: Vec<NewUser>) -> Result<u64> {
        bulk(&mut *self.0.acquire().await?, &rows).await
    }

    async fn rename(&mut self, id: i64, name: String) -> Result<()> {
        let mut tx = self.0.begin().await?;
        rename(&mut tx, id, &name).await?;
        Ok(tx.commit().await?)
    }

    async fn page(&mut self, number: i64) -> Result<Page<User>> {
        page(&mut *self.0.acquire().await?, number).await
    }
}

async fn pk(connection: &mut PgConnection, id: i64) -> Result<User> {
    let query =
        sqlx::query("SELECT id, name, hair_color, created_at FROM users WHERE id = $1").bind(id);
    decode(&query.fetch_one(connection).await?)
}

async fn all(connection: &mut PgConnection) -> Result<Vec<User>> {
    let query = sqlx::query("SELECT id, name, hair_color, created_at FROM users");
    query
        .fetch_all(connection)
        .await?
        .iter()
        .map(decode)
        .collect()
}

async fn insert(connection: &mut PgConnection, row: NewUser) -> Result<User> {
    let query = sqlx::query(
        "INSERT INTO users (name, hair_color, created_at) VALUES ($1, $2, $3) RETURNING id",
    )
    .bind(row.name.as_str())
    .bind(row.hair_color.as_deref())
    .bind(row.created_at);
    let id = query.fetch_one(connection).await?.try_get(0)?;
    Ok(row.with_id(id))
}

async fn bulk(connection: &mut PgConnection, rows: &[NewUser]) -> Result<u64> {
    let query = sqlx::query(
        "INSERT INTO users (name, hair_color, created_at)
        SELECT * FROM UNNEST($1::text[], $2::text[], $3::timestamptz[])",
    )
    .bind(rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>())
    .bind(
        rows.iter()
            .map(|row| row.hair_color.as_deref())
            .collect::<Vec<_>>(),
    )
    .bind(
        rows.iter()
            .map(|row| row.created_at)
            .collect::<Vec<DateTime<Utc>>>(),
    );
    Ok(query.execute(connection).await?.rows_affected())
}

async fn rename(connection: &mut PgConnection, id: i64, name: &str) -> Result<()> {
    sqlx::query("UPDATE users SET name = $1 WHERE id = $2")
        .bind(name)
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

async fn page(connection: &mut PgConnection, number: i64) -> Result<Page<User>> {
    let query = sqlx::query(
        "SELECT id, name, hair_color, created_at FROM users ORDER BY id LIMIT $1 OFFSET $2",
    )
    .bind(PAGE_SIZE)
    .bind((number - 1) * PAGE_SIZE);
    let items = query
        .fetch_all(&mut *connection)
        .await?
        .iter()
        .map(decode)
        .collect::<Result<_>>()?;
    let total = sqlx::query("SELECT count(*) FROM users")
        .fetch_one(connection)
        .await?
        .try_get(0)?;
    Ok(Page { items, total })
}

fn decode(row: &PgRow) -> Result<User> {
    Ok(User {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        hair_color: row.try_get(2)?,
        created_at: row.try_get(3)?,
    })
}
