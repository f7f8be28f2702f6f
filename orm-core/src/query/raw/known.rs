//! The hand-written statements of the program, collected when it is linked.

use super::IntoBinding;
use crate::dialect::Family;
use crate::expr::ColumnRef;
use crate::model::ModelDef;
use crate::row::{CellType, FromRow, RowColumns};
use crate::value::FieldType;

/// A statement that `sql!` has announced.
pub struct SqlText {
    /// Its pieces.
    pub pieces: &'static [SqlPiece],
    /// The databases that it is for, if not for all.
    pub only: Option<Family>,
    /// What rows are read into, where the text says it.
    pub result: Option<fn() -> ResultCells>,
    /// The file that it stands in.
    pub file: &'static str,
    /// The line that it begins at.
    pub line: u32,
}

/// A piece of a statement.
pub enum SqlPiece {
    /// Text.
    Text(&'static str),
    /// A value.
    Bind(&'static str, Option<BindingType>),
    /// A list of values.
    List(&'static str, Option<BindingType>),
    /// A part that is not known before the program runs.
    Fragment(&'static str),
    /// The table of a model, and how it was named.
    Table(&'static str, fn() -> &'static ModelDef),
    /// A column of a model, and how it was named.
    Column(&'static str, fn() -> ColumnRef),
    /// What may be left out.
    Section(&'static str, &'static [SqlPiece]),
}

/// The type of a value.
#[derive(Debug, Clone, Copy)]
pub struct BindingType {
    /// As it was written.
    pub name: &'static str,
    /// As databases know it.
    pub ty: FieldType,
}

impl BindingType {
    /// The type `T`, written so.
    pub const fn of<T: IntoBinding + ?Sized>(name: &'static str) -> Self {
        Self { name, ty: T::TYPE }
    }
}

/// What a row type reads: the columns, and the type of each if it is known.
pub struct ResultCells {
    /// The row type's name.
    pub name: &'static str,
    /// How the columns are found.
    pub columns: RowColumns,
    /// The types, in the same order.
    pub types: Option<Vec<CellType>>,
}

/// What `R` reads.
pub fn result_cells<R: FromRow>() -> ResultCells {
    ResultCells {
        name: std::any::type_name::<R>(),
        columns: R::columns(),
        types: R::cell_types(),
    }
}

inventory::collect!(SqlText);
