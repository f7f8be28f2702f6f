//! The steps of `cargo xtask check`.

mod book;
mod cargo;
mod examples;
mod links;

use std::path::Path;

use crate::invariant;
use crate::tree::{Finding, Tree};

/// One thing that is checked.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) run: fn(&Path) -> Outcome,
}

/// What became of a step.
pub(crate) enum Outcome {
    Passed,
    /// Could not run here, and why.
    Skipped(String),
    /// Every problem that was found.
    Failed(Vec<String>),
}

impl Outcome {
    fn from_problems(problems: Vec<String>) -> Outcome {
        if problems.is_empty() {
            Outcome::Passed
        } else {
            Outcome::Failed(problems)
        }
    }
}

/// All steps, in the order in which they run.
pub(crate) const ALL: &[Step] = &[
    Step {
        name: "fmt",
        about: "the source is formatted",
        run: cargo::fmt,
    },
    Step {
        name: "clippy",
        about: "no lint fires, and each database builds without the others",
        run: cargo::clippy,
    },
    Step {
        name: "docs",
        about: "the API documentation builds without warnings",
        run: cargo::docs,
    },
    Step {
        name: "invariants",
        about: "the source tree keeps the project's rules",
        run: invariants,
    },
    Step {
        name: "examples",
        about: "the examples build, and run to their end",
        run: examples::run,
    },
    Step {
        name: "book",
        about: "chapters are listed, links resolve, code blocks are tested",
        run: book,
    },
    Step {
        name: "deny",
        about: "no dependency is banned or badly licensed",
        run: cargo::deny,
    },
];

/// The steps with these names, which commas separate, in the order of `ALL`.
pub(crate) fn named(names: &str) -> Result<Vec<&'static Step>, String> {
    let names: Vec<_> = names
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    if names.is_empty() {
        return Err("`--only` needs the name of a step".to_owned());
    }
    match names
        .iter()
        .find(|name| ALL.iter().all(|step| step.name != **name))
    {
        Some(unknown) => Err(format!("there is no step `{unknown}`")),
        None => Ok(ALL
            .iter()
            .filter(|step| names.contains(&step.name))
            .collect()),
    }
}

fn invariants(root: &Path) -> Outcome {
    with_tree(root, |tree| {
        let mut findings = Vec::new();
        for invariant in invariant::ALL {
            let found = (invariant.check)(tree);
            let word = if found.is_empty() { "ok" } else { "BROKEN" };
            println!("  {word:<7}{}", invariant.statement);
            findings.extend(found);
        }
        findings
    })
}

fn book(root: &Path) -> Outcome {
    with_tree(root, book::check)
}

fn with_tree(root: &Path, check: impl FnOnce(&Tree) -> Vec<Finding>) -> Outcome {
    match Tree::read(root) {
        Ok(tree) => Outcome::from_problems(check(&tree).iter().map(Finding::to_string).collect()),
        Err(error) => Outcome::Failed(vec![format!("cannot read the repository: {error}")]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &str) -> Result<Vec<&'static str>, String> {
        named(list).map(|steps| steps.into_iter().map(|step| step.name).collect())
    }

    #[test]
    fn steps_are_picked_by_name_and_run_in_their_own_order() {
        assert_eq!(names("invariants,fmt"), Ok(vec!["fmt", "invariants"]));
        assert_eq!(names(" book , "), Ok(vec!["book"]));
    }

    #[test]
    fn a_step_that_does_not_exist_is_an_error() {
        assert_eq!(
            names("fmt,clipy"),
            Err("there is no step `clipy`".to_owned())
        );
        assert!(names(",").is_err());
    }
}
