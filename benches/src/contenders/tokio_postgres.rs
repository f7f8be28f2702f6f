//! `tokio-postgres`: prepared statements kept, one connection.

use ::tokio_postgres::{Client, NoTls, Row, Statement};
use chrono::{DateTime, Utc};

use super::nested::{Post, TEXTS, Text, deep, ids, nest};
use crate::contender::{Contender, NEWEST, NewUser, PAGE_SIZE, Page, Result, Tree, User};

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
    posts: Statement,
    newest: Statement,
    newest_of: Statement,
    texts: Vec<Statement>,
}

/// The newest posts of one user.
pub const NEWEST_OF: &str =
    "SELECT id, user_id, title, body FROM posts WHERE user_id = $1 ORDER BY id DESC LIMIT $2";
/// The newest posts of each of many users.
pub const NEWEST_EACH: &str = "SELECT p.* FROM UNNEST($1::bigint[]) AS u (id) CROSS JOIN LATERAL (
        SELECT id, user_id, title, body FROM posts WHERE user_id = u.id ORDER BY id DESC LIMIT $2
    ) AS p";

impl TokioPostgres {
    pub async fn connect(url: &str) -> Result<Self> {
        let client = connect(url).await?;
        let mut texts = Vec::new();
        for (table, parent) in TEXTS {
            let text = format!("SELECT id, {parent}, text FROM {table} WHERE {parent} = ANY($1)");
            texts.push(client.prepare(&text).await?);
        }
        Ok(Self {
            posts: client
                .prepare("SELECT id, user_id, title, body FROM posts WHERE user_id = ANY($1)")
                .await?,
            newest: client.prepare(NEWEST_EACH).await?,
            newest_of: client.prepare(NEWEST_OF).await?,
            texts,
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

    async fn relations(&mut self) -> Result<impl Tree> {
        let users = self.all().await?;
        let posts = self.posts(&ids(&users)).await?;
        let comments = self.texts(0, &ids(&posts)).await?;
        Ok(nest(users, nest(posts, comments)))
    }

    async fn newest(&mut self) -> Result<impl Tree> {
        let users = self.all().await?;
        let rows = match ids(&users).as_slice() {
            [id] => self.client.query(&self.newest_of, &[id, &NEWEST]).await?,
            ids => self.client.query(&self.newest, &[&ids, &NEWEST]).await?,
        };
        Ok(nest(
            users,
            rows.iter().map(decode_post).collect::<Result<_>>()?,
        ))
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

impl TokioPostgres {
    async fn posts(&self, users: &[i64]) -> Result<Vec<Post>> {
        let rows = self.client.query(&self.posts, &[&users]).await?;
        rows.iter().map(decode_post).collect()
    }

    async fn texts(&self, level: usize, parents: &[i64]) -> Result<Vec<Text>> {
        let rows = self.client.query(&self.texts[level], &[&parents]).await?;
        rows.iter().map(decode_text).collect()
    }
}

fn decode_post(row: &Row) -> Result<Post> {
    Ok(Post {
        id: row.try_get(0)?,
        user_id: row.try_get(1)?,
        title: row.try_get(2)?,
        body: row.try_get(3)?,
    })
}

fn decode_text(row: &Row) -> Result<Text> {
    Ok(Text {
        id: row.try_get(0)?,
        parent: row.try_get(1)?,
        text: row.try_get(2)?,
    })
}

fn decode(row: &Row) -> Result<User> {
    Ok(User {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        hair_color: row.try_get(2)?,
        created_at: row.try_get(3)?,
    })
}
