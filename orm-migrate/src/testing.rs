//! What `#[orm::test]` calls: a database for a test, and its end. It is no part of the public interface and changes without notice.

mod shared;

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

use orm_core::__private::IN_MEMORY;
use orm_core::model::{self, ModelDef};
use orm_core::schema::Schema;
use orm_core::{Db, Error, Result, Tx};

use crate::Scratch;
use crate::create::create_tables_of;

/// Where a test's database comes from.
#[derive(Debug, Clone, Copy)]
pub struct Setup {
    /// The URL, or `$NAME` for the one in an environment variable; none is `$ORM_TEST_URL`, and without that a database in memory.
    pub database: Option<&'static str>,
    /// The path of the module that the test stands in.
    pub module: &'static str,
}

/// What a test's database has in it before the test begins.
pub trait Prepare {
    /// A number that changes when that changes.
    ///
    /// # Errors
    /// When it is not as it should be.
    fn identity(&self, db: &Db) -> Result<u64>;

    /// Puts it there.
    fn prepare(&self, db: &Db) -> impl Future<Output = Result<()>>;
}

/// The tables of models: of all in the program, or of these.
#[derive(Debug)]
pub enum Tables {
    /// Of all models that are linked into the program.
    All,
    /// Of these.
    Of(Vec<&'static ModelDef>),
}

impl Tables {
    fn models(&self) -> Vec<&'static ModelDef> {
        match self {
            Self::All => model::all(),
            Self::Of(models) => models.clone(),
        }
    }
}

impl Prepare for Tables {
    fn identity(&self, _: &Db) -> Result<u64> {
        let schema = Schema::from_models(&self.models())?;
        Ok(number(&format!("{schema:?}")))
    }

    async fn prepare(&self, db: &Db) -> Result<()> {
        create_tables_of(db, &self.models()).await
    }
}

#[cfg(feature = "migrate")]
impl Prepare for &crate::Migrations {
    fn identity(&self, db: &Db) -> Result<u64> {
        let mut text = String::new();
        for migration in self.folder()?.migrations() {
            text.push_str(migration.name());
            text.push_str(&migration.checksum(db.dialect())?);
        }
        Ok(number(&text))
    }

    async fn prepare(&self, db: &Db) -> Result<()> {
        self.deploy(db).await.map(drop)
    }
}

/// FNV-1a: the same in each program that is built from the same source.
fn number(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Why a test failed without a panic, as the test harness shows it.
pub struct Failure(String);

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a test may return.
#[diagnostic::on_unimplemented(
    message = "a test cannot return `{Self}`",
    label = "expected nothing, or a `Result`"
)]
pub trait Verdict {
    /// Why it failed, if it did.
    ///
    /// # Errors
    /// That.
    fn verdict(self) -> Result<(), Failure>;
}

impl Verdict for () {
    fn verdict(self) -> Result<(), Failure> {
        Ok(())
    }
}

impl<T, E: fmt::Debug> Verdict for Result<T, E> {
    fn verdict(self) -> Result<(), Failure> {
        self.map(drop)
            .map_err(|error| Failure(format!("{error:?}")))
    }
}

fn failed(what: &'static str) -> impl Fn(Error) -> Failure {
    move |error| Failure(format!("{what}: {error}"))
}

fn url(setup: &Setup) -> Result<String, Failure> {
    let variable = |name: &str| std::env::var(name).ok().filter(|url| !url.is_empty());
    match setup.database {
        None => Ok(variable("ORM_TEST_URL").unwrap_or_else(|| IN_MEMORY.to_owned())),
        Some(database) => match database.strip_prefix('$') {
            None => Ok(database.to_owned()),
            Some(name) => variable(name).ok_or_else(|| {
                Failure(format!(
                    "the environment has no {name}, which names the test's database"
                ))
            }),
        },
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure(format!("the runtime of the test cannot be made: {error}")))
}

/// Runs a test with a database of its own, which is dropped when the test has ended, also by a panic.
///
/// # Errors
/// What the test returned, or why there is no database.
pub fn run<F>(
    setup: &Setup,
    content: impl Prepare,
    test: impl FnOnce(Db) -> F,
) -> Result<(), Failure>
where
    F: Future<Output: Verdict>,
{
    let url = url(setup)?;
    let beginning = runtime()?;
    let scratch = beginning
        .block_on(Scratch::beside(&url))
        .map_err(failed("no database can be made for the test"))?;
    let result = catch_unwind(AssertUnwindSafe(|| {
        beginning.block_on(async {
            let db = scratch.db().clone();
            content
                .prepare(&db)
                .await
                .map_err(failed("the database of the test cannot be prepared"))?;
            test(db).await.verdict()
        })
    }));
    let drop_it = scratch.leave();
    // A panic, or a task that the test has spawned, has left connections behind, whose locks would hold up the drop.
    drop(beginning);
    let cleaned = match drop_it {
        Some(sql) => runtime()?.block_on(async {
            let server = Db::builder(&url).max_connections(1).connect().await?;
            let result = server.execute_script(&sql).await;
            server.shutdown(Duration::from_secs(1)).await;
            result
        }),
        None => Ok(()),
    };
    ended(result, cleaned)
}

/// Runs a test in a transaction that is rolled back, on a database that is made once for all tests with the same content.
///
/// # Errors
/// What the test returned, or why there is no database.
pub fn run_in_transaction<F>(
    setup: &Setup,
    content: impl Prepare,
    test: impl FnOnce(Tx) -> F,
) -> Result<(), Failure>
where
    F: Future<Output: Verdict>,
{
    let url = url(setup)?;
    let runtime = runtime()?;
    let db = runtime
        .block_on(shared::open(&url, setup.module, content))
        .map_err(failed("no database can be made for the tests"))?;
    let result = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            let begin = failed("no transaction can be begun for the test");
            let whole = db.begin().await.map_err(&begin)?;
            // What the test commits is a savepoint.
            let tx = whole.begin().await.map_err(&begin)?;
            let verdict = test(tx).await.verdict();
            verdict.and(
                whole
                    .rollback()
                    .await
                    .map_err(failed("the transaction cannot be rolled back")),
            )
        })
    }));
    runtime.block_on(db.shutdown(Duration::from_secs(5)));
    ended(result, Ok(()))
}

fn ended(
    result: Result<Result<(), Failure>, Box<dyn Any + Send>>,
    cleaned: Result<()>,
) -> Result<(), Failure> {
    match result {
        Err(panic) => resume_unwind(panic),
        Ok(result) => {
            result.and(cleaned.map_err(failed("the database of the test cannot be dropped")))
        }
    }
}
