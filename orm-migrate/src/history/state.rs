//! From the rows of the history to the state of each migration. Pure.

use std::collections::BTreeMap;

use super::{Event, Row};
use crate::files::Direction;

/// The states of all migrations that were ever touched in a database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    rows: usize,
    states: BTreeMap<String, State>,
    /// The applied ones, in the order in which they were.
    order: Vec<String>,
}

/// The state of a migration that was touched, and is not simply absent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// It is applied.
    Applied(Recorded),
    /// Some of its steps may be carried out.
    Partial(Partial),
}

/// What is known about an applied migration.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recorded {
    /// How it became so.
    pub event: Event,
    /// What it followed.
    pub parent: Option<String>,
    /// The checksum of its `up`.
    pub checksum: String,
    /// The hash of the schema after it.
    pub schema_hash: Option<String>,
    /// When it was begun.
    pub started: String,
    /// When it was finished.
    pub finished: Option<String>,
    /// How many steps it had.
    pub steps: usize,
}

/// How far an attempt has come.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Partial {
    /// Which way it went.
    pub direction: Direction,
    /// How many steps are carried out for certain.
    pub done: usize,
    /// How many steps there are.
    pub total: usize,
    /// The checksum of those that are carried out.
    pub steps_checksum: Option<String>,
    /// The step that began, and of whose end nothing is known.
    pub under_way: Option<String>,
    /// Why it stopped.
    pub failed: Option<Failure>,
    /// When the last thing happened.
    pub at: String,
    /// The state before, if it was applied.
    before: Option<Box<Recorded>>,
}

/// A step that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The statement.
    pub statement: String,
    /// What the database said.
    pub error: String,
}

impl History {
    /// The states that follow from these rows.
    pub fn from_rows(rows: &[Row]) -> Self {
        let mut history = Self::default();
        rows.iter().for_each(|row| history.push(row));
        history
    }

    /// The state of a migration; `None` if it is not applied, and nothing of it is.
    pub fn state(&self, id: &str) -> Option<&State> {
        self.states.get(id)
    }

    /// What is known about a migration, if it is applied.
    pub fn applied(&self, id: &str) -> Option<&Recorded> {
        match self.states.get(id) {
            Some(State::Applied(recorded)) => Some(recorded),
            _ => None,
        }
    }

    /// The applied migrations, in the order in which they were.
    pub fn in_order(&self) -> &[String] {
        &self.order
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Takes the next row into account.
    pub(crate) fn push(&mut self, row: &Row) {
        self.rows += 1;
        let before = self.states.remove(&row.id);
        let next = next(before, row);
        let applied = matches!(next, Some(State::Applied(_)));
        let listed = self.order.iter().position(|id| *id == row.id);
        match (applied, listed) {
            (true, None) => self.order.push(row.id.clone()),
            (false, Some(at)) if next.is_none() => drop(self.order.remove(at)),
            _ => {}
        }
        if let Some(next) = next {
            self.states.insert(row.id.clone(), next);
        }
    }
}

fn next(before: Option<State>, row: &Row) -> Option<State> {
    let mut partial = match before {
        Some(State::Partial(partial)) if partial.direction == row.direction => partial,
        Some(State::Partial(partial)) => Partial {
            before: partial.before,
            ..begin(row)
        },
        Some(State::Applied(recorded)) => Partial {
            before: Some(Box::new(recorded)),
            ..begin(row)
        },
        None => begin(row),
    };
    partial.total = row.steps;
    partial.at = row.finished.clone().unwrap_or_else(|| row.started.clone());
    let up = row.direction == Direction::Up;
    match row.event {
        Event::Begun => {
            partial.under_way = Some(row.statement.clone().unwrap_or_default());
            partial.failed = None;
        }
        Event::Step | Event::StepApplied => {
            partial.done = row.step;
            partial.steps_checksum.clone_from(&row.steps_checksum);
            partial.under_way = None;
            partial.failed = None;
        }
        Event::StepRolledBack => partial.under_way = None,
        Event::Failed => {
            partial.under_way = None;
            partial.failed = Some(Failure {
                statement: row.statement.clone().unwrap_or_default(),
                error: row.error.clone().unwrap_or_default(),
            });
        }
        Event::Done | Event::ResolvedApplied => return up.then(|| State::Applied(recorded(row))),
        Event::Baseline | Event::Adopted | Event::Squashed => {
            return Some(State::Applied(recorded(row)));
        }
        // What was not undone after all is as it was before.
        Event::ResolvedRolledBack => {
            return partial
                .before
                .filter(|_| !up)
                .map(|before| State::Applied(*before));
        }
    }
    Some(State::Partial(partial))
}

fn begin(row: &Row) -> Partial {
    Partial {
        direction: row.direction,
        done: 0,
        total: row.steps,
        steps_checksum: None,
        under_way: None,
        failed: None,
        at: row.started.clone(),
        before: None,
    }
}

fn recorded(row: &Row) -> Recorded {
    Recorded {
        event: row.event,
        parent: row.parent.clone(),
        checksum: row.checksum.clone(),
        schema_hash: row.schema_hash.clone(),
        started: row.started.clone(),
        finished: row.finished.clone(),
        steps: row.steps,
    }
}
