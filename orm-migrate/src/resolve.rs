//! Saying how it stands, where that cannot be known: after an interrupted attempt, and for a database that was there before.

use orm_core::{Db, Result};

use crate::apply::{DeployOptions, Session, describe, row, steps_checksum};
use crate::files::{Direction, Folder, Migration};
use crate::history::{Event, Partial, State};
use crate::{Problem, clock};

/// What somebody found out about an attempt that did not come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// All steps are carried out: the rest was done by hand.
    Applied,
    /// No step is carried out: what was done was undone by hand.
    RolledBack,
    /// The interrupted step was carried out; those behind it were not.
    StepApplied,
    /// The interrupted step was not carried out.
    StepRolledBack,
}

impl Folder {
    /// Says how an attempt ended that stopped or was interrupted, so that the next deployment goes on from there. Nothing but the
    /// history is changed.
    ///
    /// # Errors
    /// A [`Problem`] when that does not fit the state of the migration.
    pub async fn resolve(&self, db: &Db, id: &str, resolution: Resolution) -> Result<()> {
        let migration = self.get(id)?;
        let options = DeployOptions::new();
        let mut session = Session::open(db, &options).await?;
        let result = resolve(&mut session, migration, resolution).await;
        session.close().await;
        result
    }

    /// Notes that everything up to a migration is in the database already, without running anything: for a database that was there
    /// before its history. Without an id, it is all migrations.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> orm::Result<()> {
    /// # use orm::{Db, migrate::Folder};
    /// # let folder = Folder::from_files([
    /// #     ("20260101000000_init/up.sql", "CREATE TABLE notes (body TEXT)"),
    /// #     ("20260101000000_init/migration.toml", "format = 1\nid = \"20260101000000_init\""),
    /// # ])?;
    /// let db = Db::connect("sqlite::memory:").await?;
    /// db.execute_script("CREATE TABLE notes (body TEXT)").await?;
    /// assert_eq!(folder.baseline(&db, None).await?, ["20260101000000_init"]);
    /// assert!(folder.deploy(&db).await?.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// A [`Problem`] when something is wrong with the migrations, a part of them is applied only, or the database is not as the
    /// migration leaves it.
    pub async fn baseline(&self, db: &Db, up_to: Option<&str>) -> Result<Vec<String>> {
        let chain = self.chain()?;
        let end = match up_to {
            None => chain.len(),
            Some(id) => {
                let target = self.get(id)?;
                chain
                    .iter()
                    .position(|m| m.id == target.id)
                    .map_or(0, |at| at + 1)
            }
        };
        if let Some(last) = chain[..end].last()
            && let Some(differences) = crate::drift::of(last, db).await?
            && !differences.is_empty()
        {
            return Err(Problem::Unproved {
                id: last.id.clone(),
                message: "the database is not as this migration leaves it, so it cannot be where the history begins:".to_owned(),
                differences,
            }
            .into_error());
        }
        let options = DeployOptions::new();
        let mut session = Session::open(db, &options).await?;
        let result = note_all(&mut session, &chain[..end], &options).await;
        session.close().await;
        result
    }
}

async fn note_all(
    session: &mut Session,
    chain: &[&Migration],
    options: &DeployOptions,
) -> Result<Vec<String>> {
    let tx = session.begin(options).await?;
    let mut noted = Vec::new();
    for migration in chain {
        match session.history.state(&migration.id) {
            Some(State::Applied(_)) => continue,
            Some(State::Partial(_)) => {
                return Err(Problem::WrongState {
                    id: migration.id.clone(),
                    message: "is applied in part; say how it stands with `resolve` first"
                        .to_owned(),
                }
                .into_error());
            }
            None => {}
        }
        let checksum = migration.checksum(tx.dialect())?;
        let mut row = row(migration, &checksum, Direction::Up, Event::Baseline);
        row.finished = Some(clock::now());
        session.add(&tx, row).await?;
        noted.push(migration.id.clone());
    }
    tx.commit().await?;
    Ok(noted)
}

async fn resolve(
    session: &mut Session,
    migration: &Migration,
    resolution: Resolution,
) -> Result<()> {
    let state = session.history.state(&migration.id);
    let wrong = |message: String| {
        Problem::WrongState {
            id: migration.id.clone(),
            message,
        }
        .into_error()
    };
    let Some(State::Partial(partial)) = state else {
        let state = describe(state);
        return Err(wrong(format!(
            "{state}, so there is nothing to resolve; what is not in the files or not in the database is seen in `status`"
        )));
    };
    let dialect = session.held.dialect();
    let checksum = migration.checksum(dialect)?;
    let event = match resolution {
        Resolution::Applied => Event::ResolvedApplied,
        Resolution::RolledBack => Event::ResolvedRolledBack,
        Resolution::StepApplied => Event::StepApplied,
        Resolution::StepRolledBack => Event::StepRolledBack,
    };
    let of_step = matches!(event, Event::StepApplied | Event::StepRolledBack);
    if of_step && partial.under_way.is_none() {
        return Err(wrong(
            "did not end in the middle of a step; the failed step was not carried out, and the next deployment begins with it".to_owned(),
        ));
    }
    let mut row = row(migration, &checksum, partial.direction, event);
    row.finished = Some(clock::now());
    row.steps = partial.total;
    row.step = partial.done;
    row.statement.clone_from(&partial.under_way);
    if event == Event::StepApplied {
        let (_, script) = migration.script(partial.direction, dialect)?;
        row.step = partial.done + 1;
        row.steps_checksum = Some(steps_checksum(&script, row.step));
        if is_last(partial) {
            row.event = Event::ResolvedApplied;
        }
    }
    let tx = session.begin(&DeployOptions::new()).await?;
    session.add(&tx, row).await?;
    tx.commit().await
}

fn is_last(partial: &Partial) -> bool {
    partial.done + 1 >= partial.total
}
