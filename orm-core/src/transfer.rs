//! Rows in files: as CSV, and as JSON lines.
//!
//! Both are written from the neutral [`Raw`](crate::value::Raw) of a cell and read into a [`Value`](crate::Value) of its column's kind, so
//! a file is the same whichever database its rows are from.

mod cell;
mod csv;
mod export;
mod import;
#[cfg(feature = "json")]
mod json;

pub(crate) use export::{Exporting, Field};
pub(crate) use import::file_rows;

use crate::error::{Error, ErrorKind};

/// What rows look like in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// A line of names, and a line for each row. Nothing between two commas is NULL, `""` is an empty text.
    Csv,
    /// An object for each row, each on a line of its own.
    #[cfg(feature = "json")]
    JsonLines,
}

/// A file cannot be read or written, or is not what it should be.
#[cold]
fn broken(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::File {
        message: message.into(),
    })
}

fn unreadable(error: std::io::Error) -> Error {
    broken("the file cannot be read").with_source(error)
}
