//! `tokio-postgres`: prepared statements kept, one connection.

use ::tokio_postgres::{Client, NoTls, Row, Statement};
use chrono::{DateTime, Utc};

use crate::contender::{Contender, NewUser, PAGE_SIZE, Page, Result, User};

/// A connection that is driven by a task of its own.
pub async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = ::tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

pub struct TokioPostgres {
    client: Client,
    pk: Statement,
    all: Statement,
    insert: Statement,
    bulk: Statement,
    rename: Statement,
    page: Statement,
    count: Statement,
}

impl TokioPostgres {
    pub async fn connect(url: &str) -> Result<Self> {
        let client = connect(url).await?;
        Ok(Self {
            pk: client.prepare("SELECT id, name, hair_color, created_at FROM users WHERE id = $1").await?,
            all: client.prepare("SELECT id, name, hair_color, created_at FROM users").await?,
            insert: client
                .prepare("INSERT INTO users (name, hair_color, created_at) VALUES ($1, $2, $3) RETURNING id")
                .await?,
            bulk: client
                .prepare(
                    "INSERT INTO users (name, hair_color, created_at)
                    SELECT * FROM UNNEST($1::text[], $2::text[], $3::timestamptz[])",
                )
                .await?,
            rename: client.prepare("UPDATE users SET name = $1 WHERE id = $2").await?,
            page: client
                .prepare("SELECT id, name, hair_color, created_at FROM users ORDER BY id LIMIT $1 OFFSET $2")
                .await?,
            count: client.prepare("SELECT count(*) FROM users").await?,
            client,
        })
    }
}

impl Contender for TokioPostgres {
    type Row = User;

    const NAME: &'static str = "tokio-postgres, by hand";

    async fn pk(&mut self, id: i64) -> Result<User> {
        decode(&self.client.query_one(&self.pk, &[&id]).await?)
    }

    async fn all(&mut self) -> Result<Vec<User>> {
        self.client
            .query(&self.all, &[])
            .await?
            .iter()
            .map(decode)
            .collect()
    }

    async fn insert(&mut self, row: NewUser) -> Result<User> {
        let inserted = self
            .client
            .query_one(&self.insert, &[&row.name, &row.hair_color, &row.created_at])
            .await?;
        Ok(row.with_id(inserted.try_get(0)?))
    }

    async fn bulk(&mut self, rows: Vec<NewUser>) -> Result<u64> {
        let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        let hair_colors: Vec<Option<&str>> =
            rows.iter().map(|row| row.hair_color.as_deref()).collect();
        let created_at: Vec<DateTime<Utc>> = rows.iter().map(|row| row.created_at).collect();
        Ok(self
            .client
            .execute(&self.bulk, &[&names, &hair_colors, &created_at])
            .await?)
    }

    async fn rename(&mut self, id: i64, name: String) -> Result<()> {
        let tx = self.client.transaction().await?;
        tx.execute(&self.rename, &[&name, &id]).await?;
        Ok(tx.commit().await?)
    }

    async fn page(&mut self, number: i64) -> Result<Page<User>> {
        let rows = self
            .client
            .query(&self.page, &[&PAGE_SIZE, &((number - 1) * PAGE_SIZE)])
            .await?;
        let items = rows.iter().map(decode).collect::<Result<_>>()?;
        let total = self.client.query_one(&self.count, &[]).await?.try_get(0)?;
        Ok(Page { items, total })
    }
}

fn decode(row: &Row) -> Result<User> {
    Ok(User {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        hair_color: row.try_get(2)?,
        created_at: row.try_get(3)?,
    })
}
