//! Proving migrations by doing them: in a database of their own, up, down and up again.

use orm_core::schema::Schema;
use orm_core::{Db, Result};

use crate::Problem;
use crate::apply::DeployOptions;
use crate::drift::{self, Others};
use crate::files::{Direction, Folder, Migration};
use crate::scratch::Scratch;

/// What a replay has shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// How many migrations were applied.
    pub migrations: usize,
    /// How many of them were undone and applied again.
    pub undone: usize,
    /// What is wrong, each with what to do.
    pub problems: Vec<Problem>,
}

impl Folder {
    /// Applies all migrations in a database of its own beside the one that the URL names, one by one; compares what is there with the
    /// schema that belongs to the migration; undoes it, compares again, and applies it again.
    ///
    /// # Errors
    /// When there can be no such database. What is wrong with the migrations is a part of the answer.
    pub async fn verify(&self, url: &str) -> Result<Verified> {
        let mut verified = Verified {
            problems: self.check(),
            ..Verified::default()
        };
        let serious = |p: &Problem| !matches!(p, Problem::StaleDown { .. });
        if verified.problems.iter().any(serious) {
            return Ok(verified);
        }
        let scratch = Scratch::beside(url).await?;
        let result = self.replay(scratch.db(), &mut verified).await;
        scratch.close().await?;
        result.map(|()| verified)
    }

    async fn replay(&self, db: &Db, verified: &mut Verified) -> Result<()> {
        let mut before = Some(Schema::default());
        for migration in self.chain()? {
            let options = DeployOptions::new()
                .check_drift(false)
                .allow_loss(true)
                .up_to(&migration.id);
            if let Err(error) = self.deploy_with(db, &options).await {
                // What comes behind it stands on it.
                verified.problems.push(problem(error)?);
                return Ok(());
            }
            verified.migrations += 1;
            let after = migration.schema()?;
            let message = "its `up.sql` does not lead to its schema.toml; change one of them, by the models if it is the schema:";
            let first = compare(migration, after.as_ref(), db, &[], message, verified).await?;
            if migration.sql(Direction::Down, db.dialect()).is_some() {
                let undone = self.undo(migration, before.as_ref(), db, verified).await?;
                if !undone {
                    return Ok(());
                }
                let again = "applied again after it was undone, it does not lead to its schema.toml; something of the first time is left, so look at what its `down.sql` leaves behind:";
                compare(migration, after.as_ref(), db, &first, again, verified).await?;
            }
            before = after;
        }
        Ok(())
    }

    /// Undoes a migration and applies it again; `false` if that cannot be gone on from.
    async fn undo(
        &self,
        migration: &Migration,
        before: Option<&Schema>,
        db: &Db,
        verified: &mut Verified,
    ) -> Result<bool> {
        let options = DeployOptions::new().check_drift(false).allow_loss(true);
        if let Err(error) = self.rollback(db, &options).await {
            let found = problem(error)?;
            // A `down` that was made for another `up` is known already.
            if !matches!(found, Problem::StaleDown { .. }) {
                verified.problems.push(found);
                return Ok(false);
            }
            return Ok(true);
        }
        verified.undone += 1;
        let message = "its `down.sql` does not lead back to the schema before it; correct it:";
        compare(migration, before, db, &[], message, verified).await?;
        let up = options.up_to(&migration.id);
        if let Err(error) = self.deploy_with(db, &up).await {
            let Problem::Failed {
                statement, error, ..
            } = problem(error)?
            else {
                return Ok(false);
            };
            verified.problems.push(Problem::Unproved {
                id: migration.id.clone(),
                message: "it cannot be applied again after it was undone, so its `down.sql` leaves something behind; correct it:".to_owned(),
                differences: vec![format!("{statement}: {error}")],
            });
            return Ok(false);
        }
        Ok(true)
    }
}

/// Compares the database with a schema, and reports what is different unless it is known. Gives all of it.
async fn compare(
    migration: &Migration,
    schema: Option<&Schema>,
    db: &Db,
    known: &[String],
    message: &str,
    verified: &mut Verified,
) -> Result<Vec<String>> {
    let Some(schema) = schema else {
        return Ok(Vec::new());
    };
    let differences = drift::against(schema, db, Others::Reported).await?;
    if !differences.is_empty() && differences != known {
        verified.problems.push(Problem::Unproved {
            id: migration.id.clone(),
            message: message.to_owned(),
            differences: differences.clone(),
        });
    }
    Ok(differences)
}

/// The problem behind an error; other errors are none of the migrations'.
fn problem(error: orm_core::Error) -> Result<Problem> {
    match Problem::of(&error) {
        Some(problem) => Ok(problem.clone()),
        None => Err(error),
    }
}
