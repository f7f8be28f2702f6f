//! Running statements: on the pool, or on the transaction's connection.

use std::panic::Location;
use std::sync::atomic::Ordering;

use tokio::sync::mpsc;

use super::Db;
use super::sink::{Collect, Forward, Layout};
use crate::dialect::Feature;
use crate::driver::describe::{Catalog, Described, Undescribed};
use crate::driver::{Access, Done, Lease, NoRows, PoolEvent, RowSink, Statement, both};
use crate::error::{Error, ErrorKind, Result};
use crate::model::Model;
use crate::query::{AtDrop, DeleteStatement, RowStream, UpdateStatement};
use crate::shape::Shape;
use crate::value::Value;

impl Db {
    /// Runs `work` with a connection: the transaction's, or one of the pool.
    pub(super) async fn with_lease<T>(
        &self,
        work: impl AsyncFnOnce(&mut Lease) -> Result<T>,
    ) -> Result<T> {
        match &self.session {
            Some(session) => session.with_lease(work).await,
            None => {
                let _wrote = self.wrote(Access::Unknown);
                let (mut lease, node) = self.shared.primary().await?;
                if let Some(node) = &node {
                    self.goes_to(node.at());
                }
                work(&mut lease).await
            }
        }
    }

    /// Prepares a statement, and says what the database knows of it.
    pub(crate) async fn describe(&self, sql: &str) -> Result<Described, Undescribed> {
        match &self.session {
            None => self.shared.pool.lease().await?.describe(sql).await,
            // A statement that is refused must not spoil the transaction.
            Some(_) => {
                let tx = self.begin().await?;
                let session = tx.session.as_ref();
                let asked = match session {
                    Some(session) => {
                        let work = async |lease: &mut Lease| Ok(lease.describe(sql).await);
                        session.with_lease(work).await?
                    }
                    None => Err(Error::new(crate::error::ErrorKind::TransactionEnded).into()),
                };
                tx.rollback().await?;
                asked
            }
        }
    }

    /// The tables that statements can name.
    pub(crate) async fn catalog(&self) -> Result<Catalog> {
        self.with_lease(async |lease: &mut Lease| lease.catalog().await)
            .await
    }

    pub(super) async fn run<S: RowSink>(
        &self,
        statement: &Statement,
        sink: S,
    ) -> Result<(S, Done)> {
        self.note(&statement.sql);
        let result = match self.is_watched() {
            true => self.run_watched(statement, sink).await,
            false => self.send(statement, sink).await,
        };
        result.map_err(|e| e.with_sql(&statement.sql))
    }

    pub(super) async fn send<S: RowSink>(
        &self,
        statement: &Statement,
        sink: S,
    ) -> Result<(S, Done)> {
        match &self.session {
            None => match &self.shared.cluster {
                None => self.run_alone(statement, sink).await,
                Some(cluster) => {
                    let _wrote = self.wrote(statement.access);
                    Box::pin(self.run_routed(cluster, statement, sink)).await
                }
            },
            Some(session) => {
                let _wrote = self.wrote(statement.access);
                let watch = self.shared.primary_pool().watch();
                let work = async |lease: &mut Lease| {
                    both(
                        lease
                            .fetch_within(statement, sink, self.limits(), watch)
                            .await,
                    )
                };
                session.with_lease(work).await
            }
        }
    }

    /// Runs a statement outside of transactions; a read once more, if its connection was lost.
    async fn run_alone<S: RowSink>(&self, statement: &Statement, sink: S) -> Result<(S, Done)> {
        let (pool, limits) = (&self.shared.pool, self.limits());
        let mut lease = pool.lease().await?;
        let (sink, result) = lease
            .fetch_within(statement, sink, limits, pool.watch())
            .await;
        // A read that streams has handed on rows already.
        let again = statement.access.only_reads() && !S::STREAMS;
        match (sink, result) {
            (Some(mut sink), Err(error))
                if again && matches!(error.kind(), ErrorKind::ConnectionLost) =>
            {
                drop(lease);
                pool.watch().note(&PoolEvent::ReadRetried { error: &error });
                sink.reset();
                // The pool tries its connections now before it lends them.
                let once_more = async {
                    let mut lease = pool.lease().await?;
                    let ended = lease.fetch_within(statement, sink, limits, pool.watch());
                    both(ended.await)
                };
                Box::pin(once_more).await
            }
            ended => both(ended),
        }
    }

    pub(crate) async fn fetch_all<R: Shape>(&self, statement: Statement) -> Result<Vec<R>> {
        let layout = Layout::new(statement.access.by_hand());
        let (sink, _) = self
            .run(&statement, Collect::new(layout, usize::MAX))
            .await?;
        Ok(sink.rows)
    }

    pub(crate) async fn fetch_first<R: Shape>(&self, statement: Statement) -> Result<Option<R>> {
        let layout = Layout::new(statement.access.by_hand());
        let (mut sink, _) = self.run(&statement, Collect::new(layout, 1)).await?;
        Ok(sink.rows.pop())
    }

    /// Hands the rows of a statement to what writes them into a file.
    pub(crate) async fn export<W: std::io::Write + Send + 'static>(
        &self,
        statement: &Statement,
        sink: crate::transfer::Exporting<W>,
    ) -> Result<crate::transfer::Exporting<W>> {
        Ok(self.run(statement, sink).await?.0)
    }

    pub(crate) async fn execute(&self, statement: Statement) -> Result<u64> {
        self.run(&statement, NoRows)
            .await
            .map(|(_, done)| done.affected)
    }

    pub(crate) fn stream<R: Shape>(
        &self,
        statement: Result<Statement>,
        caller: &'static Location<'static>,
    ) -> RowStream<R> {
        let (to, rows) = mpsc::channel(1);
        let db = Self {
            caller: self.caller.or(Some(caller)),
            ..self.clone()
        };
        let at_drop = self.session.as_ref().map_or(AtDrop::Cancel, |session| {
            AtDrop::Finish(session.streaming())
        });
        let work = async move {
            let statement = statement?;
            let sink = Forward::new(Layout::new(statement.access.by_hand()), to);
            let (sink, _) = match &db.session {
                None => db.run(&statement, sink).await?,
                Some(session) => {
                    let streaming = session.streaming();
                    let work = async |lease: &mut Lease| {
                        if sink.is_unread() {
                            return Ok((sink, Done::default()));
                        }
                        db.note(&statement.sql);
                        let watched = match db.is_watched() {
                            true => Some(db.watch(&statement)?),
                            false => None,
                        };
                        streaming.store(true, Ordering::Release);
                        let watch = db.shared.primary_pool().watch();
                        let fetched = lease.fetch_within(&statement, sink, db.limits(), watch);
                        let result = both(fetched.await);
                        streaming.store(false, Ordering::Release);
                        if let Some(watched) = watched {
                            watched.end(result.as_ref().map(|(_, done)| *done));
                        }
                        result
                    };
                    session
                        .with_lease(work)
                        .await
                        .map_err(|e| e.with_sql(&statement.sql))?
                }
            };
            sink.finish().await;
            Ok(())
        };
        RowStream::new(rows, at_drop, async move {
            work.await.map_err(|e: Error| e.with_caller(caller))
        })
    }

    pub(crate) async fn update(&self, statement: &UpdateStatement) -> Result<u64> {
        self.execute(crate::sql::update(statement, self.dialect())?)
            .await
    }

    /// Changes rows, all or none, each to values of its own.
    pub(crate) async fn update_many(
        &self,
        statements: Vec<crate::query::UpdateManyStatement>,
    ) -> Result<u64> {
        let dialect = self.dialect();
        let lots = statements
            .iter()
            .map(|s| s.rows.len().div_ceil(dialect.rows_per_update(s)))
            .sum::<usize>();
        if lots == 0 {
            return Ok(0);
        }
        // One statement is all or nothing by itself.
        let tx = match lots {
            1 => None,
            _ => Some(self.begin_alone().await?),
        };
        let mut changed = 0;
        for mut statement in statements {
            let most = dialect.rows_per_update(&statement);
            let mut rows = std::mem::take(&mut statement.rows).into_iter();
            while rows.len() > 0 {
                let lot = rows.by_ref().take(most).collect();
                let sql = crate::sql::update_many(&statement, lot, dialect)?;
                changed += tx.as_deref().unwrap_or(self).execute(sql).await?;
            }
        }
        if let Some(tx) = tx {
            tx.commit().await?;
        }
        Ok(changed)
    }

    pub(crate) async fn delete(&self, statement: &DeleteStatement) -> Result<u64> {
        self.execute(crate::sql::delete(statement, false, self.dialect())?)
            .await
    }

    /// Changes rows and reads them back; in a transaction where the database takes two statements for that.
    pub(crate) async fn update_returning<M: Model>(
        &self,
        statement: &UpdateStatement,
    ) -> Result<Vec<M>> {
        let sql = crate::sql::update(statement, self.dialect())?;
        if self.dialect().supports(Feature::UpdateReturning) {
            return self.fetch_all(sql).await;
        }
        let changes_key = statement
            .assignments
            .iter()
            .any(|a| statement.model.key.contains(&a.column.index));
        if changes_key {
            return Err(Error::unsupported(
                "reading back rows whose primary key is changed",
                self.dialect().name(),
            ));
        }
        let tx = self.begin_alone().await?;
        // The rows are locked by their keys first, since the change may make them miss the filter.
        let select = crate::sql::update_key_filter(statement);
        let keys: Vec<Vec<Value>> = tx
            .keys(crate::sql::select(&select, tx.dialect())?, statement.model)
            .await?;
        let rows = if keys.is_empty() {
            Vec::new()
        } else {
            tx.execute(sql).await?;
            let filter = crate::sql::by_keys(statement.model, &statement.model.key, keys);
            tx.fetch_all(crate::sql::select_filtered(
                statement.model,
                filter,
                tx.dialect(),
            )?)
            .await?
        };
        tx.commit().await?;
        Ok(rows)
    }

    /// The keys of the rows of a statement that selects them.
    async fn keys(
        &self,
        statement: Statement,
        model: &'static crate::model::ModelDef,
    ) -> Result<Vec<Vec<Value>>> {
        let sink = super::sink::Values::selected(model, &model.key);
        Ok(self.run(&statement, sink).await?.0.rows)
    }
}
