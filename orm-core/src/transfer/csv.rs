//! CSV, as RFC 4180 has it.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use super::{broken, unreadable};
use crate::error::Result;

/// Appends a field. An empty text is quoted, since nothing at all is NULL.
pub(super) fn field(out: &mut String, text: &str) {
    let quoted = text.is_empty()
        || text.starts_with(' ')
        || text.ends_with(' ')
        || text.contains(['"', ',', '\n', '\r']);
    if !quoted {
        return out.push_str(text);
    }
    out.push('"');
    for c in text.chars() {
        if c == '"' {
            out.push('"');
        }
        out.push(c);
    }
    out.push('"');
}

/// Reads records, one after the other.
pub(super) struct Records<R> {
    input: Input<R>,
    text: String,
    fields: Vec<Span>,
    /// The line that is read.
    line: u64,
    begun: bool,
}

/// What is read, with its first bytes apart.
struct Input<R> {
    head: Cursor<Vec<u8>>,
    rest: BufReader<R>,
}

impl<R: Read> Input<R> {
    /// Some programs write a mark in front of UTF-8. Its bytes may come one by one.
    fn skip_mark(&mut self) -> io::Result<()> {
        let mut head = Vec::new();
        self.rest.by_ref().take(3).read_to_end(&mut head)?;
        if head != b"\xef\xbb\xbf" {
            self.head = Cursor::new(head);
        }
        Ok(())
    }

    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self.has_head() {
            true => self.head.fill_buf(),
            false => self.rest.fill_buf(),
        }
    }

    fn consume(&mut self, bytes: usize) {
        match self.has_head() {
            true => self.head.consume(bytes),
            false => self.rest.consume(bytes),
        }
    }

    fn has_head(&self) -> bool {
        (self.head.position() as usize) < self.head.get_ref().len()
    }
}

/// Where a field stands in the record's text.
#[derive(Debug, Clone, Copy)]
struct Span {
    begin: usize,
    end: usize,
    quoted: bool,
}

/// What the next byte belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The beginning of a field.
    Begin,
    /// A field without quotes.
    Plain,
    /// A field in quotes.
    Quoted,
    /// What follows a quote inside of a quoted field: another quote, or the field's end.
    Quote,
    /// What follows a carriage return.
    Return,
}

impl<R: Read> Records<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input: Input {
                head: Cursor::default(),
                rest: BufReader::with_capacity(64 << 10, input),
            },
            text: String::new(),
            fields: Vec::new(),
            line: 0,
            begun: false,
        }
    }

    /// Reads the next record; `false` when there is none.
    pub(super) fn next(&mut self) -> Result<bool> {
        if !std::mem::replace(&mut self.begun, true) {
            self.input.skip_mark().map_err(unreadable)?;
        }
        let mut text = std::mem::take(&mut self.text).into_bytes();
        text.clear();
        self.fields.clear();
        self.line += 1;
        let found = self.read(&mut text)?;
        self.text = String::from_utf8(text)
            .map_err(|_| broken(format!("line {}: the text is not UTF-8", self.line)))?;
        Ok(found)
    }

    /// The fields of the record; `None` for nothing at all.
    pub(super) fn fields(&self) -> impl ExactSizeIterator<Item = Option<&str>> {
        self.fields.iter().map(|span| {
            let nothing = !span.quoted && span.begin == span.end;
            (!nothing).then(|| &self.text[span.begin..span.end])
        })
    }

    /// Whether the record is an empty line.
    pub(super) fn is_blank(&self) -> bool {
        matches!(self.fields.as_slice(), [span] if !span.quoted && span.begin == span.end)
    }

    /// The line at which the record ends, counted from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    fn read(&mut self, text: &mut Vec<u8>) -> Result<bool> {
        let mut state = State::Begin;
        let mut begin = 0;
        let end = |state: State, text: &Vec<u8>, begin: &mut usize| {
            let quoted = state == State::Quote;
            let span = Span {
                begin: *begin,
                end: text.len(),
                quoted,
            };
            *begin = text.len();
            span
        };
        loop {
            let bytes = self.input.fill_buf().map_err(unreadable)?;
            if bytes.is_empty() {
                if state == State::Quoted {
                    return Err(broken(format!(
                        "line {}: a quoted field does not end",
                        self.line
                    )));
                }
                if state == State::Begin && self.fields.is_empty() {
                    return Ok(false);
                }
                self.fields.push(end(state, text, &mut begin));
                return Ok(true);
            }
            let mut used = 0;
            let mut done = false;
            let mut wrong = None;
            for byte in bytes {
                used += 1;
                state = match (state, *byte) {
                    (State::Quoted, b'"') => State::Quote,
                    (State::Quoted, byte) => {
                        if byte == b'\n' {
                            self.line += 1;
                        }
                        text.push(byte);
                        State::Quoted
                    }
                    (State::Quote, b'"') => {
                        text.push(b'"');
                        State::Quoted
                    }
                    (State::Begin, b'"') => State::Quoted,
                    (State::Return, b'\n') => {
                        done = true;
                        break;
                    }
                    (State::Return, _) => {
                        wrong = Some("a carriage return ends no line");
                        break;
                    }
                    (state, b',') => {
                        self.fields.push(end(state, text, &mut begin));
                        State::Begin
                    }
                    (state, b'\n') => {
                        self.fields.push(end(state, text, &mut begin));
                        done = true;
                        break;
                    }
                    (state, b'\r') => {
                        self.fields.push(end(state, text, &mut begin));
                        State::Return
                    }
                    (State::Quote, _) => {
                        wrong = Some("something follows the closing quote of a field");
                        break;
                    }
                    (State::Plain, b'"') => {
                        wrong = Some("a quote stands inside of a field without quotes");
                        break;
                    }
                    (State::Begin | State::Plain, byte) => {
                        text.push(byte);
                        State::Plain
                    }
                };
            }
            self.input.consume(used);
            if let Some(wrong) = wrong {
                return Err(broken(format!("line {}: {wrong}", self.line)));
            }
            if done {
                return Ok(true);
            }
            if state == State::Return && self.input.fill_buf().map_err(unreadable)?.is_empty() {
                return Ok(true);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Record = Vec<Option<String>>;

    /// Gives a byte at a time, so that every place is once the end of what was read.
    struct Slow<'t>(&'t [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let (Some((first, rest)), Some(place)) = (self.0.split_first(), buffer.first_mut())
            else {
                return Ok(0);
            };
            *place = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    fn all(input: impl Read) -> Result<Vec<Record>> {
        let mut records = Records::new(input);
        let mut all = Vec::new();
        while records.next()? {
            all.push(records.fields().map(|f| f.map(str::to_owned)).collect());
        }
        Ok(all)
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn records_are_read_with_quotes_line_breaks_and_nothing() {
        let text = "\u{feff}a,b\r\n1,\"x, \"\"y\"\"\nz\"\n,\"\"\nä,\n\"last\",end";
        let expected = [
            vec![some("a"), some("b")],
            vec![some("1"), some("x, \"y\"\nz")],
            vec![None, some("")],
            vec![some("ä"), None],
            vec![some("last"), some("end")],
        ];
        assert_eq!(all(text.as_bytes()).unwrap(), expected);
        assert_eq!(all(Slow(text.as_bytes())).unwrap(), expected);
        assert_eq!(all(&b""[..]).unwrap(), Vec::<Record>::new());
        assert_eq!(all(&b"a\r\n"[..]).unwrap(), [vec![some("a")]]);
        assert_eq!(all(&b"a,"[..]).unwrap(), [vec![some("a"), None]]);
        assert_eq!(all(&b"\n\na"[..]).unwrap().len(), 3);
    }

    #[test]
    fn what_is_no_csv_is_refused_with_its_line() {
        for (text, message) in [
            ("a\n\"b", "line 2: a quoted field does not end"),
            (
                "a\n\nb\"c\"\n",
                "line 3: a quote stands inside of a field without quotes",
            ),
            (
                "\"a\nb\"c",
                "line 2: something follows the closing quote of a field",
            ),
            ("a\rb", "line 1: a carriage return ends no line"),
        ] {
            assert_eq!(all(text.as_bytes()).unwrap_err().to_string(), message);
            assert_eq!(all(Slow(text.as_bytes())).unwrap_err().to_string(), message);
        }
        assert_eq!(
            all(&b"a\xff"[..]).unwrap_err().to_string(),
            "line 1: the text is not UTF-8"
        );
    }

    #[test]
    fn fields_that_are_written_come_back() {
        let texts = [
            "", "a", "a b", " a", "a,b", "\"", "a\"b", "a\nb", "a\r\nb", "ä😀", "NULL",
        ];
        let mut out = String::new();
        for text in texts {
            field(&mut out, text);
            out.push(',');
        }
        let read = all(out.as_bytes()).unwrap();
        let expected: Record = texts.iter().map(|t| some(t)).chain([None]).collect();
        assert_eq!(read, [expected]);
    }
}
