//! Functions that SQLite lacks, or has another meaning of: text, floats, random values.

use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;

use super::matcher::Matcher;
use super::replacer::Replacer;
use crate::expr::{Regex, accent};

const FLAGS: FunctionFlags = FunctionFlags::SQLITE_UTF8
    .union(FunctionFlags::SQLITE_DETERMINISTIC)
    .union(FunctionFlags::SQLITE_INNOCUOUS);

pub(super) fn register(connection: &Connection) -> rusqlite::Result<()> {
    text(connection, "orm_lower", |text| {
        text.chars().map(accent::letter_lower).collect()
    })?;
    text(connection, "orm_upper", |text| {
        text.chars().map(accent::letter_upper).collect()
    })?;
    text(connection, "orm_reverse", |text| {
        text.chars().rev().collect()
    })?;
    text(connection, "orm_unaccent", accent::without_marks)?;
    connection.create_scalar_function("orm_right", 2, FLAGS, |context| {
        let (Some(text), Some(count)) = (text_at(context, 0)?, context.get::<Option<i64>>(1)?)
        else {
            return Ok(None);
        };
        let skip = match usize::try_from(count) {
            Ok(count) => text.chars().count().saturating_sub(count),
            Err(_) => usize::MAX,
        };
        Ok(Some(text.chars().skip(skip).collect::<String>()))
    })?;
    pad(connection, "orm_pad_start", |fill, text| fill + text)?;
    pad(connection, "orm_pad_end", |fill, text| {
        text.to_owned() + &fill
    })?;
    connection.create_scalar_function("orm_matches", 2, FLAGS, |context| {
        // The expression is the same for each row; SQLite keeps what was made of it.
        let matcher = context.get_or_create_aux(1, |value| {
            let regex = value.as_str().map_err(|e| e.to_string());
            let regex = regex.and_then(|pattern| Regex::parse(pattern, false));
            regex.map(|regex| Matcher::new(&regex))
        });
        let Some(text) = text_at(context, 0)? else {
            return Ok(None);
        };
        match matcher {
            Ok(matcher) => Ok(Some(matcher.is_match(&text))),
            Err(error) => Err(rusqlite::Error::UserFunctionError(error.to_string().into())),
        }
    })?;
    connection.create_scalar_function("orm_replace_matches", 3, FLAGS, |context| {
        let Some(text) = text_at(context, 0)? else {
            return Ok(None);
        };
        let with = context.get::<String>(2)?;
        // Pattern and replacement are the same for each row.
        let replacer = context.get_or_create_aux(1, |value| {
            let pattern = value.as_str().map_err(|e| e.to_string());
            pattern.and_then(|pattern| Replacer::new(pattern, &with))
        });
        match replacer {
            Ok(replacer) => Ok(Some(replacer.replace(&text))),
            Err(error) => Err(rusqlite::Error::UserFunctionError(error.to_string().into())),
        }
    })?;
    float(connection, "orm_floor", f64::floor)?;
    float(connection, "orm_ceil", f64::ceil)?;
    float(connection, "orm_trunc", f64::trunc)?;
    // Half away from zero.
    float(connection, "orm_round", f64::round)?;
    connection.create_scalar_function("orm_power", 2, FLAGS, |context| {
        let (Some(base), Some(exponent)) = (
            context.get::<Option<f64>>(0)?,
            context.get::<Option<f64>>(1)?,
        ) else {
            return Ok(None);
        };
        let power = base.powf(exponent);
        if power.is_finite() || !base.is_finite() || !exponent.is_finite() {
            return Ok(Some(power));
        }
        let message = "a power is out of range";
        Err(rusqlite::Error::UserFunctionError(message.into()))
    })?;
    connection.create_scalar_function("orm_sqrt", 1, FLAGS, |context| {
        let number = context.get::<Option<f64>>(0)?;
        Ok(number.filter(|n| *n >= 0.0).map(f64::sqrt))
    })?;
    // The nearest float, as it is read in Rust.
    connection.create_scalar_function("orm_float", 1, FLAGS, |context| {
        Ok(match context.get_raw(0) {
            ValueRef::Null => None,
            ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok().and_then(|t| t.parse().ok()),
            _ => context.get::<Option<f64>>(0)?,
        })
    })?;
    connection.create_scalar_function("orm_integer", 1, FLAGS, |context| {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "what is out of range was left out"
        )]
        Ok(context
            .get::<Option<f64>>(0)?
            .filter(|n| (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(n))
            .map(|n| n as i64))
    })?;
    connection.create_scalar_function("orm_uuid_v4", 1, FLAGS, |context| {
        let mut bytes: [u8; 16] = context.get(0)?;
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        Ok(bytes)
    })?;
    connection.create_scalar_function("orm_uuid_text", 1, FLAGS, |context| {
        let bytes: Option<[u8; 16]> = context.get(0)?;
        Ok(bytes.map(|bytes| {
            let mut out = String::with_capacity(36);
            for (i, byte) in bytes.iter().enumerate() {
                if matches!(i, 4 | 6 | 8 | 10) {
                    out.push('-');
                }
                out.push_str(&format!("{byte:02x}"));
            }
            out
        }))
    })
}

fn text(connection: &Connection, name: &str, of: fn(&str) -> String) -> rusqlite::Result<()> {
    connection.create_scalar_function(name, 1, FLAGS, move |context| {
        Ok(text_at(context, 0)?.map(|text| of(&text)))
    })
}

fn text_at(context: &Context<'_>, at: usize) -> rusqlite::Result<Option<String>> {
    context.get::<Option<String>>(at)
}

/// Text of a width: filled up, or cut at its end.
fn pad(
    connection: &Connection,
    name: &str,
    join: fn(String, &str) -> String,
) -> rusqlite::Result<()> {
    connection.create_scalar_function(name, 3, FLAGS, move |context| {
        let (Some(text), Some(width), Some(fill)) = (
            text_at(context, 0)?,
            context.get::<Option<u16>>(1)?,
            text_at(context, 2)?,
        ) else {
            return Ok(None);
        };
        let (width, length) = (usize::from(width), text.chars().count());
        if length >= width {
            return Ok(Some(text.chars().take(width).collect()));
        }
        let fill = fill.chars().cycle().take(width - length).collect();
        Ok(Some(join(fill, &text)))
    })
}

fn float(connection: &Connection, name: &str, of: fn(f64) -> f64) -> rusqlite::Result<()> {
    connection.create_scalar_function(name, 1, FLAGS, move |context| {
        Ok(context.get::<Option<f64>>(0)?.map(of))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_have_the_case_that_other_databases_give_them() {
        let connection = Connection::open_in_memory().unwrap();
        register(&connection).unwrap();
        let of = |sql: &str| -> Option<String> {
            connection.query_row(sql, [], |row| row.get(0)).unwrap()
        };
        assert_eq!(
            of("SELECT orm_upper('straße ǆ ᾳ é')").as_deref(),
            Some("STRAßE Ǆ ᾼ É")
        );
        assert_eq!(of("SELECT orm_lower('İÄΣ Ω')").as_deref(), Some("iäσ ω"));
        assert_eq!(of("SELECT orm_lower('ÄΟΣ Σ')").as_deref(), Some("äοσ σ"));
        assert_eq!(of("SELECT orm_upper(NULL)"), None);
    }
}
