//! Functions: what each one is on every database stands in a file of this folder, beside the method that calls it.

mod array;
mod cast;
#[cfg(feature = "json")]
mod json;
mod matching;
mod null;
mod number;
mod random;
mod table;
mod text;
mod time;

pub use array::{ArrayColumn, IntoItem, IntoItems, Items};
pub use cast::CastTo;
#[cfg(feature = "json")]
pub use json::IntoJson;
pub use number::{Exact, Floating, Fractional};
pub use random::random;
#[cfg(feature = "uuid")]
pub use random::random_uuid;
pub(crate) use table::functions;
pub use table::{Call, Form, Function, Gives};
pub use text::TextValue;
#[cfg(feature = "chrono")]
pub use time::now;
pub use time::{HasDate, HasTime, Instant, TimeUnit};

use crate::value::{Field, Kind, NotNull};

/// The kinds whose values can be compared everywhere.
const ORDERED: &[Kind] = &[
    Kind::Bool,
    Kind::I16,
    Kind::I32,
    Kind::I64,
    Kind::U32,
    Kind::F32,
    Kind::F64,
    Kind::Text,
    Kind::Bytes,
    Kind::Uuid,
    Kind::Decimal,
    Kind::Date,
    Kind::Time,
    Kind::DateTime,
    Kind::Timestamp,
];

/// `U` beside a value that is never NULL, and `Option<U>` beside one that may be.
pub trait Gains<U> {
    /// The type.
    type With;
}
#[diagnostic::do_not_recommend]
impl<T: NotNull, U> Gains<U> for T {
    type With = U;
}
#[diagnostic::do_not_recommend]
impl<T: NotNull, U: Field> Gains<U> for Option<T> {
    type With = Option<U>;
}

/// All functions, in the order of the reference.
///
/// ```
/// assert!(orm::expr::functions().any(|function| function.name == "lower"));
/// ```
pub fn functions() -> impl Iterator<Item = &'static Function> {
    FILES.iter().copied().flatten().copied()
}

/// One line a file.
static FILES: &[&[&Function]] = &[
    null::ALL,
    cast::ALL,
    text::ALL,
    matching::ALL,
    number::ALL,
    time::ALL,
    random::ALL,
    array::ALL,
    #[cfg(feature = "json")]
    json::ALL,
];
