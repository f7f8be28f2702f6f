//! Beginning anew, in a database in which nothing is to be kept.

use orm_core::query::{Raw, RawPart};
use orm_core::{Db, Result};

use crate::apply::{DeployOptions, Deployed, Session};
use crate::files::Folder;

impl Folder {
    /// Drops **everything** in the database, or in the schema that the session uses, and applies all migrations. For development: a
    /// caller asks first.
    ///
    /// # Errors
    /// When something cannot be dropped, or as [`deploy_with`](Folder::deploy_with).
    pub async fn reset(&self, db: &Db, options: &DeployOptions) -> Result<Deployed> {
        // So that a mistake in the files is found while there is something to lose.
        self.chain()?;
        drop_everything(db, options).await?;
        self.deploy_with(db, options).await
    }
}

/// Drops everything in the database, or in the schema that the session uses, but what belongs to extensions. It waits for others who
/// apply migrations.
///
/// # Errors
/// When something cannot be dropped.
pub async fn drop_everything(db: &Db, options: &DeployOptions) -> Result<()> {
    let session = Session::open(db, options).await?;
    let result = drop_all(&session.held).await;
    session.close().await;
    result
}

async fn drop_all(db: &Db) -> Result<()> {
    let (before, after) = db.dialect().around_dropping_everything();
    if let Some(sql) = before {
        db.execute_script(sql).await?;
    }
    for find in db.dialect().statements_that_drop_everything() {
        // Asked one after the other, since one drop may take several things with it.
        let statements: Vec<String> = Raw::new(vec![RawPart::Text(find)]).all(db).await?;
        for sql in statements {
            db.execute_script(&sql)
                .await
                .map_err(|error| error.with_sql(&sql))?;
        }
    }
    if let Some(sql) = after {
        db.execute_script(sql).await?;
    }
    Ok(())
}
