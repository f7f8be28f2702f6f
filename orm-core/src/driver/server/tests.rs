//! The drivers against real servers: what a lease leaves behind, whatever becomes of it.
//!
//! A server that is not there is reported, and is an error where `ORM_TEST_REQUIRE` names it.

mod lease;
mod statement;
mod transaction;
mod value;

use std::time::{Duration, Instant};

use crate::db::{PoolConfig, TxOptions};
use crate::driver::{Access, Columns, Lease, NoRows, Pool, RowSink, Statement};
use crate::error::{Error, ErrorKind, Result};
use crate::row::RowSource;
use crate::value::{Kind, Numeric, Raw, Value};

/// The servers' words for the same things.
#[derive(Clone, Copy)]
struct Words {
    name: &'static str,
    variable: &'static str,
    url: &'static str,
    sleep: &'static str,
    sleeping: &'static str,
    connection: &'static str,
    terminate: &'static str,
    lock_timeout: &'static str,
    /// Leads to what this test alone uses: a database, or a schema.
    own_url: &'static str,
}

const POSTGRES: Words = Words {
    name: "postgres",
    variable: "ORM_TEST_POSTGRES_URL",
    url: "postgres://postgres@127.0.0.1:5432/postgres",
    sleep: "SELECT pg_sleep(20)",
    sleeping: "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid = ",
    connection: "SELECT pg_backend_pid()::int8",
    terminate: "SELECT pg_terminate_backend(",
    lock_timeout: "SET lock_timeout = '100ms'",
    own_url: "",
};

const MYSQL: Words = Words {
    name: "mysql",
    variable: "ORM_TEST_MYSQL_URL",
    url: "mysql://root@127.0.0.1:3306/",
    sleep: "SELECT SLEEP(20)",
    sleeping: "SELECT count(*) FROM information_schema.processlist WHERE command <> 'Sleep' AND id = ",
    connection: "SELECT CONNECTION_ID()",
    terminate: "KILL (",
    lock_timeout: "SET innodb_lock_wait_timeout = 1",
    own_url: "",
};

fn config(max_connections: usize) -> PoolConfig {
    PoolConfig {
        max_connections,
        acquire_timeout: Duration::from_secs(3),
        connect_timeout: Duration::from_secs(3),
        max_lifetime: Duration::from_secs(60),
        ..PoolConfig::default()
    }
}

/// Runs a test on each server that answers, in a database or schema of its own that is gone afterwards.
fn on_each(test: impl AsyncFn(Words, Pool)) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    for words in [POSTGRES, MYSQL] {
        if cfg!(not(feature = "postgres")) && words.name == "postgres"
            || cfg!(not(feature = "mysql")) && words.name == "mysql"
        {
            continue;
        }
        let url = std::env::var(words.variable).unwrap_or_else(|_| words.url.into());
        let outside = match runtime.block_on(Pool::connect(&url, &config(1))) {
            Ok(pool) => pool,
            Err(error) => {
                let required =
                    std::env::var("ORM_TEST_REQUIRE").is_ok_and(|names| names.contains(words.name));
                assert!(!required, "{} is required: {error}", words.name);
                eprintln!("SKIPPED on {}: {error}", words.name);
                continue;
            }
        };
        let own = Own::new(words, &url);
        let script = async |sql: &str| outside.lease().await.unwrap().script(sql).await.unwrap();
        runtime.block_on(script(&own.create));
        let run = std::panic::AssertUnwindSafe(|| {
            runtime.block_on(async {
                // Tests outlive nothing, so the text may stay for the rest of the run.
                let own_url: &'static str = Box::leak(own.url.clone().into_boxed_str());
                let pool = Pool::connect(own_url, &config(1)).await.unwrap();
                test(Words { own_url, ..words }, pool).await;
            });
        });
        let result = std::panic::catch_unwind(run);
        runtime.block_on(script(&own.remove));
        if let Err(panic) = result {
            std::panic::resume_unwind(panic);
        }
    }
}

/// What one test alone uses on a server.
struct Own {
    create: String,
    remove: String,
    url: String,
}

impl Own {
    fn new(words: Words, url: &str) -> Self {
        static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!("orm_driver_{}_{number}", std::process::id());
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        if words.name == "postgres" {
            return Self {
                create: format!("CREATE SCHEMA {name}"),
                remove: format!("DROP SCHEMA {name} CASCADE"),
                url: format!("{base}?{query}&options=-csearch_path%3D{name}").replace("?&", "?"),
            };
        }
        let authority = base.find("://").map_or(0, |at| at + 3);
        let end = base[authority..]
            .find('/')
            .map_or(base.len(), |at| authority + at);
        Self {
            create: format!("CREATE DATABASE {name}"),
            remove: format!("DROP DATABASE {name}"),
            url: format!("{}/{name}?{query}", &base[..end]),
        }
    }
}

/// Collects the first cell of each row.
#[derive(Default)]
struct First(Vec<Option<i64>>);

impl RowSink for First {
    fn start(&mut self, _: &dyn Columns) -> Result<()> {
        Ok(())
    }

    fn row(&mut self, row: &dyn RowSource) -> Result<()> {
        self.0
            .push(match row.raw(0).map_err(|e| Error::invalid_query(e.0))? {
                Raw::Int(number) => Some(number),
                _ => None,
            });
        Ok(())
    }
}

/// Wants no more than a few rows.
struct Few(usize);

impl RowSink for Few {
    const STREAMS: bool = true;

    fn start(&mut self, _: &dyn Columns) -> Result<()> {
        Ok(())
    }

    fn row(&mut self, _: &dyn RowSource) -> Result<()> {
        self.0 += 1;
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.0 >= 3
    }

    fn drain(&mut self) -> impl Future<Output = bool> + Send {
        std::future::ready(false)
    }
}

fn statement(sql: impl Into<String>, binds: Vec<Value>) -> Statement {
    Statement {
        loosely_typed: true,
        sql: sql.into(),
        binds,
        access: Access::Read,
        keep: true,
        relation: None,
        model: None,
    }
}

async fn number(lease: &mut Lease, sql: &str) -> Option<i64> {
    lease
        .fetch(&statement(sql, Vec::new()), First::default())
        .await
        .unwrap()
        .0
        .0[0]
}
