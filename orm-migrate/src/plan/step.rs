//! Steps, and what they cost.

use std::fmt;

/// The steps of a migration in one direction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// Whether foreign keys must be off while the steps are taken, from before the transaction until after it. They are checked
    /// before it is committed.
    pub foreign_keys_off: bool,
    /// Whether a step loses what rows hold.
    pub lossy: bool,
}

/// One step: statements that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// What it runs, in order; may be empty, where the database need not be told.
    pub statements: Vec<Statement>,
    /// What it costs.
    pub cost: Cost,
    /// Why it costs that, or what it is for, in one sentence.
    pub why: String,
    /// Whether a transaction is around it.
    pub transaction: Transaction,
    /// Whether undoing it loses what rows hold.
    pub reverse_is_lossy: bool,
}

/// A statement, without a semicolon at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statement {
    /// The text.
    pub sql: String,
    /// A remark for those who read it.
    pub comment: Option<String>,
    /// What must be done around it.
    pub directives: Vec<super::Directive>,
}

/// What a step costs those who use the database meanwhile, in order of how much it should worry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Cost {
    /// Nothing that anybody notices.
    Safe,
    /// Others wait for the table, for as long as it takes to read it.
    Locks,
    /// The table is written anew.
    Rewrites,
    /// It depends on the rows whether the step can be taken: it fails rather than lose something.
    NeedsDecision,
    /// What rows hold is lost.
    LosesData,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Safe => "safe",
            Self::Locks => "needs a lock",
            Self::Rewrites => "rewrites the table",
            Self::NeedsDecision => "depends on the rows",
            Self::LosesData => "loses data",
        })
    }
}

/// Whether a step can be part of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transaction {
    /// It can, where the database undoes such statements at all.
    Inside,
    /// It cannot: the database refuses it there.
    Outside,
}

impl Statement {
    /// A statement without remarks.
    pub fn new(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            comment: None,
            directives: Vec::new(),
        }
    }
}

impl Step {
    pub(super) fn new(cost: Cost, why: impl Into<String>) -> Self {
        Self {
            statements: Vec::new(),
            cost,
            why: why.into(),
            transaction: Transaction::Inside,
            reverse_is_lossy: false,
        }
    }

    /// A step that undoing would lose data, with what rows get meanwhile.
    pub(super) fn lossy_back(mut self) -> Self {
        self.reverse_is_lossy = true;
        self
    }

    pub(super) fn outside(mut self) -> Self {
        self.transaction = Transaction::Outside;
        self
    }

    pub(super) fn run(mut self, sql: impl Into<String>) -> Self {
        self.statements.push(Statement::new(sql));
        self
    }

    pub(super) fn run_all(mut self, sql: impl IntoIterator<Item = String>) -> Self {
        self.statements.extend(sql.into_iter().map(Statement::new));
        self
    }
}

impl Plan {
    pub(super) fn push(&mut self, step: Step) {
        self.steps.push(step);
    }

    /// The statements of all steps.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.steps.iter().flat_map(|s| &s.statements)
    }

    /// The step that costs most.
    pub fn cost(&self) -> Cost {
        self.steps
            .iter()
            .map(|s| s.cost)
            .max()
            .unwrap_or(Cost::Safe)
    }

    /// Whether undoing the plan loses what rows hold.
    pub fn reverse_is_lossy(&self) -> bool {
        self.steps.iter().any(|s| s.reverse_is_lossy)
    }
}
