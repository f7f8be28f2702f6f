//! Runs steps one after the other, and sums up.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use crate::step::{Outcome, Step};

/// Runs all the steps, whatever becomes of each, and fails if any of them did.
pub(crate) fn run(root: &Path, steps: &[&Step]) -> ExitCode {
    let mut summary = Vec::new();
    let mut failed = false;
    for step in steps {
        println!("==> {}: {}", step.name, step.about);
        let begin = Instant::now();
        let outcome = (step.run)(root);
        let seconds = begin.elapsed().as_secs_f64();
        let (word, details) = match outcome {
            Outcome::Passed => ("ok", Vec::new()),
            Outcome::Skipped(reason) => ("SKIPPED", vec![reason]),
            Outcome::Failed(problems) => ("FAILED", problems),
        };
        failed |= word == "FAILED";
        for detail in &details {
            println!("{word}: {detail}");
        }
        summary.push(line(step.name, word, seconds, &details));
    }
    println!("\n==> summary\n{}", summary.join("\n"));
    if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn line(name: &str, word: &str, seconds: f64, details: &[String]) -> String {
    let details = match details {
        [] => String::new(),
        [one] if one.len() <= 80 => format!("  {one}"),
        [_] => "  1 problem".to_owned(),
        many => format!("  {} problems", many.len()),
    };
    format!("{name:<11} {word:<8} {seconds:>6.1} s{details}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSES: Step = Step {
        name: "a",
        about: "",
        run: |_| Outcome::Passed,
    };
    const SKIPS: Step = Step {
        name: "b",
        about: "",
        run: |_| Outcome::Skipped(String::new()),
    };
    const FAILS: Step = Step {
        name: "c",
        about: "",
        run: |_| Outcome::Failed(vec!["no".to_owned()]),
    };

    fn succeeds(steps: &[&Step]) -> bool {
        run(Path::new("."), steps) == ExitCode::SUCCESS
    }

    #[test]
    fn one_failed_step_fails_the_whole() {
        assert!(succeeds(&[&PASSES, &SKIPS]));
        assert!(!succeeds(&[&FAILS, &PASSES]));
    }

    #[test]
    fn the_summary_counts_what_is_too_long_for_a_line() {
        let two = ["x".to_owned(), "y".to_owned()];
        assert_eq!(
            line("fmt", "FAILED", 0.25, &two),
            "fmt         FAILED      0.2 s  2 problems"
        );
        assert_eq!(
            line("fmt", "ok", 12.0, &[]),
            "fmt         ok         12.0 s"
        );
    }
}
