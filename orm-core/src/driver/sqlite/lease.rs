//! A connection in use by one caller.

use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use super::Opener;
use super::run::{Connection, Mode, on_thread};
use crate::db::TxOptions;
use crate::driver::describe::{Catalog, Described, Undescribed};
use crate::driver::pool::{CloseReason, Slot};
use crate::driver::{Access, Done, RowSink, Statement};
use crate::error::{Error, ErrorKind, Result};

pub(crate) struct Lease {
    /// Away while a thread has it; gone if that thread was abandoned.
    held: Option<Held>,
    read_only: bool,
    /// Set when nobody waits for the statement any more.
    stop: Arc<AtomicBool>,
}

/// A pooled connection that does not go back with a transaction open.
struct Held {
    slot: Option<Slot<Opener>>,
    /// Whether it is closed rather than given back.
    closing: bool,
}

impl Held {
    fn connection(&mut self) -> Result<&mut Connection> {
        self.slot.as_mut().and_then(Slot::get_mut).ok_or_else(lost)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(mut slot) = self.slot.take() else {
            return;
        };
        if self.closing {
            drop(slot.take(CloseReason::Held));
            return;
        }
        let Some(connection) = slot.get_mut() else {
            return;
        };
        connection.lock_timeout = None;
        if !connection.db.is_autocommit() && connection.script("ROLLBACK", &Mode::Inline).is_err() {
            // It must not reach the next borrower as it is.
            drop(slot.take(CloseReason::Abandoned));
            return;
        }
        let log = connection.take_log();
        if log > 0 {
            connection.shared.checkpoint.note(log);
        }
    }
}

/// Tells the thread that nobody waits for it any more.
struct CancelOnDrop(Arc<AtomicBool>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Lease {
    pub(super) fn new(slot: Slot<Opener>) -> Self {
        Self {
            held: Some(Held {
                slot: Some(slot),
                closing: false,
            }),
            read_only: false,
            stop: Arc::default(),
        }
    }

    /// What stops the statement that runs.
    pub(crate) fn stop(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stop)
    }

    /// Watches how long the connection is kept, where somebody wants to know.
    pub(crate) fn keep_long(&mut self, caller: &'static Location<'static>) {
        if let Some(slot) = self.held.as_mut().and_then(|held| held.slot.as_mut()) {
            slot.keep_long(caller);
        }
    }

    pub(crate) fn close_at_end(&mut self, closing: bool) {
        if let Some(held) = &mut self.held {
            held.closing = closing;
        }
    }

    fn connection(&mut self) -> Result<&mut Connection> {
        self.held.as_mut().ok_or_else(lost)?.connection()
    }

    /// Runs `work` with the connection on a thread that may block. If this future is dropped, the statement is stopped, and the
    /// connection goes back when it has.
    pub(super) async fn on_thread<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Connection, &Mode) -> T + Send + 'static,
    ) -> Result<T> {
        let mut held = self.held.take().ok_or_else(lost)?;
        let cancelled = Arc::clone(&self.stop);
        cancelled.store(false, Ordering::Relaxed);
        let guard = CancelOnDrop(Arc::clone(&cancelled));
        let (held, result) = on_thread(move || {
            let result = held.connection().map(|c| work(c, &Mode::Thread(cancelled)));
            (held, result)
        })
        .await?;
        std::mem::forget(guard);
        self.held = Some(held);
        result
    }

    pub(crate) async fn fetch<S: RowSink>(
        &mut self,
        statement: &Statement,
        mut sink: S,
    ) -> Result<(S, Done)> {
        let connection = self.connection()?;
        let fingerprint = connection.shared.history.fingerprint(&statement.sql);
        if !S::STREAMS && connection.shared.history.is_short(fingerprint) {
            let started = Instant::now();
            match connection.run(statement, &mut sink, &Mode::Inline) {
                Ok(done) => {
                    connection
                        .shared
                        .history
                        .remember(fingerprint, started.elapsed());
                    return Ok((sink, done));
                }
                // Longer than before, or somebody has a lock: from the beginning, where it may take its time.
                Err(error) if may_run_again(&error, statement.access) => sink.reset(),
                Err(error) => return Err(error),
            }
        }
        let statement = Statement {
            sql: statement.sql.clone(),
            binds: statement.binds.clone(),
            access: statement.access,
            loosely_typed: statement.loosely_typed,
            keep: statement.keep,
            relation: statement.relation,
            model: statement.model,
        };
        self.on_thread(move |connection, mode| {
            let started = Instant::now();
            let done = connection.run(&statement, &mut sink, mode)?;
            connection
                .shared
                .history
                .remember(fingerprint, started.elapsed());
            Ok((sink, done))
        })
        .await?
    }

    pub(crate) async fn describe(
        &mut self,
        sql: &str,
    ) -> std::result::Result<Described, Undescribed> {
        let sql = sql.to_owned();
        self.on_thread(move |connection, _| super::describe::describe(&connection.db, &sql))
            .await?
    }

    pub(crate) async fn catalog(&mut self) -> Result<Catalog> {
        self.on_thread(move |connection, _| super::describe::catalog(&connection.db))
            .await?
    }

    pub(crate) async fn script(&mut self, sql: &str) -> Result<()> {
        // Savepoints only note where they are.
        if sql.len() < 64 && sql.contains("SAVEPOINT") {
            return self.connection()?.script(sql, &Mode::Inline);
        }
        let sql = sql.to_owned();
        self.on_thread(move |connection, mode| connection.script(&sql, mode))
            .await?
    }

    pub(crate) async fn begin(&mut self, options: &TxOptions) -> Result<()> {
        // A writer that begins as a reader fails when another one wrote in between, and no waiting helps; so writers say so at once.
        let sql = if options.read_only {
            "PRAGMA query_only = ON; BEGIN"
        } else {
            "BEGIN IMMEDIATE"
        };
        self.read_only = options.read_only;
        self.connection()?.lock_timeout = options.lock_timeout;
        match self.connection()?.script(sql, &Mode::Inline) {
            Err(error) if matches!(error.kind(), ErrorKind::LockTimeout) => {
                self.on_thread(move |connection, mode| connection.script(sql, mode))
                    .await?
            }
            result => result,
        }
    }

    pub(crate) async fn commit(&mut self) -> Result<()> {
        let result = match self.connection()?.script("COMMIT", &Mode::Inline) {
            Err(error) if matches!(error.kind(), ErrorKind::LockTimeout) => {
                self.on_thread(|connection, mode| connection.script("COMMIT", mode))
                    .await?
            }
            result => result,
        };
        self.writable_again()?;
        result
    }

    pub(crate) async fn rollback(&mut self) -> Result<()> {
        let connection = self.connection()?;
        // Some errors have rolled back already.
        if !connection.db.is_autocommit() {
            connection.script("ROLLBACK", &Mode::Inline)?;
        }
        self.writable_again()
    }

    fn writable_again(&mut self) -> Result<()> {
        self.connection()?.lock_timeout = None;
        if std::mem::take(&mut self.read_only) {
            self.connection()?
                .script("PRAGMA query_only = OFF", &Mode::Inline)?;
        }
        Ok(())
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if self.read_only {
            // The handle's own drop rolls back; the setting is not part of the transaction.
            let _ = self.writable_again();
        }
    }
}

/// Whether an inline run stopped for a reason that another thread does not have.
fn may_run_again(error: &Error, access: Access) -> bool {
    match error.kind() {
        ErrorKind::LockTimeout => true,
        ErrorKind::Cancelled => access == Access::Read,
        _ => false,
    }
}

fn lost() -> Error {
    Error::new(ErrorKind::ConnectionLost)
}
