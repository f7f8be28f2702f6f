//! Imports: inserts of any number of rows in constant memory.

use std::marker::PhantomData;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;

use super::create::{Create, NewRow};
use super::draft::IntoCreate;
use crate::db::Db;
use crate::error::Result;
use crate::model::Model;

/// Rows on their way into a table, whatever they are made of.
pub(crate) type ImportSource<'s> = Pin<Box<dyn Stream<Item = Result<NewRow>> + Send + 's>>;

/// What is called with the progress.
pub(crate) type Report<'r> = Box<dyn FnMut(&Progress) + Send + 'r>;

/// How far an import or export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The rows so far.
    pub rows: u64,
    /// The time so far.
    pub elapsed: Duration,
}

impl Progress {
    pub(crate) fn new(rows: u64, elapsed: Duration) -> Self {
        Self { rows, elapsed }
    }
}

/// Something that an import takes for a row of `M`: a builder, a [`Draft`](crate::Draft), or a `Result` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a new row of `{M}`",
    label = "expected a builder such as `{M}::create()`, a struct with `#[derive(Draft)]`, or a `Result` of these"
)]
pub trait ImportRow<M> {
    /// The values of the new row.
    ///
    /// # Errors
    /// The error that stands in the row's place.
    fn into_new_row(self) -> Result<NewRow>;
}

#[diagnostic::do_not_recommend]
impl<M, R: IntoCreate> ImportRow<M> for R
where
    R::Create: Create<Model = M>,
{
    fn into_new_row(self) -> Result<NewRow> {
        Ok(self.into_create().into_row())
    }
}
#[diagnostic::do_not_recommend]
impl<M, R: IntoCreate> ImportRow<M> for Result<R>
where
    R::Create: Create<Model = M>,
{
    fn into_new_row(self) -> Result<NewRow> {
        Ok(self?.into_create().into_row())
    }
}

/// An import of rows. See [`Model::import`].
#[must_use = "nothing is imported until `run` is called and awaited"]
pub struct Import<'i, M> {
    source: ImportSource<'i>,
    report: Option<Report<'i>>,
    model: PhantomData<fn() -> M>,
}

impl<'i, M: Model> Import<'i, M> {
    pub(crate) fn stream<S: Stream + Send + 'i>(rows: S) -> Self
    where
        S::Item: ImportRow<M>,
    {
        Self::from_source(Box::pin(Streamed {
            rows: Box::pin(rows),
            model: PhantomData::<fn() -> M>,
        }))
    }

    pub(crate) fn iterator<I: Iterator + Send + 'i>(rows: I) -> Self
    where
        I::Item: ImportRow<M>,
    {
        Self::from_source(Box::pin(Iterated(rows.map(|row| row.into_new_row()))))
    }

    pub(crate) fn file(
        format: crate::transfer::Format,
        file: Box<dyn std::io::Read + Send>,
    ) -> Self {
        Self::from_source(crate::transfer::file_rows(M::def(), format, file))
    }

    fn from_source(source: ImportSource<'i>) -> Self {
        Self {
            source,
            report: None,
            model: PhantomData,
        }
    }

    /// Calls a function after each lot of rows, some thousands of them.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let posts = (0..2500).map(|n| Post::create().author_id(1).title(format!("Post {n}")));
    /// let mut seen = Vec::new();
    /// Post::import_iter(posts).progress(|progress| seen.push(progress.rows)).run(&db).await?;
    /// assert_eq!(seen.last(), Some(&2500));
    /// # Ok(()) }) }
    /// ```
    pub fn progress(mut self, report: impl FnMut(&Progress) + Send + 'i) -> Self {
        self.report = Some(Box::new(report));
        self
    }

    /// Inserts the rows, all or none, and says how many there were. See [`Model::import`].
    ///
    /// # Errors
    /// When a field is refused, a row's place holds an error, or the database refuses a row; [`Error::row`](crate::Error::row) says which
    /// one. Nothing is inserted then.
    #[track_caller]
    pub fn run(mut self, db: &Db) -> impl Future<Output = Result<u64>> + Send {
        let caller = Location::caller();
        async move {
            let db = &db.at(caller);
            db.import(M::def(), self.source, &mut self.report)
                .await
                .map_err(|e| e.with_caller(caller))
        }
    }
}

/// The rows of a stream, as new rows.
struct Streamed<S, M> {
    rows: Pin<Box<S>>,
    model: PhantomData<fn() -> M>,
}

impl<M, S: Stream> Stream for Streamed<S, M>
where
    S::Item: ImportRow<M>,
{
    type Item = Result<NewRow>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let row = self.rows.as_mut().poll_next(cx);
        row.map(|row| row.map(ImportRow::into_new_row))
    }
}

/// The items of an iterator, each there at once.
struct Iterated<I>(I);

impl<I: Iterator> Unpin for Iterated<I> {}

impl<I: Iterator> Stream for Iterated<I> {
    type Item = I::Item;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<I::Item>> {
        Poll::Ready(self.0.next())
    }
}
