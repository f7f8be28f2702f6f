//! Functions of days and times.

use super::{Form, Function, Gains, Gives, functions};
use crate::expr::{Expr, Expression, IntoOperand, Node, methods};
use crate::value::Kind;
#[cfg(feature = "chrono")]
use crate::value::Value;

mod types;

pub use types::{HasDate, HasTime, Instant};

/// A part of a point in time: that of its UTC day, whatever the session's time zone is.
macro_rules! utc_part {
    ($sqlite:literal, $postgres:literal, $mysql:literal) => {
        Form::each(
            concat!("CAST(strftime('", $sqlite, "', {0}) AS INTEGER)"),
            concat!(
                "CAST(FLOOR(EXTRACT(",
                $postgres,
                " FROM {(0)} AT TIME ZONE 'UTC')) AS INTEGER)"
            ),
            $mysql,
        )
        .of(&[Kind::Timestamp])
    };
}

/// A part of a day or of a time without zone.
macro_rules! part {
    ($sqlite:literal, $postgres:literal, $mysql:literal) => {
        Form::each(
            concat!("CAST(strftime('", $sqlite, "', {0}) AS INTEGER)"),
            concat!(
                "CAST(FLOOR(EXTRACT(",
                $postgres,
                " FROM {(0)})) AS INTEGER)"
            ),
            $mysql,
        )
    };
}

/// The beginning of a unit of a day or longer.
macro_rules! day_trunc {
    ($unit:literal, $mysql:literal) => {
        [
            Form::each(
                concat!("orm_time_trunc({0}, '", $unit, "')"),
                concat!(
                    "(DATE_TRUNC('",
                    $unit,
                    "', {(0)} AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')"
                ),
                concat!("CAST(", $mysql, " AS DATETIME(6))"),
            )
            .of(&[Kind::Timestamp]),
            Form::each(
                concat!("orm_time_trunc({0}, '", $unit, "')"),
                concat!(
                    "CAST(DATE_TRUNC('",
                    $unit,
                    "', CAST({(0)} AS TIMESTAMP)) AS DATE)"
                ),
                concat!("CAST(", $mysql, " AS DATE)"),
            )
            .of(&[Kind::Date]),
            Form::each(
                concat!("orm_time_trunc({0}, '", $unit, "')"),
                concat!("DATE_TRUNC('", $unit, "', {0})"),
                concat!("CAST(", $mysql, " AS DATETIME(6))"),
            )
            .of(&[Kind::DateTime]),
        ]
    };
}

/// The beginning of a unit that is shorter than a day.
macro_rules! time_trunc {
    ($unit:literal, $mysql:literal) => {
        [
            Form::each(
                concat!("orm_time_trunc({0}, '", $unit, "')"),
                concat!(
                    "(DATE_TRUNC('",
                    $unit,
                    "', {(0)} AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')"
                ),
                concat!("CAST(DATE_FORMAT({0}, '", $mysql, "') AS DATETIME(6))"),
            )
            .of(&[Kind::Timestamp]),
            Form::each(
                concat!("orm_time_trunc({0}, '", $unit, "')"),
                concat!("DATE_TRUNC('", $unit, "', {0})"),
                concat!("CAST(DATE_FORMAT({0}, '", $mysql, "') AS DATETIME(6))"),
            )
            .of(&[Kind::DateTime]),
        ]
    };
}

/// A step of the calendar, which is taken in UTC.
macro_rules! calendar {
    ($sqlite:literal, $step:literal, $mysql:literal) => {
        [
            Form::each(
                $sqlite,
                concat!(
                    "(({(0)} AT TIME ZONE 'UTC' + ",
                    $step,
                    ") AT TIME ZONE 'UTC')"
                ),
                $mysql,
            )
            .of(&[Kind::Timestamp]),
            Form::each(
                $sqlite,
                concat!("CAST({(0)} + ", $step, " AS DATE)"),
                $mysql,
            )
            .of(&[Kind::Date]),
            Form::each($sqlite, concat!("({(0)} + ", $step, ")"), $mysql),
        ]
    };
}

const PART: Gives = Gives::Always(Kind::I64);

functions! {
    /// The year.
    YEAR: "year" -> PART => [utc_part!("%Y", "YEAR", "YEAR({0})"), part!("%Y", "YEAR", "YEAR({0})")];
    /// 1 to 12.
    MONTH: "month" -> PART => [utc_part!("%m", "MONTH", "MONTH({0})"), part!("%m", "MONTH", "MONTH({0})")];
    /// The day of the month, 1 to 31.
    DAY: "day" -> PART => [utc_part!("%d", "DAY", "DAYOFMONTH({0})"), part!("%d", "DAY", "DAYOFMONTH({0})")];
    /// 0 to 23.
    HOUR: "hour" -> PART => [utc_part!("%H", "HOUR", "HOUR({0})"), part!("%H", "HOUR", "HOUR({0})")];
    /// 0 to 59.
    MINUTE: "minute" -> PART => [utc_part!("%M", "MINUTE", "MINUTE({0})"), part!("%M", "MINUTE", "MINUTE({0})")];
    /// The whole second, 0 to 59.
    SECOND: "second" -> PART => [utc_part!("%S", "SECOND", "SECOND({0})"), part!("%S", "SECOND", "SECOND({0})")];
    /// The day of the week, 0 (Sunday) to 6.
    WEEKDAY: "weekday" -> PART => [utc_part!("%w", "DOW", "(DAYOFWEEK({0}) - 1)"), part!("%w", "DOW", "(DAYOFWEEK({0}) - 1)")];
    /// The day of the year, 1 to 366.
    YEAR_DAY: "year_day" -> PART => [utc_part!("%j", "DOY", "DAYOFYEAR({0})"), part!("%j", "DOY", "DAYOFYEAR({0})")];
    /// The day of a point in time.
    DATE: "date" -> Gives::Always(Kind::Date) => [Form::each("date({0})", "CAST({(0)} AT TIME ZONE 'UTC' AS DATE)", "DATE({0})").of(&[Kind::Timestamp]),
        Form::each("date({0})", "CAST({(0)} AS DATE)", "DATE({0})")];
    /// The time at which the statement began.
    NOW: "now" -> Gives::Always(Kind::Timestamp) => [Form::each("strftime('%Y-%m-%d %H:%M:%f000', 'now')", "STATEMENT_TIMESTAMP()", "UTC_TIMESTAMP(6)")];
    /// The beginning of the year.
    TRUNC_YEAR: "trunc_to(Year)" -> Gives::Same => day_trunc!("year", "MAKEDATE(YEAR({0}), 1)");
    /// The beginning of the quarter.
    TRUNC_QUARTER: "trunc_to(Quarter)" -> Gives::Same => day_trunc!("quarter", "MAKEDATE(YEAR({0}), 1) + INTERVAL (QUARTER({0}) - 1) * 3 MONTH");
    /// The beginning of the month.
    TRUNC_MONTH: "trunc_to(Month)" -> Gives::Same => day_trunc!("month", "DATE({0}) - INTERVAL (DAYOFMONTH({0}) - 1) DAY");
    /// The beginning of the week, which is a Monday.
    TRUNC_WEEK: "trunc_to(Week)" -> Gives::Same => day_trunc!("week", "DATE({0}) - INTERVAL WEEKDAY({0}) DAY");
    /// The beginning of the day.
    TRUNC_DAY: "trunc_to(Day)" -> Gives::Same => day_trunc!("day", "DATE({0})");
    /// The beginning of the hour.
    TRUNC_HOUR: "trunc_to(Hour)" -> Gives::Same => time_trunc!("hour", "%Y-%m-%d %H:00:00");
    /// The beginning of the minute.
    TRUNC_MINUTE: "trunc_to(Minute)" -> Gives::Same => time_trunc!("minute", "%Y-%m-%d %H:%i:00");
    /// The beginning of the second.
    TRUNC_SECOND: "trunc_to(Second)" -> Gives::Same => time_trunc!("second", "%Y-%m-%d %H:%i:%s");
    /// A time later by so many microseconds.
    PLUS: "plus" -> Gives::Same => [Form::each("orm_time_add({0}, {1})", "({(0)} + {(1)} * INTERVAL '1 microsecond')", "({(0)} + INTERVAL {(1)} MICROSECOND)")];
    /// A day or time later by so many days.
    PLUS_DAYS: "plus_days" -> Gives::Same => [Form::each("orm_time_add_days({0}, {1})", "({(0)} + {(1)})", "({(0)} + INTERVAL {(1)} DAY)").of(&[Kind::Date]),
        // Where clocks are set forward, a day is not 24 hours long to a session in that zone.
        Form::each("orm_time_add_days({0}, {1})", "({(0)} + {(1)} * INTERVAL '24 hours')", "({(0)} + INTERVAL {(1)} DAY)")];
    /// A day or time later by so many months.
    PLUS_MONTHS: "plus_months" -> Gives::Same => calendar!("orm_time_add_months({0}, {1})", "{(1)} * INTERVAL '1 month'", "({(0)} + INTERVAL {(1)} MONTH)");
    /// A day or time later by so many years.
    PLUS_YEARS: "plus_years" -> Gives::Same => calendar!("orm_time_add_months({0}, 12 * {(1)})", "{(1)} * INTERVAL '1 year'", "({(0)} + INTERVAL {(1)} YEAR)");
    /// Microseconds between two times.
    MICROS_SINCE: "micros_since" -> PART => [Form::each(
        "orm_micros_between({0}, {~1})",
        "CAST(EXTRACT(EPOCH FROM {(0)} - {(~1)}) * 1000000 AS BIGINT)",
        "TIMESTAMPDIFF(MICROSECOND, {~1}, {0})",
    )];
    /// Whole seconds between two times.
    SECONDS_SINCE: "seconds_since" -> PART => [Form::each(
        "(orm_micros_between({0}, {~1}) / 1000000)",
        "CAST(TRUNC(EXTRACT(EPOCH FROM {(0)} - {(~1)})) AS BIGINT)",
        "(TIMESTAMPDIFF(MICROSECOND, {~1}, {0}) DIV 1000000)",
    )];
    /// Midnights between two days or times.
    DAYS_SINCE: "days_since" -> PART => [Form::each(
            "orm_days_between({0}, {~1})",
            "CAST(CAST({(0)} AT TIME ZONE 'UTC' AS DATE) - CAST({(~1)} AT TIME ZONE 'UTC' AS DATE) AS BIGINT)",
            "DATEDIFF({0}, {~1})",
        ).of(&[Kind::Timestamp]),
        Form::each(
            "orm_days_between({0}, {~1})",
            "CAST(CAST({(0)} AS DATE) - CAST({(~1)} AS DATE) AS BIGINT)",
            "DATEDIFF({0}, {~1})",
        )];
    /// Whole years between two days or times.
    YEARS_SINCE: "years_since" -> PART => [Form::each(
            "orm_years_between({0}, {~1})",
            "CAST(EXTRACT(YEAR FROM AGE({(0)} AT TIME ZONE 'UTC', {(~1)} AT TIME ZONE 'UTC')) AS BIGINT)",
            "TIMESTAMPDIFF(YEAR, {~1}, {0})",
        ).of(&[Kind::Timestamp]),
        Form::each(
            "orm_years_between({0}, {~1})",
            "CAST(EXTRACT(YEAR FROM AGE(CAST({(0)} AS TIMESTAMP), CAST({(~1)} AS TIMESTAMP))) AS BIGINT)",
            "TIMESTAMPDIFF(YEAR, {~1}, {0})",
        )];
    /// The clock's time so many microseconds before or after that of UTC.
    AT_OFFSET: "at_offset" -> Gives::Always(Kind::DateTime) => [Form::each(
        "orm_time_add({0}, {1})",
        "({(0)} AT TIME ZONE 'UTC' + {1} * INTERVAL '1 microsecond')",
        "({(0)} + INTERVAL {1} MICROSECOND)",
    )];
    /// The clock's time in a named zone.
    AT_ZONE: "at_zone" -> Gives::Always(Kind::DateTime) => [Form {
        postgres: Ok("({(0)} AT TIME ZONE {1})"),
        // Without its tables of zones, which many servers lack, MySQL would give NULL and say nothing.
        mysql: Err("named time zones; `at_offset` takes a fixed offset"),
        sqlite: Err("named time zones; `at_offset` takes a fixed offset"),
        ..Form::same("")
    }];
}

/// A unit of time, to whose beginning times are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimeUnit {
    /// From the first of January.
    Year,
    /// Three months, from the first of January, April, July or October.
    Quarter,
    /// From its first day.
    Month,
    /// From Monday.
    Week,
    /// From midnight, in UTC where it is a point in time.
    Day,
    /// Not of a day without a time.
    Hour,
    /// Not of a day without a time.
    Minute,
    /// Not of a day without a time.
    Second,
}

impl TimeUnit {
    fn function(self) -> &'static Function {
        match self {
            Self::Year => &TRUNC_YEAR,
            Self::Quarter => &TRUNC_QUARTER,
            Self::Month => &TRUNC_MONTH,
            Self::Week => &TRUNC_WEEK,
            Self::Day => &TRUNC_DAY,
            Self::Hour => &TRUNC_HOUR,
            Self::Minute => &TRUNC_MINUTE,
            Self::Second => &TRUNC_SECOND,
        }
    }
}

/// The time at which the statement began, by the database's clock; SQLite's counts milliseconds.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// use orm::expr::now;
///
/// let old = Post::query().filter(Post::created_at.plus_days(30).lt(now()));
/// assert_eq!(old.clone().count(&db).await?, 4);
/// # Ok(()) }) }
/// ```
#[cfg(feature = "chrono")]
pub fn now<M>() -> Expr<M, chrono::DateTime<chrono::Utc>> {
    Expr::new(NOW.node(Kind::Timestamp, Vec::new()))
}

methods!([T] T, [T: HasDate], {
    /// The year, in UTC where the column is a point in time (as all parts are).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let february = Post::query().filter(Post::created_at.year().eq(2026) & Post::created_at.month().eq(2));
    /// assert_eq!(february.count(&db).await?, 2);
    /// # Ok(()) }) }
    /// ```
    pub fn year(self) -> Expr<M, T::Part> {
        YEAR.call::<T, _, _, _>(vec![self.into_node()])
    }

    /// The month, 1 to 12. See [`year`](Self::year).
    pub fn month(self) -> Expr<M, T::Part> {
        MONTH.call::<T, _, _, _>(vec![self.into_node()])
    }

    /// The day of the month, 1 to 31. See [`year`](Self::year).
    pub fn day(self) -> Expr<M, T::Part> {
        DAY.call::<T, _, _, _>(vec![self.into_node()])
    }

    /// The day of the week, 0 (Sunday) to 6 (Saturday). See [`year`](Self::year).
    pub fn weekday(self) -> Expr<M, T::Part> {
        WEEKDAY.call::<T, _, _, _>(vec![self.into_node()])
    }

    /// The day of the year, 1 to 366. See [`year`](Self::year).
    pub fn year_day(self) -> Expr<M, T::Part> {
        YEAR_DAY.call::<T, _, _, _>(vec![self.into_node()])
    }

    /// The day without the time.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let per_day = Post::query().group_by(Post::created_at.date()).select((Post::created_at.date(), count())).all(&db).await?;
    /// assert_eq!(per_day.len(), 4);
    /// # Ok(()) }) }
    /// ```
    pub fn date(self) -> Expr<M, T::Date> {
        DATE.call::<T, _, _, _>(vec![self.into_node()])
    }
});

methods!([T] T, [T: HasTime], {
    /// The hour, 0 to 23.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// assert_eq!(Post::query().filter(Post::created_at.hour().eq(3) & Post::created_at.minute().eq(4)).count(&db).await?, 4);
    /// # Ok(()) }) }
    /// ```
    pub fn hour(self) -> Expr<M, T::Part> {
        HOUR.call::<T, _, _, _>(vec![self.into_node()])
    }

    /// The minute, 0 to 59. See [`hour`](Self::hour).
    pub fn minute(self) -> Expr<M, T::Part> {
        MINUTE.call::<T, _, _, _>(vec![self.into_node()])
    }

    /// The whole second, 0 to 59. See [`hour`](Self::hour).
    pub fn second(self) -> Expr<M, T::Part> {
        SECOND.call::<T, _, _, _>(vec![self.into_node()])
    }
});

methods!([T] T, [T: HasDate], {
    /// The beginning of the year, month, week … that the day or time is in; in UTC, where it is a point in time.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// use orm::expr::TimeUnit;
    ///
    /// let month = Post::created_at.trunc_to(TimeUnit::Month);
    /// let per_month = Post::query().group_by(month.clone()).order_by(month.clone()).select((month.date(), count())).all(&db).await?;
    /// assert_eq!(per_month, [("2026-01-01".parse().expect("a day"), 2), ("2026-02-01".parse().expect("a day"), 2)]);
    /// # Ok(()) }) }
    /// ```
    pub fn trunc_to(self, unit: TimeUnit) -> Expr<M, T> {
        if T::TYPE.kind == Kind::Date && matches!(unit, TimeUnit::Hour | TimeUnit::Minute | TimeUnit::Second) {
            return Expr::new(Node::Mistake(format!("a day without a time has no {unit:?} to be cut to")));
        }
        unit.function().call::<T, _, _, _>(vec![self.into_node()])
    }

    /// So many days later; earlier, if the number is negative. What the calendar of the database does not reach is an error, or NULL.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let at = Post::created_at;
    /// let later = Post::find(1).select((at.plus_days(-2).date(), at.plus_months(1).date(), at.plus_years(1).days_since(at))).one(&db).await?;
    /// let day = |text: &str| text.parse().expect("a day");
    /// assert_eq!(later, (day("2025-12-31"), day("2026-02-02"), 365));
    /// # Ok(()) }) }
    /// ```
    pub fn plus_days(self, days: impl IntoOperand<M, i32>) -> Expr<M, T> {
        PLUS_DAYS.call::<T, _, _, _>(vec![self.into_node(), days.into_operand().into_node()])
    }

    /// So many months later, on the same day of the month, or on the last one if the month is shorter. See [`plus_days`](Self::plus_days).
    pub fn plus_months(self, months: impl IntoOperand<M, i32>) -> Expr<M, T> {
        PLUS_MONTHS.call::<T, _, _, _>(vec![self.into_node(), months.into_operand().into_node()])
    }

    /// So many years later, on the same day; that of a leap day is the 28th of February. See [`plus_days`](Self::plus_days).
    pub fn plus_years(self, years: impl IntoOperand<M, i32>) -> Expr<M, T> {
        PLUS_YEARS.call::<T, _, _, _>(vec![self.into_node(), years.into_operand().into_node()])
    }

    /// How many midnights (of UTC) lie between another day or time and this one; negative, if the other is later. See
    /// [`plus_days`](Self::plus_days).
    pub fn days_since(self, other: impl IntoOperand<M, T>) -> Expr<M, <T as Gains<i64>>::With> where T: Gains<i64> {
        DAYS_SINCE.call::<T, _, _, _>(vec![self.into_node(), other.into_operand().into_node()])
    }

    /// How many whole years lie between another day or time and this one, as one counts somebody's age. See
    /// [`plus_days`](Self::plus_days).
    pub fn years_since(self, other: impl IntoOperand<M, T>) -> Expr<M, <T as Gains<i64>>::With> where T: Gains<i64> {
        YEARS_SINCE.call::<T, _, _, _>(vec![self.into_node(), other.into_operand().into_node()])
    }
});

/// A duration that databases calculate with exactly, in microseconds.
#[cfg(feature = "chrono")]
fn micros(duration: chrono::TimeDelta) -> Node {
    // Up to here, all microseconds are floats of 64 bits.
    const MOST: i64 = 1 << f64::MANTISSA_DIGITS;
    if duration.subsec_nanos() % 1_000 != 0 {
        return Node::Mistake("databases keep microseconds; the duration is finer".into());
    }
    match duration.num_microseconds() {
        Some(micros) if (-MOST..=MOST).contains(&micros) => Node::Value(Value::I64(micros)),
        _ => Node::Mistake("the duration has more than 285 years; use `plus_years`".into()),
    }
}

#[cfg(feature = "chrono")]
methods!([T] T, [T: HasDate + HasTime], {
    /// So much later; earlier, if the duration is negative.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// use orm::chrono::TimeDelta;
    ///
    /// let later = Post::created_at.plus(TimeDelta::minutes(90));
    /// let (hour, seconds) = Post::find(1).select((later.clone().hour(), later.seconds_since(Post::created_at))).one(&db).await?;
    /// assert_eq!((hour, seconds), (4, 5_400));
    /// # Ok(()) }) }
    /// ```
    pub fn plus(self, duration: chrono::TimeDelta) -> Expr<M, T> {
        PLUS.call::<T, _, _, _>(vec![self.into_node(), micros(duration)])
    }

    /// So much earlier. See [`plus`](Self::plus).
    pub fn minus(self, duration: chrono::TimeDelta) -> Expr<M, T> {
        PLUS.call::<T, _, _, _>(vec![self.into_node(), micros(-duration)])
    }

    /// How many microseconds lie between another time and this one; negative, if the other is later. See [`plus`](Self::plus).
    pub fn micros_since(self, other: impl IntoOperand<M, T>) -> Expr<M, <T as Gains<i64>>::With> where T: Gains<i64> {
        MICROS_SINCE.call::<T, _, _, _>(vec![self.into_node(), other.into_operand().into_node()])
    }

    /// How many whole seconds lie between another time and this one; negative, if the other is later. See [`plus`](Self::plus).
    pub fn seconds_since(self, other: impl IntoOperand<M, T>) -> Expr<M, <T as Gains<i64>>::With> where T: Gains<i64> {
        SECONDS_SINCE.call::<T, _, _, _>(vec![self.into_node(), other.into_operand().into_node()])
    }
});

#[cfg(feature = "chrono")]
methods!([T] T, [T: Instant], {
    /// What a clock shows then at a fixed offset from UTC.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// use orm::chrono::FixedOffset;
    ///
    /// let india = FixedOffset::east_opt(5 * 3600 + 1800).expect("an offset");
    /// let local = Post::find(1).select(Post::created_at.at_offset(india)).one(&db).await?;
    /// assert_eq!(local.to_string(), "2026-01-02 08:34:05");
    /// # Ok(()) }) }
    /// ```
    pub fn at_offset(self, offset: chrono::FixedOffset) -> Expr<M, T::Clock> {
        let micros = i64::from(offset.local_minus_utc()) * 1_000_000;
        AT_OFFSET.call::<T, _, _, _>(vec![self.into_node(), Node::Value(Value::I64(micros))])
    }

    /// What a clock shows then in a zone such as `Europe/Berlin`, summer time included. Only PostgreSQL is sure to know zones; there, one
    /// that it does not know is an error. On the others use [`at_offset`](Self::at_offset).
    pub fn at_zone(self, zone: impl Into<String>) -> Expr<M, T::Clock> {
        AT_ZONE.call::<T, _, _, _>(vec![self.into_node(), Node::Value(Value::Text(zone.into()))])
    }
});
