//! Aggregates over the rows of a query or a group.

use super::{AggregateOp, Derived, Expr, Expression, Node, methods};
use crate::model::Model;
use crate::value::{Field, Kind, NotNull};

/// What [`Expr`] says of an aggregate, in the place of a name: it is a value of many rows, and [`over`](Expr::over) makes it one of each
/// row.
pub enum Aggregated {}

fn aggregate<M, T>(
    op: AggregateOp,
    of: Option<Node>,
    kind: Kind,
    distinct: bool,
) -> Expr<M, T, Aggregated> {
    Expr::new(Node::Aggregate {
        op,
        of: of.map(Box::new),
        kind,
        distinct,
    })
}

/// How many rows there are.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let per_author = Post::query().group_by(Post::author_id).select((Post::author_id, count())).all(&db).await?;
/// assert_eq!(per_author, [(Id::new(1), 2), (Id::new(2), 2)]);
/// # Ok(()) }) }
/// ```
pub fn count<M: Model>() -> Expr<M, i64, Aggregated> {
    aggregate(AggregateOp::Count, None, Kind::I64, false)
}

/// Whether a row of a [`rollup`](crate::Query::rollup) is a sum over all values of one of the expressions that it groups by. There the
/// expression is NULL, as it is in the group of the rows in which it is NULL itself.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// use orm::expr::grouping;
///
/// // Bob's age is not known, and the last row is about everybody.
/// let ages = User::query().group_by(User::age).rollup().order_by((grouping(User::age), User::age));
/// let ages = ages.select((User::age, grouping(User::age), User::logins.sum())).all(&db).await?;
/// let (bob, all) = ((None, false, Some(0)), (None, true, Some(9)));
/// assert_eq!(ages, [(Some(17), false, Some(2)), (Some(34), false, Some(7)), bob, all]);
/// # Ok(()) }) }
/// ```
pub fn grouping<M: Model>(of: impl Expression<M>) -> Expr<M, bool, Aggregated> {
    Expr::new(Node::Grouping(Box::new(of.into_node())))
}

/// A type whose sum is known: integers sum to `i64`, floats to `f64`, decimals to `Decimal`. A sum that does not fit is an error.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` cannot be summed",
    label = "expected a number"
)]
pub trait Summable: Field {
    /// The type of the sum, `Option` since the sum of no rows is NULL.
    type Sum: Field;
}

/// A type whose mean is known, as an `f64`.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` has no mean",
    label = "expected a number"
)]
pub trait Averageable: Field {}

macro_rules! sums {
    ($($ty:ty => $sum:ty),*) => {$(
        impl Summable for $ty {
            type Sum = Option<$sum>;
        }
        impl Averageable for $ty {}
    )*};
}
sums!(i16 => i64, i32 => i64, i64 => i64, u32 => i64, f32 => f64, f64 => f64);
#[cfg(feature = "decimal")]
sums!(rust_decimal::Decimal => rust_decimal::Decimal);

#[diagnostic::do_not_recommend]
impl<T: Summable + NotNull> Summable for Option<T> {
    type Sum = T::Sum;
}
#[diagnostic::do_not_recommend]
impl<T: Averageable + NotNull> Averageable for Option<T> {}

/// `T` with NULL allowed: `Option<T>` for `T`, and `Option<T>` for `Option<T>`.
pub trait Nullable: Field {
    /// The nullable type.
    type Nullable: Field;
}
impl<T: NotNull> Nullable for T {
    type Nullable = Option<T>;
}
impl<T: NotNull> Nullable for Option<T> {
    type Nullable = Self;
}

methods!([T] T, [T: Summable], {
    /// The sum; `None` over no rows.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let (sum, mean, most) = Post::query().select((Post::views.sum(), Post::views.avg(), Post::views.max())).one(&db).await?;
    /// assert_eq!((sum, mean, most), (Some(165), Some(41.25), Some(120)));
    /// # Ok(()) }) }
    /// ```
    pub fn sum(self) -> Expr<M, T::Sum, Aggregated> {
        aggregate(AggregateOp::Sum, Some(self.into_node()), T::TYPE.kind, false)
    }
});

methods!([T] T, [T: Averageable], {
    /// The mean; `None` over no rows. See [`sum`](Self::sum).
    pub fn avg(self) -> Expr<M, Option<f64>, Aggregated> {
        aggregate(AggregateOp::Avg, Some(self.into_node()), T::TYPE.kind, false)
    }
});

methods!([T] T, [T: Field], {
    /// How many rows have a value here. See [`count_distinct`](Self::count_distinct).
    pub fn count(self) -> Expr<M, i64, Aggregated> {
        aggregate(AggregateOp::Count, Some(self.into_node()), T::TYPE.kind, false)
    }

    /// How many different values there are.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let (known, authors) = (User::age.count(), Post::author_id.count_distinct());
    /// assert_eq!(User::query().select(known).one(&db).await?, 2);
    /// assert_eq!(Post::query().select(authors).one(&db).await?, 2);
    /// # Ok(()) }) }
    /// ```
    pub fn count_distinct(self) -> Expr<M, i64, Aggregated> {
        aggregate(AggregateOp::Count, Some(self.into_node()), T::TYPE.kind, true)
    }
});

methods!([T] T, [T: Nullable], {
    /// The least; `None` over no rows. See [`sum`](Self::sum).
    pub fn min(self) -> Expr<M, T::Nullable, Aggregated> {
        aggregate(AggregateOp::Min, Some(self.into_node()), T::TYPE.kind, false)
    }

    /// The greatest; `None` over no rows. See [`sum`](Self::sum).
    pub fn max(self) -> Expr<M, T::Nullable, Aggregated> {
        aggregate(AggregateOp::Max, Some(self.into_node()), T::TYPE.kind, false)
    }
});

methods!([T] T, [T: Nullable], {
    /// The same value, where NULL is possible: a quotient is NULL where the divisor is 0.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// // Bob has not logged in: 0 / 0.
    /// let ones: Vec<Option<i64>> = User::query().order_by(User::id).select((User::logins / User::logins).nullable()).all(&db).await?;
    /// assert_eq!(ones, [Some(1), None, Some(1)]);
    /// # Ok(()) }) }
    /// ```
    pub fn nullable(self) -> Expr<M, T::Nullable, Derived<Self>> {
        Expr::new(self.into_node())
    }
});
