//! Applying migrations: under a lock, in transactions where the database can undo, with a record of every step where it cannot.

mod job;
mod lock;
mod options;
mod pending;
mod run;

use std::time::{Duration, Instant};

use orm_core::{Db, Result};

use crate::files::{Direction, Folder, Migration};
use crate::history::{self, Event, History, State};
use crate::{Problem, clock};

pub(crate) use job::{Job, steps_checksum};
pub(crate) use lock::Session;
pub use options::{DeployOptions, OutOfOrder, Progress};
pub(crate) use pending::{Pending, Way, differences_from_files, pending};
pub(crate) use run::{Outcome, carry_out};

/// What a deployment has done, or, as a dry run, would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deployed {
    /// The migrations, in order.
    pub migrations: Vec<Done>,
    /// Whether nothing was changed, because it was a dry run.
    pub dry_run: bool,
}

/// A migration that was applied or undone, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Done {
    /// The migration.
    pub id: String,
    /// The steps that were, or would be, carried out now: the beginning of each.
    pub steps: Vec<String>,
    /// How long it took.
    pub took: Duration,
}

impl Deployed {
    /// Whether there was nothing to do.
    pub fn is_empty(&self) -> bool {
        self.migrations.is_empty()
    }
}

impl Folder {
    /// Applies all migrations that are not applied yet. See [`deploy_with`](Self::deploy_with).
    ///
    /// # Errors
    /// As `deploy_with`.
    pub async fn deploy(&self, db: &Db) -> Result<Deployed> {
        self.deploy_with(db, &DeployOptions::new()).await
    }

    /// Applies the migrations that are not applied yet, one after the other, while nobody else does.
    ///
    /// Each is one transaction where the database can undo definitions; where it cannot, every step is recorded, so that the next
    /// call goes on exactly at the step that failed.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> orm::Result<()> {
    /// use orm::{Db, migrate::{DeployOptions, Folder}};
    ///
    /// # let folder = Folder::from_files([
    /// #     ("20260101000000_init/up.sql", "CREATE TABLE notes (body TEXT)"),
    /// #     ("20260101000000_init/migration.toml", "format = 1\nid = \"20260101000000_init\""),
    /// # ])?;
    /// let db = Db::connect("sqlite::memory:").await?;
    /// let done = folder.deploy_with(&db, &DeployOptions::new().on_progress(|step| println!("{step}"))).await?;
    /// assert_eq!(done.migrations.len(), 1);
    /// assert!(folder.deploy(&db).await?.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// A [`Problem`] when the files and the database do not fit together, a statement fails, or the lock is not given in time.
    pub async fn deploy_with(&self, db: &Db, options: &DeployOptions) -> Result<Deployed> {
        let mut deployed = Deployed {
            dry_run: options.dry_run,
            ..Deployed::default()
        };
        // Without a lock first: most deployments have nothing to do, and wait for nobody.
        let history = History::from_rows(&history::read(db).await?);
        let mut interrupted = None;
        let first = match self.to_do(db, &history, options) {
            // It may be that somebody is about it right now.
            Err(error) if is_interrupted(&error) => {
                interrupted = Some(error);
                Vec::new()
            }
            result => result?,
        };
        if options.dry_run {
            if let Some(error) = interrupted {
                return Err(error);
            }
            deployed.migrations = first.iter().map(|job| job.done(Duration::ZERO)).collect();
            return Ok(deployed);
        }
        if first.is_empty() && interrupted.is_none() {
            return Ok(deployed);
        }
        let mut session = Session::open(db, options).await?;
        let result = self.run_all(&mut session, options, &mut deployed).await;
        session.close().await;
        result.map(|()| deployed)
    }

    async fn run_all(
        &self,
        session: &mut Session,
        options: &DeployOptions,
        deployed: &mut Deployed,
    ) -> Result<()> {
        let began = Instant::now();
        let mut checked = !options.check_drift;
        loop {
            let jobs = match self.to_do(&session.held, &session.history, options) {
                // Without a lock, a step that has begun may be under way in another program.
                Err(error)
                    if is_interrupted(&error)
                        && !session.has_lock()
                        && began.elapsed() < options.lock_wait =>
                {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    session.read_again().await?;
                    continue;
                }
                result => result?,
            };
            if !checked && !jobs.is_empty() {
                self.refuse_drift(session).await?;
                checked = true;
            }
            let mut outrun = false;
            for job in &jobs {
                let started = Instant::now();
                match session.run(job, options).await? {
                    Outcome::Done => deployed.migrations.push(job.done(started.elapsed())),
                    // Somebody else was faster: look again at what is left.
                    Outcome::Outrun => {
                        session.read_again().await?;
                        outrun = true;
                        break;
                    }
                }
            }
            if !outrun {
                return Ok(());
            }
        }
    }

    /// What is to be done, with all scripts cut and looked at, so that a mistake is found before anything is applied.
    fn to_do<'f>(
        &'f self,
        db: &Db,
        history: &History,
        options: &DeployOptions,
    ) -> Result<Vec<Job<'f>>> {
        let chain = self.chain()?;
        let pending = pending(&chain, history, db.dialect(), options)?;
        pending
            .into_iter()
            .map(|p| Job::up(p, db.dialect()))
            .collect()
    }

    async fn refuse_drift(&self, session: &Session) -> Result<()> {
        let Some(last) = session.history.in_order().last() else {
            return Ok(());
        };
        let Ok(migration) = self.get(last) else {
            return Ok(());
        };
        match crate::drift::of(migration, &session.held).await? {
            Some(differences) if !differences.is_empty() => Err(Problem::Drift {
                id: last.clone(),
                differences,
            }
            .into_error()),
            _ => Ok(()),
        }
    }
}

fn is_interrupted(error: &orm_core::Error) -> bool {
    matches!(Problem::of(error), Some(Problem::Interrupted { .. }))
}

/// A row about a migration as its files are now.
pub(crate) fn row(
    migration: &Migration,
    checksum: &str,
    direction: Direction,
    event: Event,
) -> history::Row {
    history::Row {
        id: migration.id.clone(),
        parent: migration.meta.parent.clone(),
        direction,
        event,
        checksum: checksum.to_owned(),
        schema_hash: migration.schema_hash().map(str::to_owned),
        started: clock::now(),
        finished: None,
        step: 0,
        steps: 0,
        statement: None,
        steps_checksum: None,
        error: None,
        tool: history::TOOL.to_owned(),
    }
}

/// The state of a migration as words, for messages.
pub(crate) fn describe(state: Option<&State>) -> &'static str {
    match state {
        None => "is not applied",
        Some(State::Applied(_)) => "is applied",
        Some(State::Partial(partial)) if partial.direction == Direction::Up => "is applied in part",
        Some(State::Partial(_)) => "is undone in part",
    }
}
