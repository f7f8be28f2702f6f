//! Handles that read from replicas.

use std::sync::Arc;

use super::node::{NodeHealth, NodeStats};
use super::roles::NodeRole;
use super::scope::{Route, Scope};
use super::token::ReadToken;
use crate::db::Db;
use crate::error::{Error, Result};

/// Replicas.
impl Db {
    /// A handle whose plain reads go to replicas, which may be behind. Everything else goes to the primary: changes, transactions,
    /// locking reads, and hand-written SQL that is not said to [`only_read`](crate::query::Raw::only_read).
    ///
    /// Without replicas, and in a transaction, it is the same handle.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let newest = Post::query().order_by(Post::id.desc()).limit(10).all(&db.read()).await?;
    /// assert_eq!(newest.len(), 4);
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn read(&self) -> Self {
        self.routed(Route::default)
    }

    /// A handle as of [`read`](Self::read) whose reads see what was written by it: make one for each request. See [`ReadToken`] for
    /// what spans several requests.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let request = db.read_own_writes();
    /// Post::find(1).one(&request).await?.update().title("Changed").save(&request).await?;
    /// assert_eq!(Post::find(1).one(&request).await?.title, "Changed");
    /// let header: String = request.token().await?.to_string();
    ///
    /// // The next request, perhaps in another process:
    /// let next = db.read_after(&header.parse()?);
    /// assert_eq!(Post::find(1).one(&next).await?.title, "Changed");
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn read_own_writes(&self) -> Self {
        self.routed(|| Route {
            scope: Some(Arc::default()),
            pin: None,
        })
    }

    /// A handle as of [`read_own_writes`](Self::read_own_writes) whose reads also see everything that was committed before the token
    /// was made. Replicas that are behind it are waited for shortly, and then the primary is read from.
    #[must_use]
    pub fn read_after(&self, token: &ReadToken) -> Self {
        self.routed(|| Route {
            scope: Some(Arc::new(Scope::after(token.clone()))),
            pin: None,
        })
    }

    /// A token for everything that was committed until now; on a handle of [`read_own_writes`](Self::read_own_writes) or
    /// [`read_after`](Self::read_after), for what that handle has written and had to see, which asks the primary only if it must.
    ///
    /// # Errors
    /// When the primary cannot be reached, or does not count what it writes; in a transaction, whose position is known when it has
    /// ended.
    pub async fn token(&self) -> Result<ReadToken> {
        if self.session.is_some() {
            let message = "a transaction has no position before it has ended; ask the handle that it was begun on";
            return Err(Error::invalid_query(message));
        }
        let cluster = self.shared.cluster.as_deref();
        let scope = self.route.as_ref().and_then(|route| route.scope.as_ref());
        if let (Some(cluster), Some(scope)) = (cluster, scope) {
            return scope.token(cluster).await;
        }
        let (mut lease, _) = self.shared.primary().await?;
        Ok(ReadToken {
            system: cluster.map_or(0, |cluster| cluster.system()),
            position: lease.position().await?,
        })
    }

    /// How each server stands: the primary that the program named, then its replicas.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// for node in db.nodes() {
    ///     println!("{} is {:?} and {:?}, {} reads under way", node.target, node.role, node.health, node.reading);
    /// }
    /// # assert_eq!(db.nodes().len(), 1);
    /// # Ok(()) }) }
    /// ```
    pub fn nodes(&self) -> Vec<NodeStats> {
        match &self.shared.cluster {
            Some(cluster) => cluster.stats(),
            None => vec![NodeStats {
                target: self.shared.pool.target(),
                role: NodeRole::Primary,
                health: NodeHealth::Up,
                lag_amount: None,
                lag: None,
                reading: 0,
                reads: 0,
                failures: 0,
                pool: self.shared.pool.stats(),
            }],
        }
    }

    fn routed(&self, route: impl FnOnce() -> Route) -> Self {
        let mut handle = self.clone();
        if self.shared.cluster.is_some() {
            handle.route = Some(route());
        }
        handle
    }
}
