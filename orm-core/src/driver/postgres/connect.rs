//! Connecting to a PostgreSQL server.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, Row};

use super::{Listening, error};
use crate::db::{Password, PoolConfig, TlsMode};
use crate::driver::classify::{self, Class};
use crate::driver::server::{Server, unreachable, without_tls};
use crate::driver::url;
use crate::error::Result;

/// Statements that a connection keeps prepared; an eviction costs a round trip.
const STATEMENTS: usize = 512;

/// Reads the URL, and what the configuration adds to it.
pub(super) fn options(url: &str, config: &PoolConfig) -> Result<PgConnectOptions> {
    // The error's text may quote a part of the URL, so it is left out.
    let mut options = PgConnectOptions::from_str(url)
        .map_err(|_| url::configuration("the database URL cannot be read; it looks like `postgres://user:password@host:5432/name`, with `%40` for an `@` in the password"))?;
    let tls = &config.tls;
    if let Some(mode) = tls.mode {
        options = options.ssl_mode(match mode {
            TlsMode::Off => PgSslMode::Disable,
            TlsMode::Require => PgSslMode::Require,
            TlsMode::VerifyCa => PgSslMode::VerifyCa,
            TlsMode::VerifyFull => PgSslMode::VerifyFull,
        });
    }
    if let Some(root) = &tls.root {
        options = options.ssl_root_cert(root);
    }
    if let Some((certificate, key)) = &tls.client {
        options = options.ssl_client_cert(certificate).ssl_client_key(key);
    }
    if cfg!(not(feature = "tls"))
        && matches!(
            options.get_ssl_mode(),
            PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull
        )
    {
        return Err(without_tls());
    }
    if !url.contains("statement-cache-capacity=") {
        options = options.statement_cache_capacity(STATEMENTS);
    }
    if let Some(limit) = config.lock_timeout {
        // Part of the first message to the server, so it costs nothing.
        options = options.options([("lock_timeout", millis(limit))]);
    }
    Ok(options.disable_statement_logging())
}

/// A time limit as the server takes it, for which zero would mean none.
pub(super) fn millis(limit: Duration) -> String {
    format!("{}ms", limit.as_millis().clamp(1, 2_147_483_647))
}

/// A PostgreSQL server.
pub(in crate::driver) struct PostgresServer {
    options: PgConnectOptions,
    password: Option<Password>,
}

impl PostgresServer {
    pub(super) fn new(options: PgConnectOptions, password: Option<Password>) -> Self {
        Self { options, password }
    }

    /// The options, with the password of now.
    async fn current(&self) -> Result<PgConnectOptions> {
        match &self.password {
            None => Ok(self.options.clone()),
            Some(password) => {
                let password = password.ask(self.target()).await?;
                Ok(self.options.clone().password(&password))
            }
        }
    }

    /// Listens to channels on a new connection.
    pub(super) async fn listen(&self, limit: Duration, channels: &[String]) -> Result<Listening> {
        Listening::open(&self.current().await?, self.target(), limit, channels).await
    }
}

impl Server for PostgresServer {
    type Connection = PgConnection;

    async fn connect(&self) -> Result<(PgConnection, u64)> {
        let refused = |error| unreachable(self.target(), error::cleaned(error));
        let mut connection = self.current().await?.connect().await.map_err(refused)?;
        let row = connection
            .fetch_one(sqlx::query("SELECT pg_backend_pid()"))
            .await
            .map_err(refused)?;
        let number: i32 = row.try_get(0).map_err(refused)?;
        Ok((connection, u64::from(number.unsigned_abs())))
    }

    async fn ping(connection: &mut PgConnection) -> bool {
        connection.ping().await.is_ok()
    }

    async fn roll_back(connection: &mut PgConnection) -> bool {
        connection.execute(sqlx::raw_sql("ROLLBACK")).await.is_ok()
    }

    async fn cancel(&self, numbers: &[u64]) -> bool {
        let Ok(options) = self.current().await else {
            return false;
        };
        let Ok(mut connection) = options.connect().await else {
            return false;
        };
        let mut told = true;
        for number in numbers {
            let sql = AssertSqlSafe(format!("SELECT pg_cancel_backend({number})"));
            told &= connection.execute(sqlx::raw_sql(sql)).await.is_ok();
        }
        Self::close(connection).await;
        told
    }

    fn will_pass(code: &str) -> bool {
        classify::postgres(code) == Class::NotNow
    }

    async fn close(connection: PgConnection) {
        // Nothing can be done about a connection that cannot be closed.
        let _ = connection.close().await;
    }

    fn target(&self) -> String {
        let database = self.options.get_database().unwrap_or_default();
        match self.options.get_socket() {
            Some(socket) => format!("{}/{database}", socket.display()),
            None => format!(
                "{}:{}/{database}",
                self.options.get_host(),
                self.options.get_port()
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_that_cannot_be_read_is_not_quoted() {
        for url in [
            "postgres://ann:secret@host:port/app",
            "postgres://ann:secret@host/app?sslmode=secret",
            "postgres://ann:sec ret@ho st",
        ] {
            let error = options(url, &PoolConfig::default())
                .map(|_| ())
                .unwrap_err();
            assert!(
                !format!("{error} {error:?}").contains("secret"),
                "{error:?}"
            );
        }
    }

    #[test]
    fn the_target_names_host_and_database_only() {
        let server = PostgresServer::new(
            options(
                "postgres://ann:secret@db.example:6543/app",
                &PoolConfig::default(),
            )
            .unwrap(),
            None,
        );
        assert_eq!(server.target(), "db.example:6543/app");
    }
}
