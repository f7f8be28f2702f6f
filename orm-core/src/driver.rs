//! Connections and rows of the databases: the only place that calls their client libraries.
//!
//! Each driver has the same rooms: `connect` (options from a URL), a pool's manager, a [`Lease`] on a connection, its rows, its errors.

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod classify;
mod constraint;
pub(crate) mod describe;
mod lot;
#[cfg(feature = "mysql")]
mod mysql;
mod node;
mod pool;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod redact;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod server;
#[cfg(feature = "sqlite")]
mod sqlite;
mod target;
mod url;

pub(crate) use lot::{Failure, Lot, Way};
pub(crate) use node::{Facts, Position, Watcher, check_replicas};
#[cfg(feature = "otel")]
pub(crate) use pool::Times;
pub use pool::{CloseReason, PoolEvent, PoolStats};
pub(crate) use pool::{Lease, Limit, LimitOf, Limits, Listener, Listening, Pool, both, chance};
pub(crate) use target::target;
pub use url::IN_MEMORY;

use crate::error::Result;
use crate::model::ModelDef;
use crate::row::RowSource;
use crate::value::Value;

/// A statement, ready to be sent.
#[derive(Debug)]
pub(crate) struct Statement {
    /// The text, with placeholders.
    pub sql: String,
    /// The values, in the order of the placeholders.
    pub binds: Vec<Value>,
    /// What it does to the database; a driver may run a read in another way than a write.
    pub access: Access,
    /// Whether the same text may come with values of other types: a hand-written piece of it decides nothing about them.
    #[cfg_attr(
        not(feature = "postgres"),
        allow(dead_code, reason = "only one database fixes types by the text")
    )]
    pub loosely_typed: bool,
    /// Whether the text is likely to come again, so that it pays to keep the prepared statement.
    pub keep: bool,
    /// The relation whose rows it reads for other rows, by which a repeated one is named.
    pub relation: Option<&'static crate::model::RelationDef>,
    /// The model that it is about, by which a violated constraint is named in the program's words.
    pub model: Option<&'static ModelDef>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
    /// Hand-written: it may be either.
    Unknown,
    /// Hand-written, and said to read only.
    OnlyReads,
}

impl Access {
    /// Whether it may run where nothing can be written.
    pub(crate) fn only_reads(self) -> bool {
        matches!(self, Self::Read | Self::OnlyReads)
    }

    /// Whether the text is not the renderer's own.
    pub(crate) fn by_hand(self) -> bool {
        matches!(self, Self::Unknown | Self::OnlyReads)
    }
}

/// What a statement did.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Done {
    /// Rows that it changed.
    pub affected: u64,
    /// Rows that it gave, as far as they were taken.
    pub rows: u64,
    /// The number that the database gave to the (first) row that it inserted, where the database says so.
    pub inserted: Option<i64>,
}

/// Takes the rows of a statement, one after the other. Which of its questions are asked depends on the driver.
///
/// It may be moved to another thread together with the statement.
#[cfg_attr(
    not(feature = "sqlite"),
    allow(
        dead_code,
        reason = "only the embedded database runs a statement on a thread, or twice"
    )
)]
pub(crate) trait RowSink: Send + 'static {
    /// Looks at the columns, once, before the first row. (It may be left out where there are no rows.)
    fn start(&mut self, columns: &dyn Columns) -> Result<()>;

    /// Takes a row.
    fn row(&mut self, row: &dyn RowSource) -> Result<()>;

    /// Whether it has taken as much as it can hold, so that [`drain`](Self::drain) must be waited for.
    fn is_full(&self) -> bool {
        false
    }

    /// Hands on what it holds, waiting for the reader. `false` when nobody reads any more.
    fn drain(&mut self) -> impl Future<Output = bool> + Send {
        std::future::ready(true)
    }

    /// [`drain`](Self::drain) on a thread that may block.
    fn drain_blocking(&mut self) -> bool {
        true
    }

    /// Whether all rows that it has taken can be forgotten: none was handed on.
    fn can_restart(&self) -> bool {
        true
    }

    /// Forgets the rows that it has taken, because the statement begins again.
    fn reset(&mut self) {}

    /// Whether it must see the columns before the first row.
    fn needs_columns(&self) -> bool {
        true
    }

    /// Whether it will hand on rows while the statement runs, and so may wait.
    const STREAMS: bool = false;
}

/// The columns of a result.
pub(crate) trait Columns {
    fn len(&self) -> usize;
    fn name(&self, index: usize) -> &str;
}

/// Takes no rows.
pub(crate) struct NoRows;

impl RowSink for NoRows {
    fn needs_columns(&self) -> bool {
        false
    }

    fn start(&mut self, _: &dyn Columns) -> Result<()> {
        Ok(())
    }

    fn row(&mut self, _: &dyn RowSource) -> Result<()> {
        Ok(())
    }
}
