//! `sqlx` on PostgreSQL: one connection, and its pool with default options.

use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection, PgPool, Row, postgres::PgRow};

use super::{
    nested::{self, Blog, Deep, Nested, Post, TEXTS, Text, ids, nest},
    tokio_postgres::{NEWEST_EACH, NEWEST_OF},
};
use crate::contender::{Contender, NEWEST, NewUser, PAGE_SIZE, Page, Result, Tree, User};

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

    async fn relations(&mut self) -> Result<impl Tree> {
        relations(&mut self.0).await
    }

    async fn newest(&mut self) -> Result<impl Tree> {
        newest(&mut self.0).await
    }

    async fn deep(&mut self) -> Result<impl Tree> {
        deep(&mut self.0).await
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

    async fn relations(&mut self) -> Result<impl Tree> {
        relations(&mut *self.0.acquire().await?).await
    }

    async fn newest(&mut self) -> Result<impl Tree> {
        newest(&mut *self.0.acquire().await?).await
    }

    async fn deep(&mut self) -> Result<impl Tree> {
        deep(&mut *self.0.acquire().await?).await
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

async fn relations(connection: &mut PgConnection) -> Result<Blog> {
    let users = all(connection).await?;
    let posts = posts(connection, ids(&users)).await?;
    let comments = texts(connection, 0, ids(&posts)).await?;
    Ok(nest(users, nest(posts, comments)))
}

async fn newest(connection: &mut PgConnection) -> Result<Vec<Nested<User, Post>>> {
    let users = all(connection).await?;
    let query = match users.as_slice() {
        [user] => sqlx::query(NEWEST_OF).bind(user.id),
        users => sqlx::query(NEWEST_EACH).bind(ids(users)),
    };
    let rows = query.bind(NEWEST).fetch_all(connection).await?;
    Ok(nest(
        users,
        rows.iter().map(decode_post).collect::<Result<_>>()?,
    ))
}

async fn deep(connection: &mut PgConnection) -> Result<Deep> {
    let users = all(connection).await?;
    let posts = posts(connection, ids(&users)).await?;
    let comments = texts(connection, 0, ids(&posts)).await?;
    let replies = texts(connection, 1, ids(&comments)).await?;
    let likes = texts(connection, 2, ids(&replies)).await?;
    let flags = texts(connection, 3, ids(&likes)).await?;
    Ok(nested::deep(
        users,
        posts,
        [comments, replies, likes, flags],
    ))
}

async fn posts(connection: &mut PgConnection, users: Vec<i64>) -> Result<Vec<Post>> {
    let query = sqlx::query("SELECT id, user_id, title, body FROM posts WHERE user_id = ANY($1)")
        .bind(users);
    query
        .fetch_all(connection)
        .await?
        .iter()
        .map(decode_post)
        .collect()
}

async fn texts(
    connection: &mut PgConnection,
    level: usize,
    parents: Vec<i64>,
) -> Result<Vec<Text>> {
    let (table, parent) = TEXTS[level];
    let text = format!("SELECT id, {parent}, text FROM {table} WHERE {parent} = ANY($1)");
    let query = sqlx::query(sqlx::AssertSqlSafe(text)).bind(parents);
    query
        .fetch_all(connection)
        .await?
        .iter()
        .map(decode_text)
        .collect()
}

fn decode_post(row: &PgRow) -> Result<Post> {
    Ok(Post {
        id: row.try_get(0)?,
        user_id: row.try_get(1)?,
        title: row.try_get(2)?,
        body: row.try_get(3)?,
    })
}

fn decode_text(row: &PgRow) -> Result<Text> {
    Ok(Text {
        id: row.try_get(0)?,
        parent: row.try_get(1)?,
        text: row.try_get(2)?,
    })
}
