//! Arithmetic with days and times, which SQLite has as text.

use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;

use crate::value::civil;

const FLAGS: FunctionFlags = FunctionFlags::SQLITE_UTF8
    .union(FunctionFlags::SQLITE_DETERMINISTIC)
    .union(FunctionFlags::SQLITE_INNOCUOUS);

/// A day, or a day and a time, in microseconds since 1970.
#[derive(Clone, Copy)]
struct Moment {
    micros: i64,
    /// Whether it is a day without a time.
    day: bool,
}

pub(super) fn register(connection: &Connection) -> rusqlite::Result<()> {
    moved(connection, "orm_time_add", |moment, micros| {
        moment.micros.checked_add(micros)
    })?;
    moved(connection, "orm_time_add_days", |moment, days| {
        moment.micros.checked_add(days.checked_mul(civil::DAY)?)
    })?;
    moved(connection, "orm_time_add_months", |moment, months| {
        let (days, time) = civil::split(moment.micros);
        let (year, month, day) = civil::from_days(days);
        let months = (i64::from(year) * 12 + i64::from(month) - 1).checked_add(months)?;
        let year = i32::try_from(months.div_euclid(12)).ok()?;
        if !(0..=9999).contains(&year) {
            return None;
        }
        let month = u32::try_from(months.rem_euclid(12)).ok()? + 1;
        // The 31st of a month that has 30 days is its last day.
        let days = (0..4).find_map(|less| civil::to_days(year, month, day.checked_sub(less)?))?;
        Some(i64::from(days) * civil::DAY + time)
    })?;
    connection.create_scalar_function("orm_time_trunc", 2, FLAGS, |context| {
        let Some(moment) = moment(context, 0)? else {
            return Ok(None);
        };
        let unit: String = context.get(1)?;
        cut(moment.micros, &unit)
            .and_then(|micros| write(Moment { micros, ..moment }))
            .map(Some)
            .ok_or_else(out_of_range)
    })?;
    between(connection, "orm_micros_between", |a, b| a.micros - b.micros)?;
    between(connection, "orm_days_between", |a, b| {
        let day = |moment: Moment| i64::from(civil::split(moment.micros).0);
        day(a) - day(b)
    })?;
    between(connection, "orm_years_between", |a, b| {
        let (a, b) = (a.micros, b.micros);
        if a >= b { years(a, b) } else { -years(b, a) }
    })
}

/// Whole years from the earlier to the later one.
fn years(later: i64, earlier: i64) -> i64 {
    let of = |micros: i64| {
        let (days, time) = civil::split(micros);
        let (year, month, day) = civil::from_days(days);
        (year, (month, day, time))
    };
    let ((later, rest), (earlier, begun)) = (of(later), of(earlier));
    i64::from(later - earlier) - i64::from(rest < begun)
}

/// The beginning of the unit in which the moment is.
fn cut(micros: i64, unit: &str) -> Option<i64> {
    let (days, _) = civil::split(micros);
    let (year, month, _) = civil::from_days(days);
    let down_to = |unit: i64| Some(micros - micros.rem_euclid(unit));
    let day = match unit {
        "second" => return down_to(1_000_000),
        "minute" => return down_to(60_000_000),
        "hour" => return down_to(3_600_000_000),
        "day" => days,
        // 1970-01-01 was a Thursday.
        "week" => days - (days + 3).rem_euclid(7),
        "month" => civil::to_days(year, month, 1)?,
        "quarter" => civil::to_days(year, (month - 1) / 3 * 3 + 1, 1)?,
        "year" => civil::to_days(year, 1, 1)?,
        _ => return None,
    };
    Some(i64::from(day) * civil::DAY)
}

/// A function of a moment and a number.
fn moved(
    connection: &Connection,
    name: &str,
    by: fn(Moment, i64) -> Option<i64>,
) -> rusqlite::Result<()> {
    connection.create_scalar_function(name, 2, FLAGS, move |context| {
        let (Some(moment), Some(number)) = (moment(context, 0)?, context.get::<Option<i64>>(1)?)
        else {
            return Ok(None);
        };
        by(moment, number)
            .and_then(|micros| write(Moment { micros, ..moment }))
            .map(Some)
            .ok_or_else(out_of_range)
    })
}

/// A function of two moments.
fn between(
    connection: &Connection,
    name: &str,
    of: fn(Moment, Moment) -> i64,
) -> rusqlite::Result<()> {
    connection.create_scalar_function(name, 2, FLAGS, move |context| {
        let (Some(a), Some(b)) = (moment(context, 0)?, moment(context, 1)?) else {
            return Ok(None);
        };
        Ok(Some(of(a, b)))
    })
}

fn moment(context: &Context<'_>, at: usize) -> rusqlite::Result<Option<Moment>> {
    let text = match context.get_raw(at) {
        ValueRef::Null => return Ok(None),
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok(),
        _ => None,
    };
    let read = |text: &str| match civil::parse_date(text) {
        Some(days) => Some(Moment {
            micros: i64::from(days) * civil::DAY,
            day: true,
        }),
        None => civil::parse_date_time(text).map(|micros| Moment { micros, day: false }),
    };
    text.and_then(read).map(Some).ok_or_else(|| {
        rusqlite::Error::UserFunctionError("a value is neither a day nor a time".into())
    })
}

fn write(moment: Moment) -> Option<String> {
    let (days, _) = civil::split(moment.micros);
    if !(0..=9999).contains(&civil::from_days(days).0) {
        return None;
    }
    let mut out = String::with_capacity(26);
    if moment.day {
        civil::write_date(&mut out, days);
    } else {
        civil::write_date_time(&mut out, moment.micros);
    }
    Some(out)
}

fn out_of_range() -> rusqlite::Error {
    rusqlite::Error::UserFunctionError("a time is beyond the years 0 to 9999".into())
}
