//! A value as another type, where databases agree on what that is.

use super::{Form, Function, Gives, functions};
use crate::expr::{Derived, Expr, Expression, methods};
use crate::value::{Field, Kind};

const INTEGERS: &[Kind] = &[Kind::Bool, Kind::I16, Kind::I32, Kind::I64, Kind::U32];
const FLOATS: &[Kind] = &[Kind::F32, Kind::F64];

functions! {
    /// An integer of 32 bits.
    TO_I32: "cast::<i32>" -> Gives::Always(Kind::I32) => [Form::each("CAST({0} AS INTEGER)", "CAST({0} AS INTEGER)", "CAST({0} AS SIGNED)")];
    /// An integer of 64 bits; of a number without its fraction, of text if it is one.
    TO_I64: "cast::<i64>" -> Gives::Always(Kind::I64) => [Form::each("CAST({0} AS INTEGER)", "CAST({0} AS BIGINT)", "CAST({0} AS SIGNED)").of(&[Kind::I16, Kind::I32, Kind::U32]),
        Form::each(
            "orm_integer({0})",
            "CASE WHEN {(0)} >= -9223372036854775808 AND {(0)} < 9223372036854775808 THEN CAST(TRUNC({0}) AS BIGINT) END",
            "CASE WHEN {(0)} >= -9223372036854775808 AND {(0)} < 9223372036854775808e0 THEN CAST(TRUNCATE({0}, 0) AS SIGNED) END",
        ).of(FLOATS),
        Form::each(
            "orm_decimal_integer({0})",
            "CASE WHEN TRUNC({0}) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(TRUNC({0}) AS BIGINT) END",
            "CASE WHEN TRUNCATE({0}, 0) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(TRUNCATE({0}, 0) AS SIGNED) END",
        ).of(&[Kind::Decimal]),
        Form::each(
            "CASE WHEN orm_matches({0}, '^[+-]?[0-9]{{1,18}$') THEN CAST({0} AS INTEGER) END",
            "CASE WHEN {(0)} ~ '^[+-]?[0-9]{{1,18}$' THEN CAST({0} AS BIGINT) END",
            r"CASE WHEN {(0)} REGEXP '^[+-]?[0-9]{{1,18}\\z' THEN CAST({0} AS SIGNED) END",
        ).of(&[Kind::Text])];
    /// A float of 64 bits; of text if it is one.
    TO_F64: "cast::<f64>" -> Gives::Always(Kind::F64) => [Form::each(
            "CASE WHEN orm_matches({0}, '^[+-]?[0-9]{{1,99}(\\.[0-9]{{1,99})?([eE][+-]?[0-9]{{1,2})?$') THEN orm_float({0}) END",
            "CASE WHEN {(0)} ~ '^[+-]?[0-9]{{1,99}(\\.[0-9]{{1,99})?([eE][+-]?[0-9]{{1,2})?$' THEN CAST({0} AS DOUBLE PRECISION) END",
            "CASE WHEN {(0)} REGEXP '^[+-]?[0-9]{{1,99}([.][0-9]{{1,99})?([eE][+-]?[0-9]{{1,2})?\\\\z' THEN CAST({0} AS DOUBLE) END",
        ).of(&[Kind::Text]),
        Form::each("orm_float({0})", "CAST({0} AS DOUBLE PRECISION)", "CAST({0} AS DOUBLE)")];
    /// An exact decimal.
    TO_DECIMAL: "cast::<Decimal>" -> Gives::Always(Kind::Decimal) => [Form::each("(CAST({0} AS TEXT) COLLATE orm_decimal)", "CAST({0} AS NUMERIC)", "CAST({0} AS DECIMAL(65, 0))").of(INTEGERS)];
    /// Text.
    TO_TEXT: "cast::<String>" -> Gives::Always(Kind::Text) => [Form::each("CAST({0} AS TEXT)", "CAST({0} AS TEXT)", "CAST({0} AS CHAR)").of(INTEGERS),
        Form::each("{(0)}", "TO_CHAR({0}, 'YYYY-MM-DD')", "CAST(DATE_FORMAT({0}, '%Y-%m-%d') AS CHAR)").of(&[Kind::Date]),
        Form::each(
            "orm_uuid_text({0})",
            "CAST({0} AS TEXT)",
            "CAST(INSERT(INSERT(INSERT(INSERT(LOWER(HEX({0})), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-') AS CHAR)",
        ).of(&[Kind::Uuid])];
}

/// A type whose values can be cast to `U`, with the same result on every database.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` cannot be cast to `{U}` alike on all databases",
    label = "no cast to `{U}`",
    note = "there are casts from integers to wider ones, `f64`, `Decimal` and `String`; from `f64`, `Decimal` and `String` to `i64`; from `Decimal` and `String` to `f64`; from `bool` to `i32`; from days and UUIDs to `String`"
)]
pub trait CastTo<U>: Field {
    /// The type of the result: `U`, or `Option<U>` where there may be none.
    type Output;
    #[doc(hidden)]
    const FUNCTION: Cast;
}

/// Which function casts.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Cast(&'static Function);

macro_rules! casts {
    ($($(#[$cfg:meta])* $from:ty => $to:ty $(as $output:ty)?, $function:ident;)*) => {$(
        $(#[$cfg])*
        impl CastTo<$to> for $from {
            type Output = casts!(@ $to $(, $output)?);
            const FUNCTION: Cast = Cast(&$function);
        }
        $(#[$cfg])*
        #[diagnostic::do_not_recommend]
        impl CastTo<$to> for Option<$from> {
            type Output = Option<$to>;
            const FUNCTION: Cast = Cast(&$function);
        }
    )*};
    (@ $to:ty) => { $to };
    (@ $to:ty, $output:ty) => { $output };
}

casts! {
    bool => i32, TO_I32;
    i16 => i32, TO_I32;
    i16 => i64, TO_I64;
    i32 => i64, TO_I64;
    u32 => i64, TO_I64;
    f32 => i64 as Option<i64>, TO_I64;
    f64 => i64 as Option<i64>, TO_I64;
    String => i64 as Option<i64>, TO_I64;
    i16 => f64, TO_F64;
    i32 => f64, TO_F64;
    i64 => f64, TO_F64;
    u32 => f64, TO_F64;
    f32 => f64, TO_F64;
    String => f64 as Option<f64>, TO_F64;
    i16 => String, TO_TEXT;
    i32 => String, TO_TEXT;
    i64 => String, TO_TEXT;
    u32 => String, TO_TEXT;
    #[cfg(feature = "decimal")]
    rust_decimal::Decimal => i64 as Option<i64>, TO_I64;
    #[cfg(feature = "decimal")]
    rust_decimal::Decimal => f64, TO_F64;
    #[cfg(feature = "decimal")]
    i16 => rust_decimal::Decimal, TO_DECIMAL;
    #[cfg(feature = "decimal")]
    i32 => rust_decimal::Decimal, TO_DECIMAL;
    #[cfg(feature = "decimal")]
    i64 => rust_decimal::Decimal, TO_DECIMAL;
    #[cfg(feature = "decimal")]
    u32 => rust_decimal::Decimal, TO_DECIMAL;
    #[cfg(feature = "chrono")]
    chrono::NaiveDate => String, TO_TEXT;
    #[cfg(feature = "uuid")]
    uuid::Uuid => String, TO_TEXT;
}

methods!([T] T, [T: Field], {
    /// The value as another type. Only casts that give the same on every database are there. A fraction is cut off; a number that is out
    /// of the range of `i64` is NULL, and so is text that is no number (with up to 18 digits for an `i64`).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let share = Post::views.cast::<f64>() / 100.0;
    /// let (share, text, number) = Post::find(1).select((share, Post::views.cast::<String>(), Post::title.cast::<i64>())).one(&db).await?;
    /// assert_eq!((share, text.as_str(), number), (1.2, "120", None));
    /// # Ok(()) }) }
    /// ```
    pub fn cast<U>(self) -> Expr<M, T::Output, Derived<Self>> where T: CastTo<U> {
        T::FUNCTION.0.call::<T, _, _, _>(vec![self.into_node()])
    }
});
