//! Input structs that become changes: `Option<T>` keeps or sets, [`Change<T>`] and `Option<Option<T>>` keep, clear or set.

use super::input::{Input, InputName, InputSink, InputTarget};
use super::update::Update;
use crate::expr::Node;
use crate::model::{Fixed, Model};
use crate::value::{EncodeError, Value};

/// An input that becomes a change of a model's rows; made by `#[derive(Patch)]`.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// #[derive(Patch, Default)]
/// #[patch(User)]
/// struct EditUser {
///     email: Option<String>,          // keep or set
///     age: orm::Change<i32>,          // keep, clear or set
/// }
///
/// let ann = User::find(1).one(&db).await?;
/// let patch = EditUser { age: orm::Change::Clear, ..EditUser::default() };
/// let ann = ann.update().apply(patch).save(&db).await?;
/// assert_eq!((ann.email.as_str(), ann.age), ("ann@example.com", None));
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a patch",
    label = "not a patch",
    note = "add `#[derive(Patch)]` and `#[patch(…)]` with the model's name to `{Self}`"
)]
pub trait Patch: Sized {
    /// The model.
    type Model: Model;

    /// What is to be changed.
    fn into_changes(self) -> Changes;
}

/// New values for columns.
#[derive(Debug, Default)]
pub struct Changes {
    values: Vec<(usize, Result<Value, EncodeError>)>,
    names: Vec<InputName>,
}

impl Changes {
    /// Notes that a field is called differently in the input.
    pub fn name(&mut self, name: InputName) {
        self.names.push(name);
    }

    /// Whether nothing is to be changed.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

impl InputSink for Changes {
    fn take(&mut self, column: usize, input: Input) {
        if let Input::Value(value) = input {
            self.values.push((column, value));
        }
    }
}

impl<M: Model, S> Update<M, S> {
    /// Changes what the patch says. Where it says nothing, nothing is changed, and an update that changes nothing sends nothing.
    /// See [`Patch`].
    pub fn apply(mut self, patch: impl Patch<Model = M>) -> Self {
        let Changes { values, names } = patch.into_changes();
        for (column, value) in values {
            self = self.assign(column, value.map_or_else(Node::Invalid, Node::Value));
        }
        self.names.extend(names);
        self
    }
}

/// The index of a column that a patch may change; evaluated when a patch is compiled.
///
/// # Panics
/// While compiling, for a column of the key, for one that is filled in automatically, and for a relation.
#[track_caller]
pub const fn patched(fixed: &[(usize, Fixed)], column: usize, refusal: &'static str) -> usize {
    assert!(
        column < super::nested::RELATION,
        "a patch changes one row, and this is a relation; remove the field, or write `#[patch(skip)]` on it"
    ); // invariant: evaluated by the compiler, where it is an error at the field
    let mut at = 0;
    while at < fixed.len() {
        assert!(fixed[at].0 != column, "{}", refusal); // invariant: evaluated by the compiler, where it is an error at the field
        at += 1;
    }
    column
}

/// Notes what a patch's field says. The derive calls it.
pub fn patch_field<C: InputTarget<F>, F>(changes: &mut Changes, column: C, value: F) {
    column.give(value, changes);
}

/// What becomes of a column that may be NULL: it keeps its value, loses it, or gets another.
///
/// As a field of a patch that is read by `serde` it says the three things that a document can: the field is not there, it is `null`, or
/// it has a value. The field, or its struct, needs `#[serde(default)]` for the first.
///
/// ```
/// use orm::Change;
///
/// #[derive(serde::Deserialize)]
/// struct EditUser {
///     #[serde(default)]
///     age: Change<i32>,
/// }
///
/// let age = |json| serde_json::from_str::<EditUser>(json).map(|edit| edit.age);
/// # use orm::serde_json;
/// assert_eq!(age("{}")?, Change::Keep);
/// assert_eq!(age(r#"{ "age": null }"#)?, Change::Clear);
/// assert_eq!(age(r#"{ "age": 7 }"#)?, Change::To(7));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Change<T> {
    /// The column keeps its value.
    #[default]
    Keep,
    /// The column becomes NULL.
    Clear,
    /// The column gets this value.
    To(T),
}

impl<T> Change<T> {
    /// Whether the column keeps its value; for `#[serde(skip_serializing_if = "Change::is_keep")]`.
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }
}

/// `None` clears, `Some` sets.
impl<T> From<Option<T>> for Change<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Clear, Self::To)
    }
}

#[cfg(feature = "json")]
impl<'de, T: serde::Deserialize<'de>> serde::Deserialize<'de> for Change<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(feature = "json")]
impl<T: serde::Serialize> serde::Serialize for Change<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Keep | Self::Clear => serializer.serialize_none(),
            Self::To(value) => serializer.serialize_some(value),
        }
    }
}

/// Reads an `Option<Option<T>>` so that a `null` is told from a field that is not there.
///
/// Without it, `serde` reads both as `None`.
///
/// ```
/// #[derive(serde::Deserialize)]
/// struct EditUser {
///     #[serde(default, deserialize_with = "orm::patch::double_option")]
///     age: Option<Option<i32>>,
/// }
///
/// # use orm::serde_json;
/// let age = |json| serde_json::from_str::<EditUser>(json).map(|edit| edit.age);
/// assert_eq!(age("{}")?, None);
/// assert_eq!(age(r#"{ "age": null }"#)?, Some(None));
/// assert_eq!(age(r#"{ "age": 7 }"#)?, Some(Some(7)));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
/// When the value is not a `T`.
#[cfg(feature = "json")]
pub fn double_option<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    serde::Deserialize::deserialize(deserializer).map(Some)
}
