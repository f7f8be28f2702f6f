//! How the fields of a draft or a patch become values of the model's columns.

use std::borrow::Cow;

use super::create::NewRow;
use super::nested::Nesting;
use super::patch::Change;
use crate::embed::Embedded;
use crate::error::FieldErrors;
use crate::expr::Column;
use crate::model::{Id, RelationDef};
#[cfg(feature = "json")]
use crate::value::Json;
use crate::value::{EncodeError, Field, NotNull, Value};

/// What an input says about a column.
#[derive(Debug)]
pub enum Input {
    /// Nothing: a new row gets the default, a changed one keeps what it has.
    Nothing,
    /// `None` for a column that may be NULL: that is what a new row gets, and a changed one keeps what it has.
    Empty(Value),
    /// This value.
    Value(Result<Value, EncodeError>),
}

/// Takes what an input says.
pub trait InputSink {
    /// Takes what it says about the column with this index.
    fn take(&mut self, column: usize, input: Input);

    /// Takes new rows that are related to it. Only a new row can have them; a patch with such a field does not compile.
    fn nest(&mut self, _: &'static RelationDef, _: Nesting, _: Vec<NewRow>) {}
}

/// A field that always has a value.
pub struct Always;
/// A field that may say nothing.
pub struct Sometimes;

/// A type that a field of an input may have, for a column of type `T`.
///
/// That is `T` itself, `Option<T>` where a value may be left out, and `Option<Option<T>>` or [`Change<T>`] where it may be NULL, left
/// out, or given; and the same for what `T` can be set from: a `&str` for a `String`, a plain key for an `Id`, the content of a `Json`.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot fill a column of type `{T}`",
    label = "expected `{T}` or an `Option` of it"
)]
pub trait InputValue<T> {
    /// [`Always`] or [`Sometimes`].
    type Presence;

    /// What it says.
    fn into_input(self) -> Input;
}

fn encoded<T: Field>(value: T) -> Input {
    Input::Value(value.into_value())
}

/// The forms in which a value of the type on the left can stand for a column of the type on the right.
macro_rules! input {
    ([$($params:tt)*] $value:ty => $column:ty, $convert:expr) => {
        #[diagnostic::do_not_recommend]
        impl<$($params)*> InputValue<$column> for $value {
            type Presence = Always;

            fn into_input(self) -> Input {
                encoded::<$column>($convert(self))
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($params)*> InputValue<Option<$column>> for $value {
            type Presence = Always;

            fn into_input(self) -> Input {
                encoded::<$column>($convert(self))
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($params)*> InputValue<$column> for Option<$value> {
            type Presence = Sometimes;

            fn into_input(self) -> Input {
                self.map_or(Input::Nothing, |value| encoded::<$column>($convert(value)))
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($params)*> InputValue<Option<$column>> for Option<$value> {
            type Presence = Always;

            fn into_input(self) -> Input {
                self.map_or(Input::Empty(Value::null(<$column as Field>::TYPE)), |value| encoded::<$column>($convert(value)))
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($params)*> InputValue<Option<$column>> for Option<Option<$value>> {
            type Presence = Sometimes;

            fn into_input(self) -> Input {
                self.map_or(Input::Nothing, |value| encoded::<Option<$column>>(value.map($convert)))
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($params)*> InputValue<Option<$column>> for Change<$value> {
            type Presence = Sometimes;

            fn into_input(self) -> Input {
                match self {
                    Change::Keep => Input::Nothing,
                    Change::Clear => encoded::<Option<$column>>(None),
                    Change::To(value) => encoded::<$column>($convert(value)),
                }
            }
        }
    };
}

input!([T: NotNull] T => T, std::convert::identity);
input!([] &str => String, str::to_owned);
input!([] Cow<'_, str> => String, Cow::into_owned);
input!([M: 'static, K: NotNull + Clone] K => Id<M, K>, Id::new);
#[cfg(feature = "json")]
input!([T: serde::Serialize + serde::de::DeserializeOwned + Send + Sync + 'static] T => Json<T>, Json);

/// What a column's constant is asked: whether a field of type `F` can fill it.
#[diagnostic::on_unimplemented(
    message = "a field of type `{F}` cannot fill `{Self}`",
    label = "this field is of another type in the model"
)]
pub trait InputTarget<F> {
    /// [`Always`] or [`Sometimes`].
    type Presence;

    /// Hands on what the field says.
    fn give(self, value: F, to: &mut dyn InputSink);
}

impl<M, T, F: InputValue<T>> InputTarget<F> for Column<M, T> {
    type Presence = F::Presence;

    fn give(self, value: F, to: &mut dyn InputSink) {
        to.take(self.index(), value.into_input());
    }
}

/// Hands on the values of an embedded struct whose columns begin at this index. The derive calls it.
pub fn give_embedded<E: Embedded>(value: Option<&E>, first: usize, to: &mut dyn InputSink) {
    for at in 0..E::WIDTH * usize::from(value.is_none()) {
        to.take(first + at, Input::Nothing);
    }
    let values = value.map(Embedded::values).unwrap_or_default();
    for (at, value) in values.into_iter().take(E::WIDTH).enumerate() {
        to.take(first + at, Input::Value(value));
    }
}

/// A field that is called differently in the input and in the model.
#[derive(Debug, Clone, Copy)]
pub struct InputName {
    /// The index of its first column.
    pub column: usize,
    /// The path in the model.
    pub field: &'static str,
    /// The path in the input; empty for a struct whose fields stand beside those of the input.
    pub input: &'static str,
}

/// The same errors, with the paths of the input that the values came from.
pub(super) fn renamed(errors: FieldErrors, names: &[InputName]) -> FieldErrors {
    if names.is_empty() {
        return errors;
    }
    errors.with_paths(|path| names.iter().find_map(|name| name.path(path)))
}

impl InputName {
    fn path(&self, path: &str) -> Option<String> {
        let rest = path.strip_prefix(self.field)?;
        if !rest.is_empty() && !rest.starts_with(['.', '[']) {
            return None;
        }
        match (self.input, rest.strip_prefix('.')) {
            ("", Some(rest)) => Some(rest.to_owned()),
            ("", None) => None,
            (input, _) => Some(format!("{input}{rest}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::InputName;

    #[test]
    fn a_path_is_renamed_as_a_whole_and_never_within_a_word() {
        let name = InputName {
            column: 0,
            field: "address",
            input: "homeAddress",
        };
        assert_eq!(name.path("address").as_deref(), Some("homeAddress"));
        assert_eq!(
            name.path("address.city").as_deref(),
            Some("homeAddress.city")
        );
        assert_eq!(
            name.path("address[0].city").as_deref(),
            Some("homeAddress[0].city")
        );
        assert_eq!(name.path("addressee"), None);
        assert_eq!(name.path("email"), None);
    }

    #[test]
    fn a_flattened_struct_leaves_no_name_in_the_path() {
        let name = InputName {
            column: 0,
            field: "address",
            input: "",
        };
        assert_eq!(name.path("address.city").as_deref(), Some("city"));
        assert_eq!(name.path("address"), None);
    }
}
