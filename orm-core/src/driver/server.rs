//! What the drivers of database servers share: a pool of connections, and the lease on one of them.
//!
//! The pool never asks the server for anything when a connection is taken or given back, except that one which stood idle for a while is
//! tried before it is used again.

mod lease;
mod pool;
#[cfg(test)]
mod tests;
mod tls;
mod watch;

pub(super) use lease::{Before, Canceller, Lease, Outcome, Scope};
pub(super) use pool::Pool;
pub(super) use tls::{Encryption, How, Names};
pub(super) use watch::{Failure, Replicated, Watcher};

use std::future::poll_fn;
use std::pin::Pin;

use futures_core::Stream;

use crate::error::{Error, Result};

/// A database server, as far as its pool must know it.
pub(super) trait Server: Send + Sync + Sized + 'static {
    /// A connection to it.
    type Connection: Send + 'static;

    /// Connects; the number is what the server calls the connection.
    fn connect(&self) -> impl Future<Output = Result<(Self::Connection, u64)>> + Send;

    /// Asks the server for a sign of life.
    fn ping(connection: &mut Self::Connection) -> impl Future<Output = bool> + Send;

    /// Undoes the open transaction, if there is one.
    fn roll_back(connection: &mut Self::Connection) -> impl Future<Output = bool> + Send;

    /// Makes the server stop what the connections with these numbers are doing, from a connection of its own. Whether it was told.
    fn cancel(&self, numbers: &[u64]) -> impl Future<Output = bool> + Send;

    /// Takes leave of the server.
    fn close(connection: Self::Connection) -> impl Future<Output = ()> + Send;

    /// Whether a refusal with this code is likely to pass: the server is starting, or has too many connections.
    fn will_pass(code: &str) -> bool;

    /// The server in a reader's words, without credentials.
    fn target(&self) -> String;
}

/// The server could not be reached, or refused.
pub(super) fn unreachable(
    target: String,
    cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> Error {
    Error::new(crate::error::ErrorKind::Connect { target }).with_source(cause)
}

/// The URL asks for an encrypted connection.
fn without_tls() -> Error {
    super::url::configuration(
        "the URL asks for TLS, and this program was built without the feature `tls` of `orm`; add it in Cargo.toml",
    )
}

/// The next item of a stream.
#[inline]
pub(super) async fn next<T>(stream: &mut Pin<Box<dyn Stream<Item = T> + Send + '_>>) -> Option<T> {
    poll_fn(|context| stream.as_mut().poll_next(context)).await
}

/// Whether a text could begin a transaction; it need not be sure.
pub(super) fn may_begin(sql: &str) -> bool {
    const WORDS: &[&str] = &["begin", "start", "xa", "autocommit", "lock"];
    let words = sql.split(|c: char| !c.is_ascii_alphabetic());
    words
        .into_iter()
        .any(|word| WORDS.iter().any(|known| word.eq_ignore_ascii_case(known)))
}
