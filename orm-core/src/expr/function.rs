//! Functions of text, of times, and of NULL.

use super::{Expr, Expression, Function, IntoOperand, Node, methods};
use crate::value::{Field, Kind, NotNull};

/// A type that holds text: `String`, an enum's label, a newtype around `String`, and `Option` of each.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` is not text",
    label = "expected text"
)]
pub trait TextValue: Field {}

impl TextValue for String {}
#[diagnostic::do_not_recommend]
impl<T: TextValue + NotNull> TextValue for Option<T> {}

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
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let (upper, length) = User::find(1).select((User::username.upper().concat("!"), User::username.length())).one(&db).await?;
    /// assert_eq!((upper.as_str(), length), ("ANN!", Some(3)));
    /// # Ok(()) }) }
    /// ```
    pub fn lower(self) -> Expr<M, T> {
        call(Function::Lower, vec![self.into_node()])
    }

    /// The text in upper case. See [`lower`](Self::lower).
    pub fn upper(self) -> Expr<M, T> {
        call(Function::Upper, vec![self.into_node()])
    }

    /// The text without spaces at both ends. (Other white space stays, as in SQL.) See [`lower`](Self::lower).
    pub fn trim(self) -> Expr<M, T> {
        call(Function::Trim, vec![self.into_node()])
    }

    /// The number of characters (not of bytes); NULL for NULL. See [`lower`](Self::lower).
    pub fn length(self) -> Expr<M, Option<i64>> {
        call(Function::Length, vec![self.into_node()])
    }

    /// This text and another one behind it. See [`lower`](Self::lower).
    pub fn concat(self, other: impl IntoOperand<M, T>) -> Expr<M, T> {
        call(Function::Concat, vec![self.into_node(), other.into_operand().into_node()])
    }
});

methods!([T] Option<T>, [T: NotNull], {
    /// This value, or `other` where it is NULL.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let ages = User::query().order_by(User::id).select(User::age.coalesce(0)).all(&db).await?;
    /// assert_eq!(ages, [34, 0, 17]);
    /// # Ok(()) }) }
    /// ```
    pub fn coalesce(self, other: impl IntoOperand<M, T>) -> Expr<M, T> {
        call(Function::Coalesce, vec![self.into_node(), other.into_operand().into_node()])
    }
});

macro_rules! part {
    ($self:ident, $part:ident) => {
        call(
            Function::Part(DatePart::$part, kind_of::<T>()),
            vec![$self.into_node()],
        )
    };
}

const fn kind_of<T: Field>() -> Kind {
    T::TYPE.kind
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
        part!(self, Year)
    }

    /// The month, 1 to 12. See [`year`](Self::year).
    pub fn month(self) -> Expr<M, T::Part> {
        part!(self, Month)
    }

    /// The day of the month, 1 to 31. See [`year`](Self::year).
    pub fn day(self) -> Expr<M, T::Part> {
        part!(self, Day)
    }

    /// The day of the week, 0 (Sunday) to 6 (Saturday). See [`year`](Self::year).
    pub fn weekday(self) -> Expr<M, T::Part> {
        part!(self, Weekday)
    }

    /// The day of the year, 1 to 366. See [`year`](Self::year).
    pub fn year_day(self) -> Expr<M, T::Part> {
        part!(self, YearDay)
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
        call(Function::Date(kind_of::<T>()), vec![self.into_node()])
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
        part!(self, Hour)
    }

    /// The minute, 0 to 59. See [`hour`](Self::hour).
    pub fn minute(self) -> Expr<M, T::Part> {
        part!(self, Minute)
    }

    /// The whole second, 0 to 59. See [`hour`](Self::hour).
    pub fn second(self) -> Expr<M, T::Part> {
        part!(self, Second)
    }
});
