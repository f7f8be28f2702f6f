//! MySQL and MariaDB.

use super::{Dialect, Family, Feature, like_pattern};
use crate::expr::{
    AggregateOp, BinaryOp, ColumnRef, Form, JsonStep, Node, NullsOrder, OrderTerm, Pattern, Regex,
    Replacement,
};
use crate::model::ColumnDef;
use crate::query::{Keys, UpdateManyStatement};
use crate::sql::Writer;
use crate::value::{Kind, Value, civil};

pub(super) struct Mysql {
    pub(super) name: &'static str,
    returning: bool,
    /// The collation of text: by code point, without padding.
    pub(super) collation: &'static str,
    /// How many digits a decimal may have behind the point.
    pub(super) decimal_scale: u32,
    /// The lock that others may share, in words that can be followed by `NOWAIT` and `SKIP LOCKED`.
    shared_lock: &'static str,
    /// Whether documents are text, so that equal ones must be written alike.
    pub(super) json_is_text: bool,
    /// Whether indexes can be over expressions.
    pub(super) functional_indexes: bool,
    /// Whether a generated column's definition may say `NOT NULL`.
    pub(super) generated_not_null: bool,
    /// Whether `ALTER TABLE` knows `IF EXISTS`.
    pub(super) alter_if_exists: bool,
    /// Whether a column that a check names can be renamed.
    pub(super) renames_in_checks: bool,
    /// Whether a group of a regular expression has the name `\1`, not `$1`.
    backslash_names_groups: bool,
}

impl Mysql {
    pub(super) const MARIADB: Self = Self {
        name: "MariaDB",
        returning: true,
        collation: "utf8mb4_nopad_bin",
        decimal_scale: 38,
        shared_lock: " LOCK IN SHARE MODE",
        json_is_text: true,
        functional_indexes: false,
        generated_not_null: false,
        alter_if_exists: true,
        renames_in_checks: true,
        backslash_names_groups: true,
    };
    pub(super) const MARIADB_WITHOUT_RETURNING: Self = Self {
        returning: false,
        ..Self::MARIADB
    };
    pub(super) const MYSQL: Self = Self {
        name: "MySQL",
        returning: false,
        collation: "utf8mb4_0900_bin",
        decimal_scale: 30,
        shared_lock: " FOR SHARE",
        json_is_text: false,
        functional_indexes: true,
        generated_not_null: true,
        alter_if_exists: false,
        renames_in_checks: false,
        backslash_names_groups: false,
    };
}

impl Dialect for Mysql {
    fn name(&self) -> &'static str {
        self.name
    }

    fn family(&self) -> Family {
        Family::Mysql
    }

    fn supports(&self, feature: Feature) -> bool {
        match feature {
            Feature::RowLocks | Feature::SetsOfEqualRows | Feature::WithRollup => true,
            Feature::InsertReturning | Feature::DeleteReturning => self.returning,
            _ => false,
        }
    }

    fn bind_limit(&self) -> usize {
        // The protocol counts parameters in 16 bits.
        65_535
    }

    fn refuses_statements_alone(&self) -> bool {
        true
    }

    fn quote(&self) -> char {
        '`'
    }

    fn check_value(&self, value: &Value) -> Result<(), &'static str> {
        match value {
            Value::F64(n) if !n.is_finite() => {
                Err("MySQL and MariaDB have neither NaN nor infinity")
            }
            Value::F32(n) if !n.is_finite() => {
                Err("MySQL and MariaDB have neither NaN nor infinity")
            }
            Value::Date(days) => known_year(*days),
            Value::DateTime(micros) | Value::Timestamp(micros) => {
                known_year(civil::split(*micros).0)
            }
            Value::Array(..) => Err("MySQL and MariaDB have no array columns; use `Json<Vec<…>>`"),
            _ => Ok(()),
        }
    }

    /// The functions that change a document write it with other spaces than it was stored with.
    fn assigned(&self, w: &mut Writer, column: &ColumnDef, node: &Node) {
        let changed = matches!(node, Node::Call(..)) && column.ty.kind == Kind::Json;
        if !(changed && self.json_is_text) {
            return w.expr(node);
        }
        w.push("JSON_COMPACT(");
        w.expr(node);
        w.push(")");
    }

    fn single_precision(&self) -> (&'static str, &'static str) {
        ("CAST(", " AS FLOAT)")
    }

    fn arithmetic(&self, w: &mut Writer, left: &Node, op: BinaryOp, right: &Node) {
        let integer = |kind| matches!(kind, Kind::I16 | Kind::I32 | Kind::I64 | Kind::U32);
        w.operand(left);
        w.push(match op {
            BinaryOp::Div(kind) if integer(kind) => " DIV ",
            op => super::sign(op),
        });
        w.operand(right);
    }

    fn in_values(&self, w: &mut Writer, needle: &Node, kind: Kind, values: Vec<Value>, is: bool) {
        w.operand(needle);
        w.push(if is { " IN (" } else { " NOT IN (" });
        self.set(w, kind, values);
        w.push(")");
    }

    fn row_list(&self, w: &mut Writer, needles: &[Node], rows: &Keys) {
        super::row_values(w, needles, rows);
    }

    fn value_list(&self, w: &mut Writer, kind: Kind, values: Vec<Value>) {
        if values.is_empty() {
            return w.push("SELECT NULL FROM DUAL WHERE 1 = 0");
        }
        self.set(w, kind, values);
    }

    /// LIKE follows the collation of the column; under that of text, upper and lower case are different. Another one than the column's
    /// would keep the column's index from being used.
    fn like(&self, w: &mut Writer, operand: &Node, pattern: &Pattern) {
        if matches!(
            pattern,
            Pattern::InsensitiveLike(_) | Pattern::InsensitiveContains(_)
        ) {
            w.push("LOWER(");
            w.expr(operand);
            w.push(") LIKE LOWER(");
            w.bind(Value::Text(like_pattern(pattern)));
            w.push(") COLLATE ");
            return w.push(self.collation);
        }
        if let Pattern::Regex(regex) = pattern {
            w.operand(operand);
            w.push(" REGEXP ");
            // `$` would match before a line's end that is the last character.
            w.bind(Value::Text(regex.text(r"\z")));
            w.push(" COLLATE ");
            return w.push(self.collation);
        }
        w.operand(operand);
        w.push(" LIKE ");
        w.bind(Value::Text(like_pattern(pattern)));
        w.push(" COLLATE ");
        w.push(self.collation);
    }

    fn replaced(&self, w: &mut Writer, regex: &Regex) {
        // The collation of the text may be one in which upper and lower case are equal.
        w.bind(Value::Text(format!(
            "(?-i){}",
            regex.text_with_groups(r"\z")
        )));
    }

    fn replacement(&self, w: &mut Writer, with: &Replacement) {
        let (sign, special): (char, &[char]) = match self.backslash_names_groups {
            true => ('\\', &['\\']),
            // A digit behind the number would be a part of it.
            false => (
                '$',
                &['\\', '$', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
            ),
        };
        let name = |number: usize| format!("{sign}{number}");
        w.bind(Value::Text(with.written(special, &name)));
    }

    fn form(&self, form: &Form) -> Result<&'static str, &'static str> {
        form.mysql
    }

    fn aggregate(
        &self,
        w: &mut Writer,
        op: AggregateOp,
        of: &Node,
        kind: Kind,
        over: Option<&crate::expr::WindowRows>,
    ) {
        let (name, double) = match op {
            AggregateOp::Sum => ("SUM(", matches!(kind, Kind::F32 | Kind::F64)),
            AggregateOp::Avg => ("AVG(", true),
            AggregateOp::Min => ("MIN(", false),
            _ => ("MAX(", false),
        };
        w.push(name);
        // The mean of integers and decimals would be a decimal with four more digits.
        if double {
            w.push("CAST(");
        }
        w.expr(of);
        if double {
            w.push(" AS DOUBLE)");
        }
        w.push(")");
        w.over(over);
    }

    fn json(&self, w: &mut Writer, document: &Node, path: &[JsonStep], kind: Kind) {
        let extract = |w: &mut Writer| {
            w.push("JSON_EXTRACT(");
            w.expr(document);
            w.push(", ");
            self.json_path(w, path);
            w.push(")");
        };
        // A JSON null is a value here, not NULL: without this it would be the text `null`.
        w.push("CASE WHEN JSON_TYPE(");
        extract(w);
        w.push(") = 'NULL' THEN NULL ELSE ");
        match kind {
            Kind::Bool => {
                w.push("JSON_UNQUOTE(");
                extract(w);
                w.push(") = 'true' COLLATE ");
                w.push(self.collation);
            }
            kind => {
                let cast = match kind {
                    Kind::Text => "CHAR CHARACTER SET utf8mb4) COLLATE ",
                    Kind::F64 => "DOUBLE)",
                    _ => "SIGNED)",
                };
                w.push("CAST(JSON_UNQUOTE(");
                extract(w);
                w.push(") AS ");
                w.push(cast);
                if kind == Kind::Text {
                    w.push(self.collation);
                }
            }
        }
        w.push(" END");
    }

    /// Control characters of keys are compared in the form that they have in the document's text.
    fn json_path(&self, w: &mut Writer, path: &[JsonStep]) {
        let mut text = String::new();
        for c in super::json_path(path).chars() {
            match c {
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                '\t' => text.push_str("\\t"),
                '\u{8}' => text.push_str("\\b"),
                '\u{c}' => text.push_str("\\f"),
                c if c < ' ' => text.push_str(&format!("\\u{:04x}", u32::from(c))),
                c => text.push(c),
            }
        }
        w.bind(Value::Text(text));
    }

    /// NULL is the least value here, and there is no way to say otherwise but a term before the term.
    fn order_term(&self, w: &mut Writer, term: &OrderTerm) {
        match (term.nulls, term.descending) {
            (Some(NullsOrder::Last), false) => {
                w.operand(&term.node);
                w.push(" IS NULL, ");
            }
            (Some(NullsOrder::First), true) => {
                w.operand(&term.node);
                w.push(" IS NULL DESC, ");
            }
            _ => {}
        }
        w.expr(&term.node);
        if term.descending {
            w.push(" DESC");
        }
    }

    fn limit(&self, w: &mut Writer, limit: Option<u64>, offset: Option<u64>) {
        let bound = |n: u64| Value::I64(i64::try_from(n).unwrap_or(i64::MAX));
        if limit.is_none() && offset.is_none() {
            return;
        }
        w.push(" LIMIT ");
        w.bind(limit.map_or(Value::I64(i64::MAX), bound));
        if let Some(offset) = offset {
            w.push(" OFFSET ");
            w.bind(bound(offset));
        }
    }

    fn for_share(&self, w: &mut Writer) {
        w.push(self.shared_lock);
    }

    fn default_rows(&self, w: &mut Writer, rows: usize) {
        w.push(" () VALUES ");
        w.list(0..rows, |w, _| w.push("()"));
    }

    fn update_many(&self, w: &mut Writer, statement: &UpdateManyStatement, rows: Vec<Vec<Value>>) {
        super::update_many::document(w, self, statement, rows);
    }

    fn rows_per_update(&self, _: &UpdateManyStatement) -> usize {
        1000
    }

    fn excluded(&self, w: &mut Writer, column: ColumnRef) {
        w.push("VALUES(");
        w.ident(&column.def().name);
        w.push(")");
    }
}

impl Mysql {
    /// The values of a list: as placeholders, or, where they are too many for that, as rows of one bound JSON document.
    fn set(&self, w: &mut Writer, kind: Kind, values: Vec<Value>) {
        const LONG_LIST: usize = 1_000;
        // A document is not compared as the text that it would have inside of another one.
        if values.len() <= LONG_LIST || kind == Kind::Json {
            return w.list(values, Writer::bind);
        }
        for value in &values {
            if let Err(reason) = self.check_value(value) {
                return w.invalid(&crate::value::EncodeError(reason.into()));
            }
        }
        w.push("SELECT ");
        let (open, ty, close) = match kind {
            Kind::Bool | Kind::I16 | Kind::I32 | Kind::I64 | Kind::U32 => ("", "BIGINT", ""),
            // A float of 32 bits is compared with others as one of 64 bits.
            Kind::F32 | Kind::F64 => ("", "DOUBLE", ""),
            Kind::Uuid | Kind::Bytes => ("UNHEX(", "LONGTEXT", ")"),
            Kind::Decimal => ("CAST(", "VARCHAR(64)", " AS DECIMAL(65, 28))"),
            Kind::Date => ("CAST(", "VARCHAR(10)", " AS DATE)"),
            Kind::Time => ("CAST(", "VARCHAR(16)", " AS TIME(6))"),
            Kind::DateTime | Kind::Timestamp => ("CAST(", "VARCHAR(26)", " AS DATETIME(6))"),
            _ => ("", "LONGTEXT CHARACTER SET utf8mb4", ""),
        };
        w.push(open);
        w.push("list.value");
        w.push(close);
        w.push(" FROM JSON_TABLE(");
        w.bind(Value::Text(json_array(&values)));
        w.push(", '$[*]' COLUMNS (value ");
        w.push(ty);
        w.push(" PATH '$')) AS list");
    }
}

/// Rows as a JSON array of arrays.
pub(super) fn json_rows(rows: &[Vec<Value>]) -> String {
    let mut out = String::from("[");
    for (i, row) in rows.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        json_array_into(&mut out, row);
    }
    out.push(']');
    out
}

/// Values as a JSON array of numbers and strings.
fn json_array(values: &[Value]) -> String {
    let mut out = String::new();
    json_array_into(&mut out, values);
    out
}

fn json_array_into(out: &mut String, values: &[Value]) {
    use std::fmt::Write as _;
    out.push('[');
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        // Writing into a `String` cannot fail.
        let _ = match value {
            Value::Bool(b) => write!(out, "{}", u8::from(*b)),
            // The shortest text that means this float.
            Value::F32(n) => write!(out, "{:e}", f64::from(*n)),
            Value::F64(n) => write!(out, "{n:e}"),
            Value::I16(n) => write!(out, "{n}"),
            Value::I32(n) => write!(out, "{n}"),
            Value::I64(n) => write!(out, "{n}"),
            Value::U32(n) => write!(out, "{n}"),
            Value::Decimal(n) => write!(out, "\"{n}\""),
            Value::Uuid(bytes) => hex(out, bytes),
            Value::Bytes(bytes) => hex(out, bytes),
            Value::Date(days) => quoted(out, |out| civil::write_date(out, *days)),
            Value::Time(micros) => quoted(out, |out| civil::write_time(out, *micros)),
            Value::DateTime(micros) | Value::Timestamp(micros) => {
                quoted(out, |out| civil::write_date_time(out, *micros))
            }
            Value::Text(text) | Value::Json(text) => string(out, text),
            _ => write!(out, "null"),
        };
    }
    out.push(']');
}

fn quoted(out: &mut String, write: impl FnOnce(&mut String)) -> std::fmt::Result {
    out.push('"');
    write(out);
    out.push('"');
    Ok(())
}

fn hex(out: &mut String, bytes: &[u8]) -> std::fmt::Result {
    use std::fmt::Write as _;
    out.push('"');
    for byte in bytes {
        write!(out, "{byte:02x}")?;
    }
    out.push('"');
    Ok(())
}

fn string(out: &mut String, text: &str) -> std::fmt::Result {
    use std::fmt::Write as _;
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if c < ' ' => write!(out, "\\u{:04x}", u32::from(c))?,
            c => out.push(c),
        }
    }
    out.push('"');
    Ok(())
}

fn known_year(days: i32) -> Result<(), &'static str> {
    match civil::from_days(days).0 {
        1..=9999 => Ok(()),
        _ => Err("MySQL and MariaDB keep dates of the years 1 to 9999 only"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_as_json_keeps_every_value() {
        let values = [
            Value::I64(i64::MIN),
            Value::Text("a\"\\\n😀".into()),
            Value::Uuid([255; 16]),
        ];
        let expected =
            "[-9223372036854775808,\"a\\\"\\\\\\u000a😀\",\"ffffffffffffffffffffffffffffffff\"]";
        assert_eq!(json_array(&values), expected);
        let values = [
            Value::F64(0.1),
            Value::F64(-1.7976931348623157e308),
            Value::F64(5e-324),
            Value::F32(0.1),
            Value::Bool(true),
        ];
        assert_eq!(
            json_array(&values),
            "[1e-1,-1.7976931348623157e308,5e-324,1.0000000149011612e-1,1]"
        );
    }
}
