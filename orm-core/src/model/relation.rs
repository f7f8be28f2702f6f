//! Relations between models: how the rows of one are found from the rows of another.

use std::fmt;

use super::{Model, ModelDef};
use crate::query::Held;

/// A relation of a model, as a type without data: the type behind `User::posts`. The derive makes it.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// use orm::model::Relation;
///
/// let posts = <user::posts as Relation>::def();
/// assert_eq!((posts.from().name, posts.name(), posts.to().name), ("User", "posts", "Post"));
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(message = "`{Self}` is not a relation of a model")]
pub trait Relation: Copy + Send + Sync + 'static {
    /// The model that has the relation.
    type From: Model;
    /// The model that it leads to.
    type To: Model;
    /// How many rows it leads to.
    type Cardinality: Cardinality;

    /// Its name.
    const NAME: &'static str;

    /// How its rows are found.
    fn def() -> &'static RelationDef;
}

/// How many rows a relation leads to: [`AnyNumber`], [`ExactlyOne`] or [`AtMostOne`].
pub trait Cardinality: 'static {
    /// How a row holds the rows that were loaded of it.
    type Held<Row: crate::Shape>: Held<Row = Row>;
}

/// A relation that leads to any number of rows.
#[derive(Debug, Clone, Copy)]
pub struct AnyNumber;
/// A relation that leads to one row.
#[derive(Debug, Clone, Copy)]
pub struct ExactlyOne;
/// A relation that leads to one row or none.
#[derive(Debug, Clone, Copy)]
pub struct AtMostOne;

impl Cardinality for AnyNumber {
    type Held<Row: crate::Shape> = crate::query::Rows<Row>;
}
impl Cardinality for ExactlyOne {
    type Held<Row: crate::Shape> = crate::query::SingleRow<Row>;
}
impl Cardinality for AtMostOne {
    type Held<Row: crate::Shape> = crate::query::OptionalRow<Row>;
}

/// A `has_many` or `has_one`, which follows a foreign key of the other model backwards.
#[diagnostic::on_unimplemented(
    message = "no foreign key of the related rows leads back along `{Self}`",
    label = "its related rows do not belong to this one",
    note = "change the model's own foreign key with `update()`, and links of many to many with `link`, `unlink` and `set`"
)]
pub trait Inverse: Relation {
    /// The relation of the other model that holds the foreign key.
    type Back: BackOf<Self::To, Self::From>;

    /// How the rows of that relation are found. (Asked for here, a relation that leads elsewhere is reported once.)
    fn back() -> &'static RelationDef {
        Self::Back::def()
    }
}

/// A relation from `Child` to `Parent`.
#[diagnostic::on_unimplemented(
    message = "it is not clear by which foreign key `{Child}` belongs to `{Parent}`",
    label = "say which `#[belongs_to(…: {Parent})]` of `{Child}` leads back: `via = …`"
)]
pub trait BackOf<Child, Parent>: 'static {
    /// How its rows are found.
    fn def() -> &'static RelationDef;
}

/// A model that belongs to `Parent`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no way back to `{Parent}`",
    label = "`{Self}` does not belong to `{Parent}`",
    note = "add `#[belongs_to(…: {Parent})]` to the field of `{Self}` that refers to it"
)]
pub trait RefersTo<Parent> {
    /// The model itself.
    type Child: Model;
    /// The relation that leads to it; [`Ambiguous`] if there are several.
    type Relation: 'static;
}

/// Several relations, of which one must be named.
pub struct Ambiguous;

/// A model with a relation of a certain name, which is here as a hash, since types have no texts as parameters.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no relation of this name",
    label = "not the name of a relation of `{Self}`",
    note = "a relation is named by `#[belongs_to(name: …)]`, `#[has_many(name: …)]` and their like on `{Self}`"
)]
pub trait Named<const NAME: u64> {
    /// The model itself.
    type Model: Model;
    /// The relation.
    type Relation: Relation;
}

/// A `belongs_to` whose foreign key is unique, so that at most one row refers to each target.
#[diagnostic::on_unimplemented(
    message = "more than one row may refer to the same target here, and `has_one` finds one at most",
    label = "its foreign key is not unique",
    note = "add `#[model(unique)]` to the field with the `#[belongs_to(…)]`, or write `has_many`"
)]
pub trait OneToOne {}

/// The other end of a relation, under a name that is asked for once, so that a type that is no model is reported once.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model, so nothing can be related to it",
    label = "not a model",
    note = "add `#[derive(Model)]` to `{Self}`"
)]
pub trait End {
    /// The same type.
    type Model: Model;
}
#[diagnostic::do_not_recommend]
impl<M: Model> End for M {
    type Model = M;
}

/// A relation by a table between, which can link rows and take the links away.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no relation of many to many",
    label = "its rows cannot be linked and unlinked",
    note = "change the foreign key of the related rows instead"
)]
pub trait ManyToMany: Relation {}

/// Asks for a unique foreign key. The derive calls it.
pub fn one_to_one<R: OneToOne>() {}

/// The relation that leads from `Child` to `Parent`. The derive calls it.
pub fn back_of<R: BackOf<Child, Parent>, Child, Parent>() -> &'static RelationDef {
    R::def()
}

/// Asks whether a way through several relations leads where it should. The derive calls it.
pub fn ends_at<End: EndOf<Target>, Target>() {}

/// A model that a way ends at.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this way ends at `{Self}`, and the relation is one to `{Target}`",
    label = "this leads to `{Self}`"
)]
pub trait EndOf<Target> {}
impl<M> EndOf<M> for M {}

/// How the rows of a relation are found.
pub struct RelationDef {
    name: &'static str,
    from: &'static ModelDef,
    to: &'static ModelDef,
    hops: Vec<Hop>,
    optional: bool,
    many: bool,
    unique: bool,
}

/// One step of a relation: rows of two tables belong together when these columns are equal.
#[derive(Clone)]
pub struct Hop {
    /// The table where it begins.
    pub from: &'static ModelDef,
    /// Its columns, by index.
    pub from_columns: Vec<usize>,
    /// The table where it ends.
    pub to: &'static ModelDef,
    /// Its columns, one for each of the others.
    pub to_columns: Vec<usize>,
}

impl Hop {
    fn back(&self) -> Self {
        Self {
            from: self.to,
            from_columns: self.to_columns.clone(),
            to: self.from,
            to_columns: self.from_columns.clone(),
        }
    }

    /// Whether one row at the end belongs to one row at the beginning at most.
    fn has_one_source(&self) -> bool {
        holds_unique_set(self.from, &self.from_columns)
    }
}

/// Whether these columns hold a whole unique set, so that no two rows have the same values.
fn holds_unique_set(model: &ModelDef, columns: &[usize]) -> bool {
    model.unique_sets().any(|set| {
        set.iter()
            .all(|name| columns.iter().any(|c| model.columns[*c].name == *name))
    })
}

impl RelationDef {
    /// The relation of a foreign key of the model.
    pub fn belongs_to(model: &'static ModelDef, name: &'static str) -> Self {
        let key = model.foreign_keys.iter().find(|key| key.relation == name);
        // Without its foreign key, which the derive writes beside it, the relation would lead nowhere.
        let (to, from_columns, to_columns) = key.map_or((model, Vec::new(), Vec::new()), |key| {
            let to = (key.target)();
            let index = |field: &&'static str| to.columns.iter().position(|c| c.field == *field);
            let columns = match key.references.is_empty() {
                true => to.key.clone(),
                false => key.references.iter().filter_map(index).collect(),
            };
            (to, key.columns.clone(), columns)
        });
        let optional = from_columns.iter().any(|c| model.columns[*c].nullable);
        Self {
            name,
            from: model,
            to,
            hops: vec![Hop {
                from: model,
                from_columns,
                to,
                to_columns,
            }],
            optional,
            many: false,
            unique: true,
        }
    }

    /// The rows that refer to this one.
    pub fn has_many(name: &'static str, back: &'static RelationDef) -> Self {
        let hops = back.hops.iter().rev().map(Hop::back).collect();
        Self::over(name, (back.to, back.from), hops)
    }

    /// The row that refers to this one, if there is one.
    pub fn has_one(name: &'static str, back: &'static RelationDef) -> Self {
        Self {
            many: false,
            ..Self::has_many(name, back)
        }
    }

    /// The rows that a table between the two models links with this one.
    pub fn many_to_many(
        name: &'static str,
        to_here: &'static RelationDef,
        to_there: &'static RelationDef,
    ) -> Self {
        Self::linked(name, to_here, to_there)
    }

    /// The rows that a table between the two models, for which there is no model, links with this one.
    pub fn by_join_table(
        name: &'static str,
        table: Option<&'static str>,
        here: fn() -> &'static ModelDef,
        there: fn() -> &'static ModelDef,
    ) -> Self {
        let between = super::join_table(table, here, there);
        let step = |to: &ModelDef| {
            let key = between
                .foreign_keys
                .iter()
                .find(|key| std::ptr::eq((key.target)(), to));
            Self::belongs_to(between, key.map_or("", |key| key.relation))
        };
        Self::linked(name, &step(here()), &step(there()))
    }

    fn linked(name: &'static str, to_here: &RelationDef, to_there: &RelationDef) -> Self {
        let here = to_here.hops.iter().rev().map(Hop::back);
        let hops = here.chain(to_there.hops.iter().cloned());
        Self::over(name, (to_here.to, to_there.to), hops.collect())
    }

    /// The rows that several relations, one after the other, lead to.
    pub fn through(
        name: &'static str,
        first: &'static RelationDef,
        others: &[&'static RelationDef],
    ) -> Self {
        let last = others.last().unwrap_or(&first);
        let parts = std::iter::once(&first).chain(others);
        let hops = parts.flat_map(|part| part.hops.iter().cloned());
        Self::over(name, (first.from, last.to), hops.collect())
    }

    fn over(
        name: &'static str,
        (from, to): (&'static ModelDef, &'static ModelDef),
        hops: Vec<Hop>,
    ) -> Self {
        let unique = match hops.as_slice() {
            [_] => true,
            [here, there] if !there.has_one_source() => {
                let pair: Vec<usize> = here
                    .to_columns
                    .iter()
                    .chain(&there.from_columns)
                    .copied()
                    .collect();
                here.has_one_source() && holds_unique_set(here.to, &pair)
            }
            hops => hops.iter().all(Hop::has_one_source),
        };
        Self {
            name,
            from,
            to,
            hops,
            optional: true,
            many: true,
            unique,
        }
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The model that has it.
    pub fn from(&self) -> &'static ModelDef {
        self.from
    }

    /// The model that it leads to.
    pub fn to(&self) -> &'static ModelDef {
        self.to
    }

    /// The steps from the one to the other, at least one.
    pub fn hops(&self) -> &[Hop] {
        &self.hops
    }

    /// Whether it leads to any number of rows.
    pub fn is_many(&self) -> bool {
        self.many
    }

    /// Whether it may lead to no row, where it leads to one.
    pub fn is_optional(&self) -> bool {
        self.optional
    }

    /// Whether a row at its end is reached from one at its beginning in one way only, so that joining makes no duplicates.
    pub fn is_unique(&self) -> bool {
        self.unique
    }

    /// The columns of the model that has it by which its rows are found.
    pub(crate) fn key(&self) -> &[usize] {
        self.hops.first().map_or(&[], |hop| &hop.from_columns)
    }

    /// The table whose columns refer to the model that has it, and these columns.
    pub(crate) fn near(&self) -> (&'static ModelDef, &[usize]) {
        self.hops
            .first()
            .map_or((self.to, &[]), |hop| (hop.to, &hop.to_columns))
    }
}

impl fmt::Debug for RelationDef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", self.from.name, self.name)
    }
}
