//! Locks that stand for no row: the program says what they mean.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use super::{Db, Held, Tx};
use crate::dialect::{AdvisoryCall, AdvisoryKind, AdvisoryMode};
use crate::error::{Error, ErrorKind, Result};
use crate::query::{Raw, RawPart};
use crate::value::Value;

/// A lock that stands for no row, known by a name or a number to all who use the database: "only one of us does this now".
///
/// The lock belongs to a connection, which its [`AdvisoryGuard`] keeps. If the program dies or the connection is lost, the server gives
/// the lock free, so nothing has to be cleaned up. PostgreSQL has it in all forms, MariaDB and MySQL have the exclusive one outside of
/// transactions; SQLite has none, and there it is an error ([`is_unsupported`](Error::is_unsupported)) before anything is sent.
///
/// ```no_run
/// # use orm::Db;
/// use orm::db::AdvisoryLock;
///
/// const NIGHTLY: AdvisoryLock = AdvisoryLock::named("nightly report");
///
/// # async fn example(db: &Db) -> orm::Result<()> {
/// let Some(guard) = NIGHTLY.try_lock(db).await? else { return Ok(()) };     // another instance is at it
/// // … what only one may do at a time …
/// guard.unlock().await?;
///
/// let order = AdvisoryLock::named("order").of(17);
/// db.transaction(async |tx| {
///     order.lock_in(&tx).await                                              // until the transaction ends
/// }).await?;
/// # Ok(())
/// # }
/// ```
///
/// On PostgreSQL a number is the lock's key as it is, and a name has the key `hashtextextended('name', 0)`, so hand-written SQL can take
/// the same lock.
#[derive(Clone, PartialEq, Eq, Hash)]
#[must_use = "it is not taken before `lock` is called and awaited"]
pub struct AdvisoryLock {
    key: Key,
    shared: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Name(Cow<'static, str>),
    Number(i64),
}

impl AdvisoryLock {
    /// The lock of this name.
    pub const fn named(name: &'static str) -> Self {
        Self {
            key: Key::Name(Cow::Borrowed(name)),
            shared: false,
        }
    }

    /// The lock of this number, as other programs may know it on PostgreSQL.
    pub const fn numbered(number: i64) -> Self {
        Self {
            key: Key::Number(number),
            shared: false,
        }
    }

    /// The lock for one of several things: `named("order").of(17)` is the one of the name `order:17`.
    pub fn of(self, which: impl fmt::Display) -> Self {
        let key = match self.key {
            Key::Name(name) => format!("{name}:{which}"),
            Key::Number(number) => format!("{number}:{which}"),
        };
        Self {
            key: Key::Name(key.into()),
            ..self
        }
    }

    /// The lock in the form that several may have at once, while nobody has it alone. Only PostgreSQL has that.
    pub const fn shared(mut self) -> Self {
        self.shared = true;
        self
    }

    /// Waits for the lock, as long as it takes, and keeps it on a connection of its own. See [`AdvisoryLock`].
    ///
    /// Dropping the future ends the waiting, on the server as well.
    ///
    /// # Errors
    /// When the database has no such locks, this is a handle on a transaction, or no connection can be had.
    pub async fn lock(&self, db: &Db) -> Result<AdvisoryGuard> {
        match self.take(AdvisoryCall::Lock, db).await? {
            Some(guard) => Ok(guard),
            None => Err(Error::new(ErrorKind::LockTimeout)),
        }
    }

    /// Waits for the lock no longer than `limit`; `None` if somebody else still has it then. See [`AdvisoryLock`].
    ///
    /// # Errors
    /// Those of [`lock`](Self::lock).
    pub async fn lock_within(&self, limit: Duration, db: &Db) -> Result<Option<AdvisoryGuard>> {
        // An abandoned statement is cancelled on the server, and a lock that was given meanwhile ends with its connection.
        match tokio::time::timeout(limit, self.lock(db)).await {
            Ok(result) => result.map(Some),
            Err(_) => Ok(None),
        }
    }

    /// Takes the lock if it is free. See [`AdvisoryLock`].
    ///
    /// # Errors
    /// Those of [`lock`](Self::lock).
    pub async fn try_lock(&self, db: &Db) -> Result<Option<AdvisoryGuard>> {
        self.take(AdvisoryCall::TryLock, db).await
    }

    /// Waits for the lock, which the transaction then keeps until it ends. See [`AdvisoryLock`].
    ///
    /// # Errors
    /// When the database has no locks that end with a transaction: only PostgreSQL has.
    pub async fn lock_in(&self, tx: &Tx) -> Result<()> {
        self.call(AdvisoryCall::LockInTransaction, tx).await?;
        Ok(())
    }

    /// Takes the lock if it is free, and says whether it did; the transaction keeps it until it ends. See [`AdvisoryLock`].
    ///
    /// # Errors
    /// Those of [`lock_in`](Self::lock_in).
    pub async fn try_lock_in(&self, tx: &Tx) -> Result<bool> {
        self.call(AdvisoryCall::TryLockInTransaction, tx).await
    }

    async fn take(&self, call: AdvisoryCall, db: &Db) -> Result<Option<AdvisoryGuard>> {
        // Refused before a connection is taken for it.
        let _ = self.statement(call, db)?;
        if db.in_session() {
            let message = "a transaction keeps a lock until it ends: take it by `lock_in(&tx)`, or take it by the pool's `Db`";
            return Err(Error::invalid_query(message));
        }
        let held = db.hold().await?;
        let taken = self.call(call, &held).await?;
        Ok(taken.then(|| AdvisoryGuard {
            held,
            lock: self.clone(),
        }))
    }

    async fn call(&self, call: AdvisoryCall, db: &Db) -> Result<bool> {
        let taken: Option<i64> = self.statement(call, db)?.one(db).await?;
        Ok(taken == Some(1))
    }

    fn statement(&self, call: AdvisoryCall, db: &Db) -> Result<Raw> {
        let (kind, value) = match &self.key {
            Key::Name(name) => (AdvisoryKind::Name, Value::Text(name.clone().into_owned())),
            Key::Number(number) => (AdvisoryKind::Number, Value::I64(*number)),
        };
        let mode = match self.shared {
            true => AdvisoryMode::Shared,
            false => AdvisoryMode::Exclusive,
        };
        let Some((before, after)) = db.dialect().advisory(call, mode, kind) else {
            let feature = match (self.shared, call) {
                (true, _) => "advisory locks that several share",
                (_, AdvisoryCall::LockInTransaction | AdvisoryCall::TryLockInTransaction) => {
                    "advisory locks that end with a transaction"
                }
                _ => "advisory locks",
            };
            return Err(Error::unsupported(feature, db.dialect().name()));
        };
        Ok(Raw::new(vec![
            RawPart::Text(before),
            RawPart::Bind("lock", Ok(value)),
            RawPart::Text(after),
        ]))
    }
}

/// Without the name, which may say what it is about.
impl fmt::Debug for AdvisoryLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AdvisoryLock")
            .field("shared", &self.shared)
            .finish_non_exhaustive()
    }
}

/// A lock that this program has, and the connection that keeps it. See [`AdvisoryLock`].
///
/// Dropping it closes the connection, with which the lock goes, too.
#[derive(Debug)]
#[must_use = "the lock is given up when this is dropped"]
pub struct AdvisoryGuard {
    held: Held,
    lock: AdvisoryLock,
}

impl AdvisoryGuard {
    /// Gives the lock up, and the connection back to the pool.
    ///
    /// # Errors
    /// When the connection was lost, and the lock with it.
    pub async fn unlock(self) -> Result<()> {
        if self.lock.call(AdvisoryCall::Unlock, &self.held).await? {
            self.held.give_back().await;
            return Ok(());
        }
        let cause = "the lock was no longer there: a statement on its connection has given it up";
        Err(Error::new(ErrorKind::ConnectionLost).with_source(cause))
    }

    /// Asks whether the lock is still there: it is as long as its connection.
    ///
    /// # Errors
    /// When the connection was lost: somebody else may have the lock now.
    pub async fn check(&self) -> Result<()> {
        let _: i64 = Raw::new(vec![RawPart::Text("SELECT 1")])
            .one(&self.held)
            .await?;
        Ok(())
    }

    /// The connection that has the lock: what is sent by it fails once the lock is lost.
    pub fn db(&self) -> &Db {
        &self.held
    }
}
