//! Days, times and their fixed text form, with no dependency: the databases' drivers need no more than this.
//!
//! The calendar is the proleptic Gregorian one, computed by the algorithms of Howard Hinnant's "chrono-Compatible Low-Level Date
//! Algorithms".

/// Microseconds in a day.
pub(crate) const DAY: i64 = 86_400_000_000;

/// Cycles of 400 years before the year 0, so many that every day number of an `i32` lies behind them.
const CYCLES: i64 = 5_400_000;

/// Year, month and day of a day number counted from 1970-01-01.
pub(crate) fn from_days(days: i32) -> (i32, u32, u32) {
    // Counted from a March 1st so long ago that nothing is negative.
    let z = (i64::from(days) + 719_468 + CYCLES * 146_097).cast_unsigned();
    let (era, day_of_era) = (z / 146_097, z % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = (year_of_era + era * 400).cast_signed() - CYCLES * 400 + i64::from(month <= 2);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the algorithm's ranges are small"
    )]
    (year as i32, month as u32, day as u32)
}

/// The day number, counted from 1970-01-01, of a day of the calendar; `None` if there is no such day.
pub(crate) fn to_days(year: i32, month: u32, day: u32) -> Option<i32> {
    if !(1..=12).contains(&month) || day == 0 || day > days_in_month(year, month) {
        return None;
    }
    let (year, month) = if month > 2 {
        (year, month)
    } else {
        (year.wrapping_sub(1), month + 12)
    };
    let year = (i64::from(year) + CYCLES * 400).cast_unsigned();
    let century = year / 100;
    let days_before =
        year * 1461 / 4 - century + century / 4 + u64::from((153 * month - 457) / 5 + day);
    i32::try_from(days_before.cast_signed() - CYCLES * 146_097 - 719_469).ok()
}

fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 16 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Day number and microseconds of the day.
pub(crate) fn split(micros: i64) -> (i32, i64) {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an i64 of microseconds spans fewer than 2^31 days"
    )]
    (micros.div_euclid(DAY) as i32, micros.rem_euclid(DAY))
}

/// Appends `2026-11-23`; the year must have four digits.
pub(crate) fn write_date(out: &mut String, days: i32) {
    push(out, &date_text(days));
}

/// Appends `21:07:42.123456`.
pub(crate) fn write_time(out: &mut String, micros: i64) {
    push(out, &time_text(micros));
}

/// Appends `2026-11-23 21:07:42.123456`; the year must have four digits.
pub(crate) fn write_date_time(out: &mut String, micros: i64) {
    let (days, time) = split(micros);
    let mut text = [b' '; 26];
    text[..10].copy_from_slice(&date_text(days));
    text[11..].copy_from_slice(&time_text(time));
    push(out, &text);
}

fn push(out: &mut String, ascii: &[u8]) {
    if let Ok(text) = std::str::from_utf8(ascii) {
        out.push_str(text);
    }
}

fn date_text(days: i32) -> [u8; 10] {
    let (year, month, day) = from_days(days);
    let year = year.unsigned_abs();
    let ([a, b], [c, d], [e, f], [g, h]) = (two(year / 100), two(year), two(month), two(day));
    [a, b, c, d, b'-', e, f, b'-', g, h]
}

fn time_text(micros: i64) -> [u8; 15] {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a day has 86 400 seconds"
    )]
    let (seconds, fraction) = ((micros / 1_000_000) as u32, (micros % 1_000_000) as u32);
    let ([a, b], [c, d], [e, f]) = (
        two(seconds / 3600),
        two(seconds / 60 % 60),
        two(seconds % 60),
    );
    let ([g, h], [i, j], [k, l]) = (two(fraction / 10_000), two(fraction / 100), two(fraction));
    [a, b, b':', c, d, b':', e, f, b'.', g, h, i, j, k, l]
}

/// The last two digits.
fn two(number: u32) -> [u8; 2] {
    let number = (number % 100) as u8;
    [b'0' + number / 10, b'0' + number % 10]
}

/// Reads `2026-11-23`.
pub(crate) fn parse_date(text: &str) -> Option<i32> {
    let b = text.as_bytes();
    if b.len() != 10 || b[4] != b'-' || b[7] != b'-' {
        return None;
    }
    to_days(
        i32::try_from(digits(&b[..4])?).ok()?,
        digits(&b[5..7])?,
        digits(&b[8..])?,
    )
}

/// Reads `21:07`, `21:07:42` or `21:07:42.1` to six digits of fraction (more only if they are zeros).
pub(crate) fn parse_time(text: &str) -> Option<i64> {
    let b = text.as_bytes();
    if b.len() < 5 || b[2] != b':' {
        return None;
    }
    let (hours, minutes) = (digits(&b[..2])?, digits(&b[3..5])?);
    let (seconds, fraction) = match &b[5..] {
        [] => (0, 0),
        [b':', rest @ ..] if rest.len() == 2 => (digits(rest)?, 0),
        [b':', rest @ ..] if rest.len() > 3 && rest[2] == b'.' => {
            let fraction = &rest[3..];
            let (kept, cut) = fraction.split_at(fraction.len().min(6));
            if cut.iter().any(|b| *b != b'0') {
                return None;
            }
            (
                digits(&rest[..2])?,
                digits(kept)? * 10_u32.pow(6 - u32::try_from(kept.len()).ok()?),
            )
        }
        _ => return None,
    };
    if hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    Some(i64::from(hours * 3600 + minutes * 60 + seconds) * 1_000_000 + i64::from(fraction))
}

/// Reads a date and time with ` ` or `T` between them, and a zone at the end: none, `Z`, `+02:00`. The result is in UTC where a zone
/// is given. A date alone is its midnight.
pub(crate) fn parse_date_time(text: &str) -> Option<i64> {
    parse_date_time_and_zone(text).map(|(micros, _)| micros)
}

/// Reads the same, and tells the zone's distance from UTC in microseconds, if a zone is given.
pub(crate) fn parse_date_time_and_zone(text: &str) -> Option<(i64, Option<i64>)> {
    if let Ok(fixed) = text.as_bytes().try_into()
        && let Some(micros) = parse_fixed(fixed)
    {
        return Some((micros, None));
    }
    if text.len() == 10 {
        return Some((i64::from(parse_date(text)?) * DAY, None));
    }
    let date = parse_date(text.get(..10)?)?;
    if !matches!(text.as_bytes()[10], b' ' | b'T' | b't') {
        return None;
    }
    let (time, zone) = split_zone(text.get(11..)?)?;
    let local = i64::from(date) * DAY + parse_time(time)?;
    Some((local - zone.unwrap_or(0), zone))
}

/// Reads the form that [`write_date_time`] writes, which is most of what is read. `None` means that it is of another form, or wrong.
fn parse_fixed(b: &[u8; 26]) -> Option<i64> {
    // One test at the end for all digits together is faster than one for each.
    let mut wrong = 0_u8;
    let mut two = |at: usize| {
        let (tens, ones) = (b[at].wrapping_sub(b'0'), b[at + 1].wrapping_sub(b'0'));
        wrong |= u8::from(tens > 9) | u8::from(ones > 9);
        u32::from(tens) * 10 + u32::from(ones)
    };
    let (year, month, day) = (two(0) * 100 + two(2), two(5), two(8));
    let (hours, minutes, seconds) = (two(11), two(14), two(17));
    let fraction = two(20) * 10_000 + two(22) * 100 + two(24);
    let marks = [b[4], b[7], b[10], b[13], b[16], b[19]];
    if wrong != 0 || marks != *b"-- ::." || hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    let days = to_days(year.cast_signed(), month, day)?;
    let seconds = i64::from(days) * 86_400 + i64::from(hours * 3600 + minutes * 60 + seconds);
    Some(seconds * 1_000_000 + i64::from(fraction))
}

/// The time's text, and the zone's distance from UTC in microseconds, if there is a zone.
fn split_zone(text: &str) -> Option<(&str, Option<i64>)> {
    if let Some(time) = text.strip_suffix(['Z', 'z']) {
        return Some((time, Some(0)));
    }
    let Some(at) = text.rfind(['+', '-']) else {
        return Some((text, None));
    };
    let (time, zone) = text.split_at(at);
    let b = zone.as_bytes();
    let (hours, minutes) = match b.len() {
        3 => (digits(&b[1..])?, 0),
        5 => (digits(&b[1..3])?, digits(&b[3..])?),
        6 if b[3] == b':' => (digits(&b[1..3])?, digits(&b[4..])?),
        _ => return None,
    };
    if hours > 23 || minutes > 59 {
        return None;
    }
    let offset = i64::from(hours * 60 + minutes) * 60_000_000;
    Some((time, Some(if b[0] == b'-' { -offset } else { offset })))
}

#[inline]
fn digits(bytes: &[u8]) -> Option<u32> {
    let mut number = 0_u32;
    for byte in bytes {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + u32::from(digit);
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_agree_both_ways() {
        assert_eq!(to_days(1970, 1, 1), Some(0));
        assert_eq!(to_days(2000, 3, 1), Some(11_017));
        assert_eq!(to_days(2023, 2, 29), None);
        assert_eq!(to_days(2024, 2, 29), Some(19_782));
        for days in (-3_000_000..3_000_000).step_by(997) {
            let (y, m, d) = from_days(days);
            assert_eq!(to_days(y, m, d), Some(days));
        }
    }

    #[test]
    fn the_first_and_last_days_are_days() {
        for days in [
            i32::MIN,
            i32::MIN + 1,
            -719_529,
            -719_528,
            2_932_896,
            i32::MAX,
        ] {
            let (y, m, d) = from_days(days);
            assert_eq!(to_days(y, m, d), Some(days));
        }
        for year in [i32::MIN, i32::MAX] {
            assert_eq!(to_days(year, 1, 1), None);
        }
        assert_eq!(to_days(1900, 2, 29), None);
        assert_eq!(to_days(2000, 2, 29), Some(11_016));
        assert_eq!(to_days(0, 1, 1), Some(-719_528));
    }

    #[test]
    fn text_and_time_agree_both_ways() {
        for micros in [
            0,
            -1,
            1,
            DAY - 1,
            1_795_468_062_123_456,
            -62_135_596_800_000_000,
        ] {
            let mut text = String::new();
            write_date_time(&mut text, micros);
            assert_eq!(text.len(), 26);
            assert_eq!(parse_date_time(&text), Some(micros), "{text}");
        }
    }

    #[test]
    fn other_forms_of_a_time_are_read_and_no_digit_is_lost() {
        let base = parse_date_time("2026-11-23 21:07:42.000000").unwrap();
        for same in [
            "2026-11-23T21:07:42Z",
            "2026-11-23 21:07:42",
            "2026-11-23T23:07:42+02:00",
            "2026-11-23 21:07:42.000000000",
        ] {
            assert_eq!(parse_date_time(same), Some(base), "{same}");
        }
        for bad in [
            "2026-11-23 24:00:00",
            "2026-13-01 00:00:00",
            "2026-11-23 21:07:42.1234567",
            "yesterday",
            "2026-11-23 21",
            "2026-11-23 21:07:42+24:00",
            "2026-11-23 21:0é:42",
            "é",
            "2026-11-23 21:07:42.12345/",
            "2026-02-30 21:07:42.000000",
            "2026/11/23 21:07:42.000000",
            "2026-11-23 21:07:60.000000",
            "",
            "2026-11-23 ",
        ] {
            assert_eq!(parse_date_time(bad), None, "{bad}");
        }
    }

    #[test]
    fn whether_there_is_a_zone_is_known() {
        assert_eq!(
            parse_date_time_and_zone("1970-01-01 00:00:00.000001"),
            Some((1, None))
        );
        assert_eq!(
            parse_date_time_and_zone("1970-01-01 00:00:00Z"),
            Some((0, Some(0)))
        );
        assert_eq!(
            parse_date_time_and_zone("1970-01-01T01:00:00+01"),
            Some((0, Some(3_600_000_000)))
        );
        assert_eq!(
            parse_date_time_and_zone("1969-12-31 19:30:00.5-0430"),
            Some((500_000, Some(-16_200_000_000)))
        );
    }
}
