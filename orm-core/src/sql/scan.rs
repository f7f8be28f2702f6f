//! One token of SQL after the other, as a database's own language says.

use crate::dialect::Lexical;

/// What a piece of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// Blanks and ends of lines.
    Space,
    /// To the end of its line, which is not a part of it.
    LineComment,
    /// `/* … */`, unless it is carried out.
    BlockComment,
    /// A keyword or a plain name.
    Word,
    /// A quoted name.
    Name,
    /// A string of any form.
    Text,
    /// Anything else: a sign, a number.
    Other,
}

/// What begins and has no end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endless {
    /// The line that it begins in, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

/// Reads tokens from a text.
#[derive(Clone)]
pub struct Scanner<'s> {
    /// The whole text.
    pub text: &'s str,
    /// Where the next token begins, in bytes.
    pub at: usize,
    lexical: Lexical,
}

impl<'s> Scanner<'s> {
    /// A scanner at the beginning of a text.
    pub fn new(text: &'s str, lexical: Lexical) -> Self {
        Self {
            text,
            at: 0,
            lexical,
        }
    }

    /// What was not read yet.
    pub fn rest(&self) -> &'s str {
        &self.text[self.at..]
    }

    /// The line of a place, counted from 1.
    pub fn line(&self, at: usize) -> usize {
        1 + self.text.as_bytes()[..at]
            .iter()
            .filter(|b| **b == b'\n')
            .count()
    }

    /// The next token and its text; `None` at the end.
    ///
    /// # Errors
    /// When a string, a quoted name or a comment has no end.
    #[allow(clippy::should_implement_trait, reason = "it may fail")]
    pub fn next(&mut self) -> Result<Option<(Token, &'s str)>, Endless> {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return Ok(None);
        };
        let (token, length) = match first {
            c if c.is_whitespace() => (Token::Space, run(rest, char::is_whitespace)),
            '-' if self.begins_line_comment(rest) => (Token::LineComment, line(rest)),
            '#' if self.lexical.hash_comments => (Token::LineComment, line(rest)),
            '/' if rest.starts_with("/*") => self.block_comment(rest)?,
            '\'' => (
                Token::Text,
                self.quoted(rest, '\'', self.lexical.backslash_escapes)?,
            ),
            // With backslashes in strings, double quotes hold strings, too.
            '"' if self.lexical.backslash_escapes => (Token::Text, self.quoted(rest, '"', true)?),
            '"' => (Token::Name, self.quoted(rest, '"', false)?),
            '`' if self.lexical.backquotes => (Token::Name, self.quoted(rest, '`', false)?),
            '[' if self.lexical.brackets => match rest.find(']') {
                Some(end) => (Token::Name, end + 1),
                None => return Err(self.endless("a name between brackets")),
            },
            '$' if self.lexical.dollar_quotes => self.dollar(rest)?,
            'e' | 'E' if self.lexical.escape_strings && rest[1..].starts_with('\'') => {
                (Token::Text, 1 + self.quoted(&rest[1..], '\'', true)?)
            }
            c if c == '_' || c.is_alphabetic() => (Token::Word, run(rest, in_word)),
            // A number is one token, so that `1e5` holds no word.
            c if c.is_ascii_digit() => (Token::Other, run(rest, in_word)),
            c => (Token::Other, c.len_utf8()),
        };
        let text = &rest[..length];
        self.at += length;
        Ok(Some((token, text)))
    }

    fn begins_line_comment(&self, rest: &str) -> bool {
        // Where `#` begins a comment, `5--1` is a subtraction.
        rest.strip_prefix("--").is_some_and(|after| {
            !self.lexical.hash_comments
                || after
                    .chars()
                    .next()
                    .is_none_or(|c| c.is_whitespace() || c.is_control())
        })
    }

    fn block_comment(&self, rest: &str) -> Result<(Token, usize), Endless> {
        let carried_out = self.lexical.executable_comments
            && (rest.starts_with("/*!") || rest.starts_with("/*M!"));
        let token = if carried_out {
            Token::Other
        } else {
            Token::BlockComment
        };
        let bytes = rest.as_bytes();
        let (mut depth, mut at) = (1, 2);
        while depth > 0 {
            match bytes.get(at..at + 2) {
                Some(b"*/") => {
                    depth -= 1;
                    at += 2;
                }
                Some(b"/*") if self.lexical.nested_comments => {
                    depth += 1;
                    at += 2;
                }
                Some(_) => at += 1,
                None => return Err(self.endless("a comment")),
            }
        }
        Ok((token, at))
    }

    /// The length of a quoted text. A doubled quote is a part of it.
    fn quoted(&self, rest: &str, quote: char, backslash: bool) -> Result<usize, Endless> {
        let mut chars = rest.char_indices().skip(1).peekable();
        while let Some((at, c)) = chars.next() {
            if c == '\\' && backslash {
                chars.next();
            } else if c == quote && chars.next_if(|(_, next)| *next == quote).is_none() {
                return Ok(at + 1);
            }
        }
        Err(self.endless(if quote == '\'' {
            "a string"
        } else {
            "a quoted name or string"
        }))
    }

    /// `$tag$ … $tag$`; a lone `$` or `$1` is something else.
    fn dollar(&self, rest: &str) -> Result<(Token, usize), Endless> {
        let tag = run(&rest[1..], |c| c == '_' || c.is_alphanumeric());
        let named = rest[1..]
            .chars()
            .next()
            .is_some_and(|c| !c.is_ascii_digit());
        if !named || !rest[1 + tag..].starts_with('$') {
            return Ok((Token::Other, 1));
        }
        let delimiter = &rest[..tag + 2];
        match rest[delimiter.len()..].find(delimiter) {
            Some(end) => Ok((Token::Text, end + 2 * delimiter.len())),
            None => Err(self.endless(&format!("the string `{delimiter}`"))),
        }
    }

    fn endless(&self, what: &str) -> Endless {
        Endless {
            line: self.line(self.at),
            message: format!("{what} that begins here has no end"),
        }
    }
}

fn in_word(c: char) -> bool {
    c == '_' || c == '$' || c.is_alphanumeric()
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

fn line(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}
