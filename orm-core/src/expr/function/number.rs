//! Functions of numbers.

use super::{Form, Gives, ORDERED, functions};
use crate::expr::{Arithmetic, Derived, Expr, Expression, IntoOperand, Node, Nullable, methods};
use crate::value::{Kind, NotNull, Value};

/// A number with a fraction: `f32`, `f64`, `Decimal`, and `Option` of each.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` is not a number with a fraction",
    label = "expected a float or a decimal"
)]
pub trait Fractional: Arithmetic {}
impl Fractional for f32 {}
impl Fractional for f64 {}
#[cfg(feature = "decimal")]
impl Fractional for rust_decimal::Decimal {}
#[diagnostic::do_not_recommend]
impl<T: Fractional + NotNull> Fractional for Option<T> {}

/// A number whose digits are exact: `Decimal`, and `Option<Decimal>`.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` has no decimal digits to round to",
    label = "expected a `Decimal`",
    note = "a float has binary digits; `.round()` makes it whole"
)]
pub trait Exact: Arithmetic {}
#[cfg(feature = "decimal")]
impl Exact for rust_decimal::Decimal {}
#[diagnostic::do_not_recommend]
impl<T: Exact + NotNull> Exact for Option<T> {}

/// `f64`, and `Option<f64>`.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` is not a float of 64 bits",
    label = "expected an `f64`",
    note = "`.cast::<f64>()` makes one of any number"
)]
pub trait Floating: Arithmetic {}
impl Floating for f64 {}
#[diagnostic::do_not_recommend]
impl<T: Floating + NotNull> Floating for Option<T> {}

const INTEGERS: &[Kind] = &[Kind::I16, Kind::I32, Kind::I64, Kind::U32];
const DECIMAL: &[Kind] = &[Kind::Decimal];

functions! {
    /// The absolute value.
    ABS: "abs" -> Gives::Same => [Form::each("orm_decimal_abs({0})", "ABS({0})", "ABS({0})").of(&[Kind::Decimal]),
        Form::same("ABS({0})")];
    /// The greatest whole number that is not above it.
    FLOOR: "floor" -> Gives::Same => [Form::each("orm_decimal_floor({0})", "FLOOR({0})", "FLOOR({0})").of(DECIMAL),
        Form::each("orm_floor({0})", "FLOOR({0})", "FLOOR({0})")];
    /// The least whole number that is not below it.
    CEIL: "ceil" -> Gives::Same => [Form::each("orm_decimal_ceil({0})", "CEIL({0})", "CEILING({0})").of(DECIMAL),
        Form::each("orm_ceil({0})", "CEIL({0})", "CEILING({0})")];
    /// The number without its fraction.
    TRUNC: "trunc" -> Gives::Same => [Form::each("orm_decimal_trunc({0})", "TRUNC({0})", "TRUNCATE({0}, 0)").of(DECIMAL),
        Form::each("orm_trunc({0})", "TRUNC({0})", "TRUNCATE({0}, 0)")];
    /// The nearest whole number; of two the one further away from zero. Servers round floats to the even one.
    ROUND: "round" -> Gives::Same => [Form::each("orm_decimal_round({0}, 0)", "ROUND({0})", "ROUND({0})").of(DECIMAL),
        Form::each(
            "orm_round({0})",
            "(TRUNC({0}) + CASE WHEN ABS({(0)} - TRUNC({0})) >= 0.5 THEN SIGN({0}) ELSE 0 END)",
            "(TRUNCATE({0}, 0) + IF(ABS({(0)} - TRUNCATE({0}, 0)) >= 0.5, SIGN({0}), 0))",
        )];
    /// The nearest number with so many digits behind the point.
    ROUND_TO: "round_to" -> Gives::Same => [Form::each("orm_decimal_round({0}, {1})", "ROUND({0}, {1})", "ROUND({0}, {1})")];
    /// The greater one.
    GREATEST: "greatest" -> Gives::Same => [Form {
            sqlite: Ok("MAX({(0)} COLLATE orm_decimal, {~1})"),
            ..GREATER.of(DECIMAL)
        },
        GREATER.of(ORDERED)];
    /// The lesser one.
    LEAST: "least" -> Gives::Same => [Form {
            sqlite: Ok("MIN({(0)} COLLATE orm_decimal, {~1})"),
            ..LESSER.of(DECIMAL)
        },
        LESSER.of(ORDERED)];
    /// One number to the power of another.
    POWER: "power" -> Gives::Same => [Form::each("orm_power({0}, {1})", "POWER({0}, {1})", "POW({0}, {1})")];
    /// The square root.
    SQRT: "sqrt" -> Gives::Same => [Form::each("orm_sqrt({0})", "SQRT(CASE WHEN {(0)} >= 0 THEN {0} END)", "SQRT({0})")];
    /// -1, 0 or 1.
    SIGN: "sign" -> Gives::Same => [Form::each("orm_decimal_sign({0})", "SIGN({0})", "SIGN({0})").of(DECIMAL),
        Form::each("sign({0})", "CAST(SIGN({0}) AS BIGINT)", "SIGN({0})").of(INTEGERS),
        Form::each("CAST(sign({0}) AS REAL)", "SIGN({0})", "CAST(SIGN({0}) AS DOUBLE)")];
}

// Of a value and NULL, one database would give the value and the others NULL.
const GREATER: Form = Form::each(
    "MAX({0}, {~1})",
    "CASE WHEN {(0)} >= {(~1)} THEN {0} WHEN {(0)} < {(~1)} THEN {~1} END",
    "GREATEST({0}, {~1})",
);
const LESSER: Form = Form::each(
    "MIN({0}, {~1})",
    "CASE WHEN {(0)} <= {(~1)} THEN {0} WHEN {(0)} > {(~1)} THEN {~1} END",
    "LEAST({0}, {~1})",
);

methods!([T] T, [T: Arithmetic], {
    /// The absolute value. See [`Arithmetic`].
    pub fn abs(self) -> Expr<M, T, Derived<Self>> {
        ABS.call::<T, _, _, _>(vec![self.into_node()])
    }
});

methods!([T] T, [T: Fractional], {
    /// The nearest whole number; of two, the one further away from zero, as in Rust. See [`round_to`](Self::round_to).
    pub fn round(self) -> Expr<M, T, Derived<Self>> {
        ROUND.call::<T, _, _, _>(vec![self.into_node()])
    }

    /// The greatest whole number that is not above it. See [`round_to`](Self::round_to).
    pub fn floor(self) -> Expr<M, T, Derived<Self>> {
        FLOOR.call::<T, _, _, _>(vec![self.into_node()])
    }

    /// The least whole number that is not below it. See [`round_to`](Self::round_to).
    pub fn ceil(self) -> Expr<M, T, Derived<Self>> {
        CEIL.call::<T, _, _, _>(vec![self.into_node()])
    }

    /// The number without its fraction. See [`round_to`](Self::round_to).
    pub fn trunc(self) -> Expr<M, T, Derived<Self>> {
        TRUNC.call::<T, _, _, _>(vec![self.into_node()])
    }
});

methods!([T] T, [T: Exact], {
    /// The nearest number with so many digits behind the point; of two, the one further away from zero.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// #[derive(Model, Debug)]
    /// struct Price {
    ///     id: Id<Price>,
    ///     #[model(precision = 12, scale = 4)]
    ///     net: Decimal,
    /// }
    /// orm::create_tables_of(&db, &[Price::def()]).await?;
    /// Price::create().net(Decimal::new(12_345, 3)).insert(&db).await?;
    ///
    /// let rounded = Price::query().select((Price::net.round_to(2), Price::net.round(), Price::net.ceil())).one(&db).await?;
    /// assert_eq!(rounded, (Decimal::new(1_235, 2), Decimal::new(12, 0), Decimal::new(13, 0)));
    /// # Ok(()) }) }
    /// ```
    pub fn round_to(self, digits: u8) -> Expr<M, T, Derived<Self>> {
        // No database has more digits of a decimal.
        let digits = i32::from(digits.min(28));
        ROUND_TO.call::<T, _, _, _>(vec![self.into_node(), Node::Value(Value::I32(digits))])
    }
});

methods!([T] T, [T: Floating], {
    /// This number to the power of another. It is an error where the power is no number, or none that an `f64` holds.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let logins = User::logins.cast::<f64>();
    /// let numbers = User::find(1).select((logins.clone().power(2.0), logins.sqrt().floor())).one(&db).await?;
    /// assert_eq!(numbers, (49.0, Some(2.0)));
    /// # Ok(()) }) }
    /// ```
    pub fn power(self, exponent: impl IntoOperand<M, T>) -> Expr<M, T, Derived<Self>> {
        POWER.call::<T, _, _, _>(vec![self.into_node(), exponent.into_operand().into_node()])
    }

    /// The square root; NULL for a negative number. See [`power`](Self::power).
    pub fn sqrt(self) -> Expr<M, Option<f64>, Derived<Self>> {
        SQRT.call::<T, _, _, _>(vec![self.into_node()])
    }
});

methods!([T] T, [T: Arithmetic], {
    /// -1 below zero, 0 at zero, 1 above.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let signs = Post::query().order_by(Post::id).select((Post::views - 20).sign()).all(&db).await?;
    /// assert_eq!(signs, [1, -1, 1, -1]);
    /// # Ok(()) }) }
    /// ```
    pub fn sign(self) -> Expr<M, T, Derived<Self>> {
        SIGN.call::<T, _, _, _>(vec![self.into_node()])
    }
});

methods!([T] T, [T: Nullable], {
    /// The greater of this value and another; NULL if one of them is.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let views = Post::query().order_by(Post::id).select((Post::views.greatest(30), Post::views.least(30))).limit(2).all(&db).await?;
    /// assert_eq!(views, [(120, 30), (30, 0)]);
    /// # Ok(()) }) }
    /// ```
    pub fn greatest(self, other: impl IntoOperand<M, T>) -> Expr<M, T, Derived<Self>> {
        GREATEST.call::<T, _, _, _>(vec![self.into_node(), other.into_operand().into_node()])
    }

    /// The lesser of this value and another; NULL if one of them is. See [`greatest`](Self::greatest).
    pub fn least(self, other: impl IntoOperand<M, T>) -> Expr<M, T, Derived<Self>> {
        LEAST.call::<T, _, _, _>(vec![self.into_node(), other.into_operand().into_node()])
    }
});
