//! Streams of rows that include others: the rows are read in lots, and what they include is read for a lot at a time.

use std::panic::Location;

use tokio::sync::mpsc;

use super::Db;
use super::load::spec;
use crate::driver::{Columns, RowSink, Statement};
use crate::error::Result;
use crate::query::{AtDrop, Load, RowStream, SelectStatement};
use crate::row::RowSource;
use crate::shape::{Gather, GatherRows, GatherSpec, KeyPlaces, Shape, gather};

/// How many rows a lot has. Each lot takes as many statements as relations are loaded.
const LOT: usize = 500;

/// A lot of rows.
type Lot = Box<dyn GatherRows>;

impl Db {
    /// The rows of a query that loads relations.
    pub(crate) fn stream_lots<R: Shape>(
        &self,
        mut statement: SelectStatement,
        caller: &'static Location<'static>,
    ) -> RowStream<R> {
        let (to, rows) = mpsc::channel(1);
        let at_drop = self.session.as_ref().map_or(AtDrop::Cancel, |session| {
            AtDrop::Finish(session.streaming())
        });
        let db = self.clone();
        let work = async move {
            let loads = std::mem::take(&mut statement.loads);
            let places = spec(&mut statement, &loads, None).loads;
            let statement = crate::sql::select(&statement, db.dialect())?;
            let new = NewLot {
                places,
                make: gather::<R>,
            };
            if db.session.is_some() || db.pool_stats().max < 2 {
                db.lots_after_each_other(&statement, &loads, new, &to).await
            } else {
                db.lots_beside(&statement, &loads, new, &to).await
            }
        };
        RowStream::new(rows, at_drop, async move {
            work.await.map_err(|e| e.with_caller(caller))
        })
    }

    /// Reads all rows, then what they include, lot by lot.
    async fn lots_after_each_other<R: Shape>(
        &self,
        statement: &Statement,
        loads: &[Load],
        new: NewLot,
        to: &mpsc::Sender<Vec<R>>,
    ) -> Result<()> {
        let sink = Collected {
            lots: vec![new.lot()],
            new,
        };
        let (sink, _) = self.run(statement, sink).await?;
        for lot in sink.lots {
            if !self.send_lot(lot, loads, to).await? {
                break;
            }
        }
        Ok(())
    }

    /// Reads rows on one connection, and what they include on another.
    async fn lots_beside<R: Shape>(
        &self,
        statement: &Statement,
        loads: &[Load],
        new: NewLot,
        to: &mpsc::Sender<Vec<R>>,
    ) -> Result<()> {
        let (lots, mut read) = mpsc::channel(1);
        let reading = async {
            let sink = Forwarded {
                lot: new.lot(),
                new,
                to: lots,
            };
            let (sink, _) = self.run(statement, sink).await?;
            // Nobody may listen any more, which is no error.
            let _ = sink.to.send(sink.lot).await;
            Ok(())
        };
        let loading = async {
            while let Some(lot) = read.recv().await {
                if !self.send_lot(lot, loads, to).await? {
                    break;
                }
            }
            Ok(())
        };
        tokio::try_join!(reading, loading).map(|_| ())
    }

    /// Loads what the rows of a lot include, and hands them on. `false` when nobody reads any more.
    async fn send_lot<R: Shape>(
        &self,
        mut lot: Lot,
        loads: &[Load],
        to: &mpsc::Sender<Vec<R>>,
    ) -> Result<bool> {
        if lot.len() == 0 {
            return Ok(true);
        }
        if to.is_closed() {
            return Ok(false);
        }
        let parts = self.load_all(loads.to_vec(), lot.as_mut()).await?;
        lot.fill(parts)?;
        let rows = lot.into_part().downcast::<Gather<R>>();
        let rows = rows.map_or_else(|_| Vec::new(), |rows| rows.into_rows().0);
        Ok(to.send(rows).await.is_ok())
    }
}

/// Makes empty lots.
struct NewLot {
    places: Vec<KeyPlaces>,
    make: crate::shape::NewGather,
}

impl NewLot {
    fn lot(&self) -> Lot {
        (self.make)(GatherSpec {
            loads: self.places.clone(),
            parent: None,
        })
    }
}

/// Collects all lots.
struct Collected {
    lots: Vec<Lot>,
    new: NewLot,
}

impl RowSink for Collected {
    fn needs_columns(&self) -> bool {
        false
    }

    fn reset(&mut self) {
        self.lots = vec![self.new.lot()];
    }

    fn start(&mut self, _: &dyn Columns) -> Result<()> {
        Ok(())
    }

    fn row(&mut self, row: &dyn RowSource) -> Result<()> {
        if self.lots.last().is_none_or(|lot| lot.len() >= LOT) {
            self.lots.push(self.new.lot());
        }
        self.lots.last_mut().map_or(Ok(()), |lot| lot.row(row))
    }
}

/// Hands on a lot when it is full.
struct Forwarded {
    lot: Lot,
    new: NewLot,
    to: mpsc::Sender<Lot>,
}

impl Forwarded {
    fn take(&mut self) -> Lot {
        std::mem::replace(&mut self.lot, self.new.lot())
    }
}

impl RowSink for Forwarded {
    const STREAMS: bool = true;

    fn needs_columns(&self) -> bool {
        false
    }

    fn start(&mut self, _: &dyn Columns) -> Result<()> {
        Ok(())
    }

    fn row(&mut self, row: &dyn RowSource) -> Result<()> {
        self.lot.row(row)
    }

    fn is_full(&self) -> bool {
        self.lot.len() >= LOT
    }

    async fn drain(&mut self) -> bool {
        let lot = self.take();
        self.to.send(lot).await.is_ok()
    }

    fn drain_blocking(&mut self) -> bool {
        let lot = self.take();
        self.to.blocking_send(lot).is_ok()
    }
}
