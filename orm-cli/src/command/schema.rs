//! Schemas, wherever they come from: the models, the files, a database.

use orm_core::Db;
use orm_core::dialect::Dialect;
use orm_core::model::ModelDef;
use orm_core::schema::Schema;
use orm_migrate::introspect::{Options, introspect};
use orm_migrate::{DeployOptions, Folder, Migration, Scratch, snapshot};

use crate::command::Session;
use crate::failure::{Failure, Result};
use crate::project::{Project, Target, connect, dialect_of_url, shown_url};

/// Where a schema comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    Models,
    /// What a migration leads to; without an id, the newest.
    Files(Option<String>),
    /// The project's database, or the one of a URL.
    Database(Option<String>),
    Empty,
    /// A file with a schema.
    Snapshot(String),
}

impl Source {
    pub(super) fn parse(text: &str) -> Result<Self> {
        match text {
            "models" => Ok(Self::Models),
            "files" => Ok(Self::Files(None)),
            "database" => Ok(Self::Database(None)),
            "empty" => Ok(Self::Empty),
            _ => match text.split_once("files@") {
                Some(("", id)) => Ok(Self::Files(Some(id.to_owned()))),
                _ if dialect_of_url(text).is_some() => Ok(Self::Database(Some(text.to_owned()))),
                _ if text.ends_with(".toml") => Ok(Self::Snapshot(text.to_owned())),
                _ => Err(Failure::Usage(format!(
                    "`{text}` names no schema; write `models`, `files`, `files@ID`, `database`, `empty`, a URL, or the path of a schema.toml"
                ))),
            },
        }
    }

    pub(super) fn is_database(&self) -> bool {
        matches!(self, Self::Database(_))
    }

    /// How it is called in a report.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Models => "models".to_owned(),
            Self::Files(None) => "files".to_owned(),
            Self::Files(Some(id)) => format!("files@{id}"),
            Self::Database(None) => "database".to_owned(),
            Self::Database(Some(url)) => shown_url(url),
            Self::Empty => "empty".to_owned(),
            Self::Snapshot(path) => path.clone(),
        }
    }
}

impl Session {
    /// The program's models.
    pub(super) fn models(&self) -> Result<&[&'static ModelDef]> {
        match self.program.models.as_deref() {
            Some([]) => Err(Failure::message(
                "this program has no models; src/bin/orm.rs must link the crate that has them: `use my_app as _;`",
            )),
            Some(models) => Ok(models),
            None => Err(Failure::message(
                "this needs the project's models, which only the project's own program has: call it as `cargo orm …` (`orm init` prepares that)",
            )),
        }
    }

    /// What the models need.
    pub(super) fn model_schema(&self) -> Result<Schema> {
        Ok(Schema::from_models(self.models()?)?)
    }

    /// A schema that is in no database.
    pub(super) async fn offline_schema(
        &self,
        project: &Project,
        source: &Source,
    ) -> Result<Schema> {
        match source {
            Source::Models => self.model_schema(),
            Source::Empty | Source::Database(_) => Ok(Schema::default()),
            Source::Files(id) => {
                let folder = project.folder()?;
                let migration = match id {
                    Some(id) => Some(folder.get(id)?),
                    None => folder.head()?,
                };
                self.schema_after(project, &folder, migration, None).await
            }
            Source::Snapshot(path) => {
                let file = self.program.directory.join(path);
                let text =
                    std::fs::read_to_string(&file).map_err(|error| Failure::file(&file, &error))?;
                Ok(snapshot::read(&text, path)?)
            }
        }
    }

    /// What a database has, in the words of another schema where both mean the same.
    pub(super) async fn database_schema(
        &self,
        project: &Project,
        source: &Source,
        other: &Schema,
    ) -> Result<(Schema, &'static dyn Dialect)> {
        let db = match source {
            Source::Database(Some(url)) => connect(url).await?,
            _ => self.connect(project).await?,
        };
        Ok((read(&db, other).await?, db.dialect()))
    }

    /// The schema after a migration. One that keeps none, as those in the form of sqlx, is applied in a database for a while.
    pub(super) async fn schema_after(
        &self,
        project: &Project,
        folder: &Folder,
        migration: Option<&Migration>,
        expected: Option<&Schema>,
    ) -> Result<Schema> {
        let Some(migration) = migration else {
            return Ok(Schema::default());
        };
        if let Some(schema) = migration.schema()? {
            return Ok(schema);
        }
        let target = project.targets().into_iter().next();
        let url = target.and_then(|target| self.server_for(project, &target, &[]));
        let Some(url) = url else {
            return Err(Failure::Usage(format!(
                "`{}` has no schema.toml, so it has to be applied somewhere to see what it leads to; name a server by --database-url",
                migration.id
            )));
        };
        self.screen
            .progress(&format!("finding out what {} leads to", migration.id));
        let scratch = Scratch::beside(&url).await?;
        let options = DeployOptions::new().check_drift(false).up_to(&migration.id);
        let found = match folder.deploy_with(scratch.db(), &options).await {
            Ok(_) => read(scratch.db(), expected.unwrap_or(&Schema::default())).await,
            Err(error) => Err(error.into()),
        };
        scratch.close().await?;
        found
    }

    /// The URL of a server on which migrations for a database can be tried out.
    pub(super) fn server_for(
        &self,
        project: &Project,
        target: &Target,
        given: &[String],
    ) -> Option<String> {
        let own = self.find_url(Some(project));
        let fits = |url: &&String| {
            dialect_of_url(url).is_some_and(|d| d.family() == target.dialect.family())
        };
        if let Some(url) = given.iter().chain(own.as_ref()).find(fits) {
            return Some(url.clone());
        }
        // Where that needs no server, there is always one.
        let place = target.dialect.scratch("", "");
        place.create.is_none().then_some(place.url)
    }
}

/// What a database has, without what keeps histories.
pub(super) async fn read(db: &Db, other: &Schema) -> Result<Schema> {
    let options = Options::new()
        .without(orm_migrate::history::TABLE)
        .without(db.dialect().other_history().0)
        .expecting(other);
    Ok(introspect(db, &options).await?.schema)
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn sources_are_told_apart() {
        let parse = |text| Source::parse(text).ok();
        assert_eq!(parse("models"), Some(Source::Models));
        assert_eq!(
            parse("files@init"),
            Some(Source::Files(Some("init".into())))
        );
        assert_eq!(
            parse("postgres://a/b"),
            Some(Source::Database(Some("postgres://a/b".into())))
        );
        assert_eq!(
            parse("a/schema.toml"),
            Some(Source::Snapshot("a/schema.toml".into()))
        );
        assert_eq!(parse("model"), None);
    }
}
