//! Primaries that go away, with and without a successor.

use orm::ErrorKind;

use super::super::run;
use super::*;
use crate::support::cluster::Stop;

/// The node that takes writes.
async fn written_on(db: &Db) -> orm::Result<i32> {
    sql!("INSERT INTO notes (text) VALUES ('x') RETURNING inet_server_port()")
        .one(db)
        .await
}

#[test]
fn without_a_primary_reads_go_on_and_writes_fail_at_once() {
    let Some(nodes) = Nodes::start() else { return };
    run(async {
        let db = nodes.connect().await?;
        make_notes(&db).await?;
        add_note(&db, "one").await?;
        all_have_all(&db, &[&nodes.replicas[0], &nodes.replicas[1]]).await?;
        let request = db.read_own_writes();
        add_note(&request, "two").await?;
        let token = request.token().await?;
        all_have_all(&db, &[&nodes.replicas[0], &nodes.replicas[1]]).await?;
        tokio::task::block_in_place(|| nodes.primary.stop(Stop::Immediate));
        // A connection that was lost is noticed by who has it.
        eventually("the loss is noticed", async || {
            Ok(add_note(&db, "three")
                .await
                .is_err_and(|error| matches!(error.kind(), ErrorKind::NoPrimary { .. })))
        })
        .await;

        let begun = Instant::now();
        for _ in 0..20 {
            let error = add_note(&db, "three").await.unwrap_err();
            assert!(
                matches!(error.kind(), ErrorKind::NoPrimary { .. }),
                "{error:?}"
            );
            assert!(error.is_connection());
            assert!(
                error
                    .to_string()
                    .contains(&nodes.primary_port().to_string()),
                "{error}"
            );
            let error = db.begin().await.unwrap_err();
            assert!(
                matches!(error.kind(), ErrorKind::NoPrimary { .. }),
                "{error:?}"
            );
            assert!(nodes.replica_ports().contains(&port(&db.read()).await?));
            assert_eq!(notes(&db.read()).await?, 2);
            assert_eq!(notes(&request).await?, 2);
            assert_eq!(notes(&db.read_after(&token)).await?, 2);
        }
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "{:?}",
            begun.elapsed()
        );

        // A program can begin now, too.
        let other = nodes.quick().connect().await?;
        assert_eq!(notes(&other.read()).await?, 2);
        let error = add_note(&other, "three").await.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::NoPrimary { .. }),
            "{error:?}"
        );

        tokio::task::block_in_place(|| nodes.primary.start_again());
        for db in [&db, &other] {
            eventually("the primary is back", async || {
                add_note(db, "three").await.map(|()| true)
            })
            .await;
        }
        Ok(())
    });
}

#[test]
fn writes_follow_to_a_replica_that_becomes_the_primary_and_the_old_one_is_refused() {
    let Some(nodes) = Nodes::start() else { return };
    run(async {
        let db = nodes.connect().await?;
        make_notes(&db).await?;
        assert_eq!(written_on(&db).await?, nodes.primary_port());
        all_have_all(&db, &[&nodes.replicas[0], &nodes.replicas[1]]).await?;
        let open = db.begin().await?;
        add_note(&open, "of a transaction on the old primary").await?;

        tokio::task::block_in_place(|| nodes.replicas[0].promote());
        let new = nodes.replica_ports()[0];
        eventually("the new primary is found", async || {
            Ok(db.nodes()[1].role == NodeRole::Primary)
        })
        .await;
        for _ in 0..5 {
            assert_eq!(written_on(&db).await?, new);
            assert_eq!(port(&db).await?, new);
        }
        assert_eq!(db.nodes()[0].role, NodeRole::Refused);
        // The old one still takes writes, but not these.
        let error = open.commit().await.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::SplitBrain { .. }),
            "{error:?}"
        );
        let old = Db::connect(&nodes.primary.url()).await?;
        assert_eq!(notes(&old).await?, 1);
        assert_eq!(notes(&db).await?, 6);
        // Nor is it read from, when nothing else is left.
        tokio::task::block_in_place(|| nodes.replicas[1].stop(Stop::Immediate));
        for _ in 0..5 {
            assert_eq!(port(&db.read()).await?, new);
        }

        // A program that begins now finds the same, in whatever order it names the nodes.
        let [first, _] = &nodes.replicas;
        for (primary, replica) in [(&nodes.primary, first), (first, &nodes.primary)] {
            let other = Db::builder(primary.url())
                .replica(replica.url())
                .connect()
                .await?;
            assert_eq!(written_on(&other).await?, new);
        }

        // When the new one goes away, the old one does not come back by that.
        tokio::task::block_in_place(|| nodes.replicas[0].stop(Stop::Immediate));
        eventually("the loss is noticed", async || {
            let error = add_note(&db, "lost").await;
            Ok(error.is_err_and(|error| matches!(error.kind(), ErrorKind::SplitBrain { .. })))
        })
        .await;
        let error = db.begin().await.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::SplitBrain { .. }),
            "{error:?}"
        );
        assert_eq!(notes(&old).await?, 1);
        Ok(())
    });
}

#[test]
fn an_old_primary_that_comes_back_as_a_replica_serves_as_one() {
    let Some(nodes) = Nodes::start() else { return };
    run(async {
        let db = nodes.connect().await?;
        make_notes(&db).await?;
        all_have_all(&db, &[&nodes.replicas[0], &nodes.replicas[1]]).await?;
        tokio::task::block_in_place(|| {
            // In order, so that the new primary has everything.
            nodes.primary.stop(Stop::Fast);
            nodes.replicas[0].promote();
        });
        let new = nodes.replica_ports()[0];
        eventually("writes go on", async || Ok(written_on(&db).await? == new)).await;

        tokio::task::block_in_place(|| {
            nodes.primary.follow(&nodes.replicas[0]);
            nodes.primary.start_again();
        });
        eventually("it serves as a replica", async || {
            Ok(db.nodes()[0].role == NodeRole::Replica
                && port(&db.read()).await? == nodes.primary_port())
        })
        .await;
        assert_eq!(written_on(&db).await?, new);
        Ok(())
    });
}

#[test]
fn a_write_that_a_demoted_server_refuses_is_sent_to_its_successor() {
    let Some(nodes) = Nodes::start() else { return };
    run(async {
        // Nobody looks by himself: the server's refusal is how it is found out.
        let db = nodes
            .builder()
            .watch_interval(Duration::from_secs(600))
            .connect()
            .await?;
        make_notes(&db).await?;
        let demoted = Db::builder(nodes.replicas[1].url())
            .replica(nodes.primary.url())
            .watch_interval(Duration::from_secs(600))
            .connect()
            .await?;
        // What is called the primary is none, which is found out before the first statement.
        assert_eq!(written_on(&demoted).await?, nodes.primary_port());

        let in_transactions = nodes
            .builder()
            .watch_interval(Duration::from_secs(600))
            .connect()
            .await?;
        all_have_all(&db, &[&nodes.replicas[0], &nodes.replicas[1]]).await?;
        let read_only = db.begin_with(TxOptions::new().read_only()).await?;
        let error = add_note(&read_only, "never").await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::ReadOnly), "{error:?}");
        drop(read_only);

        tokio::task::block_in_place(|| {
            nodes.primary.stop(Stop::Fast);
            nodes.replicas[0].promote();
            nodes.primary.follow(&nodes.replicas[0]);
            nodes.primary.start_again();
        });
        let new = nodes.replica_ports()[0];
        let mut found = None;
        for _ in 0..20 {
            match written_on(&db).await {
                Ok(port) => {
                    found = Some(port);
                    break;
                }
                // The connections to the server that stopped.
                Err(error) => assert!(error.is_connection(), "{error:?}"),
            }
        }
        assert_eq!(found, Some(new));

        let options = TxOptions::new().retries(20);
        let work = |tx: Tx| async move { written_on(&tx).await };
        assert_eq!(in_transactions.transaction_with(options, work).await?, new);
        Ok(())
    });
}
