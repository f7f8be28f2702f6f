//! Links between rows of many to many: made, taken away, and replaced.

use std::panic::Location;

use super::ToMany;
use super::load::key;
use super::nested::key_values;
use super::nested::plan::distinct;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::model::{ColumnRole, IntoKey, ManyToMany, Model, ModelDef, Relation, RelationDef};
use crate::value::Value;

/// The table between two models, and its columns that refer to the one and to the other.
pub(crate) struct Pair {
    pub(crate) between: &'static ModelDef,
    /// The columns that refer to the row that has the relation, and what they refer to.
    pub(crate) here: Vec<usize>,
    pub(crate) from: &'static ModelDef,
    pub(crate) from_columns: Vec<usize>,
    /// The columns that refer to the row that it leads to, and what they refer to.
    pub(crate) there: Vec<usize>,
    pub(crate) to: &'static ModelDef,
    pub(crate) to_columns: Vec<usize>,
}

impl Pair {
    /// The two steps of a relation of many to many.
    pub(crate) fn of(relation: &'static RelationDef) -> Self {
        let (first, last) = (relation.hops().first(), relation.hops().last());
        let here = first.map(|hop| (hop.to, hop.from_columns.clone(), hop.to_columns.clone()));
        let there = last.map(|hop| (hop.from_columns.clone(), hop.to_columns.clone()));
        let (between, from_columns, here) = here.unwrap_or((relation.to(), Vec::new(), Vec::new()));
        let (there, to_columns) = there.unwrap_or_default();
        Self {
            between,
            here,
            from: relation.from(),
            from_columns,
            there,
            to: relation.to(),
            to_columns,
        }
    }

    /// The columns of the table between that name a link.
    pub(crate) fn columns(&self) -> Vec<usize> {
        [self.here.as_slice(), &self.there].concat()
    }

    /// Whether these columns are a unique key, so that the database itself refuses a second link between the same rows.
    pub(crate) fn is_unique(&self) -> bool {
        let names = |columns: &[usize]| {
            let name = |column: &usize| self.between.columns[*column].name.clone();
            let mut names: Vec<_> = columns.iter().map(name).collect();
            names.sort();
            names
        };
        let pair = names(&self.columns());
        self.between.unique_sets().any(|mut set| {
            set.sort();
            set == pair
        })
    }

    /// Where the values of the columns that links refer to stand in the key of the row; `None` if they are not the key.
    pub(crate) fn key_order(&self) -> Option<Vec<usize>> {
        let place = |column: &usize| self.to.key.iter().position(|key| key == column);
        match self.to_columns.len() == self.to.key.len() {
            true => self.to_columns.iter().map(place).collect(),
            false => None,
        }
    }

    /// Refuses to make links whose rows need more than the two keys.
    ///
    /// # Errors
    /// When the model between has other required fields.
    pub(crate) fn judge(&self, relation: &RelationDef) -> Result<()> {
        let pair = self.columns();
        let required = self
            .between
            .columns
            .iter()
            .enumerate()
            .find(|(at, column)| {
                let plain = column.role == ColumnRole::Plain && column.default.is_none();
                plain && !column.nullable && !pair.contains(at)
            });
        let Some((_, column)) = required else {
            return Ok(());
        };
        let (model, field) = (self.between.name, &column.field);
        Err(Error::invalid_query(format!(
            "`{relation:?}` cannot make links by itself: each is a `{model}`, which needs `{field}` as well; \
             create these rows directly, with `{model}::create()`"
        )))
    }
}

impl<R: Relation> ToMany<R> {
    /// Links a row with others, and says how many links are new: rows that are linked already stay as they are. The others are rows or
    /// keys; there is nothing to be linked twice.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// #[derive(Model, Debug)]
    /// struct Tag { id: Id<Tag>, label: String }
    ///
    /// #[derive(Model, Debug)]
    /// #[many_to_many(tags: Tag)]
    /// struct Photo { id: Id<Photo>, title: String }
    /// # let between = Photo::def().join_tables[0]();
    /// # orm::create_tables_of(&db, &[Tag::def(), Photo::def(), between]).await?;
    ///
    /// let tags = Tag::insert_many(["sea", "sun", "sky"].map(|label| Tag::create().label(label))).all(&db).await?;
    /// let photo = Photo::create().title("Holidays").insert(&db).await?;
    ///
    /// assert_eq!(Photo::tags.link(&photo, &tags[..2], &db).await?, 2);
    /// assert_eq!(Photo::tags.link(&photo, [tags[1].id], &db).await?, 0);
    /// assert_eq!(Photo::tags.unlink(&photo, [tags[0].id], &db).await?, 1);
    /// Photo::tags.set(&photo, &tags, &db).await?;
    /// assert_eq!(Photo::tags.of(&photo).count(&db).await?, 3);
    /// assert_eq!(Photo::tags.clear(&photo, &db).await?, 3);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When one of the others does not exist, and then no link is made; when the model between has further required fields.
    #[track_caller]
    pub fn link<K: IntoKey<R::To>>(
        self,
        row: &R::From,
        others: impl IntoIterator<Item = K>,
        db: &Db,
    ) -> impl Future<Output = Result<u64>> + Send
    where
        R: ManyToMany,
    {
        let caller = Location::caller();
        let (pair, named) = named::<R, K>(row, others);
        async move {
            let db = &db.at(caller);
            let linked = async {
                let (near, keys) = named?;
                pair.judge(R::def())?;
                db.link(&pair, &near, keys).await
            };
            linked.await.map_err(|e| e.with_caller(caller))
        }
    }

    /// Takes the links between a row and others away, and says how many there were. The others are rows or keys.
    /// See [`link`](Self::link).
    ///
    /// # Errors
    /// Whatever the database reports.
    #[track_caller]
    pub fn unlink<K: IntoKey<R::To>>(
        self,
        row: &R::From,
        others: impl IntoIterator<Item = K>,
        db: &Db,
    ) -> impl Future<Output = Result<u64>> + Send
    where
        R: ManyToMany,
    {
        let caller = Location::caller();
        let (pair, named) = named::<R, K>(row, others);
        async move {
            let db = &db.at(caller);
            let unlinked = async {
                let (near, keys) = named?;
                db.unlink(&pair, &near, keys).await
            };
            unlinked.await.map_err(|e| e.with_caller(caller))
        }
    }

    /// Links a row with exactly these others. Only what is different is deleted and inserted, in one transaction.
    /// See [`link`](Self::link).
    ///
    /// # Errors
    /// As [`link`](Self::link); then the links stay as they were.
    #[track_caller]
    pub fn set<K: IntoKey<R::To>>(
        self,
        row: &R::From,
        others: impl IntoIterator<Item = K>,
        db: &Db,
    ) -> impl Future<Output = Result<()>> + Send
    where
        R: ManyToMany,
    {
        let caller = Location::caller();
        let (pair, named) = named::<R, K>(row, others);
        async move {
            let db = &db.at(caller);
            let set = async {
                let (near, keys) = named?;
                pair.judge(R::def())?;
                db.set_links(&pair, &near, keys).await
            };
            set.await.map_err(|e| e.with_caller(caller))
        }
    }

    /// Takes all links of a row away, and says how many there were. See [`link`](Self::link).
    ///
    /// # Errors
    /// Whatever the database reports.
    #[track_caller]
    pub fn clear(self, row: &R::From, db: &Db) -> impl Future<Output = Result<u64>> + Send
    where
        R: ManyToMany,
    {
        let caller = Location::caller();
        let (pair, near) = (Pair::of(R::def()), near(R::def(), row));
        async move {
            let db = &db.at(caller);
            let cleared = async { db.clear_links(&pair, &near?).await };
            cleared.await.map_err(|e| e.with_caller(caller))
        }
    }
}

/// The values that links to a row have.
pub(super) fn near<M: Model>(relation: &'static RelationDef, row: &M) -> Result<Vec<Value>> {
    key(relation, row)?.ok_or_else(|| {
        Error::invalid_query(format!(
            "`{relation:?}` refers to a field of the row that is NULL, so nothing can be related to it"
        ))
    })
}

type Named = Result<(Vec<Value>, Vec<Vec<Value>>)>;

/// The row and the others, by what names them.
fn named<R: Relation, K: IntoKey<R::To>>(
    row: &R::From,
    others: impl IntoIterator<Item = K>,
) -> (Pair, Named) {
    let keys = others.into_iter().map(key_values::<R::To, K>);
    let keys = distinct(R::def(), keys);
    let named = near(R::def(), row).and_then(|near| Ok((near, keys?)));
    (Pair::of(R::def()), named)
}
