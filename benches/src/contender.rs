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
}

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
}

impl Workload {
    pub const ALL: [Self; 9] = [
        Self::Pk,
        Self::All1,
        Self::All100,
        Self::All10k,
        Self::Insert1,
        Self::Bulk100,
        Self::Bulk10k,
        Self::Update,
        Self::Page,
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
        }
    }

    /// How many rows the table has when the workload starts.
    pub fn rows(self) -> i64 {
        match self {
            Self::Insert1 | Self::Bulk100 | Self::Bulk10k => 0,
            Self::All1 => 1,
            Self::All100 | Self::Page => 100,
            Self::Pk | Self::All10k | Self::Update => 10_000,
        }
    }

    /// Whether the table is emptied again between rounds.
    pub fn grows(self) -> bool {
        matches!(self, Self::Bulk100 | Self::Bulk10k)
    }
}
