//! From the text of `sql!` to the pieces between which values stand.
//!
//! `{name}`, `{user.id}` and `{..ids}` are bindings, `{name: i64}` says a type, `{@query}` is a part of another statement, `{User}` and
//! `{User::email}` are names of a model, `{?name: …}` is a section, and `{{` and `}}` are braces. Inside of quotes (`'…'`, `"…"`, `` `…` ``, `$tag$…$tag$`)
//! and comments (`--` to the end of the line, `/* … */`) nothing is bound and braces are braces; but what looks like a binding inside of
//! `'…'`, `"…"` or `` `…` `` is refused, since it is meant as one nearly always.

mod content;
mod dialect;

pub(super) use dialect::Dialect;

use content::{find_binding, is_word, no_binding, parse_path, section_name};

/// A piece of the text.
#[derive(Debug, PartialEq)]
pub(super) enum Piece {
    /// Text that goes to the database as it is.
    Text(String),
    /// A value, and its type if the text says it.
    Bind(Place, Option<String>),
    /// A list of values, and the type of each if the text says it.
    List(Place, Option<String>),
    /// Another statement, or a query.
    Fragment(Place),
    /// The table of a model.
    Table(String),
    /// A column of a model; `alone` if a prefix stands before it.
    Column { path: String, alone: bool },
    /// What is there only if a value is.
    Section(Place, Vec<Piece>),
}

/// Where a value is found: a variable or argument, and a field of it, and a field of that.
#[derive(Debug, Clone, PartialEq)]
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

pub(super) fn lex(sql: &str, dialect: Dialect) -> Lexed {
    let mut lexer = Lexer {
        sql,
        dialect,
        at: 0,
        text: String::new(),
        depth: 0,
        brackets: 0,
        open: Vec::new(),
        out: Lexed::default(),
    };
    while lexer.step() {}
    if let Some(section) = lexer.open.first() {
        lexer.mistake(
            section.at,
            "this section is never closed; it ends with a `}`",
        );
        lexer.open.clear();
    }
    lexer.flush();
    lexer.out
}

struct Lexer<'a> {
    sql: &'a str,
    dialect: Dialect,
    at: usize,
    /// Text that is no piece yet.
    text: String,
    /// How many parentheses are open.
    depth: usize,
    /// How many brackets are open.
    brackets: usize,
    /// The sections that are open.
    open: Vec<Section>,
    out: Lexed,
}

/// A section whose end is not found yet.
struct Section {
    place: Place,
    pieces: Vec<Piece>,
    at: usize,
    /// How many parentheses were open before it.
    depth: usize,
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
            let text = std::mem::take(&mut self.text);
            self.push(Piece::Text(text));
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
            '-' | '#' if self.begins_line_comment() => {
                self.keep(rest.find('\n').unwrap_or(rest.len()));
            }
            '/' if rest.starts_with("/*") => self.comment(),
            '$' if !self.before().is_some_and(is_word) => self.dollar(),
            ':' if self.begins_named() => self.named(),
            '}' if !self.open.is_empty() => self.close(),
            '{' if rest.starts_with("{{") && !self.open.is_empty() => {
                self.mistake(
                    self.at,
                    "a brace that belongs to the SQL cannot stand in a section, but for quotes",
                );
                self.keep(2);
            }
            '{' if rest.starts_with("{{") => {
                self.text.push('{');
                self.at += 2;
            }
            '}' if rest.starts_with("}}") => {
                self.text.push('}');
                self.at += 2;
            }
            '{' => self.braces(),
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
                    '[' => self.brackets += 1,
                    ']' => self.brackets = self.brackets.saturating_sub(1),
                    _ => {}
                }
                self.keep(first.len_utf8());
            }
        }
        true
    }

    fn begins_line_comment(&self) -> bool {
        let rest = self.rest();
        match rest.strip_prefix("--") {
            Some(behind) => {
                !self.dialect.hyphens_need_blank
                    || !behind.starts_with(|c: char| !c.is_whitespace())
            }
            None => self.dialect.hash_comments && rest.starts_with('#'),
        }
    }

    /// Whether `:name` stands here, and neither `::type` nor the second half of a slice, `[1:n]`.
    fn begins_named(&self) -> bool {
        let alone = |c: char| !is_word(c) && !matches!(c, ':' | ')' | '}' | '"');
        self.brackets == 0
            && self.before().is_none_or(alone)
            && self.rest()[1..].starts_with(|c: char| c == '_' || c.is_alphabetic())
    }

    /// `:name`, which other libraries bind.
    fn named(&mut self) {
        let name = &self.rest()[1..];
        let name = &name[..name.len() - name.trim_start_matches(is_word).len()];
        let message = format!("`:{name}` is no binding; write `{{{name}}}`");
        self.mistake(self.at, &message);
        self.keep(1 + name.len());
    }

    fn quoted(&mut self, quote: char) {
        let rest = self.rest();
        let before = &self.sql[..self.at];
        let marked = before
            .strip_suffix(['e', 'E'])
            .is_some_and(|b| !b.chars().next_back().is_some_and(is_word));
        let escapes = match self.dialect.backslashes {
            true => quote != '`',
            false => quote == '\'' && marked,
        };
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
        let nests = self.dialect.nested_comments;
        while at < rest.len() {
            let here = &rest[at..];
            if here.starts_with("/*") && (nests || depth == 0) {
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
            match nests {
                true => "this comment is never closed; `/*` inside of it needs a `*/` of its own",
                false => "this comment is never closed",
            },
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
        } else if after[word..].starts_with('$') && self.dialect.dollar_quotes {
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

    fn braces(&mut self) {
        let rest = self.rest();
        if let Some(name) = section_name(rest) {
            return self.open(name);
        }
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
        let word_behind = rest[end + 1..].starts_with(is_word);
        match content::read(content) {
            None => {
                let message = no_binding(content);
                self.mistake(self.at, &message);
            }
            Some(Piece::List(..)) if self.depth == 0 => {
                self.mistake(
                    self.at,
                    &format!(
                        "`{{{content}}}` is a list and stands in parentheses: `IN ({{{content}}})`"
                    ),
                );
            }
            Some(_) if self.before().is_some_and(is_word) || word_behind => {
                let message = format!(
                    "`{{{content}}}` cannot be a part of a word; only whole values are bound"
                );
                self.mistake(self.at, &message);
            }
            Some(piece) => {
                let piece = match piece {
                    // Behind a prefix that is there already it needs none.
                    Piece::Column { path, .. } => Piece::Column {
                        path,
                        alone: self.before() == Some('.'),
                    },
                    piece => piece,
                };
                self.flush();
                self.push(piece);
            }
        }
        self.at += end + 1;
    }

    /// Begins a section, behind `{?name:`.
    fn open(&mut self, name: &str) {
        let place = parse_path(name.trim()).unwrap_or_else(|| {
            let message = format!(
                "`{{?{name}:` names no value; a section that is there only if a value is, is written `{{?name: …}}`"
            );
            self.mistake(self.at, &message);
            Place {
                root: "value".into(),
                fields: Vec::new(),
            }
        });
        if self.before().is_some_and(is_word) {
            let message =
                format!("`{{?{name}: …}}` cannot be a part of a word; write a space before it");
            self.mistake(self.at, &message);
        }
        self.flush();
        self.open.push(Section {
            place,
            pieces: Vec::new(),
            at: self.at,
            depth: self.depth,
        });
        self.at += "{?".len() + name.len() + ":".len();
    }

    /// Ends the section that was begun last.
    fn close(&mut self) {
        self.flush();
        let Some(section) = self.open.pop() else {
            return;
        };
        if section.depth != self.depth {
            self.mistake(
                section.at,
                "the parentheses of this section do not match; with and without it the text must be whole",
            );
        } else if section
            .pieces
            .iter()
            .all(|p| matches!(p, Piece::Text(text) if text.trim().is_empty()))
        {
            self.mistake(section.at, "this section is empty");
        }
        self.at += 1;
        if self.rest().starts_with(is_word) {
            self.mistake(
                self.at,
                "write a space between a section and the word behind it",
            );
        }
        self.push(Piece::Section(section.place, section.pieces));
    }

    fn push(&mut self, piece: Piece) {
        match self.open.last_mut() {
            Some(section) => section.pieces.push(piece),
            None => self.out.pieces.push(piece),
        }
    }
}

#[cfg(test)]
mod tests;
