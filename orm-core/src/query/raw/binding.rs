//! What `{…}` in a hand-written statement may name.

use super::{DangerousSql, Raw, RawAs, RawPart};
use crate::expr::{Column, ColumnRef};
use crate::model::Model;
use crate::query::Query;
use crate::value::{EncodeError, FieldType, Kind, Value};

/// A value that a `{name}` in `sql!` can bind.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be bound to a parameter",
    label = "not a value that databases know",
    note = "for a list write `{{..name}}`, for a query or another `sql!` write `{{@name}}`"
)]
pub trait IntoBinding {
    /// What type of value it is; NULL and an empty list need one as well.
    const TYPE: FieldType;

    /// The value.
    ///
    /// # Errors
    /// When it cannot be sent without loss.
    fn binding(&self) -> Result<Value, EncodeError>;
}

impl IntoBinding for str {
    const TYPE: FieldType = FieldType::new(Kind::Text);

    fn binding(&self) -> Result<Value, EncodeError> {
        Ok(Value::Text(self.to_owned()))
    }
}
impl IntoBinding for [u8] {
    const TYPE: FieldType = FieldType::new(Kind::Bytes);

    fn binding(&self) -> Result<Value, EncodeError> {
        Ok(Value::Bytes(self.to_owned()))
    }
}
impl<T: IntoBinding + ?Sized> IntoBinding for &T {
    const TYPE: FieldType = T::TYPE;

    fn binding(&self) -> Result<Value, EncodeError> {
        (*self).binding()
    }
}
impl<T: IntoBinding> IntoBinding for Option<T> {
    const TYPE: FieldType = T::TYPE;

    fn binding(&self) -> Result<Value, EncodeError> {
        self.as_ref().map_or(Ok(Value::null(T::TYPE)), T::binding)
    }
}

/// The value, whose type the text has told.
pub fn typed<T: ?Sized>(value: &T) -> &T {
    value
}

/// A column that the text names.
pub fn column_ref<M: Model, T>(column: Column<M, T>) -> ColumnRef {
    column.reference()
}

/// What a `{?name: …}` in `sql!` can ask for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is always there, so no section can depend on it",
    label = "expected an `Option` or a `bool`"
)]
pub trait IsThere {
    /// What the section can bind.
    type Inner: ?Sized;

    /// The value, if it is there.
    fn there(&self) -> Option<&Self::Inner>;
}

impl<T> IsThere for Option<T> {
    type Inner = T;

    fn there(&self) -> Option<&T> {
        self.as_ref()
    }
}
impl IsThere for bool {
    type Inner = Self;

    fn there(&self) -> Option<&Self> {
        self.then_some(self)
    }
}
impl<T: IsThere + ?Sized> IsThere for &T {
    type Inner = T::Inner;

    fn there(&self) -> Option<&T::Inner> {
        (*self).there()
    }
}

/// What a `{@name}` in `sql!` can put there.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a part of a statement",
    label = "expected a query, or what `sql!` gives",
    note = "for a value write `{{name}}`, which binds it"
)]
pub trait IntoFragment {
    /// The part.
    fn fragment(&self) -> RawPart;
}

impl IntoFragment for Raw {
    fn fragment(&self) -> RawPart {
        RawPart::Fragment(self.sql.clone())
    }
}
impl<R> IntoFragment for RawAs<R> {
    fn fragment(&self) -> RawPart {
        self.raw.fragment()
    }
}
impl<M, R> IntoFragment for Query<M, R> {
    fn fragment(&self) -> RawPart {
        RawPart::Query(Box::new(self.statement.clone()))
    }
}
impl IntoFragment for DangerousSql {
    fn fragment(&self) -> RawPart {
        RawPart::Dangerous(self.clone())
    }
}
impl<T: IntoFragment + ?Sized> IntoFragment for &T {
    fn fragment(&self) -> RawPart {
        (*self).fragment()
    }
}
