//! The streams of the process.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use super::Terminal;

/// The streams of the process. What cannot be written, since nobody reads it any more, is left out.
#[derive(Debug, Default)]
pub(crate) struct Process {
    /// Whether the last line of the terminal shows progress, which is to be replaced.
    transient: bool,
}

impl Process {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    fn clear(&mut self) {
        if std::mem::take(&mut self.transient) {
            let _ = write!(io::stderr(), "\r\x1b[2K");
        }
    }
}

impl Terminal for Process {
    fn print(&mut self, text: &str) {
        self.clear();
        let mut out = io::stdout().lock();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    fn note(&mut self, text: &str) {
        self.clear();
        let _ = io::stderr().write_all(text.as_bytes());
    }

    fn progress(&mut self, text: &str) {
        if !io::stderr().is_terminal() {
            return self.note(&format!("{text}\n"));
        }
        self.clear();
        let line: String = text.chars().take(100).collect();
        let _ = io::stderr().write_all(line.as_bytes());
        self.transient = true;
    }

    fn ask(&mut self, question: &str) -> Option<String> {
        self.note(question);
        let _ = io::stderr().flush();
        let mut line = String::new();
        match io::stdin().lock().read_line(&mut line) {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(line.trim().to_owned()),
        }
    }

    fn is_interactive(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    fn has_colors(&self) -> bool {
        io::stdout().is_terminal()
    }
}
