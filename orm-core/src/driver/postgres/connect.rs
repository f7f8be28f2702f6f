//! Connecting to a PostgreSQL server.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, Row};

use super::{Listening, error};
use crate::db::{Password, PoolConfig};
use crate::driver::classify::{self, Class};
use crate::driver::server::{Encryption, How, Names, Server, unreachable};
use crate::driver::url;
use crate::error::{Error, Result};

/// Statements that a connection keeps prepared; an eviction costs a round trip.
const STATEMENTS: usize = 512;

/// What encryption is called in URLs.
const NAMES: Names = Names {
    verify_ca: "sslmode=verify-ca",
    verify_full: "sslmode=verify-full",
    root: &["sslrootcert", "ssl-root-cert", "ssl-ca"],
    certificate: &["sslcert", "ssl-cert"],
    key: &["sslkey", "ssl-key"],
};

/// Reads the URL, and what the configuration adds to it.
fn options(url: &str, config: &PoolConfig) -> Result<(PgConnectOptions, Encryption)> {
    // The error's text may quote a part of the URL, so it is left out.
    let mut options = PgConnectOptions::from_str(url)
        .map_err(|_| url::configuration("the database URL cannot be read; it looks like `postgres://user:password@host:5432/name`, with `%40` for an `@` in the password"))?;
    let how = match options.get_ssl_mode() {
        PgSslMode::Disable => How::Off,
        PgSslMode::Allow | PgSslMode::Prefer => How::IfOffered,
        PgSslMode::Require => How::Require,
        PgSslMode::VerifyCa => How::VerifyCa,
        PgSslMode::VerifyFull => How::VerifyFull,
    };
    let encryption = Encryption::of(url, how, &config.tls, &NAMES)?;
    options = options.ssl_mode(match encryption.how {
        How::Off => PgSslMode::Disable,
        How::IfOffered => PgSslMode::Prefer,
        How::Require => PgSslMode::Require,
        How::VerifyCa => PgSslMode::VerifyCa,
        How::VerifyFull => PgSslMode::VerifyFull,
    });
    if let Some(root) = &config.tls.root {
        options = options.ssl_root_cert(root);
    }
    if let Some((certificate, key)) = &config.tls.client {
        options = options.ssl_client_cert(certificate).ssl_client_key(key);
    }
    if !url.contains("statement-cache-capacity=") {
        options = options.statement_cache_capacity(STATEMENTS);
    }
    if let Some(limit) = config.lock_timeout {
        // Part of the first message to the server, so it costs nothing.
        options = options.options([("lock_timeout", millis(limit))]);
    }
    Ok((options.disable_statement_logging(), encryption))
}

/// A time limit as the server takes it, for which zero would mean none.
pub(super) fn millis(limit: Duration) -> String {
    format!("{}ms", limit.as_millis().clamp(1, 2_147_483_647))
}

/// A PostgreSQL server.
pub(in crate::driver) struct PostgresServer {
    options: PgConnectOptions,
    encryption: Encryption,
    password: Option<Password>,
}

impl PostgresServer {
    pub(super) fn new(url: &str, config: &PoolConfig) -> Result<Self> {
        let (options, encryption) = options(url, config)?;
        Ok(Self {
            options,
            encryption,
            password: config.password.clone(),
        })
    }

    /// The error of an attempt to connect, and what helps.
    fn refused(&self, failure: sqlx::Error) -> Error {
        let advice = self.encryption.advice(&failure, &failure.to_string());
        unreachable(self.target(), error::cleaned(failure).with_advice(advice))
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
        let refused = |error| self.refused(error);
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
            "postgres://ann:secret@db.example:6543/app",
            &PoolConfig::default(),
        )
        .unwrap();
        assert_eq!(server.target(), "db.example:6543/app");
    }
}
