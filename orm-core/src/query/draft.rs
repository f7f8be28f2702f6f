//! Input structs that become new rows.

use super::create::{Create, NewRow, Set, Unset};
use super::input::{Always, Input, InputSink, InputTarget, Sometimes};
use super::insert::{Inserting, insert};
use super::nested::{Nesting, RELATION};
use super::upsert::{OnConflict, UpsertColumns, on_conflict};
use crate::db::Db;
use crate::model::{Fixed, Model, RelationDef};

/// An input that becomes a new row of a model; made by `#[derive(Draft)]`.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// #[derive(Draft)]
/// #[draft(Post)]
/// struct NewPost {
///     title: String,
///     published: Option<bool>,        // the default, if it is left out
/// }
///
/// let input = NewPost { title: "Drafts".into(), published: None };
/// let post = input.create().author_id(1).insert(&db).await?;
/// assert_eq!((post.title.as_str(), post.published), ("Drafts", false));
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a draft",
    label = "not a draft",
    note = "add `#[derive(Draft)]` and `#[draft(…)]` with the model's name to `{Self}`"
)]
pub trait Draft: Sized {
    /// The model.
    type Model: Model;
    /// The model's builder, in which the fields that the draft always has are set.
    type Create: Builder<Model = Self::Model>;

    /// The builder of the new row, which can be given what the input does not hold.
    fn create(self) -> Self::Create;

    /// Inserts the row, and gives it back with everything that the database filled in.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// #[derive(Draft)]
    /// #[draft(User)]
    /// struct SignUp { username: String, email: String }
    ///
    /// let dan = SignUp { username: "dan".into(), email: "Dan@example.com".into() }.insert(&db).await?;
    /// assert_eq!(dan.email, "dan@example.com");
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When a field is refused (all of them are named, as they are called in the input), or when the database refuses the row.
    #[track_caller]
    fn insert(self, db: &Db) -> Inserting<'_, Self::Model>
    where
        Self::Create: Create<Model = Self::Model>,
    {
        insert(self.create().into_row(), db)
    }

    /// Says by which unique columns the row may be there already, and then what to do. See
    /// [`InsertMany::on_conflict`](super::InsertMany::on_conflict).
    fn on_conflict(self, columns: impl UpsertColumns<Self::Model>) -> OnConflict<Self::Model>
    where
        Self::Create: Create<Model = Self::Model>,
    {
        on_conflict(self.create(), columns)
    }
}

/// A builder of a new row, or a draft of one. See [`Model::insert_many`].
pub trait IntoCreate {
    /// The builder's type.
    type Create;

    /// The builder.
    fn into_create(self) -> Self::Create;
}

impl<C: Create> IntoCreate for C {
    type Create = C;

    fn into_create(self) -> C {
        self
    }
}

/// A builder of a new row, whatever is set in it.
pub trait Builder {
    /// The model.
    type Model: Model;

    /// A builder in which these values are given. The derive vouches for what is set.
    fn from_row(row: NewRow) -> Self;

    /// The values that were given.
    fn given(self) -> NewRow;
}

/// What a builder becomes when a field is given: the required field with this number, or for [`usize::MAX`] one that is not required.
pub trait Gives<const REQUIRED: usize> {
    /// The builder's type then.
    type After;
}

/// The type of a builder after a field was given.
pub type After<B, const REQUIRED: usize> = <B as Gives<REQUIRED>>::After;

/// Whether a required field is set by the one or by the other.
pub trait Or<Other> {
    /// `Set` or `Unset`.
    type Is;
}
impl<Other> Or<Other> for Set {
    type Is = Self;
}
impl<Other> Or<Other> for Unset {
    type Is = Other;
}

/// [`Or`], as a type.
pub type Either<A, B> = <A as Or<B>>::Is;

/// The number of a column among those that a new row needs, or [`usize::MAX`]; evaluated when a draft is compiled.
///
/// # Panics
/// While compiling, for a column that the database computes.
#[track_caller]
pub const fn drafted(
    required: &[usize],
    fixed: &[(usize, Fixed)],
    column: usize,
    refusal: &'static str,
) -> usize {
    // A relation stands for its foreign key.
    let column = if column >= RELATION {
        column - RELATION
    } else {
        column
    };
    let mut at = 0;
    while at < fixed.len() {
        let computed = fixed[at].0 == column && matches!(fixed[at].1, Fixed::Generated);
        assert!(!computed, "{}", refusal); // invariant: evaluated by the compiler, where it is an error at the field
        at += 1;
    }
    let mut at = 0;
    while at < required.len() {
        if required[at] == column {
            return at;
        }
        at += 1;
    }
    usize::MAX
}

/// Whether a field that is always there, or that may say nothing, can give the required field with this number; [`usize::MAX`] stands for
/// all that are not required.
#[diagnostic::on_unimplemented(
    message = "a new row needs this field, so a draft cannot leave it out",
    label = "write the type without `Option`, or remove the field and set it on the builder"
)]
pub trait Suffices<const REQUIRED: usize> {}
#[diagnostic::do_not_recommend]
impl<const REQUIRED: usize> Suffices<REQUIRED> for Always {}
#[diagnostic::do_not_recommend]
impl Suffices<{ usize::MAX }> for Sometimes {}

/// Gives a new row what a draft's field says. The derive calls it.
pub fn draft_field<const REQUIRED: usize, C, F>(row: &mut NewRow, column: C, value: F)
where
    C: InputTarget<F, Presence: Suffices<REQUIRED>>,
{
    column.give(value, row);
}

impl InputSink for NewRow {
    fn take(&mut self, column: usize, input: Input) {
        match input {
            Input::Nothing => {}
            Input::Empty(null) => self.put(column, Ok(null)),
            Input::Value(value) => self.put(column, value),
        }
    }

    fn nest(&mut self, relation: &'static RelationDef, nesting: Nesting, rows: Vec<Self>) {
        self.add_nested(relation, nesting, rows);
    }
}
