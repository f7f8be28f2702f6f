//! The examples are whole programs: they have to build, and to run to their end.

use std::path::Path;

use super::{Outcome, cargo};

/// Examples that need nothing but themselves: no server, no argument.
const RUN: &[&str] = &["blog"];

pub(super) fn run(root: &Path) -> Outcome {
    let mut problems = cargo::run(root, "build --examples", &[]);
    let mut missing = Vec::new();
    for name in RUN {
        let file = root.join(format!("examples/{name}.rs"));
        let folder = root.join(format!("examples/{name}/main.rs"));
        if file.exists() || folder.exists() {
            problems.extend(cargo::run(
                root,
                &format!("run --quiet --example {name}"),
                &[],
            ));
        } else {
            missing.push(*name);
        }
    }
    if problems.is_empty() && !missing.is_empty() {
        return Outcome::Skipped(format!(
            "no such example, so NOT run: {}",
            missing.join(", ")
        ));
    }
    Outcome::from_problems(problems)
}
