//! How a command ended, for scripts and CI.

use std::process::ExitCode;

/// How a command ended.
///
/// ```
/// assert_eq!(orm_cli::Exit::Found as u8, 3);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// It did what was asked, and all is well.
    Success = 0,
    /// It could not do what was asked.
    Error = 1,
    /// It was called wrongly, or a question stayed open.
    Usage = 2,
    /// It looked, and something is not as it should be: a migration is pending, the database has drifted, two schemas differ.
    Found = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
