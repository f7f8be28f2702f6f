//! Numbers as terms.

use orm::chrono::Datelike;
use orm::expr::Case;
use orm::prelude::*;

use super::condition::condition;
use super::day::days;
use super::sample::Sample;
use super::term::Term;
use super::word::words;
use crate::support::random::Random;
use crate::support::seed::decimal;

pub(super) fn number(random: &mut Random, depth: usize) -> Term<i64> {
    let small = |random: &mut Random| i64::try_from(random.below(9)).unwrap() - 4;
    if depth == 0 || random.one_in(4) {
        return match random.below(4) {
            0 => column!(wide),
            1 => {
                let n = small(random);
                let literal = Case::<Sample, Option<i64>>::new().otherwise(n);
                Term::new(literal, n.to_string(), move |_| Some(n)).within(4)
            }
            _ => {
                let expr =
                    Case::<Sample, Option<i64>>::new().otherwise(Sample::small.cast::<i64>());
                Term::new(expr, "small", |row| Some(row.small.into())).within(10)
            }
        };
    }
    let a = number(random, depth - 1);
    let b = number(random, depth - 1);
    let fits = |bound: u64| bound < 1 << 60;
    let larger = a.bound.max(b.bound);
    match random.below(14) {
        0 if fits(a.bound.saturating_add(b.bound)) => {
            both!(a, b, |x, y| x + y, |e, f| e + f, "+").within(a.bound + b.bound)
        }
        1 if fits(a.bound.saturating_add(b.bound)) => {
            both!(a, b, |x, y| x - y, |e, f| e - f, "-").within(a.bound + b.bound)
        }
        2 if fits(a.bound.saturating_mul(b.bound)) => {
            both!(a, b, |x, y| x * y, |e, f| e * f, "*").within(a.bound * b.bound)
        }
        3 if fits(a.bound) => {
            both!(a, b, |x, y| x.checked_div(y), |e, f| e / f, "/").within(a.bound)
        }
        4 if fits(a.bound) => {
            both!(a, b, |x, y| x.checked_rem(y), |e, f| e % f, "%").within(a.bound)
        }
        5 if fits(a.bound) => map!(a, |n| n.abs(), |e| e.abs(), "abs()").within(a.bound),
        6 => map!(a, |n| n.signum(), |e| e.sign(), "sign()").within(1),
        7 => both!(a, b, |x, y| x.max(y), |e, f| e.greatest(f), "greatest").within(larger),
        8 => both!(a, b, |x, y| x.min(y), |e, f| e.least(f), "least").within(larger),
        9 => {
            let (of_a, of_b) = (a.of.clone(), b.of.clone());
            let text = format!("{}.or({})", a.text, b.text);
            Term::new(a.expr.or(b.expr), text, move |row| {
                of_a(row).or_else(|| of_b(row))
            })
            .within(larger)
        }
        10 => {
            let (of_a, of_b) = (a.of.clone(), b.of.clone());
            let text = format!("{}.nullif({})", a.text, b.text);
            let of = move |row: &Sample| of_a(row).filter(|n| Some(*n) != of_b(row));
            Term::new(a.expr.nullif(b.expr), text, of).within(a.bound)
        }
        11 => {
            let t = words(random, depth - 1);
            map!(
                t,
                |t| i64::try_from(t.chars().count()).unwrap(),
                |e| e.length(),
                "length()"
            )
            .within(1000)
        }
        12 => {
            let when = condition(random, depth - 1);
            let (of, of_a, of_b) = (when.of.clone(), a.of.clone(), b.of.clone());
            let text = format!("case({} => {}, {})", when.text, a.text, b.text);
            let expr = Case::<Sample, Option<i64>>::new()
                .when(when.expr, a.expr)
                .otherwise(b.expr);
            let of = move |row: &Sample| {
                if of(row) == Some(true) {
                    of_a(row)
                } else {
                    of_b(row)
                }
            };
            Term::new(expr, text, of).within(larger)
        }
        13 if fits(a.bound) => map!(a, |n| -n, |e| -e, "neg()").within(a.bound),
        _ => {
            let d = days(random, depth - 1);
            map!(
                d,
                |d| i64::from(d.month()),
                |e| e.month().cast::<i64>(),
                "month()"
            )
            .within(12)
        }
    }
}

pub(super) fn floats(random: &mut Random, depth: usize) -> Term<f64> {
    if depth == 0 || random.one_in(3) {
        return column!(float);
    }
    let a = floats(random, depth - 1);
    match random.below(8) {
        0 => map!(a, |n| n.round(), |e| e.round(), "round()"),
        1 => map!(a, |n| n.floor(), |e| e.floor(), "floor()"),
        2 => map!(a, |n| n.ceil(), |e| e.ceil(), "ceil()"),
        3 => map!(a, |n| n.trunc(), |e| e.trunc(), "trunc()"),
        4 => map!(a, |n| n.abs(), |e| e.abs(), "abs()"),
        5 => map!(a, |n| -n, |e| -e, "neg()"),
        #[allow(clippy::cast_precision_loss, reason = "as databases do it")]
        6 => map!(
            number(random, depth - 1),
            |n| n as f64,
            |e| e.cast::<f64>(),
            "cast::<f64>()"
        ),
        _ => {
            let b = floats(random, depth - 1);
            both!(
                a,
                b,
                |x, y| if x <= y { x } else { y },
                |e, f| e.least(f),
                "least"
            )
        }
    }
}

pub(super) fn money(random: &mut Random, depth: usize) -> Term<Decimal> {
    if depth == 0 || random.one_in(3) {
        return column!(money);
    }
    let a = money(random, depth - 1);
    let other = decimal(random.of::<&str>(&["-1.5", "0.25", "2", "10"]));
    match random.below(8) {
        0 => map!(a, |n| n + other, |e| e + other, "plus(…)"),
        1 => map!(a, |n| n - other, |e| e - other, "minus(…)"),
        2 if depth == 1 => map!(a, |n| n * other, |e| e * other, "times(…)"),
        3 => map!(
            a,
            |n| n.round_dp_with_strategy(
                1,
                orm::rust_decimal::RoundingStrategy::MidpointAwayFromZero
            ),
            |e| e.round_to(1),
            "round_to(1)"
        ),
        4 => map!(a, |n| n.floor(), |e| e.floor(), "floor()"),
        5 => map!(a, |n| n.abs(), |e| e.abs(), "abs()"),
        6 => map!(
            number(random, 0),
            |n| Decimal::from(n),
            |e| e.cast::<Decimal>(),
            "cast::<Decimal>()"
        ),
        _ => {
            let b = money(random, depth - 1);
            both!(a, b, |x, y| x.max(y), |e, f| e.greatest(f), "greatest")
        }
    }
}
