//! Days as terms.

use orm::chrono::{Datelike, TimeDelta};
use orm::expr::Case;
use orm::prelude::*;

use super::sample::Sample;
use super::term::Term;
use crate::support::random::Random;

pub(super) fn days(random: &mut Random, depth: usize) -> Term<NaiveDate> {
    if depth == 0 || random.one_in(2) {
        return column!(day);
    }
    let a = days(random, 0);
    let by = i32::try_from(random.below(50)).unwrap() - 25;
    match random.below(3) {
        0 => map!(
            a,
            |d| d + TimeDelta::days(by.into()),
            |e| e.plus_days(by),
            "plus_days(…)"
        ),
        1 => map!(
            a,
            |d| d.with_day(1),
            |e| e.trunc_to(orm::expr::TimeUnit::Month),
            "trunc_to(Month)"
        ),
        _ => both!(a, a, |x, y| x.max(y), |e, f| e.greatest(f), "greatest"),
    }
}
