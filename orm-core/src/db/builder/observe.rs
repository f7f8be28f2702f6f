//! Options for those who watch.

use std::time::Duration;

use super::DbBuilder;
use crate::observe::{Comments, Observer, Repeats};

/// What is [watched](crate::observe). Each of these costs a microsecond or two a statement, and nothing if it is left out.
impl DbBuilder {
    /// Counts what each statement costs, for [`Db::stats`](crate::Db::stats).
    pub fn statistics(mut self) -> Self {
        self.observation.statistics = true;
        self
    }

    /// Reports statements that take as long as this, or longer: to [`Observer::slow`], and with the feature `tracing` as a warning with
    /// the target `orm::slow`. It has the text, the place in the program and the request, and no value.
    pub fn slow_query(mut self, limit: Duration) -> Self {
        self.observation.slow = Some(limit);
        self
    }

    /// Reports when one place sends the same `SELECT` more often than this within one [request](crate::Db::request): to
    /// [`Observer::repeated`], and with the feature `tracing` as a warning with the target `orm::repeated`. It says what to include
    /// instead. For development.
    pub fn warn_on_repeats(mut self, limit: usize) -> Self {
        self.observation.repeats = Some(Repeats { limit, fail: false });
        self
    }

    /// Makes it an error when one place sends the same `SELECT` more often than this within one [request](crate::Db::request). For
    /// tests.
    pub fn fail_on_repeats(mut self, limit: usize) -> Self {
        self.observation.repeats = Some(Repeats { limit, fail: true });
        self
    }

    /// Writes a comment behind each statement, by which the database's own log says where it is from.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// use orm::observe::Comments;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> orm::Result<()> {
    /// let db = Db::builder("sqlite::memory:").comments(Comments::Place).connect().await?;
    /// // SELECT 1 /*code_filepath='src%2Fmain.rs',code_lineno='12',route='GET%20%2Fone'*/
    /// assert_eq!(sql!("SELECT 1").one::<i64>(&db.request("GET /one")).await?, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn comments(mut self, comments: Comments) -> Self {
        self.observation.comments = Some(comments);
        self
    }

    /// Adds one who hears of statements and transactions. See [`Observer`].
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.observation.observers.push(Box::new(observer));
        self
    }
}
