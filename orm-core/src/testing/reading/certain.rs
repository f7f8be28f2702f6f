//! Which columns are not NULL whatever was declared, because of conditions.

use super::scope::{Clause, Found, Reading};
use crate::driver::describe::Catalog;

/// Comparisons that are never true of NULL.
const STRICT: &[&str] = &["=", "==", "<>", "!=", "<", "<=", ">", ">="];

impl Reading<'_> {
    /// The columns that a condition lets through only if they are not NULL.
    pub(super) fn certain<'c>(&self, catalog: &'c Catalog) -> Vec<Found<'c>> {
        let mut found = Vec::new();
        for (at, word) in self.words.iter().enumerate() {
            if word.is(&["WHERE", "ON", "AND"]) && self.must_hold(at) {
                let place = self.places[at];
                let names = self.not_null_behind(at + 1);
                found.extend(names.filter_map(|parts| self.column(&parts, place, catalog)));
            }
        }
        found
    }

    /// Whether what stands behind a word must be true of each row: it is a condition, and there is no other way.
    fn must_hold(&self, at: usize) -> bool {
        let place = self.places[at];
        if place.depth > 0 || place.scope.is_none() || !self.starts(at + 1) {
            return false;
        }
        let same = |other: &usize| {
            let other = self.places[*other];
            other.scope == place.scope && other.clause == place.clause && other.depth == 0
        };
        // Another way, or a part of something that is no condition by itself.
        let or =
            |at: &usize| self.is(*at, &["OR", "XOR", "CASE"]) || self.words[*at].is_sign(&["||"]);
        match place.clause {
            Clause::Where => !(0..self.words.len()).filter(same).any(|at| or(&at)),
            Clause::On => {
                let here = |other: &usize| {
                    self.places[*other].scope == place.scope && self.places[*other].depth == 0
                };
                let mut back = (0..at).rev().filter(here);
                let join = back.find(|at| self.is(*at, &["JOIN"]));
                let outer = |at: usize| {
                    let before = at.checked_sub(1);
                    before.is_none_or(|at| self.is(at, &["OUTER", "LEFT", "RIGHT", "FULL"]))
                };
                let until = |other: &usize| same(other) || self.is(*other, &["OR"]);
                let mut behind = (at..self.words.len()).take_while(until);
                join.is_some_and(|at| !outer(at)) && !behind.any(|at| or(&at))
            }
            _ => false,
        }
    }

    /// The names that are not NULL if what begins here is true.
    fn not_null_behind(&self, first: usize) -> impl Iterator<Item = Vec<&str>> {
        let left = self.name_behind(first);
        let behind = left.as_ref().map_or(first, |(_, last)| *last) + 1;
        let left = left.filter(|_| {
            let is_not_null = self.is(behind, &["IS"])
                && self.is(behind + 1, &["NOT"])
                && self.is(behind + 2, &["NULL"]);
            let tests = ["IN", "BETWEEN", "LIKE", "ILIKE", "NOT"];
            is_not_null || self.is(behind, &tests) || self.strict(behind)
        });
        let right = self
            .strict(behind)
            .then(|| self.name_behind(behind + 1))
            .flatten()
            .filter(|(_, last)| self.ends(last + 1));
        left.into_iter().chain(right).map(|(parts, _)| parts)
    }

    /// Whether a comparison stands here that is never true of NULL.
    fn strict(&self, at: usize) -> bool {
        self.word(Some(at)).is_some_and(|word| word.is_sign(STRICT))
    }
}
