//! What a statement is a part of, and what is sent again and again within it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::panic::Location;
use std::sync::{Arc, Mutex, PoisonError};

use super::Call;

/// A part of a program's work, such as the answer to a web request: its statements are told apart from those of others.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// use orm::observe::Request;
///
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let db = db.request(Request::new("GET /posts").id("7f3a"));
/// assert_eq!(Post::query().count(&db).await?, 4);
/// # Ok(()) }) }
/// ```
#[derive(Clone)]
pub struct Request(Arc<Inner>);

struct Inner {
    label: String,
    id: Option<String>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    /// How often a place has sent a statement.
    counts: BTreeMap<(u64, usize), usize>,
    /// The tables that were read.
    tables: BTreeSet<&'static str>,
}

impl Request {
    /// A request, named for its kind: a route rather than a path with numbers in it.
    pub fn new(label: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            label: label.into(),
            id: None,
            seen: Mutex::default(),
        }))
    }

    /// The request's own number, by which it is found in logs.
    #[must_use]
    pub fn id(self, id: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            label: self.0.label.clone(),
            id: Some(id.into()),
            seen: Mutex::default(),
        }))
    }

    /// What kind of request it is.
    pub fn label(&self) -> &str {
        &self.0.label
    }

    /// Its own number, if it was given one.
    pub fn request_id(&self) -> Option<&str> {
        self.0.id.as_deref()
    }

    /// Counts a statement, and says how often its place has sent it.
    pub(super) fn count(&self, call: &Call<'_>) -> usize {
        let mut seen = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.tables.extend(call.collection);
        let place = call
            .caller
            .map_or(0, |caller| std::ptr::from_ref(caller).addr());
        let count = seen.counts.entry((call.fingerprint, place)).or_default();
        *count += 1;
        *count
    }

    /// Whether the table was read before in this request.
    pub(super) fn has_read(&self, table: &str) -> bool {
        let seen = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.tables.contains(table)
    }
}

impl From<&str> for Request {
    fn from(label: &str) -> Self {
        Self::new(label)
    }
}
impl From<String> for Request {
    fn from(label: String) -> Self {
        Self::new(label)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("label", &self.0.label)
            .field("id", &self.0.id)
            .finish_non_exhaustive()
    }
}

/// A statement that one place in the program has sent again and again within one request: usually a query in a loop, where one query
/// could have read all rows. It displays as a sentence with the advice.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Repetition<'r> {
    /// What it does, and to which table: `SELECT users`.
    pub summary: String,
    /// Its text, with placeholders.
    pub sql: &'r str,
    /// How often it was sent so far.
    pub times: usize,
    /// The place.
    pub caller: Option<&'static Location<'static>>,
    /// The request.
    pub request: &'r Request,
    /// What to write instead, as code: `.include(Post::author)`. Nothing if the models do not tell.
    pub includes: Vec<String>,
}

impl fmt::Display for Repetition<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` was sent {} times", self.summary, self.times)?;
        if let Some(caller) = self.caller {
            write!(
                f,
                " from {}:{}:{}",
                caller.file(),
                caller.line(),
                caller.column()
            )?;
        }
        write!(f, " in the request `{}`", self.request.label())?;
        match self.includes.as_slice() {
            [] => write!(f, "; one query for all rows would do"),
            [one] => write!(
                f,
                "; add `{one}` to the query that reads the rows around it"
            ),
            several => write!(
                f,
                "; add one of these to the query that reads the rows around it: `{}`",
                several.join("`, `")
            ),
        }
    }
}
