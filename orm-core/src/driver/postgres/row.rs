//! Rows of a PostgreSQL result.

use std::borrow::Cow;

use sqlx::postgres::{PgColumn, PgRow, PgTypeInfo, PgTypeKind};
use sqlx::{Column, Row as _, TypeInfo};

use super::decode::{Wire, array};
use crate::driver::Columns;
use crate::row::RowSource;
use crate::value::{DecodeError, Raw};

/// How the cells of each column are read.
pub(super) type Kinds = Vec<CellKind>;

/// How a column's cells are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CellKind {
    One(Wire),
    Many(Wire),
    /// There is no neutral form of its type.
    Unknown,
}

pub(super) fn kinds(row: &PgRow) -> Kinds {
    row.columns()
        .iter()
        .map(|column| kind(column.type_info()))
        .collect()
}

fn kind(info: &PgTypeInfo) -> CellKind {
    use CellKind::{Many, One, Unknown};
    if let Some(kind) = info.oid().and_then(|oid| built_in(oid.0)) {
        return kind;
    }
    match info.kind() {
        PgTypeKind::Enum(_) => One(Wire::Text),
        PgTypeKind::Domain(base) => kind(base),
        PgTypeKind::Array(element) => match kind(element) {
            One(wire) => Many(wire),
            Many(_) | Unknown => Unknown,
        },
        PgTypeKind::Simple if info.name().eq_ignore_ascii_case("citext") => One(Wire::Text),
        _ => Unknown,
    }
}

/// The types whose numbers are the same on every server.
fn built_in(oid: u32) -> Option<CellKind> {
    use CellKind::{Many, One};
    Some(match oid {
        16 => One(Wire::Bool),
        17 => One(Wire::Bytea),
        // "char", name, text, xml, unknown, char(n), varchar
        18 | 19 | 25 | 142 | 705 | 1042 | 1043 => One(Wire::Text),
        20 => One(Wire::Int8),
        21 => One(Wire::Int2),
        23 => One(Wire::Int4),
        // oid, regproc, regclass, regtype
        26 | 24 | 2205 | 2206 => One(Wire::Oid),
        114 => One(Wire::Json),
        700 => One(Wire::Float4),
        701 => One(Wire::Float8),
        1082 => One(Wire::Date),
        1083 => One(Wire::Time),
        1114 => One(Wire::Timestamp),
        1184 => One(Wire::Timestamptz),
        1700 => One(Wire::Numeric),
        2950 => One(Wire::Uuid),
        3802 => One(Wire::Jsonb),
        1000 => Many(Wire::Bool),
        1001 => Many(Wire::Bytea),
        1002 | 1003 | 1009 | 1014 | 1015 => Many(Wire::Text),
        1016 => Many(Wire::Int8),
        // An array, int2vector
        1005 | 22 => Many(Wire::Int2),
        1007 => Many(Wire::Int4),
        // An array, oidvector
        1028 | 30 => Many(Wire::Oid),
        199 => Many(Wire::Json),
        1021 => Many(Wire::Float4),
        1022 => Many(Wire::Float8),
        1182 => Many(Wire::Date),
        1183 => Many(Wire::Time),
        1115 => Many(Wire::Timestamp),
        1185 => Many(Wire::Timestamptz),
        1231 => Many(Wire::Numeric),
        2951 => Many(Wire::Uuid),
        3807 => Many(Wire::Jsonb),
        _ => return None,
    })
}

/// A row, read in place.
pub(super) struct Row<'r> {
    pub(super) row: &'r PgRow,
    pub(super) kinds: &'r [CellKind],
}

impl RowSource for Row<'_> {
    #[inline]
    fn raw(&self, index: usize) -> Result<Raw<'_>, DecodeError> {
        let Some(kind) = self.kinds.get(index) else {
            return Err(missing(self.kinds.len()));
        };
        let Ok(cell) = self.row.try_get_raw(index) else {
            return Err(missing(self.kinds.len()));
        };
        let Ok(bytes) = cell.as_bytes() else {
            return Ok(Raw::Null);
        };
        match kind {
            CellKind::One(wire) => wire.read(bytes),
            CellKind::Many(wire) => array(*wire, bytes),
            CellKind::Unknown => Ok(Raw::Other(
                self.row
                    .columns()
                    .get(index)
                    .map_or("an unknown type", |c| c.type_info().name()),
            )),
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
pub(super) struct NamedColumns<'r>(pub(super) &'r [PgColumn]);

impl Columns for NamedColumns<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn name(&self, index: usize) -> &str {
        self.0.get(index).map_or("", PgColumn::name)
    }
}
