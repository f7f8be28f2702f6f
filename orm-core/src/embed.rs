//! Structs whose fields are columns of the model that holds them.

use crate::error::Result;
use crate::model::ColumnDef;
use crate::row::Cells;
use crate::value::{EncodeError, Value};

/// A struct that a model holds as several columns; made by `#[derive(Embed)]`.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// #[derive(Embed, Debug, Clone)]
/// struct Address { street: String, city: String }
///
/// #[derive(Model, Debug)]
/// struct Shop {
///     id: Id<Shop>,
///     #[model(embed)]
///     address: Address,
/// }
/// orm::create_tables_of(&db, &[Shop::def()]).await?;
/// Shop::create().address(Address { street: "Mill Road 1".into(), city: "Bath".into() }).insert(&db).await?;
/// assert_eq!(Shop::query().filter(Shop::address.city.eq("Bath")).count(&db).await?, 1);
/// # Ok(()) }) }
/// ```
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
