//! Tables where they are named.

use super::Part;
use crate::testing::reading::scope::{Clause, Source};

/// What begins behind a table, and so is no other name of it.
const BEHIND_TABLE: &[&str] = &[
    "WHERE",
    "ON",
    "USING",
    "JOIN",
    "LEFT",
    "RIGHT",
    "INNER",
    "CROSS",
    "FULL",
    "NATURAL",
    "OUTER",
    "GROUP",
    "ORDER",
    "HAVING",
    "LIMIT",
    "OFFSET",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "SET",
    "VALUES",
    "VALUE",
    "SELECT",
    "RETURNING",
    "WINDOW",
    "FOR",
    "FETCH",
    "INDEXED",
    "NOT",
    "USE",
    "FORCE",
    "IGNORE",
    "DEFAULT",
    "STRAIGHT_JOIN",
    "LATERAL",
    "TABLESAMPLE",
    "PARTITION",
    "WITH",
    "LOCK",
    "OVERRIDING",
    "FROM",
];

impl Part<'_, '_> {
    /// The table that is named here, with its other name.
    pub(super) fn table(&mut self, at: usize, end: usize) -> usize {
        if self.is(at, &["ONLY", "LATERAL", "IGNORE", "LOW_PRIORITY", "QUICK"]) {
            return at + 1;
        }
        // `UPDATE OR IGNORE`
        if self.is(at, &["OR"]) {
            return at + 2;
        }
        let Some((parts, last)) = self.reading.name_behind(at) else {
            self.expects = false;
            return at + 1;
        };
        let name = parts.last().copied().unwrap_or_default().to_owned();
        let schema = match parts.as_slice() {
            [] | [_] => None,
            [.., schema, _] => Some((*schema).to_owned()),
        };
        let into = self.clause == Clause::Into;
        let known = |query: &String| query.eq_ignore_ascii_case(&name);
        if self.opens(last + 1) && !into {
            // A function that gives rows.
            let close = self.close(last + 1, end);
            return self.alias(close + 1, end, None, name);
        }
        let table = match schema.is_none() && self.named.iter().any(known) {
            true => None,
            false => Some((schema, name.clone())),
        };
        self.alias(last + 1, end, table, name)
    }

    /// What a table is called by; then it is one of the part's.
    pub(super) fn alias(
        &mut self,
        mut at: usize,
        end: usize,
        mut table: Option<(Option<String>, String)>,
        name: String,
    ) -> usize {
        let behind = self.is(at, &["AS"]);
        if behind {
            at += 1;
        }
        let word = self.reading.words.get(at).filter(|_| at < end);
        let alias = word
            .filter(|word| behind || !word.is(BEHIND_TABLE))
            .and_then(|word| word.name())
            .map(str::to_owned);
        let into = self.clause == Clause::Into;
        if alias.is_some() {
            at += 1;
            // Its columns are called anew.
            if self.opens(at) && !into {
                at = self.close(at, end) + 1;
                table = None;
            }
        }
        let optional = self.optional || self.groups.iter().any(|(optional, _)| *optional);
        if let Some(scope) = self.scope {
            let sources = &mut self.reading.scopes[scope].sources;
            let mut add = |alias: String, open: bool| {
                sources.push(Source {
                    alias,
                    table: table.clone(),
                    optional,
                    open,
                });
            };
            add(alias.unwrap_or(name), true);
            if into {
                add("excluded".to_owned(), false);
            }
        }
        (self.expects, self.optional) = (false, false);
        at
    }
}
