//! Rows of a MySQL result.

use std::borrow::Cow;

use sqlx::mysql::{MySql, MySqlColumn, MySqlRow, MySqlTypeInfo};
use sqlx::{Column, Decode, Row as _, Type, TypeInfo};

use super::decode::Wire;
use crate::driver::Columns;
use crate::row::RowSource;
use crate::value::{DecodeError, Raw};

/// How the cells of each column are read.
pub(super) type Kinds = Vec<Wire>;

/// In which form a result is sent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    /// Of a prepared statement.
    Binary,
    /// Of one that was not prepared.
    Text,
}

pub(super) fn kinds(row: &MySqlRow) -> Kinds {
    row.columns()
        .iter()
        .map(|column| kind(column.type_info()))
        .collect()
}

fn kind(info: &MySqlTypeInfo) -> Wire {
    match info.name() {
        "BOOLEAN" | "TINYINT" | "SMALLINT" | "INT" | "MEDIUMINT" | "BIGINT"
        | "TINYINT UNSIGNED" | "SMALLINT UNSIGNED" | "INT UNSIGNED" | "MEDIUMINT UNSIGNED"
        | "BIGINT UNSIGNED" => {
            if <i64 as Type<MySql>>::compatible(info) {
                Wire::Int
            } else {
                Wire::Unsigned
            }
        }
        "YEAR" => Wire::Unsigned,
        "FLOAT" => Wire::Float,
        "DOUBLE" => Wire::Double,
        "DECIMAL" => Wire::Decimal,
        "DATE" => Wire::Date,
        "TIME" => Wire::Time,
        "DATETIME" | "TIMESTAMP" => Wire::DateTime,
        "BIT" => Wire::Bit,
        "JSON" => Wire::Json,
        "SET" => Wire::Text,
        "GEOMETRY" | "NULL" => Wire::Unknown,
        // The name says binary for a text with a binary collation, too; the character set does not.
        _ if <str as Type<MySql>>::compatible(info) => Wire::Text,
        _ => Wire::Bytes,
    }
}

/// A row, read in place.
pub(super) struct Row<'r> {
    pub(super) row: &'r MySqlRow,
    pub(super) kinds: &'r [Wire],
    pub(super) form: Form,
}

impl RowSource for Row<'_> {
    #[inline]
    fn raw(&self, index: usize) -> Result<Raw<'_>, DecodeError> {
        let Some(wire) = self.kinds.get(index) else {
            return Err(missing(self.kinds.len()));
        };
        let Ok(cell) = self.row.try_get_raw(index) else {
            return Err(missing(self.kinds.len()));
        };
        // Only NULL has no bytes. (The library's own test for NULL takes a zero date for one.)
        let Ok(bytes) = <&[u8] as Decode<MySql>>::decode(cell) else {
            return Ok(Raw::Null);
        };
        match (wire, self.form) {
            (Wire::Unknown, _) => Ok(Raw::Other(
                self.row
                    .columns()
                    .get(index)
                    .map_or("an unknown type", |c| c.type_info().name()),
            )),
            (wire, Form::Binary) => wire.read_binary(bytes),
            (wire, Form::Text) => wire.read_text(bytes),
        }
    }

    fn width(&self) -> usize {
        sqlx::Row::len(self.row)
    }

    fn column(&self, index: usize) -> String {
        self.row
            .columns()
            .get(index)
            .map_or_else(|| format!("#{}", index + 1), |c| c.name().to_owned())
    }
}

#[cold]
fn missing(columns: usize) -> DecodeError {
    DecodeError(Cow::Owned(format!("the result has only {columns} columns")))
}

/// The columns of a result, by name.
pub(super) struct NamedColumns<'r>(pub(super) &'r [MySqlColumn]);

impl Columns for NamedColumns<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn name(&self, index: usize) -> &str {
        self.0.get(index).map_or("", MySqlColumn::name)
    }
}
