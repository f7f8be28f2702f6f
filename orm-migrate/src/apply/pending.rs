//! What is to be done: the migrations in files compared with those in the history. Pure.

use std::collections::BTreeSet;

use orm_core::Result;
use orm_core::dialect::Dialect;

use super::{DeployOptions, OutOfOrder};
use crate::Problem;
use crate::files::{Direction, Migration};
use crate::history::{History, Partial, Recorded, State};

/// A migration that is to be applied.
#[derive(Debug)]
pub(crate) struct Pending<'m> {
    pub(crate) migration: &'m Migration,
    pub(crate) way: Way,
}

/// How it is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Way {
    /// From this step on, of which it may not be known whether it was carried out.
    From {
        step: usize,
        under_way: bool,
        steps_checksum: Option<String>,
    },
    /// By a note that the migrations that it stands for were applied.
    Note,
}

/// Everything in which the files and the history contradict each other.
pub(crate) fn differences_from_files(
    chain: &[&Migration],
    history: &History,
    dialect: &dyn Dialect,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let replaced: BTreeSet<&str> = chain
        .iter()
        .flat_map(|m| &m.meta.replaces)
        .map(String::as_str)
        .collect();
    let known: BTreeSet<&str> = chain.iter().map(|m| m.id.as_str()).collect();
    for id in history.in_order() {
        if !known.contains(id.as_str()) && !replaced.contains(id.as_str()) {
            problems.push(Problem::Missing { id: id.clone() });
        }
    }
    let mut before: Option<&Migration> = None;
    for migration in chain {
        if let Some(recorded) = history.applied(&migration.id) {
            problems.extend(changed(migration, before, recorded, dialect));
        }
        before = Some(migration);
    }
    problems
}

fn changed(
    migration: &Migration,
    before: Option<&Migration>,
    recorded: &Recorded,
    dialect: &dyn Dialect,
) -> Option<Problem> {
    let id = migration.id.clone();
    // A migration without SQL for this database can have been recorded by a baseline only.
    if let Ok(checksum) = migration.checksum(dialect)
        && checksum != recorded.checksum
    {
        return Some(Problem::Edited { id });
    }
    let squashed = recorded
        .parent
        .as_ref()
        .is_some_and(|old| before.is_some_and(|m| m.meta.replaces.contains(old)));
    let parent = migration.meta.parent.clone();
    (recorded.parent != parent && !squashed).then(|| Problem::Diverged {
        id,
        recorded: recorded.parent.clone(),
        parent,
    })
}

/// The migrations that are to be applied, in order.
pub(crate) fn pending<'m>(
    chain: &[&'m Migration],
    history: &History,
    dialect: &dyn Dialect,
    options: &DeployOptions,
) -> Result<Vec<Pending<'m>>> {
    if let Some(problem) = differences_from_files(chain, history, dialect)
        .into_iter()
        .next()
    {
        return Err(problem.into_error());
    }
    let end = match &options.up_to {
        None => chain.len(),
        Some(id) => match chain.iter().position(|m| m.id == *id || m.name() == id) {
            Some(at) => at + 1,
            None => {
                return Err(Problem::Unknown {
                    id: id.clone(),
                    nearest: None,
                }
                .into_error());
            }
        },
    };
    let last_applied = chain.iter().rposition(|m| history.applied(&m.id).is_some());
    let mut found = Vec::new();
    for (at, migration) in chain.iter().enumerate().take(end) {
        let way = match history.state(&migration.id) {
            Some(State::Applied(_)) => continue,
            Some(State::Partial(partial)) => go_on(migration, partial)?,
            None => begin(migration, history)?,
        };
        if let Some(last) = last_applied
            && at < last
            && way != Way::Note
            && options.out_of_order == OutOfOrder::Refuse
        {
            return Err(Problem::OutOfOrder {
                id: migration.id.clone(),
                applied: chain[last].id.clone(),
            }
            .into_error());
        }
        found.push(Pending { migration, way });
    }
    Ok(found)
}

fn begin(migration: &Migration, history: &History) -> Result<Way> {
    let replaces = &migration.meta.replaces;
    let there = replaces
        .iter()
        .filter(|id| history.applied(id).is_some())
        .count();
    match there {
        0 => Ok(Way::From {
            step: 0,
            under_way: false,
            steps_checksum: None,
        }),
        n if n == replaces.len() => Ok(Way::Note),
        n => Err(Problem::WrongState {
            id: migration.id.clone(),
            message: format!(
                "stands for {} migrations, of which only {n} are applied here; deploy the version before they were put together first",
                replaces.len()
            ),
        }
        .into_error()),
    }
}

fn go_on(migration: &Migration, partial: &Partial) -> Result<Way> {
    let id = migration.id.clone();
    if partial.direction == Direction::Down {
        return Err(Problem::WrongState {
            id,
            message:
                "is undone in part; go on with `rollback`, or say how it stands with `resolve`"
                    .to_owned(),
        }
        .into_error());
    }
    Ok(Way::From {
        step: partial.done,
        under_way: partial.under_way.is_some(),
        steps_checksum: partial.steps_checksum.clone().filter(|_| partial.done > 0),
    })
}
