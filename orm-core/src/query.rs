//! Queries and changes: typed builders over plain statements.

mod by_hand;
mod compound;
mod create;
mod cursor;
mod delete;
mod draft;
mod explain;
mod export;
mod filter;
mod held;
mod import;
mod include;
mod input;
mod insert;
mod insert_from;
mod insert_one;
mod keys;
mod link;
mod load;
pub(crate) mod nested;
mod page;
pub mod patch;
mod per_group;
mod raw;
mod returning;
mod rows_of;
mod select;
mod source;
mod statement;
mod stream;
mod terminal;
mod to_many;
mod to_one;
mod to_rows;
mod track;
mod tree;
mod update;
mod update_many;
mod upsert;
mod upsert_from;
mod view;
mod with;

use std::marker::PhantomData;

pub(crate) use by_hand::{ByHand, by_hand};
pub use compound::RowsLike;
pub(crate) use create::encode_error as encode_failure;
pub(crate) use create::now;
pub use create::{Create, NewRow, Set, Unset};
pub(crate) use cursor::key_text;
pub use cursor::{Cursor, IntoCursor, Slice};
pub use delete::Delete;
#[doc(hidden)]
pub use draft::{After, Builder, Either, Gives, Or, Suffices, draft_field, drafted};
pub use draft::{Draft, IntoCreate};
pub use export::{Export, Exported};
pub(crate) use filter::add as add_condition;
pub use held::{FirstRow, Held, OptionalRow, Rows, Scalar, SingleRow, Way};
pub use import::{Import, ImportRow, Progress};
pub(crate) use import::{ImportSource, Report};
pub use include::{Include, Includes, IntoInclude, Keyed};
#[doc(hidden)]
pub use input::{
    Always, Input, InputName, InputSink, InputTarget, InputValue, Sometimes, give_embedded,
};
pub use insert::{InsertMany, Inserting, insert};
pub(crate) use insert::{given_columns, same_columns};
pub use insert_from::{InsertColumns, InsertFrom, InsertFromStatement, Stores};
pub use insert_one::Insert;
pub use keys::Keys;
pub(crate) use link::Pair;
pub use load::IntoRows;
pub use nested::{Complete, Connects, Free, Nested, NestedInput, Nesting, Nests};
pub use page::Page;
pub use patch::{Change, Patch};
#[doc(hidden)]
pub use patch::{Changes, patch_field, patched};
#[doc(hidden)]
pub use raw::{BindingType, ResultCells, SqlPiece, SqlText, column_ref, result_cells, typed};
pub use raw::{DangerousSql, IntoBinding, IntoFragment, IsThere, Raw, RawAs, RawPart, RawSql};
pub use rows_of::QueryModel;
pub use select::{FromFields, Grouped, Groups, Projects};
pub use source::{Compound, InTree, NamedQuery, Origin, SetOp, Tree, WithBody};
pub use statement::{
    Assignment, Conflict, ConflictAction, DeleteStatement, InsertStatement, Keyset, Link, LinkTo,
    Load, Lock, LockStrength, LockWait, PerGroup, SelectStatement, Selected, UpdateStatement,
};
pub(crate) use stream::AtDrop;
pub use stream::RowStream;
pub use to_many::ToMany;
pub use to_one::ToOne;
pub use track::{FieldChange, Tracked};
pub use tree::{depth, path};
pub use update::{Changed, Many, One, Update};
pub use update_many::{IntoChange, UpdateMany, UpdateManyStatement};
pub use upsert::{OnConflict, Upsert, UpsertColumns, on_conflict};
pub use view::{
    Flatten, Flattened, Plan, Refine, RelatedField, RowOf, Source, View, ViewParams, field_loads,
    field_width, fill_field, flatten, read_field, select_view,
};
pub use with::{DebugSlots, Has, Here, Holds, IntoValues, NotLoaded, Slot, Slots, There, With};

use crate::model::Model;

/// A query for rows of the model `M`, each read as an `R`: the model itself, unless [`select`](Query::select) says otherwise.
///
/// It does nothing until [`one`](Query::one), [`optional`](Query::optional), [`all`](Query::all), [`stream`](Query::stream),
/// [`count`](Query::count), [`exists`](Query::exists) or [`page`](Query::page) is called and awaited.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let popular = Post::query().filter(Post::published.eq(true)).order_by(Post::views.desc()).limit(2);
/// let titles: Vec<String> = popular.clone().select(Post::title).all(&db).await?;
/// assert_eq!(titles, ["Hello", "Rust and SQL"]);
/// assert_eq!(popular.one(&db).await?.views, 120);
/// # Ok(()) }) }
/// ```
#[must_use = "a query does nothing until `one`, `all`, `count`, … is called and awaited"]
pub struct Query<M, R = M> {
    pub(crate) statement: SelectStatement,
    types: PhantomData<fn() -> (M, R)>,
}

impl<M: Model> Query<M, M> {
    pub(crate) fn new() -> Self {
        Self::from_statement(SelectStatement::new(M::def()))
    }

    pub(crate) fn by_key(key: M::Key) -> Self {
        let mut query = Self::new();
        query.statement.filter = filter::key::<M>(key);
        query.statement.by_key = true;
        query
    }
}

impl<M, R> Query<M, R> {
    pub(crate) fn from_statement(statement: SelectStatement) -> Self {
        Self {
            statement,
            types: PhantomData,
        }
    }

    pub(crate) fn into_statement(self) -> SelectStatement {
        self.statement
    }
}

impl<M, R> Clone for Query<M, R> {
    fn clone(&self) -> Self {
        Self::from_statement(self.statement.clone())
    }
}
