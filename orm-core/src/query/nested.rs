//! Rows that are written together with the row that they are related to.

pub(crate) mod plan;

use super::create::{Create, NewRow};
use super::input::{Always, InputSink, InputTarget, Sometimes};
use super::{ToMany, ToOne};
use crate::error::Error;
use crate::model::{IntoKey, Key, Model, Relation, RelationDef};
use crate::value::{EncodeError, Kind, Value};

/// A relation through which new rows are written together with the row that has it; the derive says how.
#[diagnostic::on_unimplemented(
    message = "nothing can be written through `{Self}`",
    label = "it leads through other relations",
    note = "write through these, one after the other"
)]
pub trait Nests: Relation {
    /// What a new row must be without: the foreign key that leads back, or nothing, which is [`Complete`].
    type By: 'static;

    /// How the rows are tied together.
    const AS: Nesting;

    /// The first column of the foreign key, where it is one of the model that has the relation.
    const COLUMN: usize = RELATION - 1;
}

/// What is added to the index of a column that is given by a relation. No model has as many columns.
pub(super) const RELATION: usize = 1 << (usize::BITS - 2);

/// A relation of `M` by which a new row can be related to rows that are there already.
#[diagnostic::on_unimplemented(
    message = "rows that are there already cannot be connected by `{Self}`",
    label = "expected a relation to many rows of the new `{M}`",
    note = "a `belongs_to` is connected by its foreign key's own setter"
)]
pub trait Connects<M> {
    /// The model that it leads to.
    type To: Model;

    /// The relation, and how it ties rows.
    fn how(self) -> (&'static RelationDef, Nesting);
}
#[diagnostic::do_not_recommend]
impl<R: Nests> Connects<R::From> for ToMany<R> {
    type To = R::To;

    fn how(self) -> (&'static RelationDef, Nesting) {
        (R::def(), R::AS)
    }
}

/// How a row is tied to a row that is written together with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nesting {
    /// It refers to the other row, which is written first.
    Parent,
    /// One row refers to it.
    Child,
    /// Any number of rows refer to it.
    Children,
    /// A row between refers to both.
    Links,
}

/// A new row that lacks nothing, as it stands in [`Nested`].
pub struct Complete<M>(std::marker::PhantomData<fn() -> M>);

/// A new row that can be written together with a related row: all that it needs is set, but for the foreign key `By`, which comes from
/// there. Builders and drafts are such rows.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let posts = ["One", "Two"].map(|title| Post::create().title(title));
/// let dan = User::create().username("dan").email("dan@example.com").posts(posts).insert(&db).await?;
/// assert_eq!(User::posts.of(&dan).count(&db).await?, 2);
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no new row that belongs here by `{By}`",
    label = "expected a builder such as `Post::create()` of the related model, or a draft of it"
)]
pub trait Nested<By> {
    /// The values that were given.
    fn into_row(self) -> NewRow;
}

impl<M: Model, C: Create<Model = M>> Nested<Complete<M>> for C {
    fn into_row(self) -> NewRow {
        Create::into_row(self)
    }
}

/// A foreign key that was not given by hand, so that the related row can give it.
#[diagnostic::on_unimplemented(
    message = "the foreign key of `{By}` comes from the related row, so it cannot be set by hand",
    label = "it was set by hand",
    note = "remove the setter of its field"
)]
pub trait Free<By> {}
#[diagnostic::do_not_recommend]
impl<By> Free<By> for super::Unset {}

/// What a draft's field may hold for a relation to one row: a draft, an `Option` or a `Box` of one.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot fill a relation to one row",
    label = "expected a draft of the related model, or an `Option` of one"
)]
pub trait NestedInput<By> {
    /// [`Always`] or [`Sometimes`].
    type Presence;

    /// The new row, if there is one.
    fn into_rows(self) -> Option<NewRow>;
}
#[diagnostic::do_not_recommend]
impl<By, C: NestedInput<By>> NestedInput<By> for Option<C> {
    type Presence = Sometimes;

    fn into_rows(self) -> Option<NewRow> {
        self.and_then(C::into_rows)
    }
}
#[diagnostic::do_not_recommend]
impl<By, C: NestedInput<By>> NestedInput<By> for Box<C> {
    type Presence = C::Presence;

    fn into_rows(self) -> Option<NewRow> {
        (*self).into_rows()
    }
}

impl<R: Nests, F: IntoIterator<Item: Nested<R::By>>> InputTarget<F> for ToMany<R> {
    type Presence = Always;

    fn give(self, value: F, to: &mut dyn InputSink) {
        let rows = value.into_iter().map(Nested::into_row);
        to.nest(R::def(), R::AS, rows.collect());
    }
}
impl<R: Nests, C, F: NestedInput<R::By>> InputTarget<F> for ToOne<R, C> {
    type Presence = F::Presence;

    fn give(self, value: F, to: &mut dyn InputSink) {
        let rows = value.into_rows();
        to.nest(R::def(), R::AS, rows.into_iter().collect());
    }
}

impl<R> ToMany<R> {
    /// What stands for it among the indexes of columns.
    #[doc(hidden)]
    pub const fn index(self) -> usize
    where
        R: Nests,
    {
        RELATION + R::COLUMN
    }
}
impl<R, C> ToOne<R, C> {
    /// What stands for it among the indexes of columns.
    #[doc(hidden)]
    pub const fn index(self) -> usize
    where
        R: Nests,
    {
        RELATION + R::COLUMN
    }
}

/// What is said of a foreign key that was given by hand beside the related row.
const GIVEN: &str = "comes from the related row, so it cannot be given as well";

/// Rows that are written together with a row, by one of its relations.
#[derive(Debug, Clone)]
pub(crate) struct Related {
    relation: &'static RelationDef,
    nesting: Nesting,
    rows: Vec<NewRow>,
    /// The keys of rows that are there already.
    keys: Vec<Result<Vec<Value>, EncodeError>>,
}

impl NewRow {
    /// Gives rows that are written together with this one. The derive's builders call it.
    #[must_use]
    pub fn nest<R: Nests, C: Nested<R::By>>(mut self, rows: impl IntoIterator<Item = C>) -> Self {
        self.add_nested(R::def(), R::AS, rows.into_iter().map(Nested::into_row));
        self
    }

    /// Gives rows that are there already, and are to be related to this one. The derive's builders call it.
    #[must_use]
    pub fn connect<M, R: Connects<M>, K: IntoKey<R::To>>(
        mut self,
        relation: R,
        keys: impl IntoIterator<Item = K>,
    ) -> Self {
        let mut keys = keys.into_iter().map(key_values::<R::To, K>).peekable();
        let (relation, nesting) = relation.how();
        if keys.peek().is_some() {
            self.related_by(relation, nesting).keys.extend(keys);
        }
        self
    }

    /// Gives the foreign key to a row that is there already.
    pub(super) fn belong(
        &mut self,
        relation: &'static RelationDef,
        column: usize,
        value: &Value,
    ) -> Result<(), Error> {
        let def = &relation.to().columns[column];
        if self.value(column).is_some_and(|given| !given.is_null()) {
            let mut errors = crate::error::FieldErrors::default();
            errors.add(def.field.clone(), "foreign_key", GIVEN);
            return errors.into_result();
        }
        self.put(column, Ok(typed(value.clone(), def.ty.kind)));
        Ok(())
    }

    pub(super) fn add_nested(
        &mut self,
        relation: &'static RelationDef,
        nesting: Nesting,
        rows: impl IntoIterator<Item = NewRow>,
    ) {
        let mut rows = rows.into_iter().peekable();
        if rows.peek().is_some() {
            self.related_by(relation, nesting).rows.extend(rows);
        }
    }

    /// Takes over what is related to another row, behind what is related to this one by the same relation.
    pub(super) fn take_related(&mut self, others: Vec<Related>) {
        for other in others {
            let related = self.related_by(other.relation, other.nesting);
            related.rows.extend(other.rows);
            related.keys.extend(other.keys);
        }
    }

    fn related_by(&mut self, relation: &'static RelationDef, nesting: Nesting) -> &mut Related {
        let related = self.related_mut();
        let at = related
            .iter()
            .position(|other| std::ptr::eq(other.relation, relation));
        let at = at.unwrap_or_else(|| {
            related.push(Related {
                relation,
                nesting,
                rows: Vec::new(),
                keys: Vec::new(),
            });
            related.len() - 1
        });
        &mut related[at] // invariant: found or pushed above
    }
}

/// A value in the kind of a column that takes it over: databases do not tell how wide their integers are.
pub(crate) fn typed(value: Value, kind: Kind) -> Value {
    match (&value, kind) {
        (Value::I64(n), Kind::I16) => i16::try_from(*n).map_or(value, Value::I16),
        (Value::I64(n), Kind::I32) => i32::try_from(*n).map_or(value, Value::I32),
        (Value::I64(n), Kind::U32) => u32::try_from(*n).map_or(value, Value::U32),
        _ => value,
    }
}

/// The values of a key, in the order of the key's columns.
pub(crate) fn key_values<M: Model, K: IntoKey<M>>(key: K) -> Result<Vec<Value>, EncodeError> {
    key.into_key().into_values().into_iter().collect()
}
