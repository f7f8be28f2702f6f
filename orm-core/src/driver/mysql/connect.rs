//! Connecting to a MySQL or MariaDB server.

use std::str::FromStr;
use std::sync::OnceLock;

use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlRow, MySqlSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Either, Executor, Row};

use super::bind::Types;
use super::error;
use crate::db::{Password, PoolConfig};
use crate::driver::classify::{self, Class};
use crate::driver::server::{Encryption, How, Names, Server, next, unreachable};
use crate::driver::url;
use crate::error::{Error, Result};

/// Statements that a connection keeps prepared.
const STATEMENTS: usize = 512;

/// What a session must be like, and what must be known of it, in one round trip.
///
/// - A value that does not fit is an error and is never cut, and a value that was given is stored (zero in an identity column as well).
/// - Times are in UTC.
/// - Division by zero is NULL in a change as well, and a quotient has as many digits as on other databases.
/// - `SET a = b, b = a` reads the row as it was (on MariaDB; MySQL has no such mode).
/// - A recursion goes on to its end; MariaDB would stop after a thousand steps and say nothing.
/// - Texts that are not of a column are compared byte by byte, spaces at their ends included.
///
/// The last columns are there for their types, which the client library does not name.
const SESSION: &str = "SET NAMES utf8mb4, \
    collation_connection = IF(VERSION() LIKE '%MariaDB%', 'utf8mb4_nopad_bin', 'utf8mb4_0900_bin'), time_zone = '+00:00', autocommit = 1, div_precision_increment = 16, \
    sql_mode = CONCAT(IF(VERSION() LIKE '%MariaDB%', 'SIMULTANEOUS_ASSIGNMENT,', 'ONLY_FULL_GROUP_BY,'), \
    'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO') \
    /*M! , max_recursive_iterations = 4294967295 */ /*!80003 , cte_max_recursion_depth = 4294967295 */; \
    SELECT CONNECTION_ID(), VERSION(), CAST(0 AS DECIMAL(1)), CAST('2000-01-01' AS DATE), CAST('00:00:00' AS TIME), \
    CAST('2000-01-01' AS DATETIME)";

/// What encryption is called in URLs.
const NAMES: Names = Names {
    verify_ca: "ssl-mode=verify_ca",
    verify_full: "ssl-mode=verify_identity",
    root: &["ssl-ca", "sslca"],
    certificate: &["ssl-cert", "sslcert"],
    key: &["ssl-key", "sslkey"],
};

/// What is the same in all sessions.
struct Session {
    mariadb: bool,
    types: Types,
}

/// A MySQL or MariaDB server.
pub(in crate::driver) struct MysqlServer {
    options: MySqlConnectOptions,
    encryption: Encryption,
    password: Option<Password>,
    /// For how many seconds a statement waits for a lock, if not as long as the server says.
    lock_timeout: Option<u64>,
    /// Known since the first connection.
    session: OnceLock<Session>,
}

impl MysqlServer {
    /// Reads the URL; the flag is `false` where it says that `INSERT … RETURNING` shall not be used.
    pub(super) fn new(text: &str, config: &PoolConfig) -> Result<(Self, bool)> {
        let (text, returning) = without_returning(text);
        // The error's text may quote a part of the URL, so it is left out.
        let mut options = MySqlConnectOptions::from_str(&text).map_err(|_| {
            url::configuration(
                "the database URL cannot be read; it looks like `mysql://user:password@host:3306/name`, with `%40` for an `@` in the password",
            )
        })?;
        let how = match options.get_ssl_mode() {
            MySqlSslMode::Disabled => How::Off,
            MySqlSslMode::Preferred => How::IfOffered,
            MySqlSslMode::Required => How::Require,
            MySqlSslMode::VerifyCa => How::VerifyCa,
            MySqlSslMode::VerifyIdentity => How::VerifyFull,
        };
        let encryption = Encryption::of(&text, how, &config.tls, &NAMES)?;
        options = options.ssl_mode(match encryption.how {
            How::Off => MySqlSslMode::Disabled,
            How::IfOffered => MySqlSslMode::Preferred,
            How::Require => MySqlSslMode::Required,
            How::VerifyCa => MySqlSslMode::VerifyCa,
            How::VerifyFull => MySqlSslMode::VerifyIdentity,
        });
        if let Some(root) = &config.tls.root {
            options = options.ssl_ca(root);
        }
        if let Some((certificate, key)) = &config.tls.client {
            options = options.ssl_client_cert(certificate).ssl_client_key(key);
        }
        let options = if text.contains("statement-cache-capacity=") {
            options
        } else {
            options.statement_cache_capacity(STATEMENTS)
        };
        // All of it is set by `SESSION`, with the rest.
        let options = options
            .pipes_as_concat(false)
            .no_engine_substitution(false)
            .timezone(None)
            .set_names(false);
        let server = Self {
            options: options.disable_statement_logging(),
            encryption,
            password: config.password.clone(),
            lock_timeout: config.lock_timeout.map(seconds),
            session: OnceLock::new(),
        };
        Ok((server, returning))
    }

    pub(super) fn is_mariadb(&self) -> bool {
        self.session.get().is_some_and(|session| session.mariadb)
    }

    pub(super) fn types(&self) -> Option<&Types> {
        self.session.get().map(|session| &session.types)
    }

    /// The error of an attempt to connect, and what helps.
    fn refused(&self, failure: sqlx::Error) -> Error {
        let advice = self.encryption.advice(&failure, &failure.to_string());
        unreachable(self.target(), error::cleaned(failure).with_advice(advice))
    }

    /// The options, with the password of now.
    async fn current(&self) -> Result<MySqlConnectOptions> {
        match &self.password {
            None => Ok(self.options.clone()),
            Some(password) => {
                let password = password.ask(self.target()).await?;
                Ok(self.options.clone().password(&password))
            }
        }
    }

    async fn prepare(&self, connection: &mut MySqlConnection) -> Result<u64, sqlx::Error> {
        let mut session = String::from(SESSION);
        if let Some(limit) = self.lock_timeout {
            session.insert_str(
                0,
                &format!("SET innodb_lock_wait_timeout = {limit}, lock_wait_timeout = {limit}; "),
            );
        }
        let mut results = connection.fetch_many(sqlx::raw_sql(AssertSqlSafe(session)));
        let mut about: Option<MySqlRow> = None;
        while let Some(result) = next(&mut results).await {
            if let Either::Right(row) = result? {
                about = Some(row);
            }
        }
        let about = about.ok_or(sqlx::Error::RowNotFound)?;
        let version: String = about.try_get(1)?;
        let types = Types::of(about.columns()).ok_or(sqlx::Error::RowNotFound)?;
        self.session.get_or_init(|| Session {
            mariadb: version.contains("MariaDB"),
            types,
        });
        about.try_get(0)
    }
}

/// A time limit as the server takes it: whole seconds, and no fewer than were asked for.
pub(super) fn seconds(limit: std::time::Duration) -> u64 {
    (limit.as_secs() + u64::from(limit.subsec_nanos() > 0)).clamp(1, 1_000_000)
}

/// The URL without the parameter `returning`, which is ours, and whether it is on.
fn without_returning(url: &str) -> (String, bool) {
    let Some((address, parameters)) = url.split_once('?') else {
        return (url.to_owned(), true);
    };
    let kept: Vec<&str> = parameters
        .split('&')
        .filter(|p| !p.starts_with("returning="))
        .collect();
    let returning = !parameters.split('&').any(|p| p == "returning=off");
    (format!("{address}?{}", kept.join("&")), returning)
}

impl Server for MysqlServer {
    type Connection = MySqlConnection;

    async fn connect(&self) -> Result<(MySqlConnection, u64)> {
        let refused = |error| self.refused(error);
        let mut connection = self.current().await?.connect().await.map_err(refused)?;
        let number = self.prepare(&mut connection).await.map_err(refused)?;
        Ok((connection, number))
    }

    async fn ping(connection: &mut MySqlConnection) -> bool {
        connection.ping().await.is_ok()
    }

    async fn roll_back(connection: &mut MySqlConnection) -> bool {
        connection
            .execute(sqlx::raw_sql(
                "ROLLBACK; UNLOCK TABLES; SET autocommit = 1, innodb_lock_wait_timeout = CAST(IFNULL(@orm_lock_wait, @@innodb_lock_wait_timeout) AS UNSIGNED)",
            ))
            .await
            .is_ok()
    }

    async fn cancel(&self, numbers: &[u64]) -> bool {
        let Ok(options) = self.current().await else {
            return false;
        };
        let Ok(mut connection) = options.connect().await else {
            return false;
        };
        for number in numbers {
            // It may have ended by itself, which is an error of no interest.
            let _ = connection
                .execute(sqlx::raw_sql(AssertSqlSafe(format!("KILL QUERY {number}"))))
                .await;
        }
        Self::close(connection).await;
        true
    }

    fn will_pass(code: &str) -> bool {
        code.parse()
            .is_ok_and(|number| classify::mysql(number, "") == Class::NotNow)
    }

    async fn close(connection: MySqlConnection) {
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
    fn our_own_parameter_is_taken_out_of_the_url() {
        assert_eq!(
            without_returning("mysql://h/a"),
            ("mysql://h/a".into(), true)
        );
        assert_eq!(
            without_returning("mysql://h/a?x=1&returning=off&y=2"),
            ("mysql://h/a?x=1&y=2".into(), false)
        );
    }

    #[test]
    fn a_url_that_cannot_be_read_is_not_quoted() {
        for url in [
            "mysql://ann:secret@host:port/app",
            "mysql://ann:secret@host/app?ssl-mode=secret",
            "mysql://ann:sec ret@ho st",
        ] {
            let error = MysqlServer::new(url, &PoolConfig::default())
                .map(|_| ())
                .unwrap_err();
            assert!(
                !format!("{error} {error:?}").contains("secret"),
                "{error:?}"
            );
        }
    }
}
