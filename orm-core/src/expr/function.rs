//! Functions of text, of times, and of NULL.

use super::{Expr, Expression, Function, IntoOperand, Node, methods};
use crate::value::{Field, Kind, NotNull};

/// A type that holds text: `String`, an enum's label, a newtype around `String`, and `Option` of each.
#[diagnostic::on_unimplemented(message = "a column of type `{Self}` is not text", label = "expected text")]
pub trait TextValue: Field {}

impl TextValue for String {}
#[diagnostic::do_not_recommend]
impl<T: TextValue + NotNull> TextValue for Option<T> {}

/// A type with a day in it.
#[diagnostic::on_unimplemented(message = "a column of type `{Self}` has no day", label = "expected a date or a time with a date")]
pub trait HasDate: Field {
    /// The day's own type: `NaiveDate`, or `Option<NaiveDate>`.
    type Date: Field;
    /// The type of a part: `i32`, or `Option<i32>`.
    type Part: Field;
}

/// A type with a time of day in it.
#[diagnostic::on_unimplemented(message = "a column of type `{Self}` has no time of day", label = "expected a time")]
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

/// A part of a day or time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DatePart {
    /// The year.
    Year,
    /// 1 to 12.
    Month,
    /// The day of the month, 1 to 31.
    Day,
    /// 0 to 23.
    Hour,
    /// 0 to 59.
    Minute,
    /// The whole second, 0 to 59.
    Second,
    /// The day of the week, 0 (Sunday) to 6.
    Weekday,
    /// The day of the year, 1 to 366.
    YearDay,
}

fn call<M, T>(function: Function, arguments: Vec<Node>) -> Expr<M, T> {
    Expr::new(Node::Call(function, arguments))
}

methods!([T] T, [T: TextValue], {
    /// The text in lower case. SQLite knows the case of ASCII letters only; this crate teaches it the rest.
    pub fn lower(self) -> Expr<M, T> {
        call(Function::Lower, vec![self.into_node()])
    }

    /// The text in upper case.
    pub fn upper(self) -> Expr<M, T> {
        call(Function::Upper, vec![self.into_node()])
    }

    /// The text without spaces at both ends. (Other white space stays, as in SQL.)
    pub fn trim(self) -> Expr<M, T> {
        call(Function::Trim, vec![self.into_node()])
    }

    /// The number of characters (not of bytes); NULL for NULL.
    pub fn length(self) -> Expr<M, Option<i64>> {
        call(Function::Length, vec![self.into_node()])
    }

    /// This text and another one behind it.
    pub fn concat(self, other: impl IntoOperand<M, T>) -> Expr<M, T> {
        call(Function::Concat, vec![self.into_node(), other.into_operand().into_node()])
    }
});

methods!([T] Option<T>, [T: NotNull], {
    /// This value, or `other` where it is NULL.
    pub fn coalesce(self, other: impl IntoOperand<M, T>) -> Expr<M, T> {
        call(Function::Coalesce, vec![self.into_node(), other.into_operand().into_node()])
    }
});

macro_rules! part {
    ($self:ident, $part:ident) => {
        call(Function::Part(DatePart::$part, kind_of::<T>()), vec![$self.into_node()])
    };
}

const fn kind_of<T: Field>() -> Kind {
    T::TYPE.kind
}

methods!([T] T, [T: HasDate], {
    /// The year, in UTC where the column is a point in time (as all parts are).
    pub fn year(self) -> Expr<M, T::Part> {
        part!(self, Year)
    }

    /// The month, 1 to 12.
    pub fn month(self) -> Expr<M, T::Part> {
        part!(self, Month)
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> Expr<M, T::Part> {
        part!(self, Day)
    }

    /// The day of the week, 0 (Sunday) to 6 (Saturday).
    pub fn weekday(self) -> Expr<M, T::Part> {
        part!(self, Weekday)
    }

    /// The day of the year, 1 to 366.
    pub fn year_day(self) -> Expr<M, T::Part> {
        part!(self, YearDay)
    }

    /// The day without the time.
    pub fn date(self) -> Expr<M, T::Date> {
        call(Function::Date(kind_of::<T>()), vec![self.into_node()])
    }
});

methods!([T] T, [T: HasTime], {
    /// The hour, 0 to 23.
    pub fn hour(self) -> Expr<M, T::Part> {
        part!(self, Hour)
    }

    /// The minute, 0 to 59.
    pub fn minute(self) -> Expr<M, T::Part> {
        part!(self, Minute)
    }

    /// The whole second, 0 to 59.
    pub fn second(self) -> Expr<M, T::Part> {
        part!(self, Second)
    }
});
