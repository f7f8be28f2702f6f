//! What a value should be, by the place that it stands in.

use super::scope::{Clause, Found, Reading, Verb};
use super::word::Word;
use crate::driver::describe::{Catalog, NUMBERS};
use crate::model;
use crate::value::{FieldType, Kind};

/// What a value should be.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::testing) struct Expected {
    /// What decides it, as the second half of a sentence.
    pub(in crate::testing) what: String,
    /// The kinds of value that fit.
    pub(in crate::testing) kinds: Vec<Kind>,
}

const COMPARISONS: &[&str] = &["=", "==", "<>", "!=", "<", "<=", ">", ">=", "<=>"];
const PATTERNS: &[&str] = &["LIKE", "ILIKE", "GLOB", "REGEXP", "RLIKE"];
/// What an expression can begin behind, so that nothing in front of it is a part of it.
const BEFORE: &[&str] = &[
    "WHERE", "AND", "OR", "NOT", "ON", "HAVING", "WHEN", "THEN", "ELSE", "SET", "SELECT",
    "DISTINCT", "UPDATE",
];
/// What an expression ends in front of.
const BEHIND: &[&str] = &[
    "AND",
    "OR",
    "ORDER",
    "GROUP",
    "LIMIT",
    "OFFSET",
    "HAVING",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "WINDOW",
    "THEN",
    "WHEN",
    "ELSE",
    "END",
    "ON",
    "JOIN",
    "LEFT",
    "RIGHT",
    "INNER",
    "CROSS",
    "FULL",
    "NATURAL",
    "RETURNING",
    "WHERE",
    "FROM",
    "AS",
    "COLLATE",
    "ESCAPE",
    "FOR",
    "FETCH",
    "SET",
];

/// What each value should be, where its place says it.
pub(in crate::testing) fn expected(
    reading: &Reading<'_>,
    values: usize,
    catalog: &Catalog,
) -> Vec<Option<Expected>> {
    let mut all = vec![None; values];
    for (at, word) in reading.words.iter().enumerate() {
        if let Word::Value(number) = word
            && let Some(slot) = all.get_mut(*number)
        {
            *slot = reading.compared(at, catalog);
        }
    }
    for (scope, part) in reading.scopes.iter().enumerate() {
        if part.verb == Verb::Insert {
            for (number, expected) in reading.inserted(scope, catalog) {
                if let Some(slot) = all.get_mut(number) {
                    *slot = expected;
                }
            }
        }
    }
    all
}

impl Reading<'_> {
    /// What a value is compared with, or set to.
    fn compared(&self, at: usize, catalog: &Catalog) -> Option<Expected> {
        let place = self.places[at];
        let before = at.checked_sub(1);
        let ends = self.ends(at + 1);
        let is_before = |words: &[&str]| self.word(before).is_some_and(|word| word.is(words));
        if place.clause == Clause::Limit
            && place.depth == 0
            && ends
            && (is_before(&["LIMIT", "OFFSET"]) || self.word(before) == Some(&Word::Comma))
        {
            return Some(Expected {
                what: "`LIMIT` and `OFFSET` take whole numbers".to_owned(),
                kinds: vec![Kind::I16, Kind::I32, Kind::I64, Kind::U32],
            });
        }
        if is_before(PATTERNS) && ends {
            return Some(Expected {
                what: "a pattern is text".to_owned(),
                kinds: vec![Kind::Text, Kind::Bytes],
            });
        }
        let column = self
            .left_of(at)
            .filter(|_| ends)
            .or_else(|| self.in_list(at))
            .or_else(|| self.between(at))
            .or_else(|| self.right_of(at))?;
        let (parts, _) = self.name_behind(column)?;
        fits(self.column(&parts, place, catalog)?)
    }

    /// Where a comparison begins that ends here.
    pub(super) fn operator_before(&self, last: Option<usize>) -> Option<usize> {
        let last = last?;
        let word = |back: usize| self.word(last.checked_sub(back));
        let is = |back: usize, words: &[&str]| word(back).is_some_and(|word| word.is(words));
        if word(0)?.is_sign(COMPARISONS) {
            return Some(last);
        }
        if is(0, &["FROM"]) && is(1, &["DISTINCT"]) {
            return match (is(2, &["IS"]), is(2, &["NOT"]) && is(3, &["IS"])) {
                (true, _) => Some(last - 2),
                (_, true) => Some(last - 3),
                _ => None,
            };
        }
        match (is(0, &["IS"]), is(0, &["NOT"]) && is(1, &["IS"])) {
            (true, _) => Some(last),
            (_, true) => Some(last - 1),
            _ => None,
        }
    }

    /// `column = {value}`
    fn left_of(&self, at: usize) -> Option<usize> {
        let operator = self.operator_before(at.checked_sub(1))?;
        self.whole_name_before(operator)
    }

    /// `{value} = column`, and `{value} BETWEEN column AND …`
    fn right_of(&self, at: usize) -> Option<usize> {
        let mut first = at + 1;
        let between = match self.word(Some(first))? {
            word if word.is_sign(COMPARISONS) => false,
            word if word.is(&["NOT"]) && self.is(first + 1, &["BETWEEN"]) => {
                first += 1;
                true
            }
            word => word.is(&["BETWEEN"]).then_some(true)?,
        };
        first += 1;
        let (_, last) = self.name_behind(first)?;
        let whole = match between {
            true => self.is(last + 1, &["AND"]),
            false => self.ends(last + 1),
        };
        (whole && self.starts(at)).then_some(first)
    }

    /// `column IN ({value}, …)`
    fn in_list(&self, at: usize) -> Option<usize> {
        let item = |word: Option<&Word<'_>>, side: Word<'_>| {
            word.is_some_and(|word| *word == side || *word == Word::Comma)
        };
        let alone = item(self.word(at.checked_sub(1)), Word::Open)
            && item(self.word(Some(at + 1)), Word::Close);
        let open = self.open_before(at).filter(|_| alone)?;
        let mut first = open.checked_sub(1)?;
        if !self.is(first, &["IN"]) {
            return None;
        }
        if first > 0 && self.is(first - 1, &["NOT"]) {
            first -= 1;
        }
        self.whole_name_before(first)
    }

    /// `column BETWEEN {value} AND {value}`
    fn between(&self, at: usize) -> Option<usize> {
        let before = at.checked_sub(1)?;
        let mut word = if self.is(before, &["BETWEEN"]) && self.is(at + 1, &["AND"]) {
            before
        } else if self.is(before, &["AND"]) && self.ends(at + 1) {
            let single = before.checked_sub(1)?;
            let simple = matches!(
                self.words[single],
                Word::Value(_) | Word::Text | Word::Number
            );
            single.checked_sub(1).filter(|_| simple)?
        } else {
            return None;
        };
        if !self.is(word, &["BETWEEN"]) {
            return None;
        }
        if word > 0 && self.is(word - 1, &["NOT"]) {
            word -= 1;
        }
        self.whole_name_before(word)
    }

    pub(super) fn is(&self, at: usize, keywords: &[&str]) -> bool {
        self.word(Some(at)).is_some_and(|word| word.is(keywords))
    }

    /// The name in front of a word, if it is all that stands there.
    fn whole_name_before(&self, at: usize) -> Option<usize> {
        let (_, first) = self.name_before(at.checked_sub(1))?;
        self.starts(first).then_some(first)
    }

    /// Whether nothing in front of this word belongs to the same expression.
    pub(super) fn starts(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else {
            return true;
        };
        match &self.words[before] {
            Word::Open | Word::Comma => true,
            word if word.is(&["AND"]) => !self.of_between(before),
            word => word.is(BEFORE),
        }
    }

    /// Whether an expression that is followed by this word ends in front of it.
    pub(super) fn ends(&self, at: usize) -> bool {
        match self.word(Some(at)) {
            None | Some(Word::Close | Word::Comma) => true,
            Some(word) => word.is(BEHIND) || word.is_sign(&[";"]),
        }
    }

    /// Whether an `AND` belongs to a `BETWEEN`.
    fn of_between(&self, and: usize) -> bool {
        let mut at = and;
        while let Some(before) = at.checked_sub(1) {
            at = before;
            match &self.words[at] {
                Word::Open => return false,
                Word::Close => match self.open_before(at) {
                    Some(open) => at = open,
                    None => return false,
                },
                word if word.is(&["BETWEEN"]) => return true,
                word if word.is(BEFORE) && !word.is(&["NOT", "DISTINCT"]) => return false,
                _ => {}
            }
        }
        false
    }

    /// Where the parentheses around a word open; of a `)`, its own.
    pub(super) fn open_before(&self, at: usize) -> Option<usize> {
        let mut depth = 0_usize;
        (0..at).rev().find(|before| match self.words[*before] {
            Word::Close => {
                depth += 1;
                false
            }
            Word::Open if depth == 0 => true,
            Word::Open => {
                depth -= 1;
                false
            }
            _ => false,
        })
    }
}

/// What a column takes; nothing where that is not known.
pub(super) fn fits(found: Found<'_>) -> Option<Expected> {
    let takes = &found.column.takes;
    let mut kinds = takes.kinds.to_vec();
    if kinds.is_empty() || takes.array {
        return None;
    }
    let name = &found.column.name;
    let mut what = format!("the column `{name}` is {}", takes.name);
    if let Some((ty, rust)) = declared(&found.table.name, name) {
        match (ty.kind, ty.array) {
            (_, true) => return None,
            // It may be kept as text.
            (Kind::Decimal, _) => kinds.extend(NUMBERS),
            // Times are kept as text, too, but such a text is none.
            (Kind::Text, _) if kinds.contains(&Kind::Date) => {
                kinds.retain(|kind| {
                    !matches!(
                        kind,
                        Kind::Date | Kind::Time | Kind::DateTime | Kind::Timestamp
                    )
                });
                what = format!("the column `{name}` holds `{rust}`");
            }
            _ => {}
        }
    }
    Some(Expected { what, kinds })
}

/// What the program's models say of a column, if they agree.
fn declared(table: &str, column: &str) -> Option<(FieldType, &'static str)> {
    let models = model::all()
        .into_iter()
        .filter(|m| m.table.eq_ignore_ascii_case(table));
    let mut columns = models
        .flat_map(|model| &model.columns)
        .filter(|c| c.name.eq_ignore_ascii_case(column))
        .map(|c| (c.ty, c.rust_type));
    let first = columns.next()?;
    columns.all(|other| other.0 == first.0).then_some(first)
}
