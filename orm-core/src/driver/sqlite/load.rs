//! Many rows by one prepared statement, where a statement is a call and no round trip.

use std::ops::Range;
use std::sync::Arc;

use super::error;
use super::lease::Lease;
use super::run::{Connection, Mode};
use crate::driver::lot::{Failure, Lot};
use crate::driver::{Access, Statement};

impl Lease {
    /// Inserts some rows of a lot by the text for one of them.
    pub(crate) async fn load(
        &mut self,
        sql: &str,
        lot: &Arc<Lot>,
        range: Range<usize>,
    ) -> Result<(), Failure> {
        let (sql, lot) = (sql.to_owned(), Arc::clone(lot));
        self.on_thread(move |connection, mode| connection.load(&sql, &lot, range, mode))
            .await?
    }
}

impl Connection {
    fn load(
        &mut self,
        sql: &str,
        lot: &Lot,
        range: Range<usize>,
        mode: &Mode,
    ) -> Result<(), Failure> {
        let first = range.start;
        let rows = lot.values(range);
        let failed = self.bounded(mode, |db| {
            let mut prepared = db.prepare_cached(sql).map_err(|e| (None, e))?;
            for (at, row) in rows.iter().enumerate() {
                super::run::bind_row(&mut prepared, row)
                    .and_then(|()| prepared.raw_execute())
                    .map_err(|e| (Some(at), e))?;
            }
            Ok(())
        });
        failed.map_err(|(at, e)| {
            let statement = Statement {
                sql: sql.to_owned(),
                binds: at.and_then(|at| rows.get(at)).cloned().unwrap_or_default(),
                access: Access::Write,
                loosely_typed: false,
                keep: true,
                relation: None,
                model: Some(lot.model),
            };
            Failure {
                at: at.map(|at| first + at),
                error: error::query(e, &statement, &self.db).with_sql(sql),
            }
        })
    }
}
