//! Functions of days and times.

use super::{Form, Gives, functions};
use crate::expr::{Expr, Expression, methods};
use crate::value::{Field, Kind, NotNull};

/// A type with a day in it.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` has no day",
    label = "expected a date or a time with a date"
)]
pub trait HasDate: Field {
    /// The day's own type: `NaiveDate`, or `Option<NaiveDate>`.
    type Date: Field;
    /// The type of a part: `i32`, or `Option<i32>`.
    type Part: Field;
}

/// A type with a time of day in it.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` has no time of day",
    label = "expected a time"
)]
pub trait HasTime: Field {
    /// The type of a part: `i32`, or `Option<i32>`.
    type Part: Field;
}

#[diagnostic::do_not_recommend]
impl<T> HasDate for Option<T>
where
    T: HasDate<Date: NotNull, Part: NotNull> + NotNull,
{
    type Date = Option<T::Date>;
    type Part = Option<T::Part>;
}

#[diagnostic::do_not_recommend]
impl<T> HasTime for Option<T>
where
    T: HasTime<Part: NotNull> + NotNull,
{
    type Part = Option<T::Part>;
}

#[cfg(feature = "chrono")]
mod chrono_types {
    use super::{HasDate, HasTime};
    use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

    macro_rules! date {
        ($($ty:ty),*) => {$(
            impl HasDate for $ty {
                type Date = NaiveDate;
                type Part = i32;
            }
        )*};
    }
    macro_rules! time {
        ($($ty:ty),*) => {$(
            impl HasTime for $ty {
                type Part = i32;
            }
        )*};
    }
    date!(NaiveDate, NaiveDateTime, DateTime<Utc>);
    time!(NaiveTime, NaiveDateTime, DateTime<Utc>);
}

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

const PART: Gives = Gives::Always(Kind::I64);

functions! {
    /// The year.
    YEAR: "year" -> PART => utc_part!("%Y", "YEAR", "YEAR({0})"), part!("%Y", "YEAR", "YEAR({0})");
    /// 1 to 12.
    MONTH: "month" -> PART => utc_part!("%m", "MONTH", "MONTH({0})"), part!("%m", "MONTH", "MONTH({0})");
    /// The day of the month, 1 to 31.
    DAY: "day" -> PART => utc_part!("%d", "DAY", "DAYOFMONTH({0})"), part!("%d", "DAY", "DAYOFMONTH({0})");
    /// 0 to 23.
    HOUR: "hour" -> PART => utc_part!("%H", "HOUR", "HOUR({0})"), part!("%H", "HOUR", "HOUR({0})");
    /// 0 to 59.
    MINUTE: "minute" -> PART => utc_part!("%M", "MINUTE", "MINUTE({0})"), part!("%M", "MINUTE", "MINUTE({0})");
    /// The whole second, 0 to 59.
    SECOND: "second" -> PART => utc_part!("%S", "SECOND", "SECOND({0})"), part!("%S", "SECOND", "SECOND({0})");
    /// The day of the week, 0 (Sunday) to 6.
    WEEKDAY: "weekday" -> PART => utc_part!("%w", "DOW", "(DAYOFWEEK({0}) - 1)"), part!("%w", "DOW", "(DAYOFWEEK({0}) - 1)");
    /// The day of the year, 1 to 366.
    YEAR_DAY: "year_day" -> PART => utc_part!("%j", "DOY", "DAYOFYEAR({0})"), part!("%j", "DOY", "DAYOFYEAR({0})");
    /// The day of a point in time.
    DATE: "date" -> Gives::Always(Kind::Date) =>
        Form::each("date({0})", "CAST({(0)} AT TIME ZONE 'UTC' AS DATE)", "DATE({0})").of(&[Kind::Timestamp]),
        Form::each("date({0})", "CAST({(0)} AS DATE)", "DATE({0})");
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
        YEAR.call::<T, _, _>(vec![self.into_node()])
    }

    /// The month, 1 to 12. See [`year`](Self::year).
    pub fn month(self) -> Expr<M, T::Part> {
        MONTH.call::<T, _, _>(vec![self.into_node()])
    }

    /// The day of the month, 1 to 31. See [`year`](Self::year).
    pub fn day(self) -> Expr<M, T::Part> {
        DAY.call::<T, _, _>(vec![self.into_node()])
    }

    /// The day of the week, 0 (Sunday) to 6 (Saturday). See [`year`](Self::year).
    pub fn weekday(self) -> Expr<M, T::Part> {
        WEEKDAY.call::<T, _, _>(vec![self.into_node()])
    }

    /// The day of the year, 1 to 366. See [`year`](Self::year).
    pub fn year_day(self) -> Expr<M, T::Part> {
        YEAR_DAY.call::<T, _, _>(vec![self.into_node()])
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
        DATE.call::<T, _, _>(vec![self.into_node()])
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
        HOUR.call::<T, _, _>(vec![self.into_node()])
    }

    /// The minute, 0 to 59. See [`hour`](Self::hour).
    pub fn minute(self) -> Expr<M, T::Part> {
        MINUTE.call::<T, _, _>(vec![self.into_node()])
    }

    /// The whole second, 0 to 59. See [`hour`](Self::hour).
    pub fn second(self) -> Expr<M, T::Part> {
        SECOND.call::<T, _, _>(vec![self.into_node()])
    }
});
