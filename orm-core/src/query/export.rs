//! Exports: the rows of a query in a file, in constant memory.

use std::collections::BTreeSet;
use std::io::Write;
use std::panic::Location;

use super::import::{Progress, Report};
use super::{Query, SelectStatement, Selected};
use crate::db::Db;
use crate::dialect::Dialect;
use crate::driver::Statement;
use crate::error::Result;
use crate::model::Model;
use crate::row::FromRow;
use crate::transfer::{Exporting, Field, Format};
use crate::value::Value;

/// An export of the rows of a query. See [`Query::export_csv`].
#[must_use = "nothing is exported until `run` is called and awaited"]
pub struct Export<W> {
    statement: SelectStatement,
    format: Format,
    writer: W,
    report: Option<Report<'static>>,
}

/// What was exported.
#[derive(Debug)]
#[non_exhaustive]
pub struct Exported<W> {
    /// How many rows.
    pub rows: u64,
    /// Where they were written to.
    pub writer: W,
}

impl<M: Model, R: FromRow> Query<M, R> {
    /// Writes the rows as CSV (RFC 4180): first a line with the columns' names, then a line for each row. Nothing between two commas is
    /// NULL, `""` is an empty text. The rows are read as they are written, any number of them in constant memory; the file is the same on
    /// every database, and [`Model::import_csv`] reads it back.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let users = User::query().order_by(User::id).select((User::username, User::age)).export_csv(Vec::new()).run(&db).await?;
    /// assert_eq!(users.rows, 3);
    /// assert_eq!(users.writer, b"username,age\nann,34\nbob,\ncyd,17\n");
    /// # Ok(()) }) }
    /// ```
    pub fn export_csv<W: Write + Send + 'static>(self, writer: W) -> Export<W> {
        Export::new(self.statement, Format::Csv, writer)
    }

    /// Writes each row as a JSON object on a line of its own. Decimals, days, times and UUIDs are strings. See
    /// [`export_csv`](Self::export_csv).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let bob = User::find(2).select((User::username, User::age)).export_json_lines(Vec::new()).run(&db).await?;
    /// assert_eq!(bob.writer, b"{\"username\":\"bob\",\"age\":null}\n");
    /// # Ok(()) }) }
    /// ```
    #[cfg(feature = "json")]
    pub fn export_json_lines<W: Write + Send + 'static>(self, writer: W) -> Export<W> {
        Export::new(self.statement, Format::JsonLines, writer)
    }
}

impl<W> Export<W> {
    /// The SQL that [`run`](Self::run) sends to a database, and the values for its placeholders. Nothing is sent. See
    /// [`Query::to_sql`].
    ///
    /// # Errors
    /// As [`Query::to_sql`].
    pub fn to_sql(&self, dialect: &'static dyn Dialect) -> Result<(String, Vec<Value>)> {
        self.rendered(dialect).map(|s| (s.sql, s.binds))
    }

    pub(super) fn rendered(&self, dialect: &'static dyn Dialect) -> Result<Statement> {
        crate::sql::select(&self.statement, dialect)
    }
}

impl<W: Write + Send + 'static> Export<W> {
    fn new(statement: SelectStatement, format: Format, writer: W) -> Self {
        Self {
            statement,
            format,
            writer,
            report: None,
        }
    }

    /// Calls a function whenever some ten kilobytes were written.
    pub fn progress(mut self, report: impl FnMut(&Progress) + Send + 'static) -> Self {
        self.report = Some(Box::new(report));
        self
    }

    /// Writes the rows, says how many there were, and gives the writer back. It is written to on a thread that may block. See
    /// [`Query::export_csv`].
    ///
    /// # Errors
    /// When the query is wrong, the file cannot be written, or the database reports an error. What was written by then stays.
    #[track_caller]
    pub fn run(self, db: &Db) -> impl Future<Output = Result<Exported<W>>> + Send {
        let caller = Location::caller();
        async move {
            let db = &db.at(caller);
            let fields = fields(&self.statement);
            let sink = Exporting::new(fields, self.format, self.writer, self.report);
            let written = async {
                let statement = crate::sql::select(&self.statement, db.dialect())?;
                db.export(&statement, sink).await?.finish().await
            };
            match written.await {
                Ok((rows, writer)) => Ok(Exported { rows, writer }),
                Err(error) => Err(error.with_caller(caller)),
            }
        }
    }
}

/// The names and kinds of what a query selects. Something that is no column is called by its place.
fn fields(statement: &SelectStatement) -> Vec<Field> {
    let mut fields: Vec<Field> = match &statement.selected {
        Selected::Model => {
            let columns = statement.model.visible_columns().iter();
            columns
                .map(|column| Field {
                    name: column.name.to_string(),
                    kind: Some(column.ty.kind),
                })
                .collect()
        }
        Selected::Nodes(nodes) => nodes
            .iter()
            .map(|node| Field {
                name: node
                    .column()
                    .map(|c| c.def().name.to_string())
                    .unwrap_or_default(),
                kind: node.kind(),
            })
            .collect(),
        Selected::Nothing => Vec::new(),
    };
    let mut names = BTreeSet::new();
    for (at, field) in fields.iter_mut().enumerate() {
        if field.name.is_empty() || !names.insert(field.name.clone()) {
            field.name = format!("column{}", at + 1);
        }
    }
    fields
}
