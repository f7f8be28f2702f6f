//! Many rows for one table, on their way to it by the fastest way that the database has.

use std::ops::Range;

use crate::error::{Error, Result};
use crate::model::ModelDef;
use crate::value::Value;

/// How a database takes many rows best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// By `INSERT`s of several rows.
    Statements,
    /// By one `INSERT` of one row, again and again, where a statement is a call and no round trip.
    Each,
    /// As one stream of bytes.
    Stream,
}

/// Rows that give the same columns of one table.
pub(crate) struct Lot {
    pub(crate) model: &'static ModelDef,
    pub(crate) columns: Vec<usize>,
    pub(crate) way: Way,
    pub(crate) rows: Vec<Vec<Value>>,
    /// The rows where they go as a stream, and not as values.
    pub(crate) stream: Vec<u8>,
    /// Where each row ends in the stream.
    pub(crate) ends: Vec<usize>,
    /// About how many bytes the values have.
    size: usize,
    most: usize,
    bytes: usize,
}

/// Rows that could not be inserted.
pub(crate) struct Failure {
    /// Which of them, where the database says so.
    pub(crate) at: Option<usize>,
    pub(crate) error: Error,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { at: None, error }
    }
}

impl Lot {
    /// The bytes that a lot has at most, but for its last row.
    const BYTES: usize = 4 << 20;
    pub(crate) const STREAM_BYTES: usize = 8 << 20;
    /// Those that the first lot of a stream has.
    pub(crate) const FIRST_BYTES: usize = 1 << 20;
    /// A call for each row needs no more than makes the hop to another thread cheap.
    const ROWS: usize = 1000;

    /// No rows yet; `most` is how many one `INSERT` takes, `bytes` how many a stream has.
    pub(crate) fn new(
        model: &'static ModelDef,
        columns: Vec<usize>,
        way: Way,
        most: usize,
        bytes: usize,
    ) -> Self {
        let (most, bytes, stream) = match way {
            Way::Statements => (most, Self::BYTES, Vec::new()),
            Way::Each => (Self::ROWS, Self::BYTES, Vec::new()),
            Way::Stream => (usize::MAX, bytes, begun(bytes)),
        };
        Self {
            model,
            columns,
            way,
            rows: Vec::new(),
            stream,
            ends: Vec::new(),
            size: 0,
            most,
            bytes,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len().max(self.ends.len())
    }

    pub(crate) fn is_full(&self) -> bool {
        self.len() >= self.most || self.size.max(self.stream.len()) >= self.bytes
    }

    /// Adds a row, whose values are in the form in which the columns store them.
    pub(crate) fn push(&mut self, row: impl Iterator<Item = Result<Value>>) -> Result<()> {
        if self.way != Way::Stream {
            let mut values = Vec::with_capacity(self.columns.len());
            for value in row {
                values.push(value?);
            }
            self.size += values.iter().map(size).sum::<usize>();
            self.rows.push(values);
            return Ok(());
        }
        encode(self.model, &self.columns, row, &mut self.stream)?;
        self.ends.push(self.stream.len());
        Ok(())
    }

    /// The stream of some of the rows.
    #[cfg(feature = "postgres")]
    pub(crate) fn bytes(&self, range: Range<usize>) -> std::borrow::Cow<'_, [u8]> {
        use super::postgres::copy;
        let end = |rows: usize| match rows.checked_sub(1) {
            None => copy::HEAD.len(),
            Some(last) => self.ends.get(last).copied().unwrap_or(self.stream.len()),
        };
        if range.start == 0 {
            return std::borrow::Cow::Borrowed(&self.stream[..end(range.end)]);
        }
        let mut part = copy::HEAD.to_vec();
        part.extend_from_slice(&self.stream[end(range.start)..end(range.end)]);
        std::borrow::Cow::Owned(part)
    }

    /// Some of the rows, as values.
    pub(crate) fn values(&self, range: Range<usize>) -> &[Vec<Value>] {
        self.rows.get(range).unwrap_or_default()
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::Text(text) | Value::Json(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::Array(_, items) => items.iter().map(size).sum(),
        _ => 16,
    }
}

#[cfg(feature = "postgres")]
fn begun(capacity: usize) -> Vec<u8> {
    let mut stream = Vec::with_capacity(capacity + (64 << 10));
    stream.extend_from_slice(super::postgres::copy::HEAD);
    stream
}

#[cfg(feature = "postgres")]
fn encode(
    model: &'static ModelDef,
    columns: &[usize],
    row: impl Iterator<Item = Result<Value>>,
    out: &mut Vec<u8>,
) -> Result<()> {
    super::postgres::copy::row(model, columns, row, out)
}

#[cfg(not(feature = "postgres"))]
fn begun(_: usize) -> Vec<u8> {
    Vec::new()
}

#[cfg(not(feature = "postgres"))]
fn encode(
    _: &'static ModelDef,
    _: &[usize],
    _: impl Iterator<Item = Result<Value>>,
    _: &mut Vec<u8>,
) -> Result<()> {
    Err(Error::unsupported("a stream of rows", "this database"))
}
