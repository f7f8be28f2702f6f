//! Days and times of `chrono`, kept to the microsecond, which is what databases keep.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, Timelike, Utc};

use super::{
    ArrayItem, DecodeError, EncodeError, Field, FieldType, Kind, NotNull, Raw, Value, civil,
};

/// The present time at the precision that databases keep, microseconds.
///
/// A time of [`chrono::Utc::now`] has nanoseconds, and a field refuses it rather than cut it silently.
///
/// ```
/// use chrono::Timelike;
///
/// assert_eq!(orm::now().nanosecond() % 1000, 0);
/// ```
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// Refuses what a database would round away: nanoseconds, and the second that a clock inserts now and then.
fn check_precision(time: &impl Timelike) -> Result<(), EncodeError> {
    let nanos = time.nanosecond();
    if nanos >= 1_000_000_000 {
        return Err(EncodeError(
            "it is within a leap second, and databases know none".into(),
        ));
    }
    if !nanos.is_multiple_of(1000) {
        return Err(EncodeError(
            "it has nanoseconds, and databases keep microseconds; use `orm::now()` or cut it with `trunc_subsecs(6)`"
                .into(),
        ));
    }
    Ok(())
}

/// Microseconds since midnight, cut; a leap second counts as the last microsecond before it.
fn micros_of_day(time: &impl Timelike) -> i64 {
    let micros = (time.nanosecond() / 1000).min(999_999);
    i64::from(time.num_seconds_from_midnight()) * 1_000_000 + i64::from(micros)
}

/// Microseconds since 1970-01-01 00:00, cut likewise. Every time that `chrono` has fits.
fn micros_of(time: NaiveDateTime) -> i64 {
    i64::from(time.date().to_epoch_days()) * civil::DAY + micros_of_day(&time)
}

fn time_of_day(micros: i64) -> Option<NaiveTime> {
    if !(0..civil::DAY).contains(&micros) {
        return None;
    }
    let seconds = u32::try_from(micros / 1_000_000).ok()?;
    let nanos = u32::try_from(micros % 1_000_000).ok()? * 1000;
    NaiveTime::from_num_seconds_from_midnight_opt(seconds, nanos)
}

fn date_time(micros: i64) -> Result<DateTime<Utc>, DecodeError> {
    DateTime::from_timestamp_micros(micros).ok_or_else(|| DecodeError::range("DateTime"))
}

#[cold]
fn not_written_as(form: &'static str) -> DecodeError {
    DecodeError(format!("the text is not of the form `{form}`").into())
}

impl Field for NaiveDate {
    const TYPE: FieldType = FieldType::new(Kind::Date);

    #[inline]
    fn decode(raw: Raw<'_>) -> Result<Self, DecodeError> {
        let days = match raw {
            Raw::Date(days) => days,
            Raw::Text(text) => {
                civil::parse_date(text).ok_or_else(|| not_written_as("2026-11-23"))?
            }
            raw => return Err(DecodeError::mismatch(&raw, "a date")),
        };
        Self::from_epoch_days(days).ok_or_else(|| DecodeError::range("NaiveDate"))
    }

    fn encode(&self) -> Result<Value, EncodeError> {
        Ok(Value::Date(self.to_epoch_days()))
    }
}

impl Field for NaiveTime {
    const TYPE: FieldType = FieldType::new(Kind::Time);

    #[inline]
    fn decode(raw: Raw<'_>) -> Result<Self, DecodeError> {
        let micros = match raw {
            Raw::Time(micros) => micros,
            Raw::Text(text) => {
                civil::parse_time(text).ok_or_else(|| not_written_as("21:07:42.123456"))?
            }
            raw => return Err(DecodeError::mismatch(&raw, "a time")),
        };
        time_of_day(micros).ok_or_else(|| DecodeError::range("NaiveTime"))
    }

    fn encode(&self) -> Result<Value, EncodeError> {
        check_precision(self)?;
        Ok(Value::Time(micros_of_day(self)))
    }

    fn into_bound(self) -> Result<Value, EncodeError> {
        Ok(Value::Time(micros_of_day(&self)))
    }
}

impl Field for NaiveDateTime {
    const TYPE: FieldType = FieldType::new(Kind::DateTime);

    #[inline]
    fn decode(raw: Raw<'_>) -> Result<Self, DecodeError> {
        let micros = match raw {
            Raw::DateTime(micros) => micros,
            Raw::Text(text) => match civil::parse_date_time_and_zone(text) {
                Some((micros, None)) => micros,
                Some((_, Some(_))) => {
                    return Err(DecodeError(
                        "the text has a time zone; read it as `DateTime<Utc>`".into(),
                    ));
                }
                None => return Err(not_written_as("2026-11-23 21:07:42.123456")),
            },
            Raw::Timestamp(_) => {
                return Err(DecodeError(
                    "the database holds a point in time; read it as `DateTime<Utc>`".into(),
                ));
            }
            raw => return Err(DecodeError::mismatch(&raw, "a date and time")),
        };
        date_time(micros).map(|time| time.naive_utc())
    }

    fn encode(&self) -> Result<Value, EncodeError> {
        check_precision(self)?;
        Ok(Value::DateTime(micros_of(*self)))
    }

    fn into_bound(self) -> Result<Value, EncodeError> {
        Ok(Value::DateTime(micros_of(self)))
    }
}

impl Field for DateTime<Utc> {
    const TYPE: FieldType = FieldType::new(Kind::Timestamp);

    #[inline]
    fn decode(raw: Raw<'_>) -> Result<Self, DecodeError> {
        let micros = match raw {
            // A clock without zone is taken for UTC: some databases have no column type that knows its zone and reaches
            // past 2038, so theirs hold UTC.
            Raw::Timestamp(micros) | Raw::DateTime(micros) => micros,
            Raw::Text(text) => civil::parse_date_time(text)
                .ok_or_else(|| not_written_as("2026-11-23 21:07:42.123456Z"))?,
            raw => return Err(DecodeError::mismatch(&raw, "a timestamp")),
        };
        date_time(micros)
    }

    fn encode(&self) -> Result<Value, EncodeError> {
        check_precision(self)?;
        Ok(Value::Timestamp(micros_of(self.naive_utc())))
    }

    fn into_bound(self) -> Result<Value, EncodeError> {
        Ok(Value::Timestamp(micros_of(self.naive_utc())))
    }
}

macro_rules! never_null {
    ($($ty:ty),*) => {$(
        impl NotNull for $ty {}
        impl ArrayItem for $ty {}
    )*};
}
never_null!(NaiveDate, NaiveTime, NaiveDateTime, DateTime<Utc>);

#[cfg(test)]
mod tests {
    use chrono::{Days, TimeDelta};

    use super::*;

    fn back<T: Field>(value: &T) -> T {
        let raw = match value.encode().unwrap() {
            Value::Date(n) => Raw::Date(n),
            Value::Time(n) => Raw::Time(n),
            Value::DateTime(n) => Raw::DateTime(n),
            Value::Timestamp(n) => Raw::Timestamp(n),
            other => panic!("{other:?}"),
        };
        T::decode(raw).unwrap()
    }

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn days_come_back_from_the_first_to_the_last() {
        let days = [
            NaiveDate::MIN,
            NaiveDate::MAX,
            day(-4713, 11, 24),
            day(-1, 12, 31),
            day(0, 1, 1),
            day(0, 2, 29),
            day(1, 1, 1),
            day(1969, 12, 31),
            day(1970, 1, 1),
            day(9999, 12, 31),
            day(10_000, 1, 1),
        ];
        for day in days {
            assert_eq!(back(&day), day);
        }
        assert_eq!(day(1970, 1, 2).encode(), Ok(Value::Date(1)));
    }

    #[test]
    fn times_come_back_from_the_first_to_the_last() {
        let last = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).unwrap();
        for time in [NaiveTime::MIN, last] {
            assert_eq!(back(&time), time);
        }
        for date in [
            NaiveDate::MIN,
            day(-1, 6, 1),
            day(1969, 12, 31),
            NaiveDate::MAX,
        ] {
            let (first, last) = (date.and_time(NaiveTime::MIN), date.and_time(last));
            assert_eq!(back(&first), first);
            assert_eq!(back(&last), last);
            assert_eq!(back(&first.and_utc()), first.and_utc());
            assert_eq!(back(&last.and_utc()), last.and_utc());
        }
        assert_eq!(
            DateTime::<Utc>::decode(Raw::DateTime(-1)),
            DateTime::<Utc>::decode(Raw::Timestamp(-1)),
            "a clock without zone is UTC"
        );
    }

    #[test]
    fn what_has_nanoseconds_is_refused_to_store_and_cut_to_compare() {
        for (base, micros) in [
            (day(2026, 11, 23), 1_795_392_000_000_001),
            (day(1969, 12, 31), -86_399_999_999),
        ] {
            let exact = base.and_hms_micro_opt(0, 0, 0, 1).unwrap();
            let finer = exact + TimeDelta::nanoseconds(999);
            assert_eq!(exact.encode(), Ok(Value::DateTime(micros)));
            assert!(finer.encode().unwrap_err().0.contains("nanoseconds"));
            assert!(
                finer
                    .and_utc()
                    .encode()
                    .unwrap_err()
                    .0
                    .contains("orm::now()")
            );
            assert!(finer.time().encode().unwrap_err().0.contains("nanoseconds"));
            assert_eq!(finer.into_bound(), Ok(Value::DateTime(micros)));
            assert_eq!(finer.and_utc().into_bound(), Ok(Value::Timestamp(micros)));
            assert_eq!(finer.time().into_bound(), Ok(Value::Time(1)));
        }
    }

    #[test]
    fn a_leap_second_is_refused_to_store_and_stays_before_the_next_second_in_comparisons() {
        let leap = day(2016, 12, 31)
            .and_hms_milli_opt(23, 59, 59, 1_500)
            .unwrap();
        let next = day(2017, 1, 1).and_time(NaiveTime::MIN);
        assert!(leap.encode().unwrap_err().0.contains("leap second"));
        assert!(leap.time().encode().unwrap_err().0.contains("leap second"));
        let (Ok(Value::DateTime(leap)), Ok(Value::DateTime(next))) =
            (leap.into_bound(), next.encode())
        else {
            panic!("not a time");
        };
        assert_eq!(leap, next - 1);
    }

    #[test]
    fn text_is_read_and_other_text_refused() {
        let time = day(2026, 11, 23)
            .and_hms_micro_opt(21, 7, 42, 123_456)
            .unwrap();
        assert_eq!(NaiveDate::decode(Raw::Text("2026-11-23")), Ok(time.date()));
        assert_eq!(
            NaiveTime::decode(Raw::Text("21:07:42.123456")),
            Ok(time.time())
        );
        assert_eq!(
            NaiveDateTime::decode(Raw::Text("2026-11-23 21:07:42.123456")),
            Ok(time)
        );
        assert_eq!(
            DateTime::decode(Raw::Text("2026-11-23 21:07:42.123456")),
            Ok(time.and_utc())
        );
        assert_eq!(
            DateTime::decode(Raw::Text("2026-11-23T22:07:42.123456+01:00")),
            Ok(time.and_utc())
        );
        assert_eq!(
            DateTime::<Utc>::decode(Raw::Text("2026-11-23")),
            Ok(day(2026, 11, 23).and_time(NaiveTime::MIN).and_utc())
        );
        let zoned = NaiveDateTime::decode(Raw::Text("2026-11-23 21:07:42Z")).unwrap_err();
        assert!(zoned.0.contains("time zone"));
        for text in [
            "24:00:00",
            "-01:00:00",
            "23:59:60",
            "21",
            "2026-11-23 21:07:42",
        ] {
            assert!(NaiveTime::decode(Raw::Text(text)).is_err(), "{text}");
        }
        for text in [
            "",
            "2026-11-31",
            "2026-11-23 00:00:00",
            "20261123",
            "2026-1-2",
            "today",
        ] {
            assert!(NaiveDate::decode(Raw::Text(text)).is_err(), "{text}");
        }
        for text in [
            "0000-00-00 00:00:00",
            "1795468062",
            "2026-11-23 21:07:42.1234567",
            "2026-11-23 24:00:00",
        ] {
            assert!(NaiveDateTime::decode(Raw::Text(text)).is_err(), "{text}");
            assert!(DateTime::<Utc>::decode(Raw::Text(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_out_of_range_or_another_type_is_refused() {
        assert!(NaiveDate::decode(Raw::Date(i32::MAX)).is_err());
        assert!(NaiveDate::decode(Raw::Date(i32::MIN)).is_err());
        for micros in [-1, civil::DAY, i64::MAX, i64::MIN] {
            assert!(NaiveTime::decode(Raw::Time(micros)).is_err());
        }
        for micros in [i64::MAX, i64::MIN] {
            assert!(NaiveDateTime::decode(Raw::DateTime(micros)).is_err());
            assert!(DateTime::<Utc>::decode(Raw::Timestamp(micros)).is_err());
        }
        assert!(
            NaiveDateTime::decode(Raw::Timestamp(0))
                .unwrap_err()
                .0
                .contains("DateTime<Utc>")
        );
        assert!(NaiveDate::decode(Raw::DateTime(0)).is_err());
        assert!(DateTime::<Utc>::decode(Raw::Int(0)).is_err());
        assert!(NaiveDate::decode(Raw::Null).unwrap_err().0.contains("NULL"));
    }

    #[test]
    fn the_present_time_can_be_stored() {
        for _ in 0..100 {
            let now = now();
            assert_eq!(back(&now), now);
        }
        assert!(now() < Utc::now() + Days::new(1));
    }
}
