//! A database for a while, in which something is tried out.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use orm_core::{Db, Result, dialect};

use crate::clock;

/// A database for a while: in memory, or one of its own on the server, which [`close`](Scratch::close) drops.
#[derive(Debug)]
pub struct Scratch {
    db: Db,
    drop: Option<(Db, String)>,
}

impl Scratch {
    /// Makes a database beside the one that the URL names. That one is not touched.
    ///
    /// # Errors
    /// When the server cannot be reached, or does not let a database be created.
    pub async fn beside(url: &str) -> Result<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let server = Db::builder(url).max_connections(1).connect().await?;
        let name = format!(
            "orm_scratch_{}_{}_{}",
            clock::seconds(SystemTime::now()),
            // Two programs that begin in one second get different names.
            RandomState::new().build_hasher().finish() % 100_000_000,
            NUMBER.fetch_add(1, Ordering::Relaxed)
        );
        let plan: dialect::Scratch = server.dialect().scratch(url, &name);
        if let Some(sql) = &plan.create {
            server.execute_script(sql).await?;
        }
        let connected = Db::builder(&plan.url).max_connections(4).connect().await;
        match (connected, plan.drop) {
            (Ok(db), None) => {
                server.shutdown(Duration::from_secs(1)).await;
                Ok(Self { db, drop: None })
            }
            (Ok(db), Some(sql)) => Ok(Self {
                db,
                drop: Some((server, sql)),
            }),
            (Err(error), drop) => {
                if let Some(sql) = drop {
                    let _ = server.execute_script(&sql).await;
                }
                Err(error)
            }
        }
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Leaves the database where it is, and gives the statement that drops it from another database of the server: for whoever ends the
    /// runtime that its connections belong to.
    pub(crate) fn leave(self) -> Option<String> {
        self.drop.map(|(_, sql)| sql)
    }

    /// Closes the database and drops it.
    ///
    /// # Errors
    /// When the server does not let it be dropped.
    pub async fn close(self) -> Result<()> {
        self.db.shutdown(Duration::from_secs(5)).await;
        if let Some((server, sql)) = self.drop {
            server.execute_script(&sql).await?;
            server.shutdown(Duration::from_secs(1)).await;
        }
        Ok(())
    }
}
