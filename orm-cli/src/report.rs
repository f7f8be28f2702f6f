//! What a command has to say in the end: for people, for programs, and for the shell.

use serde_json::{Value, json};

use crate::Exit;
use crate::style::{Style, Tone};

/// What a command has to say in the end.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) text: String,
    pub(crate) json: Value,
    pub(crate) exit: Exit,
}

impl Report {
    pub(crate) fn new(text: impl Into<String>, json: Value) -> Self {
        Self {
            text: text.into(),
            json,
            exit: Exit::Success,
        }
    }

    /// With the exit that says whether something was found.
    pub(crate) fn found(mut self, found: bool) -> Self {
        if found {
            self.exit = Exit::Found;
        }
        self
    }
}

/// Problems as a list, each with what to do about it.
pub(crate) fn problems(style: Style, problems: &[impl ToString]) -> String {
    let lines = problems.iter().map(|problem| {
        let text = problem.to_string().replace('\n', "\n  ");
        format!("{} {text}\n", style.paint(Tone::Bad, "✗"))
    });
    lines.collect()
}

/// The same for programs.
pub(crate) fn messages(problems: &[impl ToString]) -> Value {
    let messages = problems.iter().map(|p| json!({ "message": p.to_string() }));
    messages.collect()
}

/// `1 migration`, `2 migrations`.
pub(crate) fn counted(count: usize, thing: &str) -> String {
    match count {
        1 => format!("1 {thing}"),
        _ => format!("{count} {thing}s"),
    }
}
