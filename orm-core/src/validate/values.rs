//! From the neutral values of a row back to the types that the rules are about.

use crate::embed::Embedded;
use crate::row::{Cells, RowSource};
use crate::value::{DecodeError, NotNull, Raw, Value};

/// The value of a column, if one is given and it is not NULL.
pub fn value<T: NotNull>(values: &[Option<Value>], column: usize) -> Option<T> {
    match values.get(column)?.as_ref()? {
        Value::Null(_) => None,
        value => T::decode(value.as_raw()).ok(),
    }
}

/// The value of an embedded struct, if all of its columns are given.
pub fn embedded<T: Embedded>(values: &[Option<Value>], first: usize, width: usize) -> Option<T> {
    let values = values.get(first..first + width)?;
    if values.iter().any(Option::is_none) {
        return None;
    }
    T::read(&mut Cells::new(&Given(values), None)).ok()
}

/// Values that can be read like the cells of a row.
struct Given<'v>(&'v [Option<Value>]);

impl RowSource for Given<'_> {
    fn raw(&self, index: usize) -> Result<Raw<'_>, DecodeError> {
        match self.0.get(index) {
            Some(Some(value)) => Ok(value.as_raw()),
            _ => Err(DecodeError("no value is given".into())),
        }
    }

    fn column(&self, index: usize) -> String {
        index.to_string()
    }
}
