//! What is known of the columns that a statement gives, beyond what the database says of them.

use std::ops::Range;

use super::scope::{Clause, Found, Place, Reading, Scope, Source, Verb};
use super::word::Word;
use crate::driver::describe::{
    Catalog, CatalogColumn, CatalogTable, Described, DescribedColumn, NUMBERS, Origin, ValueType,
};

/// A column that a statement gives.
#[derive(Debug, Default)]
pub(in crate::testing) struct Output {
    /// Whether it is known that it may be NULL.
    pub(in crate::testing) nullable: bool,
    /// Its type, where that is known better than the database says it.
    pub(in crate::testing) ty: Option<ValueType>,
}

/// Functions whose result is NULL when there are no rows.
const AGGREGATES: &[&str] = &[
    "SUM",
    "MIN",
    "MAX",
    "AVG",
    "GROUP_CONCAT",
    "STRING_AGG",
    "ARRAY_AGG",
    "BOOL_AND",
    "BOOL_OR",
    "EVERY",
    "STDDEV",
    "VARIANCE",
    "JSON_AGG",
    "JSONB_AGG",
];

/// What is known of the columns, in their order.
pub(in crate::testing) fn outputs(
    reading: &Reading<'_>,
    described: &Described,
    catalog: &Catalog,
) -> Vec<Output> {
    let columns = &described.columns;
    let given = reading.given();
    let reader = Reader {
        reading,
        catalog,
        certain: reading.certain(catalog),
        scope: given.as_ref().map(|(scope, _)| *scope),
    };
    let items = given.map_or(Vec::new(), |(_, items)| {
        reading.aligned(items, columns.len())
    });
    let items = items.into_iter().chain(std::iter::repeat(None));
    columns
        .iter()
        .zip(items)
        .map(|(column, item)| reader.output(column, item))
        .collect()
}

impl Reading<'_> {
    /// The part whose columns the statement gives, and their expressions.
    fn given(&self) -> Option<(usize, Vec<Range<usize>>)> {
        let returning = (0..self.words.len()).find(|at| {
            let scope = self.places[*at]
                .scope
                .and_then(|scope| self.scopes.get(scope));
            self.is(*at, &["RETURNING"]) && scope.is_some_and(|scope| scope.outermost)
        });
        if let Some(at) = returning {
            return Some((self.places[at].scope?, self.items(at + 1, self.places[at])));
        }
        let query = |scope: &Scope| scope.outermost && scope.verb == Verb::Select;
        let scope = self.scopes.iter().position(query)?;
        let part = &self.scopes[scope];
        (!part.compound).then(|| (scope, self.selected(part.at)))
    }

    /// The expression of each column, where a `*` leaves that certain.
    fn aligned(&self, items: Vec<Range<usize>>, columns: usize) -> Vec<Option<Range<usize>>> {
        let star = |item: &Range<usize>| {
            let last = self.words[item.clone()].last();
            last.is_some_and(|word| word.is_sign(&["*"]))
        };
        let before = items.iter().position(star).unwrap_or(items.len());
        let behind = items
            .iter()
            .rposition(star)
            .map_or(0, |at| items.len() - 1 - at);
        if before == items.len() {
            let same = items.len() == columns;
            return items.into_iter().map(|item| same.then_some(item)).collect();
        }
        let mut all = vec![None; columns];
        let (front, back) = (items[..before].iter(), items[items.len() - behind..].iter());
        front
            .zip(&mut all)
            .for_each(|(item, slot)| *slot = Some(item.clone()));
        back.rev()
            .zip(all.iter_mut().rev())
            .for_each(|(item, slot)| *slot = Some(item.clone()));
        all
    }
}

struct Reader<'r, 's, 'c> {
    reading: &'r Reading<'s>,
    catalog: &'c Catalog,
    /// The columns that are not NULL whatever was declared.
    certain: Vec<Found<'c>>,
    /// The part whose columns are given.
    scope: Option<usize>,
}

impl<'c> Reader<'_, '_, 'c> {
    fn output(&self, column: &DescribedColumn, item: Option<Range<usize>>) -> Output {
        let item = item.filter(|item| !item.is_empty());
        let plain = item.as_ref().and_then(|item| self.plain(item));
        let found = match (plain, &column.origin) {
            (Some(found), _) => vec![found],
            (
                None,
                Some(Origin::Named {
                    alias: true,
                    table,
                    column,
                }),
            ) => self.called(table, column),
            (None, Some(origin)) => match self.of_table(origin) {
                Ok(found) => found,
                Err(nullable) => return Output { nullable, ty: None },
            },
            (None, None) => Vec::new(),
        };
        match (found.first(), item) {
            (Some(first), _) => Output {
                ty: first.column.read.clone(),
                nullable: found.into_iter().all(|found| self.may_be_null(found)),
            },
            (None, Some(item)) if column.origin.is_none() => {
                let mut output = self.expression(item);
                output.ty = output.ty.filter(|_| column.ty.kinds.is_empty());
                output
            }
            _ => Output::default(),
        }
    }

    fn place(&self) -> Place {
        Place {
            scope: self.scope,
            clause: Clause::Select,
            depth: 0,
        }
    }

    /// The column that an expression is, with or without another name.
    fn plain(&self, item: &Range<usize>) -> Option<Found<'c>> {
        let (parts, last) = self.reading.name_behind(item.start)?;
        let whole = match &self.reading.words[last + 1..item.end.max(last + 1)] {
            [] => true,
            [name] => name.name().is_some(),
            [r#as, name] => r#as.is(&["AS"]) && (name.name().is_some() || *name == Word::Text),
            _ => false,
        };
        self.reading
            .column(&parts, self.place(), self.catalog)
            .filter(|_| whole)
    }

    fn may_be_null(&self, found: Found<'c>) -> bool {
        let source = &self.reading.scopes[found.scope].sources[found.source];
        let is_source =
            |other: &Found<'_>| (other.scope, other.source) == (found.scope, found.source);
        // Whoever asks for something of a row asks for the row.
        if source.optional && !self.certain.iter().any(is_source) {
            return true;
        }
        let is_column =
            |other: &Found<'_>| is_source(other) && std::ptr::eq(other.column, found.column);
        found.column.nullable == Some(true) && !self.certain.iter().any(is_column)
    }

    /// The columns of all tables that are called so, wherever in the statement.
    fn called(&self, alias: &str, column: &str) -> Vec<Found<'c>> {
        self.sources(|source| {
            let called = source.open && source.alias.eq_ignore_ascii_case(alias);
            let table = source.of(self.catalog).filter(|_| called)?;
            Some((table, table.column(column)?))
        })
    }

    /// A column of a table, once for each time that the table is named. If it is not named, as behind a view, whether the column may be NULL.
    fn of_table(&self, origin: &Origin) -> Result<Vec<Found<'c>>, bool> {
        let (table, column) = self.catalog.origin(origin).ok_or(false)?;
        let found = self.sources(|source| {
            let same = source.open
                && source
                    .of(self.catalog)
                    .is_some_and(|other| std::ptr::eq(other, table));
            same.then_some((table, column))
        });
        match found.is_empty() {
            true => Err(column.nullable == Some(true)),
            false => Ok(found),
        }
    }

    fn sources(
        &self,
        of: impl Fn(&Source) -> Option<(&'c CatalogTable, &'c CatalogColumn)>,
    ) -> Vec<Found<'c>> {
        let mut found = Vec::new();
        for (scope, part) in self.reading.scopes.iter().enumerate() {
            for (source, named) in part.sources.iter().enumerate() {
                if let Some((table, column)) = of(named) {
                    found.push(Found {
                        table,
                        column,
                        scope,
                        source,
                    });
                }
            }
        }
        found
    }

    /// What is known of a function or a `CASE`.
    fn expression(&self, item: Range<usize>) -> Output {
        let reading = self.reading;
        let (first, end) = (item.start, self.without_name(&item));
        if reading.is(first, &["CASE"]) && end > first && reading.is(end - 1, &["END"]) {
            return Output {
                nullable: self.case_may_be_null(first + 1..end - 1),
                ty: None,
            };
        }
        let called = reading.word(Some(first + 1)) == Some(&Word::Open)
            && end > first + 2
            && reading.words[end - 1] == Word::Close
            && reading.open_before(end - 1) == Some(first + 1);
        if !called {
            return Output::default();
        }
        let arguments = reading.items(
            first + 2,
            Place {
                depth: 1,
                ..reading.places[first + 1]
            },
        );
        if reading.is(first, &["COUNT"]) {
            return Output {
                nullable: false,
                ty: Some(ValueType {
                    name: "a whole number".to_owned(),
                    kinds: NUMBERS,
                    array: false,
                }),
            };
        }
        let [argument] = arguments.as_slice() else {
            return Output::default();
        };
        if !reading.is(first, AGGREGATES) {
            return Output::default();
        }
        let column = self.plain(argument);
        let in_clause = |clause: Clause| {
            let place = |place: &Place| place.scope == self.scope && place.clause == clause;
            reading.places.iter().any(place)
        };
        let of_rows = self
            .scope
            .is_some_and(|scope| !reading.scopes[scope].sources.is_empty());
        let grouped = in_clause(Clause::Group);
        let ty = column.map(|found| &found.column.takes);
        let ty = match ty {
            Some(ty) if reading.is(first, &["MIN", "MAX"]) => Some(ty.clone()),
            Some(ty) if reading.is(first, &["SUM"]) && ty.kinds == NUMBERS => Some(ty.clone()),
            _ => None,
        };
        Output {
            nullable: match grouped {
                _ if in_clause(Clause::Having) => false,
                true => column.is_some_and(|found| self.may_be_null(found)),
                false => of_rows,
            },
            ty,
        }
    }

    /// Where an expression ends, in front of the name that it is given.
    fn without_name(&self, item: &Range<usize>) -> usize {
        let words = &self.reading.words[item.clone()];
        match words {
            [.., r#as, _] if r#as.is(&["AS"]) => item.end - 2,
            [.., before, name]
                if name.name().is_some() && (*before == Word::Close || before.is(&["END"])) =>
            {
                item.end - 1
            }
            _ => item.end,
        }
    }

    /// Whether a `CASE` may find nothing, or says NULL in the end.
    fn case_may_be_null(&self, inside: Range<usize>) -> bool {
        let (mut depth, mut otherwise) = (0_usize, None);
        for at in inside.clone() {
            let word = &self.reading.words[at];
            if *word == Word::Open || word.is(&["CASE"]) {
                depth += 1;
            } else if *word == Word::Close || word.is(&["END"]) {
                // Two expressions side by side are no single `CASE`.
                let Some(less) = depth.checked_sub(1) else {
                    return false;
                };
                depth = less;
            } else if depth == 0 && word.is(&["ELSE"]) {
                otherwise = Some(at);
            }
        }
        otherwise.is_none_or(|at| at + 2 == inside.end && self.reading.is(at + 1, &["NULL"]))
    }
}
