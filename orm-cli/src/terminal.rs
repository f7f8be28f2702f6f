//! Where a command writes, and where answers come from.

mod process;

pub(crate) use process::Process;

/// Where a command writes, and where answers come from: the process's own streams, or, in tests, a script.
pub trait Terminal: Send {
    /// Shows a result: to be read, or to be piped on.
    fn print(&mut self, text: &str);

    /// Shows what is not a result: errors, warnings, questions.
    fn note(&mut self, text: &str);

    /// Shows how far a long work is; the next one may take its place.
    fn progress(&mut self, text: &str) {
        self.note(&format!("{text}\n"));
    }

    /// Asks, and waits for one line; `None` if nothing comes any more.
    fn ask(&mut self, question: &str) -> Option<String>;

    /// Whether there is somebody who can answer.
    fn is_interactive(&self) -> bool;

    /// Whether what is printed is shown by something that knows colours.
    fn has_colors(&self) -> bool {
        false
    }
}
