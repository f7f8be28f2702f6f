//! What holds for the source tree and the compiler cannot see. One file per invariant.

mod database_names;
mod files;
mod generated_paths;
mod hash_order;
mod io;
mod layering;
mod panics;
mod sql_text;
mod texts;

use crate::tree::{Finding, Tree};

/// A statement about the source tree, and the function that finds where it does not hold.
pub(crate) struct Invariant {
    pub(crate) statement: &'static str,
    pub(crate) check: fn(&Tree) -> Vec<Finding>,
}

/// All invariants, in the order in which they are reported.
pub(crate) const ALL: &[Invariant] = &[
    Invariant {
        statement: database_names::STATEMENT,
        check: database_names::check,
    },
    Invariant {
        statement: io::STATEMENT,
        check: io::check,
    },
    Invariant {
        statement: panics::STATEMENT,
        check: panics::check,
    },
    Invariant {
        statement: hash_order::STATEMENT,
        check: hash_order::check,
    },
    Invariant {
        statement: sql_text::STATEMENT,
        check: sql_text::check,
    },
    Invariant {
        statement: generated_paths::STATEMENT,
        check: generated_paths::check,
    },
    Invariant {
        statement: files::STATEMENT,
        check: files::check,
    },
    Invariant {
        statement: layering::STATEMENT,
        check: layering::check,
    },
    Invariant {
        statement: texts::STATEMENT,
        check: texts::check,
    },
];

/// The folders that hold the library's source.
const LIBRARY: &[&str] = &[
    "src/",
    "orm-core/src/",
    "orm-derive/src/",
    "orm-migrate/src/",
];

/// What an invariant finds in a repository that holds just these files, as `path:line`.
#[cfg(test)]
fn places(check: fn(&Tree) -> Vec<Finding>, files: &[(&str, &str)]) -> Vec<String> {
    let place = |finding: Finding| {
        let text = finding.to_string();
        text.split_once(": ")
            .map_or(text.clone(), |(place, _)| place.to_owned())
    };
    check(&Tree::of(files)).into_iter().map(place).collect()
}
