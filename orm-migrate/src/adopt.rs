//! Taking over the history that sqlx keeps.

use orm_core::query::{Raw, RawPart};
use orm_core::{Db, Result};

use crate::apply::{DeployOptions, Session, row};
use crate::files::{Direction, Folder, Migration};
use crate::history::{self, Event};
use crate::{Problem, clock};

impl Folder {
    /// Notes what sqlx has applied in this database as applied, without running anything. Its table stays as it is.
    ///
    /// The files must be there, in the flat form or beside our own, and the same as when sqlx applied them.
    ///
    /// # Errors
    /// A [`Problem`] when a file is missing or was changed, or sqlx did not come to the end of a migration.
    pub async fn adopt(&self, db: &Db) -> Result<Vec<String>> {
        let (table, sql) = db.dialect().other_history();
        if !history::exists(db, table).await? {
            return Ok(Vec::new());
        }
        let rows: Vec<(i64, Vec<u8>, bool)> = Raw::new(vec![RawPart::Text(sql)]).all(db).await?;
        let mut found = Vec::new();
        for (version, checksum, success) in rows {
            found.push(self.adopted(version, &checksum, success)?);
        }
        let options = DeployOptions::new();
        let mut session = Session::open(db, &options).await?;
        let result = note(&mut session, &found, &options).await;
        session.close().await;
        result
    }

    fn adopted(&self, version: i64, checksum: &[u8], success: bool) -> Result<&Migration> {
        let migration = self
            .migrations()
            .iter()
            .find(|m| m.flat_version() == Some(version));
        let Some(migration) = migration else {
            return Err(Problem::Missing {
                id: version.to_string(),
            }
            .into_error());
        };
        let id = || migration.id.clone();
        if !success {
            return Err(Problem::WrongState {
                id: id(),
                message: "did not come to its end when the other tool applied it; set that right, and then take the history over".to_owned(),
            }
            .into_error());
        }
        if migration.flat_checksum().is_none_or(|own| own != checksum) {
            return Err(Problem::Edited { id: id() }.into_error());
        }
        Ok(migration)
    }
}

async fn note(
    session: &mut Session,
    found: &[&Migration],
    options: &DeployOptions,
) -> Result<Vec<String>> {
    let tx = session.begin(options).await?;
    let mut noted = Vec::new();
    for migration in found {
        if session.history.state(&migration.id).is_some() {
            continue;
        }
        let checksum = migration.checksum(tx.dialect())?;
        let mut row = row(migration, &checksum, Direction::Up, Event::Adopted);
        row.finished = Some(clock::now());
        session.add(&tx, row).await?;
        noted.push(migration.id.clone());
    }
    tx.commit().await?;
    Ok(noted)
}
