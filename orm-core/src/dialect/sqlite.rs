//! SQLite.
//!
//! Decimals are text with exact arithmetic: the driver registers functions and a collation, all named `orm_…`.

use super::{Dialect, Family, Feature, SessionDialect};
use crate::expr::{AggregateOp, BinaryOp, ColumnRef, Form, JsonStep, Node, Pattern};
use crate::model::ColumnDef;
use crate::query::Keys;
use crate::sql::Writer;
use crate::value::{Kind, Value, civil};

pub(super) struct Sqlite;

/// A lock by name needs somebody to hold it, and there is no server.
impl SessionDialect for Sqlite {}

impl Dialect for Sqlite {
    fn name(&self) -> &'static str {
        "SQLite"
    }

    fn family(&self) -> Family {
        Family::Sqlite
    }

    fn supports(&self, feature: Feature) -> bool {
        matches!(
            feature,
            Feature::InsertReturning
                | Feature::UpdateReturning
                | Feature::DeleteReturning
                | Feature::ConflictTarget
                | Feature::TransactionalDdl
                | Feature::CorrelatedLimit
                | Feature::CorrelatedSource
        )
    }

    fn bind_limit(&self) -> usize {
        // SQLITE_MAX_VARIABLE_NUMBER since 3.32, https://www.sqlite.org/limits.html
        32_766
    }

    fn takes_on_for_a_join(&self) -> bool {
        true
    }

    fn numbered_placeholders(&self) -> bool {
        true
    }

    fn placeholder(&self, sql: &mut String, n: usize) {
        use std::fmt::Write as _;
        let _ = write!(sql, "?{n}");
    }

    fn check_value(&self, value: &Value) -> Result<(), &'static str> {
        match value {
            Value::F64(n) if n.is_nan() => Err("SQLite stores NaN as NULL"),
            Value::F32(n) if n.is_nan() => Err("SQLite stores NaN as NULL"),
            Value::Date(days) => four_digit_year(*days),
            Value::DateTime(micros) | Value::Timestamp(micros) => {
                four_digit_year(civil::split(*micros).0)
            }
            Value::Array(..) => Err("SQLite has no array columns; use `Json<Vec<…>>`"),
            _ => Ok(()),
        }
    }

    fn fit(&self, column: &ColumnDef, value: Value) -> Value {
        match (&value, column.precision) {
            (Value::Decimal(n), Some((_, scale))) => n.rescale(scale).map_or(value, Value::Decimal),
            _ => value,
        }
    }

    /// A result has digits of its own; the column has those of its scale, to which every other database rounds.
    fn assigned(&self, w: &mut Writer, column: &ColumnDef, node: &Node) {
        let fits = node
            .column()
            .is_some_and(|c| c.def().precision == column.precision);
        match column.precision {
            Some((_, scale)) if column.ty.kind == Kind::Decimal && !fits => {
                w.push("orm_decimal_round(");
                w.expr(node);
                w.push(", ");
                w.push_number(u64::from(scale));
                w.push(")");
            }
            _ => w.expr(node),
        }
    }

    fn single_precision(&self) -> (&'static str, &'static str) {
        ("orm_single(", ")")
    }

    fn arithmetic(&self, w: &mut Writer, left: &Node, op: BinaryOp, right: &Node) {
        let name = match op {
            BinaryOp::Add(Kind::Decimal) => "orm_decimal_add",
            BinaryOp::Sub(Kind::Decimal) => "orm_decimal_sub",
            BinaryOp::Mul(Kind::Decimal) => "orm_decimal_mul",
            BinaryOp::Div(Kind::Decimal) => "orm_decimal_div",
            BinaryOp::Rem(Kind::Decimal) => "orm_decimal_rem",
            // An integer that overflows would silently become a float.
            BinaryOp::Add(Kind::I64) => "orm_add",
            BinaryOp::Sub(Kind::I64) => "orm_sub",
            BinaryOp::Mul(Kind::I64) => "orm_mul",
            _ => {
                w.operand(left);
                w.push(super::sign(op));
                return w.operand(right);
            }
        };
        call(w, name, &[left, right]);
    }

    fn negate(&self, w: &mut Writer, inner: &Node) {
        if inner.kind() == Some(Kind::Decimal) {
            return call(w, "orm_decimal_neg", &[inner]);
        }
        w.push("-");
        w.operand(inner);
    }

    /// A `COLLATE` anywhere inside of an expression is that of the expression, but for one that stands further outside.
    fn around_case(&self, case: &Node) -> (&'static str, &'static str) {
        if case.kind() == Some(Kind::Decimal) {
            ("(", " COLLATE orm_decimal)")
        } else if case.any(&mut |part| part.kind() == Some(Kind::Decimal)) {
            ("(", " COLLATE BINARY)")
        } else {
            ("", "")
        }
    }

    fn decimal_comparison(&self, w: &mut Writer) {
        w.push(" COLLATE orm_decimal");
    }

    /// One bound list, whatever its length: the text stays the same, and the limit of values is never reached.
    fn in_values(&self, w: &mut Writer, needle: &Node, kind: Kind, values: Vec<Value>, is: bool) {
        w.operand(needle);
        if kind == Kind::Decimal {
            self.decimal_comparison(w);
        }
        w.push(if is { " IN (" } else { " NOT IN (" });
        let values = match needle.column() {
            Some(column) => values
                .into_iter()
                .map(|v| self.fit(column.def(), v))
                .collect(),
            None => values,
        };
        self.set(w, kind, values);
        w.push(")");
    }

    fn key_table(&self, w: &mut Writer, columns: &[ColumnRef], keys: &Keys) {
        let Some(column) = columns.first().map(|column| column.def()) else {
            return;
        };
        let values = keys.column(0).into_iter();
        w.push("(SELECT value AS k0 FROM (");
        self.set(
            w,
            column.ty.kind,
            values.map(|v| self.fit(column, v)).collect(),
        );
        w.push(")) AS ");
        w.ident(super::KEY_TABLE);
    }

    fn value_list(&self, w: &mut Writer, kind: Kind, values: Vec<Value>) {
        self.set(w, kind, values);
    }

    fn like(&self, w: &mut Writer, operand: &Node, pattern: &Pattern) {
        // SQLite's LIKE takes upper and lower case of ASCII letters for equal, and of no others; GLOB of none.
        match pattern {
            Pattern::InsensitiveLike(_) | Pattern::InsensitiveContains(_) => {
                w.push("orm_lower(");
                w.expr(operand);
                w.push(") GLOB orm_lower(");
                w.bind(Value::Text(glob(pattern)));
                w.push(")");
            }
            Pattern::Regex(regex) => {
                w.push("orm_matches(");
                w.expr(operand);
                w.push(", ");
                w.bind(Value::Text(regex.text("$")));
                w.push(")");
            }
            _ => {
                w.operand(operand);
                w.push(" GLOB ");
                w.bind(Value::Text(glob(pattern)));
            }
        }
    }

    fn form(&self, form: &Form) -> Result<&'static str, &'static str> {
        form.sqlite
    }

    fn aggregate(
        &self,
        w: &mut Writer,
        op: AggregateOp,
        of: &Node,
        kind: Kind,
        over: Option<&crate::expr::WindowRows>,
    ) {
        let decimal = kind == Kind::Decimal;
        w.push(match (op, decimal) {
            (AggregateOp::Sum, true) => "orm_decimal_sum(",
            (AggregateOp::Avg, true) => "orm_decimal_avg(",
            (AggregateOp::Sum, false) => "SUM(",
            (AggregateOp::Avg, false) => "AVG(",
            (AggregateOp::Min, _) => "MIN(",
            _ => "MAX(",
        });
        w.expr(of);
        if decimal && matches!(op, AggregateOp::Min | AggregateOp::Max) {
            w.push(" COLLATE orm_decimal");
        }
        w.push(")");
        w.over(over);
    }

    fn json(&self, w: &mut Writer, document: &Node, path: &[JsonStep], kind: Kind) {
        // `->>` gives NULL both for a missing key and for a JSON null; a boolean comes as 0 or 1.
        let cast = match kind {
            Kind::Text => None,
            Kind::F64 => Some("REAL"),
            _ => Some("INTEGER"),
        };
        if cast.is_some() {
            w.push("CAST(");
        }
        w.operand(document);
        w.push(" ->> ");
        self.json_path(w, path);
        if let Some(cast) = cast {
            w.push(" AS ");
            w.push(cast);
            w.push(")");
        }
    }

    fn order_term(&self, w: &mut Writer, term: &crate::expr::OrderTerm) {
        w.expr(&term.node);
        if term.node.kind() == Some(Kind::Decimal) {
            w.push(" COLLATE orm_decimal");
        }
        super::direction(w, term);
    }

    fn limit(&self, w: &mut Writer, limit: Option<u64>, offset: Option<u64>) {
        let bound = |n: u64| Value::I64(i64::try_from(n).unwrap_or(i64::MAX));
        match (limit, offset) {
            (None, None) => {}
            (limit, offset) => {
                w.push(" LIMIT ");
                // Without a limit there is no offset; -1 is no limit.
                w.bind(limit.map_or(Value::I64(-1), bound));
                if let Some(offset) = offset {
                    w.push(" OFFSET ");
                    w.bind(bound(offset));
                }
            }
        }
    }
}

impl Sqlite {
    /// The values of a list, as rows of a table-valued function over one bound list.
    fn set(&self, w: &mut Writer, kind: Kind, values: Vec<Value>) {
        for value in &values {
            if let Err(reason) = self.check_value(value) {
                return w.invalid(&crate::value::EncodeError(reason.into()));
            }
        }
        w.push("SELECT value FROM rarray(");
        w.push_list(kind, values);
        w.push(")");
    }
}

fn call(w: &mut Writer, name: &str, arguments: &[&Node]) {
    w.push(name);
    w.push("(");
    w.list(arguments, |w, a| w.expr(a));
    w.push(")");
}

fn four_digit_year(days: i32) -> Result<(), &'static str> {
    match civil::from_days(days).0 {
        0..=9999 => Ok(()),
        _ => Err("SQLite keeps dates of the years 0 to 9999 only"),
    }
}

/// A pattern in GLOB's words: `*` is any text, `?` any character, and `[…]` takes them away their meaning.
fn glob(pattern: &Pattern) -> String {
    let mut out = String::new();
    let literal = |out: &mut String, c: char| match c {
        '*' | '?' | '[' => {
            out.push('[');
            out.push(c);
            out.push(']');
        }
        c => out.push(c),
    };
    match pattern {
        // It has a function of its own.
        Pattern::Regex(_) => {}
        Pattern::StartsWith(text) => {
            text.chars().for_each(|c| literal(&mut out, c));
            out.push('*');
        }
        Pattern::EndsWith(text) => {
            out.push('*');
            text.chars().for_each(|c| literal(&mut out, c));
        }
        Pattern::Contains(text) | Pattern::InsensitiveContains(text) => {
            out.push('*');
            text.chars().for_each(|c| literal(&mut out, c));
            out.push('*');
        }
        Pattern::Like(text) | Pattern::InsensitiveLike(text) => {
            let mut chars = text.chars();
            while let Some(c) = chars.next() {
                match c {
                    '%' => out.push('*'),
                    '_' => out.push('?'),
                    '\\' => literal(&mut out, chars.next().unwrap_or('\\')),
                    c => literal(&mut out, c),
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_keeps_its_meaning_as_a_glob() {
        assert_eq!(glob(&Pattern::Contains("50%*".into())), "*50%[*]*");
        assert_eq!(glob(&Pattern::Like(r"a\%_b%".into())), "a%?b*");
        assert_eq!(glob(&Pattern::StartsWith("[x]".into())), "[[]x]*");
    }
}
