//! Which tables a part of a statement can name, and which column a name is.

use std::ops::Range;

use super::clause;
use super::word::{Word, words};
use crate::dialect::Lexical;
use crate::driver::describe::{Catalog, CatalogColumn, CatalogTable};

/// A statement whose parts are told apart.
#[derive(Debug)]
pub(in crate::testing) struct Reading<'s> {
    pub(super) words: Vec<Word<'s>>,
    /// Where each word stands.
    pub(super) places: Vec<Place>,
    pub(super) scopes: Vec<Scope>,
}

/// Where a word stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    /// The part of the statement; none in what is not understood.
    pub(super) scope: Option<usize>,
    pub(super) clause: Clause,
    /// How many parentheses are open, those around the part left out.
    pub(super) depth: usize,
}

/// A clause, as far as names mean something else in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clause {
    Select,
    From,
    On,
    Where,
    Group,
    Having,
    Order,
    Limit,
    /// Behind the table of an `INSERT`.
    Into,
    Values,
    Set,
    Returning,
    Other,
}

/// What a part of a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Select,
    Insert,
    Update,
    Delete,
}

/// A part of a statement with tables of its own: a query, or a change.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) verb: Verb,
    /// The part around it, whose columns can be named as well.
    pub(super) parent: Option<usize>,
    pub(super) sources: Vec<Source>,
    /// Where it begins.
    pub(super) at: usize,
    /// Whether its rows are put together with those of another query.
    pub(super) compound: bool,
    /// The `INSERT` that takes its rows.
    pub(super) target: Option<usize>,
    /// Whether it is the statement itself, and no query inside of it.
    pub(super) outermost: bool,
}

/// A table, or something like one, that columns are read from.
#[derive(Debug)]
pub(super) struct Source {
    /// What columns are called by.
    pub(super) alias: String,
    /// The schema and the name of a table; none where the columns are not known.
    pub(super) table: Option<(Option<String>, String)>,
    /// Whether a row may be without it: the other side of an outer join.
    pub(super) optional: bool,
    /// Whether its columns can be named without it.
    pub(super) open: bool,
}

/// A column that a name stands for.
#[derive(Clone, Copy)]
pub(super) struct Found<'c> {
    pub(super) table: &'c CatalogTable,
    pub(super) column: &'c CatalogColumn,
    pub(super) scope: usize,
    pub(super) source: usize,
}

/// Reads a statement whose values stand at these places.
pub(in crate::testing) fn read<'s>(
    sql: &'s str,
    values: &[Range<usize>],
    lexical: Lexical,
) -> Reading<'s> {
    clause::read(words(sql, values, lexical))
}

impl Source {
    pub(super) fn of<'c>(&self, catalog: &'c Catalog) -> Option<&'c CatalogTable> {
        let (schema, name) = self.table.as_ref()?;
        let own = match (schema, &catalog.schema) {
            (None, _) => true,
            (Some(schema), Some(own)) => schema.eq_ignore_ascii_case(own),
            (Some(_), None) => false,
        };
        catalog.table(name).filter(|_| own)
    }
}

impl Reading<'_> {
    /// The word at a place; nothing outside of the text.
    pub(super) fn word(&self, at: Option<usize>) -> Option<&Word<'_>> {
        self.words.get(at?)
    }

    /// The name that ends here, and where it begins.
    pub(super) fn name_before(&self, last: Option<usize>) -> Option<(Vec<&str>, usize)> {
        let mut at = last?;
        let mut parts = vec![self.words.get(at)?.name()?];
        while at >= 2 && self.words[at - 1].is_sign(&["."]) {
            parts.insert(0, self.words[at - 2].name()?);
            at -= 2;
        }
        // A word that is a value or ends something is no name.
        let plain = parts.len() == 1 && self.words[at].is(&["END", "NULL", "TRUE", "FALSE"]);
        (!plain).then_some((parts, at))
    }

    /// The name that begins here, and where it ends.
    pub(super) fn name_behind(&self, first: usize) -> Option<(Vec<&str>, usize)> {
        let mut last = first;
        self.words.get(first)?.name()?;
        while self.word(Some(last + 1)).is_some_and(|w| w.is_sign(&["."])) {
            last += 2;
        }
        let (parts, at) = self.name_before(Some(last))?;
        (at == first).then_some((parts, last))
    }

    /// The column that a name stands for, at a place; nothing where that is not certain.
    pub(super) fn column<'c>(
        &self,
        parts: &[&str],
        place: Place,
        catalog: &'c Catalog,
    ) -> Option<Found<'c>> {
        let (name, qualifier) = match parts {
            [.., table, name] => (name, Some(table)),
            [name] => (name, None),
            [] => return None,
        };
        let mut scope = place.scope?;
        // What the query gives may have a name there, too.
        let named = matches!(place.clause, Clause::Having | Clause::Order);
        if qualifier.is_none() && named {
            return None;
        }
        let sets = place.clause == Clause::Set;
        loop {
            let here = self.scopes.get(scope)?;
            let found = |at: usize| {
                let table = here.sources.get(at)?.of(catalog)?;
                let column = table.column(name)?;
                Some(Found {
                    table,
                    column,
                    scope,
                    source: at,
                })
            };
            let all = 0..here.sources.len();
            match qualifier {
                Some(alias) => {
                    let mut fitting =
                        all.filter(|at| here.sources[*at].alias.eq_ignore_ascii_case(alias));
                    match (fitting.next(), fitting.next()) {
                        (Some(at), None) => return found(at),
                        (Some(_), Some(_)) => return None,
                        (None, _) => {}
                    }
                }
                None => {
                    if sets && let Some(target) = found(0) {
                        return Some(target);
                    }
                    let open = all.filter(|at| here.sources[*at].open);
                    let mut fitting = open.clone().filter_map(found);
                    match (fitting.next(), fitting.next()) {
                        (Some(one), None) => return Some(one),
                        (Some(_), Some(_)) => return None,
                        (None, _) => {}
                    }
                    let unknown = |at: usize| here.sources[at].of(catalog).is_none();
                    if open.into_iter().any(unknown) {
                        return None;
                    }
                }
            }
            scope = here.parent?;
        }
    }
}
