//! The same load with two replicas, one of which is stopped in the middle.

use std::time::Duration;

use orm::prelude::*;

use crate::cluster::{PostgresServer, Stop};
use crate::work::{self, Hands, Result};
use crate::{Args, report_with};

pub async fn run(args: &Args) -> Result {
    let primary = PostgresServer::start().ok_or("the programs of a PostgreSQL server are not installed")?;
    let replicas = [primary.replica(""), primary.replica("")];
    let admin = Db::builder(primary.url()).max_connections(1).connect().await?;
    work::prepare(&admin).await?;

    let Args { seconds, tasks, connections, .. } = *args;
    let builder = Db::builder(primary.url()).max_connections(connections).acquire_timeout(Duration::from_secs(60));
    let db = replicas.iter().fold(builder, |builder, replica| builder.replica(replica.url())).connect().await?;
    let caught_up = db.token().await?;
    // Until the replicas have the rows.
    for _ in 0..200 {
        work::Account::find(1).one(&db.read_after(&caught_up)).await?;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    println!("{seconds} s, reads (on replicas) and writes 4 : 1; one of two replicas is stopped after half of the time");
    println!("| | tasks | connections a node | operations/s | p50 | p99 | longest | errors | memory, first and most |");
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
    let hands = [Hands::Replicas { read: db.read(), write: db.clone() }];
    let stop = async || replicas[0].stop(Stop::Immediate);
    report_with("orm, with replicas", &hands, tasks, connections, seconds, &admin, stop).await?;
    println!();
    for node in db.nodes() {
        println!("{node:?}");
    }
    db.shutdown(Duration::from_secs(5)).await;
    admin.shutdown(Duration::from_secs(5)).await;
    Ok(())
}
