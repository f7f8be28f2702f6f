//! One connection on which all is done, and the lock that comes and goes with it.

use std::time::{Duration, Instant};

use orm_core::db::Held;
use orm_core::query::{IntoBinding as _, Raw, RawPart};
use orm_core::{Db, ErrorKind, Result};

use super::{DeployOptions, Progress};
use crate::Problem;
use crate::history::{self, History, Row};

/// A connection with the lock, and the history as it is.
///
/// The lock belongs to the connection's session. If this program dies, or its future is dropped, the connection ends, and the lock
/// with it: nothing has to be cleaned up.
pub(crate) struct Session {
    pub(crate) held: Held,
    pub(crate) history: History,
    /// Where names without a schema are looked for.
    path: Option<String>,
}

impl Session {
    /// Takes a connection, waits for the lock, and makes the table of the history.
    pub(crate) async fn open(db: &Db, options: &DeployOptions) -> Result<Self> {
        let held = db.hold().await?;
        lock(&held, options).await?;
        if let Some(sql) = held.dialect().limit_lock_wait(Some(options.lock_timeout)) {
            held.execute_script(&sql).await?;
        }
        let mut session = Self {
            held,
            history: History::default(),
            path: None,
        };
        if let Some((read, _)) = session.held.dialect().search_path() {
            session.path = Some(
                Raw::new(vec![RawPart::Text(read)])
                    .one(&session.held)
                    .await?,
            );
        }
        session.make_table(options).await?;
        session.read_again().await?;
        Ok(session)
    }

    async fn make_table(&self, options: &DeployOptions) -> Result<()> {
        if self.has_lock() {
            return history::create(&self.held).await;
        }
        let tx = self.begin(options).await?;
        history::create(&tx).await?;
        tx.commit().await
    }

    /// Whether others are kept out by a lock of the session.
    pub(crate) fn has_lock(&self) -> bool {
        self.held.dialect().try_lock().is_some()
    }

    pub(crate) async fn read_again(&mut self) -> Result<()> {
        self.history = History::from_rows(&history::read(&self.held).await?);
        Ok(())
    }

    /// Looks for names where it did at first, whatever a script has said: `pg_dump` writes scripts that set an empty path.
    pub(crate) async fn reset_path(&self, db: &Db) -> Result<()> {
        let (Some(path), Some((_, (before, after)))) =
            (&self.path, self.held.dialect().search_path())
        else {
            return Ok(());
        };
        let parts = vec![
            RawPart::Text(before),
            RawPart::Bind("path", path.binding()),
            RawPart::Text(after),
        ];
        Raw::new(parts).one::<String>(db).await.map(drop)
    }

    /// Begins a transaction. Where that is the lock, it waits for others as long as the options say.
    pub(crate) async fn begin(&self, options: &DeployOptions) -> Result<orm_core::Tx> {
        let began = Instant::now();
        let mut told = false;
        loop {
            match self.held.begin().await {
                Err(error)
                    if matches!(error.kind(), ErrorKind::LockTimeout) && !self.has_lock() =>
                {
                    let waited = began.elapsed();
                    if waited >= options.lock_wait {
                        return Err(Problem::Locked { waited }.into_error());
                    }
                    if !told {
                        options.tell(&Progress::Waiting { waited });
                        told = true;
                    }
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                result => return result,
            }
        }
    }

    /// Adds a row to the history.
    pub(crate) async fn add(&mut self, db: &Db, row: Row) -> Result<()> {
        history::add(db, &row).await?;
        self.history.push(&row);
        Ok(())
    }

    /// Gives the lock up at once, rather than when the server notices that the connection has ended.
    pub(crate) async fn close(self) {
        if let Some(sql) = self.held.dialect().unlock() {
            let _ = Raw::new(vec![RawPart::Text(sql)])
                .one::<i64>(&self.held)
                .await;
        }
    }
}

/// Asks again and again: a statement that waits inside the server would hold up what the other one waits for.
async fn lock(held: &Held, options: &DeployOptions) -> Result<()> {
    let Some(sql) = held.dialect().try_lock() else {
        return Ok(());
    };
    let began = Instant::now();
    let mut pause = Duration::from_millis(20);
    let mut told = None;
    loop {
        if Raw::new(vec![RawPart::Text(sql)]).one::<i64>(held).await? == 1 {
            return Ok(());
        }
        let waited = began.elapsed();
        if waited >= options.lock_wait {
            return Err(Problem::Locked { waited }.into_error());
        }
        if told.is_none_or(|at: Duration| waited.saturating_sub(at) > Duration::from_secs(5)) {
            options.tell(&Progress::Waiting { waited });
            told = Some(waited);
        }
        tokio::time::sleep(pause.min(options.lock_wait.saturating_sub(waited))).await;
        pause = (pause * 2).min(Duration::from_millis(500));
    }
}
