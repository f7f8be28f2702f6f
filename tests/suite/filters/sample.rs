//! The rows, and what they are made of.

use orm::prelude::*;

use crate::support::random::Random;
use crate::support::seed::decimal;

#[derive(Model, Debug, Clone)]
#[model(table = "samples")]
pub(super) struct Sample {
    pub(super) id: Id<Sample>,
    /// Any number.
    pub(super) wide: Option<i64>,
    /// A small one.
    pub(super) small: i32,
    pub(super) float: Option<f64>,
    #[model(precision = 12, scale = 2)]
    pub(super) money: Option<Decimal>,
    #[model(length = 100)]
    pub(super) text: Option<String>,
    #[model(length = 100)]
    pub(super) word: String,
    pub(super) flag: Option<bool>,
    pub(super) day: Option<NaiveDate>,
}

pub(super) const PIECES: [&str; 18] = [
    "a", "A", "b", "é", "É", "e\u{301}", "ß", "Ä", "日", "😀", " ", " ", "%", "_", "\\", "\n", "'",
    "0",
];
pub(super) const WIDE: [i64; 12] = [
    i64::MIN,
    i64::MIN + 1,
    -1_000_000_007,
    -2,
    -1,
    0,
    1,
    2,
    7,
    1_000_000_007,
    i64::MAX - 1,
    i64::MAX,
];
pub(super) const FLOATS: [f64; 14] = [
    -1e300,
    -2.5,
    -1.5,
    -0.5,
    -0.1,
    -0.0,
    0.0,
    5e-324,
    0.1,
    0.5,
    2.5,
    1e15,
    1e300,
    f64::MAX,
];
pub(super) const MONEY: [&str; 10] = [
    "-9999999999.99",
    "-10.50",
    "-9",
    "-0.01",
    "0",
    "0.05",
    "1",
    "9",
    "10.5",
    "9999999999.99",
];
pub(super) const DAYS: [&str; 8] = [
    "1000-01-01",
    "1969-12-31",
    "1970-01-01",
    "2000-02-29",
    "2023-12-31",
    "2024-02-29",
    "2024-03-01",
    "9998-12-31",
];

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn text(random: &mut Random) -> String {
    (0..random.below(6)).map(|_| *random.of(&PIECES)).collect()
}

pub(super) fn sample(random: &mut Random) -> Sample {
    fn maybe<T>(random: &mut Random, value: impl FnOnce(&mut Random) -> T) -> Option<T> {
        (!random.one_in(5)).then(|| value(random))
    }
    let text = maybe(random, self::text);
    // Often the same but for a space at the end, which some collations do not see.
    let word = match &text {
        Some(text) if random.one_in(4) => format!("{text}{}", random.of(&["", " "])),
        _ => self::text(random),
    };
    Sample {
        id: Id::new(0),
        wide: maybe(random, |r| *r.of(&WIDE)),
        small: i32::try_from(random.below(21)).unwrap() - 10,
        float: maybe(random, |r| *r.of(&FLOATS)),
        money: maybe(random, |r| decimal(r.of::<&str>(&MONEY))),
        text,
        word,
        flag: maybe(random, |r| r.one_in(2)),
        day: maybe(random, |r| day(r.of::<&str>(&DAYS))),
    }
}
