//! How fast rows come, where they are handed on while the statement runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::sleep;

use crate::driver::{Columns, RowSink};
use crate::error::Result;
use crate::row::RowSource;

/// What is seen of a statement while it runs. A look at the clock for each row would cost more than some rows do.
#[derive(Default)]
pub(super) struct Pace {
    /// The rows so far; it grows when the reader is done, too.
    rows: AtomicU64,
    /// Whether the reader has the word: the database has not to be waited for.
    reading: AtomicBool,
}

impl Pace {
    /// Waits until the database has given nothing for this long, or an eighth longer.
    pub(super) async fn stands_still(&self, limit: Duration) {
        const LOOKS: u32 = 8;
        let mut seen = self.rows.load(Ordering::Relaxed);
        let mut still = 0;
        while still < LOOKS {
            sleep(limit / LOOKS).await;
            let rows = self.rows.load(Ordering::Relaxed);
            still = if rows != seen || self.reading.load(Ordering::Acquire) {
                0
            } else {
                still + 1
            };
            seen = rows;
        }
    }

    fn moves(&self) {
        // Nobody else writes it.
        let rows = self.rows.load(Ordering::Relaxed);
        self.rows.store(rows + 1, Ordering::Relaxed);
    }

    /// The reader has the rows, and gives the word back if it wants more; otherwise what is left is nobody's loss of time.
    fn begins_to_read(&self) {
        self.reading.store(true, Ordering::Release);
    }

    fn has_read(&self, wants_more: bool) -> bool {
        self.moves();
        if wants_more {
            self.reading.store(false, Ordering::Release);
        }
        wants_more
    }
}

/// A sink whose pace is seen.
pub(super) struct Paced<S> {
    sink: S,
    pace: Arc<Pace>,
}

impl<S> Paced<S> {
    pub(super) fn new(sink: S, pace: Arc<Pace>) -> Self {
        Self { sink, pace }
    }

    pub(super) fn into_inner(self) -> S {
        self.sink
    }
}

impl<S: RowSink> RowSink for Paced<S> {
    const STREAMS: bool = S::STREAMS;

    fn start(&mut self, columns: &dyn Columns) -> Result<()> {
        self.sink.start(columns)
    }

    #[inline]
    fn row(&mut self, row: &dyn RowSource) -> Result<()> {
        self.pace.moves();
        self.sink.row(row)
    }

    fn is_full(&self) -> bool {
        self.sink.is_full()
    }

    async fn drain(&mut self) -> bool {
        self.pace.begins_to_read();
        let wants_more = self.sink.drain().await;
        self.pace.has_read(wants_more)
    }

    fn drain_blocking(&mut self) -> bool {
        self.pace.begins_to_read();
        let wants_more = self.sink.drain_blocking();
        self.pace.has_read(wants_more)
    }

    fn can_restart(&self) -> bool {
        self.sink.can_restart()
    }

    fn reset(&mut self) {
        self.sink.reset();
    }

    fn needs_columns(&self) -> bool {
        self.sink.needs_columns()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_time_between_rows_counts_and_the_readers_does_not() {
        let millis = Duration::from_millis;
        let pace = Pace::default();
        let begun = std::time::Instant::now();
        tokio::join!(pace.stands_still(millis(400)), async {
            sleep(millis(200)).await;
            pace.moves();
            sleep(millis(200)).await;
            pace.begins_to_read();
            sleep(millis(1000)).await;
            pace.has_read(true);
        });
        // Nothing was given from then on.
        assert!(begun.elapsed() >= millis(1750), "{:?}", begun.elapsed());
    }

    #[tokio::test]
    async fn a_statement_that_gives_nothing_is_noticed_in_time() {
        let begun = std::time::Instant::now();
        Pace::default()
            .stands_still(Duration::from_millis(80))
            .await;
        assert!(begun.elapsed() >= Duration::from_millis(80));
        assert!(begun.elapsed() < Duration::from_secs(2));
    }

    #[tokio::test]
    async fn rows_that_nobody_reads_take_their_time() {
        let pace = Pace::default();
        pace.begins_to_read();
        pace.has_read(false);
        let still = pace.stands_still(Duration::from_millis(20));
        let waited = tokio::time::timeout(Duration::from_millis(300), still).await;
        assert!(waited.is_err());
    }
}
