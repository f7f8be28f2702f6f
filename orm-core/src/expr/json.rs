//! Typed paths into JSON columns.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;

use super::{Expr, Expression, Node, methods};
use crate::value::{Kind, NotNull};

/// A field inside a JSON document that is described by `S` (a struct with `#[derive(Embed)]`), such as `Preferences::theme`.
/// See [`Column::path`](crate::expr::Column::path).
pub struct JsonPath<S, T> {
    key: &'static str,
    types: PhantomData<fn() -> (S, T)>,
}

impl<S, T> Clone for JsonPath<S, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<S, T> Copy for JsonPath<S, T> {}

impl<S, T> JsonPath<S, T> {
    /// The field with this key. The derive vouches for the type.
    #[doc(hidden)]
    pub const fn new(key: &'static str) -> Self {
        Self {
            key,
            types: PhantomData,
        }
    }
}

/// A column whose values are documents of type `S`: `Json<S>` and `Option<Json<S>>`.
pub trait JsonColumn<S> {
    /// Whether the document may have any form.
    const UNTYPED: bool = false;
}

/// A type that a value inside a JSON document can be read and compared as.
#[diagnostic::on_unimplemented(
    message = "a JSON value cannot be read as `{Self}` in a query",
    label = "expected text, a number or a boolean",
    note = "go further into the document with `.path(…)`, down to a field of one of these types"
)]
pub trait JsonScalar {
    /// The type without `Option`.
    type Value: NotNull;
    /// How the database reads it.
    const KIND: Kind;
}

macro_rules! scalars {
    ($($ty:ty => $kind:ident),*) => {$(
        impl JsonScalar for $ty {
            type Value = $ty;
            const KIND: Kind = Kind::$kind;
        }
    )*};
}
scalars!(String => Text, bool => Bool, i16 => I64, i32 => I64, i64 => I64, u32 => I64, f64 => F64);

#[diagnostic::do_not_recommend]
impl<T: JsonScalar> JsonScalar for Option<T> {
    type Value = T::Value;
    const KIND: Kind = T::KIND;
}

/// One step of a path into a JSON document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonStep {
    /// A field of an object.
    Key(Cow<'static, str>),
    /// An element of a list, counted from 0.
    Index(usize),
}

/// A place inside a JSON column of the type `C`, with a value of the type `T`. See [`Column::path`](super::Column::path).
pub struct JsonValue<M, T, C = ()> {
    pub(super) document: Node,
    pub(super) path: Vec<JsonStep>,
    /// Whether the document may have any form, so that it is looked at before it is changed.
    pub(super) untyped: bool,
    types: Types<M, T, C>,
}

type Types<M, T, C> = PhantomData<fn() -> (M, T, C)>;

impl<M, T, C> Clone for JsonValue<M, T, C> {
    fn clone(&self) -> Self {
        Self {
            document: self.document.clone(),
            path: self.path.clone(),
            untyped: self.untyped,
            types: PhantomData,
        }
    }
}

methods!([C] C, [], {
    /// A field inside the JSON document of this column.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// #[derive(Embed, Debug, serde::Serialize, serde::Deserialize)]
    /// #[embed(json)]
    /// struct Preferences { theme: String }
    ///
    /// #[derive(Model, Debug)]
    /// struct Account {
    ///     id: Id<Account>,
    ///     preferences: Json<Preferences>,
    /// }
    /// orm::create_tables_of(&db, &[Account::def()]).await?;
    /// Account::create().preferences(Preferences { theme: "dark".into() }).insert(&db).await?;
    ///
    /// let dark = Account::query().filter(Account::preferences.path(Preferences::theme).value().eq("dark"));
    /// assert_eq!(dark.count(&db).await?, 1);
    /// # Ok(()) }) }
    /// ```
    pub fn path<S, T>(self, path: JsonPath<S, T>) -> JsonValue<M, T, C>
    where
        C: JsonColumn<S>,
    {
        self.document().step(JsonStep::Key(Cow::Borrowed(path.key)))
    }

    /// The whole JSON document of this column, to ask it as a whole or to go into it.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// #[derive(Model, Debug)]
    /// struct Note {
    ///     id: Id<Note>,
    ///     tags: Json<Vec<String>>,
    /// }
    /// orm::create_tables_of(&db, &[Note::def()]).await?;
    /// Note::create().tags(vec!["rust".to_owned(), "sql".to_owned()]).insert(&db).await?;
    ///
    /// let tags = Note::tags.document();
    /// assert_eq!(Note::query().filter(tags.clone().contains("sql")).count(&db).await?, 1);
    /// assert_eq!(Note::query().select((tags.clone().at(0).value(), tags.length())).one(&db).await?, (Some("rust".into()), Some(2)));
    /// # Ok(()) }) }
    /// ```
    pub fn document<S>(self) -> JsonValue<M, S, C>
    where
        C: JsonColumn<S>,
    {
        JsonValue {
            document: self.into_node(),
            path: Vec::new(),
            untyped: C::UNTYPED,
            types: PhantomData,
        }
    }
});

impl<M, T, C> JsonValue<M, T, C> {
    pub(super) fn step<U>(mut self, step: JsonStep) -> JsonValue<M, U, C> {
        self.path.push(step);
        self.typed()
    }

    pub(super) fn typed<U>(self) -> JsonValue<M, U, C> {
        JsonValue {
            document: self.document,
            path: self.path,
            untyped: self.untyped,
            types: PhantomData,
        }
    }

    /// A field inside the object at this place.
    pub fn path<U>(self, path: JsonPath<T, U>) -> JsonValue<M, U, C> {
        self.step(JsonStep::Key(Cow::Borrowed(path.key)))
    }

    /// The value at this place, `None` where the document has none, or a JSON null. See [`Column::path`](super::Column::path).
    pub fn value(self) -> Expr<M, Option<T::Value>>
    where
        T: JsonScalar,
    {
        Expr::new(Node::Json(Box::new(self.document), self.path, T::KIND))
    }
}

impl<M, T, C> JsonValue<M, Vec<T>, C> {
    /// The element of the list at this place, counted from 0. See [`Column::document`](super::Column::document).
    pub fn at(self, index: usize) -> JsonValue<M, T, C> {
        self.step(JsonStep::Index(index))
    }
}

impl<M, T, H, C> JsonValue<M, HashMap<String, T, H>, C> {
    /// What the map at this place has under a key.
    pub fn key(self, key: impl Into<Cow<'static, str>>) -> JsonValue<M, T, C> {
        self.step(JsonStep::Key(key.into()))
    }
}

impl<M, T, C> JsonValue<M, BTreeMap<String, T>, C> {
    /// What the map at this place has under a key.
    pub fn key(self, key: impl Into<Cow<'static, str>>) -> JsonValue<M, T, C> {
        self.step(JsonStep::Key(key.into()))
    }
}
