//! MySQL and MariaDB.

use super::{Alteration, DdlDialect, convert};
use crate::dialect::mysql::Mysql;
use crate::schema::{Action, Column, ColumnType, ForeignKey, Index, IndexPart, Literal, Table};
use crate::sql::Writer;
use crate::value::Value;

/// The length of text and bytes in keys and indexes where the model gives none, since those without a length cannot be there.
const INDEXED_LENGTH: u32 = 255;
/// A longer `VARCHAR` of four bytes a character would fill the row alone.
const LONGEST_VARCHAR: u32 = 16_383;
const LONGEST_VARBINARY: u32 = 65_532;

impl DdlDialect for Mysql {
    fn check_name(&self, name: &str) -> Result<(), &'static str> {
        if name.chars().count() <= 64 {
            Ok(())
        } else {
            Err("64 characters")
        }
    }

    /// As parts of the table, so that no second index is made for a foreign key.
    fn indexes_are_inline(&self) -> bool {
        true
    }

    fn column_type(&self, w: &mut Writer, table: &Table, column: &Column) {
        let sized = |w: &mut Writer, name: &str, n: u32| {
            w.push(name);
            w.push("(");
            w.push_number(u64::from(n));
            w.push(")");
        };
        match storage(table, column) {
            Storage::Text => return w.push("LONGTEXT"),
            Storage::Bytes => return w.push("LONGBLOB"),
            Storage::Varchar(n) => return sized(w, "VARCHAR", n),
            Storage::Varbinary(n) => return sized(w, "VARBINARY", n),
            Storage::Other => {}
        }
        let name = match &column.ty {
            ColumnType::Bool => "TINYINT(1)",
            ColumnType::SmallInt => "SMALLINT",
            ColumnType::Integer => "INT",
            ColumnType::BigInt => "BIGINT",
            ColumnType::Unsigned => "INT UNSIGNED",
            ColumnType::Real => "FLOAT",
            ColumnType::Double => "DOUBLE",
            ColumnType::Uuid => "BINARY(16)",
            ColumnType::Decimal(digits) => return self.decimal(w, column, *digits),
            ColumnType::Json => "JSON",
            ColumnType::Date => "DATE",
            ColumnType::Time => "TIME(6)",
            ColumnType::DateTime | ColumnType::Timestamp => "DATETIME(6)",
            ColumnType::Array(_) => {
                return w.unsupported(&format!(
                    "array columns (`{}`); use `Json<Vec<…>>`",
                    column.name
                ));
            }
            ColumnType::Text | ColumnType::Varchar(_) | ColumnType::Enum(_) => "LONGTEXT",
            ColumnType::Bytes | ColumnType::Varbinary(_) => "LONGBLOB",
            ColumnType::Other(name) => name,
        };
        w.push(name);
    }

    fn usual_collation(&self) -> Option<&'static str> {
        Some(self.collation)
    }

    fn type_condition(&self, w: &mut Writer, column: &Column) {
        let name = &column.name;
        let at_most = |w: &mut Writer, function: &str, n: u32| {
            super::call(w, function, name);
            w.push(" <= ");
            w.push_number(u64::from(n));
        };
        match &column.ty {
            ColumnType::Bool => {
                w.ident(name);
                w.push(" IN (0, 1)");
            }
            // A time here may be longer than a day, and negative.
            ColumnType::Time => {
                w.ident(name);
                w.push(" >= '00:00:00' AND ");
                w.ident(name);
                w.push(" < '24:00:00'");
            }
            ColumnType::Varchar(n) if *n > LONGEST_VARCHAR => at_most(w, "CHAR_LENGTH", *n),
            ColumnType::Varbinary(n) if *n > LONGEST_VARBINARY => at_most(w, "OCTET_LENGTH", *n),
            // Its own enum type would be in the order of its numbers, and compare as text.
            ColumnType::Enum(e) => super::one_of(w, name, e),
            _ => {}
        }
    }

    fn identity(&self, w: &mut Writer, table: &Table, column: &Column) {
        if !table.has_index_beginning_with(std::slice::from_ref(&column.name)) {
            let what = format!(
                "a column that the database numbers (`{}`) without a key or index that begins with it",
                column.name
            );
            return w.unsupported(&what);
        }
        w.push(" NOT NULL AUTO_INCREMENT");
    }

    fn generated_may_be_not_null(&self) -> bool {
        self.generated_not_null
    }

    /// Text and bytes of any length take an expression only. Other bytes take a value, but the catalog would give it as text, and lose
    /// what is none.
    fn default_value(&self, w: &mut Writer, table: &Table, column: &Column, value: &Literal) {
        let stored = storage(table, column);
        let digits = match value.value() {
            Value::Uuid(bytes) => Some(super::hex(bytes)),
            Value::Bytes(bytes) if matches!(stored, Storage::Varbinary(_)) => {
                Some(super::hex(bytes))
            }
            _ => None,
        };
        if let Some(digits) = digits {
            w.push("(unhex('");
            w.push(&digits);
            return w.push("'))");
        }
        let expression =
            matches!(stored, Storage::Text | Storage::Bytes) || column.ty == ColumnType::Json;
        if expression {
            w.push("(");
        }
        self.literal(w, value.value(), &column.ty);
        if expression {
            w.push(")");
        }
    }

    fn now(&self, w: &mut Writer, _ty: &ColumnType) {
        w.push("(UTC_TIMESTAMP(6))");
    }

    fn literal(&self, w: &mut Writer, value: &Value, _ty: &ColumnType) {
        if super::plain_literal(w, value) {
            return;
        }
        let binary = |w: &mut Writer, bytes: &[u8]| {
            w.push("X'");
            w.push(&super::hex(bytes));
            w.push("'");
        };
        match (value, super::time_text(value)) {
            (Value::Bytes(bytes), _) => binary(w, bytes),
            (Value::Uuid(bytes), _) => binary(w, bytes),
            (_, Some(text)) => super::quoted(w, &text),
            (_, None) => super::no_literal(w, value),
        }
    }

    /// A backslash takes the next character its meaning.
    fn text_literal(&self, w: &mut Writer, text: &str) {
        super::quoted(w, &text.replace('\\', "\\\\").replace('\0', "\\0"));
    }

    fn check_foreign_key(&self, w: &mut Writer, key: &ForeignKey) {
        if [key.on_delete, key.on_update].contains(&Action::SetDefault) {
            w.unsupported(&format!("the action `SetDefault` (of `{}`)", key.name));
        }
    }

    fn alteration(&self) -> Alteration {
        Alteration::Definition
    }

    /// A schema is a database, with everything that is in it.
    fn drop_schema(&self, _w: &mut Writer, _schema: &str) {}

    fn renames_in_checks(&self) -> bool {
        self.renames_in_checks
    }

    fn convert(&self, w: &mut Writer, column: &str, from: &ColumnType, to: &ColumnType) -> bool {
        convert::by_function(w, column, from, to)
    }

    fn create_index(&self, w: &mut Writer, table: &Table, index: &Index) {
        w.push("CREATE ");
        let using = self.index_kind(w, index);
        w.push("INDEX ");
        w.ident(&index.name);
        w.push(using);
        w.push(" ON ");
        self.table_name(w, &table.name);
        super::index_parts(w, index);
    }

    fn inline_index(&self, w: &mut Writer, index: &Index) {
        let using = self.index_kind(w, index);
        w.push("INDEX ");
        w.ident(&index.name);
        w.push(using);
        super::index_parts(w, index);
    }

    fn inline_comment(&self, w: &mut Writer, comment: &str) {
        w.push(" COMMENT ");
        self.text_literal(w, comment);
    }

    /// Text is compared by its characters alone: upper and lower case, accents and spaces at the end are different everywhere.
    fn after_columns(&self, w: &mut Writer, table: &Table) {
        w.push(" ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE ");
        w.push(self.collation);
        if let Some(comment) = &table.comment {
            w.push(" COMMENT = ");
            self.text_literal(w, comment);
        }
    }

    fn drop_foreign_key(&self, w: &mut Writer, table: &Table, key: &ForeignKey) {
        w.push(if self.alter_if_exists {
            "ALTER TABLE IF EXISTS "
        } else {
            "ALTER TABLE "
        });
        self.table_name(w, &table.name);
        w.push(if self.alter_if_exists {
            " DROP FOREIGN KEY IF EXISTS "
        } else {
            " DROP FOREIGN KEY "
        });
        w.ident(&key.name);
    }
}

impl Mysql {
    fn decimal(&self, w: &mut Writer, column: &Column, digits: Option<(u32, u32)>) {
        let Some((precision, scale)) = digits else {
            let what = format!(
                "decimals of any precision (`{}`); add `#[model(precision = …, scale = …)]`",
                column.name
            );
            return w.unsupported(&what);
        };
        if precision > 65 || scale > self.decimal_scale {
            let what = format!(
                "decimals of more than 65 digits, or {} behind the point (`{}`)",
                self.decimal_scale, column.name
            );
            return w.unsupported(&what);
        }
        w.push("DECIMAL(");
        w.push_number(u64::from(precision));
        w.push(", ");
        w.push_number(u64::from(scale));
        w.push(")");
    }

    /// Appends what stands before the word `INDEX`, and gives what stands behind the name.
    fn index_kind(&self, w: &mut Writer, index: &Index) -> &'static str {
        if index.condition.is_some() {
            w.unsupported(&format!(
                "indexes over some of the rows (`{}` has a condition)",
                index.name
            ));
        }
        super::no_include(w, index);
        let expression = index
            .parts
            .iter()
            .any(|p| matches!(p, IndexPart::Expression(_)));
        if expression && !self.functional_indexes {
            w.unsupported(&format!(
                "indexes over expressions (`{}`); index a generated column",
                index.name
            ));
        }
        if index.unique {
            w.push("UNIQUE ");
        }
        match index.method.as_deref() {
            None => "",
            Some(method) if method.eq_ignore_ascii_case("btree") => " USING BTREE",
            Some(method) if method.eq_ignore_ascii_case("fulltext") => {
                w.push("FULLTEXT ");
                ""
            }
            Some(method) => {
                w.unsupported(&format!(
                    "the index method `{method}` (of `{}`)",
                    index.name
                ));
                ""
            }
        }
    }
}

/// How text and bytes are stored, which depends on whether they are indexed.
enum Storage {
    Text,
    Bytes,
    Varchar(u32),
    Varbinary(u32),
    Other,
}

fn storage(table: &Table, column: &Column) -> Storage {
    let indexed = table.is_indexed(&column.name);
    match &column.ty {
        ColumnType::Varchar(n) if *n <= LONGEST_VARCHAR => Storage::Varchar(*n),
        ColumnType::Varbinary(n) if *n <= LONGEST_VARBINARY => Storage::Varbinary(*n),
        ColumnType::Text if indexed => Storage::Varchar(INDEXED_LENGTH),
        ColumnType::Bytes if indexed => Storage::Varbinary(INDEXED_LENGTH),
        ColumnType::Text | ColumnType::Varchar(_) => Storage::Text,
        ColumnType::Bytes | ColumnType::Varbinary(_) => Storage::Bytes,
        ColumnType::Enum(e) => {
            let longest = e
                .labels
                .iter()
                .map(|l| l.chars().count())
                .max()
                .unwrap_or(0);
            Storage::Varchar(u32::try_from(longest.max(1)).unwrap_or(INDEXED_LENGTH))
        }
        _ => Storage::Other,
    }
}
