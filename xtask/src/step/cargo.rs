//! Steps that cargo and its tools do.

use std::path::Path;
use std::process::{Command, Stdio};

use super::Outcome;

/// The databases, each of which must build without the others.
const DATABASES: &[&str] = &["sqlite", "postgres", "mysql"];

pub(super) fn fmt(root: &Path) -> Outcome {
    Outcome::from_problems(run(root, "fmt --all -- --check", &[]))
}

pub(super) fn clippy(root: &Path) -> Outcome {
    let mut problems = run(
        root,
        "clippy --workspace --all-targets --all-features -- -D warnings",
        &[],
    );
    for database in DATABASES {
        let command = format!("check -p orm --no-default-features --features {database}");
        problems.extend(run(root, &command, &[]));
    }
    Outcome::from_problems(problems)
}

pub(super) fn docs(root: &Path) -> Outcome {
    let flags = [("RUSTDOCFLAGS", "-D warnings")];
    Outcome::from_problems(run(root, "doc --workspace --no-deps", &flags))
}

pub(super) fn deny(root: &Path) -> Outcome {
    let installed = cargo(root)
        .args(["deny", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !installed {
        return Outcome::Skipped(
            "cargo-deny is not installed, so deny.toml was NOT checked".to_owned(),
        );
    }
    // Advisories come from the network, which the checks do without.
    Outcome::from_problems(run(root, "deny --offline check bans licenses sources", &[]))
}

/// Runs `cargo <arguments>` where its output can be seen; says which command failed, if it did.
pub(super) fn run(root: &Path, arguments: &str, variables: &[(&str, &str)]) -> Vec<String> {
    println!("  $ cargo {arguments}");
    let status = cargo(root)
        .args(arguments.split_whitespace())
        .envs(variables.iter().copied())
        .status();
    match status {
        Ok(status) if status.success() => Vec::new(),
        Ok(status) => vec![format!("`cargo {arguments}` failed ({status})")],
        Err(error) => vec![format!("`cargo {arguments}` could not be started: {error}")],
    }
}

/// The cargo that runs this program, or else the one on the path.
fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}
