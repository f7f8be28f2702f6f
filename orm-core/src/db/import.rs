//! Imports: rows in lots, each while the next one is made.

use std::future::poll_fn;
use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use tokio::task::yield_now;

use super::{Db, Tx};
use crate::dialect::Dialect;
use crate::driver::{Done, Failure, Lot, Way};
use crate::error::{Error, ErrorKind, Result};
use crate::model::ModelDef;
use crate::query::{ImportSource, InsertStatement, Progress, Report, given_columns, same_columns};
use crate::value::Value;

/// How many rows are made before the lot that is on its way, and whoever else waits for this thread, gets a turn.
const PIECE: u64 = 250;

impl Db {
    /// Inserts all rows of a source, or none, in constant memory.
    pub(crate) async fn import(
        &self,
        model: &'static ModelDef,
        source: ImportSource<'_>,
        report: &mut Option<Report<'_>>,
    ) -> Result<u64> {
        let began = Instant::now();
        let tx = self.begin_alone().await?;
        let mut making = Making::new(model, source);
        let mut rows = 0;
        let mut numbered = false;
        let mut next = making.lot(&tx).await?;
        while let Some(lot) = next {
            numbered |= model.identity().is_some_and(|i| lot.columns.contains(&i));
            let lot = Arc::new(lot);
            let (loaded, made) = tokio::join!(tx.load_lot(&lot, rows), making.lot(&tx));
            // Its rows come first.
            loaded?;
            rows += u64::try_from(lot.len()).unwrap_or(u64::MAX);
            drop(lot);
            if let Some(report) = report {
                report(&Progress::new(rows, began.elapsed()));
            }
            next = made?;
        }
        if numbered {
            tx.advance_identity(model).await?;
        }
        tx.commit().await?;
        Ok(rows)
    }

    /// Inserts a lot. Where the database refuses it and does not say because of which row, that is found out.
    async fn load_lot(&self, lot: &Arc<Lot>, before: u64) -> Result<()> {
        let numbered = |at: usize, error: Error| {
            error.with_row(before + 1 + u64::try_from(at).unwrap_or_default())
        };
        let all = 0..lot.len();
        // It says which row, and has undone no more than that.
        if lot.way == Way::Each {
            let failure = self.load_range(lot, all).await.err();
            return failure.map_or(Ok(()), |failure| {
                Err(match failure.at {
                    Some(at) => numbered(at, failure.error),
                    None => failure.error,
                })
            });
        }
        let Err(mut failure) = self.try_range(lot, all.clone()).await? else {
            return Ok(());
        };
        // The first row that is refused is among these.
        let (mut low, mut high) = (0, all.end);
        while failure.at.is_none() && is_about_a_row(&failure.error) && high - low > 1 {
            let middle = low.midpoint(high);
            match self.try_range(lot, low..middle).await? {
                Ok(()) => low = middle,
                Err(narrower) => {
                    high = middle;
                    failure = Failure {
                        at: narrower.at.map(|at| low + at),
                        error: narrower.error,
                    };
                }
            }
        }
        if failure.at.is_none() && is_about_a_row(&failure.error) {
            // Its own error, and not that of a row behind it.
            if let Err(own) = self.try_range(lot, low..high).await? {
                return Err(numbered(low, own.error));
            }
        }
        Err(match failure.at {
            Some(at) => numbered(at, failure.error),
            None => failure.error,
        })
    }

    /// Inserts some rows of a lot, or none of them.
    async fn try_range(&self, lot: &Arc<Lot>, range: Range<usize>) -> Result<Result<(), Failure>> {
        if lot.way == Way::Statements && self.dialect().refuses_statements_alone() {
            return Ok(self.load_range(lot, range).await);
        }
        let savepoint: Tx = self.begin().await?;
        let result = savepoint.load_range(lot, range).await;
        match &result {
            Ok(()) => savepoint.commit().await?,
            // What is lost cannot be rolled back.
            Err(failure) if !is_about_a_row(&failure.error) => {}
            Err(_) => savepoint.rollback().await?,
        }
        Ok(result)
    }

    async fn load_range(&self, lot: &Arc<Lot>, range: Range<usize>) -> Result<(), Failure> {
        if lot.way == Way::Statements {
            let mut group = InsertStatement::plain(lot.model, lot.columns.clone());
            group.rows = lot.values(range).to_vec();
            self.insert_chunks(vec![group]).await?;
            return Ok(());
        }
        let sql = match lot.way {
            Way::Each => one_row(lot, self.dialect())?,
            _ => String::new(),
        };
        self.note(if sql.is_empty() { "COPY" } else { &sql });
        let watched = self.watch_load(&sql, lot.model)?;
        let rows = range.len() as u64;
        let loaded = self
            .with_lease(async |lease| {
                let watch = self.shared.primary_pool().watch();
                Ok(lease
                    .load_within(&sql, lot, range, self.limit(), watch)
                    .await)
            })
            .await?;
        if let Some(watched) = watched {
            let done = |()| Done {
                affected: rows,
                ..Done::default()
            };
            watched.end(loaded.as_ref().map(|()| done(())).map_err(|f| &f.error));
        }
        loaded
    }
}

/// The text that inserts one row.
fn one_row(lot: &Lot, dialect: &'static dyn Dialect) -> Result<String> {
    let row = lot.columns.iter();
    let row = row.map(|index| Value::null(lot.model.columns[*index].ty));
    let group = InsertStatement::plain(lot.model, lot.columns.clone());
    crate::sql::insert(&group, vec![row.collect()], false, true, dialect).map(|s| s.sql)
}

/// Whether the database refused a row, rather than to go on.
fn is_about_a_row(error: &Error) -> bool {
    let broken = error.is_connection() || error.is_retryable() || error.is_timeout();
    !broken
        && !matches!(
            error.kind(),
            ErrorKind::TransactionEnded | ErrorKind::PoolClosed
        )
}

/// Makes lots of the rows of a source.
struct Making<'s> {
    model: &'static ModelDef,
    source: ImportSource<'s>,
    /// Whether there are no more rows; many streams may not be asked again then.
    ended: bool,
    /// The number of the row that came last.
    number: u64,
    /// A row that gives other columns than the one before, and begins the next lot.
    held: Option<Vec<Option<Value>>>,
    /// How rows with these columns go.
    way: Option<(Vec<usize>, Way)>,
    /// How many bytes the next lot has at most. They begin small, so that the database soon has something to do.
    bytes: usize,
}

impl<'s> Making<'s> {
    fn new(model: &'static ModelDef, source: ImportSource<'s>) -> Self {
        Self {
            model,
            source,
            ended: false,
            number: 0,
            held: None,
            way: None,
            bytes: Lot::FIRST_BYTES,
        }
    }

    /// The next lot; `None` when there are no more rows.
    async fn lot(&mut self, db: &Db) -> Result<Option<Lot>> {
        let mut lot: Option<Lot> = None;
        while let Some(row) = self.row().await? {
            let lot = match &mut lot {
                Some(lot) if same_columns(&lot.columns, &row) => lot,
                Some(_) => {
                    self.held = Some(row);
                    break;
                }
                None => lot.insert(self.begin(db, &row).await?),
            };
            let pushed = lot.push(stored(self.model, row, db.dialect()));
            pushed.map_err(|e| e.with_row(self.number))?;
            if lot.is_full() {
                break;
            }
            // A source that is always ready would keep the database waiting for the lot that it could have by now.
            if self.number.is_multiple_of(PIECE) {
                yield_now().await;
            }
        }
        Ok(lot)
    }

    async fn row(&mut self) -> Result<Option<Vec<Option<Value>>>> {
        if let Some(row) = self.held.take() {
            return Ok(Some(row));
        }
        if self.ended {
            return Ok(None);
        }
        let Some(row) = poll_fn(|cx| self.source.as_mut().poll_next(cx)).await else {
            self.ended = true;
            return Ok(None);
        };
        self.number += 1;
        let row = match row {
            // What is wrong with a file says its line.
            Err(error) if matches!(error.kind(), ErrorKind::File { .. }) => return Err(error),
            row => row.and_then(|row| row.into_values(self.model)),
        };
        row.map(Some).map_err(|e| e.with_row(self.number))
    }

    async fn begin(&mut self, db: &Db, row: &[Option<Value>]) -> Result<Lot> {
        let columns: Vec<usize> = given_columns(row).collect();
        let way = match &self.way {
            Some((known, way)) if *known == columns => *way,
            _ => {
                let model = self.model;
                let way = db
                    .with_lease(async |lease| {
                        let watch = db.shared.primary_pool().watch();
                        lease.way_within(model, &columns, db.limit(), watch).await
                    })
                    .await?;
                self.way = Some((columns.clone(), way));
                way
            }
        };
        let most = db.dialect().rows_per_insert(columns.len());
        let lot = Lot::new(self.model, columns, way, most, self.bytes);
        self.bytes = (self.bytes * 2).min(Lot::STREAM_BYTES);
        Ok(lot)
    }
}

/// The values that were given, in the form in which the columns store them.
fn stored(
    model: &'static ModelDef,
    row: Vec<Option<Value>>,
    dialect: &'static dyn Dialect,
) -> impl Iterator<Item = Result<Value>> {
    let given = model.columns.iter().zip(row);
    let given = given.filter_map(|(column, value)| Some((column, value?)));
    given.map(move |(column, value)| match dialect.check_value(&value) {
        Ok(()) => Ok(dialect.fit(column, value)),
        Err(reason) => {
            let field = format!("`{}::{}`", model.name, column.field);
            Err(Error::new(ErrorKind::Encode {
                field: field.into(),
                reason: reason.into(),
            }))
        }
    })
}
