//! Transactions and savepoints.

mod connection;
mod options;
mod retry;

use std::ops::Deref;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::OwnedRwLockWriteGuard;

use connection::Connection;
pub use options::{Isolation, TxOptions};
pub use retry::AsOrmError;

use super::Db;
use super::limits::Deadline;
use super::route::OnNode;
use crate::driver::{Access, Lease, Limit, LimitOf};
use crate::error::{Error, ErrorKind, Result};
use crate::observe::Step;

/// How much longer than a statement a commit may take before nobody waits for its answer.
const GRACE: Duration = Duration::from_secs(1);

/// The connection of a transaction, shared by the handles on it.
pub(crate) struct Session {
    connection: Arc<Connection>,
    /// The savepoint that this session stands for; 0 is the whole transaction.
    savepoint: u32,
    parent: Option<Arc<Session>>,
    ended: AtomicBool,
    /// Whether the connection is this session's alone until it ends.
    turn: Option<OwnedRwLockWriteGuard<()>>,
    /// Whether it is no transaction, but a connection that is held for several.
    held: bool,
    /// When the transaction's time is up, if it is limited.
    deadline: Option<Deadline>,
}

impl Session {
    /// A connection outside of a transaction.
    pub(super) fn held(lease: Lease, node: Option<OnNode>) -> Self {
        let mut session = Self::whole(Connection::new(lease, None, node));
        session.held = true;
        session
    }

    /// Lets the connection go back to the pool in the end.
    pub(super) async fn keep_open(&self) {
        if let Some(lease) = self.connection.lease.lock().await.as_mut() {
            lease.close_at_end(false);
        }
    }

    fn whole(connection: Connection) -> Self {
        Self {
            connection: Arc::new(connection),
            savepoint: 0,
            parent: None,
            ended: false.into(),
            turn: None,
            held: false,
            deadline: None,
        }
    }

    /// The transaction with its time limited as the options say.
    /// The server that it runs on, where there are several.
    pub(super) fn target(&self) -> Option<&crate::observe::Target> {
        self.connection.node.as_ref().and_then(OnNode::target)
    }

    fn limited(mut self, options: &TxOptions) -> Self {
        self.deadline = options.timeout.map(Deadline::after);
        self
    }

    /// What is left of the transaction's time, if it is limited.
    pub(super) fn limit(&self) -> Option<Limit> {
        match (&self.deadline, &self.parent) {
            (Some(deadline), _) => Some(deadline.limit()),
            (None, Some(parent)) => parent.limit(),
            (None, None) => None,
        }
    }

    /// Refuses what comes when the transaction's time is up.
    fn in_time(&self) -> Result<()> {
        match self.limit() {
            Some(limit) if limit.left.is_zero() => Err(limit.exceeded()),
            _ => Ok(()),
        }
    }

    /// Begins a transaction on a connection that is held.
    async fn begin(&self, options: &TxOptions) -> Result<Self> {
        self.connection.refuse_while_streaming()?;
        let mut guard = self.connection.lease.lock().await;
        // Out of its place until the transaction has ended: a second one at the same time would be a part of this one.
        let Some(mut lease) = guard.take() else {
            return Err(Error::new(ErrorKind::TransactionEnded));
        };
        match lease.begin(options).await {
            Ok(()) => {
                let home = Some(Arc::clone(&self.connection));
                let node = self.connection.node.clone();
                Ok(Self::whole(Connection::new(lease, home, node)).limited(options))
            }
            Err(error) => {
                *guard = Some(lease);
                Err(error)
            }
        }
    }

    /// Runs `work` on the transaction's connection, alone.
    pub(super) async fn with_lease<T>(
        &self,
        work: impl AsyncFnOnce(&mut Lease) -> Result<T>,
    ) -> Result<T> {
        if self.has_ended() {
            return Err(Error::new(ErrorKind::TransactionEnded));
        }
        self.in_time()?;
        self.connection.refuse_while_streaming()?;
        let _turn = match self.has_the_turn() {
            true => None,
            false => Some(self.connection.turn.read().await),
        };
        self.connection.with_lease(work).await
    }

    fn has_the_turn(&self) -> bool {
        self.turn.is_some()
            || self
                .parent
                .as_ref()
                .is_some_and(|parent| parent.has_the_turn())
    }

    /// Set while a stream has the connection.
    pub(super) fn streaming(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.connection.streaming)
    }

    fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire) || self.parent.as_ref().is_some_and(|p| p.has_ended())
    }
}

fn roll_back_to(number: u32) -> String {
    crate::sql::roll_back_to_savepoint(number)
}

/// A transaction: an owned, cheap handle that goes wherever a [`Db`] goes.
///
/// When it is dropped without [`commit`](Tx::commit), what it did is rolled back.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let tx = db.begin().await?;
/// Post::query().delete().all_rows().exec(&tx).await?;
/// drop(tx);                                               // as an early `?` would do
/// assert_eq!(Post::query().count(&db).await?, 4);
/// # Ok(()) }) }
/// ```
#[must_use = "a transaction that is dropped is rolled back"]
pub struct Tx {
    db: Db,
    session: Arc<Session>,
}

impl Deref for Tx {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx")
            .field("savepoint", &self.session.savepoint)
            .finish_non_exhaustive()
    }
}

impl Db {
    /// Runs a closure in a transaction: what it returns as `Ok` is committed, an `Err` is rolled back. Inside a transaction it is a
    /// savepoint.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let result = db.transaction(async |tx| {
    ///     User::find(1).one(&tx).await?.delete(&tx).await?;
    ///     User::find(99).one(&tx).await                       // an error: nothing is deleted
    /// }).await;
    /// assert!(result.is_err());
    /// assert_eq!(User::query().count(&db).await?, 3);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// What the closure returns, or an error of `BEGIN` or `COMMIT`.
    #[track_caller]
    pub fn transaction<T, E: From<Error>>(
        &self,
        work: impl AsyncFnOnce(Tx) -> Result<T, E>,
    ) -> impl Future<Output = Result<T, E>> {
        self.transaction_at(Location::caller(), work)
    }

    async fn transaction_at<T, E: From<Error>>(
        &self,
        caller: &'static Location<'static>,
        work: impl AsyncFnOnce(Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        let tx = self.begin_at(TxOptions::new(), caller).await?;
        let handle = tx.same();
        match work(tx).await {
            Ok(value) => {
                handle.commit().await?;
                Ok(value)
            }
            Err(error) => {
                // The error that the closure returned says more than a rollback that failed after it.
                let _ = handle.rollback().await;
                Err(error)
            }
        }
    }

    /// Begins a transaction; inside a transaction, a savepoint.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let tx = db.begin().await?;
    /// Post::find(1).one(&tx).await?.delete(&tx).await?;
    /// tx.commit().await?;
    /// assert_eq!(Post::query().count(&db).await?, 3);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When no connection can be had, or the database refuses.
    #[track_caller]
    pub fn begin(&self) -> impl Future<Output = Result<Tx>> + Send {
        self.begin_at(TxOptions::new(), Location::caller())
    }

    /// Begins a transaction with options.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let tx = db.begin_with(TxOptions::new().read_only()).await?;
    /// assert_eq!(User::query().count(&tx).await?, 3);
    /// assert!(User::query().update().logins(0).all_rows().exec(&tx).await.is_err());
    /// tx.rollback().await?;
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When no connection can be had, the database lacks the isolation, or this is a savepoint and the options ask for anything.
    #[track_caller]
    pub fn begin_with(&self, options: TxOptions) -> impl Future<Output = Result<Tx>> + Send {
        self.begin_at(options, Location::caller())
    }

    async fn begin_at(&self, options: TxOptions, caller: &'static Location<'static>) -> Result<Tx> {
        let begun = self.step_begins();
        let session = self.begin_session(&options, caller).await;
        let savepoint = self.session.as_ref().is_some_and(|session| !session.held);
        self.step_ends(begun, Step::Begin, savepoint, session.as_ref().err());
        session.map(|session| self.handle(session))
    }

    async fn begin_session(
        &self,
        options: &TxOptions,
        caller: &'static Location<'static>,
    ) -> Result<Session> {
        match &self.session {
            Some(held) if held.held => held.begin(options).await,
            Some(parent) => savepoint(parent, options, None).await,
            None => {
                let (mut lease, node) = self.begun(options).await?;
                // One that an operation begins is begun by the operation's caller.
                lease.keep_long(self.caller.unwrap_or(caller));
                // A transaction that only reads does no harm on whatever server.
                let node = node.filter(|_| !options.read_only);
                Ok(Session::whole(Connection::new(lease, None, node)).limited(options))
            }
        }
    }

    /// A connection on which a transaction has begun; another one if the first turns out to be lost, with which nothing is.
    async fn begun(&self, options: &TxOptions) -> Result<(Lease, Option<OnNode>)> {
        let watch = self.shared.primary_pool().watch();
        let limit = match (self.limit(), options.timeout) {
            (limit, Some(whole)) if limit.is_none_or(|limit| whole < limit.left) => Some(Limit {
                left: whole,
                whole,
                of: LimitOf::Transaction,
            }),
            (limit, _) => limit,
        };
        for last in [false, true] {
            let (mut lease, node) = self.shared.primary().await?;
            match lease.begin_within(options, limit, watch).await {
                Ok(()) => return Ok((lease, node)),
                Err(error) if last || !matches!(error.kind(), ErrorKind::ConnectionLost) => {
                    return Err(error);
                }
                Err(_) => {}
            }
        }
        Err(Error::new(ErrorKind::ConnectionLost))
    }

    /// Begins a transaction for the statements of one operation. Inside a transaction it is a savepoint, until whose end the other
    /// handles on the transaction wait.
    pub(super) async fn begin_alone(&self) -> Result<Tx> {
        let Some(parent) = &self.session else {
            return self.begin().await;
        };
        if parent.held || parent.has_the_turn() {
            return self.begin().await;
        }
        parent.connection.refuse_while_streaming()?;
        let turn = Arc::clone(&parent.connection.turn).write_owned().await;
        savepoint(parent, &TxOptions::new(), Some(turn))
            .await
            .map(|session| self.handle(session))
    }

    fn handle(&self, session: Session) -> Tx {
        let session = Arc::new(session);
        Tx {
            db: Self {
                shared: Arc::clone(&self.shared),
                session: Some(Arc::clone(&session)),
                journal: self.journal.clone(),
                limit: self.limit,
                route: self.route.clone(),
                request: self.request.clone(),
                // Those of an operation of several statements are all for its call.
                caller: self.caller,
                goes_to: None,
            },
            session,
        }
    }
}

async fn savepoint(
    parent: &Arc<Session>,
    options: &TxOptions,
    turn: Option<OwnedRwLockWriteGuard<()>>,
) -> Result<Session> {
    let plain = options.isolation.is_none() && !options.read_only;
    if !plain || options.timeout.is_some() || options.lock_timeout.is_some() {
        let message = "a transaction inside a transaction is a savepoint, which has no isolation, access mode or timeouts of its own";
        return Err(Error::invalid_query(message));
    }
    let alone = turn.is_some();
    let begin = async |lease: &mut Lease| {
        let connection = &parent.connection;
        let number = connection.savepoints.fetch_add(1, Ordering::Relaxed) + 1;
        // Made before the statement is sent: if this future is dropped in between, the savepoint is rolled back.
        let (connection, parent) = (Arc::clone(connection), Some(Arc::clone(parent)));
        let session = Session {
            connection,
            savepoint: number,
            parent,
            ended: false.into(),
            turn,
            held: false,
            deadline: None,
        };
        match lease.script(&crate::sql::savepoint(number)).await {
            Ok(()) => Ok(session),
            Err(error) => {
                // There is nothing to roll back to.
                session.ended.store(true, Ordering::Release);
                Err(error)
            }
        }
    };
    match alone {
        false => parent.with_lease(begin).await,
        true if parent.has_ended() => Err(Error::new(ErrorKind::TransactionEnded)),
        true => parent.connection.with_lease(begin).await,
    }
}

impl Tx {
    /// Ends the transaction and keeps what it did. See [`Db::begin`].
    ///
    /// # Errors
    /// When the transaction has ended already; when the database refuses, as it may with deferred constraints or serializable
    /// isolation; [`outcome_unknown`](Error::outcome_unknown) when the connection is lost on the way.
    pub async fn commit(self) -> Result<()> {
        self.end(true).await
    }

    /// Ends the transaction and undoes what it did. Dropping it does the same, later.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let tx = db.begin().await?;
    /// Post::find(1).one(&tx).await?.delete(&tx).await?;
    /// tx.rollback().await?;
    /// assert!(Post::find(1).exists(&db).await?);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the transaction has ended already, or the connection is lost.
    pub async fn rollback(self) -> Result<()> {
        self.end(false).await
    }

    /// Another handle on the same transaction; the last one to go rolls back.
    fn same(&self) -> Self {
        Self {
            db: self.db.clone(),
            session: Arc::clone(&self.session),
        }
    }

    async fn end(&self, keep: bool) -> Result<()> {
        let begun = self.db.step_begins();
        let result = self.finish(keep).await;
        let step = match keep {
            true => Step::Commit,
            false => Step::Rollback,
        };
        let savepoint = self.session.savepoint > 0;
        self.db
            .step_ends(begun, step, savepoint, result.as_ref().err());
        result
    }

    async fn finish(&self, keep: bool) -> Result<()> {
        if self.session.has_ended() {
            return Err(Error::new(ErrorKind::TransactionEnded));
        }
        let connection = &self.session.connection;
        connection.refuse_while_streaming()?;
        let _turn = match self.session.has_the_turn() {
            true => None,
            false => Some(connection.turn.read().await),
        };
        let mut guard = connection.lease.lock().await;
        let Some(lease) = guard.as_mut() else {
            return Err(Error::new(ErrorKind::TransactionEnded));
        };
        if self.session.savepoint == 0 {
            if keep {
                if let Err(late) = self.session.in_time() {
                    self.session.ended.store(true, Ordering::Release);
                    if let Some(lease) = guard.take() {
                        let _ = connection.finish(lease, false, None).await;
                    }
                    return Err(late);
                }
                connection.roll_back_abandoned(lease).await?;
            }
            self.session.ended.store(true, Ordering::Release);
            // Taken out first: if this future is dropped, so is the lease, and its connection is not used again as it is.
            let Some(lease) = guard.take() else {
                return Ok(());
            };
            let _wrote = self.db.wrote(Access::Write);
            return connection.finish(lease, keep, self.db.limit()).await;
        }
        connection.roll_back_abandoned(lease).await?;
        let number = self.session.savepoint;
        let sql = if keep {
            crate::sql::release_savepoint(number)
        } else {
            roll_back_to(number)
        };
        lease.script(&sql).await?;
        self.session.ended.store(true, Ordering::Release);
        Ok(())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if self.savepoint > 0 && !*self.ended.get_mut() {
            self.connection.abandoned().push(self.savepoint);
        }
    }
}
