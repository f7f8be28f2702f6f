//! The insert of one row, to look at before it is sent.

use super::create::NewRow;
use super::input::InputName;
use super::insert::single_of;
use super::nested::Related;
use crate::dialect::{Dialect, Feature};
use crate::driver::Statement;
use crate::error::{Error, Result};
use crate::model::{ColumnRole, ModelDef};
use crate::value::{EncodeError, Value};

/// The insert of one row. A builder such as `User::create().username("ann")` dereferences to it, so that its SQL and its plan can be
/// looked at.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let post = Post::create().author_id(1).title("Hello");
/// let (sql, _) = post.to_sql(orm::dialect::SQLITE)?;
/// assert!(sql.starts_with(r#"INSERT INTO "posts" ("author_id", "title", "#));
/// assert!(format!("{:?}", Post::create().title("Hello")).contains("`Post::author_id` is not given"));
/// # Ok(()) }) }
/// ```
#[derive(Clone)]
pub struct Insert {
    pub(super) model: &'static ModelDef,
    pub(super) values: Vec<Option<Value>>,
    pub(super) refused: Vec<(usize, EncodeError)>,
    /// What fields are called in the input that they came from.
    pub(super) names: Vec<InputName>,
    /// The rows that are written together with it.
    pub(super) related: Vec<Related>,
}

impl Insert {
    /// The SQL that `insert` sends to a database, and the values for its placeholders. Nothing is sent. A database that does not return
    /// what it inserts is asked for the row by another statement. See [`Insert`].
    ///
    /// # Errors
    /// When a field is refused or a required one is not given yet, or when the row has related rows, since their keys are not known
    /// before.
    pub fn to_sql(&self, dialect: &'static dyn Dialect) -> Result<(String, Vec<Value>)> {
        self.rendered(dialect).map(|s| (s.sql, s.binds))
    }

    pub(super) fn rendered(&self, dialect: &'static dyn Dialect) -> Result<Statement> {
        let mut statement = single_of(self.model, NewRow::from(self.clone()), None)?;
        self.is_complete()?;
        let rows = std::mem::take(&mut statement.rows);
        let returning = dialect.supports(Feature::InsertReturning);
        crate::sql::insert(&statement, rows, returning, true, dialect)
    }

    /// A builder can be looked at before every required field is set, though it cannot be inserted.
    fn is_complete(&self) -> Result<()> {
        let mut columns = self.model.columns.iter().zip(&self.values);
        let missing = columns.find(|(column, value)| {
            let required = column.role == ColumnRole::Plain && column.default.is_none();
            required && !column.nullable && value.is_none()
        });
        match missing {
            None => Ok(()),
            Some((column, _)) => Err(Error::invalid_query(format!(
                "`{}::{}` is not given yet",
                self.model.name, column.field
            ))),
        }
    }
}
