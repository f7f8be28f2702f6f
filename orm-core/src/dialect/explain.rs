//! How a database is asked for a plan, and how its answer is read.

mod mysql;
mod postgres;
mod sqlite;

use crate::explain::PlanNode;

/// What a database says about a statement.
#[derive(Debug)]
pub struct ReadPlan {
    /// The last step.
    pub root: PlanNode,
    /// How long the statement took in all, if it was run.
    pub milliseconds: Option<f64>,
}

/// Plans; a part of [`Dialect`](super::Dialect).
pub trait ExplainDialect {
    /// The statement that asks how another one is carried out.
    fn explain(&self, sql: &str) -> String;

    /// The statement that carries out another one, and tells how; `None` where the database cannot tell.
    fn explain_analyze(&self, _sql: &str) -> Option<String> {
        None
    }

    /// Reads the rows that the database answers with, each cell as text; `None` if they are no plan.
    fn read_plan(&self, rows: &[Vec<Option<String>>]) -> Option<ReadPlan>;
}
