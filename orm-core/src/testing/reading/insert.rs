//! Which column each value of an `INSERT` goes into.

use std::ops::Range;

use super::place::{Expected, fits};
use super::scope::{Clause, Found, Place, Reading};
use super::word::Word;
use crate::driver::describe::Catalog;

impl Reading<'_> {
    /// What stands between commas from here on, up to where the list ends.
    pub(super) fn items(&self, first: usize, place: Place) -> Vec<Range<usize>> {
        let mut items = Vec::new();
        let (mut at, mut begin, mut depth) = (first, first, 0_usize);
        loop {
            let here = self.places.get(at);
            // Another clause of the same part ends the list, as does the end of the part.
            let ended = here.is_none_or(|here| {
                depth == 0
                    && (self.words[at] == Word::Close
                        || self.words[at].is_sign(&[";"])
                        || here.clause != place.clause && here.depth == 0)
            });
            if ended {
                items.push(begin..at);
                return items;
            }
            match self.words[at] {
                Word::Open => depth += 1,
                Word::Close => depth -= 1,
                Word::Comma if depth == 0 => {
                    items.push(begin..at);
                    begin = at + 1;
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// The values that an `INSERT` writes, each with what its column takes.
    pub(super) fn inserted(
        &self,
        scope: usize,
        catalog: &Catalog,
    ) -> Vec<(usize, Option<Expected>)> {
        let mut found = Vec::new();
        let part = &self.scopes[scope];
        let Some(table) = part.sources.first().and_then(|source| source.of(catalog)) else {
            return found;
        };
        let opens = |clause: Clause| {
            let here = Place {
                scope: Some(scope),
                clause,
                depth: 0,
            };
            (part.at..self.words.len())
                .filter(move |at| self.words[*at] == Word::Open && self.places[*at] == here)
        };
        let inside = |open: usize| {
            let place = Place {
                depth: 1,
                ..self.places[open]
            };
            self.items(open + 1, place)
        };
        let named = opens(Clause::Into).next().map(inside);
        let columns: Vec<_> = match &named {
            Some(names) => names
                .iter()
                .map(|item| {
                    table.column(self.words[item.start].name().filter(|_| item.len() == 1)?)
                })
                .collect(),
            None => table
                .columns
                .iter()
                .filter(|c| c.listed)
                .map(Some)
                .collect(),
        };
        let mut rows: Vec<_> = opens(Clause::Values).map(inside).collect();
        let queries = self
            .scopes
            .iter()
            .filter(|query| query.target == Some(scope));
        rows.extend(queries.map(|query| self.selected(query.at)));
        for row in rows.iter().filter(|row| row.len() == columns.len()) {
            for (item, column) in row.iter().zip(&columns) {
                if let (1, Word::Value(number), Some(column)) =
                    (item.len(), &self.words[item.start], column)
                {
                    let source = Found {
                        table,
                        column,
                        scope,
                        source: 0,
                    };
                    found.push((*number, fits(source)));
                }
            }
        }
        found
    }

    /// What a query gives, whose `SELECT` stands here.
    pub(super) fn selected(&self, select: usize) -> Vec<Range<usize>> {
        let mut first = select + 1;
        while self.is(
            first,
            &["DISTINCT", "ALL", "SQL_CALC_FOUND_ROWS", "STRAIGHT_JOIN"],
        ) {
            first += 1;
        }
        self.items(first, self.places[select])
    }
}
