//! Statements that are counted, and shown where they are not as many as expected.

use std::fmt;

use crate::db::{Db, Journal};

/// The statements that were sent through a handle. [`assert_queries!`](crate::assert_queries) makes one.
#[derive(Debug)]
pub struct Queries {
    journal: Journal,
}

impl Queries {
    /// A handle on the same pool or transaction, and the statements that are sent through it from now on.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// use orm::testing::Queries;
    ///
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let (db, queries) = Queries::of(&db);
    /// User::query().include(User::posts).all(&db).await?;
    /// queries.check(2).expect("one for the users, one for their posts");
    /// # Ok(()) }) }
    /// ```
    pub fn of(db: &Db) -> (Db, Self) {
        let (db, journal) = db.journaled();
        (db, Self { journal })
    }

    /// Says what was sent, if that was another number of statements; and begins anew.
    ///
    /// # Errors
    /// The statements, as a text for the reader of a failed test.
    pub fn check(&self, count: usize) -> Result<(), Unexpected> {
        let statements = self.journal.take();
        match statements.len() == count {
            true => Ok(()),
            false => Err(Unexpected { count, statements }),
        }
    }
}

/// Another number of statements than was expected.
pub struct Unexpected {
    count: usize,
    statements: Vec<String>,
}

impl fmt::Display for Unexpected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.count == 1 { "" } else { "s" };
        write!(
            f,
            "expected {} statement{plural}, and {} were sent",
            self.count,
            self.statements.len()
        )?;
        for (at, statement) in self.statements.iter().enumerate() {
            write!(f, "\n  {}. {statement}", at + 1)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Unexpected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Runs a block, in which the handle counts its statements, and fails with a list of them if they are not as many as expected. What
/// begins and ends transactions does not count.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let users = orm::assert_queries!(db, 2, {
///     User::query().include(User::posts).all(&db).await?
/// });
/// assert_eq!(users.len(), 3);
/// # Ok(()) }) }
/// ```
///
/// ```should_panic
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// orm::assert_queries!(db, 1, {
///     for post in Post::query().all(&db).await? {
///         User::find(post.author_id).one(&db).await?;         // a query for each post: five in all
///     }
/// });
/// # Ok(()) }) }
/// ```
#[macro_export]
macro_rules! assert_queries {
    ($db:ident, $count:expr, $body:block) => {{
        let (counted, queries) = $crate::testing::Queries::of(&$db);
        let value = {
            let $db = counted;
            $body
        };
        let outcome = queries.check($count);
        if let ::core::result::Result::Err(unexpected) = outcome {
            ::core::panic!("{unexpected}"); // invariant: it is a failed assertion of a test
        }
        value
    }};
}
