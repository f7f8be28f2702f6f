//! Asking a database how it carries out statements.

use std::time::{Duration, Instant};

use super::Db;
use super::load::spec;
use crate::driver::{Access, Columns, RowSink, Statement};
use crate::error::{Error, ErrorKind, Result};
use crate::explain::{Explain, StatementPlan};
use crate::query::{Keys, Link, LinkTo, SelectStatement};
use crate::row::RowSource;
use crate::value::{Kind, Raw, Value};

/// A statement to explain, and the relation that it reads.
pub(crate) struct Explained {
    statement: Statement,
    relation: Option<String>,
    /// Whether a run would tell nothing: it has values that are made up, or is sent only if another one finds something.
    planned: bool,
}

impl Explained {
    pub(crate) fn one(statement: Statement) -> Vec<Self> {
        vec![statement.into()]
    }

    pub(crate) fn each(statements: Vec<Statement>) -> Vec<Self> {
        statements.into_iter().map(Self::from).collect()
    }

    /// A statement that is never run to be explained.
    pub(crate) fn planned(statement: Statement) -> Self {
        Self {
            planned: true,
            ..statement.into()
        }
    }

    /// The text and the values.
    pub(crate) fn into_text(self) -> (String, Vec<Value>) {
        (self.statement.sql, self.statement.binds)
    }

    pub(crate) fn sql(&self) -> &str {
        &self.statement.sql
    }
}

impl From<Statement> for Explained {
    fn from(statement: Statement) -> Self {
        Self {
            statement,
            relation: None,
            planned: false,
        }
    }
}

impl Db {
    /// How each of these statements is carried out.
    pub(crate) async fn explain_all(
        &self,
        statements: Vec<Explained>,
        analyze: bool,
    ) -> Result<Explain> {
        let mut plans = Vec::new();
        for explained in statements {
            plans.push(self.explain_one(explained, analyze).await?);
        }
        Ok(Explain { statements: plans })
    }

    async fn explain_one(&self, explained: Explained, analyze: bool) -> Result<StatementPlan> {
        let Explained {
            statement,
            relation,
            planned,
        } = explained;
        if statement.access.by_hand() && !can_be_explained(&statement.sql) {
            let message = "only statements that read or write rows can be explained";
            return Err(Error::invalid_query(message).with_sql(&statement.sql));
        }
        if !analyze || planned {
            return self.plan(statement, relation).await;
        }
        if statement.access == Access::Read {
            return self.analyzed(statement).await;
        }
        // It is carried out, and undone.
        let tx = self.begin().await?;
        let plan = tx.analyzed(statement).await;
        let undone = tx.rollback().await;
        let plan = plan?;
        undone.map(|()| plan)
    }

    async fn plan(&self, statement: Statement, relation: Option<String>) -> Result<StatementPlan> {
        let sql = self.dialect().explain(&statement.sql);
        let rows = self.texts(&statement, sql).await?;
        let read = self.dialect().read_plan(&rows).ok_or_else(not_understood)?;
        Ok(StatementPlan {
            sql: statement.sql,
            relation,
            time: None,
            root: read.root,
        })
    }

    async fn analyzed(&self, statement: Statement) -> Result<StatementPlan> {
        let Some(sql) = self.dialect().explain_analyze(&statement.sql) else {
            // The database cannot tell what each step did, so the whole is measured.
            let mut plan = self
                .plan(again(&statement, statement.sql.clone()), None)
                .await?;
            let begun = Instant::now();
            let (counted, done) = self.run(&statement, Counted(0)).await?;
            let took = begun.elapsed();
            let rows = if counted.0 > 0 || statement.access == Access::Read {
                counted.0
            } else {
                done.affected
            };
            #[allow(clippy::cast_precision_loss, reason = "nobody counts so many rows")]
            let rows = rows as f64;
            plan.root.actual_rows = Some(rows);
            plan.root.time = Some(took);
            plan.time = Some(took);
            return Ok(plan);
        };
        let rows = self.texts(&statement, sql).await?;
        let read = self.dialect().read_plan(&rows).ok_or_else(not_understood)?;
        let time = read.milliseconds.unwrap_or(0.0).max(0.0) / 1000.0;
        Ok(StatementPlan {
            sql: statement.sql,
            relation: None,
            time: Duration::try_from_secs_f64(time).ok(),
            root: read.root,
        })
    }

    /// The rows that a statement around this one gives, with the same values.
    async fn texts(&self, statement: &Statement, sql: String) -> Result<Vec<Vec<Option<String>>>> {
        let asked = again(statement, sql);
        Ok(self.run(&asked, Texts::default()).await?.0.rows)
    }
}

fn again(statement: &Statement, sql: String) -> Statement {
    Statement {
        sql,
        binds: statement.binds.clone(),
        access: statement.access,
        loosely_typed: statement.loosely_typed,
        keep: false,
        relation: None,
        model: statement.model,
    }
}

/// The statements of a query: its own, and one for each relation that it reads, with a made-up key.
pub(crate) fn of_query(
    mut statement: SelectStatement,
    dialect: &'static dyn crate::dialect::Dialect,
    relation: Option<&str>,
    all: &mut Vec<Explained>,
) -> Result<()> {
    let loads = std::mem::take(&mut statement.loads);
    // What the loads need is read beside the rest.
    spec(&mut statement, &loads, None);
    all.push(Explained {
        statement: crate::sql::select(&statement, dialect)?,
        relation: relation.map(str::to_owned),
        // The rows of a relation are found by keys that are made up here.
        planned: relation.is_some(),
    });
    for load in loads {
        let (from, key) = (load.relation.from(), load.relation.key());
        let mut keys = Keys::new(key.len());
        keys.push(
            key.iter()
                .map(|column| made_up(from.columns[*column].ty.kind)),
        );
        let mut inner = load.statement;
        inner.link = Some(Link {
            relation: load.relation,
            to: LinkTo::Rows(keys),
        });
        let name = match relation {
            Some(above) => format!("{above}.{}", load.relation.name()),
            None => load.relation.name().to_owned(),
        };
        of_query(inner, dialect, Some(&name), all)?;
    }
    Ok(())
}

/// A value of a kind that any column of it can be compared with.
pub(crate) fn made_up(kind: Kind) -> Value {
    match kind {
        Kind::Bool => Value::Bool(false),
        Kind::I16 => Value::I16(0),
        Kind::I32 => Value::I32(0),
        Kind::I64 => Value::I64(0),
        Kind::U32 => Value::U32(0),
        Kind::F32 => Value::F32(0.0),
        Kind::F64 => Value::F64(0.0),
        Kind::Text => Value::Text(String::new()),
        Kind::Bytes => Value::Bytes(Vec::new()),
        Kind::Uuid => Value::Uuid([0; 16]),
        Kind::Json => Value::Json("null".into()),
        Kind::Date => Value::Date(0),
        Kind::Time => Value::Time(0),
        Kind::DateTime => Value::DateTime(0),
        Kind::Timestamp => Value::Timestamp(0),
        kind => Value::Null(kind),
    }
}

/// Whether a hand-written statement is about rows, so that a database can tell how it would be carried out, and undo it.
fn can_be_explained(sql: &str) -> bool {
    let word = crate::sql::first_word(sql);
    matches!(
        word.as_str(),
        "SELECT" | "WITH" | "VALUES" | "INSERT" | "UPDATE" | "DELETE" | "REPLACE" | "MERGE" | "("
    )
}

fn not_understood() -> Error {
    let message = "the database's plan has a form that is not known";
    Error::new(ErrorKind::Database).with_source(message)
}

/// Collects rows whose cells are text, whatever they are.
#[derive(Default)]
struct Texts {
    width: usize,
    rows: Vec<Vec<Option<String>>>,
}

impl RowSink for Texts {
    fn start(&mut self, columns: &dyn Columns) -> Result<()> {
        self.width = columns.len();
        Ok(())
    }

    fn row(&mut self, row: &dyn RowSource) -> Result<()> {
        let cells = (0..self.width).map(|at| match row.raw(at) {
            Ok(Raw::Text(text) | Raw::Json(text)) => Some(text.to_owned()),
            Ok(Raw::Int(n)) => Some(n.to_string()),
            Ok(Raw::Bytes(bytes)) => std::str::from_utf8(bytes).ok().map(str::to_owned),
            _ => None,
        });
        self.rows.push(cells.collect());
        Ok(())
    }

    fn reset(&mut self) {
        self.rows.clear();
    }
}

/// Counts rows.
struct Counted(u64);

impl RowSink for Counted {
    fn needs_columns(&self) -> bool {
        false
    }

    fn start(&mut self, _: &dyn Columns) -> Result<()> {
        Ok(())
    }

    fn row(&mut self, _: &dyn RowSource) -> Result<()> {
        self.0 += 1;
        Ok(())
    }

    fn reset(&mut self) {
        self.0 = 0;
    }
}
