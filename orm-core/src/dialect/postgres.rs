//! PostgreSQL.

use super::{Dialect, Family, Feature, like_pattern};
use crate::expr::{AggregateOp, BinaryOp, ColumnRef, Form, JsonStep, Node, Pattern, Replacement};
use crate::model::{ColumnDef, ModelDef};
use crate::query::{Keys, UpdateManyStatement};
use crate::sql::Writer;
use crate::value::{Kind, Value};

pub(super) struct Postgres;

impl Dialect for Postgres {
    fn name(&self) -> &'static str {
        "PostgreSQL"
    }

    fn family(&self) -> Family {
        Family::Postgres
    }

    fn supports(&self, feature: Feature) -> bool {
        feature != Feature::WithRollup
    }

    fn bind_limit(&self) -> usize {
        // The protocol counts parameters in 16 bits.
        65_535
    }

    fn numbered_placeholders(&self) -> bool {
        true
    }

    fn placeholder(&self, sql: &mut String, n: usize) {
        use std::fmt::Write as _;
        let _ = write!(sql, "${n}");
    }

    /// A label of an enum is bound as text, which an enum's column does not take by itself.
    fn column_placeholder(&self, sql: &mut String, n: usize, column: &ColumnDef) {
        self.placeholder(sql, n);
        if let Some(def) = native_enum(column) {
            sql.push_str("::");
            crate::sql::Ident(def).write(sql, '"');
            if column.ty.array {
                sql.push_str("[]");
            }
        }
    }

    fn ntile_cast(&self) -> (&'static str, &'static str) {
        ("CAST(", " AS BIGINT)")
    }

    fn standalone(&self, w: &mut Writer, value: Value) {
        let ty = type_name(value.kind());
        let array = matches!(value, Value::Array(..) | Value::NullArray(_));
        w.push("CAST(");
        w.bind(value);
        w.push(" AS ");
        w.push(ty);
        w.push(if array { "[])" } else { ")" });
    }

    fn check_value(&self, value: &Value) -> Result<(), &'static str> {
        match value {
            Value::Text(text) if text.as_bytes().contains(&0) => {
                Err("PostgreSQL cannot store the character U+0000 in text")
            }
            Value::Json(text) if holds_null_character(text) => {
                Err("PostgreSQL cannot store the character U+0000 in JSON")
            }
            // The first day of the calendar is 4713-11-24 BC; the last year is 5874897 for dates, 294276 for times, which both lie
            // beyond what an i32 of days and an i64 of microseconds from other crates give.
            Value::Date(days) if *days < FIRST_DAY => Err("PostgreSQL has no dates before 4713 BC"),
            Value::DateTime(micros) | Value::Timestamp(micros)
                if *micros < i64::from(FIRST_DAY) * crate::value::civil::DAY =>
            {
                Err("PostgreSQL has no times before 4713 BC")
            }
            // Year 294276 ends 9_224_318_015_999_999_999 µs after 2000; counted from 1970 that is beyond an i64.
            Value::Array(_, items) => items.iter().try_for_each(|item| self.check_value(item)),
            _ => Ok(()),
        }
    }

    fn arithmetic(&self, w: &mut Writer, left: &Node, op: BinaryOp, right: &Node) {
        w.operand(left);
        w.push(super::sign(op));
        match (op, right) {
            // Division by zero is NULL on the other databases.
            (BinaryOp::Div(_) | BinaryOp::Rem(_), right) => {
                w.push("NULLIF(");
                w.expr(right);
                w.push(", 0)");
            }
            _ => w.operand(right),
        }
    }

    /// One bound array, whatever its length: the text stays the same, and the limit of values is never reached.
    fn in_values(&self, w: &mut Writer, needle: &Node, kind: Kind, values: Vec<Value>, is: bool) {
        w.operand(needle);
        w.push(if is { " = ANY(" } else { " <> ALL(" });
        let native = needle.column().and_then(|c| native_enum(c.def()));
        w.bind(Value::Array(kind, values));
        if let Some(def) = native {
            w.push("::");
            w.ident(def);
            w.push("[]");
        }
        w.push(")");
    }

    fn row_list(&self, w: &mut Writer, needles: &[Node], rows: &Keys) {
        w.push("SELECT * FROM ");
        let columns = needles.iter().filter_map(Node::column).collect::<Vec<_>>();
        unnest(w, &columns, rows);
    }

    fn keys_per_statement(&self) -> usize {
        usize::MAX
    }

    fn key_table(&self, w: &mut Writer, columns: &[ColumnRef], keys: &Keys) {
        unnest(w, columns, keys);
        w.push(" AS ");
        w.ident(super::KEY_TABLE);
        w.push(" (");
        w.list(0..columns.len(), |w, i| w.ident(&format!("k{i}")));
        w.push(")");
    }

    fn lock_of(&self, w: &mut Writer, model: &ModelDef) {
        w.push(" OF ");
        w.ident(model.table);
    }

    fn value_list(&self, w: &mut Writer, kind: Kind, values: Vec<Value>) {
        if values.is_empty() {
            // Of unknown type it would be text, which is equal to nothing else.
            w.push("SELECT CAST(NULL AS ");
            w.push(type_name(kind));
            return w.push(") WHERE FALSE");
        }
        if values.len() <= super::SHORT_LIST {
            return w.list(values, Writer::bind);
        }
        w.push("SELECT UNNEST(");
        w.bind(Value::Array(kind, values));
        w.push(")");
    }

    fn like(&self, w: &mut Writer, operand: &Node, pattern: &Pattern) {
        w.operand(operand);
        if operand
            .column()
            .and_then(|c| native_enum(c.def()))
            .is_some()
        {
            w.push("::text");
        }
        let insensitive = matches!(
            pattern,
            Pattern::InsensitiveLike(_) | Pattern::InsensitiveContains(_)
        );
        w.push(match pattern {
            Pattern::Regex(_) => " ~ ",
            _ if insensitive => " ILIKE ",
            _ => " LIKE ",
        });
        w.bind(Value::Text(like_pattern(pattern)));
    }

    fn replacement(&self, w: &mut Writer, with: &Replacement) {
        let name = |number: usize| match number {
            0 => "\\&".to_owned(),
            number => format!("\\{number}"),
        };
        w.bind(Value::Text(with.written(&['\\'], &name)));
    }

    fn form(&self, form: &Form) -> Result<&'static str, &'static str> {
        form.postgres
    }

    fn aggregate(
        &self,
        w: &mut Writer,
        op: AggregateOp,
        of: &Node,
        kind: Kind,
        over: Option<&crate::expr::WindowRows>,
    ) {
        // MIN and MAX know neither booleans nor UUIDs. The text of a UUID is in the order of its bytes.
        let (before, behind) = match (op, kind) {
            (AggregateOp::Min, Kind::Bool) => ("BOOL_AND(", ")"),
            (AggregateOp::Max, Kind::Bool) => ("BOOL_OR(", ")"),
            (AggregateOp::Min, Kind::Uuid) => ("CAST(MIN(CAST(", " AS TEXT))"),
            (AggregateOp::Max, Kind::Uuid) => ("CAST(MAX(CAST(", " AS TEXT))"),
            _ => ("", ""),
        };
        if !before.is_empty() {
            w.push(before);
            w.expr(of);
            w.push(behind);
            w.over(over);
            return w.push(if kind == Kind::Uuid { " AS UUID)" } else { "" });
        }
        let (name, cast) = match op {
            // The sum of bigints is numeric here; back to a bigint, it is an error where it does not fit.
            AggregateOp::Sum => (
                "SUM",
                matches!(kind, Kind::I16 | Kind::I32 | Kind::I64 | Kind::U32).then_some("BIGINT"),
            ),
            AggregateOp::Avg => ("AVG", Some("DOUBLE PRECISION")),
            AggregateOp::Min => ("MIN", None),
            _ => ("MAX", None),
        };
        let cast = if kind == Kind::F32 && op == AggregateOp::Sum {
            Some("DOUBLE PRECISION")
        } else {
            cast
        };
        if cast.is_some() {
            w.push("CAST(");
        }
        w.push(name);
        w.push("(");
        w.expr(of);
        // A sum of 32 bit floats is rounded to 32 bits at each step otherwise.
        if kind == Kind::F32 && matches!(op, AggregateOp::Sum | AggregateOp::Avg) {
            w.push("::double precision");
        }
        w.push(")");
        w.over(over);
        if let Some(cast) = cast {
            w.push(" AS ");
            w.push(cast);
            w.push(")");
        }
    }

    fn json(&self, w: &mut Writer, document: &Node, path: &[JsonStep], kind: Kind) {
        let cast = kind != Kind::Text;
        if cast {
            w.push("CAST(");
        }
        w.operand(document);
        w.push(" #>> ");
        self.json_path(w, path);
        if cast {
            w.push(" AS ");
            w.push(type_name(kind));
            w.push(")");
        }
    }

    fn json_path(&self, w: &mut Writer, path: &[JsonStep]) {
        let step = |step: &JsonStep| {
            Value::Text(match step {
                JsonStep::Key(key) => key.clone().into_owned(),
                JsonStep::Index(at) => at.to_string(),
            })
        };
        w.bind(Value::Array(Kind::Text, path.iter().map(step).collect()));
    }

    /// One array a column: the text is the same for any number of rows, so that its plan is kept.
    fn rows(
        &self,
        w: &mut Writer,
        model: &'static ModelDef,
        columns: &[usize],
        rows: Vec<Vec<Value>>,
    ) {
        let arrays = columns.iter().any(|index| model.columns[*index].ty.array);
        if rows.len() == 1 || arrays {
            return super::values(w, model, columns, rows);
        }
        w.push("SELECT * FROM ");
        unnest_rows(w, model, columns, rows);
    }

    fn update_many(&self, w: &mut Writer, statement: &UpdateManyStatement, rows: Vec<Vec<Value>>) {
        super::update_many::arrays(w, statement, rows);
    }

    fn rows_per_update(&self, statement: &UpdateManyStatement) -> usize {
        if super::update_many::has_arrays(statement) {
            let rest = self.bind_limit() - statement.alike.len();
            return (rest / statement.width().max(1)).clamp(1, 1000);
        }
        10_000
    }

    /// A sequence knows nothing of numbers that were given. It is never set back.
    fn advance_identity(&self, w: &mut Writer, model: &ModelDef, column: &ColumnDef) -> bool {
        w.push("SELECT setval(numbers.seq, numbers.most) FROM (SELECT ");
        sequence(w, model, column);
        w.push(" AS seq, MAX(");
        w.ident(&column.name);
        w.push(") AS most FROM ");
        w.table(model);
        w.push(") AS numbers WHERE ");
        is_behind(w, "numbers.most");
        true
    }

    fn advance_identity_to(
        &self,
        w: &mut Writer,
        model: &ModelDef,
        column: &ColumnDef,
        number: i64,
    ) -> bool {
        w.push("SELECT setval(numbers.seq, numbers.most) FROM (SELECT ");
        sequence(w, model, column);
        w.push(" AS seq, ");
        self.standalone(w, Value::I64(number));
        w.push(" AS most) AS numbers WHERE ");
        is_behind(w, "numbers.most");
        true
    }

    fn repeated_key(&self) -> Option<(&'static str, &'static str)> {
        // The words of SQL stand in every translation of the message.
        Some(("21000", "ON CONFLICT DO UPDATE"))
    }

    fn one_text_for_all_lengths(&self) -> bool {
        true
    }

    fn rows_per_insert(&self, columns: usize) -> usize {
        if columns == 0 { 1 } else { 10_000 }
    }
}

/// Appends the sequence that numbers a column; NULL if there is none.
fn sequence(w: &mut Writer, model: &ModelDef, column: &ColumnDef) {
    let mut table = String::new();
    if let Some(schema) = model.schema {
        crate::sql::Ident(schema).write(&mut table, '"');
        table.push('.');
    }
    crate::sql::Ident(model.table).write(&mut table, '"');
    w.push("pg_get_serial_sequence(");
    w.bind(Value::Text(table));
    w.push(", ");
    w.bind(Value::Text(column.name.to_string()));
    w.push(")::regclass");
}

/// Appends whether the sequence `numbers.seq` is there, is behind a number, and is one that this user may set: whoever may insert into a
/// table need not be, and inserts for all that.
fn is_behind(w: &mut Writer, number: &str) {
    w.push(
        "CASE WHEN has_sequence_privilege(numbers.seq, 'UPDATE') AND has_sequence_privilege(numbers.seq, 'USAGE, SELECT') THEN ",
    );
    w.push(number);
    w.push(" > COALESCE(pg_sequence_last_value(numbers.seq), 0) ELSE FALSE END");
}

/// Appends a table of rows that are stored in these columns, with one array for each.
pub(super) fn unnest_rows(
    w: &mut Writer,
    model: &'static ModelDef,
    columns: &[usize],
    rows: Vec<Vec<Value>>,
) {
    let mut lists: Vec<Vec<Value>> = columns
        .iter()
        .map(|_| Vec::with_capacity(rows.len()))
        .collect();
    for row in rows {
        for (list, value) in lists.iter_mut().zip(row) {
            list.push(value);
        }
    }
    w.push("UNNEST(");
    w.list(columns.iter().zip(lists), |w, (index, list)| {
        let column = &model.columns[*index];
        if let Err(reason) = list
            .iter()
            .try_for_each(|value| w.dialect().check_value(value))
        {
            let field = format!("`{}::{}`", model.name, column.field);
            let error = crate::error::ErrorKind::Encode {
                field: field.into(),
                reason: reason.into(),
            };
            return w.fail(crate::error::Error::new(error));
        }
        w.bind_unchecked(Value::Array(column.ty.kind, list));
        w.push("::");
        match native_enum(column) {
            Some(def) => w.ident(def),
            None => w.push(type_name(column.ty.kind)),
        }
        w.push("[]");
    });
    w.push(")");
}

/// Appends a table of rows, with one array for each column, so that the text is the same for any number of them.
fn unnest(w: &mut Writer, columns: &[ColumnRef], rows: &Keys) {
    w.push("UNNEST(");
    w.list(columns.iter().enumerate(), |w, (i, column)| {
        let column = column.def();
        w.bind(Value::Array(column.ty.kind, rows.column(i)));
        w.push("::");
        match native_enum(column) {
            Some(def) => w.ident(def),
            None => w.push(type_name(column.ty.kind)),
        }
        w.push("[]");
    });
    w.push(")");
}

const FIRST_DAY: i32 = -2_440_588;

fn native_enum(column: &ColumnDef) -> Option<&'static str> {
    column
        .ty
        .enumeration
        .filter(|def| def.native)
        .map(|def| def.name)
}

fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Bool => "BOOLEAN",
        Kind::I16 => "SMALLINT",
        Kind::I32 => "INTEGER",
        Kind::I64 | Kind::U32 => "BIGINT",
        Kind::F32 => "REAL",
        Kind::F64 => "DOUBLE PRECISION",
        Kind::Text => "TEXT",
        Kind::Bytes => "BYTEA",
        Kind::Uuid => "UUID",
        Kind::Decimal => "NUMERIC",
        Kind::Json => "JSONB",
        Kind::Date => "DATE",
        Kind::Time => "TIME",
        Kind::DateTime => "TIMESTAMP",
        Kind::Timestamp => "TIMESTAMPTZ",
    }
}

/// Whether a JSON text holds an escaped U+0000, which is written `\u0000` behind an even number of backslashes.
fn holds_null_character(json: &str) -> bool {
    json.match_indices("\\u0000")
        .any(|(at, _)| json[..at].bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 0)
}
