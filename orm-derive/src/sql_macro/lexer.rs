//! From the text of `sql!` to the pieces between which values stand.
//!
//! `{name}`, `{user.id}` and `{..ids}` are bindings, `{{` and `}}` are braces. Inside of quotes (`'…'`, `"…"`, `` `…` ``, `$tag$…$tag$`)
//! and comments (`--` to the end of the line, `/* … */`) nothing is bound and braces are braces; but what looks like a binding inside of
//! `'…'`, `"…"` or `` `…` `` is refused, since it is meant as one nearly always.

/// A piece of the text.
#[derive(Debug, PartialEq)]
pub(super) enum Piece {
    /// Text that goes to the database as it is.
    Text(String),
    /// A value.
    Bind(Place),
    /// A list of values.
    List(Place),
}

/// Where a value is found: a variable or argument, and a field of it, and a field of that.
#[derive(Debug, PartialEq)]
pub(super) struct Place {
    /// The variable, `self`, or an argument.
    pub(super) root: String,
    /// The fields, from the outermost on.
    pub(super) fields: Vec<String>,
}

/// The pieces of the text, and what is wrong with it.
#[derive(Debug, Default)]
pub(super) struct Lexed {
    pub(super) pieces: Vec<Piece>,
    pub(super) mistakes: Vec<String>,
}

pub(super) fn lex(sql: &str) -> Lexed {
    let mut lexer = Lexer {
        sql,
        at: 0,
        text: String::new(),
        depth: 0,
        out: Lexed::default(),
    };
    while lexer.step() {}
    lexer.flush();
    lexer.out
}

struct Lexer<'a> {
    sql: &'a str,
    at: usize,
    /// Text that is no piece yet.
    text: String,
    /// How many parentheses are open.
    depth: usize,
    out: Lexed,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.sql[self.at..]
    }

    fn before(&self) -> Option<char> {
        self.sql[..self.at].chars().next_back()
    }

    fn mistake(&mut self, at: usize, message: &str) {
        let lines = self.sql[..at].matches('\n').count();
        let place = if self.sql.trim().contains('\n') {
            format!(" (line {} of the text)", lines + 1)
        } else {
            String::new()
        };
        self.out.mistakes.push(format!("{message}{place}"));
    }

    /// Takes `length` bytes as text.
    fn keep(&mut self, length: usize) {
        self.text.push_str(&self.rest()[..length]);
        self.at += length;
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.out
                .pieces
                .push(Piece::Text(std::mem::take(&mut self.text)));
        }
    }

    /// One step forward; `false` at the end.
    fn step(&mut self) -> bool {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return false;
        };
        match first {
            '\'' | '"' | '`' => self.quoted(first),
            '-' if rest.starts_with("--") => self.keep(rest.find('\n').unwrap_or(rest.len())),
            '/' if rest.starts_with("/*") => self.comment(),
            '$' if !self.before().is_some_and(is_word) => self.dollar(),
            '{' if rest.starts_with("{{") => {
                self.text.push('{');
                self.at += 2;
            }
            '}' if rest.starts_with("}}") => {
                self.text.push('}');
                self.at += 2;
            }
            '{' => self.binding(),
            '}' => {
                self.mistake(
                    self.at,
                    "this `}` closes nothing; a brace that belongs to the SQL is written `}}`",
                );
                self.keep(1);
            }
            _ => {
                match first {
                    '(' => self.depth += 1,
                    ')' => self.depth = self.depth.saturating_sub(1),
                    _ => {}
                }
                self.keep(first.len_utf8());
            }
        }
        true
    }

    fn quoted(&mut self, quote: char) {
        let rest = self.rest();
        let before = &self.sql[..self.at];
        let escapes = quote == '\''
            && before
                .strip_suffix(['e', 'E'])
                .is_some_and(|b| !b.chars().next_back().is_some_and(is_word));
        let mut chars = rest.char_indices().skip(1).peekable();
        let mut length = None;
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' if escapes => _ = chars.next(),
                _ if c != quote => {}
                // A doubled quote is a quote inside.
                _ if chars.peek().is_some_and(|(_, next)| *next == quote) => _ = chars.next(),
                _ => {
                    length = Some(at + 1);
                    break;
                }
            }
        }
        let Some(length) = length else {
            self.mistake(self.at, &format!("this `{quote}` is never closed; a `{quote}` inside of quotes is written `{quote}{quote}`"));
            return self.keep(rest.len());
        };
        if let Some(name) = find_binding(&rest[1..length - 1]) {
            let message = match quote {
                '\'' => format!(
                    "`{{{name}}}` stands inside of quotes, where nothing is bound; write `'…' || {{{name}}} || '…'`, or bind the whole text \
                     (for an array write `ARRAY['…']`)"
                ),
                _ => format!(
                    "`{{{name}}}` stands inside of quotes; the name of a table or column cannot be bound"
                ),
            };
            self.mistake(self.at, &message);
        }
        self.keep(length);
    }

    fn comment(&mut self) {
        let rest = self.rest();
        let (mut depth, mut at) = (0_usize, 0);
        while at < rest.len() {
            let here = &rest[at..];
            if here.starts_with("/*") {
                depth += 1;
                at += 2;
            } else if here.starts_with("*/") {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return self.keep(at);
                }
            } else {
                at += here.chars().next().map_or(1, char::len_utf8);
            }
        }
        self.mistake(
            self.at,
            "this comment is never closed; `/*` inside of it needs a `*/` of its own",
        );
        self.keep(rest.len());
    }

    /// `$tag$…$tag$`, `$1`, or a plain `$`.
    fn dollar(&mut self) {
        let rest = self.rest();
        let after = &rest[1..];
        let word = after.len() - after.trim_start_matches(is_word).len();
        if after.starts_with(|c: char| c.is_ascii_digit()) {
            let number = &rest[..=word];
            self.mistake(
                self.at,
                &format!(
                    "`{number}` is no binding; write `{{name}}`, the value is numbered by itself"
                ),
            );
            self.keep(number.len());
        } else if after[word..].starts_with('$') {
            let tag = &rest[..word + 2];
            match rest[tag.len()..].find(tag) {
                Some(length) => self.keep(tag.len() + length + tag.len()),
                None => {
                    self.mistake(self.at, &format!("this `{tag}` is never closed"));
                    self.keep(rest.len());
                }
            }
        } else {
            self.keep(1);
        }
    }

    fn binding(&mut self) {
        let rest = self.rest();
        let end = rest
            .find(['}', '\n'])
            .filter(|end| rest[*end..].starts_with('}'));
        let Some(end) = end else {
            self.mistake(
                self.at,
                "this `{` is never closed; a brace that belongs to the SQL is written `{{`",
            );
            return self.keep(1);
        };
        let content = rest[1..end].trim();
        let (list, path) = match content.strip_prefix("..") {
            Some(path) => (true, path.trim_start()),
            None => (false, content),
        };
        match parse_path(path) {
            None => {
                let message = no_binding(content);
                self.mistake(self.at, &message);
            }
            Some(_) if list && self.depth == 0 => {
                self.mistake(
                    self.at,
                    &format!(
                        "`{{{content}}}` is a list and stands in parentheses: `IN ({{{content}}})`"
                    ),
                );
            }
            Some(_)
                if self.before().is_some_and(is_word) || rest[end + 1..].starts_with(is_word) =>
            {
                let message = format!(
                    "`{{{content}}}` cannot be a part of a word; only whole values are bound"
                );
                self.mistake(self.at, &message);
            }
            Some(place) => {
                self.flush();
                self.out.pieces.push(if list {
                    Piece::List(place)
                } else {
                    Piece::Bind(place)
                });
            }
        }
        self.at += end + 1;
    }
}

/// Why the content of `{…}` is no binding.
fn no_binding(content: &str) -> String {
    let name = content.trim_start_matches("..");
    let name = &name[..name.len() - name.trim_start_matches(is_word).len()];
    if content.is_empty() || content == ".." {
        format!("`{{{content}}}` names no value; write `{{{content}name}}`")
    } else if content.starts_with(|c: char| c.is_ascii_digit()) {
        format!(
            "`{{{content}}}` is no binding: values have names; write `{{name}}` and `name = …` behind the text"
        )
    } else if !name.is_empty()
        && content[name.len()..].trim_start().starts_with(':')
        && !content.contains("::")
    {
        format!(
            "`{{{content}}}` asks for a format, and a value is bound as it is; write `{{{name}}}`"
        )
    } else {
        format!(
            "`{{{content}}}` is no binding; write a name or its field, `{{user.id}}`, and for anything else `{{name}}` and `name = …` behind the text"
        )
    }
}

/// Reads `user.address.0`.
fn parse_path(text: &str) -> Option<Place> {
    let mut parts = text.split('.').map(str::trim);
    let root = parts.next().filter(|root| is_name(root))?.to_owned();
    let fields = parts
        .map(|part| (is_name(part) || is_index(part)).then(|| part.to_owned()))
        .collect::<Option<Vec<_>>>()?;
    Some(Place { root, fields })
}

/// The first thing in a quoted text that looks like a binding.
fn find_binding(text: &str) -> Option<&str> {
    text.match_indices('{').find_map(|(at, _)| {
        let content = &text[at + 1..];
        let content = &content[..content.find('}')?];
        let path = content.strip_prefix("..").unwrap_or(content);
        (path.trim() == path && parse_path(path).is_some()).then_some(content)
    })
}

fn is_name(text: &str) -> bool {
    let text = text.strip_prefix("r#").unwrap_or(text);
    text != "_"
        && text.starts_with(|c: char| c == '_' || c.is_alphabetic())
        && text.chars().all(is_word)
}

fn is_index(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

#[cfg(test)]
mod tests;
