//! What a database has: its catalogs, read into a [`Schema`] that can be compared with the one that the models need.
//!
//! A table is read into a raw form by the file of its database, `recognise` finds the types that this crate knows behind how they
//! are stored, [`canonical()`] brings expressions into one spelling, and `align` takes over the words of the schema that is expected
//! where both mean the same. Where spellings cannot be judged, `settle` asks the database itself.

mod align;
mod canonical;
mod default;
mod expression;
mod full_text;
mod json;
mod like;
mod mysql;
mod postgres;
mod raw;
mod recognise;
mod settle;
mod sqlite;
mod token;
mod type_name;
mod unmanaged;

use orm_core::dialect::Family;
use orm_core::schema::{Schema, Table, TableName};
use orm_core::{Db, Error, Result};

pub use canonical::canonical;
pub use like::values_of;
pub use unmanaged::{Unmanaged, UnmanagedKind};

/// What is read, and how.
///
/// ```
/// use orm_migrate::introspect::Options;
///
/// let options = Options::new().schemas(["billing"]).without("legacy_import");
/// # let _ = options;
/// ```
#[derive(Debug, Clone, Default)]
pub struct Options {
    schemas: Vec<String>,
    without: Vec<String>,
    expected: Option<Schema>,
}

impl Options {
    /// All of the connection's default schema.
    pub fn new() -> Self {
        Self::default()
    }

    /// These schemas as well (on MySQL: databases).
    #[must_use]
    pub fn schemas(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.schemas.extend(names.into_iter().map(Into::into));
        self
    }

    /// Not this table of the default schema.
    #[must_use]
    pub fn without(mut self, table: impl Into<String>) -> Self {
        self.without.push(table.into());
        self
    }

    /// Spelled like this schema wherever the database means the same, so that the two are equal unless there is a difference; the
    /// schemas that it has tables in are read as well.
    ///
    /// A database rewrites expressions. Those that are not seen to be the same by themselves are put into a temporary table, and the
    /// database's words for both are compared.
    #[must_use]
    pub fn expecting(mut self, schema: &Schema) -> Self {
        let names = schema.tables.iter().filter_map(|t| t.name.schema.clone());
        self.schemas.extend(names);
        self.expected = Some(schema.clone());
        self
    }
}

/// What a database has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Introspection {
    /// Its tables and enum types.
    pub schema: Schema,
    /// What else is there, in order. It is kept by all that this crate does, and never compared with models.
    pub unmanaged: Vec<Unmanaged>,
}

/// Reads what the database has, in a number of queries that does not depend on how much that is.
///
/// ```
/// # use orm::prelude::*;
/// # use orm::schema::Schema;
/// use orm_migrate::introspect::{Options, introspect};
///
/// #[derive(Model, Debug)]
/// struct Tag { id: Id<Tag>, #[model(check = "label<>''")] label: String }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// # let db = Db::connect("sqlite::memory:").await?;
/// orm::create_tables_of(&db, &[Tag::def()]).await?;
/// db.execute_script("CREATE VIEW labels AS SELECT label FROM tags").await?;
///
/// let wanted = Schema::from_models(&[Tag::def()])?;
/// let found = introspect(&db, &Options::new().expecting(&wanted)).await?;
/// assert_eq!(found.schema, wanted);
/// assert_eq!(found.unmanaged[0].to_string(), "view labels");
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// When the database cannot be reached, or does not let its catalogs be read.
pub async fn introspect(db: &Db, options: &Options) -> Result<Introspection> {
    let mut options = options.clone();
    options.schemas.sort();
    options.schemas.dedup();
    let (tables, enums, mut unmanaged) = match db.dialect().family() {
        Family::Sqlite => sqlite::read(db).await?,
        Family::Postgres => postgres::read(db, &options.schemas).await?,
        Family::Mysql => mysql::read(db, &options.schemas).await?,
        _ => {
            return Err(Error::unsupported(
                "reading the catalogs",
                db.dialect().name(),
            ));
        }
    };
    let ignored = |name: &TableName| name.schema.is_none() && options.without.contains(&name.name);
    let mut tables: Vec<Table> = tables
        .into_iter()
        .filter(|t| !ignored(&t.name))
        .map(|t| t.read(db.dialect()))
        .collect();
    unmanaged.retain(|u| {
        u.schema.is_some()
            || u.table
                .as_ref()
                .is_none_or(|t| !options.without.contains(t))
    });
    unmanaged.sort();
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    let mut schema = Schema::default();
    schema.tables = tables;
    schema.enums = enums;
    if let Some(wanted) = &options.expected {
        schema = settle::settle(db, schema, wanted).await?;
    }
    Ok(Introspection { schema, unmanaged })
}
