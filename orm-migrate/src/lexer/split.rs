//! From tokens to statements and directives.

use orm_core::dialect::{Bodies, Lexical};
use orm_core::sql::scan::{Scanner, Token};

use super::{LexError, Piece, Script, What};

/// How many words of a statement are kept: as many as say what kind it is, and what it is about.
const WORDS: usize = 24;

pub(super) fn split(text: &str, lexical: Lexical) -> Result<Script, LexError> {
    let mut splitter = Splitter {
        scanner: Scanner::new(text, lexical),
        lexical,
        delimiter: ";".to_owned(),
        script: Script::default(),
        next: Next::default(),
        statement: None,
    };
    while splitter.advance()? {}
    splitter.end_statement();
    Ok(splitter.script)
}

struct Splitter<'s> {
    scanner: Scanner<'s>,
    lexical: Lexical,
    delimiter: String,
    script: Script,
    next: Next,
    statement: Option<Statement>,
}

/// What directives say about the next statement.
#[derive(Default)]
struct Next {
    alone: bool,
    save_triggers: Option<String>,
    restore_triggers: Option<String>,
}

/// A statement that has begun.
struct Statement {
    begin: usize,
    /// The end of its last token that is no comment.
    end: usize,
    words: Vec<String>,
    /// How many bodies are open.
    depth: usize,
    /// The word before, unless something else stood in between.
    last: Option<String>,
}

impl<'s> Splitter<'s> {
    /// Takes a token; `false` at the end.
    fn advance(&mut self) -> Result<bool, LexError> {
        let begin = self.scanner.at;
        if self.statement.as_ref().is_none_or(|s| s.depth == 0)
            && self.scanner.rest().starts_with(&self.delimiter)
        {
            self.scanner.at += self.delimiter.len();
            self.end_statement();
            return Ok(true);
        }
        if self.lexical.delimiter_lines && self.statement.is_none() && self.delimiter_line()? {
            return Ok(true);
        }
        let Some((token, text)) = self.scanner.next()? else {
            return Ok(false);
        };
        match token {
            Token::Space | Token::BlockComment => {}
            Token::LineComment => self.comment(begin, text)?,
            token => {
                let next = self.next_word(token, text)?;
                self.significant(begin, token, text, next);
            }
        }
        Ok(true)
    }

    /// The client's `DELIMITER //`: from now on, something else ends statements.
    fn delimiter_line(&mut self) -> Result<bool, LexError> {
        let rest = self.scanner.rest();
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        let Some((word, delimiter)) = line.split_once(char::is_whitespace) else {
            return Ok(false);
        };
        if !word.eq_ignore_ascii_case("delimiter") {
            return Ok(false);
        }
        let Some(delimiter) = delimiter.split_whitespace().next() else {
            return Err(LexError {
                line: self.scanner.line(self.scanner.at),
                message: "`DELIMITER` must be followed by what ends statements from now on"
                    .to_owned(),
            });
        };
        self.delimiter = delimiter.to_owned();
        self.scanner.at += line.len();
        Ok(true)
    }

    /// The word behind `END`, on which its meaning depends.
    fn next_word(&self, token: Token, text: &str) -> Result<Option<String>, LexError> {
        if token != Token::Word || !text.eq_ignore_ascii_case("end") {
            return Ok(None);
        }
        let mut ahead = self.scanner.clone();
        while let Some((token, text)) = ahead.next()? {
            match token {
                Token::Space | Token::BlockComment | Token::LineComment => {}
                Token::Word => return Ok(Some(text.to_ascii_uppercase())),
                _ => break,
            }
        }
        Ok(None)
    }

    fn significant(&mut self, begin: usize, token: Token, text: &str, next: Option<String>) {
        let (bodies, end) = (self.lexical.bodies, self.scanner.at);
        let statement = self.statement.get_or_insert_with(|| Statement {
            begin,
            end,
            words: Vec::new(),
            depth: 0,
            last: None,
        });
        statement.end = end;
        let word = (token == Token::Word).then(|| text.to_uppercase());
        if let Some(word) = &word {
            statement.note_body(bodies, word, next.as_deref());
        }
        if statement.words.len() < WORDS {
            match token {
                Token::Word => statement.words.extend(word.clone()),
                Token::Name => statement.words.push(unquoted(text)),
                Token::Text => statement.words.push(text.to_owned()),
                _ => {}
            }
        }
        statement.last = word;
    }

    fn end_statement(&mut self) {
        let Some(statement) = self.statement.take() else {
            return;
        };
        let text = self.scanner.text[statement.begin..statement.end].to_owned();
        let next = std::mem::take(&mut self.next);
        self.script.pieces.push(Piece {
            what: What::Sql {
                text,
                words: statement.words,
            },
            line: self.scanner.line(statement.begin),
            alone: next.alone,
            save_triggers: next.save_triggers,
            restore_triggers: next.restore_triggers,
        });
    }

    fn comment(&mut self, begin: usize, text: &str) -> Result<(), LexError> {
        let Some(directive) = text
            .strip_prefix("--")
            .and_then(|text| text.trim_start().strip_prefix("orm:"))
        else {
            return Ok(());
        };
        let failed = |message: String| LexError {
            line: self.scanner.line(begin),
            message,
        };
        if self.statement.is_some() {
            return Err(failed(format!(
                "`{}` stands inside a statement; end the statement before it with `{}`",
                text.trim_end(),
                self.delimiter
            )));
        }
        let words: Vec<&str> = directive.split_whitespace().collect();
        match words.as_slice() {
            ["step", name] => {
                let piece = Piece {
                    what: What::Step((*name).to_owned()),
                    line: self.scanner.line(begin),
                    alone: false,
                    save_triggers: None,
                    restore_triggers: None,
                };
                self.script.pieces.push(piece);
            }
            ["no", "transaction"] | ["no-transaction"] => self.next.alone = true,
            ["foreign", "keys", "off"] | ["foreign-keys", "off"] | ["foreign_keys", "off"] => {
                self.script.foreign_keys_off = true;
            }
            ["save", "triggers", ..] if quoted_name(directive).is_some() => {
                self.next.save_triggers = quoted_name(directive);
            }
            ["restore", "triggers", ..] if quoted_name(directive).is_some() => {
                self.next.restore_triggers = quoted_name(directive);
            }
            _ => {
                return Err(failed(format!(
                    "the directive `{}` is unknown; there are `step <name>`, `no transaction`, `foreign keys off`, `save triggers \"<table>\"` and `restore triggers \"<table>\"`",
                    directive.trim()
                )));
            }
        }
        Ok(())
    }
}

impl Statement {
    /// Counts the bodies that begin and end, in whose inside no statement of the script ends.
    fn note_body(&mut self, bodies: Bodies, word: &str, next: Option<&str>) {
        match word {
            "BEGIN" if self.begins_body(bodies, word) => self.depth += 1,
            "ATOMIC" if self.begins_body(bodies, word) => self.depth += 1,
            "CASE" if self.depth > 0 && self.last.as_deref() != Some("END") => self.depth += 1,
            // `END IF` and its like end what was not counted.
            "END" if !matches!(next, Some("IF" | "LOOP" | "WHILE" | "REPEAT" | "FOR")) => {
                self.depth = self.depth.saturating_sub(1);
            }
            _ => {}
        }
    }

    fn begins_body(&self, bodies: Bodies, word: &str) -> bool {
        let defines = |kinds: &[&str]| {
            let head = self.words.iter().take(12);
            self.words
                .first()
                .is_some_and(|w| w == "CREATE" || w == "ALTER")
                && head.into_iter().any(|w| kinds.contains(&w.as_str()))
        };
        match bodies {
            Bodies::Triggers => word == "BEGIN" && (self.depth > 0 || defines(&["TRIGGER"])),
            Bodies::Atomic => word == "ATOMIC" && self.last.as_deref() == Some("BEGIN"),
            Bodies::Routines => {
                word == "BEGIN"
                    && (self.depth > 0
                        || defines(&["TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "PACKAGE"]))
                    || word == "ATOMIC" && self.words == ["BEGIN", "NOT"]
            }
        }
    }
}

/// The name between the double quotes at the end of a directive.
fn quoted_name(directive: &str) -> Option<String> {
    let begin = directive.find('"')?;
    let name = directive[begin + 1..].trim_end().strip_suffix('"')?;
    Some(name.replace("\"\"", "\""))
}

/// A name without its quotes.
fn unquoted(text: &str) -> String {
    let mut inner = text.chars();
    let quote = inner.next();
    inner.next_back();
    let inner = inner.as_str();
    match quote {
        Some(quote @ ('"' | '`')) => inner.replace(&format!("{quote}{quote}"), &quote.to_string()),
        _ => inner.to_owned(),
    }
}
