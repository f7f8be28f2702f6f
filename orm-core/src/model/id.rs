//! Primary keys: the typed [`Id`], plain values, and several columns together.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use super::{Model, ModelDef};
use crate::value::{DecodeError, EncodeError, Field, FieldType, NotNull, Raw, Value};

/// The primary key of a row of `M`, so that a post's key cannot be taken for a user's.
///
/// `Id<User>` is numbered by the database, `Id<User, Uuid>` is made by this crate when a row is inserted.
///
/// ```
/// # use orm_core::Id;
/// # struct User;
/// let id: Id<User> = Id::new(7);
/// assert_eq!(id.get(), 7);
/// assert_eq!(id.to_string(), "7");
/// ```
pub struct Id<M, K = i64> {
    key: K,
    model: PhantomData<fn() -> M>,
}

impl<M, K> Id<M, K> {
    /// A key with this value.
    pub const fn new(key: K) -> Self {
        Self {
            key,
            model: PhantomData,
        }
    }

    /// The key's value.
    pub fn get(self) -> K {
        self.key
    }
}

impl<M, K: Clone> Clone for Id<M, K> {
    fn clone(&self) -> Self {
        Self::new(self.key.clone())
    }
}
impl<M, K: Copy> Copy for Id<M, K> {}
impl<M, K: PartialEq> PartialEq for Id<M, K> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}
impl<M, K: Eq> Eq for Id<M, K> {}
impl<M, K: PartialOrd> PartialOrd for Id<M, K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.key.partial_cmp(&other.key)
    }
}
impl<M, K: Ord> Ord for Id<M, K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }
}
impl<M, K: Hash> Hash for Id<M, K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}
impl<M, K: fmt::Display> fmt::Display for Id<M, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.key.fmt(f)
    }
}
impl<M, K: fmt::Debug> fmt::Debug for Id<M, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({:?})", self.key)
    }
}

impl<M, K: std::str::FromStr> std::str::FromStr for Id<M, K> {
    type Err = K::Err;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        s.parse().map(Self::new)
    }
}

impl<M, K> From<K> for Id<M, K> {
    fn from(key: K) -> Self {
        Self::new(key)
    }
}
impl<M> From<i32> for Id<M, i64> {
    fn from(key: i32) -> Self {
        Self::new(i64::from(key))
    }
}

impl<M: 'static, K: NotNull> Field for Id<M, K> {
    const TYPE: FieldType = K::TYPE;

    #[inline]
    fn decode(raw: Raw<'_>) -> Result<Self, DecodeError> {
        K::decode(raw).map(Self::new)
    }

    fn encode(&self) -> Result<Value, EncodeError> {
        self.key.encode()
    }

    fn into_value(self) -> Result<Value, EncodeError> {
        self.key.into_value()
    }
}
impl<M: 'static, K: NotNull> NotNull for Id<M, K> {}

#[cfg(feature = "json")]
impl<M, K: serde::Serialize> serde::Serialize for Id<M, K> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.key.serialize(serializer)
    }
}

#[cfg(feature = "json")]
impl<'de, M, K: serde::Deserialize<'de>> serde::Deserialize<'de> for Id<M, K> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        K::deserialize(deserializer).map(Self::new)
    }
}

/// A primary key's type: one value, or a tuple of them in the order of the key's fields.
pub trait Key<M: ?Sized>: Sized + Send + Sync + 'static {
    /// The values of the key's columns.
    fn into_values(self) -> Vec<Result<Value, EncodeError>>;
}

/// A value that can be a primary key by itself.
pub trait KeyValue: NotNull {}
impl<T: NotNull> KeyValue for T {}

impl<M, T: KeyValue> Key<M> for T {
    fn into_values(self) -> Vec<Result<Value, EncodeError>> {
        vec![self.into_value()]
    }
}

macro_rules! composite {
    ($($name:ident),+) => {
        impl<M, $($name: KeyValue),+> Key<M> for ($($name,)+) {
            #[allow(non_snake_case, reason = "the tuple's parts are named after their types")]
            fn into_values(self) -> Vec<Result<Value, EncodeError>> {
                let ($($name,)+) = self;
                vec![$($name.into_value()),+]
            }
        }
        #[diagnostic::do_not_recommend]
        impl<M: Model<Key = ($($name,)+)>, $($name: KeyValue),+> IntoKey<M> for ($($name,)+) {
            fn into_key(self) -> M::Key {
                self
            }
        }
    };
}
composite!(A, B);
composite!(A, B, C);
composite!(A, B, C, D);

/// Something that names one row of `M`.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let id: Id<User> = Id::new(1);
/// assert_eq!(User::find(id).one(&db).await?, User::find(1).one(&db).await?);
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a key of `{M}`",
    label = "this is not a key of `{M}`"
)]
pub trait IntoKey<M: Model> {
    /// The key.
    fn into_key(self) -> M::Key;
}

#[diagnostic::do_not_recommend]
impl<M: Model<Key = Id<M, K>>, K: KeyValue> IntoKey<M> for Id<M, K> {
    fn into_key(self) -> M::Key {
        self
    }
}
#[diagnostic::do_not_recommend]
impl<M: Model<Key = Id<M, K>>, K: KeyValue + Clone> IntoKey<M> for &Id<M, K> {
    fn into_key(self) -> M::Key {
        self.clone()
    }
}

/// A row names itself.
#[diagnostic::do_not_recommend]
impl<M: Model> IntoKey<M> for &M {
    fn into_key(self) -> M::Key {
        self.key()
    }
}

macro_rules! into_key {
    ($($ty:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<M: Model> IntoKey<M> for $ty
        where
            M::Key: From<$ty>,
        {
            fn into_key(self) -> M::Key {
                self.into()
            }
        }
    )*};
}
into_key!(i16, i32, i64, u32, String);
#[cfg(feature = "uuid")]
into_key!(uuid::Uuid);
#[cfg(feature = "chrono")]
into_key!(chrono::NaiveDate);

#[diagnostic::do_not_recommend]
impl<M: Model> IntoKey<M> for &str
where
    M::Key: From<String>,
{
    fn into_key(self) -> M::Key {
        self.to_owned().into()
    }
}

/// A type that is the primary key of `M`, as a foreign key must have it.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the key of a model `{M}`",
    label = "this cannot refer to a `{M}`",
    note = "a field with `#[belongs_to(…)]` has the type of the key that it refers to, or `Option` of it"
)]
pub trait KeyOf<M> {
    /// The model.
    type Target: Model;

    /// The model's table.
    fn target() -> &'static ModelDef;
}

#[diagnostic::do_not_recommend]
impl<M: Model<Key = K>, K> KeyOf<M> for K {
    type Target = M;

    fn target() -> &'static ModelDef {
        M::def()
    }
}
