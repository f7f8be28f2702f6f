//! Asking a server for its role and its position.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::{Lease, Outcome, Server};
use crate::driver::node::{Facts, Position};
use crate::error::{Error, Result};

/// A server that may be one of several.
pub(in crate::driver) trait Replicated: Server {
    /// What it says of itself.
    fn facts(
        connection: &mut Self::Connection,
    ) -> impl Future<Output = Result<Facts, Failure>> + Send;

    /// How far a primary has written.
    fn position(
        connection: &mut Self::Connection,
    ) -> impl Future<Output = Result<Position, Failure>> + Send;

    /// Waits until what was written up to a position has been repeated, no longer than `limit`.
    fn reach(
        connection: &mut Self::Connection,
        position: &Position,
        limit: Duration,
    ) -> impl Future<Output = Result<bool, Failure>> + Send;
}

/// An error, and what it means for the connection.
pub(in crate::driver) type Failure = (Error, Outcome);

/// A connection beside the pool, made when it is needed.
pub(in crate::driver) struct Watcher<S: Server> {
    server: Arc<S>,
    connection: Option<S::Connection>,
}

impl<S: Replicated> Watcher<S> {
    pub(super) fn new(server: Arc<S>) -> Self {
        Self {
            server,
            connection: None,
        }
    }

    /// What the server says; `None` when it says nothing for so long.
    pub(in crate::driver) async fn look(&mut self, limit: Duration) -> Result<Option<Facts>> {
        let work = async {
            // Taken out, so that a connection whose answer is still to come is closed when this is dropped.
            let mut connection = match self.connection.take() {
                Some(connection) => connection,
                None => self.server.connect().await?.0,
            };
            let facts = S::facts(&mut connection)
                .await
                .map_err(|(error, _)| error)?;
            self.connection = Some(connection);
            Ok(facts)
        };
        timeout(limit, work).await.ok().transpose()
    }
}

impl<S: Replicated> Lease<S> {
    pub(in crate::driver) async fn position(&mut self) -> Result<Position> {
        let (connection, before) = self.start()?;
        let result = S::position(connection).await;
        self.end(before, outcome(&result));
        result.map_err(|(error, _)| error)
    }

    pub(in crate::driver) async fn reach(
        &mut self,
        position: &Position,
        limit: Duration,
    ) -> Result<bool> {
        let (connection, before) = self.start()?;
        let result = S::reach(connection, position, limit).await;
        self.end(before, outcome(&result));
        result.map_err(|(error, _)| error)
    }
}

fn outcome<T>(result: &Result<T, Failure>) -> Outcome {
    result
        .as_ref()
        .map_or_else(|(_, outcome)| *outcome, |_| Outcome::Done)
}
