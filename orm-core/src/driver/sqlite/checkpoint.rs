//! Writing the log back into the file, in the background.
//!
//! Left to itself, SQLite does it inside the commit that makes the log long enough, and that commit waits for the disk.

use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The log is written back when it has grown by this many pages, as SQLite does by itself.
const PAGES: i32 = 1_000;

/// A connection of its own for writing the log back. It also keeps a database in memory alive.
pub(super) struct Checkpoint {
    connection: Mutex<Option<rusqlite::Connection>>,
    running: AtomicBool,
    /// The length of the log at which it is written back next.
    next: AtomicI32,
}

impl Checkpoint {
    pub(super) fn new(connection: rusqlite::Connection) -> Self {
        Self {
            connection: Mutex::new(Some(connection)),
            running: AtomicBool::new(false),
            next: AtomicI32::new(PAGES),
        }
    }

    /// Notes how long the log is after a commit, and starts writing it back if it is long enough.
    pub(super) fn note(self: &Arc<Self>, pages: i32) {
        if pages < self.next.load(Ordering::Relaxed) || self.running.swap(true, Ordering::Acquire) {
            return;
        }
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => {
                let this = Arc::clone(self);
                runtime.spawn_blocking(move || this.run());
            }
            Err(_) => self.running.store(false, Ordering::Release),
        }
    }

    fn run(&self) {
        let connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(connection) = &*connection {
            // It answers with: whether somebody was in the way, the pages in the log, and how many of them are in the file now.
            let pages = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
                Ok((row.get::<_, i32>(1)?, row.get::<_, i32>(2)?))
            });
            let next = match pages {
                // The next writer begins the log anew.
                Ok((log, written)) if log == written => PAGES,
                // Readers are in the way; what is left waits for the next time.
                Ok((log, _)) => log.saturating_add(PAGES),
                // It is tried again after the next commit that finds the log long, so the failure is no one's error.
                Err(_) => PAGES,
            };
            self.next.store(next, Ordering::Relaxed);
        }
        self.running.store(false, Ordering::Release);
    }

    /// Closes the connection.
    pub(super) fn close(&self) {
        drop(
            self.connection
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
    }
}
