//! A Rust file, scanned well enough to tell code from comments, string literals and tests.
//!
//! This is no parser. It knows where each byte belongs, which is all that the invariants ask, and it keeps
//! positions: every view of a file is as long as the file, with what was left out replaced by spaces.

mod scan;
#[cfg(test)]
mod tests;

use std::ops::Range;

/// What a byte of a Rust file belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Code,
    Comment,
    /// The content of a string literal, without its quotes.
    Text,
}

/// A Rust file whose bytes are told apart.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
    /// Code alone, tests included: comments and the contents of string literals are blank.
    pub(crate) code: String,
    /// Code alone, without what is compiled only for tests.
    pub(crate) library: String,
    /// Code and string literals, without what is compiled only for tests.
    pub(crate) library_with_text: String,
    /// Where each string literal's content stands.
    pub(crate) literals: Vec<Range<usize>>,
}

/// An identifier and where it begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Word<'a> {
    pub(crate) at: usize,
    pub(crate) text: &'a str,
}

impl Source {
    /// Scans a file. `only_tests` says that all of it is compiled for tests alone.
    pub(crate) fn new(path: &str, text: &str, only_tests: bool) -> Source {
        let (kinds, literals) = scan::kinds(text);
        let code = masked(text, |at| kinds[at] == Kind::Code);
        let tests = if only_tests || code.contains("#![cfg(test)]") {
            std::iter::once(0..text.len()).collect()
        } else {
            scan::test_items(&code)
        };
        let in_tests = |at| tests.iter().any(|range| range.contains(&at));
        let library = masked(text, |at| kinds[at] == Kind::Code && !in_tests(at));
        let library_with_text = masked(text, |at| kinds[at] != Kind::Comment && !in_tests(at));
        Source {
            path: path.to_owned(),
            text: text.to_owned(),
            code,
            library,
            library_with_text,
            literals,
        }
    }

    /// The line, counted from one, of a position in the file.
    pub(crate) fn line(&self, at: usize) -> usize {
        1 + self.text.as_bytes()[..at]
            .iter()
            .filter(|&&byte| byte == b'\n')
            .count()
    }

    /// The whole line around a position, with its comments.
    pub(crate) fn line_text(&self, at: usize) -> &str {
        let begin = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let end = self.text[at..]
            .find('\n')
            .map_or(self.text.len(), |newline| at + newline);
        &self.text[begin..end]
    }

    /// The files that `#[cfg(test)] mod name;` declares, without their extension.
    pub(crate) fn test_modules(&self) -> Vec<String> {
        let Some(stem) = self.path.strip_suffix(".rs") else {
            return Vec::new();
        };
        let (parent, name) = stem.rsplit_once('/').unwrap_or(("", stem));
        let dir = if ["lib", "main", "mod"].contains(&name) {
            parent
        } else {
            stem
        };
        scan::test_items(&self.code)
            .into_iter()
            .filter_map(|range| {
                let item: Vec<_> = words(&self.code[range.clone()])
                    .map(|word| word.text)
                    .collect();
                let declared = self.code[range].trim_end().ends_with(';');
                match item.as_slice() {
                    [.., "mod", name] if declared => Some(format!("{dir}/{name}")),
                    _ => None,
                }
            })
            .collect()
    }
}

/// The text, with every byte that is not kept replaced by a space. Line ends always stay.
fn masked(text: &str, keep: impl Fn(usize) -> bool) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for (at, byte) in bytes.iter_mut().enumerate() {
        if *byte != b'\n' && !keep(at) {
            *byte = b' ';
        }
    }
    // What is left out begins and ends between characters, so the bytes are still text.
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The identifiers and keywords of a text, in order. Numbers are none.
pub(crate) fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        loop {
            let at = rest + text[rest..].find(is_word)?;
            let end = text[at..]
                .find(|c| !is_word(c))
                .map_or(text.len(), |length| at + length);
            rest = end;
            if !text[at..end].starts_with(|c: char| c.is_ascii_digit()) {
                return Some(Word {
                    at,
                    text: &text[at..end],
                });
            }
        }
    })
}

/// Whether a character can stand in an identifier.
pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
