//! A primary with replicas, of which some stop, hang, fall behind, or become the primary.

mod failover;
mod lag;
mod mariadb;
mod outage;
mod routing;

use std::time::{Duration, Instant};

use orm::prelude::*;
use orm::{DbBuilder, NodeHealth, NodeRole};

use crate::support::cluster::PostgresServer;

/// A primary and two replicas.
struct Nodes {
    primary: PostgresServer,
    replicas: [PostgresServer; 2],
}

impl Nodes {
    fn start() -> Option<Self> {
        Self::start_with("")
    }

    /// The replicas get more settings.
    fn start_with(settings: &str) -> Option<Self> {
        let primary = PostgresServer::start()?;
        let replicas = [primary.replica(settings), primary.replica(settings)];
        Some(Self { primary, replicas })
    }

    fn builder(&self) -> DbBuilder {
        let replicas = self.replicas.iter();
        replicas.fold(Db::builder(self.primary.url()), |builder, replica| {
            builder.replica(replica.url())
        })
    }

    /// Often looked after, so that tests are quick.
    async fn connect(&self) -> orm::Result<Db> {
        let db = self.quick().connect().await?;
        self.all_up(&db).await;
        Ok(db)
    }

    fn quick(&self) -> DbBuilder {
        self.builder().watch_interval(Duration::from_millis(100))
    }

    /// Waits until every node is used.
    async fn all_up(&self, db: &Db) {
        eventually("all nodes are used", async || {
            let nodes = db.nodes();
            Ok(nodes.iter().all(|node| node.health == NodeHealth::Up)
                && nodes[1].role == NodeRole::Replica)
        })
        .await;
    }

    fn replica_ports(&self) -> [i32; 2] {
        self.replicas
            .each_ref()
            .map(|replica| i32::from(replica.port()))
    }

    fn primary_port(&self) -> i32 {
        i32::from(self.primary.port())
    }
}

/// The server that a read runs on.
async fn port(db: &Db) -> orm::Result<i32> {
    sql!("SELECT inet_server_port()").only_read().one(db).await
}

/// Waits until something is so; the computer may be busy.
async fn eventually(what: &str, mut so: impl AsyncFnMut() -> orm::Result<bool>) {
    let begun = Instant::now();
    let mut last = None;
    while begun.elapsed() < Duration::from_secs(30) {
        match so().await {
            Ok(true) => return,
            Ok(false) => {}
            Err(error) => last = Some(error),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it never came to this: {what}; the last error was {last:?}");
}

async fn notes(db: &Db) -> orm::Result<i64> {
    sql!("SELECT count(*) FROM notes").only_read().one(db).await
}

async fn make_notes(db: &Db) -> orm::Result<()> {
    db.execute_script("CREATE TABLE notes (text varchar(100) NOT NULL)")
        .await
}

async fn add_note(db: &Db, text: &str) -> orm::Result<()> {
    sql!("INSERT INTO notes (text) VALUES ({text})")
        .execute(db)
        .await
        .map(|_| ())
}

/// Waits until each server has all that was written.
async fn all_have_all(db: &Db, servers: &[&PostgresServer]) -> orm::Result<()> {
    let written: String = sql!("SELECT pg_current_wal_insert_lsn()::text")
        .one(db)
        .await?;
    for server in servers {
        let alone = Db::builder(server.url())
            .max_connections(1)
            .connect()
            .await?;
        eventually("a replica has everything", async || {
            sql!("SELECT pg_last_wal_replay_lsn() >= {written}::text::pg_lsn")
                .one(&alone)
                .await
        })
        .await;
        alone.shutdown(Duration::from_secs(1)).await;
    }
    Ok(())
}
