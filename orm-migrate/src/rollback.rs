//! Undoing migrations, the last one first.

use std::time::{Duration, Instant};

use orm_core::Db;
use orm_core::Result;

use crate::Problem;
use crate::apply::{DeployOptions, Deployed, Job, Outcome, Session, Way};
use crate::digest;
use crate::files::{Direction, Folder, Migration};
use crate::history::{self, History, State};

impl Folder {
    /// Undoes the migration that was applied last, or, with `up_to`, all behind the one that is named there.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> orm::Result<()> {
    /// # use orm::{Db, migrate::{DeployOptions, Folder}};
    /// # let folder = Folder::from_files([
    /// #     ("20260101000000_init/up.sql", "CREATE TABLE notes (body TEXT)"),
    /// #     ("20260101000000_init/down.sql", "DROP TABLE notes"),
    /// #     ("20260101000000_init/migration.toml", "format = 1\nid = \"20260101000000_init\""),
    /// # ])?;
    /// # let db = Db::connect("sqlite::memory:").await?;
    /// folder.deploy(&db).await?;
    /// let undone = folder.rollback(&db, &DeployOptions::new()).await?;
    /// assert_eq!(undone.migrations[0].id, "20260101000000_init");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// A [`Problem`] when there is no `down`, it was made for another `up`, it would lose data and that is not allowed, or it fails.
    pub async fn rollback(&self, db: &Db, options: &DeployOptions) -> Result<Deployed> {
        let mut deployed = Deployed {
            dry_run: options.dry_run,
            ..Deployed::default()
        };
        let history = History::from_rows(&history::read(db).await?);
        let targets = self.to_undo(&history, options)?;
        let jobs = self.jobs(&targets, &history, db, options)?;
        if options.dry_run || jobs.is_empty() {
            deployed.migrations = jobs.iter().map(|job| job.done(Duration::ZERO)).collect();
            return Ok(deployed);
        }
        let mut session = Session::open(db, options).await?;
        let result = async {
            // What is to be undone was decided by what was there when it was asked for.
            let jobs = self.jobs(&targets, &session.history, db, options)?;
            for job in &jobs {
                let started = Instant::now();
                match session.run(job, options).await? {
                    Outcome::Done => deployed.migrations.push(job.done(started.elapsed())),
                    Outcome::Outrun => {
                        return Err(Problem::WrongState {
                            id: job.migration.id.clone(),
                            message: "was not undone, since somebody else applied or undid migrations in the meantime; look at `status`".to_owned(),
                        }
                        .into_error());
                    }
                }
            }
            Ok(())
        }
        .await;
        session.close().await;
        result.map(|()| deployed)
    }

    /// The ids of what is to be undone, the last one first.
    fn to_undo(&self, history: &History, options: &DeployOptions) -> Result<Vec<String>> {
        let order = history.in_order();
        let Some(to) = &options.up_to else {
            return Ok(order.last().cloned().into_iter().collect());
        };
        let keep = self.get(to)?.id.clone();
        match order.iter().position(|id| *id == keep) {
            Some(at) => Ok(order[at + 1..].iter().rev().cloned().collect()),
            None => Err(Problem::WrongState {
                id: keep,
                message: "is not applied, so there is nothing to go back to".to_owned(),
            }
            .into_error()),
        }
    }

    fn jobs<'f>(
        &'f self,
        targets: &[String],
        history: &History,
        db: &Db,
        options: &DeployOptions,
    ) -> Result<Vec<Job<'f>>> {
        let mut jobs = Vec::new();
        for id in targets {
            let Some(state) = history.state(id) else {
                // Somebody else has undone it already.
                continue;
            };
            let Some(migration) = self.migrations().iter().find(|m| m.id == *id) else {
                return Err(Problem::Missing { id: id.clone() }.into_error());
            };
            if !options.allow_loss && migration.meta.lossy {
                return Err(Problem::Lossy { id: id.clone() }.into_error());
            }
            refuse_stale(migration, db)?;
            let way = match state {
                State::Partial(partial) if partial.direction == Direction::Down => Way::From {
                    step: partial.done,
                    under_way: partial.under_way.is_some(),
                    steps_checksum: partial.steps_checksum.clone().filter(|_| partial.done > 0),
                },
                State::Partial(_) => {
                    return Err(Problem::WrongState {
                        id: id.clone(),
                        message: "is applied in part only, so its `down` does not fit; deploy the rest first, or undo these steps by hand and say so with `resolve --rolled-back`".to_owned(),
                    }
                    .into_error());
                }
                State::Applied(recorded) => {
                    if migration
                        .checksum(db.dialect())
                        .is_ok_and(|sum| sum != recorded.checksum)
                    {
                        return Err(Problem::Edited { id: id.clone() }.into_error());
                    }
                    Way::From {
                        step: 0,
                        under_way: false,
                        steps_checksum: None,
                    }
                }
            };
            jobs.push(Job::new(migration, Direction::Down, way, db.dialect())?);
        }
        Ok(jobs)
    }
}

fn refuse_stale(migration: &Migration, db: &Db) -> Result<()> {
    let (file, text) = migration.required_sql(Direction::Up, db.dialect())?;
    match migration.meta.undoes.get(&file) {
        Some(checksum) if *checksum != digest::of(text) => Err(Problem::StaleDown {
            id: migration.id.clone(),
            file,
        }
        .into_error()),
        _ => Ok(()),
    }
}
