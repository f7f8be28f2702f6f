//! Values that look as if somebody had written them.

use crate::model::ColumnDef;
use crate::value::{Kind, Numeric, Value};

const FIRST: &[&str] = &[
    "Ann", "Bob", "Cleo", "Dan", "Eve", "Finn", "Gina", "Hugo", "Iris", "Jon", "Kim", "Lena",
    "Max", "Nora", "Otto", "Pia",
];
const LAST: &[&str] = &[
    "Archer", "Baker", "Carter", "Dyer", "Fisher", "Glover", "Hunter", "Mason", "Miller", "Potter",
    "Smith", "Turner", "Weaver",
];
const ADJECTIVES: &[&str] = &[
    "Quiet", "Bright", "Early", "Green", "Hidden", "Long", "Old", "Open", "Small", "Warm",
];
const NOUNS: &[&str] = &[
    "River", "Garden", "Letter", "Mountain", "Journey", "Window", "Harbour", "Market", "Winter",
    "Bridge",
];
const CITIES: &[&str] = &[
    "Berlin", "Lisbon", "Oslo", "Vienna", "Prague", "Turin", "Ghent", "Malmo",
];

/// A column's values, one after the other, until one is accepted.
pub(super) struct Fake<'c> {
    pub(super) column: &'c ColumnDef,
    unique: bool,
    number: u64,
    chance: u64,
    attempt: usize,
}

/// What kind of value it is, for a message.
pub(super) fn described(column: &ColumnDef) -> String {
    format!("`{}`", column.rust_type)
}

impl<'c> Fake<'c> {
    pub(super) fn new(column: &'c ColumnDef, unique: bool, number: u64) -> Self {
        let name = column.name.bytes();
        let salt = name.fold(0_u64, |salt, byte| {
            salt.wrapping_mul(31).wrapping_add(byte.into())
        });
        Self {
            column,
            unique,
            number,
            chance: number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ salt,
            attempt: 0,
        }
    }

    /// The next value; none when all were tried.
    pub(super) fn next(&mut self) -> Option<Value> {
        let attempt = self.attempt;
        self.attempt += 1;
        let ty = self.column.ty;
        if ty.array {
            return (attempt == 0).then(|| Value::Array(ty.kind, Vec::new()));
        }
        if let Some(labels) = ty.enumeration {
            let label = labels.labels.get(attempt)?;
            return Some(Value::Text((*label).to_owned()));
        }
        match ty.kind {
            Kind::Text => self.text(attempt).map(Value::Text),
            Kind::Bool => [false, true].get(attempt).map(|b| Value::Bool(*b)),
            Kind::I16 => self
                .integer(attempt, 30_000)
                .and_then(|n| n.try_into().ok())
                .map(Value::I16),
            Kind::I32 => self
                .integer(attempt, 2_000_000_000)
                .and_then(|n| n.try_into().ok())
                .map(Value::I32),
            Kind::I64 => self.integer(attempt, i64::MAX).map(Value::I64),
            Kind::U32 => self
                .integer(attempt, 2_000_000_000)
                .and_then(|n| n.try_into().ok())
                .map(Value::U32),
            Kind::F32 => self.fraction(attempt).map(|n| Value::F32(n as f32)),
            Kind::F64 => self.fraction(attempt).map(Value::F64),
            Kind::Decimal => self.decimal(attempt).map(Value::Decimal),
            Kind::Bytes => [8, 1, 16, 32, 64]
                .get(attempt)
                .map(|length| Value::Bytes(self.bytes(*length))),
            Kind::Uuid => (attempt == 0).then(|| Value::Uuid(self.uuid())),
            Kind::Json => ["{}", "[]", "0", "\"text\"", "null"]
                .get(attempt)
                .map(|text| Value::Json((*text).to_owned())),
            Kind::Date => self.day(attempt).map(Value::Date),
            Kind::Time => {
                (attempt == 0).then(|| Value::Time(self.below(86_400) as i64 * 1_000_000))
            }
            Kind::DateTime => self.instant(attempt).map(Value::DateTime),
            Kind::Timestamp => self.instant(attempt).map(Value::Timestamp),
        }
    }

    /// A little chance, the same for the same number: SplitMix64.
    fn below(&mut self, bound: u64) -> u64 {
        self.chance = self.chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.chance;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }

    fn one_of(&mut self, words: &[&'static str]) -> &'static str {
        let at = usize::try_from(self.below(words.len() as u64)).unwrap_or(0);
        words.get(at).copied().unwrap_or("")
    }

    fn text(&mut self, attempt: usize) -> Option<String> {
        let length = self
            .column
            .length
            .map_or(usize::MAX, |length| length as usize);
        let number = self.number;
        let lengths = [3, 5, 8, 10, 12, 16, 20, 32, 40, 64, 100, 128, 200];
        let text = match attempt {
            0 => self.by_name(),
            1 => self.title(),
            2 => format!("{}{number}@example.com", self.one_of(FIRST).to_lowercase()),
            3 => format!("https://example.com/{number}"),
            4 => format!("{}{number}", self.one_of(FIRST).to_lowercase()),
            5 => format!("+49305550{:04}", number % 10_000),
            6 => format!("{:010}", number % 10_000_000_000),
            7 => format!("{:05}", number % 100_000),
            8 => format!("{:x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            9 => hyphenated(self.uuid()),
            10 => format!("Aa1!{number:06}xyz"),
            11 => letters(number, 2).to_uppercase(),
            12 => letters(number, 3).to_uppercase(),
            13 => letters(number, 8),
            14 => letters(number, 1),
            15 => "#3366cc".to_owned(),
            16 => "1.2.3.4".to_owned(),
            17 => "1.0.0".to_owned(),
            at => {
                let length = lengths.get(at - 18)?;
                let mut text = format!("{number} ");
                while text.len() < *length {
                    text.push_str(self.one_of(NOUNS));
                    text.push(' ');
                }
                text.truncate(*length);
                text.trim_end().to_owned() + if text.ends_with(' ') { "s" } else { "" }
            }
        };
        Some(fitted(text, length, self.unique.then_some(number)))
    }

    /// What the column's name suggests.
    fn by_name(&mut self) -> String {
        let name = self.column.field.to_lowercase();
        let has = |part: &str| name.contains(part);
        let number = self.number;
        let person = [self.one_of(FIRST), self.one_of(LAST)];
        let [first, last] = person;
        if has("email") || has("mail") {
            format!(
                "{}.{}{number}@example.com",
                first.to_lowercase(),
                last.to_lowercase()
            )
        } else if has("username") || has("login") || has("handle") || has("nick") {
            format!("{}{number}", first.to_lowercase())
        } else if has("first") && has("name") {
            first.to_owned()
        } else if (has("last") || has("sur") || has("family")) && has("name") {
            last.to_owned()
        } else if has("url") || has("website") || has("link") || has("homepage") {
            format!("https://example.com/{number}")
        } else if has("slug") {
            format!("{}-{number}", self.title().to_lowercase().replace(' ', "-"))
        } else if has("phone") {
            format!("+49305550{:04}", number % 10_000)
        } else if has("city") || has("town") {
            self.one_of(CITIES).to_owned()
        } else if has("country") {
            "DE".to_owned()
        } else if has("currency") {
            "EUR".to_owned()
        } else if has("street") || has("address") {
            format!("{} Street {}", self.one_of(NOUNS), 1 + number % 99)
        } else if has("zip") || has("postal") || has("postcode") {
            format!("{:05}", 10_000 + number % 90_000)
        } else if has("password") || has("hash") || has("token") || has("secret") {
            format!("{:016x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
        } else if has("body")
            || has("content")
            || has("text")
            || has("description")
            || has("bio")
            || has("note")
        {
            format!(
                "{} {} {}.",
                self.title(),
                self.one_of(ADJECTIVES).to_lowercase(),
                self.one_of(NOUNS).to_lowercase()
            )
        } else if has("company") || has("organi") {
            format!("{last} & Sons")
        } else if has("name") && !has("file") {
            format!("{first} {last}")
        } else {
            self.title()
        }
    }

    fn title(&mut self) -> String {
        format!(
            "{} {}",
            self.one_of(ADJECTIVES),
            self.one_of(NOUNS).to_lowercase()
        )
    }

    fn integer(&mut self, attempt: usize, most: i64) -> Option<i64> {
        let number = i64::try_from(self.number % 1_000_000_000).unwrap_or(1);
        let name = self.column.field.to_lowercase();
        if self.unique {
            return [number, number + 1000, 1_000_000 + number]
                .get(attempt)
                .copied()
                .filter(|n| *n <= most);
        }
        let first = match name.as_str() {
            name if name == "age" || name.ends_with("_age") => 18 + self.below(60) as i64,
            name if name.contains("year") => 1970 + self.below(55) as i64,
            name if name.contains("percent") => self.below(101) as i64,
            _ => 1 + self.below(100) as i64,
        };
        [
            first, 1, 0, 2, 5, 10, 18, 20, 50, 100, 500, 1000, 2000, 10_000, 100_000, 1_000_000,
            -1, -100,
        ]
        .get(attempt)
        .copied()
    }

    fn fraction(&mut self, attempt: usize) -> Option<f64> {
        let first = self.below(10_000) as f64 / 100.0;
        [first, 1.0, 0.5, 0.0, 10.0, 50.0, 100.0, 1000.0, -1.0]
            .get(attempt)
            .copied()
    }

    fn decimal(&mut self, attempt: usize) -> Option<Numeric> {
        let whole = self.integer(attempt, i64::MAX)?;
        let (precision, scale) = self.column.precision.unwrap_or((10, 2));
        // What a column of few digits has room for.
        let most = 10_i64
            .checked_pow(precision.saturating_sub(scale).min(18))
            .map_or(i64::MAX, |most| most - 1);
        let cents = match scale {
            0 => String::new(),
            1 => format!(".{}", self.below(10)),
            _ => format!(".{:02}", self.below(100)),
        };
        Numeric::parse(&format!("{}{cents}", whole.min(most)))
    }

    fn day(&mut self, attempt: usize) -> Option<i32> {
        // 2024-01-01 and the two years behind it; then long ago, and far ahead.
        let first = 19_723 + i32::try_from(self.below(730)).unwrap_or(0);
        [first, 7305, 25_567].get(attempt).copied()
    }

    fn instant(&mut self, attempt: usize) -> Option<i64> {
        let day = i64::from(self.day(attempt)?);
        Some((day * 86_400 + self.below(86_400) as i64) * 1_000_000)
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        let most = self
            .column
            .length
            .map_or(length, |most| length.min(most as usize));
        let mut bytes: Vec<u8> = self.number.to_be_bytes().to_vec();
        bytes.reverse();
        while bytes.len() < most {
            bytes.push(u8::try_from(self.below(256)).unwrap_or(0));
        }
        bytes.truncate(most);
        bytes
    }

    fn uuid(&mut self) -> [u8; 16] {
        let (high, low) = (self.below(u64::MAX), self.below(u64::MAX));
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&high.to_be_bytes());
        bytes[8..].copy_from_slice(&low.to_be_bytes());
        // Version 4, and its variant.
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        bytes
    }
}

/// A number in letters, at least as long as asked.
fn letters(mut number: u64, length: usize) -> String {
    let mut text = String::new();
    while text.len() < length {
        text.push(char::from(b'a' + u8::try_from(number % 26).unwrap_or(0)));
        number /= 26;
    }
    text
}

fn hyphenated(uuid: [u8; 16]) -> String {
    let hex: String = uuid.iter().map(|byte| format!("{byte:02x}")).collect();
    [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ]
    .join("-")
}

/// The text with its number in it, where it must be unique, and cut to the length that the column has.
fn fitted(text: String, length: usize, number: Option<u64>) -> String {
    let number = number.map(|number| number.to_string());
    let has = |number: &String| text.ends_with(number) || text.contains(&format!("{number}@"));
    let whole = text.chars().count() <= length;
    let Some(number) = number.filter(|number| !whole || !has(number)) else {
        return text.chars().take(length).collect();
    };
    // An address keeps its end.
    if let Some((before, after)) = text.split_once('@') {
        let room = length.saturating_sub(after.len() + 1 + number.len());
        let name: String = before
            .trim_end_matches(char::is_numeric)
            .chars()
            .take(room)
            .collect();
        return format!("{name}{number}@{after}");
    }
    let room = length.saturating_sub(number.len() + 1);
    let name: String = text
        .trim_end_matches(|c: char| c.is_numeric() || c == '-')
        .chars()
        .take(room)
        .collect();
    match room {
        0 => number.chars().take(length).collect(),
        _ => format!("{name}-{number}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(field: &'static str, length: Option<u32>, unique: bool) -> Vec<String> {
        let mut column = ColumnDef::new::<String>(field, field, "String");
        column.length = length;
        (1..=2000)
            .map(|number| match Fake::new(&column, unique, number).next() {
                Some(Value::Text(text)) => text,
                other => unreachable!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn unique_texts_are_unique_and_fit() {
        for (field, length) in [
            ("email", 100),
            ("name", 12),
            ("code", 6),
            ("slug", 20),
            ("email", 22),
        ] {
            let mut all = texts(field, Some(length), true);
            assert!(
                all.iter()
                    .all(|text| text.chars().count() <= length as usize),
                "{all:?}"
            );
            if field == "email" {
                assert!(
                    all.iter().all(|text| text.ends_with("@example.com")),
                    "{all:?}"
                );
            }
            all.sort();
            all.dedup();
            assert_eq!(all.len(), 2000, "{field}");
        }
    }

    #[test]
    fn the_same_number_gives_the_same_value() {
        assert_eq!(texts("title", None, false), texts("title", None, false));
    }
}
