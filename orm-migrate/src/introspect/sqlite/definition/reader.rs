//! Steps through the tokens of a statement.

use super::split;
use crate::introspect::token::{Spanned, Token};

pub(super) const CONSTRAINTS: &[&str] = &["constraint", "primary", "unique", "check", "foreign"];
pub(super) const COLUMN_CONSTRAINTS: &[&str] = &[
    "constraint",
    "primary",
    "not",
    "null",
    "unique",
    "check",
    "default",
    "collate",
    "references",
    "generated",
    "as",
];

pub(super) struct Reader<'t> {
    pub(super) sql: &'t str,
    pub(super) tokens: &'t [Spanned],
    pub(super) at: usize,
}

impl<'t> Reader<'t> {
    pub(super) fn peek(&self, ahead: usize) -> Option<&'t Spanned> {
        self.tokens.get(self.at + ahead)
    }

    pub(super) fn word(&mut self, keyword: &str) -> bool {
        let found = self.peek(0).is_some_and(|t| t.token.is_word(keyword));
        self.at += usize::from(found);
        found
    }

    pub(super) fn keyword(&mut self, keyword: &str) -> Option<()> {
        self.word(keyword).then_some(())
    }

    pub(super) fn sign(&mut self, sign: &str) -> Option<()> {
        let found = self.peek(0).is_some_and(|t| t.token.is_sign(sign));
        self.at += usize::from(found);
        found.then_some(())
    }

    pub(super) fn is_one_of(&self, words: &[&str]) -> bool {
        self.peek(0)
            .is_some_and(|t| words.iter().any(|w| t.token.is_word(w)))
    }

    pub(super) fn begins_constraint(&self) -> bool {
        self.is_one_of(CONSTRAINTS)
    }

    pub(super) fn if_not_exists(&mut self) -> Option<()> {
        if self.word("if") {
            self.keyword("not")?;
            self.keyword("exists")?;
        }
        Some(())
    }

    /// A name, which may stand between the quotes of text as well.
    pub(super) fn name(&mut self) -> Option<String> {
        let name = match &self.peek(0)?.token {
            Token::Word { text, .. } | Token::Text(text) => text.clone(),
            _ => return None,
        };
        self.at += 1;
        Some(name)
    }

    pub(super) fn qualified_name(&mut self) -> Option<String> {
        let first = self.name()?;
        match self.sign(".") {
            Some(()) => self.name(),
            None => Some(first),
        }
    }

    pub(super) fn comment(&mut self) -> Option<String> {
        let Token::Comment(text) = &self.peek(0)?.token else {
            return None;
        };
        self.at += 1;
        let text = text.strip_prefix(' ').unwrap_or(text);
        Some(text.strip_suffix(' ').unwrap_or(text).to_owned())
    }

    pub(super) fn skip_comments(&mut self) {
        while self.comment().is_some() {}
    }

    /// What stands between parentheses.
    pub(super) fn parenthesised(&mut self) -> Option<&'t [Spanned]> {
        self.sign("(")?;
        let start = self.at;
        let mut depth = 1_u32;
        while depth > 0 {
            let token = &self.peek(0)?.token;
            if token.is_sign("(") {
                depth += 1;
            } else if token.is_sign(")") {
                depth -= 1;
            }
            self.at += 1;
        }
        self.tokens.get(start..self.at - 1)
    }

    pub(super) fn text_of(&self, tokens: &[Spanned]) -> Option<String> {
        let text = self.sql.get(tokens.first()?.start..tokens.last()?.end)?;
        Some(text.to_owned())
    }

    pub(super) fn expression(&mut self) -> Option<String> {
        let inside = self.parenthesised()?;
        self.text_of(inside)
    }

    /// The names of columns between parentheses, without what stands behind each.
    pub(super) fn columns(&mut self) -> Option<Vec<String>> {
        let inside = self.parenthesised()?;
        split(inside)
            .into_iter()
            .map(|part| {
                match &part
                    .iter()
                    .find(|t| !matches!(t.token, Token::Comment(_)))?
                    .token
                {
                    Token::Word { text, .. } | Token::Text(text) => Some(text.clone()),
                    _ => None,
                }
            })
            .collect()
    }
}
