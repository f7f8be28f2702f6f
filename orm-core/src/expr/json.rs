//! Typed paths into JSON columns.

use std::marker::PhantomData;

use super::{Column, Expr, Node};
use crate::model::Model;
use crate::value::{Kind, NotNull};

/// A field inside a JSON document that is described by `S` (a struct with `#[derive(Embed)]`), such as `Preferences::theme`.
/// See [`Column::path`].
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
pub trait JsonColumn<S> {}

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

/// A place inside a JSON column, from [`Column::path`]. See [`Column::path`].
pub struct JsonValue<M, T> {
    document: Node,
    path: Vec<&'static str>,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M: Model, C> Column<M, C> {
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
    pub fn path<S, T>(self, path: JsonPath<S, T>) -> JsonValue<M, T>
    where
        C: JsonColumn<S>,
    {
        JsonValue {
            document: self.node(),
            path: vec![path.key],
            types: PhantomData,
        }
    }
}

impl<M: Model, T> JsonValue<M, T> {
    /// A field inside the object at this place.
    pub fn path<U>(mut self, path: JsonPath<T, U>) -> JsonValue<M, U> {
        self.path.push(path.key);
        JsonValue {
            document: self.document,
            path: self.path,
            types: PhantomData,
        }
    }

    /// The value at this place, `None` where the document has none. See [`Column::path`].
    pub fn value(self) -> Expr<M, Option<T::Value>>
    where
        T: JsonScalar,
    {
        Expr::new(Node::Json(Box::new(self.document), self.path, T::KIND))
    }
}
