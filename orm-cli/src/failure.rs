//! Why a command did not do what was asked.

use std::fmt;

use orm_core::Error;
use orm_migrate::Problem;

use crate::Exit;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The library says so.
    Error(Error),
    /// A file cannot be read or written, or something is not as the command needs it.
    Message(String),
    /// Questions are open, and there is nobody to answer them: each with the flags that do.
    Open(Vec<(String, Vec<String>)>),
    /// It was called wrongly.
    Usage(String),
    /// Somebody said no.
    Declined,
}

pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    pub(crate) fn message(text: impl Into<String>) -> Self {
        Self::Message(text.into())
    }

    /// A file that could not be read or written.
    pub(crate) fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::Message(format!("{}: {error}", path.display()))
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Open(_) | Self::Usage(_) => Exit::Usage,
            Self::Error(_) | Self::Message(_) | Self::Declined => Exit::Error,
        }
    }

    /// A word for programs.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Error(_) | Self::Message(_) => "failed",
            Self::Open(_) => "open_question",
            Self::Usage(_) => "usage",
            Self::Declined => "declined",
        }
    }

    /// The questions that are open.
    pub(crate) fn questions(&self) -> &[(String, Vec<String>)] {
        match self {
            Self::Open(questions) => questions,
            _ => &[],
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // What is wrong with migrations needs no word in front that says so.
            Self::Error(error) => match Problem::of(error) {
                Some(problem) => write!(f, "{problem}"),
                None => write!(f, "{error}"),
            },
            Self::Message(text) | Self::Usage(text) => f.write_str(text),
            Self::Open(questions) => {
                f.write_str("there is no terminal to ask:")?;
                for (question, flags) in questions {
                    write!(f, "\n  {question}")?;
                    if !flags.is_empty() {
                        write!(f, "\n    answer by {}", flags.join(" or by "))?;
                    }
                }
                Ok(())
            }
            Self::Declined => f.write_str("nothing was done"),
        }
    }
}
