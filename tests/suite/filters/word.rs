//! Texts as terms.

use orm::expr::Case;

use super::condition::condition;
use super::number::number;
use super::sample::{PIECES, Sample, text};
use super::term::Term;
use crate::support::random::Random;

/// The one letter that is the other case, as databases have it.
fn letters<I: Iterator<Item = char>>(text: &str, case: fn(char) -> I) -> String {
    let one = |c: char| {
        let mut letters = case(c);
        letters
            .next()
            .filter(|_| letters.next().is_none())
            .unwrap_or(c)
    };
    text.chars().map(one).collect()
}

pub(super) fn words(random: &mut Random, depth: usize) -> Term<String> {
    if depth == 0 || random.one_in(4) {
        return if random.one_in(2) {
            column!(text)
        } else {
            column!(word)
        };
    }
    let a = words(random, depth - 1);
    match random.below(13) {
        0 => map!(
            a,
            |t| letters(&t, char::to_lowercase),
            |e| e.lower(),
            "lower()"
        ),
        1 => map!(
            a,
            |t| letters(&t, char::to_uppercase),
            |e| e.upper(),
            "upper()"
        ),
        2 => map!(
            a,
            |t| t.trim_matches(' ').to_owned(),
            |e| e.trim(),
            "trim()"
        ),
        3 => map!(
            a,
            |t| t.trim_end_matches(' ').to_owned(),
            |e| e.trim_end(),
            "trim_end()"
        ),
        4 => map!(
            a,
            |t| t.chars().rev().collect::<String>(),
            |e| e.reverse(),
            "reverse()"
        ),
        5 => {
            let (from, length) = (random.below(4) + 1, random.below(4));
            let (f, l) = (i64::try_from(from).unwrap(), i64::try_from(length).unwrap());
            let cut = move |t: String| t.chars().skip(from - 1).take(length).collect::<String>();
            map!(a, |t| cut(t), |e| e.substring(f, l), "substring(…)")
        }
        6 => {
            let b = words(random, depth - 1);
            both!(a, b, |x, y| x + &y, |e, f| e.concat(f), "concat")
        }
        7 => {
            let b = words(random, depth - 1);
            both!(a, b, |x, y| x.max(y), |e, f| e.greatest(f), "greatest")
        }
        8 => {
            let (from, to) = (*random.of(&PIECES), *random.of(&PIECES));
            map!(
                a,
                |t| t.replace(from, to),
                |e| e.replace(from, to),
                "replace(…)"
            )
        }
        9 => {
            let n = number(random, depth - 1);
            map!(
                n,
                |n| n.to_string(),
                |e| e.cast::<String>(),
                "cast::<String>()"
            )
        }
        10 => {
            let when = condition(random, depth - 1);
            let (of, other) = (when.of.clone(), text(random));
            let described = format!("case({} => {other:?}, {})", when.text, a.text);
            let of_a = a.of.clone();
            let expr = Case::<Sample, Option<String>>::new()
                .when(when.expr, other.clone())
                .otherwise(a.expr);
            let of = move |row: &Sample| {
                if of(row) == Some(true) {
                    Some(other.clone())
                } else {
                    of_a(row)
                }
            };
            Term::new(expr, described, of)
        }
        11 => {
            let b = words(random, depth - 1);
            let (of_a, of_b) = (a.of.clone(), b.of.clone());
            let described = format!("{}.or({})", a.text, b.text);
            Term::new(a.expr.or(b.expr), described, move |row| {
                of_a(row).or_else(|| of_b(row))
            })
        }
        _ => map!(
            a,
            |t| t.chars().take(2).collect::<String>(),
            |e| e.left(2),
            "left(2)"
        ),
    }
}
