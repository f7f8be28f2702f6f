//! The words of SQL, as each database family reads them.

use orm_core::dialect::Family;

/// A word of SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A name or keyword.
    Word {
        /// As it is written, without quotes.
        text: String,
        /// Whether it stands between quotes, and so is no keyword.
        quoted: bool,
    },
    /// Text between quotes.
    Text(String),
    /// Bytes, as lower-case hexadecimal digits.
    Blob(String),
    /// A number without sign.
    Number(String),
    /// An operator, a parenthesis, a comma.
    Sign(String),
    /// A comment between `/*` and `*/`.
    Comment(String),
}

/// A word, and where it stands in the text.
#[derive(Debug, Clone)]
pub(super) struct Spanned {
    pub(super) token: Token,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Token {
    /// Whether it is this keyword, which is given in lower case.
    pub(super) fn is_word(&self, keyword: &str) -> bool {
        matches!(self, Self::Word { text, quoted: false } if text.eq_ignore_ascii_case(keyword))
    }

    pub(super) fn is_sign(&self, sign: &str) -> bool {
        matches!(self, Self::Sign(s) if s == sign)
    }
}

/// The words of the text; `None` if one has no end.
pub(super) fn tokens(sql: &str, family: Family) -> Option<Vec<Spanned>> {
    let mut lexer = Lexer { sql, at: 0, family };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_space();
        let start = lexer.at;
        if start >= sql.len() {
            return Some(tokens);
        }
        if let Some(token) = lexer.next()? {
            tokens.push(Spanned {
                token,
                start,
                end: lexer.at,
            });
        }
    }
}

struct Lexer<'s> {
    sql: &'s str,
    at: usize,
    family: Family,
}

/// What operators of PostgreSQL are made of.
const OPERATOR: &str = "+-*/<>=~!@#%^&|?";
/// Operators of several signs elsewhere, the longest first.
const SIGNS: &[&str] = &[
    "<=>", "->>", "<>", "!=", "<=", ">=", "==", "||", "&&", "<<", ">>", "->", ":=",
];

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.sql[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// The next word, or nothing for a comment to the end of the line.
    fn next(&mut self) -> Option<Option<Token>> {
        let (family, rest) = (self.family, self.rest());
        let first = self.peek()?;
        if rest.starts_with("--") || (first == '#' && family == Family::Mysql) {
            self.at += rest.find('\n').unwrap_or(rest.len());
            return Some(None);
        }
        if rest.starts_with("/*") {
            let end = rest.find("*/")?;
            let text = rest[2..end].to_owned();
            self.at += end + 2;
            return Some(Some(Token::Comment(text)));
        }
        let token = match first {
            '\'' => Token::Text(self.quoted('\'', family == Family::Mysql)?),
            '"' if family == Family::Mysql => Token::Text(self.quoted('"', true)?),
            '"' => self.name('"')?,
            '`' if family != Family::Postgres => self.name('`')?,
            '[' if family == Family::Sqlite => {
                let end = rest.find(']')?;
                let text = rest[1..end].to_owned();
                self.at += end + 1;
                Token::Word { text, quoted: true }
            }
            '$' if family == Family::Postgres => self.dollar()?,
            c if c.is_ascii_digit()
                || (c == '.' && rest[1..].starts_with(|d: char| d.is_ascii_digit())) =>
            {
                self.number()
            }
            c if c.is_alphabetic() || c == '_' || !c.is_ascii() => self.word()?,
            _ => self.sign(first),
        };
        Some(Some(token))
    }

    fn name(&mut self, quote: char) -> Option<Token> {
        let text = self.quoted(quote, false)?;
        Some(Token::Word { text, quoted: true })
    }

    /// What stands between quotes, where a doubled one is one of the text.
    fn quoted(&mut self, quote: char, escapes: bool) -> Option<String> {
        let mut text = String::new();
        let mut chars = self.rest().char_indices().skip(1).peekable();
        while let Some((at, c)) = chars.next() {
            if c == quote {
                if chars.peek().is_some_and(|(_, next)| *next == quote) {
                    chars.next();
                    text.push(quote);
                    continue;
                }
                self.at += at + quote.len_utf8();
                return Some(text);
            }
            if c == '\\' && escapes {
                let (_, escaped) = chars.next()?;
                match escaped {
                    '0' => text.push('\0'),
                    'n' => text.push('\n'),
                    'r' => text.push('\r'),
                    't' => text.push('\t'),
                    'b' => text.push('\u{8}'),
                    'Z' => text.push('\u{1a}'),
                    '%' | '_' => text.extend(['\\', escaped]),
                    other => text.push(other),
                }
                continue;
            }
            text.push(c);
        }
        None
    }

    /// `$tag$ … $tag$`, or a sign.
    fn dollar(&mut self) -> Option<Token> {
        let rest = self.rest();
        let tag = rest[1..].find('$').map(|end| &rest[..end + 2]);
        match tag {
            Some(tag)
                if tag[1..tag.len() - 1]
                    .chars()
                    .all(|c| c.is_alphanumeric() || c == '_') =>
            {
                let body = &rest[tag.len()..];
                let end = body.find(tag)?;
                let text = body[..end].to_owned();
                self.at += tag.len() * 2 + end;
                Some(Token::Text(text))
            }
            _ => Some(self.sign('$')),
        }
    }

    fn number(&mut self) -> Token {
        let rest = self.rest();
        if let Some(digits) = rest.strip_prefix("0x").or_else(|| rest.strip_prefix("0X")) {
            let length = digits
                .find(|c: char| !c.is_ascii_hexdigit())
                .unwrap_or(digits.len());
            let digits = digits[..length].to_ascii_lowercase();
            self.at += 2 + length;
            return match self.family {
                Family::Mysql => Token::Blob(digits),
                _ => Token::Number(format!("0x{digits}")),
            };
        }
        let mut end = 0;
        let mut before = ' ';
        for (at, c) in rest.char_indices() {
            let exponent_sign = matches!(c, '+' | '-') && matches!(before, 'e' | 'E');
            if !(c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '_') || exponent_sign) {
                break;
            }
            (end, before) = (at + 1, c);
        }
        let text = rest[..end].to_ascii_lowercase().replace('_', "");
        self.at += end;
        Token::Number(text)
    }

    fn word(&mut self) -> Option<Token> {
        let rest = self.rest();
        let end = rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$') || !c.is_ascii()))
            .unwrap_or(rest.len());
        let text = rest[..end].to_owned();
        if rest[end..].starts_with('\'') {
            match text.to_ascii_lowercase().as_str() {
                "x" => {
                    self.at += end;
                    let digits = self.quoted('\'', false)?;
                    return Some(Token::Blob(digits.to_ascii_lowercase()));
                }
                "e" if self.family == Family::Postgres => {
                    self.at += end;
                    return Some(Token::Text(self.quoted('\'', true)?));
                }
                "n" => {
                    self.at += end;
                    return Some(Token::Text(
                        self.quoted('\'', self.family == Family::Mysql)?,
                    ));
                }
                _ => {}
            }
        }
        self.at += end;
        Some(Token::Word {
            text,
            quoted: false,
        })
    }

    fn sign(&mut self, first: char) -> Token {
        let rest = self.rest();
        let length = if rest.starts_with("::") {
            2
        } else if self.family == Family::Postgres && OPERATOR.contains(first) {
            operator_length(rest)
        } else {
            SIGNS
                .iter()
                .find(|sign| rest.starts_with(**sign))
                .map_or(first.len_utf8(), |sign| sign.len())
        };
        let sign = rest[..length].to_owned();
        self.at += length;
        Token::Sign(sign)
    }
}

/// PostgreSQL reads as many signs as it can, but a `+` or `-` at the end only belongs to an operator with a sign of its own kind.
fn operator_length(rest: &str) -> usize {
    let run = rest.find(|c| !OPERATOR.contains(c)).unwrap_or(rest.len());
    let comment = [rest[..run].find("--"), rest[..run].find("/*")];
    let mut run = &rest[..comment.into_iter().flatten().min().unwrap_or(run).max(1)];
    while run.len() > 1 && run.ends_with(['+', '-']) && !run.contains(|c| "~!@#%^&|?".contains(c)) {
        run = &run[..run.len() - 1];
    }
    run.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(sql: &str, family: Family) -> Vec<Token> {
        let tokens = tokens(sql, family).expect("has an end");
        tokens.into_iter().map(|t| t.token).collect()
    }

    fn sign(sign: &str) -> Token {
        Token::Sign(sign.to_owned())
    }

    #[test]
    fn quotes_are_those_of_the_database() {
        let name = |text: &str| Token::Word {
            text: text.to_owned(),
            quoted: true,
        };
        assert_eq!(
            words(r#""a""b" 'c''d\'"#, Family::Postgres),
            [name("a\"b"), Token::Text("c'd\\".to_owned())]
        );
        assert_eq!(
            words(r"`a` 'c\'d' X'0F'", Family::Mysql),
            [
                name("a"),
                Token::Text("c'd".to_owned()),
                Token::Blob("0f".to_owned())
            ]
        );
        assert_eq!(words("[a b] `c`", Family::Sqlite), [name("a b"), name("c")]);
        assert_eq!(
            words("$x$it's$x$", Family::Postgres),
            [Token::Text("it's".to_owned())]
        );
        assert!(tokens("'open", Family::Sqlite).is_none());
    }

    #[test]
    fn operators_are_read_as_a_whole() {
        let number = |n: &str| Token::Number(n.to_owned());
        assert_eq!(
            words("1*-2", Family::Postgres),
            [number("1"), sign("*"), sign("-"), number("2")]
        );
        assert_eq!(
            words("1 !~~* 2::x", Family::Postgres)[1..4],
            [sign("!~~*"), number("2"), sign("::")]
        );
        assert_eq!(
            words("1<=>2 -- end", Family::Mysql),
            [number("1"), sign("<=>"), number("2")]
        );
        assert_eq!(
            words("1e-3 /* c */ .5", Family::Sqlite),
            [
                number("1e-3"),
                Token::Comment(" c ".to_owned()),
                number(".5")
            ]
        );
    }
}
