//! Speaking with whoever called the command.

use std::sync::{Arc, Mutex, PoisonError};

use crate::Terminal;
use crate::failure::{Failure, Result};
use crate::style::{Style, Tone};

/// The terminal, shared with what tells of progress.
#[derive(Clone)]
pub(crate) struct Screen {
    terminal: Arc<Mutex<dyn Terminal>>,
    /// Whether the result is for a program, so that nothing else may be printed.
    pub(crate) json: bool,
    pub(crate) style: Style,
}

impl Screen {
    pub(crate) fn new(terminal: impl Terminal + 'static) -> Self {
        Self {
            terminal: Arc::new(Mutex::new(terminal)),
            json: false,
            style: Style::default(),
        }
    }

    fn with<R>(&self, act: impl FnOnce(&mut dyn Terminal) -> R) -> R {
        let mut terminal = self.terminal.lock().unwrap_or_else(PoisonError::into_inner);
        act(&mut *terminal)
    }

    /// Shows a result.
    pub(crate) fn print(&self, text: &str) {
        self.with(|t| t.print(text));
    }

    /// Shows what is not a result.
    pub(crate) fn note(&self, text: &str) {
        self.with(|t| t.note(text));
    }

    /// Shows what was found before a question is asked, or while more is to come.
    pub(crate) fn say(&self, text: &str) {
        match self.json {
            true => self.note(text),
            false => self.print(text),
        }
    }

    pub(crate) fn warn(&self, text: &str) {
        let text = text.replace('\n', "\n  ");
        self.note(&format!(
            "{} {text}\n",
            self.style.paint(Tone::Attention, "warning:")
        ));
    }

    pub(crate) fn progress(&self, text: &str) {
        self.with(|t| t.progress(text));
    }

    pub(crate) fn has_colors(&self) -> bool {
        self.with(|t| t.has_colors())
    }

    pub(crate) fn is_interactive(&self) -> bool {
        self.with(|t| t.is_interactive())
    }

    /// Asks for a line. Without somebody to answer, the flags are what the error names.
    pub(crate) fn ask(&self, question: &str, flags: &[String]) -> Result<String> {
        let open = || Failure::Open(vec![(question.trim().to_owned(), flags.to_vec())]);
        self.with(|t| match t.is_interactive() {
            true => t.ask(&format!("{question} ")).ok_or_else(open),
            false => Err(open()),
        })
    }

    /// Asks whether to go on; only `y` and `yes` do.
    pub(crate) fn confirm(&self, question: &str, flag: &str) -> Result<()> {
        let answer = self.ask(&format!("{question} [y/N]"), &[flag.to_owned()])?;
        match answer.to_lowercase().as_str() {
            "y" | "yes" => Ok(()),
            _ => Err(Failure::Declined),
        }
    }

    /// Asks which one, by its number counted from 1; anything else is asked again.
    pub(crate) fn choose(
        &self,
        question: &str,
        choices: &[String],
        flags: &[String],
    ) -> Result<Chosen> {
        let mut text = format!("{question}\n");
        for (at, choice) in choices.iter().enumerate() {
            text.push_str(&format!("  {}) {choice}\n", at + 1));
        }
        loop {
            let answer = self.ask(&format!("{text}>"), flags)?;
            match answer.parse::<usize>() {
                Ok(number) if (1..=choices.len()).contains(&number) => {
                    return Ok(Chosen::Number(number - 1));
                }
                Ok(_) => {}
                Err(_) if answer.is_empty() => {}
                Err(_) => return Ok(Chosen::Text(answer)),
            }
        }
    }
}

/// An answer to a choice.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Chosen {
    /// The choice at this place, counted from 0.
    Number(usize),
    /// Something that is no number.
    Text(String),
}
