//! What differs between the databases' definitions of tables. The defaults are standard SQL.

mod convert;
mod mysql;
mod postgres;
mod sqlite;

use crate::schema::{Column, ColumnType, EnumType, ForeignKey, Index, Literal, Table, TableName};
use crate::sql::Writer;
use crate::value::{Value, civil};

/// How a table that exists is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Alteration {
    /// Each property has a statement of its own, and there are ways that keep others reading and writing meanwhile.
    Property,
    /// A column is given its whole definition anew, and several changes of a table are one statement.
    Definition,
    /// Only little can be changed in place; for the rest, a new table takes the old one's place.
    Rebuild,
}

/// How one database writes the definitions of tables; a part of [`Dialect`](super::Dialect).
///
/// What the database cannot do is an error that [`Writer::unsupported`] keeps.
pub trait DdlDialect {
    /// What is wrong with a name that the database cannot take.
    ///
    /// # Errors
    /// The greatest length in words, if the name is longer.
    fn check_name(&self, _name: &str) -> Result<(), &'static str> {
        Ok(())
    }

    /// Appends a table's name.
    fn table_name(&self, w: &mut Writer, table: &TableName) {
        if let Some(schema) = &table.schema {
            w.ident(schema);
            w.push(".");
        }
        w.ident(&table.name);
    }

    /// Whether a table in another schema needs that schema to be created first.
    fn has_schemas(&self) -> bool {
        true
    }

    /// Whether enums can be types of their own.
    fn has_enum_types(&self) -> bool {
        false
    }

    /// Appends the statement that creates an enum type.
    fn create_enum(&self, w: &mut Writer, enumeration: &EnumType) {
        w.push("CREATE TYPE ");
        w.ident(&enumeration.name);
        w.push(" AS ENUM (");
        w.list(&enumeration.labels, |w, label| self.text_literal(w, label));
        w.push(")");
    }

    /// Appends the statement that creates an enum type unless there is one with the same labels.
    fn ensure_enum(&self, w: &mut Writer, enumeration: &EnumType) {
        self.create_enum(w, enumeration);
    }

    /// Appends the statement that drops an enum type, if it is there and no table uses it.
    fn drop_enum(&self, w: &mut Writer, enumeration: &EnumType) {
        w.push("DROP TYPE IF EXISTS ");
        w.ident(&enumeration.name);
    }

    /// Whether a foreign key can only be a part of the table's definition, which may then name tables that do not exist yet.
    fn foreign_keys_look_ahead(&self) -> bool {
        false
    }

    /// Whether indexes are a part of the table's definition.
    fn indexes_are_inline(&self) -> bool {
        false
    }

    /// Appends a column's type.
    fn column_type(&self, w: &mut Writer, table: &Table, column: &Column);

    /// Appends the collation of a column, behind its type.
    fn collation(&self, w: &mut Writer, collation: &str) {
        w.push(" COLLATE ");
        w.ident(collation);
    }

    /// The collation of text in tables that this crate makes, where the database would take another one by itself.
    fn usual_collation(&self) -> Option<&'static str> {
        None
    }

    /// Appends what the type demands of a value and the database would not see to by itself; nothing if there is nothing.
    fn type_condition(&self, w: &mut Writer, column: &Column);

    /// Appends what makes a column number the rows, behind its type.
    fn identity(&self, w: &mut Writer, table: &Table, column: &Column);

    /// Whether the column's definition says that it is the primary key.
    fn key_is_inline(&self, _table: &Table) -> bool {
        false
    }

    /// Whether a generated column can be computed when it is read.
    fn has_virtual_columns(&self) -> bool {
        true
    }

    /// Whether the definition of a generated column may say `NOT NULL`; otherwise a check says so.
    fn generated_may_be_not_null(&self) -> bool {
        true
    }

    /// Appends a default value.
    fn default_value(&self, w: &mut Writer, _table: &Table, column: &Column, value: &Literal) {
        self.literal(w, value.value(), &column.ty);
    }

    /// Appends the present time, in UTC, as the default of a column of this type.
    fn now(&self, w: &mut Writer, ty: &ColumnType);

    /// Appends a value of a column of this type.
    fn literal(&self, w: &mut Writer, value: &Value, ty: &ColumnType);

    /// Appends text between quotes.
    fn text_literal(&self, w: &mut Writer, text: &str) {
        quoted(w, text);
    }

    /// Reports what a foreign key cannot do.
    fn check_foreign_key(&self, _w: &mut Writer, _key: &ForeignKey) {}

    /// How a table that exists is changed.
    fn alteration(&self) -> Alteration {
        Alteration::Property
    }

    /// Appends an index that stands on its own: all of its statement.
    fn create_index(&self, w: &mut Writer, table: &Table, index: &Index);

    /// The same for a table that others read and write meanwhile.
    fn create_index_online(&self, w: &mut Writer, table: &Table, index: &Index) {
        self.create_index(w, table, index);
    }

    /// Appends the statement that drops a schema, if nothing is in it; nothing where a schema is a database.
    fn drop_schema(&self, w: &mut Writer, schema: &str) {
        w.push("DROP SCHEMA IF EXISTS ");
        w.ident(schema);
    }

    /// The table in which the database keeps how far it has numbered each table's rows, by `name` and `seq`, if it does not do so in
    /// the table itself.
    fn numbering_table(&self) -> Option<&'static str> {
        None
    }

    /// Whether the database carries a column's new name into the checks that name it.
    fn renames_in_checks(&self) -> bool {
        true
    }

    /// Appends a column's values as those of another type, where there is a way to write it; nothing where the values are
    /// converted as they are stored, and `false` where nobody can say how.
    fn convert(&self, w: &mut Writer, column: &str, from: &ColumnType, to: &ColumnType) -> bool;

    /// Appends an index as a part of the table's definition.
    fn inline_index(&self, _w: &mut Writer, _index: &Index) {}

    /// Appends a comment inside the definition, behind what it is about.
    fn inline_comment(&self, _w: &mut Writer, _comment: &str) {}

    /// Appends what stands behind the table's name, before its columns.
    fn before_columns(&self, _w: &mut Writer, _table: &Table) {}

    /// Appends what stands behind the table's columns.
    fn after_columns(&self, _w: &mut Writer, _table: &Table) {}

    /// Whether comments are statements of their own.
    fn comments_are_statements(&self) -> bool {
        false
    }

    /// Appends the statement that removes a foreign key, where the database can do that and the table is there.
    fn drop_foreign_key(&self, w: &mut Writer, table: &Table, key: &ForeignKey) {
        w.push("ALTER TABLE IF EXISTS ");
        self.table_name(w, &table.name);
        w.push(" DROP CONSTRAINT IF EXISTS ");
        w.ident(&key.name);
    }

    /// What must be said before tables are dropped.
    fn before_drop(&self) -> Option<&'static str> {
        None
    }
}

/// Text between quotes, with quotes inside doubled.
fn quoted(w: &mut Writer, text: &str) {
    w.push("'");
    w.push(&text.replace('\'', "''"));
    w.push("'");
}

/// Bytes as hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing into a `String` cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// A finite number, with as many digits as it takes to read the same number again.
fn float(number: f64) -> String {
    format!("{number:?}")
}

/// A day or time in the form that all databases read; `None` for other values, and for years that have no four digits.
fn time_text(value: &Value) -> Option<String> {
    let mut text = String::new();
    let year_is_written = |days: i32| (0..=9999).contains(&civil::from_days(days).0);
    match value {
        Value::Date(days) if year_is_written(*days) => civil::write_date(&mut text, *days),
        Value::Time(micros) => civil::write_time(&mut text, *micros),
        Value::DateTime(micros) | Value::Timestamp(micros)
            if year_is_written(civil::split(*micros).0) =>
        {
            civil::write_date_time(&mut text, *micros);
        }
        _ => return None,
    }
    Some(text)
}

/// Appends a value that all databases write alike; `false` if it is not one of those.
fn plain_literal(w: &mut Writer, value: &Value) -> bool {
    match value {
        Value::Null(_) => w.push("NULL"),
        Value::Bool(b) => w.push(if *b { "TRUE" } else { "FALSE" }),
        Value::I16(n) => w.push(&n.to_string()),
        Value::I32(n) => w.push(&n.to_string()),
        Value::I64(n) => w.push(&n.to_string()),
        Value::U32(n) => w.push(&n.to_string()),
        Value::F32(n) if n.is_finite() => w.push(&float(f64::from(*n))),
        Value::F64(n) if n.is_finite() => w.push(&float(*n)),
        Value::Decimal(n) => w.push(&n.to_string()),
        Value::Text(text) | Value::Json(text) => w.dialect().text_literal(w, text),
        _ => return false,
    }
    true
}

/// Reports a default that cannot be written.
fn no_literal(w: &mut Writer, value: &Value) {
    let what = format!(
        "a default of this {:?} value; write it as `default_sql`",
        value.kind()
    );
    w.unsupported(&what);
}

/// Appends `low <= column <= high`.
fn between(w: &mut Writer, column: &str, low: i64, high: i64) {
    w.ident(column);
    w.push(" BETWEEN ");
    w.push(&low.to_string());
    w.push(" AND ");
    w.push(&high.to_string());
}

/// Appends that the column holds one of the labels.
fn one_of(w: &mut Writer, column: &str, labels: &EnumType) {
    w.ident(column);
    w.push(" IN (");
    w.list(&labels.labels, |w, label| {
        w.dialect().text_literal(w, label)
    });
    w.push(")");
}

/// Appends `function(column)`.
fn call(w: &mut Writer, function: &str, column: &str) {
    w.push(function);
    w.push("(");
    w.ident(column);
    w.push(")");
}

/// Appends the parts of an index between parentheses.
fn index_parts(w: &mut Writer, index: &Index) {
    use crate::schema::IndexPart;
    w.push(" (");
    w.list(&index.parts, |w, part| match part {
        IndexPart::Column { name, descending } => {
            w.ident(name);
            if *descending {
                w.push(" DESC");
            }
        }
        IndexPart::Expression(sql) => {
            w.push("(");
            w.push(sql);
            w.push(")");
        }
    });
    w.push(")");
}

/// Appends `CREATE INDEX … ON …`, up to its parts.
fn index_head(w: &mut Writer, table: &Table, index: &Index, online: &str) {
    w.push(if index.unique {
        "CREATE UNIQUE INDEX "
    } else {
        "CREATE INDEX "
    });
    w.push(online);
    w.ident(&index.name);
    w.push(" ON ");
    w.dialect().table_name(w, &table.name);
}

/// Reports columns that an index holds beside its own, for a database that has no such thing.
fn no_include(w: &mut Writer, index: &Index) {
    if !index.include.is_empty() {
        w.unsupported(&format!(
            "columns that an index holds beside its own (`include` of `{}`)",
            index.name
        ));
    }
}

/// Appends the condition of an index.
fn index_condition(w: &mut Writer, index: &Index) {
    if let Some(condition) = &index.condition {
        w.push(" WHERE ");
        w.push(condition);
    }
}
