//! What differs between the databases' SQL: each difference has a name, and a database's file reads as one table of them.
//!
//! The defaults are standard SQL.

mod ddl;
mod deploy;
mod explain;
mod mysql;
mod postgres;
mod search;
mod session;
mod sqlite;
mod tree;
mod update_many;

pub use ddl::{Alteration, DdlDialect};
pub use deploy::{Bodies, DeployDialect, Lexical, Place, Scratch};
pub use explain::{ExplainDialect, ReadPlan};
pub use search::{Building, MakeStatement, SearchDialect};
pub use session::{AdvisoryCall, AdvisoryKind, AdvisoryMode, AroundValue, SessionDialect};
pub use tree::{Part, TreeDialect};

use crate::expr::{
    AggregateOp, BinaryOp, ColumnRef, Form, JsonStep, Node, NullsOrder, OrderTerm, Pattern, Regex,
    Replacement,
};
use crate::model::{ColumnDef, ModelDef};
use crate::query::{Keys, UpdateManyStatement};
use crate::sql::Writer;
use crate::value::{Kind, Value};

/// SQLite.
pub static SQLITE: &dyn Dialect = &sqlite::Sqlite;
/// PostgreSQL.
pub static POSTGRES: &dyn Dialect = &postgres::Postgres;
/// MariaDB.
pub static MARIADB: &dyn Dialect = &mysql::Mysql::MARIADB;
/// MariaDB before 10.5, whose inserts give nothing back.
pub static MARIADB_WITHOUT_RETURNING: &dyn Dialect = &mysql::Mysql::MARIADB_WITHOUT_RETURNING;
/// MySQL.
pub static MYSQL: &dyn Dialect = &mysql::Mysql::MYSQL;

/// The one whose SQL is shown where no database is known.
pub(crate) static NEUTRAL: &dyn Dialect = POSTGRES;

/// Which system a database is: what its catalogs look like, and what files for it are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Family {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
    /// MySQL and MariaDB.
    Mysql,
}

/// The kinds of databases by the names that URLs have, for statements that are for one of them.
#[doc(hidden)]
#[allow(non_upper_case_globals, reason = "they are words of `sql!`")]
pub mod databases {
    use super::Family;

    pub const sqlite: Family = Family::Sqlite;
    pub const postgres: Family = Family::Postgres;
    pub const mysql: Family = Family::Mysql;
    pub const mariadb: Family = Family::Mysql;
}

/// All databases, one of each kind.
pub fn all() -> [&'static dyn Dialect; 4] {
    [SQLITE, POSTGRES, MARIADB, MYSQL]
}

impl Family {
    /// Its name, for messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
            Self::Mysql => "MySQL and MariaDB",
        }
    }
}

/// Something that not every database can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Feature {
    /// `SELECT … FOR UPDATE`.
    RowLocks,
    /// `INSERT … RETURNING`.
    InsertReturning,
    /// `UPDATE … RETURNING`.
    UpdateReturning,
    /// `DELETE … RETURNING`.
    DeleteReturning,
    /// `ON CONFLICT (…)`, which names the unique key that it is about.
    ConflictTarget,
    /// `SELECT DISTINCT ON (…)`.
    DistinctOn,
    /// Columns that hold arrays.
    Arrays,
    /// `CREATE TABLE` and its like are undone by a rollback.
    TransactionalDdl,
    /// `INTERSECT ALL` and `EXCEPT ALL`.
    SetsOfEqualRows,
    /// `LATERAL`: a query that runs for each row of a table before it.
    Lateral,
    /// A query inside of `IN (…)` may have a limit, and name a row around it.
    CorrelatedLimit,
    /// A query inside of `FROM` may name a row around the query that it stands in.
    CorrelatedSource,
    /// `GROUP BY ROLLUP (…)`, and `GROUPING(…)`.
    Rollup,
    /// `GROUP BY … WITH ROLLUP`, without a word about which rows are which.
    WithRollup,
}

impl std::fmt::Debug for dyn Dialect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// The name of a table of keys, which no model's table has.
pub(crate) const KEY_TABLE: &str = "orm_keys";

/// The SQL of one database.
pub trait Dialect:
    DdlDialect
    + SearchDialect
    + DeployDialect
    + TreeDialect
    + SessionDialect
    + ExplainDialect
    + Send
    + Sync
    + 'static
{
    /// The database's name, for messages.
    fn name(&self) -> &'static str;

    /// Which system it is. To be asked where its catalogs are read, not where its SQL is written: that is what the other methods are for.
    fn family(&self) -> Family;

    /// Whether it has a feature.
    fn supports(&self, feature: Feature) -> bool;

    /// How many values one statement may bind.
    fn bind_limit(&self) -> usize;

    /// Whether a statement that is refused undoes itself and no more, so that its transaction goes on without a savepoint.
    fn refuses_statements_alone(&self) -> bool {
        false
    }

    /// What names are quoted with.
    fn quote(&self) -> char {
        '"'
    }

    /// Whether placeholders have numbers, so that one value can be named twice.
    fn numbered_placeholders(&self) -> bool {
        false
    }

    /// Appends the placeholder of the `n`th value, counted from 1.
    fn placeholder(&self, sql: &mut String, _n: usize) {
        sql.push('?');
    }

    /// Appends the placeholder of a value that a column holds or is compared with.
    fn column_placeholder(&self, sql: &mut String, n: usize, _column: &ColumnDef) {
        self.placeholder(sql, n);
    }

    /// Appends a value in a place where nothing tells the database its type.
    fn standalone(&self, w: &mut Writer, value: Value) {
        w.bind(value);
    }

    /// Whether the database can hold the value without loss; if not, why.
    ///
    /// # Errors
    /// The reason, for the error's text.
    fn check_value(&self, value: &Value) -> Result<(), &'static str>;

    /// Brings a value into the form in which the column stores it, so that equal values compare as equal.
    fn fit(&self, _column: &ColumnDef, value: Value) -> Value {
        value
    }

    /// Appends an expression of the list behind `SELECT`.
    fn selected(&self, w: &mut Writer, node: &Node) {
        match node {
            Node::Value(value) => self.standalone(w, value.clone()),
            node => w.expr(node),
        }
    }

    /// Appends the right side of an assignment that is not a plain value.
    fn assigned(&self, w: &mut Writer, _column: &ColumnDef, node: &Node) {
        w.expr(node);
    }

    /// Appends arithmetic between two operands.
    fn arithmetic(&self, w: &mut Writer, left: &Node, op: BinaryOp, right: &Node) {
        w.operand(left);
        w.push(sign(op));
        w.operand(right);
    }

    /// What stands before and behind a calculation of 32 bit floats, so that its result is one.
    fn single_precision(&self) -> (&'static str, &'static str) {
        ("", "")
    }

    /// Appends minus a number.
    fn negate(&self, w: &mut Writer, inner: &Node) {
        w.push("-");
        w.operand(inner);
    }

    /// What stands before and behind a choice, so that how its conditions compare does not become how it is compared itself.
    fn around_case(&self, _case: &Node) -> (&'static str, &'static str) {
        ("", "")
    }

    /// Appends what a comparison of decimals needs behind it.
    fn decimal_comparison(&self, _w: &mut Writer) {}

    /// Appends whether a value is in a list (which has at least one value, and no NULL).
    fn in_values(&self, w: &mut Writer, needle: &Node, kind: Kind, values: Vec<Value>, is: bool);

    /// Appends whether several values together are one of these rows (there is at least one, without NULL).
    fn in_rows(&self, w: &mut Writer, needles: &[Node], rows: &Keys) {
        w.push("(");
        w.list(needles, Writer::expr);
        w.push(") IN (");
        self.row_list(w, needles, rows);
        w.push(")");
    }

    /// Appends rows of values, between the parentheses of `IN (…)`.
    fn row_list(&self, w: &mut Writer, needles: &[Node], rows: &Keys) {
        w.push("VALUES ");
        row_values(w, needles, rows);
    }

    /// How many values the keys of one statement may have together, where a key has several.
    fn keys_per_statement(&self) -> usize {
        self.bind_limit() / 2
    }

    /// Appends a table `orm_keys`, with the columns `k0`, `k1` and so on. It is asked for where there is [`Lateral`](Feature::Lateral),
    /// and with one column where there is [`CorrelatedLimit`](Feature::CorrelatedLimit).
    fn key_table(&self, w: &mut Writer, _columns: &[ColumnRef], _keys: &Keys) {
        w.unsupported("a table of keys");
    }

    /// Appends, behind a lock, that only the rows of the query's own table are locked.
    fn lock_of(&self, _w: &mut Writer, _model: &ModelDef) {}

    /// Appends a list of values, between the parentheses of a hand-written `IN (…)`.
    fn value_list(&self, w: &mut Writer, kind: Kind, values: Vec<Value>);

    /// Appends whether text matches a pattern.
    fn like(&self, w: &mut Writer, operand: &Node, pattern: &Pattern);

    /// Appends a regular expression whose matches are replaced.
    fn replaced(&self, w: &mut Writer, regex: &Regex) {
        w.bind(Value::Text(regex.text_with_groups("$")));
    }

    /// Appends what they are replaced by.
    fn replacement(&self, w: &mut Writer, with: &Replacement) {
        w.bind(Value::Text(with.text()));
    }

    /// How a function is written; an error names the feature that the database lacks.
    ///
    /// # Errors
    /// The feature, for the error's text.
    fn form(&self, form: &Form) -> Result<&'static str, &'static str>;

    /// Appends an aggregate other than `COUNT`.
    /// [`Writer::over`] stands behind the function.
    fn aggregate(
        &self,
        w: &mut Writer,
        op: AggregateOp,
        of: &Node,
        kind: Kind,
        over: Option<&crate::expr::WindowRows>,
    );

    /// What stands before and behind `NTILE(…)`, so that it is a 64 bit integer.
    fn ntile_cast(&self) -> (&'static str, &'static str) {
        ("", "")
    }

    /// Appends the value at a path of a JSON document.
    fn json(&self, w: &mut Writer, document: &Node, path: &[JsonStep], kind: Kind);

    /// Appends a path of a JSON document.
    fn json_path(&self, w: &mut Writer, path: &[JsonStep]) {
        w.bind(Value::Text(json_path(path)));
    }

    /// Appends a term of an ordering.
    fn order_term(&self, w: &mut Writer, term: &OrderTerm) {
        w.expr(&term.node);
        direction(w, term);
    }

    /// Appends limit and offset.
    fn limit(&self, w: &mut Writer, limit: Option<u64>, offset: Option<u64>) {
        if let Some(limit) = limit {
            w.push(" LIMIT ");
            w.bind(Value::I64(i64::try_from(limit).unwrap_or(i64::MAX)));
        }
        if let Some(offset) = offset {
            w.push(" OFFSET ");
            w.bind(Value::I64(i64::try_from(offset).unwrap_or(i64::MAX)));
        }
    }

    /// Appends a lock that others may share.
    fn for_share(&self, w: &mut Writer) {
        w.push(" FOR SHARE");
    }

    /// Appends the rows of an `INSERT`, behind its columns.
    fn rows(
        &self,
        w: &mut Writer,
        model: &'static ModelDef,
        columns: &[usize],
        rows: Vec<Vec<Value>>,
    ) {
        values(w, model, columns, rows);
    }

    /// Appends what inserts rows of defaults only.
    fn default_rows(&self, w: &mut Writer, rows: usize) {
        if rows > 1 {
            return w
                .unsupported("inserting several rows that give no value at all in one statement");
        }
        w.push(" DEFAULT VALUES");
    }

    /// How many rows of this width one `INSERT` takes best.
    fn rows_per_insert(&self, columns: usize) -> usize {
        match columns {
            // Rows of defaults only are written one by one.
            0 => 1,
            columns => (self.bind_limit() / columns).clamp(1, 1000),
        }
    }

    /// Appends an `UPDATE` of rows that are found by their keys, each to values of its own.
    fn update_many(&self, w: &mut Writer, statement: &UpdateManyStatement, rows: Vec<Vec<Value>>) {
        update_many::common_table(w, statement, rows);
    }

    /// How many rows one such `UPDATE` takes best.
    fn rows_per_update(&self, statement: &UpdateManyStatement) -> usize {
        let rest = self.bind_limit() - statement.alike.len();
        (rest / statement.width().max(1)).clamp(1, 1000)
    }

    /// Whether an `INSERT` of many rows has the same text for any number of them, so that it pays to keep it prepared.
    fn one_text_for_all_lengths(&self) -> bool {
        false
    }

    /// Appends a statement that lets the numbering of a column go on behind the greatest number that is there; `false` where the database
    /// sees to that whenever a number is given.
    fn advance_identity(&self, _w: &mut Writer, _model: &ModelDef, _column: &ColumnDef) -> bool {
        false
    }

    /// Appends a statement that lets the numbering of a column go on behind a number. See [`advance_identity`](Self::advance_identity).
    fn advance_identity_to(
        &self,
        _w: &mut Writer,
        _model: &ModelDef,
        _column: &ColumnDef,
        _number: i64,
    ) -> bool {
        false
    }

    /// Whether `ON` behind a query that ends with a table is taken for a join's condition.
    fn takes_on_for_a_join(&self) -> bool {
        false
    }

    /// The code of the error by which the database refuses to change a row twice in one upsert, and words of its message, since the code
    /// says more than that; `None` where it would change it twice.
    fn repeated_key(&self) -> Option<(&'static str, &'static str)> {
        None
    }

    /// Appends the value that an upsert would have inserted.
    fn excluded(&self, w: &mut Writer, column: ColumnRef) {
        w.push("excluded.");
        w.ident(&column.def().name);
    }
}

/// Up to this length a hand-written list is one placeholder a value.
const SHORT_LIST: usize = 32;

/// A pattern in LIKE's words, where `\` takes the next character its meaning.
fn like_pattern(pattern: &Pattern) -> String {
    fn escaped(text: &str) -> String {
        let mut out = String::with_capacity(text.len() + 2);
        for c in text.chars() {
            if matches!(c, '%' | '_' | '\\') {
                out.push('\\');
            }
            out.push(c);
        }
        out
    }
    match pattern {
        Pattern::StartsWith(text) => escaped(text) + "%",
        Pattern::EndsWith(text) => format!("%{}", escaped(text)),
        Pattern::Contains(text) | Pattern::InsensitiveContains(text) => {
            format!("%{}%", escaped(text))
        }
        Pattern::Like(pattern) | Pattern::InsensitiveLike(pattern) => pattern.clone(),
        Pattern::Regex(regex) => regex.text("$"),
    }
}

/// A path as `$."a"[0]."b"`.
fn json_path(path: &[JsonStep]) -> String {
    use std::fmt::Write as _;
    let mut out = String::from("$");
    // Writing into a `String` cannot fail.
    for step in path {
        let _ = match step {
            JsonStep::Key(key) => {
                let key = key.replace('\\', "\\\\").replace('"', "\\\"");
                write!(out, ".\"{key}\"")
            }
            JsonStep::Index(at) => write!(out, "[{at}]"),
        };
    }
    out
}

/// The sign of an arithmetic operator.
fn sign(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add(_) => " + ",
        BinaryOp::Sub(_) => " - ",
        BinaryOp::Mul(_) => " * ",
        BinaryOp::Div(_) => " / ",
        _ => " % ",
    }
}

/// Appends the direction of a term of an ordering, and where NULL stands in it.
fn direction(w: &mut Writer, term: &OrderTerm) {
    if term.descending {
        w.push(" DESC");
    }
    match term.nulls {
        Some(NullsOrder::First) => w.push(" NULLS FIRST"),
        Some(NullsOrder::Last) => w.push(" NULLS LAST"),
        None => {}
    }
}

/// Appends `(…), (…)`, each value in the form of the column that it is compared with.
fn row_values(w: &mut Writer, needles: &[Node], rows: &Keys) {
    w.list(rows.iter(), |w, row| {
        w.push("(");
        w.list(needles.iter().zip(row), |w, (needle, value)| {
            match needle.column() {
                Some(column) => {
                    let value = w.dialect().fit(column.def(), value.clone());
                    w.bind_for(column.def(), column.model, value);
                }
                None => w.bind(value.clone()),
            }
        });
        w.push(")");
    });
}

/// Appends rows as `VALUES (…), (…)`.
fn values(w: &mut Writer, model: &'static ModelDef, columns: &[usize], rows: Vec<Vec<Value>>) {
    w.push("VALUES ");
    w.list(rows, |w, row| {
        w.push("(");
        w.list(columns.iter().zip(row), |w, (index, value)| {
            let column = &model.columns[*index];
            let value = w.dialect().fit(column, value);
            w.bind_for(column, model, value);
        });
        w.push(")");
    });
}
