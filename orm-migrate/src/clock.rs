//! Points in time as text: for ids, and for the history.

use std::time::{SystemTime, UNIX_EPOCH};

pub(crate) fn seconds(at: SystemTime) -> u64 {
    at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// `20260131235959`.
pub(crate) fn compact(seconds: u64) -> String {
    let (year, month, day) = date(seconds / 86_400);
    let [hour, minute, second] = time(seconds % 86_400);
    format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}")
}

/// `2026-01-31T23:59:59.123Z`.
pub(crate) fn now() -> String {
    let at = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let (year, month, day) = date(at.as_secs() / 86_400);
    let [hour, minute, second] = time(at.as_secs() % 86_400);
    let millis = at.subsec_millis();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

fn time(second: u64) -> [u64; 3] {
    [second / 3600, second / 60 % 60, second % 60]
}

/// The day of the calendar, by Howard Hinnant's `civil_from_days`.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_written_as_days_and_times() {
        assert_eq!(compact(0), "19700101000000");
        assert_eq!(compact(1_709_210_096), "20240229123456");
        assert_eq!(compact(1_798_761_599), "20261231235959");
    }
}
