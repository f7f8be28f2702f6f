//! JSON lines: an object on each.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};

use serde_json::value::RawValue;

use super::{broken, unreadable};
use crate::error::Result;

/// Reads objects, one after the other.
pub(super) struct Lines<R> {
    input: BufReader<R>,
    text: String,
    /// The line that is read.
    line: u64,
}

/// The members of an object, each as it stands there.
pub(super) type Object<'t> = BTreeMap<std::borrow::Cow<'t, str>, &'t RawValue>;

impl<R: Read> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input: BufReader::with_capacity(64 << 10, input),
            text: String::new(),
            line: 0,
        }
    }

    /// Reads the next object; `None` when there is none. Empty lines are left out.
    pub(super) fn next(&mut self) -> Result<Option<Object<'_>>> {
        loop {
            self.text.clear();
            self.line += 1;
            let read = self.input.read_line(&mut self.text).map_err(unreadable)?;
            if read == 0 {
                return Ok(None);
            }
            if !self.text.trim().is_empty() {
                break;
            }
        }
        // The parser's message would quote nothing, but point into a text that the reader does not see.
        let object = serde_json::from_str(&self.text)
            .map_err(|_| broken(format!("line {}: it is no JSON object", self.line)))?;
        Ok(Some(object))
    }
}

/// The text of a JSON value: what a string holds, and numbers and the like as they are; `None` if it is no JSON.
pub(super) fn plain(json: &str) -> Option<std::borrow::Cow<'_, str>> {
    if json.starts_with('"') {
        return serde_json::from_str::<String>(json).ok().map(Into::into);
    }
    Some(json.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_read_line_by_line() {
        let text = "{\"a\": 1, \"b\": \"x\\ny\"}\n\n  {\"a\": null, \"c\": {\"d\": [12345678901234567890.10]}}\nno";
        let mut lines = Lines::new(text.as_bytes());
        let first = lines.next().unwrap().unwrap();
        assert_eq!(
            (first["a"].get(), plain(first["b"].get()).unwrap().as_ref()),
            ("1", "x\ny")
        );
        let second = lines.next().unwrap().unwrap();
        assert_eq!(
            (second["a"].get(), second["c"].get()),
            ("null", "{\"d\": [12345678901234567890.10]}")
        );
        let error = lines.next().unwrap_err().to_string();
        assert_eq!(error, "line 4: it is no JSON object");
    }
}
