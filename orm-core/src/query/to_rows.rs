//! Changes of the rows that belong to a row: new ones, and another one in the place of the one that is there.

use std::panic::Location;

use super::create::NewRow;
use super::insert::nested;
use super::link::near;
use super::{Nested, Nests, ToMany, ToOne};
use crate::db::Db;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Inverse, Model, Relation, RelationDef};
use crate::value::Value;

impl<R: Relation> ToMany<R> {
    /// Inserts new rows that belong to a row, all or none, and gives them back in the order in which they were given. Their foreign key
    /// comes from the row.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let ann = User::find(1).one(&db).await?;
    /// let posts = User::posts.add(&ann, [Post::create().title("One more")], &db).await?;
    /// assert_eq!(posts[0].author_id, ann.id);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When a field is refused (all of them are named, as `posts[0].title`), or when the database refuses a row.
    #[track_caller]
    pub fn add<N: Nested<R::By>>(
        self,
        row: &R::From,
        new: impl IntoIterator<Item = N>,
        db: &Db,
    ) -> impl Future<Output = Result<Vec<R::To>>> + Send
    where
        R: Inverse + Nests,
    {
        let caller = Location::caller();
        let new = new.into_iter().map(Nested::into_row).collect();
        let rows = belonging(R::def(), row, new);
        async move {
            let db = &db.at(caller);
            let added = async { nested(rows?, Some(R::NAME), db).await };
            added.await.map_err(|e: Error| e.with_caller(caller))
        }
    }
}

impl<R: Relation, C> ToOne<R, C> {
    /// Puts a new row in the place of the one that belongs to a row, if there is one, in one transaction. The old one is deleted; if its
    /// foreign key may be NULL, it stays and belongs to nothing.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// #[derive(Model, Debug)]
    /// #[has_one(cover: Cover)]
    /// struct Album { id: Id<Album>, title: String }
    ///
    /// #[derive(Model, Debug)]
    /// struct Cover {
    ///     id: Id<Cover>,
    ///     #[model(unique)]
    ///     #[belongs_to(album: Album)]
    ///     album_id: Id<Album>,
    ///     file: String,
    /// }
    /// # orm::create_tables_of(&db, &[Album::def(), Cover::def()]).await?;
    ///
    /// let album = Album::create().title("Sea").cover(Cover::create().file("a.png")).insert(&db).await?;
    /// let cover = Album::cover.replace(&album, Cover::create().file("b.png"), &db).await?;
    /// assert_eq!((cover.file.as_str(), Cover::query().count(&db).await?), ("b.png", 1));
    ///
    /// assert!(Album::cover.clear(&album, &db).await?);
    /// assert_eq!(Cover::query().count(&db).await?, 0);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When a field of the new row is refused, or when the database refuses something; then the old row stays.
    #[track_caller]
    pub fn replace<N: Nested<R::By>>(
        self,
        row: &R::From,
        new: N,
        db: &Db,
    ) -> impl Future<Output = Result<R::To>> + Send
    where
        R: Inverse + Nests,
    {
        let caller = Location::caller();
        let rows = belonging(R::def(), row, vec![new.into_row()]);
        let near = near(R::def(), row);
        async move {
            let db = &db.at(caller);
            let replaced = async {
                let graph = super::nested::plan::plan(R::def().to(), rows?, None)?;
                let mut rows = db.replace_graph::<R::To>(R::def(), near?, graph).await?;
                rows.pop().ok_or_else(|| {
                    Error::new(ErrorKind::NotFound {
                        what: R::To::def().name,
                    })
                })
            };
            replaced.await.map_err(|e| e.with_caller(caller))
        }
    }

    /// Takes the row away that belongs to a row, and says whether there was one: it is deleted; if its foreign key may be NULL, it stays
    /// and belongs to nothing. See [`replace`](Self::replace).
    ///
    /// # Errors
    /// When the database refuses it.
    #[track_caller]
    pub fn clear(self, row: &R::From, db: &Db) -> impl Future<Output = Result<bool>> + Send
    where
        R: Inverse,
    {
        let caller = Location::caller();
        let near = near(R::def(), row);
        async move {
            let db = &db.at(caller);
            let cleared = async { db.release(R::def(), near?).await };
            cleared
                .await
                .map(|rows| rows > 0)
                .map_err(|e: Error| e.with_caller(caller))
        }
    }
}

/// New rows with the foreign key of a row that is there.
fn belonging<M: Model>(
    relation: &'static RelationDef,
    row: &M,
    mut rows: Vec<NewRow>,
) -> Result<Vec<NewRow>> {
    let values: Vec<Value> = near(relation, row)?;
    let (_, columns) = relation.near();
    for row in &mut rows {
        for (column, value) in columns.iter().zip(&values) {
            row.belong(relation, *column, value)?;
        }
    }
    Ok(rows)
}
