//! How a database stands to the migrations.

use orm_core::{Db, Result};

use crate::Problem;
use crate::apply::differences_from_files;
use crate::files::{Direction, Folder, Migration};
use crate::history::{self, Failure, History, Partial, Recorded, State};

/// How a database stands to the migrations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// All migrations, of the files in their order, and behind them those that only the database knows.
    pub migrations: Vec<Entry>,
    /// What is wrong, each with what to do.
    pub problems: Vec<Problem>,
    /// How the database differs from what its migrations left; `None` if that is not known.
    pub drift: Option<Vec<String>>,
}

/// One migration in a [`Status`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The migration.
    pub id: String,
    /// How it stands.
    pub standing: Standing,
}

/// How a migration stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// It is not applied.
    Pending,
    /// It is applied.
    Applied(Recorded),
    /// It failed, and nothing of it stays.
    Failed(Failure),
    /// It did not come to its end, and the steps that are carried out stay.
    Stopped(Partial),
    /// It ended in the middle of a step, of which it is not known whether it was carried out.
    Interrupted(Partial),
    /// It is applied, and there are no files of it.
    Missing(Recorded),
    /// It stands in another one, which was put together of several.
    Squashed,
}

impl Status {
    /// The migrations that a deployment would apply.
    pub fn pending(&self) -> impl Iterator<Item = &str> {
        let open = |e: &&Entry| {
            matches!(
                e.standing,
                Standing::Pending | Standing::Failed(_) | Standing::Stopped(_)
            )
        };
        self.migrations.iter().filter(open).map(|e| e.id.as_str())
    }

    /// Whether everything is applied, nothing is wrong, and the database is as the migrations left it.
    pub fn is_clean(&self) -> bool {
        self.pending().next().is_none()
            && self.problems.is_empty()
            && self.drift.as_ref().is_none_or(Vec::is_empty)
    }
}

impl Folder {
    /// How a database stands to these migrations. Nothing is changed, and nobody is waited for.
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
    /// let status = folder.status(&db).await?;
    /// assert_eq!(status.pending().collect::<Vec<_>>(), ["20260101000000_init"]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the database cannot be read. What is wrong with the migrations is a part of the answer.
    pub async fn status(&self, db: &Db) -> Result<Status> {
        let history = History::from_rows(&history::read(db).await?);
        let mut status = Status {
            problems: self.check(),
            ..Status::default()
        };
        // In an order of some sort, even where the chain has a fault.
        let chain = self
            .chain()
            .unwrap_or_else(|_| self.migrations().iter().collect());
        status
            .problems
            .extend(differences_from_files(&chain, &history, db.dialect()));
        for migration in &chain {
            let standing = standing(migration, &history);
            status.problems.extend(problem(&migration.id, &standing));
            status.migrations.push(Entry {
                id: migration.id.clone(),
                standing,
            });
        }
        for id in history.in_order() {
            if chain.iter().any(|m| m.id == *id) {
                continue;
            }
            let squashed = chain.iter().any(|m| m.meta.replaces.contains(id));
            if let Some(recorded) = history.applied(id) {
                status.migrations.push(Entry {
                    id: id.clone(),
                    standing: match squashed {
                        true => Standing::Squashed,
                        false => Standing::Missing(recorded.clone()),
                    },
                });
            }
        }
        let last = history
            .in_order()
            .last()
            .and_then(|id| chain.iter().find(|m| m.id == *id));
        if let Some(last) = last
            && history.applied(&last.id).is_some()
        {
            status.drift = crate::drift::of(last, db).await?;
        }
        Ok(status)
    }

    /// The history of a database.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn history(&self, db: &Db) -> Result<Vec<history::Row>> {
        history::read(db).await
    }
}

fn standing(migration: &Migration, history: &History) -> Standing {
    match history.state(&migration.id) {
        None => Standing::Pending,
        Some(State::Applied(recorded)) => Standing::Applied(recorded.clone()),
        Some(State::Partial(partial)) => match (&partial.under_way, &partial.failed) {
            (Some(_), _) => Standing::Interrupted(partial.clone()),
            (None, Some(failure)) if partial.done == 0 && partial.direction == Direction::Up => {
                Standing::Failed(failure.clone())
            }
            // Ended in the middle of a transaction, of which nothing stays.
            (None, _) => Standing::Stopped(partial.clone()),
        },
    }
}

fn problem(id: &str, standing: &Standing) -> Option<Problem> {
    match standing {
        Standing::Stopped(partial) => Some(Problem::Stopped {
            id: id.to_owned(),
            done: partial.done,
            total: partial.total,
            step: partial.done + 1,
            statement: partial
                .failed
                .as_ref()
                .map_or_else(String::new, |f| f.statement.clone()),
            error: match &partial.failed {
                Some(failure) => failure.error.clone(),
                None => "the program ended before it was carried out".to_owned(),
            },
        }),
        Standing::Interrupted(partial) => Some(Problem::Interrupted {
            id: id.to_owned(),
            done: partial.done,
            total: partial.total,
            statement: partial.under_way.clone().unwrap_or_default(),
        }),
        _ => None,
    }
}
