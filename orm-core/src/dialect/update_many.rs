//! How the databases change many rows at once, each to values of its own: by a join with a table of the new values.

use super::mysql::json_rows;
use super::{Dialect, postgres};
use crate::error::{Error, ErrorKind};
use crate::query::UpdateManyStatement;
use crate::sql::Writer;
use crate::value::{Kind, Value};

/// `WITH orm_rows (k0, c0) AS (VALUES …) UPDATE … FROM orm_rows WHERE …`
pub(super) fn common_table(w: &mut Writer, statement: &UpdateManyStatement, rows: Vec<Vec<Value>>) {
    w.push("WITH ");
    w.row_table();
    w.push(" (");
    w.row_columns(statement);
    w.push(") AS (");
    w.row_values(statement, rows);
    w.push(") UPDATE ");
    w.table(statement.model);
    w.set_from_rows(statement, false, |w, at| w.row_column(statement, at));
    w.push(" FROM ");
    w.row_table();
    w.push(" WHERE ");
    w.keys_equal_rows(statement, |w, at| w.row_column(statement, at));
}

/// `UPDATE … FROM UNNEST($1, $2) AS orm_rows (k0, c0) WHERE …`: one array a column, so that the text is the same for any number of rows.
/// Arrays of arrays are no arrays of rows, so columns that hold arrays take `VALUES`.
pub(super) fn arrays(w: &mut Writer, statement: &UpdateManyStatement, rows: Vec<Vec<Value>>) {
    w.push("UPDATE ");
    w.table(statement.model);
    w.set_from_rows(statement, false, |w, at| w.row_column(statement, at));
    w.push(" FROM ");
    if has_arrays(statement) {
        w.push("(");
        w.row_values(statement, rows);
        w.push(")");
    } else {
        let columns: Vec<usize> = statement.all_columns().collect();
        postgres::unnest_rows(w, statement.model, &columns, rows);
    }
    w.push(" AS ");
    w.row_table();
    w.push(" (");
    w.row_columns(statement);
    w.push(") WHERE ");
    w.keys_equal_rows(statement, |w, at| w.row_column(statement, at));
}

/// Whether a column of the statement holds arrays.
pub(super) fn has_arrays(statement: &UpdateManyStatement) -> bool {
    let columns = &statement.model.columns;
    statement.all_columns().any(|index| columns[index].ty.array)
}

/// `UPDATE … JOIN JSON_TABLE(?, …) AS orm_rows ON … SET …`: the rows are one bound document, so there is no limit of values, and the
/// types of the columns do not depend on the values of the first row.
pub(super) fn document(
    w: &mut Writer,
    dialect: &dyn Dialect,
    statement: &UpdateManyStatement,
    rows: Vec<Vec<Value>>,
) {
    let columns = &statement.model.columns;
    for (index, value) in rows.iter().flat_map(|row| statement.all_columns().zip(row)) {
        if let Err(reason) = dialect.check_value(value) {
            let field = format!("`{}::{}`", statement.model.name, columns[index].field);
            return w.fail(Error::new(ErrorKind::Encode {
                field: field.into(),
                reason: reason.into(),
            }));
        }
    }
    w.push("UPDATE ");
    w.table(statement.model);
    w.push(" JOIN JSON_TABLE(");
    w.bind_unchecked(Value::Text(json_rows(&rows)));
    w.push(", '$[*]' COLUMNS (");
    w.list(statement.all_columns().enumerate(), |w, (at, index)| {
        w.row_column_name(statement, at);
        w.push(" ");
        w.push(form(columns[index].ty.kind).0);
        w.push(" PATH '$[");
        w.push_number(u64::try_from(at).unwrap_or_default());
        w.push("]' ERROR ON ERROR");
    });
    w.push(")) AS ");
    w.row_table();
    w.push(" ON ");
    let kinds: Vec<Kind> = statement
        .all_columns()
        .map(|index| columns[index].ty.kind)
        .collect();
    w.keys_equal_rows(statement, |w, at| {
        let (_, [open, close], [before, behind]) = form(kinds[at]);
        w.push(open);
        w.push(before);
        w.row_column(statement, at);
        w.push(behind);
        w.push(close);
    });
    w.set_from_rows(statement, true, |w, at| {
        let (_, _, [before, behind]) = form(kinds[at]);
        w.push(before);
        w.row_column(statement, at);
        w.push(behind);
    });
}

/// The type in which a document's value is read, what makes it comparable with a column, and what makes it the value that is stored.
/// (Text that is stored in a column becomes a decimal, a day or a time by itself, without loss.)
fn form(kind: Kind) -> (&'static str, [&'static str; 2], [&'static str; 2]) {
    const AS_IT_IS: [&str; 2] = ["", ""];
    match kind {
        Kind::Bool | Kind::I16 | Kind::I32 | Kind::I64 | Kind::U32 => {
            ("BIGINT", AS_IT_IS, AS_IT_IS)
        }
        Kind::F32 | Kind::F64 => ("DOUBLE", AS_IT_IS, AS_IT_IS),
        Kind::Uuid | Kind::Bytes => ("LONGTEXT", AS_IT_IS, ["UNHEX(", ")"]),
        Kind::Decimal => ("VARCHAR(80)", ["CAST(", " AS DECIMAL(65, 28))"], AS_IT_IS),
        Kind::Date => ("VARCHAR(10)", ["CAST(", " AS DATE)"], AS_IT_IS),
        Kind::Time => ("VARCHAR(16)", ["CAST(", " AS TIME(6))"], AS_IT_IS),
        Kind::DateTime | Kind::Timestamp => {
            ("VARCHAR(26)", ["CAST(", " AS DATETIME(6))"], AS_IT_IS)
        }
        Kind::Text | Kind::Json => ("LONGTEXT CHARACTER SET utf8mb4", AS_IT_IS, AS_IT_IS),
    }
}
