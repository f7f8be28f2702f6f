//! Which types have a day, and which a time of day.

use crate::value::{Field, NotNull};

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

/// A point in time.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` is no point in time",
    label = "expected a `DateTime<Utc>`"
)]
pub trait Instant: Field {
    /// What a clock shows then: `NaiveDateTime`, or `Option<NaiveDateTime>`.
    type Clock: Field;
}
#[cfg(feature = "chrono")]
impl Instant for chrono::DateTime<chrono::Utc> {
    type Clock = chrono::NaiveDateTime;
}
#[diagnostic::do_not_recommend]
impl<T: Instant<Clock: NotNull> + NotNull> Instant for Option<T> {
    type Clock = Option<T::Clock>;
}
