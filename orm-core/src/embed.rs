//! Structs whose fields are columns of the model that holds them.

use crate::error::Result;
use crate::model::ColumnDef;
use crate::row::Cells;
use crate::value::{EncodeError, Value};

/// A struct that a model holds as several columns; made by `#[derive(Embed)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be embedded",
    label = "not an embedded struct",
    note = "add `#[derive(Embed)]` to `{Self}`"
)]
pub trait Embedded: Sized + Send + Sync + 'static {
    /// How many columns it takes.
    const WIDTH: usize;
    /// The columns of a model `M` that holds it, as fields.
    type Columns<M>;

    /// The columns, for a field of this name whose columns begin with this prefix.
    fn columns(field: &str, prefix: &str) -> Vec<ColumnDef>;

    /// Reads the columns.
    ///
    /// # Errors
    /// When a cell does not fit its Rust type.
    fn read(cells: &mut Cells<'_>) -> Result<Self>;

    /// The values of the columns, in order.
    fn values(&self) -> Vec<Result<Value, EncodeError>>;
}
