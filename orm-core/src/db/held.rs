//! One connection, held outside of a transaction: for what is a matter of the session.

use std::ops::Deref;
use std::panic::Location;
use std::sync::Arc;

use super::Db;
use super::transaction::Session;
use crate::error::Result;

/// A connection that is kept until this handle is dropped, and closed then, so that locks and settings of its session go with it.
///
/// Statements run on it one by one; a transaction that is begun on it runs on this connection, too. If a transaction is dropped rather
/// than ended, the connection is closed, and every later statement is an error.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let held = db.hold().await?;
/// held.execute_script("CREATE TEMPORARY TABLE chosen (id INTEGER)").await?;
/// let tx = held.begin().await?;
/// sql!("INSERT INTO chosen VALUES (1)").execute(&tx).await?;
/// tx.commit().await?;
/// assert_eq!(sql!("SELECT count(*) FROM chosen").one::<i64>(&held).await?, 1);
/// # Ok(()) }) }
/// ```
#[derive(Debug)]
pub struct Held {
    db: Db,
}

impl Deref for Held {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

impl Held {
    /// Gives the connection back to the pool, since its session has no state any more.
    pub(super) async fn give_back(self) {
        if let Some(session) = &self.db.session {
            session.keep_open().await;
        }
    }
}

impl Db {
    /// Whether this is a handle on a transaction, or on a connection that is held.
    pub(super) fn in_session(&self) -> bool {
        self.session.is_some()
    }

    /// Takes a connection out of the pool and keeps it. See [`Held`].
    ///
    /// # Errors
    /// When no connection can be had, or this is a handle on a transaction.
    #[track_caller]
    pub fn hold(&self) -> impl Future<Output = Result<Held>> + Send {
        let caller = Location::caller();
        async move {
            if self.session.is_some() {
                let message =
                    "a transaction has a connection of its own already; hold one of the pool";
                return Err(crate::Error::invalid_query(message));
            }
            let (mut lease, node) = self.shared.primary().await?;
            lease.close_at_end(true);
            lease.keep_long(caller);
            Ok(Held {
                db: Self {
                    shared: Arc::clone(&self.shared),
                    journal: self.journal.clone(),
                    limit: self.limit,
                    route: self.route.clone(),
                    request: self.request.clone(),
                    caller: None,
                    goes_to: None,
                    session: Some(Arc::new(Session::held(lease, node))),
                },
            })
        }
    }
}
