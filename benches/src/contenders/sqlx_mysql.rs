//! `sqlx` on MySQL: one connection.

use sqlx::{
    Connection, MySqlConnection, Row,
    mysql::{MySql, MySqlRow},
    query_builder::QueryBuilder,
};

use super::nested::{Blog, Nested, Post};
use crate::contender::{Contender, NewUser, PAGE_SIZE, Page, Result, Tree, User, Workload};

pub struct SqlxConnection(MySqlConnection);

impl SqlxConnection {
    pub async fn connect(url: &str) -> Result<Self> {
        Ok(Self(MySqlConnection::connect(url).await?))
    }
}

const ROWS_PER_STATEMENT: usize = 1000;

impl Contender for SqlxConnection {
    type Row = User;

    const NAME: &'static str = "sqlx, one connection, by hand";

    async fn pk(&mut self, id: i64) -> Result<User> {
        let query =
            sqlx::query("SELECT id, name, hair_color, created_at FROM users WHERE id = ?").bind(id);
        decode(&query.fetch_one(&mut self.0).await?)
    }

    async fn all(&mut self) -> Result<Vec<User>> {
        let query = sqlx::query("SELECT id, name, hair_color, created_at FROM users");
        query
            .fetch_all(&mut self.0)
            .await?
            .iter()
            .map(decode)
            .collect()
    }

    async fn insert(&mut self, row: NewUser) -> Result<User> {
        let query =
            sqlx::query("INSERT INTO users (name, hair_color, created_at) VALUES (?, ?, ?)")
                .bind(row.name.as_str())
                .bind(row.hair_color.as_deref())
                .bind(row.created_at);
        let id = query.execute(&mut self.0).await?.last_insert_id();
        Ok(row.with_id(id as i64))
    }

    async fn bulk(&mut self, rows: Vec<NewUser>) -> Result<u64> {
        if rows.len() <= ROWS_PER_STATEMENT {
            return bulk(&mut self.0, &rows).await;
        }
        let mut count = 0;
        let mut tx = self.0.begin().await?;
        for rows in rows.chunks(ROWS_PER_STATEMENT) {
            count += bulk(&mut tx, rows).await?;
        }
        tx.commit().await?;
        Ok(count)
    }

    async fn rename(&mut self, id: i64, name: String) -> Result<()> {
        let mut tx = self.0.begin().await?;
        sqlx::query("UPDATE users SET name = ? WHERE id = ?")
            .bind(name)
            .bind(id)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    async fn page(&mut self, number: i64) -> Result<Page<User>> {
        let query = sqlx::query(
            "SELECT id, name, hair_color, created_at FROM users ORDER BY id LIMIT ? OFFSET ?",
        )
        .bind(PAGE_SIZE)
        .bind((number - 1) * PAGE_SIZE);
        let items = query
            .fetch_all(&mut self.0)
            .await?
            .iter()
            .map(decode)
            .collect::<Result<_>>()?;
        let total = sqlx::query("SELECT count(*) FROM users")
            .fetch_one(&mut self.0)
            .await?
            .try_get(0)?;
        Ok(Page { items, total })
    }

    fn takes_part(workload: Workload) -> bool {
        workload.levels().is_empty()
    }

    async fn relations(&mut self) -> Result<impl Tree> {
        Err::<Blog, _>(RELATED.into())
    }

    async fn newest(&mut self) -> Result<impl Tree> {
        Err::<Vec<Nested<User, Post>>, _>(RELATED.into())
    }

    async fn deep(&mut self) -> Result<impl Tree> {
        Err::<Blog, _>(RELATED.into())
    }
}

const RELATED: &str = "related rows are not measured on MySQL";

async fn bulk(connection: &mut MySqlConnection, rows: &[NewUser]) -> Result<u64> {
    let mut query = QueryBuilder::<MySql>::new("INSERT INTO users (name, hair_color, created_at) ");
    query.push_values(rows, |mut values, row| {
        values
            .push_bind(row.name.as_str())
            .push_bind(row.hair_color.as_deref())
            .push_bind(row.created_at);
    });
    Ok(query.build().execute(connection).await?.rows_affected())
}

fn decode(row: &MySqlRow) -> Result<User> {
    Ok(User {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        hair_color: row.try_get(2)?,
        created_at: row.try_get(3)?,
    })
}
