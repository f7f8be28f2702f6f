//! Rows with what was included.

#[cfg(feature = "json")]
mod serialize;

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use super::{Held, Keyed};
use crate::error::Result;
use crate::expr::Name;
use crate::model::Model;
use crate::row::{Cells, FromRow};
use crate::shape::{Parts, Shape};

/// A row of a model with what a query included; it dereferences to the model.
///
/// `L` lists what was included, the last first: [`Slot`]s with the name and the kind of what they hold.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// use orm::query::{Rows, Slot, With};
///
/// fn titles(user: &With<User, Slot<user::posts, Rows<Post>>>) -> Vec<&str> {
///     user.get(User::posts).iter().map(|post| post.title.as_str()).collect()
/// }
///
/// let ann = User::find(1).include(User::posts.order_by(Post::id)).one(&db).await?;
/// assert_eq!(titles(&ann), ["Hello", "A draft"]);
///
/// let (user, (posts,)) = ann.into_parts();
/// assert_eq!((user.username.as_str(), posts.len()), ("ann", 2));
/// # Ok(()) }) }
/// ```
pub struct With<M, L> {
    model: M,
    slots: L,
}

/// Something that was included: its name, how it is held, and what was included before it.
pub struct Slot<K, H: Held, L = ()> {
    value: H::Value,
    rest: L,
    types: PhantomData<fn() -> (K, H)>,
}

impl<M, L> Deref for With<M, L> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.model
    }
}
impl<M, L> DerefMut for With<M, L> {
    fn deref_mut(&mut self) -> &mut M {
        &mut self.model
    }
}

impl<M, L> With<M, L> {
    pub(crate) fn new(model: M, slots: L) -> Self {
        Self { model, slots }
    }

    pub(crate) fn slots_mut(&mut self) -> &mut L {
        &mut self.slots
    }

    pub(crate) fn split(self) -> (M, L) {
        (self.model, self.slots)
    }

    /// What was included under a name: the rows of a relation, a row, or a number. Only what the query included compiles.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let ann = User::find(1).include(User::posts).include(User::posts.count()).one(&db).await?;
    /// assert_eq!(ann.get(User::posts).len() as i64, *ann.get(User::posts.count()));
    /// # Ok(()) }) }
    /// ```
    pub fn get<N: Keyed, I, V>(&self, _: N) -> &V
    where
        // Named once: as `L::Value` behind the arrow as well, what is missing would be reported twice.
        L: Has<N::Key, I, Value = V>,
    {
        self.slots.value()
    }

    /// The same, to be changed. See [`get`](Self::get).
    pub fn get_mut<N: Keyed, I, V>(&mut self, _: N) -> &mut V
    where
        L: Has<N::Key, I, Value = V>,
    {
        self.slots.value_mut()
    }

    /// The row itself, without what was included.
    pub fn into_inner(self) -> M {
        self.model
    }

    /// The row, and a tuple of what was included, in the order in which it was. See [`With`].
    pub fn into_parts(self) -> (M, L::Values)
    where
        L: IntoValues,
    {
        (self.model, self.slots.into_values())
    }
}

/// A row that was read without anything included: nothing is one, so that asking such a row says what to include.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this `{Self}` was read by a query that includes nothing",
    label = "what this asks for was not included",
    note = "add it to the query that reads the row: `.include(…)`"
)]
pub trait Holds<N> {
    /// What it would hold.
    type Value;

    /// What it would hold.
    fn held(&self) -> &Self::Value;
}

/// A list that holds something under the name `K`; the compiler finds the place `I`.
#[diagnostic::on_unimplemented(
    message = "`{K}` was not included by the query that read this row",
    label = "`{K}` was not included",
    note = "add `.include(…)` with `{K}` to the query"
)]
pub trait Has<K, I> {
    /// What is held.
    type Value;

    /// What is held.
    #[doc(hidden)]
    fn value(&self) -> &Self::Value;

    /// What is held, to be changed.
    #[doc(hidden)]
    fn value_mut(&mut self) -> &mut Self::Value;
}

/// The place of what was included last.
pub struct Here(());
/// The place of what was included before.
pub struct There<I>(PhantomData<fn() -> I>);
/// A name that nothing has: with one more thing that could be meant, the compiler says that a relation is missing rather than that
/// another one was expected.
pub enum NotLoaded {}

#[diagnostic::do_not_recommend]
impl<K, H: Held, L> Has<K, Here> for Slot<K, H, L> {
    type Value = H::Value;

    fn value(&self) -> &H::Value {
        &self.value
    }

    fn value_mut(&mut self) -> &mut H::Value {
        &mut self.value
    }
}
#[diagnostic::do_not_recommend]
impl<K, Other, H: Held, L: Has<K, I>, I> Has<K, There<I>> for Slot<Other, H, L> {
    type Value = L::Value;

    fn value(&self) -> &L::Value {
        self.rest.value()
    }

    fn value_mut(&mut self) -> &mut L::Value {
        self.rest.value_mut()
    }
}
#[diagnostic::do_not_recommend]
impl Has<NotLoaded, NotLoaded> for () {
    type Value = ();

    fn value(&self) -> &() {
        self
    }

    fn value_mut(&mut self) -> &mut () {
        self
    }
}

/// A list of what was included.
pub trait Slots: Sized + Send + 'static {
    /// Whether other statements read parts of it.
    #[doc(hidden)]
    const LOADS: bool;

    /// How many cells of a row it takes.
    #[doc(hidden)]
    fn width() -> usize;

    /// Reads what the row itself holds of it.
    ///
    /// # Errors
    /// When a cell does not fit its Rust type.
    #[doc(hidden)]
    fn read(cells: &mut Cells<'_>) -> Result<Self>;

    /// Hands to the rows what other statements have read for them.
    ///
    /// # Errors
    /// Never, if the parts are those of the query that the rows are from.
    #[doc(hidden)]
    fn fill(slots: Vec<Option<&mut Self>>, parts: &mut Parts) -> Result<()>;
}

impl Slots for () {
    const LOADS: bool = false;

    fn width() -> usize {
        0
    }

    fn read(_: &mut Cells<'_>) -> Result<()> {
        Ok(())
    }

    fn fill(_: Vec<Option<&mut Self>>, _: &mut Parts) -> Result<()> {
        Ok(())
    }
}

impl<K: Name, H: Held, L: Slots> Slots for Slot<K, H, L> {
    const LOADS: bool = H::LOADS || L::LOADS;

    fn width() -> usize {
        L::width() + H::width()
    }

    fn read(cells: &mut Cells<'_>) -> Result<Self> {
        let rest = L::read(cells)?;
        let value = H::read(cells)?;
        Ok(Self {
            value,
            rest,
            types: PhantomData,
        })
    }

    fn fill(mut slots: Vec<Option<&mut Self>>, parts: &mut Parts) -> Result<()> {
        if L::LOADS {
            let rest = slots
                .iter_mut()
                .map(|slot| slot.as_mut().map(|slot| &mut slot.rest));
            L::fill(rest.collect(), parts)?;
        }
        if H::LOADS {
            let values = slots
                .into_iter()
                .map(|slot| slot.map(|slot| &mut slot.value));
            H::fill(values.collect(), parts)?;
        }
        Ok(())
    }
}

impl<K: Name, H: Held, L> Slot<K, H, L> {
    pub(crate) fn new(value: H::Value, rest: L) -> Self {
        Self {
            value,
            rest,
            types: PhantomData,
        }
    }

    pub(crate) fn value_of(&mut self) -> &mut H::Value {
        &mut self.value
    }
}

impl<M: Model, L: Slots> Shape for With<M, L> {
    const NAME: &'static str = <M as FromRow>::NAME;
    const LOADS: bool = L::LOADS;

    fn width() -> usize {
        <M as FromRow>::width() + L::width()
    }

    fn read(cells: &mut Cells<'_>) -> Result<Self> {
        let model = <M as FromRow>::read(cells)?;
        let slots = L::read(cells)?;
        Ok(Self { model, slots })
    }

    fn fill(rows: Vec<Option<&mut Self>>, parts: &mut Parts) -> Result<()> {
        if !L::LOADS {
            return Ok(());
        }
        let slots = rows.into_iter().map(|row| row.map(|row| &mut row.slots));
        L::fill(slots.collect(), parts)
    }
}

impl<M: Clone, L: Clone> Clone for With<M, L> {
    fn clone(&self) -> Self {
        Self::new(self.model.clone(), self.slots.clone())
    }
}
impl<M: PartialEq, L: PartialEq> PartialEq for With<M, L> {
    fn eq(&self, other: &Self) -> bool {
        self.model == other.model && self.slots == other.slots
    }
}
impl<K, H: Held<Value: Clone>, L: Clone> Clone for Slot<K, H, L> {
    fn clone(&self) -> Self {
        Self {
            value: self.value.clone(),
            rest: self.rest.clone(),
            types: PhantomData,
        }
    }
}
impl<K, H: Held<Value: PartialEq>, L: PartialEq> PartialEq for Slot<K, H, L> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value && self.rest == other.rest
    }
}

impl<M: fmt::Debug, L: DebugSlots> fmt::Debug for With<M, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut with = f.debug_struct("With");
        with.field("row", &self.model);
        self.slots.debug(&mut with);
        with.finish()
    }
}

/// A list of what was included, all of which can be shown.
#[doc(hidden)]
pub trait DebugSlots {
    /// Shows each name with what it holds, in the order in which it was included.
    fn debug(&self, into: &mut fmt::DebugStruct<'_, '_>);
}
impl DebugSlots for () {
    fn debug(&self, _: &mut fmt::DebugStruct<'_, '_>) {}
}
impl<K: Name, H: Held<Value: fmt::Debug>, L: DebugSlots> DebugSlots for Slot<K, H, L> {
    fn debug(&self, into: &mut fmt::DebugStruct<'_, '_>) {
        self.rest.debug(into);
        into.field(&K::name(), &self.value);
    }
}

/// A list that can be taken apart into a tuple. There is one for up to eight things.
pub trait IntoValues {
    /// The tuple, in the order in which things were included.
    type Values;

    /// The tuple.
    #[doc(hidden)]
    fn into_values(self) -> Self::Values;
}
impl IntoValues for () {
    type Values = ();

    fn into_values(self) {}
}

/// Writes the type and the pattern of a list, the last first.
macro_rules! list {
    (type) => { () };
    (type $key:ident $held:ident $value:ident, $($rest:tt)*) => { Slot<$key, $held, list!(type $($rest)*)> };
    (pattern) => { () };
    (pattern $key:ident $held:ident $value:ident, $($rest:tt)*) => { Slot { value: $value, rest: list!(pattern $($rest)*), .. } };
}
macro_rules! into_values {
    ([$($reversed:tt)*] $($key:ident $held:ident $value:ident,)+) => {
        impl<$($key, $held: Held),+> IntoValues for list!(type $($reversed)*) {
            type Values = ($($held::Value,)+);

            fn into_values(self) -> Self::Values {
                let list!(pattern $($reversed)*) = self;
                ($($value,)+)
            }
        }
    };
}
into_values!([K0 H0 v0,] K0 H0 v0,);
into_values!([K1 H1 v1, K0 H0 v0,] K0 H0 v0, K1 H1 v1,);
into_values!([K2 H2 v2, K1 H1 v1, K0 H0 v0,] K0 H0 v0, K1 H1 v1, K2 H2 v2,);
into_values!([K3 H3 v3, K2 H2 v2, K1 H1 v1, K0 H0 v0,] K0 H0 v0, K1 H1 v1, K2 H2 v2, K3 H3 v3,);
into_values!([K4 H4 v4, K3 H3 v3, K2 H2 v2, K1 H1 v1, K0 H0 v0,] K0 H0 v0, K1 H1 v1, K2 H2 v2, K3 H3 v3, K4 H4 v4,);
into_values!([K5 H5 v5, K4 H4 v4, K3 H3 v3, K2 H2 v2, K1 H1 v1, K0 H0 v0,] K0 H0 v0, K1 H1 v1, K2 H2 v2, K3 H3 v3, K4 H4 v4, K5 H5 v5,);
into_values!([K6 H6 v6, K5 H5 v5, K4 H4 v4, K3 H3 v3, K2 H2 v2, K1 H1 v1, K0 H0 v0,] K0 H0 v0, K1 H1 v1, K2 H2 v2, K3 H3 v3, K4 H4 v4, K5 H5 v5, K6 H6 v6,);
into_values!([K7 H7 v7, K6 H6 v6, K5 H5 v5, K4 H4 v4, K3 H3 v3, K2 H2 v2, K1 H1 v1, K0 H0 v0,] K0 H0 v0, K1 H1 v1, K2 H2 v2, K3 H3 v3, K4 H4 v4, K5 H5 v5, K6 H6 v6, K7 H7 v7,);

/// Declares names for things that a query includes: the same relation twice, or an expression.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// orm::label!(first, last);
///
/// let ann = User::find(1)
///     .include(User::posts.order_by(Post::id.asc()).limit(1).named(first))
///     .include(User::posts.order_by(Post::id.desc()).limit(1).named(last))
///     .one(&db)
///     .await?;
/// assert_eq!((ann.get(first)[0].id.get(), ann.get(last)[0].id.get()), (1, 2));
/// # Ok(()) }) }
/// ```
#[macro_export]
macro_rules! label {
    ($($(#[$attr:meta])* $vis:vis $name:ident),+ $(,)?) => {$(
        $(#[$attr])*
        #[allow(non_camel_case_types)]
        #[derive(Debug, Clone, Copy)]
        $vis struct $name;

        impl $crate::expr::Name for $name {
            fn name() -> ::std::borrow::Cow<'static, str> {
                ::std::borrow::Cow::Borrowed(::core::stringify!($name))
            }
        }
        impl $crate::query::Keyed for $name {
            type Key = $name;
        }
    )+};
}
