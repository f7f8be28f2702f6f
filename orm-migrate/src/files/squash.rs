//! Several migrations put together to one that creates the same.

use orm_core::dialect::Dialect;
use orm_core::{Error, Result};

use super::new::file_name;
use super::{Direction, Folder, Made, Meta, Migration, disk};
use crate::lexer::What;
use crate::{Problem, digest, plan, snapshot};

/// What was put together.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Squashed {
    /// The new migration.
    pub made: Made,
    /// The migrations that it stands for. Their folders are gone.
    pub replaces: Vec<String>,
    /// Steps of theirs that a schema does not say: changes of rows, steps in Rust, views, triggers. If they are still needed, they have
    /// to be written into the new one, before it is deployed anywhere.
    pub left_out: Vec<String>,
}

impl Folder {
    /// Puts all migrations up to one together to one migration that creates the same schema, and removes their folders.
    ///
    /// Where they are applied, the new one is only noted. It must not be deployed where a part of them is applied: that is an error there.
    ///
    /// # Errors
    /// When something is wrong with the migrations, the last of them has no schema, or the file system refuses.
    pub fn squash(
        &self,
        up_to: &str,
        name: &str,
        dialects: &[&'static dyn Dialect],
    ) -> Result<Squashed> {
        let chain = self.chain()?;
        let last = self.get(up_to)?;
        let end = chain
            .iter()
            .position(|m| m.id == last.id)
            .map_or(0, |at| at + 1);
        let Some(schema) = last.schema()? else {
            return Err(Problem::WrongState {
                id: last.id.clone(),
                message: "has no schema.toml, so it is not known what to create".to_owned(),
            }
            .into_error());
        };
        let name = file_name(name);
        let time = last.id.split('_').next().unwrap_or_default();
        let id = format!("{time}_{name}");
        if name.is_empty() || self.migrations.iter().any(|m| m.id == id) {
            return Err(Error::invalid_query(format!(
                "the migrations that are put together need a name of their own, and `{name}` is none"
            )));
        }
        let mut meta = Meta {
            format: 1,
            id: id.clone(),
            schema: Some(snapshot::hash(&schema)?),
            lossy: true,
            ..Meta::default()
        };
        for migration in &chain[..end] {
            meta.replaces
                .extend(migration.meta.replaces.iter().cloned());
            meta.replaces.push(migration.id.clone());
        }
        let mut files = vec![("schema.toml".to_owned(), snapshot::write(&schema)?)];
        let mut left_out = Vec::new();
        for dialect in dialects {
            let key = match dialects {
                [_] => String::new(),
                _ => format!(
                    ".{}",
                    dialect.file_keys().last().copied().unwrap_or_default()
                ),
            };
            let up = script(&plan::create(&schema, *dialect)?);
            meta.undoes.insert(format!("up{key}.sql"), digest::of(&up));
            files.push((
                format!("down{key}.sql"),
                script(&plan::drop(&schema, *dialect)?),
            ));
            files.push((format!("up{key}.sql"), up));
            for migration in &chain[..end] {
                left_out.extend(not_in_a_schema(migration, *dialect)?);
            }
        }
        files.push(("migration.toml".to_owned(), meta.write()));
        files.sort();
        let path = self.path.join(&id);
        disk::write_new(&path, &files)?;
        if let Some(next) = chain.get(end) {
            self.rewrite_meta(next, |meta| meta.parent = Some(id.clone()))?;
        }
        for migration in &chain[..end] {
            disk::remove_migration(&self.path, &migration.id, migration.flat)?;
        }
        left_out.dedup();
        Ok(Squashed {
            made: Made {
                id,
                path,
                files: files.into_iter().map(|(name, _)| name).collect(),
            },
            replaces: meta.replaces,
            left_out,
        })
    }

    pub(super) fn rewrite_meta(
        &self,
        migration: &Migration,
        change: impl FnOnce(&mut Meta),
    ) -> Result<()> {
        if migration.flat {
            return Err(Problem::WrongState {
                id: migration.id.clone(),
                message: "is in the flat form, whose migrations follow each other by their numbers; put together all of them, or none"
                    .to_owned(),
            }
            .into_error());
        }
        let mut meta = migration.meta.clone();
        change(&mut meta);
        disk::rewrite(
            &self.path.join(&migration.id).join("migration.toml"),
            &meta.write(),
        )
    }
}

fn script(statements: &[String]) -> String {
    statements
        .iter()
        .map(|sql| format!("{sql};\n"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn not_in_a_schema(migration: &Migration, dialect: &'static dyn Dialect) -> Result<Vec<String>> {
    let (path, script) = migration.script(Direction::Up, dialect)?;
    let lost = script.pieces.iter().filter(|piece| match &piece.what {
        What::Step(_) => true,
        What::Sql { words, .. } => {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            !matches!(
                words.as_slice(),
                ["ALTER" | "DROP" | "COMMENT" | "PRAGMA" | "SET", ..]
                    | ["CREATE", "TABLE" | "INDEX" | "TYPE" | "SCHEMA", ..]
                    | ["CREATE", "UNIQUE", "INDEX", ..]
            )
        }
    });
    Ok(lost
        .map(|piece| format!("{path}:{}: {}", piece.line, piece.title()))
        .collect())
}
