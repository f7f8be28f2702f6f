//! Creates and drops the tables of models, without a history: for tests, examples and first steps.

use std::fmt;

use orm_core::dialect::Feature;
use orm_core::model::{self, ModelDef};
use orm_core::schema::Schema;
use orm_core::{Db, Error, ErrorKind, Result};

use crate::plan;

/// Creates the tables of all models of the program, with their indexes and constraints.
///
/// Where the database can undo it, this happens in one transaction: all tables are created, or none. A table that exists already is an
/// error. For a database that lives longer than a test, use migrations.
///
/// ```standalone_crate
/// # use orm::prelude::*;
/// #[derive(Model, Debug)]
/// struct Tag { id: Id<Tag>, label: String }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// let db = Db::connect("sqlite::memory:").await?;
/// orm::create_tables(&db).await?;
/// # assert_eq!(Tag::query().count(&db).await?, 0);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// When the models contradict each other, the database cannot have such tables, or it refuses.
pub async fn create_tables(db: &Db) -> Result<()> {
    create_tables_of(db, &model::all()).await
}

/// Creates the tables of these models. An enum type that is there already is used if it has the same labels.
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(Model, Debug)]
/// # struct User { id: Id<User>, name: String }
/// # #[derive(Model, Debug)]
/// # struct Post { id: Id<Post>, title: String }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// # let db = Db::connect("sqlite::memory:").await?;
/// orm::create_tables_of(&db, &[User::def(), Post::def()]).await?;
/// assert_eq!(User::query().count(&db).await?, 0);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// As [`create_tables`].
pub async fn create_tables_of(db: &Db, models: &[&'static ModelDef]) -> Result<()> {
    let schema = Schema::from_models(models)?;
    run(db, &plan::create_beside_others(&schema, db.dialect())?).await
}

/// Drops the tables of these models **with everything that is in them**, where they exist. An enum type that another table uses stays.
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(Model, Debug)]
/// # struct User { id: Id<User>, name: String }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// # let db = Db::connect("sqlite::memory:").await?;
/// orm::create_tables_of(&db, &[User::def()]).await?;
/// orm::drop_tables_of(&db, &[User::def()]).await?;
/// assert!(User::query().count(&db).await.is_err());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// When a table that stays refers to one of them, or the database refuses for another reason.
pub async fn drop_tables_of(db: &Db, models: &[&'static ModelDef]) -> Result<()> {
    let schema = Schema::from_models(models)?;
    run(db, &plan::drop(&schema, db.dialect())?).await
}

async fn run(db: &Db, statements: &[String]) -> Result<()> {
    if db.dialect().supports(Feature::TransactionalDdl) {
        return db
            .transaction(async |tx| {
                for statement in statements {
                    tx.execute_script(statement)
                        .await
                        .map_err(|error| error.with_sql(statement))?;
                }
                Ok(())
            })
            .await;
    }
    for (at, statement) in statements.iter().enumerate() {
        if let Err(error) = db.execute_script(statement).await {
            let error = error.with_sql(statement);
            return Err(match at {
                0 => error,
                done => Error::new(ErrorKind::Database).with_source(Partial {
                    done,
                    all: statements.len(),
                    error,
                }),
            });
        }
    }
    Ok(())
}

/// A database that cannot undo the definition of a table stopped in the middle.
#[derive(Debug)]
struct Partial {
    done: usize,
    all: usize,
    error: Error,
}

impl fmt::Display for Partial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { done, all, error } = self;
        write!(
            f,
            "{done} of {all} statements were carried out and stay, since this database cannot undo them; the next one failed: {error}"
        )
    }
}

impl std::error::Error for Partial {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}
