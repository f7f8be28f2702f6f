//! Rows on their way from a database into Rust types.

use crate::error::{Error, ErrorKind, Result};
use crate::value::{DecodeError, Field, Raw};

/// A row as a driver holds it.
pub trait RowSource {
    /// The cell of a column, by position.
    ///
    /// # Errors
    /// When there is no such column, or the driver cannot read it.
    fn raw(&self, index: usize) -> Result<Raw<'_>, DecodeError>;

    /// A column's name, for messages.
    fn column(&self, index: usize) -> String;

    /// How many cells there are.
    fn width(&self) -> usize {
        0
    }
}

/// The width of what takes all columns, so that nothing can stand beside it.
const ALL: usize = u32::MAX as usize;

/// Something that a row can be read into: a model, a tuple, a single value, or a struct with `#[derive(FromRow)]`.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let pair: (i64, String) = sql!("SELECT id, username FROM users WHERE id = 1").one(&db).await?;
/// let user: User = sql!("SELECT * FROM users WHERE id = 1").one(&db).await?;
/// assert_eq!(pair, (user.id.get(), user.username));
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(
    message = "a row cannot be read into `{Self}`",
    label = "not a row type",
    note = "use a model, a tuple, a single value, or a struct with `#[derive(FromRow)]`"
)]
pub trait FromRow: Sized + Send + 'static {
    /// What a reader sees in messages.
    const NAME: &'static str;

    /// Which columns are read.
    fn columns() -> RowColumns;

    /// How many columns are read.
    fn width() -> usize {
        match Self::columns() {
            RowColumns::Positional(width) => width,
            RowColumns::Named(names) => names.len(),
            RowColumns::All => ALL,
        }
    }

    /// The types of what is read, in the order of [`columns`](FromRow::columns); `None` if they are not known before there is a row.
    fn cell_types() -> Option<Vec<CellType>> {
        None
    }

    /// Reads the row, cell after cell, in the order of [`columns`](FromRow::columns).
    ///
    /// # Errors
    /// When a cell does not fit its Rust type.
    fn read(cells: &mut Cells<'_>) -> Result<Self>;
}

/// Which columns of a result a row type reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowColumns {
    /// As many columns as this, by position.
    Positional(usize),
    /// The columns with these names, wherever they stand.
    Named(Vec<std::borrow::Cow<'static, str>>),
    /// All columns, whatever they are.
    All,
}

/// The type of a cell that a row type reads.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CellType {
    /// The type as databases know it.
    pub ty: crate::value::FieldType,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// The Rust type.
    pub name: &'static str,
}

impl CellType {
    /// What a field of a row type reads.
    pub fn of<T: Field>() -> Self {
        Self {
            ty: T::TYPE,
            nullable: T::NULLABLE,
            name: std::any::type_name::<T>(),
        }
    }

    /// What a column of a model holds.
    pub fn of_column(column: &crate::model::ColumnDef) -> Self {
        Self {
            ty: column.ty,
            nullable: column.nullable,
            name: column.rust_type,
        }
    }
}

/// The cells of one row, read one after the other.
pub struct Cells<'r> {
    row: &'r dyn RowSource,
    map: Option<&'r [usize]>,
    next: usize,
}

impl<'r> Cells<'r> {
    /// The cells of `row`, in the order of `map` if there is one.
    pub fn new(row: &'r dyn RowSource, map: Option<&'r [usize]>) -> Self {
        Self { row, map, next: 0 }
    }

    /// Reads the next cell.
    ///
    /// # Errors
    /// When the cell does not fit `T`.
    #[inline]
    pub fn read<T: Field>(&mut self) -> Result<T> {
        let index = match self.map {
            None => self.next,
            Some(map) => map.get(self.next).copied().unwrap_or(usize::MAX),
        };
        self.next += 1;
        match self.row.raw(index).and_then(T::decode) {
            Ok(value) => Ok(value),
            Err(error) => Err(self.failed(index, std::any::type_name::<T>(), error)),
        }
    }

    /// Whether the next cell is NULL. It is read by that.
    pub(crate) fn next_is_null(&mut self) -> Result<bool> {
        let index = self.next;
        self.next += 1;
        match self.row.raw(index) {
            Ok(raw) => Ok(raw == Raw::Null),
            Err(error) => Err(self.failed(index, "a key", error)),
        }
    }

    /// Every cell of the row with its column's name. They are read by that.
    #[cfg(feature = "json")]
    pub(crate) fn every(&mut self) -> impl Iterator<Item = (String, Result<Raw<'_>, DecodeError>)> {
        let row = self.row;
        let from = std::mem::replace(&mut self.next, row.width());
        (from..row.width()).map(move |at| (row.column(at), row.raw(at)))
    }

    /// Leaves out the next cells.
    pub(crate) fn skip(&mut self, cells: usize) {
        self.next += cells;
    }

    #[cold]
    fn failed(&self, index: usize, target: &'static str, error: DecodeError) -> Error {
        Error::new(ErrorKind::Decode {
            column: self.row.column(index),
            target,
            reason: error.0,
        })
    }
}

impl<T: Field> FromRow for T {
    const NAME: &'static str = "row";

    fn cell_types() -> Option<Vec<CellType>> {
        Some(vec![CellType::of::<T>()])
    }

    fn columns() -> RowColumns {
        RowColumns::Positional(1)
    }

    #[inline]
    fn read(cells: &mut Cells<'_>) -> Result<Self> {
        cells.read()
    }
}

macro_rules! tuple {
    ($($name:ident)+) => {
        impl<$($name: FromRow),+> FromRow for ($($name,)+) {
            const NAME: &'static str = "row";

            fn columns() -> RowColumns {
                RowColumns::Positional(0 $(+ $name::width())+)
            }

            fn cell_types() -> Option<Vec<CellType>> {
                let mut all = Vec::new();
                $(all.extend($name::cell_types()?);)+
                Some(all)
            }

            #[inline]
            fn read(cells: &mut Cells<'_>) -> Result<Self> {
                Ok(($($name::read(cells)?,)+))
            }
        }
    };
}
tuple!(A);
tuple!(A B);
tuple!(A B C);
tuple!(A B C D);
tuple!(A B C D E);
tuple!(A B C D E F);
tuple!(A B C D E F G);
tuple!(A B C D E F G H);
tuple!(A B C D E F G H I);
tuple!(A B C D E F G H I J);
tuple!(A B C D E F G H I J K);
tuple!(A B C D E F G H I J K L);
tuple!(A B C D E F G H I J K L N);
tuple!(A B C D E F G H I J K L N O);
tuple!(A B C D E F G H I J K L N O P);
tuple!(A B C D E F G H I J K L N O P Q);
