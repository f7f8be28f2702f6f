//! A database of its own for each test, gone when the test ends.
//!
//! | variant | what a test gets |
//! |---|---|
//! | `sqlite` | a database in memory |
//! | `sqlite_file` | a file in the temporary directory |
//! | `postgres` | a schema of its own on the server of `ORM_TEST_POSTGRES_URL`, in a session with an unusual time zone |
//! | `mariadb` | a database of its own on the server of `ORM_TEST_MYSQL_URL` |
//! | `mysql_without_returning` | the same, without `INSERT … RETURNING` |

use std::fmt::Write as _;
use std::io::Write as _;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use orm::Db;

/// Writes one `#[test]` for each database, in a module of the test's name.
///
/// `only postgres, mariadb;` in front names the databases, `also mysql_without_returning;` adds to the usual three, and
/// `threads;` runs the tests on several threads.
macro_rules! on_every_database {
    (only $($database:ident),+; $($tests:tt)*) => { each_test! { CurrentThread [$($database)+] $($tests)* } };
    (also $($database:ident),+; $($tests:tt)*) => { each_test! { CurrentThread [sqlite postgres mariadb $($database)+] $($tests)* } };
    (threads; only $($database:ident),+; $($tests:tt)*) => { each_test! { Several [$($database)+] $($tests)* } };
    (threads; $($tests:tt)*) => { each_test! { Several [sqlite postgres mariadb] $($tests)* } };
    ($($tests:tt)*) => { each_test! { CurrentThread [sqlite postgres mariadb] $($tests)* } };
}

/// One module a test; the databases are a single token tree, since they repeat apart from the tests.
macro_rules! each_test {
    ($workers:ident $databases:tt $($(#[doc = $doc:literal])* async fn $name:ident($db:ident: Db) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports, reason = "not every test needs all of them")]
            use super::*;

            $(#[doc = $doc])*
            async fn test($db: $crate::support::TestDb) -> ::orm::Result<()> {
                $body
                #[allow(unreachable_code)]
                Ok(())
            }

            each_database! { $workers $databases }
        }
    )*};
}

macro_rules! each_database {
    ($workers:ident [$($database:ident)+]) => {$(
        #[test]
        fn $database() {
            let database = $crate::support::Database::named(stringify!($database));
            $crate::support::database::run(database, $crate::support::Workers::$workers, test);
        }
    )+};
}

/// A kind of database that tests run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    SqliteFile,
    Postgres,
    Mariadb,
    MysqlWithoutReturning,
}

/// On how many threads a test runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workers {
    CurrentThread,
    Several,
}

/// A handle on a test's own database, which works wherever a `Db` does.
#[derive(Clone)]
pub struct TestDb {
    db: Db,
    pub url: String,
    pub database: Database,
}

impl Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

impl TestDb {
    /// Another pool for the same database.
    #[allow(dead_code, reason = "for the tests to come")]
    pub async fn another_pool(&self, connections: usize) -> Db {
        assert_ne!(
            self.database,
            Database::Sqlite,
            "a database in memory belongs to one pool"
        );
        Db::builder(&self.url)
            .max_connections(connections)
            .connect()
            .await
            .unwrap()
    }

    /// Whether it is SQLite in either form.
    pub fn is_sqlite(&self) -> bool {
        matches!(self.database, Database::Sqlite | Database::SqliteFile)
    }

    pub fn is_postgres(&self) -> bool {
        self.database == Database::Postgres
    }

    /// Whether it is the MariaDB server in either form.
    #[allow(dead_code, reason = "for the tests to come")]
    pub fn is_mariadb(&self) -> bool {
        matches!(
            self.database,
            Database::Mariadb | Database::MysqlWithoutReturning
        )
    }
}

impl Database {
    pub fn named(name: &str) -> Self {
        match name {
            "sqlite" => Self::Sqlite,
            "sqlite_file" => Self::SqliteFile,
            "postgres" => Self::Postgres,
            "mariadb" => Self::Mariadb,
            "mysql_without_returning" => Self::MysqlWithoutReturning,
            other => panic!("there is no database `{other}`"),
        }
    }

    /// The server that it needs.
    fn server(self) -> Option<&'static Server> {
        match self {
            Self::Sqlite | Self::SqliteFile => None,
            Self::Postgres => Some(&POSTGRES),
            Self::Mariadb | Self::MysqlWithoutReturning => Some(&MYSQL),
        }
    }

    /// Makes an empty database, and says how it is reached.
    async fn make(self, name: &str) -> String {
        match self {
            Self::Sqlite => "sqlite::memory:".to_owned(),
            Self::SqliteFile => format!("sqlite://{}", file(name).display()),
            Self::Postgres => {
                let url = POSTGRES.url();
                script(&url, &format!("CREATE SCHEMA {name}")).await;
                let unencrypted = match url.contains("sslmode=") {
                    true => "",
                    false => "sslmode=disable&",
                };
                // The time zone must make no difference to any test. Proxies between look for commands, which they can read as long as
                // nothing is encrypted.
                with_parameter(
                    &url,
                    &format!(
                        "{unencrypted}options=-csearch_path%3D{name}%20-cTimeZone%3DAsia/Kathmandu"
                    ),
                )
            }
            Self::Mariadb | Self::MysqlWithoutReturning => {
                let url = MYSQL.url();
                script(&url, &format!("CREATE DATABASE {name}")).await;
                let (address, parameters) = url.split_once('?').unwrap_or((&url, ""));
                let address = address.trim_end_matches('/');
                let server = if address.matches('/').count() > 2 {
                    address.rsplit_once('/').unwrap().0
                } else {
                    address
                };
                let url = match parameters {
                    "" => format!("{server}/{name}?ssl-mode=disabled"),
                    given if given.contains("ssl-mode=") => format!("{server}/{name}?{given}"),
                    given => format!("{server}/{name}?{given}&ssl-mode=disabled"),
                };
                if self == Self::MysqlWithoutReturning {
                    with_parameter(&url, "returning=off")
                } else {
                    url
                }
            }
        }
    }

    async fn drop(self, name: &str) {
        match self {
            Self::Sqlite => {}
            Self::SqliteFile => {
                for end in ["", "-wal", "-shm"] {
                    let mut path = file(name).into_os_string();
                    path.push(end);
                    let _ = std::fs::remove_file(path);
                }
            }
            // A test that left a lock behind must not hold up all others.
            Self::Postgres => {
                script(
                    &POSTGRES.url(),
                    &format!("SET lock_timeout = '10s'; DROP SCHEMA {name} CASCADE"),
                )
                .await
            }
            Self::Mariadb | Self::MysqlWithoutReturning => {
                script(
                    &MYSQL.url(),
                    &format!("SET lock_wait_timeout = 10; DROP DATABASE {name}"),
                )
                .await;
            }
        }
    }
}

fn file(name: &str) -> std::path::PathBuf {
    std::env::temp_dir().join(format!("{name}.db"))
}

fn with_parameter(url: &str, parameter: &str) -> String {
    format!(
        "{url}{}{parameter}",
        if url.contains('?') { '&' } else { '?' }
    )
}

thread_local! {
    /// Where the test of this thread makes its tables, if not by its own pool.
    static MAKES_TABLES: std::cell::RefCell<Option<String>> = const { std::cell::RefCell::new(None) };
}

/// Makes the tables of these models, by `tables!` and the seeds. The variant without `RETURNING` speaks the SQL of MySQL, whose tables
/// the MariaDB behind it does not understand.
pub async fn create_tables(db: &Db, models: &[&'static orm::model::ModelDef]) -> orm::Result<()> {
    match MAKES_TABLES.with_borrow(Clone::clone) {
        None => orm::create_tables_of(db, models).await,
        Some(url) => {
            let maker = Db::builder(url).max_connections(1).connect().await?;
            let result = orm::create_tables_of(&maker, models).await;
            maker.shutdown(Duration::from_secs(1)).await;
            result
        }
    }
}

/// Runs a script by a connection of its own.
async fn script(url: &str, sql: &str) {
    let db = Db::builder(url).max_connections(1).connect().await.unwrap();
    db.execute_script(sql).await.unwrap();
    db.shutdown(Duration::from_secs(1)).await;
}

/// A server that may be there or not.
struct Server {
    /// Its name in `ORM_TEST_REQUIRE`.
    name: &'static str,
    variable: &'static str,
    usual: &'static str,
    answers: OnceLock<bool>,
}

static POSTGRES: Server = Server {
    name: "postgres",
    variable: "ORM_TEST_POSTGRES_URL",
    usual: "postgres://postgres@127.0.0.1:5432/postgres",
    answers: OnceLock::new(),
};
static MYSQL: Server = Server {
    name: "mysql",
    variable: "ORM_TEST_MYSQL_URL",
    usual: "mysql://root@127.0.0.1:3306/",
    answers: OnceLock::new(),
};

impl Server {
    fn url(&self) -> String {
        std::env::var(self.variable).unwrap_or_else(|_| self.usual.to_owned())
    }

    /// Whether it answers; asked once. If it does not, that is said once, or a failure of every test that needs it.
    fn answers(&self) -> bool {
        let answers = *self.answers.get_or_init(|| {
            let found = runtime(Workers::CurrentThread).block_on(async {
                let db = Db::builder(self.url())
                    .max_connections(1)
                    .connect_timeout(Duration::from_secs(5))
                    .connect()
                    .await?;
                self.sweep(&db).await;
                db.shutdown(Duration::from_secs(1)).await;
                Ok::<_, orm::Error>(())
            });
            if let Err(error) = &found {
                let mut message = String::new();
                let line = "=".repeat(100);
                let _ = writeln!(
                    message,
                    "\n{line}\nNO TEST RUNS ON `{}`: {error}",
                    self.name
                );
                let _ = writeln!(
                    message,
                    "start it with `scripts/services`, or say where it is in {}\n{line}",
                    self.variable
                );
                // Not by `eprintln!`, which the test harness hides.
                let _ = std::io::stderr().write_all(message.as_bytes());
            }
            found.is_ok()
        });
        let required = std::env::var("ORM_TEST_REQUIRE").unwrap_or_default();
        let required = required.split(',').any(|name| name.trim() == self.name);
        assert!(
            answers || !required,
            "`{}` does not answer, and ORM_TEST_REQUIRE asks for it",
            self.name
        );
        answers
    }

    /// Drops what earlier runs left behind because they were killed.
    async fn sweep(&self, db: &Db) {
        let sql = "SELECT CAST(schema_name AS CHAR(64)) FROM information_schema.schemata WHERE schema_name LIKE 'orm_suite_%'";
        let parts = vec![orm::query::RawPart::Text(sql)];
        let Ok(names) = orm::query::Raw::new(parts).all::<String>(db).await else {
            return;
        };
        for name in names {
            let name = name.trim();
            let born: u64 = name
                .split('_')
                .nth(2)
                .and_then(|seconds| seconds.parse().ok())
                .unwrap_or(u64::MAX);
            if born.saturating_add(3600) < now() {
                let cascade = if self.name == "postgres" {
                    " CASCADE"
                } else {
                    ""
                };
                let _ = db
                    .execute_script(&format!("DROP SCHEMA {name}{cascade}"))
                    .await;
            }
        }
    }
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

fn runtime(workers: Workers) -> tokio::runtime::Runtime {
    let mut builder = match workers {
        Workers::CurrentThread => tokio::runtime::Builder::new_current_thread(),
        Workers::Several => tokio::runtime::Builder::new_multi_thread(),
    };
    builder.worker_threads(2).enable_all().build().unwrap()
}

/// Runs a test with a database of its own; without the server that it needs, it is skipped.
pub fn run<F>(database: Database, workers: Workers, test: impl FnOnce(TestDb) -> F)
where
    F: Future<Output = orm::Result<()>>,
{
    if database.server().is_some_and(|server| !server.answers()) {
        return;
    }
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let name = format!(
        "orm_suite_{}_{}_{}",
        now(),
        std::process::id(),
        NUMBER.fetch_add(1, Ordering::Relaxed)
    );
    let runtime = runtime(workers);
    let url = runtime.block_on(database.make(&name));
    let own =
        (database == Database::MysqlWithoutReturning).then(|| url.replace("&returning=off", ""));
    MAKES_TABLES.set(own);
    let result = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            let db = Db::builder(&url)
                .max_connections(4)
                .acquire_timeout(Duration::from_secs(20))
                .connect()
                .await
                .unwrap();
            let result = test(TestDb {
                db: db.clone(),
                url: url.clone(),
                database,
            })
            .await;
            db.shutdown(Duration::from_secs(5)).await;
            result
        })
    }));
    // A panic has left connections behind, whose locks would hold up the drop.
    drop(runtime);
    let cleaned = catch_unwind(AssertUnwindSafe(|| {
        self::runtime(Workers::CurrentThread).block_on(database.drop(&name))
    }));
    match result {
        Err(panic) => resume_unwind(panic),
        Ok(Err(error)) => panic!("{error}"),
        Ok(Ok(())) => cleaned.unwrap(),
    }
}
