//! SQLite. All tables are `STRICT`; what its few types do not refuse, a check does, so that the same rows are refused everywhere.

use super::{Alteration, DdlDialect, convert};
use crate::dialect::sqlite::Sqlite;
use crate::schema::{Column, ColumnType, ForeignKey, Index, Table, TableName};
use crate::sql::Writer;
use crate::value::Value;

impl DdlDialect for Sqlite {
    /// Another schema is another file, which each connection would have to attach.
    fn table_name(&self, w: &mut Writer, table: &TableName) {
        if table.schema.as_ref().is_some_and(|s| s != "main") {
            return w.unsupported(&format!("schemas (the table `{table}`)"));
        }
        w.ident(&table.name);
    }

    fn has_schemas(&self) -> bool {
        false
    }

    fn foreign_keys_look_ahead(&self) -> bool {
        true
    }

    fn column_type(&self, w: &mut Writer, _table: &Table, column: &Column) {
        let name = match &column.ty {
            ColumnType::Other(name) => name,
            ColumnType::Bool
            | ColumnType::SmallInt
            | ColumnType::Integer
            | ColumnType::BigInt
            | ColumnType::Unsigned => "INTEGER",
            ColumnType::Real | ColumnType::Double => "REAL",
            ColumnType::Bytes | ColumnType::Varbinary(_) | ColumnType::Uuid => "BLOB",
            ColumnType::Text
            | ColumnType::Varchar(_)
            | ColumnType::Decimal(_)
            | ColumnType::Json
            | ColumnType::Date
            | ColumnType::Time
            | ColumnType::DateTime
            | ColumnType::Timestamp
            | ColumnType::Enum(_) => "TEXT",
            ColumnType::Array(_) => {
                return w.unsupported(&format!(
                    "array columns (`{}`); use `Json<Vec<…>>`",
                    column.name
                ));
            }
        };
        w.push(name);
    }

    fn type_condition(&self, w: &mut Writer, column: &Column) {
        let name = &column.name;
        match &column.ty {
            ColumnType::Bool => {
                w.ident(name);
                w.push(" IN (0, 1)");
            }
            ColumnType::SmallInt => {
                super::between(w, name, i64::from(i16::MIN), i64::from(i16::MAX))
            }
            ColumnType::Integer => {
                super::between(w, name, i64::from(i32::MIN), i64::from(i32::MAX))
            }
            ColumnType::Unsigned => super::between(w, name, 0, i64::from(u32::MAX)),
            ColumnType::Varchar(length) | ColumnType::Varbinary(length) => {
                super::call(w, "length", name);
                w.push(" <= ");
                w.push_number(u64::from(*length));
            }
            ColumnType::Uuid => {
                super::call(w, "length", name);
                w.push(" = 16");
            }
            ColumnType::Decimal(digits) => decimal(w, name, *digits),
            ColumnType::Json => super::call(w, "json_valid", name),
            ColumnType::Date => {
                w.ident(name);
                w.push(" IS ");
                super::call(w, "date", name);
            }
            ColumnType::Time => fixed(w, name, "time", 1),
            ColumnType::DateTime | ColumnType::Timestamp => fixed(w, name, "datetime", 12),
            ColumnType::Enum(e) => super::one_of(w, name, e),
            ColumnType::BigInt
            | ColumnType::Real
            | ColumnType::Double
            | ColumnType::Text
            | ColumnType::Bytes
            | ColumnType::Array(_)
            | ColumnType::Other(_) => {}
        }
    }

    /// `AUTOINCREMENT`, since a number that a deleted row had would be given again otherwise, as no other database does.
    fn identity(&self, w: &mut Writer, table: &Table, column: &Column) {
        if !self.key_is_inline(table) {
            let what = format!(
                "a column that the database numbers (`{}`) beside the primary key",
                column.name
            );
            return w.unsupported(&what);
        }
        w.push(" PRIMARY KEY AUTOINCREMENT");
    }

    fn key_is_inline(&self, table: &Table) -> bool {
        let identity = table.columns.iter().find(|c| c.identity);
        let key = table.primary_key.as_ref().map(|k| k.columns.as_slice());
        identity.is_some_and(|column| key == Some(std::slice::from_ref(&column.name)))
    }

    fn now(&self, w: &mut Writer, _ty: &ColumnType) {
        w.push("(strftime('%Y-%m-%d %H:%M:%f', 'now') || '000')");
    }

    fn literal(&self, w: &mut Writer, value: &Value, ty: &ColumnType) {
        match (value, ty) {
            (Value::Decimal(n), ColumnType::Decimal(Some((_, scale)))) => {
                super::quoted(w, &n.rescale(*scale).unwrap_or(*n).to_string());
            }
            (Value::Decimal(n), _) => super::quoted(w, &n.to_string()),
            (Value::F64(n), _) if n.is_infinite() => {
                w.push(if *n > 0.0 { "9e999" } else { "-9e999" })
            }
            (Value::F32(n), _) if n.is_infinite() => {
                w.push(if *n > 0.0 { "9e999" } else { "-9e999" })
            }
            (Value::Bytes(bytes), _) => blob(w, bytes),
            (Value::Uuid(bytes), _) => blob(w, bytes),
            (value, _) => {
                if super::plain_literal(w, value) {
                    return;
                }
                match super::time_text(value) {
                    Some(text) => super::quoted(w, &text),
                    None => super::no_literal(w, value),
                }
            }
        }
    }

    /// A statement's text ends at a zero.
    fn text_literal(&self, w: &mut Writer, text: &str) {
        if !text.contains('\0') {
            return super::quoted(w, text);
        }
        w.push("(CAST(");
        blob(w, text.as_bytes());
        w.push(" AS TEXT))");
    }

    fn numbering_table(&self) -> Option<&'static str> {
        Some("sqlite_sequence")
    }

    fn alteration(&self) -> Alteration {
        Alteration::Rebuild
    }

    fn convert(&self, w: &mut Writer, column: &str, from: &ColumnType, to: &ColumnType) -> bool {
        convert::to_loose_types(w, column, from, to)
    }

    fn create_index(&self, w: &mut Writer, table: &Table, index: &Index) {
        if let Some(method) = index
            .method
            .as_ref()
            .filter(|m| !m.eq_ignore_ascii_case("btree"))
        {
            return w.unsupported(&format!(
                "the index method `{method}` (of `{}`)",
                index.name
            ));
        }
        super::no_include(w, index);
        super::index_head(w, table, index, "");
        super::index_parts(w, index);
        super::index_condition(w, index);
    }

    /// There is nothing like it but the text of the definition, which the database keeps as it was written.
    fn inline_comment(&self, w: &mut Writer, comment: &str) {
        w.push(" /* ");
        w.push(&comment.replace("*/", "* /").replace('\0', ""));
        w.push(" */");
    }

    fn before_columns(&self, w: &mut Writer, table: &Table) {
        if let Some(comment) = &table.comment {
            self.inline_comment(w, comment);
        }
    }

    /// A strict table takes no types but its own.
    fn after_columns(&self, w: &mut Writer, table: &Table) {
        let foreign = |ty: &ColumnType| match ty {
            ColumnType::Other(name) => !name.eq_ignore_ascii_case("any"),
            _ => false,
        };
        if !table.columns.iter().any(|c| foreign(&c.ty)) {
            w.push(" STRICT");
        }
    }

    fn drop_foreign_key(&self, _w: &mut Writer, _table: &Table, _key: &ForeignKey) {}

    /// Rows of two tables may refer to each other until both tables are gone.
    fn before_drop(&self) -> Option<&'static str> {
        Some("PRAGMA defer_foreign_keys = ON")
    }
}

fn blob(w: &mut Writer, bytes: &[u8]) {
    w.push("X'");
    w.push(&super::hex(bytes));
    w.push("'");
}

/// A time in the form that this crate writes, since others compare wrongly: its beginning as the function would write it (which takes
/// 24 for an hour), and six digits. Its hours begin at `hours`.
fn fixed(w: &mut Writer, column: &str, function: &str, hours: u64) {
    let part = |w: &mut Writer, from: u64, length: u64| {
        w.push("substr(");
        w.ident(column);
        w.push(", ");
        w.push_number(from);
        w.push(", ");
        w.push_number(length);
        w.push(")");
    };
    let end = hours + 7;
    part(w, 1, end);
    w.push(" IS ");
    w.push(function);
    w.push("(");
    part(w, 1, end);
    w.push(") AND ");
    part(w, hours, 2);
    w.push(" < '24' AND ");
    part(w, end + 1, 8);
    w.push(" GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'");
}

/// Digits with a sign and a point: no more before the point than the precision leaves, and none but zeros behind the scale.
fn decimal(w: &mut Writer, column: &str, digits: Option<(u32, u32)>) {
    w.ident(column);
    w.push(" GLOB '*[0-9]' AND ltrim(");
    w.ident(column);
    w.push(", '-') NOT GLOB '*[^0-9.]*'");
    let Some((precision, scale)) = digits else {
        return;
    };
    w.push(" AND instr(ltrim(");
    w.ident(column);
    w.push(", '-0') || '.', '.') <= ");
    w.push_number(u64::from(precision - scale.min(precision)) + 1);
    w.push(" AND length(rtrim(");
    w.ident(column);
    w.push(", '0')) - instr(");
    w.ident(column);
    w.push(" || '.', '.') <= ");
    w.push_number(u64::from(scale));
}
