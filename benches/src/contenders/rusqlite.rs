//! `rusqlite`: cached statements, called on the current thread.

use std::{path::Path, rc::Rc, time::Duration};

use ::rusqlite::{Connection, Row, TransactionBehavior, params, types::Value};

use super::nested::{Keyed, Post, TEXTS, Text, deep, nest};
use crate::contender::{Contender, NEWEST, NewUser, PAGE_SIZE, Page, Result, Tree, User};

pub struct Rusqlite(Connection);

impl Rusqlite {
    pub fn open(file: &Path) -> Result<Self> {
        let connection = Connection::open(file)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON",
        )?;
        ::rusqlite::vtab::array::load_module(&connection)?;
        Ok(Self(connection))
    }

    fn posts(&self, users: &[User]) -> Result<Vec<Post>> {
        let mut query = self.0.prepare_cached(
            "SELECT id, user_id, title, body FROM posts WHERE user_id IN rarray(?1)",
        )?;
        let posts = query.query_map([array(users)], decode_post)?;
        Ok(posts.collect::<::rusqlite::Result<_>>()?)
    }

    fn texts<T: Keyed>(&self, level: usize, parents: &[T]) -> Result<Vec<Text>> {
        let (table, parent) = TEXTS[level];
        let mut query = self.0.prepare_cached(&format!(
            "SELECT id, {parent}, text FROM {table} WHERE {parent} IN rarray(?1)"
        ))?;
        let texts = query.query_map([array(parents)], decode_text)?;
        Ok(texts.collect::<::rusqlite::Result<_>>()?)
    }
}

/// One text for any number of keys.
fn array<T: Keyed>(rows: &[T]) -> Rc<Vec<Value>> {
    Rc::new(rows.iter().map(|row| Value::Integer(row.id())).collect())
}

const INSERT: &str = "INSERT INTO users (name, hair_color, created_at) VALUES (?1, ?2, ?3)";

/// Measured: a row at a time takes 1.3 times as long, and more rows than these are no faster.
const ROWS_PER_STATEMENT: usize = 50;

fn insert_rows(count: usize) -> String {
    let mut text =
        String::from("INSERT INTO users (name, hair_color, created_at) VALUES (?, ?, ?)");
    text.extend(std::iter::repeat_n(", (?, ?, ?)", count - 1));
    text
}

impl Contender for Rusqlite {
    type Row = User;

    const NAME: &'static str = "rusqlite, by hand";

    async fn pk(&mut self, id: i64) -> Result<User> {
        let mut query = self
            .0
            .prepare_cached("SELECT id, name, hair_color, created_at FROM users WHERE id = ?1")?;
        Ok(query.query_row([id], decode)?)
    }

    async fn all(&mut self) -> Result<Vec<User>> {
        let mut query = self
            .0
            .prepare_cached("SELECT id, name, hair_color, created_at FROM users")?;
        let users = query
            .query_map([], decode)?
            .collect::<::rusqlite::Result<_>>()?;
        Ok(users)
    }

    async fn insert(&mut self, row: NewUser) -> Result<User> {
        self.0.prepare_cached(INSERT)?.execute(params![
            row.name,
            row.hair_color,
            row.created_at
        ])?;
        Ok(row.with_id(self.0.last_insert_rowid()))
    }

    async fn bulk(&mut self, rows: Vec<NewUser>) -> Result<u64> {
        let tx = self
            .0
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut count = 0;
        for rows in rows.chunks(ROWS_PER_STATEMENT) {
            let mut insert = tx.prepare_cached(&insert_rows(rows.len()))?;
            let mut parameter = 0;
            for row in rows {
                insert.raw_bind_parameter(parameter + 1, row.name.as_str())?;
                insert.raw_bind_parameter(parameter + 2, row.hair_color.as_deref())?;
                insert.raw_bind_parameter(parameter + 3, row.created_at)?;
                parameter += 3;
            }
            count += insert.raw_execute()? as u64;
        }
        tx.commit()?;
        Ok(count)
    }

    async fn rename(&mut self, id: i64, name: String) -> Result<()> {
        let tx = self
            .0
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.prepare_cached("UPDATE users SET name = ?1 WHERE id = ?2")?
            .execute(params![name, id])?;
        Ok(tx.commit()?)
    }

    async fn page(&mut self, number: i64) -> Result<Page<User>> {
        let mut query = self.0.prepare_cached(
            "SELECT id, name, hair_color, created_at FROM users ORDER BY id LIMIT ?1 OFFSET ?2",
        )?;
        let rows = query.query_map([PAGE_SIZE, (number - 1) * PAGE_SIZE], decode)?;
        let items = rows.collect::<::rusqlite::Result<_>>()?;
        let total = self
            .0
            .prepare_cached("SELECT count(*) FROM users")?
            .query_row([], |row| row.get(0))?;
        Ok(Page { items, total })
    }

    async fn relations(&mut self) -> Result<impl Tree> {
        let users = self.all().await?;
        let posts = self.posts(&users)?;
        let comments = self.texts(0, &posts)?;
        Ok(nest(users, nest(posts, comments)))
    }

    async fn newest(&mut self) -> Result<impl Tree> {
        // Measured: with an index, a statement for each user takes a fraction of one that numbers all posts.
        let users = self.all().await?;
        let mut query = self.0.prepare_cached(
            "SELECT id, user_id, title, body FROM posts WHERE user_id = ?1 ORDER BY id DESC LIMIT ?2",
        )?;
        let mut posts = Vec::new();
        for user in &users {
            for post in query.query_map([user.id, NEWEST], decode_post)? {
                posts.push(post?);
            }
        }
        Ok(nest(users, posts))
    }

    async fn deep(&mut self) -> Result<impl Tree> {
        let users = self.all().await?;
        let posts = self.posts(&users)?;
        let comments = self.texts(0, &posts)?;
        let replies = self.texts(1, &comments)?;
        let likes = self.texts(2, &replies)?;
        let flags = self.texts(3, &likes)?;
        Ok(deep(users, posts, [comments, replies, likes, flags]))
    }
}

fn decode_post(row: &Row<'_>) -> ::rusqlite::Result<Post> {
    Ok(Post {
        id: row.get(0)?,
        user_id: row.get(1)?,
        title: row.get(2)?,
        body: row.get(3)?,
    })
}

fn decode_text(row: &Row<'_>) -> ::rusqlite::Result<Text> {
    Ok(Text {
        id: row.get(0)?,
        parent: row.get(1)?,
        text: row.get(2)?,
    })
}

fn decode(row: &Row<'_>) -> ::rusqlite::Result<User> {
    Ok(User {
        id: row.get(0)?,
        name: row.get(1)?,
        hair_color: row.get(2)?,
        created_at: row.get(3)?,
    })
}
