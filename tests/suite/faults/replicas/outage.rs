//! Replicas that go away, hang, or have to give way.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::super::run;
use super::*;
use crate::support::cluster::Stop;

/// Reads all the time, and counts; the first failure is the test's.
struct Readers {
    done: Arc<AtomicBool>,
    reads: Arc<AtomicU64>,
    tasks: Vec<tokio::task::JoinHandle<orm::Result<()>>>,
}

impl Readers {
    fn start(db: &Db) -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let reads = Arc::new(AtomicU64::new(0));
        let task = |_| {
            let (db, done, reads) = (db.read(), Arc::clone(&done), Arc::clone(&reads));
            tokio::spawn(async move {
                while !done.load(Ordering::Acquire) {
                    port(&db).await?;
                    reads.fetch_add(1, Ordering::AcqRel);
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
                Ok(())
            })
        };
        Self {
            tasks: (0..4).map(task).collect(),
            done,
            reads,
        }
    }

    async fn end(self) -> orm::Result<u64> {
        self.done.store(true, Ordering::Release);
        for task in self.tasks {
            task.await.unwrap()?;
        }
        Ok(self.reads.load(Ordering::Acquire))
    }
}

#[test]
fn a_replica_that_stops_costs_no_read_and_serves_again_when_it_is_back() {
    let Some(nodes) = Nodes::start() else { return };
    run(async {
        let db = nodes.connect().await?;
        for how in [Stop::Fast, Stop::Immediate] {
            let readers = Readers::start(&db);
            tokio::time::sleep(Duration::from_millis(100)).await;
            tokio::task::block_in_place(|| nodes.replicas[0].stop(how));
            eventually("the replica is left out", async || {
                Ok(db.nodes()[1].health == NodeHealth::Down)
            })
            .await;
            let before = db.nodes()[1].reads;
            for _ in 0..5 {
                assert_eq!(port(&db.read()).await?, nodes.replica_ports()[1]);
            }
            assert_eq!(db.nodes()[1].reads, before);
            tokio::task::block_in_place(|| nodes.replicas[0].start_again());
            nodes.all_up(&db).await;
            eventually("it serves again", async || Ok(db.nodes()[1].reads > before)).await;
            assert!(readers.end().await? > 0);
        }
        Ok(())
    });
}

#[test]
fn reads_that_wait_for_a_replica_that_hangs_are_done_by_another() {
    let Some(nodes) = Nodes::start() else { return };
    run(async {
        let db = nodes.connect().await?;
        let readers = Readers::start(&db);
        tokio::time::sleep(Duration::from_millis(100)).await;
        nodes.replicas[0].pause();
        let begun = Instant::now();
        // Some of these are sent to the one that hangs.
        for _ in 0..8 {
            let found = port(&db.read()).await?;
            assert_eq!(found, nodes.replica_ports()[1]);
        }
        let waited = begun.elapsed();
        assert!(waited < Duration::from_secs(15), "{waited:?}");
        eventually("the replica is left out", async || {
            Ok(db.nodes()[1].health == NodeHealth::Down && db.nodes()[1].reading == 0)
        })
        .await;
        nodes.replicas[0].resume();
        nodes.all_up(&db).await;
        readers.end().await?;
        Ok(())
    });
}

#[test]
fn without_replicas_the_primary_takes_over_some_reads_at_a_time() {
    let Some(nodes) = Nodes::start() else { return };
    run(async {
        let db = nodes
            .quick()
            .max_connections(6)
            .fallback_limit(2)
            .connect()
            .await?;
        nodes.all_up(&db).await;
        make_notes(&db).await?;
        for replica in &nodes.replicas {
            tokio::task::block_in_place(|| replica.stop(Stop::Immediate));
        }
        assert_eq!(port(&db.read()).await?, nodes.primary_port());

        let most = Arc::new(AtomicU64::new(0));
        let reads: Vec<_> = (0..6)
            .map(|_| {
                let read = db.read();
                tokio::spawn(async move {
                    sql!("SELECT count(*) FROM pg_sleep(0.3)")
                        .only_read()
                        .one::<i64>(&read)
                        .await
                })
            })
            .collect();
        let watch = {
            let (db, most) = (db.clone(), Arc::clone(&most));
            tokio::spawn(async move {
                loop {
                    let stats = db.pool_stats();
                    most.fetch_max((stats.total - stats.idle) as u64, Ordering::AcqRel);
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            })
        };
        tokio::time::sleep(Duration::from_millis(50)).await;
        let begun = Instant::now();
        for read in reads {
            assert_eq!(read.await.unwrap()?, 1);
        }
        assert!(
            begun.elapsed() > Duration::from_millis(700),
            "{:?}",
            begun.elapsed()
        );
        watch.abort();
        assert_eq!(most.load(Ordering::Acquire), 2);
        // What only the primary can do is not held up.
        add_note(&db, "one").await?;
        Ok(())
    });
}

#[test]
fn reads_that_wait_too_long_for_the_primary_say_so() {
    let Some(nodes) = Nodes::start() else { return };
    run(async {
        let db = nodes
            .quick()
            .fallback_limit(1)
            .acquire_timeout(Duration::from_millis(200))
            .connect()
            .await?;
        for replica in &nodes.replicas {
            tokio::task::block_in_place(|| replica.stop(Stop::Immediate));
        }
        port(&db.read()).await?;
        let slow = db.read();
        let slow = tokio::spawn(async move {
            sql!("SELECT count(*) FROM pg_sleep(2)")
                .only_read()
                .one::<i64>(&slow)
                .await
        });
        tokio::time::sleep(Duration::from_millis(300)).await;
        let error = port(&db.read()).await.unwrap_err();
        assert!(error.is_timeout(), "{error:?}");
        assert!(error.to_string().contains("only so many reads"), "{error}");
        assert_eq!(slow.await.unwrap()?, 1);
        Ok(())
    });
}

#[test]
fn a_read_in_the_way_of_the_primarys_changes_is_done_by_another_node() {
    // The standby waits for nobody.
    let Some(nodes) = Nodes::start_with("max_standby_streaming_delay = 0") else {
        return;
    };
    run(async {
        let db = nodes.connect().await?;
        make_notes(&db).await?;
        for text in ["one", "two", "three"] {
            add_note(&db, text).await?;
        }
        let late = &nodes.replicas[1];
        all_have_all(&db, &[&nodes.replicas[0], late]).await?;
        // So that the read has one replica to be on.
        tokio::task::block_in_place(|| late.stop(Stop::Fast));
        eventually("one replica is left", async || {
            Ok(db.nodes()[2].health == NodeHealth::Down)
        })
        .await;

        let read = db.read();
        let reading = tokio::spawn(async move {
            sql!("SELECT count(*), min(inet_server_port()) FROM notes, pg_sleep(2)")
                .only_read()
                .one::<(i64, i32)>(&read)
                .await
        });
        eventually("the read is under way", async || {
            Ok(db.nodes()[1].reading == 1)
        })
        .await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        sql!("DELETE FROM notes WHERE text <> 'three'")
            .execute(&db)
            .await?;
        sql!("VACUUM notes").execute(&db).await?;

        assert_eq!(reading.await.unwrap()?, (1, nodes.primary_port()));
        let replica = &db.nodes()[1];
        assert_eq!((replica.failures, replica.health), (1, NodeHealth::Up));
        Ok(())
    });
}

#[test]
fn a_read_whose_connection_is_ended_is_done_by_another_node() {
    let Some(nodes) = Nodes::start() else { return };
    run(async {
        let db = nodes.connect().await?;
        let read = db.read();
        let reading = tokio::spawn(async move {
            sql!("SELECT count(*), min(inet_server_port()) FROM pg_sleep(1)")
                .only_read()
                .one::<(i64, i32)>(&read)
                .await
        });
        eventually("the read is under way", async || {
            Ok(db.nodes().iter().any(|node| node.reading == 1))
        })
        .await;
        let on = db
            .nodes()
            .iter()
            .position(|node| node.reading == 1)
            .unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        let replica = Db::connect(&nodes.replicas[on - 1].url()).await?;
        replica
            .execute_script("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(1)%' AND pid <> pg_backend_pid()")
            .await?;
        let other = nodes.replica_ports()[2 - on];
        assert_eq!(reading.await.unwrap()?, (1, other));
        // One lost connection says little of a server.
        assert_eq!(db.nodes()[on].health, NodeHealth::Up);
        Ok(())
    });
}
