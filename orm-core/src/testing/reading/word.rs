//! The words of a statement, without blanks and comments.

use std::borrow::Cow;
use std::ops::Range;

use crate::dialect::Lexical;
use crate::sql::scan::{Scanner, Token};

/// A word of a statement.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Word<'s> {
    /// A keyword or a plain name.
    Plain(&'s str),
    /// A name between quotes.
    Quoted(Cow<'s, str>),
    /// A string.
    Text,
    /// A number without a sign.
    Number,
    /// A value, by its place in the list of values.
    Value(usize),
    Open,
    Close,
    Comma,
    /// Signs without blanks between them.
    Sign(&'s str),
}

impl<'s> Word<'s> {
    /// Whether it is one of these keywords, which are given in capitals.
    pub(super) fn is(&self, keywords: &[&str]) -> bool {
        match self {
            Self::Plain(word) => keywords.iter().any(|k| word.eq_ignore_ascii_case(k)),
            _ => false,
        }
    }

    /// Whether it is one of these signs.
    pub(super) fn is_sign(&self, signs: &[&str]) -> bool {
        matches!(self, Self::Sign(sign) if signs.contains(sign))
    }

    /// The name, if it can be one.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Plain(word) => Some(word),
            Self::Quoted(name) => Some(name),
            _ => None,
        }
    }
}

/// The words of a text whose values stand at these places; none if something has no end.
pub(super) fn words<'s>(sql: &'s str, values: &[Range<usize>], lexical: Lexical) -> Vec<Word<'s>> {
    let mut scanner = Scanner::new(sql, lexical);
    let mut words: Vec<Word<'s>> = Vec::new();
    // Where the last word ended, if it was a sign.
    let mut sign: Option<Range<usize>> = None;
    loop {
        let begin = scanner.at;
        if let Some(value) = values.iter().position(|value| value.start == begin) {
            scanner.at = values[value].end;
            words.push(Word::Value(value));
            continue;
        }
        let (token, text) = match scanner.next() {
            Ok(Some(found)) => found,
            Ok(None) => return words,
            Err(_) => return Vec::new(),
        };
        let word = match token {
            Token::Space | Token::LineComment | Token::BlockComment => continue,
            Token::Word => Word::Plain(text),
            Token::Name => Word::Quoted(unquoted(text)),
            Token::Text => Word::Text,
            Token::Other if text.starts_with(|c: char| c.is_ascii_digit()) => Word::Number,
            Token::Other => match text {
                "(" => Word::Open,
                ")" => Word::Close,
                "," => Word::Comma,
                "." | ";" => Word::Sign(text),
                _ => {
                    let before = sign.take().filter(|before| before.end == begin);
                    let joined = before.map_or(begin, |before| before.start);
                    if joined < begin {
                        words.pop();
                    }
                    sign = Some(joined..scanner.at);
                    Word::Sign(&sql[joined..scanner.at])
                }
            },
        };
        words.push(word);
    }
}

/// A name without its quotes, of which a doubled one is one.
fn unquoted(name: &str) -> Cow<'_, str> {
    let mut chars = name.chars();
    let (first, last) = (chars.next(), chars.next_back());
    let inner = chars.as_str();
    match (first, last) {
        (Some('['), Some(']')) => Cow::Borrowed(inner),
        (Some(quote), Some(_)) if inner.contains(quote) => {
            let quote = quote.to_string();
            Cow::Owned(inner.replace(&quote.repeat(2), &quote))
        }
        _ => Cow::Borrowed(inner),
    }
}
