//! What may be the same thing under another name. Nothing follows from it but a question.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use orm_core::dialect::Dialect;
use orm_core::nearest::distance;
use orm_core::schema::{Column, Table};
use orm_core::sql::ddl::alter;

/// The new tables that have at least half of the columns in common with one that is gone, the most similar first.
pub(super) fn tables(gone: &Table, new: &[&Table]) -> Vec<String> {
    let mut found: Vec<(usize, String)> = new
        .iter()
        .filter(|t| t.name.schema == gone.name.schema || t.name.name == gone.name.name)
        .filter_map(|t| Some((likeness(gone, t)?, t.name.to_string())))
        .collect();
    found.sort_by(|a, b| (Reverse(a.0), &a.1).cmp(&(Reverse(b.0), &b.1)));
    found.into_iter().map(|(_, name)| name).collect()
}

/// Of the columns of both tables, the percentage that is in both; `None` under one half.
fn likeness(a: &Table, b: &Table) -> Option<usize> {
    // Nearly every table has the same key, so it says nothing where there is more.
    let key = |t: &Table, c: &Column| {
        t.primary_key
            .as_ref()
            .is_some_and(|k| k.columns.contains(&c.name))
    };
    let shape = |t: &Table, all: bool| -> BTreeSet<String> {
        let columns = t.columns.iter().filter(|c| all || !key(t, c));
        columns.map(|c| format!("{} {:?}", c.name, c.ty)).collect()
    };
    let (mut x, mut y) = (shape(a, false), shape(b, false));
    if x.is_empty() && y.is_empty() {
        (x, y) = (shape(a, true), shape(b, true));
    }
    let all = x.union(&y).count();
    let percent = x.intersection(&y).count() * 100 / all.max(1);
    (percent >= 50).then_some(percent)
}

/// The new columns that one that is gone may be now: of the same type, or of a similar name and a type that its values fit into.
pub(super) fn columns(
    (_, gone): (&Table, &Column),
    _after: &Table,
    new: &[&Column],
    dialect: &'static dyn Dialect,
) -> Vec<String> {
    let mut found: Vec<(usize, &str)> = new
        .iter()
        .filter(|c| gone.generated.is_some() == c.generated.is_some())
        .filter_map(|c| {
            let near = nearness(&gone.name, &c.name);
            let fits = || near >= 50 && alter::convert(dialect, gone, c).is_ok();
            (gone.ty == c.ty || fits()).then_some((near, c.name.as_str()))
        })
        .collect();
    found.sort_by(|a, b| (Reverse(a.0), a.1).cmp(&(Reverse(b.0), b.1)));
    found.into_iter().map(|(_, name)| name.to_owned()).collect()
}

/// How near two names are, from 0 to 100.
fn nearness(a: &str, b: &str) -> usize {
    if a.contains(b) || b.contains(a) {
        return 90;
    }
    let longest = a.chars().count().max(b.chars().count()).max(1);
    100 - (distance(a, b) * 100 / longest).min(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_near_when_few_characters_differ() {
        assert_eq!(nearness("name", "full_name"), 90);
        assert!(nearness("created", "creator") >= 50);
        assert!(nearness("email", "birthday") < 50);
        assert_eq!(nearness("email", "emial"), 80);
        assert_eq!(nearness("", ""), 90);
    }
}
