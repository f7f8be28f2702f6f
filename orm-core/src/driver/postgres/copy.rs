//! `COPY … FROM STDIN` in its binary form: the fastest way to many rows.

use std::ops::Range;

use sqlx::postgres::{PgConnection, PgDatabaseError, PgTypeKind};
use sqlx::{Column, Executor, SqlSafeStr, Statement as _, TypeInfo as _};

use super::bind::{oids, write_value};
use super::{Lease, error};
use crate::driver::lot::{Failure, Lot, Way};
use crate::driver::server::Outcome;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{ColumnDef, ModelDef};
use crate::sql::Writer;
use crate::value::{Kind, Value};

/// What stands before the rows: a signature, and that there is nothing special.
pub(in crate::driver) const HEAD: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What stands behind the rows.
const END: &[u8] = &[0xff, 0xff];

/// How many bytes go into one message.
const MESSAGE: usize = 256 << 10;

/// Appends a row: the number of its values, and each with its length.
pub(in crate::driver) fn row(
    model: &'static ModelDef,
    columns: &[usize],
    row: impl Iterator<Item = Result<Value>>,
    out: &mut Vec<u8>,
) -> Result<()> {
    let count = i16::try_from(columns.len()).unwrap_or(i16::MAX);
    out.extend_from_slice(&count.to_be_bytes());
    for (column, value) in columns.iter().zip(row) {
        let value = value?;
        let at = out.len();
        out.extend_from_slice(&(-1_i32).to_be_bytes());
        let written = write_value(&value, out).and_then(|null| {
            if !null.is_null() {
                let size =
                    i32::try_from(out.len() - at - 4).map_err(|_| "the value is too long")?;
                out[at..at + 4].copy_from_slice(&size.to_be_bytes());
            }
            Ok(())
        });
        written.map_err(|error| {
            let field = format!("`{}::{}`", model.name, model.columns[*column].field);
            Error::new(ErrorKind::Encode {
                field: field.into(),
                reason: error.to_string().into(),
            })
        })?;
    }
    Ok(())
}

impl Lease {
    /// Whether the columns have the types whose binary form is written here. An `INSERT` would convert values, `COPY` does not.
    pub(in crate::driver) async fn way(
        &mut self,
        model: &'static ModelDef,
        columns: &[usize],
    ) -> Result<Way> {
        if columns.is_empty() {
            return Ok(Way::Statements);
        }
        let sql = text(model, columns, "SELECT ", " FROM ", " LIMIT 0");
        let (connection, before) = self.0.start()?;
        let described = (&mut *connection)
            .prepare(sqlx::AssertSqlSafe(sql?).into_sql_str())
            .await;
        let statement = match described {
            Ok(statement) => statement,
            Err(e) => {
                let (error, outcome) = error::map(e, Some(model));
                self.0.end(before, outcome);
                return Err(error);
            }
        };
        let fits = statement.columns().len() == columns.len()
            && columns
                .iter()
                .zip(statement.columns())
                .all(|(index, found)| fits(&model.columns[*index], found.type_info()));
        self.0.end(before, Outcome::Done);
        Ok(if fits { Way::Stream } else { Way::Statements })
    }

    /// Inserts some rows of a lot.
    pub(in crate::driver) async fn load(
        &mut self,
        lot: &Lot,
        range: Range<usize>,
    ) -> Result<(), Failure> {
        let sql = text(
            lot.model,
            &lot.columns,
            "COPY ",
            "",
            " FROM STDIN (FORMAT binary)",
        )?;
        let bytes = lot.bytes(range);
        let (connection, before) = self.0.start()?;
        match copy(connection, &sql, &bytes).await {
            Ok(()) => {
                self.0.end(before, Outcome::Done);
                Ok(())
            }
            Err(e) => {
                let at = line(&e, lot.model);
                let (error, outcome) = error::map(e, Some(lot.model));
                self.0.end(before, outcome);
                Err(Failure {
                    at,
                    error: error.with_sql(&sql),
                })
            }
        }
    }
}

async fn copy(connection: &mut PgConnection, sql: &str, bytes: &[u8]) -> Result<(), sqlx::Error> {
    let mut copy = connection.copy_in_raw(sql).await?;
    let mut messages = bytes.chunks(MESSAGE).peekable();
    while let Some(message) = messages.next() {
        if messages.peek().is_some() {
            copy.send(message).await?;
        } else {
            // A message of two bytes by itself would wait for the acknowledgement of the one before.
            let mut last = Vec::with_capacity(message.len() + END.len());
            last.extend_from_slice(message);
            last.extend_from_slice(END);
            copy.send(last).await?;
        }
    }
    copy.finish().await.map(drop)
}

/// Appends a statement about some columns of a table: `COPY t (a, b) …`, or `SELECT a, b FROM t …`.
fn text(
    model: &'static ModelDef,
    columns: &[usize],
    before: &str,
    from: &str,
    behind: &str,
) -> Result<String> {
    let mut w = Writer::new(crate::dialect::POSTGRES);
    w.push(before);
    let names = |w: &mut Writer| {
        w.list(columns, |w, index| w.ident(&model.columns[*index].name));
    };
    if from.is_empty() {
        w.table(model);
        w.push(" (");
        names(&mut w);
        w.push(")");
    } else {
        names(&mut w);
        w.push(from);
        w.table(model);
    }
    w.push(behind);
    w.into_parts().map(|(sql, _)| sql)
}

fn fits(column: &ColumnDef, found: &sqlx::postgres::PgTypeInfo) -> bool {
    let (one, many) = oids(column.ty.kind);
    let wanted = if column.ty.array { many } else { one };
    if found.oid().is_some_and(|oid| oid.0 == wanted) {
        return true;
    }
    // The binary form of these is that of text. The number of an enum is not known before it is looked up.
    column.ty.kind == Kind::Text
        && !column.ty.array
        && (matches!(found.kind(), PgTypeKind::Enum(_))
            || matches!(found.name(), "VARCHAR" | "CHAR" | "TEXT"))
}

/// Which row an error is about, counted from 0: `COPY posts, line 3, column …`.
fn line(error: &sqlx::Error, model: &ModelDef) -> Option<usize> {
    let context = error
        .as_database_error()?
        .try_downcast_ref::<PgDatabaseError>()?
        .r#where()?;
    let rest = context.split_once(&format!("COPY {}, ", model.table))?.1;
    let digits = rest.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    digits[..end].parse::<usize>().ok()?.checked_sub(1)
}
