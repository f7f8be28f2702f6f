//! Running a statement: inline or on a thread, within bounds.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rusqlite::types::{ToSqlOutput, Value as SqlValue, ValueRef};

use super::checkpoint::Checkpoint;
use super::error;
use super::history::History;
use super::row::{Names, Row};
use crate::driver::{Access, Done, RowSink, Statement};
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Value, civil};

/// A read that takes longer than this on the calling thread is stopped, and run again on a thread of its own.
const INLINE_LIMIT: Duration = Duration::from_millis(1);
/// How many steps of SQLite's machine lie between two looks at the clock.
const STEPS: i32 = 1_000;

/// A connection, and what it shares with the others of its pool.
pub(crate) struct Connection {
    pub(super) db: rusqlite::Connection,
    pub(super) shared: Arc<Shared>,
    /// How long the open transaction waits for locks, if not as long as others.
    pub(super) lock_timeout: Option<Duration>,
    /// How long the log was after the last commit.
    log: i32,
}

/// What the connections of a pool share.
pub(super) struct Shared {
    pub(super) history: History,
    pub(super) checkpoint: Arc<Checkpoint>,
    pub(super) busy_timeout: Duration,
    /// Set when the pool is closed and waits no longer.
    pub(super) closing: Arc<AtomicBool>,
}

/// What bounds the statement that runs on this thread.
struct Bounds {
    /// Where it must not wait or run longer than this: on the calling thread.
    inline_until: Option<Instant>,
    /// Set when nobody wants the result any more.
    cancelled: Option<[Arc<AtomicBool>; 2]>,
    busy_until: Option<Instant>,
}

impl Bounds {
    fn is_cancelled(&self) -> bool {
        self.cancelled
            .iter()
            .flatten()
            .any(|flag| flag.load(Ordering::Relaxed))
    }
}

thread_local! {
    static BOUNDS: RefCell<Bounds> = const { RefCell::new(Bounds { inline_until: None, cancelled: None, busy_until: None }) };
    static INLINE: Cell<bool> = const { Cell::new(false) };
    static BUSY_TIMEOUT: Cell<Duration> = const { Cell::new(Duration::from_secs(5)) };
    static LOG: Cell<i32> = const { Cell::new(0) };
}

/// How a statement is run.
pub(super) enum Mode {
    /// On the calling thread: it does not wait for locks.
    Inline,
    /// On a thread that may block, until it is cancelled.
    Thread(Arc<AtomicBool>),
}

/// Lets the handlers of the connection see what bounds the running statement.
pub(super) fn install_handlers(connection: &rusqlite::Connection) -> rusqlite::Result<()> {
    connection.progress_handler(STEPS, Some(must_stop))?;
    // The handler is a plain function, so what it must know comes to it by the thread; see `bounded`.
    connection.busy_handler(Some(wait_for_lock))
}

/// Notes how long the log is after each commit.
pub(super) fn watch_log(connection: &rusqlite::Connection) {
    connection.wal_hook(Some(|_, pages| {
        LOG.set(pages);
        Ok(())
    }));
}

fn must_stop() -> bool {
    BOUNDS.with_borrow(|bounds| {
        bounds.is_cancelled() || bounds.inline_until.is_some_and(|t| Instant::now() > t)
    })
}

fn wait_for_lock(attempt: i32) -> bool {
    if INLINE.get() {
        return false;
    }
    let go_on = BOUNDS.with_borrow_mut(|bounds| {
        let until = *bounds
            .busy_until
            .get_or_insert_with(|| Instant::now() + BUSY_TIMEOUT.get());
        Instant::now() < until && !bounds.is_cancelled()
    });
    if go_on {
        std::thread::sleep(Duration::from_micros(100 << attempt.clamp(0, 6)));
    }
    go_on
}

/// Sets the bounds of this thread for as long as `work` runs.
fn bounded<T>(mode: &Mode, reading: bool, connection: &Connection, work: impl FnOnce() -> T) -> T {
    let inline = matches!(mode, Mode::Inline);
    INLINE.set(inline);
    let shared = &connection.shared;
    BUSY_TIMEOUT.set(connection.lock_timeout.unwrap_or(shared.busy_timeout));
    BOUNDS.with_borrow_mut(|bounds| {
        bounds.inline_until = (inline && reading).then(|| Instant::now() + INLINE_LIMIT);
        bounds.busy_until = None;
        bounds.cancelled = match mode {
            Mode::Inline => None,
            Mode::Thread(cancelled) => Some([Arc::clone(cancelled), Arc::clone(&shared.closing)]),
        };
    });
    let result = work();
    BOUNDS.with_borrow_mut(|bounds| {
        *bounds = Bounds {
            inline_until: None,
            cancelled: None,
            busy_until: None,
        }
    });
    INLINE.set(false);
    result
}

/// Runs blocking work on a thread that may block.
pub(super) async fn on_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| Error::new(ErrorKind::ConnectionLost).with_source(e))
}

impl Connection {
    pub(super) fn new(db: rusqlite::Connection, shared: Arc<Shared>) -> Self {
        Self {
            db,
            shared,
            lock_timeout: None,
            log: 0,
        }
    }

    /// The log's length after the last commit, once.
    pub(super) fn take_log(&mut self) -> i32 {
        std::mem::take(&mut self.log)
    }

    /// Runs a statement. The sink is given its rows.
    pub(super) fn run<S: RowSink>(
        &mut self,
        statement: &Statement,
        sink: &mut S,
        mode: &Mode,
    ) -> Result<Done> {
        let reading = statement.access == Access::Read;
        let result = bounded(mode, reading, self, || self.step(statement, sink, mode));
        self.log = self.log.max(LOG.replace(0));
        match result {
            Ok(done) => Ok(done),
            Err(Failure::Sink(error)) => Err(error),
            Err(Failure::Sqlite(e)) => Err(error::query(e, statement, &self.db)),
        }
    }

    fn step<S: RowSink>(
        &self,
        statement: &Statement,
        sink: &mut S,
        mode: &Mode,
    ) -> Result<Done, Failure> {
        let mut prepared = if statement.keep {
            Prepared::Kept(self.db.prepare_cached(&statement.sql)?)
        } else {
            Prepared::Once(self.db.prepare(&statement.sql)?)
        };
        let prepared = prepared.get();
        bind_all(prepared, statement)?;
        let width = prepared.column_count();
        let writes = !prepared.readonly();
        if width > 0 && sink.needs_columns() {
            sink.start(&Names::of(prepared)).map_err(Failure::Sink)?;
        }
        let before = if writes { self.db.total_changes() } else { 0 };
        let mut given = 0;
        let mut rows = prepared.raw_query();
        while let Some(row) = rows.next()? {
            sink.row(&Row { row, width }).map_err(Failure::Sink)?;
            given += 1;
            if S::STREAMS
                && sink.is_full()
                && matches!(mode, Mode::Thread(_))
                && !sink.drain_blocking()
            {
                break;
            }
        }
        drop(rows);
        // `changes` keeps the number of the last change, which a statement without one leaves as it is.
        let changed = writes && self.db.total_changes() != before;
        let affected = if changed { self.db.changes() } else { 0 };
        Ok(Done {
            affected,
            rows: given,
            inserted: changed.then(|| self.db.last_insert_rowid()),
        })
    }

    /// Runs `work` within the bounds of the mode, as one that writes.
    pub(super) fn bounded<T>(
        &mut self,
        mode: &Mode,
        work: impl FnOnce(&rusqlite::Connection) -> T,
    ) -> T {
        let result = bounded(mode, false, self, || work(&self.db));
        self.log = self.log.max(LOG.replace(0));
        result
    }

    /// Runs several statements without values or rows.
    pub(super) fn script(&mut self, sql: &str, mode: &Mode) -> Result<()> {
        let result = bounded(mode, false, self, || self.db.execute_batch(sql));
        self.log = self.log.max(LOG.replace(0));
        result.map_err(|e| error::script(e, sql))
    }
}

enum Failure {
    Sqlite(rusqlite::Error),
    Sink(Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

enum Prepared<'c> {
    Kept(rusqlite::CachedStatement<'c>),
    Once(rusqlite::Statement<'c>),
}

impl<'c> Prepared<'c> {
    fn get(&mut self) -> &mut rusqlite::Statement<'c> {
        match self {
            Self::Kept(statement) => statement,
            Self::Once(statement) => statement,
        }
    }
}

pub(super) fn bind_all(
    prepared: &mut rusqlite::Statement<'_>,
    statement: &Statement,
) -> rusqlite::Result<()> {
    // SQLite takes a placeholder without a value for NULL.
    let (given, wanted) = (statement.binds.len(), prepared.parameter_count());
    if given != wanted {
        return Err(rusqlite::Error::InvalidParameterCount(given, wanted));
    }
    bind_row(prepared, &statement.binds)
}

pub(super) fn bind_row(
    prepared: &mut rusqlite::Statement<'_>,
    values: &[Value],
) -> rusqlite::Result<()> {
    values
        .iter()
        .enumerate()
        .try_for_each(|(i, value)| bind(prepared, i + 1, value))
}

fn bind(statement: &mut rusqlite::Statement<'_>, at: usize, value: &Value) -> rusqlite::Result<()> {
    match value {
        Value::Array(_, items) => {
            statement.raw_bind_parameter(at, Rc::new(items.iter().map(owned).collect::<Vec<_>>()))
        }
        value => statement.raw_bind_parameter(at, Bound(value)),
    }
}

/// A value in the form in which SQLite stores it.
struct Bound<'v>(&'v Value);

impl rusqlite::ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null(_) | Value::NullArray(_) | Value::Array(..) => ValueRef::Null,
            Value::Text(s) | Value::Json(s) => ValueRef::Text(s.as_bytes()),
            Value::Bytes(b) => ValueRef::Blob(b),
            Value::Uuid(b) => ValueRef::Blob(b),
            other => return Ok(ToSqlOutput::Owned(owned(other))),
        }))
    }
}

fn owned(value: &Value) -> SqlValue {
    match value {
        Value::Null(_) | Value::NullArray(_) | Value::Array(..) => SqlValue::Null,
        Value::Bool(b) => SqlValue::Integer(i64::from(*b)),
        Value::I16(n) => SqlValue::Integer(i64::from(*n)),
        Value::I32(n) => SqlValue::Integer(i64::from(*n)),
        Value::I64(n) => SqlValue::Integer(*n),
        Value::U32(n) => SqlValue::Integer(i64::from(*n)),
        Value::F32(n) => SqlValue::Real(f64::from(*n)),
        Value::F64(n) => SqlValue::Real(*n),
        Value::Text(s) | Value::Json(s) => SqlValue::Text(s.clone()),
        Value::Bytes(b) => SqlValue::Blob(b.clone()),
        Value::Uuid(b) => SqlValue::Blob(b.to_vec()),
        Value::Decimal(n) => SqlValue::Text(n.to_string()),
        Value::Date(days) => SqlValue::Text(written(10, |out| civil::write_date(out, *days))),
        Value::Time(micros) => SqlValue::Text(written(15, |out| civil::write_time(out, *micros))),
        Value::DateTime(micros) | Value::Timestamp(micros) => {
            SqlValue::Text(written(26, |out| civil::write_date_time(out, *micros)))
        }
    }
}

fn written(length: usize, write: impl FnOnce(&mut String)) -> String {
    let mut out = String::with_capacity(length);
    write(&mut out);
    out
}
