//! The databases that a run creates, empties and drops. Nothing here is timed.

#[cfg(feature = "sqlx")]
mod mysql;
mod postgres;
mod sqlite;

#[cfg(feature = "sqlx")]
pub use mysql::MySqlStore;
pub use postgres::PostgresStore;
pub use sqlite::SqliteStore;

use crate::{
    contender::{Result, Workload},
    runner::AnyContender,
};

/// The database made for a run.
const DATABASE: &str = "orm_bench";

/// A database with the table `users`, and the tables behind it.
pub trait Store: Sized {
    const NAME: &'static str;

    /// Whether there are tables behind `users`.
    const RELATED: bool = true;

    async fn create() -> Result<Self>;

    /// All who take part, connected.
    async fn contenders(&mut self) -> Result<Vec<Box<dyn AnyContender>>>;

    /// Leaves no rows, and lets keys start at 1 again.
    async fn clear(&mut self) -> Result<()>;

    /// Puts rows into the empty table that the contenders share, or into the table of each.
    async fn fill(
        &mut self,
        contenders: &mut [Box<dyn AnyContender>],
        workload: Workload,
    ) -> Result<()>;

    /// Puts the server's side on the core as well, where it can be done.
    async fn pin(&mut self, _core: usize) -> Result<()> {
        Ok(())
    }

    async fn remove(self) -> Result<()>;
}

/// `url` with another database's name.
fn with_database(url: &str, database: &str) -> Result<String> {
    let (address, options) = url
        .split_once('?')
        .map_or((url, None), |(address, options)| (address, Some(options)));
    let (scheme, rest) = address
        .split_once("://")
        .ok_or_else(|| format!("`{address}` is no URL"))?;
    let host = rest.split_once('/').map_or(rest, |(host, _)| host);
    let options = options.map_or(String::new(), |options| format!("?{options}"));
    Ok(format!("{scheme}://{host}/{database}{options}"))
}
