//! The repository's own checks, `cargo xtask check`, and what is measured of it beside the benchmarks, `cargo xtask compile-time`.

mod check;
mod compile_time;
mod invariant;
mod source;
mod step;
mod tree;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let only = match arguments.as_slice() {
        [] | ["--help" | "-h" | "help", ..] | ["check", "--help" | "-h"] => {
            print!("{}", help());
            return ExitCode::SUCCESS;
        }
        ["compile-time"] => return measured(compile_time::run(&root(), false)),
        ["compile-time", "--warm"] => return measured(compile_time::run(&root(), true)),
        ["check"] => Ok(step::ALL.iter().collect()),
        ["check", "--only", names] => step::named(names),
        ["check", only] if only.starts_with("--only=") => step::named(&only["--only=".len()..]),
        _ => Err(format!("cannot understand `{}`", arguments.join(" "))),
    };
    match only {
        Ok(steps) => check::run(&root(), &steps),
        Err(message) => {
            eprint!("error: {message}\n\n{}", help());
            ExitCode::from(2)
        }
    }
}

fn measured(result: std::io::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The root of the repository: the parent of this package.
fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_path_buf()
}

fn help() -> String {
    let steps: String = step::ALL
        .iter()
        .map(|step| format!("  {:<11} {}\n", step.name, step.about))
        .collect();
    format!(
        "The repository's own checks.\n\n\
         Usage: cargo xtask check [--only STEP,STEP]\n\
         \u{20}      cargo xtask compile-time [--warm]\n\n\
         `compile-time` builds an application of 40 models from nothing (not with `--warm`), and checks and builds it after edits.\n\n\
         `check`: every step runs, even after one that failed. The exit code is 1 if any did.\n\n\
         Steps:\n{steps}"
    )
}
