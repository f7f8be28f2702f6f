//! Hand-written SQL that is not run: its text for a database, without values.

use std::ops::Range;

use super::Ident;
use crate::dialect::Dialect;
use crate::model::ModelDef;
use crate::query::{BindingType, SqlPiece};

/// A text for a database, beside the text as it was written.
#[derive(Default)]
pub(crate) struct Known {
    /// What the database is asked about.
    pub(crate) sql: String,
    /// What the programmer wrote.
    pub(crate) written: String,
    /// Where pieces of the one begin in the other, in bytes; the last says whether both go on as the same text.
    places: Vec<(usize, usize, bool)>,
    /// The values, in the order of their placeholders.
    pub(crate) parameters: Vec<Parameter>,
    /// The models whose tables are named.
    pub(crate) models: Vec<&'static ModelDef>,
}

/// A value of a statement.
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    /// Its type, where the text says it.
    pub(crate) ty: Option<BindingType>,
    /// Where it was written.
    pub(crate) at: usize,
    /// Where its placeholder stands in what the database is asked about.
    pub(crate) placeholder: Range<usize>,
}

impl Known {
    /// The text with these sections, counted in the order in which they begin; `None` if a part of it is known only when it is run.
    pub(crate) fn new(
        pieces: &[SqlPiece],
        dialect: &'static dyn Dialect,
        with: &dyn Fn(usize) -> bool,
    ) -> Option<Self> {
        let mut known = Self::default();
        known.add(pieces, dialect, with, &mut 0).then_some(known)
    }

    fn add(
        &mut self,
        pieces: &[SqlPiece],
        dialect: &'static dyn Dialect,
        with: &dyn Fn(usize) -> bool,
        sections: &mut usize,
    ) -> bool {
        pieces.iter().all(|piece| {
            let same = matches!(piece, SqlPiece::Text(_));
            self.places.push((self.sql.len(), self.written.len(), same));
            match piece {
                SqlPiece::Text(text) => {
                    self.sql.push_str(text);
                    self.written.push_str(text);
                }
                SqlPiece::Bind(name, ty) => self.value(name, "", *ty, dialect),
                SqlPiece::List(name, ty) => self.value(name, "..", *ty, dialect),
                SqlPiece::Table(path, model) => {
                    let model = model();
                    if let Some(schema) = model.schema {
                        Ident(schema).write(&mut self.sql, dialect.quote());
                        self.sql.push('.');
                    }
                    Ident(model.table).write(&mut self.sql, dialect.quote());
                    self.models.push(model);
                    self.note(path);
                }
                SqlPiece::Column(path, column) => {
                    let column = column();
                    Ident(&column.def().name).write(&mut self.sql, dialect.quote());
                    self.models.push(column.model);
                    self.note(path);
                }
                SqlPiece::Section(name, inner) => {
                    let number = *sections;
                    *sections += 1;
                    if with(number) {
                        self.note_open(name);
                        if !self.add(inner, dialect, with, sections) {
                            return false;
                        }
                        self.written.push('}');
                    } else {
                        *sections += count(inner);
                    }
                }
                SqlPiece::Fragment(_) => return false,
            }
            true
        })
    }

    fn value(
        &mut self,
        name: &'static str,
        mark: &str,
        ty: Option<BindingType>,
        dialect: &'static dyn Dialect,
    ) {
        let begin = self.sql.len();
        dialect.placeholder(&mut self.sql, self.parameters.len() + 1);
        self.parameters.push(Parameter {
            name,
            ty,
            at: self.written.len(),
            placeholder: begin..self.sql.len(),
        });
        self.note(&format!("{mark}{name}"));
    }

    fn note(&mut self, content: &str) {
        self.written.push('{');
        self.written.push_str(content);
        self.written.push('}');
    }

    fn note_open(&mut self, name: &str) {
        self.written.push_str("{?");
        self.written.push_str(name);
        self.written.push(':');
    }

    /// Where a place in the database's text was written.
    pub(crate) fn written_at(&self, at: usize) -> usize {
        let before = self.places.iter().rev().find(|(sql, _, _)| *sql <= at);
        before.map_or(0, |(sql, written, same)| match same {
            true => written + (at - sql),
            false => *written,
        })
    }
}

/// How many sections there are, those in sections too.
pub(crate) fn count(pieces: &[SqlPiece]) -> usize {
    pieces
        .iter()
        .map(|piece| match piece {
            SqlPiece::Section(_, inner) => 1 + count(inner),
            _ => 0,
        })
        .sum()
}
