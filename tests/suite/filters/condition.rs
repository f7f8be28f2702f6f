//! Conditions: comparisons of terms, and what `AND`, `OR` and `NOT` make of them.

use std::rc::Rc;

use orm::expr::{Case, Expr};

use super::day::days;
use super::number::{floats, money, number};
use super::sample::{DAYS, FLOATS, MONEY, PIECES, Sample, WIDE, day, text};
use super::term::{Of, Term};
use super::word::words;
use crate::support::random::Random;
use crate::support::seed::decimal;

/// A condition, in both worlds, and the conditions that it is made of.
#[derive(Clone)]
pub(super) struct Condition {
    pub(super) expr: Expr<Sample, bool>,
    pub(super) of: Of<bool>,
    pub(super) text: String,
    pub(super) parts: Vec<Condition>,
}

/// A comparison of terms of one type, or of one with values.
macro_rules! comparison {
    ($random:expr, $a:expr, $b:expr, $values:expr) => {{
        let (a, b) = ($a, $b);
        let (of_a, of_b) = (a.of.clone(), b.of.clone());
        let (e, f) = (a.expr.clone(), b.expr.clone());
        macro_rules! compare {
            ($method:ident, $op:tt) => {
                Condition {
                    expr: e.$method(f),
                    of: Rc::new(move |row| Some(of_a(row)? $op of_b(row)?)),
                    text: format!("{} {} {}", a.text, stringify!($op), b.text),
                    parts: Vec::new(),
                }
            };
        }
        let mut values = $values;
        match $random.below(11) {
            0 | 1 => compare!(eq, ==),
            2 => compare!(ne, !=),
            3 => compare!(lt, <),
            4 => compare!(le, <=),
            5 => compare!(gt, >),
            6 => compare!(ge, >=),
            7 => {
                let is = $random.one_in(2);
                Condition {
                    expr: if is { e.is_null() } else { e.is_not_null() },
                    of: Rc::new(move |row| Some(of_a(row).is_none() == is)),
                    text: format!("{} is null: {is}", a.text),
                    parts: Vec::new(),
                }
            }
            8 => {
                let (low, high) = (values.pop().flatten(), values.pop().flatten());
                let text = format!("{} between {low:?} and {high:?}", a.text);
                Condition {
                    expr: e.between(low.clone(), high.clone()),
                    // `AND` of two comparisons: false as soon as one is.
                    of: Rc::new(move |row| {
                        let value = of_a(row);
                        let not_below = value.clone().zip(low.clone()).map(|(v, low)| v >= low);
                        let not_above = value.zip(high.clone()).map(|(v, high)| v <= high);
                        and(not_below, not_above)
                    }),
                    text,
                    parts: Vec::new(),
                }
            }
            n => {
                let is = n == 9;
                values.truncate($random.below(4));
                let text = format!("{} in {values:?}: {is}", a.text);
                let list = values.clone();
                Condition {
                    expr: if is { e.in_(list) } else { e.not_in(list) },
                    of: Rc::new(move |row| {
                        if values.is_empty() {
                            return Some(!is);
                        }
                        let value = of_a(row);
                        match value {
                            // `None` in the list asks for NULL.
                            None if values.contains(&None) => Some(is),
                            None => None,
                            value => Some(values.contains(&value) == is),
                        }
                    }),
                    text,
                    parts: Vec::new(),
                }
            }
        }
    }};
}

fn and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// Values for a list, `None` among them.
fn some<T>(random: &mut Random, mut value: impl FnMut(&mut Random) -> T) -> Vec<Option<T>> {
    (0..4)
        .map(|_| (!random.one_in(6)).then(|| value(random)))
        .collect()
}

/// Whether a text matches a pattern of `LIKE`, whose characters are these.
fn like(text: &[char], pattern: &[char]) -> bool {
    match pattern {
        [] => text.is_empty(),
        ['%', rest @ ..] => (0..=text.len()).any(|at| like(&text[at..], rest)),
        ['_', rest @ ..] => !text.is_empty() && like(&text[1..], rest),
        ['\\', c, rest @ ..] | [c, rest @ ..] => text.first() == Some(c) && like(&text[1..], rest),
    }
}

fn matching(random: &mut Random, depth: usize) -> Condition {
    let a = words(random, depth);
    let of = a.of.clone();
    let e = a.expr.clone();
    let piece: String = (0..random.below(3)).map(|_| *random.of(&PIECES)).collect();
    let text = |what: &str, piece: &str| format!("{} {what} {piece:?}", a.text);
    let test =
        |test: Box<dyn Fn(&str) -> bool>| -> Of<bool> { Rc::new(move |row| Some(test(&of(row)?))) };
    let (expr, described, of) = match random.below(4) {
        0 => {
            let p = piece.clone();
            (
                e.contains(&piece),
                text("contains", &piece),
                test(Box::new(move |t| t.contains(&p))),
            )
        }
        1 => {
            let p = piece.clone();
            (
                e.starts_with(&piece),
                text("starts with", &piece),
                test(Box::new(move |t| t.starts_with(&p))),
            )
        }
        2 => {
            let p = piece.clone();
            (
                e.ends_with(&piece),
                text("ends with", &piece),
                test(Box::new(move |t| t.ends_with(&p))),
            )
        }
        _ => {
            // A `\` at the end would take away the meaning of nothing.
            let pattern = piece.trim_end_matches('\\').replace('\\', "\\\\")
                + *random.of(&["", "%", "_", "%a", "_%", "\\%"]);
            let chars: Vec<char> = pattern.chars().collect();
            let matches = move |t: &str| like(&t.chars().collect::<Vec<_>>(), &chars);
            (
                e.like(&pattern),
                text("like", &pattern),
                test(Box::new(matches)),
            )
        }
    };
    Condition {
        expr,
        of,
        text: described,
        parts: Vec::new(),
    }
}

pub(super) fn condition(random: &mut Random, depth: usize) -> Condition {
    let inner = depth.saturating_sub(1);
    if depth > 1 && !random.one_in(3) {
        let a = condition(random, inner);
        if random.one_in(3) {
            let of = a.of.clone();
            return Condition {
                expr: !a.expr.clone(),
                of: Rc::new(move |row| of(row).map(|is| !is)),
                text: format!("not ({})", a.text),
                parts: vec![a],
            };
        }
        let b = condition(random, inner);
        let (of_a, of_b) = (a.of.clone(), b.of.clone());
        let all = random.one_in(2);
        let (x, y) = (a.expr.clone(), b.expr.clone());
        return Condition {
            expr: if all { x & y } else { x | y },
            of: if all {
                Rc::new(move |row| and(of_a(row), of_b(row)))
            } else {
                Rc::new(move |row| {
                    let not = |is: Option<bool>| is.map(|is| !is);
                    not(and(not(of_a(row)), not(of_b(row))))
                })
            },
            text: format!("({} {} {})", a.text, if all { "and" } else { "or" }, b.text),
            parts: vec![a, b],
        };
    }
    match random.below(8) {
        0 | 1 => comparison!(
            random,
            number(random, inner),
            number(random, inner),
            some(random, |r| *r.of(&WIDE))
        ),
        2 | 3 => comparison!(
            random,
            words(random, inner),
            words(random, inner),
            some(random, text)
        ),
        4 => comparison!(
            random,
            floats(random, inner),
            floats(random, inner),
            some(random, |r| *r.of(&FLOATS))
        ),
        5 => comparison!(
            random,
            money(random, inner),
            money(random, inner),
            some(random, |r| decimal(r.of::<&str>(&MONEY)))
        ),
        6 => {
            let flag: Term<bool> = column!(flag);
            if random.one_in(2) {
                return matching(random, inner);
            }
            comparison!(
                random,
                flag.clone(),
                flag.clone(),
                some(random, |r| r.one_in(2))
            )
        }
        _ => comparison!(
            random,
            days(random, inner),
            days(random, inner),
            some(random, |r| day(r.of::<&str>(&DAYS)))
        ),
    }
}
