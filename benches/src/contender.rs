//! What takes part in a comparison, and what it is asked to do.

use chrono::{DateTime, Utc};

/// The error of a run: it ends the run, so nobody needs to take it apart.
pub type Error = Box<dyn std::error::Error + Send + Sync>;
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A row as every contender hands it out.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    pub id: i64,
    pub name: String,
    pub hair_color: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// A row to insert.
#[derive(Clone, Debug)]
pub struct NewUser {
    pub name: String,
    pub hair_color: Option<String>,
    pub created_at: DateTime<Utc>,
}

impl NewUser {
    pub fn with_id(self, id: i64) -> User {
        User {
            id,
            name: self.name,
            hair_color: self.hair_color,
            created_at: self.created_at,
        }
    }
}

/// A row with its columns spelled out, and the rows related to it: what the check compares.
#[derive(Debug, PartialEq)]
pub struct Branch {
    pub columns: String,
    pub branches: Vec<Branch>,
}

/// Rows with their related rows, in a contender's own form.
pub trait Tree {
    fn branches(self) -> Vec<Branch>;
}

/// How the check spells out a row of `users`.
pub fn user_columns(
    id: i64,
    name: &str,
    hair_color: Option<&str>,
    created_at: DateTime<Utc>,
) -> String {
    format!("{id} {name} {hair_color:?} {created_at:?}")
}

/// How the check spells out a row of `posts`.
pub fn post_columns(id: i64, user_id: i64, title: &str, body: Option<&str>) -> String {
    format!("{id} {user_id} {title} {body:?}")
}

/// How the check spells out a row of a table that has a text alone.
pub fn text_columns(id: i64, parent: i64, text: &str) -> String {
    format!("{id} {parent} {text}")
}

/// A page of rows and the number of rows on all pages.
#[derive(Debug)]
pub struct Page<Row> {
    pub items: Vec<Row>,
    pub total: i64,
}

/// Rows on a page.
pub const PAGE_SIZE: i64 = 20;

/// A way to reach the database.
///
/// The time of a method, from the call to the returned value, is what a cell of the table shows. Inputs are made before and
/// dropped by the contender, results are dropped after, so owned inputs may be moved on instead of being cloned.
/// The harness calls these methods without boxing their futures.
pub trait Contender {
    /// The contender's own row type with the four columns of [`User`], decoded. It is converted only outside the timing.
    type Row: Into<User>;

    const NAME: &'static str;

    /// Whether it can do this; if not, its cell stays empty.
    fn takes_part(_: Workload) -> bool {
        true
    }

    /// The row with this key.
    async fn pk(&mut self, id: i64) -> Result<Self::Row>;

    /// All rows of the table, in any order.
    async fn all(&mut self) -> Result<Vec<Self::Row>>;

    /// Inserts one row and returns it with its key.
    async fn insert(&mut self, row: NewUser) -> Result<Self::Row>;

    /// Inserts rows, all or none, and returns how many.
    async fn bulk(&mut self, rows: Vec<NewUser>) -> Result<u64>;

    /// In a transaction of three statements (begin, update by key, commit), sets a name.
    async fn rename(&mut self, id: i64, name: String) -> Result<()>;

    /// The page with this number (from 1), ordered by id, by LIMIT and OFFSET, and the total by a second statement.
    async fn page(&mut self, number: i64) -> Result<Page<Self::Row>>;

    /// All users, each with its posts, each with its comments; children in any order.
    async fn relations(&mut self) -> Result<impl Tree>;

    /// All users, each with its [`NEWEST`] newest posts, the newest first.
    async fn newest(&mut self) -> Result<impl Tree>;

    /// All users with posts, their comments, the replies to these, the likes of these, and the flags on these.
    async fn deep(&mut self) -> Result<impl Tree>;
}

/// The related rows that [`Contender::newest`] reads of each row.
pub const NEWEST: i64 = 10;

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Workload {
    Pk,
    All1,
    All100,
    All10k,
    Insert1,
    Bulk100,
    Bulk10k,
    Update,
    Page,
    Relations,
    OneParent,
    ManyParents,
    Deep,
}

/// A table of rows that belong to those of the one before it. They take turns: the first rows belong to different ones.
pub struct Level {
    pub table: &'static str,
    /// The column that refers to the table before.
    pub parent: &'static str,
    pub rows: i64,
}

const fn posts(rows: i64) -> Level {
    Level {
        table: "posts",
        parent: "user_id",
        rows,
    }
}

const fn level(table: &'static str, parent: &'static str, rows: i64) -> Level {
    Level {
        table,
        parent,
        rows,
    }
}

impl Workload {
    pub const ALL: [Self; 13] = [
        Self::Pk,
        Self::All1,
        Self::All100,
        Self::All10k,
        Self::Insert1,
        Self::Bulk100,
        Self::Bulk10k,
        Self::Update,
        Self::Page,
        Self::Relations,
        Self::OneParent,
        Self::ManyParents,
        Self::Deep,
    ];

    /// The name on the command line and in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Self::Pk => "pk",
            Self::All1 => "all1",
            Self::All100 => "all100",
            Self::All10k => "all10k",
            Self::Insert1 => "insert1",
            Self::Bulk100 => "bulk100",
            Self::Bulk10k => "bulk10k",
            Self::Update => "update",
            Self::Page => "page",
            Self::Relations => "relations",
            Self::OneParent => "newest1",
            Self::ManyParents => "newest100",
            Self::Deep => "deep",
        }
    }

    /// The head of the column.
    pub fn title(self) -> &'static str {
        match self {
            Self::Pk => "pk",
            Self::All1 => "all 1",
            Self::All100 => "all 100",
            Self::All10k => "all 10k",
            Self::Insert1 => "insert 1",
            Self::Bulk100 => "bulk 100",
            Self::Bulk10k => "bulk 10k",
            Self::Update => "update in tx",
            Self::Page => "page of 20",
            Self::Relations => "100×10×5",
            Self::OneParent => "newest 10 of 1",
            Self::ManyParents => "of 100",
            Self::Deep => "depth 5",
        }
    }

    /// How many rows `users` has when the workload starts.
    pub fn rows(self) -> i64 {
        match self {
            Self::Insert1 | Self::Bulk100 | Self::Bulk10k => 0,
            Self::All1 | Self::OneParent => 1,
            Self::Deep => 10,
            Self::All100 | Self::Page | Self::Relations | Self::ManyParents => 100,
            Self::Pk | Self::All10k | Self::Update => 10_000,
        }
    }

    /// Whether the table is emptied again between rounds.
    pub fn grows(self) -> bool {
        matches!(self, Self::Bulk100 | Self::Bulk10k)
    }

    /// The tables behind `users` that have rows.
    pub fn levels(self) -> &'static [Level] {
        match self {
            Self::Relations => const { &[posts(1_000), level("comments", "post_id", 5_000)] },
            Self::OneParent | Self::ManyParents => const { &[posts(10_000)] },
            Self::Deep => {
                const {
                    &[
                        posts(30),
                        level("comments", "post_id", 90),
                        level("replies", "comment_id", 270),
                        level("likes", "reply_id", 810),
                        level("flags", "like_id", 2_430),
                    ]
                }
            }
            _ => &[],
        }
    }
}

/// The tables behind `users`, those that are referred to first.
pub const TABLES: [(&str, &str, &str); 5] = [
    ("posts", "user_id", "users"),
    ("comments", "post_id", "posts"),
    ("replies", "comment_id", "comments"),
    ("likes", "reply_id", "replies"),
    ("flags", "like_id", "likes"),
];
