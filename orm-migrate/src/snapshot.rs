//! Schemas as text: canonical, sorted, one object a line, with a hash, so that a reviewer sees what changed and a merge what collides.

#[cfg(test)]
mod tests;
mod write;

use orm_core::schema::Schema;
use orm_core::{Error, Result};
use serde::Deserialize;

use crate::Problem;
use crate::digest;

pub(crate) use write::{inline, string};

/// The version of the form.
const FORMAT: i64 = 1;

/// Writes a schema.
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(Model)]
/// # struct User { id: Id<User>, name: String }
/// use orm::{migrate::snapshot, schema::Schema};
///
/// let schema = Schema::from_models(&[User::def()])?;
/// let text = snapshot::write(&schema)?;
/// assert_eq!(snapshot::read(&text, "schema.toml")?, schema);
/// # Ok::<(), orm::Error>(())
/// ```
///
/// # Errors
/// When the text would not lead to the same schema again.
pub fn write(schema: &Schema) -> Result<String> {
    let schema = sorted(schema);
    let body = write::body(&schema)?;
    let hash = digest::of(&body);
    let text = format!(
        "# The whole schema after this migration. It is made from the models and compared by its hash: change the models instead.\nformat = {FORMAT}\nhash = \"{hash}\"\n{body}"
    );
    // A snapshot that lost something would make the next migration add it again.
    match parse(&text) {
        Ok(file) if file.schema == schema => Ok(text),
        Ok(_) => Err(lossy("it is read as another schema")),
        Err(message) => Err(lossy(&message)),
    }
}

/// Reads a schema; `path` stands in messages.
///
/// # Errors
/// When the text is no schema, or was changed by hand.
pub fn read(text: &str, path: &str) -> Result<Schema> {
    let malformed = |message| Problem::Malformed {
        path: path.to_owned(),
        message,
    };
    let file = parse(text).map_err(|message| malformed(message).into_error())?;
    if !is_whole(text, &file.hash) {
        return Err(Problem::EditedSchema {
            id: path.to_owned(),
        }
        .into_error());
    }
    Ok(file.schema)
}

/// The hash of a schema: equal schemas have equal hashes, whatever the order of their tables.
///
/// # Errors
/// As [`write()`].
pub fn hash(schema: &Schema) -> Result<String> {
    Ok(digest::of(&write::body(&sorted(schema))?))
}

/// The hash that a text says it has, without reading the rest.
pub(crate) fn stated_hash(text: &str) -> Option<&str> {
    let line = text.lines().find(|line| line.starts_with("hash = "))?;
    line.split('"').nth(1)
}

/// Whether a text has the hash that it says.
pub(crate) fn is_whole(text: &str, hash: &str) -> bool {
    body(text).is_some_and(|body| digest::of(body) == hash)
}

/// What stands behind the line with the hash.
fn body(text: &str) -> Option<&str> {
    let at = text.find("\nhash = ")? + 1;
    let end = text[at..].find('\n')? + 1;
    Some(&text[at + end..])
}

#[derive(Deserialize)]
struct File {
    format: i64,
    hash: String,
    #[serde(flatten)]
    rest: toml::Table,
}

struct Read {
    hash: String,
    schema: Schema,
}

fn parse(text: &str) -> Result<Read, String> {
    let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
    if file.format != FORMAT {
        return Err(format!(
            "its format is {}, and this program reads {FORMAT}; use the version that wrote it, or a newer one",
            file.format
        ));
    }
    let schema =
        Schema::deserialize(toml::Value::Table(file.rest)).map_err(|error| error.to_string())?;
    Ok(Read {
        hash: file.hash,
        schema,
    })
}

fn lossy(message: &str) -> Error {
    Problem::Malformed {
        path: "schema.toml".to_owned(),
        message: format!("a schema cannot be kept in a file: {message}; please report it"),
    }
    .into_error()
}

/// The schema in the one order that is written.
pub(crate) fn sorted(schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    schema.enums.sort_by(|a, b| a.name.cmp(&b.name));
    schema.tables.sort_by(|a, b| a.name.cmp(&b.name));
    for table in &mut schema.tables {
        table.uniques.sort_by(|a, b| a.name.cmp(&b.name));
        table.foreign_keys.sort_by(|a, b| a.name.cmp(&b.name));
        table.checks.sort_by(|a, b| a.name.cmp(&b.name));
        table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
    }
    schema
}
