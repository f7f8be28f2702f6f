//! A connection that listens.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, Executor};
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::error;
use crate::db::Notification;
use crate::driver::server::unreachable;
use crate::error::Result;

/// A connection that listens to channels.
pub(crate) struct Listening(Option<PgListener>);

impl Listening {
    /// Connects and begins to listen.
    pub(super) async fn open(
        options: &PgConnectOptions,
        target: String,
        limit: Duration,
        channels: &[String],
    ) -> Result<Self> {
        let work = async {
            // sqlx's listener takes its connection from a pool, which tries again and again where a server refuses and at last says nothing
            // but that time is up. So the server is asked directly first.
            let _ = options.connect().await?.close().await;
            let pool = PgPoolOptions::new()
                .max_connections(1)
                .max_lifetime(None)
                .idle_timeout(None)
                .acquire_timeout(limit)
                .connect_lazy_with(options.clone());
            let mut listener = PgListener::connect_with(&pool).await?;
            // To connect again is up to the reader, who must be told.
            listener.eager_reconnect(false);
            listener.ignore_pool_close_event(true);
            let mut listening = Self(Some(listener));
            if let Some(listener) = &mut listening.0 {
                listener
                    .listen_all(channels.iter().map(String::as_str))
                    .await?;
            }
            Ok::<_, sqlx::Error>(listening)
        };
        match timeout(limit, work).await {
            Ok(result) => result.map_err(|error| unreachable(target, error::cleaned(error))),
            Err(_) => Err(unreachable(target, format!("no answer within {limit:?}"))),
        }
    }

    /// The next message; `None` when the connection is lost. It may be dropped at any time.
    pub(crate) async fn receive(&mut self) -> Option<Notification> {
        let listener = self.0.as_mut()?;
        let received = listener.try_recv().await.ok()??;
        Some(Notification::new(received.channel(), received.payload()))
    }

    /// Asks the server for a sign of life; messages that come meanwhile are kept.
    pub(crate) async fn is_alive(&mut self, limit: Duration) -> bool {
        let Some(listener) = &mut self.0 else {
            return false;
        };
        matches!(
            timeout(limit, listener.execute("SELECT 1")).await,
            Ok(Ok(_))
        )
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        // The listener takes leave of the server in a task, and panics where none can be spawned. The server notices the end of the
        // connection when the program ends.
        if Handle::try_current().is_err() {
            std::mem::forget(self.0.take());
        }
    }
}
