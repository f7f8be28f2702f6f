//! Rows.

use rusqlite::types::ValueRef;

use crate::driver::Columns;
use crate::row::RowSource;
use crate::value::{DecodeError, Raw};

pub(super) struct Row<'r, 's> {
    pub(super) row: &'r rusqlite::Row<'s>,
    pub(super) width: usize,
}

impl RowSource for Row<'_, '_> {
    #[inline]
    fn raw(&self, index: usize) -> Result<Raw<'_>, DecodeError> {
        match self.row.get_ref(index) {
            Ok(ValueRef::Integer(n)) => Ok(Raw::Int(n)),
            Ok(ValueRef::Text(bytes)) => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(Raw::Text(text)),
                Err(_) => Err(DecodeError("the text is not UTF-8".into())),
            },
            Ok(ValueRef::Null) => Ok(Raw::Null),
            Ok(ValueRef::Real(n)) => Ok(Raw::Float(n)),
            Ok(ValueRef::Blob(bytes)) => Ok(Raw::Bytes(bytes)),
            Err(_) => Err(DecodeError(
                format!("the result has {} columns only", self.width).into(),
            )),
        }
    }

    fn width(&self) -> usize {
        self.width
    }

    fn column(&self, index: usize) -> String {
        self.row
            .as_ref()
            .column_name(index)
            .map_or_else(|_| format!("number {}", index + 1), str::to_owned)
    }
}

/// The names of a result's columns.
pub(super) struct Names(Vec<String>);

impl Names {
    pub(super) fn of(statement: &rusqlite::Statement<'_>) -> Self {
        Self(
            statement
                .column_names()
                .into_iter()
                .map(str::to_owned)
                .collect(),
        )
    }
}

impl Columns for Names {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn name(&self, index: usize) -> &str {
        &self.0[index]
    }
}
