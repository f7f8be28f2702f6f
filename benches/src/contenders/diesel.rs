//! Diesel: one connection, on the current thread; statements are cached where Diesel does so.

use ::diesel::{connection::SimpleConnection, prelude::*};

use super::nested::{Leaf, leaf};
use crate::contender::{Branch, NEWEST, Result, post_columns, text_columns, user_columns};

/// Writes a table that has a text alone.
macro_rules! text {
    ($backend:ty, $table:ident, $row:ident, $parent:ident, $column:ident) => {
        ::diesel::table! {
            $table (id) {
                id -> BigInt,
                $column -> BigInt,
                text -> Text,
            }
        }

        #[derive(Queryable, Selectable, Identifiable, Associations)]
        #[diesel(belongs_to($parent), table_name = $table, check_for_backend($backend))]
        pub struct $row {
            id: i64,
            $column: i64,
            text: String,
        }

        impl Leaf for $row {
            fn branch(self) -> Branch {
                leaf(text_columns(self.id, self.$column, &self.text))
            }
        }
    };
}

/// Writes schema, rows and contender for one database: they differ by the type of times.
macro_rules! contender {
    (
        $module:ident, $connection:ident, $backend:ty, $timestamp:ident, $begin:ident, $rows_per_statement:expr,
        $newest:item
    ) => {
        pub mod $module {
            use ::diesel::{$connection as Inner, prelude::*};
            use chrono::{DateTime, Utc};

            use super::*;
            use crate::contender::{self, Contender, NewUser, PAGE_SIZE, Page, Tree};

            ::diesel::table! {
                users (id) {
                    id -> BigInt,
                    name -> Text,
                    hair_color -> Nullable<Text>,
                    created_at -> $timestamp,
                }
            }
            ::diesel::table! {
                posts (id) {
                    id -> BigInt,
                    user_id -> BigInt,
                    title -> Text,
                    body -> Nullable<Text>,
                }
            }

            #[derive(Queryable, Selectable, Identifiable)]
            #[diesel(table_name = users, check_for_backend($backend))]
            pub struct User {
                id: i64,
                name: String,
                hair_color: Option<String>,
                created_at: DateTime<Utc>,
            }

            #[derive(Insertable)]
            #[diesel(table_name = users, treat_none_as_default_value = false)]
            struct New<'a> {
                name: &'a str,
                hair_color: Option<&'a str>,
                created_at: DateTime<Utc>,
            }

            #[derive(Queryable, Selectable, Identifiable, Associations, QueryableByName)]
            #[diesel(belongs_to(User), table_name = posts, check_for_backend($backend))]
            pub struct Post {
                id: i64,
                user_id: i64,
                title: String,
                body: Option<String>,
            }

            text!($backend, comments, Comment, Post, post_id);
            text!($backend, replies, Reply, Comment, comment_id);
            text!($backend, likes, Like, Reply, reply_id);
            text!($backend, flags, Flag, Like, like_id);

            impl Leaf for User {
                fn branch(self) -> Branch {
                    leaf(user_columns(self.id, &self.name, self.hair_color.as_deref(), self.created_at))
                }
            }
            impl Leaf for Post {
                fn branch(self) -> Branch {
                    leaf(post_columns(self.id, self.user_id, &self.title, self.body.as_deref()))
                }
            }

            impl From<User> for contender::User {
                fn from(user: User) -> Self {
                    Self {
                        id: user.id,
                        name: user.name,
                        hair_color: user.hair_color,
                        created_at: user.created_at,
                    }
                }
            }

            impl<'a> From<&'a NewUser> for New<'a> {
                fn from(row: &'a NewUser) -> Self {
                    Self {
                        name: &row.name,
                        hair_color: row.hair_color.as_deref(),
                        created_at: row.created_at,
                    }
                }
            }

            pub struct Diesel(pub(super) Inner);

            impl Contender for Diesel {
                type Row = User;

                const NAME: &'static str = "Diesel";

                async fn pk(&mut self, id: i64) -> Result<User> {
                    Ok(users::table.find(id).select(User::as_select()).first(&mut self.0)?)
                }

                async fn all(&mut self) -> Result<Vec<User>> {
                    Ok(users::table.select(User::as_select()).load(&mut self.0)?)
                }

                async fn insert(&mut self, row: NewUser) -> Result<User> {
                    let insert = ::diesel::insert_into(users::table).values(New::from(&row));
                    Ok(insert.returning(User::as_returning()).get_result(&mut self.0)?)
                }

                async fn bulk(&mut self, rows: Vec<NewUser>) -> Result<u64> {
                    let insert = |rows: &[NewUser], connection: &mut Inner| {
                        let rows: Vec<New<'_>> = rows.iter().map(New::from).collect();
                        ::diesel::insert_into(users::table).values(rows).execute(connection)
                    };
                    if rows.len() <= $rows_per_statement {
                        return Ok(insert(&rows, &mut self.0)? as u64);
                    }
                    let count = self.0.$begin(|connection| {
                        let lots = rows.chunks($rows_per_statement);
                        lots.map(|rows| insert(rows, connection)).sum::<QueryResult<usize>>()
                    })?;
                    Ok(count as u64)
                }

                async fn rename(&mut self, id: i64, name: String) -> Result<()> {
                    self.0.$begin(|connection| {
                        let update = ::diesel::update(users::table.find(id));
                        update.set(users::name.eq(name)).execute(connection)
                    })?;
                    Ok(())
                }

                async fn page(&mut self, number: i64) -> Result<Page<User>> {
                    let items = users::table
                        .select(User::as_select())
                        .order(users::id)
                        .limit(PAGE_SIZE)
                        .offset((number - 1) * PAGE_SIZE)
                        .load(&mut self.0)?;
                    let total = users::table.count().get_result(&mut self.0)?;
                    Ok(Page { items, total })
                }

                async fn relations(&mut self) -> Result<impl Tree> {
                    let db = &mut self.0;
                    let users = users::table.select(User::as_select()).load(db)?;
                    let posts = Post::belonging_to(&users).select(Post::as_select()).load(db)?;
                    let comments = Comment::belonging_to(&posts).select(Comment::as_select()).load(db)?;
                    let comments: Vec<Vec<Comment>> = comments.grouped_by(&posts);
                    let posts: Vec<Vec<(Post, Vec<Comment>)>> = posts.into_iter().zip(comments).grouped_by(&users);
                    Ok(users.into_iter().zip(posts).collect::<Vec<_>>())
                }

                async fn newest(&mut self) -> Result<impl Tree> {
                    let users = users::table.select(User::as_select()).load(&mut self.0)?;
                    let posts = newest(&mut self.0, &users)?.grouped_by(&users);
                    Ok(users.into_iter().zip(posts).collect::<Vec<_>>())
                }

                async fn deep(&mut self) -> Result<impl Tree> {
                    let db = &mut self.0;
                    let users = users::table.select(User::as_select()).load(db)?;
                    let posts = Post::belonging_to(&users).select(Post::as_select()).load(db)?;
                    let comments = Comment::belonging_to(&posts).select(Comment::as_select()).load(db)?;
                    let replies = Reply::belonging_to(&comments).select(Reply::as_select()).load(db)?;
                    let likes = Like::belonging_to(&replies).select(Like::as_select()).load(db)?;
                    let flags = Flag::belonging_to(&likes).select(Flag::as_select()).load(db)?;
                    let flags: Vec<Vec<Flag>> = flags.grouped_by(&likes);
                    let likes: Vec<Vec<(Like, Vec<_>)>> = likes.into_iter().zip(flags).grouped_by(&replies);
                    let replies: Vec<Vec<(Reply, Vec<_>)>> = replies.into_iter().zip(likes).grouped_by(&comments);
                    let comments: Vec<Vec<(Comment, Vec<_>)>> = comments.into_iter().zip(replies).grouped_by(&posts);
                    let posts: Vec<Vec<(Post, Vec<_>)>> = posts.into_iter().zip(comments).grouped_by(&users);
                    Ok(users.into_iter().zip(posts).collect::<Vec<_>>())
                }
            }

            fn of_one(connection: &mut Inner, user: &User) -> QueryResult<Vec<Post>> {
                Post::belonging_to(user)
                    .select(Post::as_select())
                    .order(posts::id.desc())
                    .limit(NEWEST)
                    .load(connection)
            }

            $newest
        }
    };
}

contender! {
    postgres, PgConnection, ::diesel::pg::Pg, Timestamptz, transaction, 10_000,
    /// There is no typed form for many users: the statement is a text, which is not cached.
    fn newest(connection: &mut Inner, users: &[User]) -> QueryResult<Vec<Post>> {
        use ::diesel::sql_types::{Array, BigInt};

        if let [user] = users {
            return of_one(connection, user);
        }
        let ids: Vec<i64> = users.iter().map(|user| user.id).collect();
        ::diesel::sql_query(super::super::tokio_postgres::NEWEST_EACH)
            .bind::<Array<BigInt>, _>(ids)
            .bind::<BigInt, _>(NEWEST)
            .load(connection)
    }
}

contender! {
    sqlite, SqliteConnection, ::diesel::sqlite::Sqlite, TimestamptzSqlite, immediate_transaction, 1_000,
    fn newest(connection: &mut Inner, users: &[User]) -> QueryResult<Vec<Post>> {
        let mut posts = Vec::new();
        for user in users {
            posts.extend(of_one(connection, user)?);
        }
        Ok(posts)
    }
}

impl postgres::Diesel {
    pub fn connect(url: &str) -> Result<Self> {
        Ok(Self(PgConnection::establish(url)?))
    }
}

impl sqlite::Diesel {
    pub fn connect(file: &str) -> Result<Self> {
        let mut connection = SqliteConnection::establish(file)?;
        connection.batch_execute(
            "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON",
        )?;
        Ok(Self(connection))
    }
}
