//! `sqlx` on SQLite: one connection, whose statements run on a thread of its own.

use std::path::Path;

use sqlx::{
    Connection, Row, SqliteConnection,
    query_builder::QueryBuilder,
    sqlite::{Sqlite, SqliteConnectOptions, SqliteJournalMode, SqliteRow, SqliteSynchronous},
};

use super::nested::{Post, TEXTS, Text, deep, ids, nest};
use crate::contender::{Contender, NEWEST, NewUser, PAGE_SIZE, Page, Result, Tree, User};

pub struct SqlxConnection(SqliteConnection);

impl SqlxConnection {
    pub async fn connect(file: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true);
        Ok(Self(SqliteConnection::connect_with(&options).await?))
    }
}

/// Each row a statement executes costs two messages between threads, so many go into one.
const ROWS_PER_STATEMENT: usize = 1000;

impl Contender for SqlxConnection {
    type Row = User;

    const NAME: &'static str = "sqlx, one connection, by hand";

    async fn pk(&mut self, id: i64) -> Result<User> {
        let query = sqlx::query("SELECT id, name, hair_color, created_at FROM users WHERE id = ?1")
            .bind(id);
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
            sqlx::query("INSERT INTO users (name, hair_color, created_at) VALUES (?1, ?2, ?3)")
                .bind(row.name.as_str())
                .bind(row.hair_color.as_deref())
                .bind(row.created_at);
        let id = query.execute(&mut self.0).await?.last_insert_rowid();
        Ok(row.with_id(id))
    }

    async fn bulk(&mut self, rows: Vec<NewUser>) -> Result<u64> {
        if rows.len() <= ROWS_PER_STATEMENT {
            return bulk(&mut self.0, &rows).await;
        }
        let mut count = 0;
        let mut tx = self.0.begin_with("BEGIN IMMEDIATE").await?;
        for rows in rows.chunks(ROWS_PER_STATEMENT) {
            count += bulk(&mut tx, rows).await?;
        }
        tx.commit().await?;
        Ok(count)
    }

    async fn rename(&mut self, id: i64, name: String) -> Result<()> {
        let mut tx = self.0.begin_with("BEGIN IMMEDIATE").await?;
        let query = sqlx::query("UPDATE users SET name = ?1 WHERE id = ?2")
            .bind(name)
            .bind(id);
        query.execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }

    async fn page(&mut self, number: i64) -> Result<Page<User>> {
        let query = sqlx::query(
            "SELECT id, name, hair_color, created_at FROM users ORDER BY id LIMIT ?1 OFFSET ?2",
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

    async fn relations(&mut self) -> Result<impl Tree> {
        let users = self.all().await?;
        let posts = self.posts(&ids(&users)).await?;
        let comments = self.texts(0, &ids(&posts)).await?;
        Ok(nest(users, nest(posts, comments)))
    }

    async fn newest(&mut self) -> Result<impl Tree> {
        let users = self.all().await?;
        let mut posts = Vec::new();
        for user in &users {
            let query = sqlx::query(
                "SELECT id, user_id, title, body FROM posts WHERE user_id = ?1 ORDER BY id DESC LIMIT ?2",
            );
            let rows = query
                .bind(user.id)
                .bind(NEWEST)
                .fetch_all(&mut self.0)
                .await?;
            for row in &rows {
                posts.push(decode_post(row)?);
            }
        }
        Ok(nest(users, posts))
    }

    async fn deep(&mut self) -> Result<impl Tree> {
        let users = self.all().await?;
        let posts = self.posts(&ids(&users)).await?;
        let comments = self.texts(0, &ids(&posts)).await?;
        let replies = self.texts(1, &ids(&comments)).await?;
        let likes = self.texts(2, &ids(&replies)).await?;
        let flags = self.texts(3, &ids(&likes)).await?;
        Ok(deep(users, posts, [comments, replies, likes, flags]))
    }
}

impl SqlxConnection {
    async fn posts(&mut self, users: &[i64]) -> Result<Vec<Post>> {
        let query = sqlx::query(
            "SELECT id, user_id, title, body FROM posts WHERE user_id IN (SELECT value FROM json_each(?1))",
        );
        let rows = query.bind(json(users)).fetch_all(&mut self.0).await?;
        rows.iter().map(decode_post).collect()
    }

    async fn texts(&mut self, level: usize, parents: &[i64]) -> Result<Vec<Text>> {
        let (table, parent) = TEXTS[level];
        let text = format!(
            "SELECT id, {parent}, text FROM {table} WHERE {parent} IN (SELECT value FROM json_each(?1))"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(text)).bind(json(parents));
        let rows = query.fetch_all(&mut self.0).await?;
        rows.iter().map(decode_text).collect()
    }
}

/// One text for any number of keys.
fn json(ids: &[i64]) -> String {
    format!("{ids:?}")
}

fn decode_post(row: &SqliteRow) -> Result<Post> {
    Ok(Post {
        id: row.try_get(0)?,
        user_id: row.try_get(1)?,
        title: row.try_get(2)?,
        body: row.try_get(3)?,
    })
}

fn decode_text(row: &SqliteRow) -> Result<Text> {
    Ok(Text {
        id: row.try_get(0)?,
        parent: row.try_get(1)?,
        text: row.try_get(2)?,
    })
}

async fn bulk(connection: &mut SqliteConnection, rows: &[NewUser]) -> Result<u64> {
    let mut query =
        QueryBuilder::<Sqlite>::new("INSERT INTO users (name, hair_color, created_at) ");
    query.push_values(rows, |mut values, row| {
        values
            .push_bind(row.name.as_str())
            .push_bind(row.hair_color.as_deref())
            .push_bind(row.created_at);
    });
    Ok(query.build().execute(connection).await?.rows_affected())
}

fn decode(row: &SqliteRow) -> Result<User> {
    Ok(User {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        hair_color: row.try_get(2)?,
        created_at: row.try_get(3)?,
    })
}
