//! Arithmetic with days and times, against what `chrono` says.

use orm::chrono::{Datelike, Days, FixedOffset, Months, TimeDelta, Timelike};
use orm::expr::{TimeUnit, now};
use orm::prelude::*;

use crate::support::models::*;
use crate::support::seed::{instant, tables};

const TIMES: [&str; 14] = [
    "1969-12-31T23:59:59.999999Z",
    "1970-01-01T00:00:00Z",
    "2000-02-29T12:34:56.789012Z",
    "2023-03-26T01:30:00Z",
    "2023-12-31T23:59:59Z",
    "2024-01-01T00:00:00.000001Z",
    "2024-01-31T08:00:00Z",
    "2024-02-29T00:00:00Z",
    "2024-03-31T23:00:00.5Z",
    "2024-06-30T10:20:30Z",
    "2024-10-27T00:59:59Z",
    "2025-02-28T06:00:00Z",
    "1582-10-04T05:00:00Z",
    "9996-11-30T22:00:00.25Z",
];

/// A row for each time, with its day and its time without zone beside it.
async fn moments(db: &Db) -> orm::Result<Vec<DateTime<Utc>>> {
    tables!(db: Moment);
    let times = TIMES.map(instant);
    let rows = times.iter().map(|at| {
        Moment::create()
            .at(*at)
            .day(at.date_naive())
            .local(at.naive_utc())
    });
    Moment::insert_many(rows).exec(db).await?;
    Ok(times.to_vec())
}

/// The beginning of the unit, by the calendar.
fn cut(at: NaiveDateTime, unit: TimeUnit) -> NaiveDateTime {
    let day = at.date();
    let first = |month| NaiveDate::from_ymd_opt(day.year(), month, 1).unwrap();
    let midnight = match unit {
        TimeUnit::Year => first(1),
        TimeUnit::Quarter => first(day.month0() / 3 * 3 + 1),
        TimeUnit::Month => first(day.month()),
        TimeUnit::Week => day - Days::new(day.weekday().num_days_from_monday().into()),
        TimeUnit::Day => day,
        TimeUnit::Hour => return day.and_hms_opt(at.hour(), 0, 0).unwrap(),
        TimeUnit::Minute => return day.and_hms_opt(at.hour(), at.minute(), 0).unwrap(),
        _ => {
            return day
                .and_hms_opt(at.hour(), at.minute(), at.second())
                .unwrap();
        }
    };
    midnight.and_hms_opt(0, 0, 0).unwrap()
}

/// Whole years from the one to the other, by anniversaries.
fn years(from: NaiveDateTime, to: NaiveDateTime) -> i64 {
    if to < from {
        return -years(to, from);
    }
    let passed = (to.month(), to.day(), to.time()) >= (from.month(), from.day(), from.time());
    i64::from(to.year() - from.year()) - i64::from(!passed)
}

on_every_database! {
    async fn times_are_cut_to_units(db: Db) {
        let times = moments(&db).await?;
        for unit in [TimeUnit::Year, TimeUnit::Quarter, TimeUnit::Month, TimeUnit::Week, TimeUnit::Day, TimeUnit::Hour, TimeUnit::Minute, TimeUnit::Second] {
            let rows = Moment::query().order_by(Moment::id).select((Moment::at.trunc_to(unit), Moment::local.trunc_to(unit))).all(&db).await?;
            for (row, at) in rows.into_iter().zip(&times) {
                let is = cut(at.naive_utc(), unit);
                assert_eq!(row, (is.and_utc(), Some(is)), "{at} {unit:?}");
            }
            // What is cut is equal to what a program binds.
            let first = cut(times[2].naive_utc(), unit);
            assert_eq!(Moment::query().filter(Moment::at.trunc_to(unit).eq(first.and_utc())).count(&db).await?, 1, "{unit:?}");
            let days = Moment::query().order_by(Moment::id).select(Moment::day.trunc_to(unit)).all(&db).await;
            if matches!(unit, TimeUnit::Hour | TimeUnit::Minute | TimeUnit::Second) {
                assert!(days.unwrap_err().to_string().contains("a day without a time"));
            } else {
                let is: Vec<_> = times.iter().map(|at| Some(cut(at.naive_utc(), unit).date())).collect();
                assert_eq!(days?, is, "{unit:?}");
            }
        }
        let empty = Moment::create().at(times[0]).insert(&db).await?;
        assert_eq!(Moment::find(empty.id).select((Moment::day.trunc_to(TimeUnit::Week), Moment::local.trunc_to(TimeUnit::Hour))).one(&db).await?, (None, None));
    }

    async fn durations_are_added(db: Db) {
        let times = moments(&db).await?;
        for by in [TimeDelta::zero(), TimeDelta::microseconds(1), TimeDelta::seconds(-1), TimeDelta::hours(36), TimeDelta::days(-400), TimeDelta::days(99) + TimeDelta::microseconds(123_457)] {
            let select = (Moment::at.plus(by), Moment::local.plus(by), Moment::at.minus(by));
            let rows = Moment::query().order_by(Moment::id).select(select).all(&db).await?;
            for (row, at) in rows.into_iter().zip(&times) {
                assert_eq!(row, (*at + by, Some(at.naive_utc() + by), *at - by), "{at} {by}");
            }
            assert_eq!(Moment::query().filter(Moment::at.plus(by).eq(times[2] + by)).count(&db).await?, 1);
        }
        for (by, reason) in [(TimeDelta::nanoseconds(1_500), "finer"), (TimeDelta::days(300 * 366), "285 years"), (TimeDelta::MAX, "285 years")] {
            let error = Moment::query().select(Moment::at.plus(by)).all(&db).await.unwrap_err().to_string();
            // The greatest duration is finer than microseconds, too.
            assert!(error.contains(reason) || error.contains("finer"), "{error}");
        }
    }

    async fn days_months_and_years_are_added_by_the_calendar(db: Db) {
        let times = moments(&db).await?;
        for n in [0, 1, -1, 13, -25, 120] {
            let days = |at: NaiveDateTime| at + TimeDelta::days(n.into());
            let months = |at: NaiveDateTime, n: i32| if n < 0 { at - Months::new(n.unsigned_abs()) } else { at + Months::new(n.unsigned_abs()) };
            let in_range = Moment::at.lt(instant("9000-01-01T00:00:00Z"));
            let query = Moment::query().filter(in_range).order_by(Moment::id);
            let select = (
                (Moment::at.plus_days(n), Moment::at.plus_months(n), Moment::at.plus_years(n)),
                (Moment::local.plus_days(n), Moment::local.plus_months(n), Moment::local.plus_years(n)),
                (Moment::day.plus_days(n), Moment::day.plus_months(n), Moment::day.plus_years(n)),
            );
            let rows = query.clone().select(select).all(&db).await?;
            assert_eq!(rows.len(), times.len() - 1);
            for (row, at) in rows.into_iter().zip(&times) {
                let at = at.naive_utc();
                let is = (days(at), months(at, n), months(at, n * 12));
                assert_eq!(row.0, (is.0.and_utc(), is.1.and_utc(), is.2.and_utc()), "{at} {n}");
                assert_eq!(row.1, (Some(is.0), Some(is.1), Some(is.2)), "{at} {n}");
                assert_eq!(row.2, (Some(is.0.date()), Some(is.1.date()), Some(is.2.date())), "{at} {n}");
            }
            // By a number that the row has.
            let rows = query.select(Moment::day.plus_days(Moment::day.day() * n)).all(&db).await?;
            for (row, at) in rows.into_iter().zip(&times) {
                let by = i64::from(n) * i64::from(at.day());
                assert_eq!(row, Some(at.date_naive() + TimeDelta::days(by)), "{at} {n}");
            }
        }
        let none = Moment::create().at(times[0]).insert(&db).await?;
        assert_eq!(Moment::find(none.id).select((Moment::day.plus_days(1), Moment::local.plus_months(1), Moment::at.plus_days(Moment::day.day()).date().nullif(times[0].date_naive()))).one(&db).await?, (None, None, None));
    }

    async fn time_between_two_times(db: Db) {
        let times = moments(&db).await?;
        for other in &times {
            let local = other.naive_utc();
            let day = local.date();
            let select = (
                (Moment::at.micros_since(*other), Moment::at.seconds_since(*other), Moment::at.days_since(*other), Moment::at.years_since(*other)),
                (Moment::local.micros_since(local), Moment::local.seconds_since(local), Moment::local.days_since(local), Moment::local.years_since(local)),
                (Moment::day.days_since(day), Moment::day.years_since(day)),
            );
            let rows = Moment::query().order_by(Moment::id).select(select).all(&db).await?;
            for (row, at) in rows.into_iter().zip(&times) {
                let micros = at.timestamp_micros() - other.timestamp_micros();
                let days = (at.date_naive() - day).num_days();
                let years_of = years(local, at.naive_utc());
                assert_eq!(row.0, (micros, micros / 1_000_000, days, years_of), "{at} since {other}");
                assert_eq!(row.1, (Some(micros), Some(micros / 1_000_000), Some(days), Some(years_of)), "{at} since {other}");
                let midnight = |day: NaiveDate| day.and_hms_opt(0, 0, 0).unwrap();
                assert_eq!(row.2, (Some(days), Some(years(midnight(day), midnight(at.date_naive())))), "{at} since {other}");
            }
        }
        // Between columns.
        let same = Moment::query().filter(Moment::at.date().days_since(Moment::day).eq(0)).count(&db).await?;
        assert_eq!(same, u64::try_from(times.len()).unwrap());
        let none = Moment::create().at(times[0]).insert(&db).await?;
        assert_eq!(Moment::find(none.id).select((Moment::local.micros_since(Moment::local), Moment::day.years_since(Moment::day))).one(&db).await?, (None, None));
    }

    async fn the_statement_has_a_time(db: Db) {
        tables!(db: Moment);
        Moment::create().at(instant("2020-01-01T00:00:00Z")).insert(&db).await?;
        let before = Utc::now() - TimeDelta::seconds(2);
        let (at, again) = Moment::query().select((now(), now())).one(&db).await?;
        assert!(before <= at && at <= Utc::now() + TimeDelta::seconds(2), "{at}");
        assert_eq!(at, again);
        assert_eq!(Moment::query().filter(Moment::at.lt(now()) & Moment::at.ge(now().plus_years(-200))).count(&db).await?, 1);
        Moment::query().filter(Moment::at.lt(now())).update().set(Moment::at, now()).exec(&db).await?;
        let written = Moment::query().select(Moment::at).one(&db).await?;
        assert!(before <= written && written <= Utc::now() + TimeDelta::seconds(2), "{written}");
        assert_eq!(Moment::query().filter(Moment::at.le(now()) & Moment::at.gt(before)).count(&db).await?, 1);
    }

    async fn clocks_at_an_offset(db: Db) {
        let times = moments(&db).await?;
        for seconds in [0, 3600, -3600, 5 * 3600 + 1800, -12 * 3600, 14 * 3600, 3 * 3600 + 1] {
            let offset = FixedOffset::east_opt(seconds).unwrap();
            let clocks = Moment::query().order_by(Moment::id).select(Moment::at.at_offset(offset)).all(&db).await?;
            let is: Vec<_> = times.iter().map(|at| at.with_timezone(&offset).naive_local()).collect();
            assert_eq!(clocks, is, "{offset}");
            let days = Moment::query().order_by(Moment::id).select(Moment::at.at_offset(offset).date()).all(&db).await?;
            assert_eq!(days, is.iter().map(|at| at.date()).collect::<Vec<_>>(), "{offset}");
        }
    }

    async fn named_zones_are_known_or_refused(db: Db) {
        tables!(db: Moment);
        Moment::insert_many(["2023-03-26T00:59:59Z", "2023-03-26T01:00:00Z", "2023-12-01T12:00:00Z"].map(|t| Moment::create().at(instant(t)))).exec(&db).await?;
        let clocks = Moment::query().order_by(Moment::id).select(Moment::at.at_zone("Europe/Berlin")).all(&db).await;
        if db.is_postgres() {
            let is = ["2023-03-26T01:59:59", "2023-03-26T03:00:00", "2023-12-01T13:00:00"].map(|t| t.parse::<NaiveDateTime>().unwrap());
            assert_eq!(clocks?, is);
            assert!(Moment::query().select(Moment::at.at_zone("Europe/Atlantis")).all(&db).await.is_err());
        } else {
            let error = clocks.unwrap_err().to_string();
            assert!(error.contains("does not support named time zones"), "{error}");
        }
    }
}
