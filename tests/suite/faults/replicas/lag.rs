//! Replicas that are behind.

use super::super::run;
use super::*;

/// A connection to each replica alone.
async fn alone(nodes: &Nodes) -> orm::Result<[Db; 2]> {
    let [one, two] = &nodes.replicas;
    let open = async |url| Db::builder(url).max_connections(1).connect().await;
    Ok([open(one.url()).await?, open(two.url()).await?])
}

async fn pause(replica: &Db) -> orm::Result<()> {
    replica.execute_script("SELECT pg_wal_replay_pause()").await
}

async fn resume(replica: &Db) -> orm::Result<()> {
    replica
        .execute_script("SELECT pg_wal_replay_resume()")
        .await
}

#[test]
fn a_replica_that_is_too_late_is_not_read_from() {
    let Some(nodes) = Nodes::start() else { return };
    run(async {
        let late = nodes
            .quick()
            .max_lag(Duration::from_millis(500))
            .connect()
            .await?;
        let long = nodes.quick().max_lag_bytes(20_000).connect().await?;
        let any = nodes.connect().await?;
        nodes.all_up(&late).await;
        nodes.all_up(&long).await;
        make_notes(&any).await?;
        let [one, two] = alone(&nodes).await?;
        all_have_all(&any, &[&nodes.replicas[0], &nodes.replicas[1]]).await?;
        let replicas = nodes.replica_ports();
        let on_replica = async |db: &Db| Ok(replicas.contains(&port(&db.read()).await?));
        eventually("all are in time", async || {
            Ok(on_replica(&late).await? && on_replica(&long).await?)
        })
        .await;

        // An idle primary makes no lag.
        tokio::time::sleep(Duration::from_millis(700)).await;
        assert!(on_replica(&late).await?);

        pause(&one).await?;
        pause(&two).await?;
        // A little, for long.
        add_note(&any, "one").await?;
        eventually("they are too late", async || {
            Ok(port(&late.read()).await? == nodes.primary_port())
        })
        .await;
        assert!(
            late.nodes()[1]
                .lag
                .is_some_and(|lag| lag >= Duration::from_millis(500))
        );
        assert_eq!(notes(&late.read()).await?, 1);
        assert!(on_replica(&long).await?, "{:?}", long.nodes());
        assert_eq!(notes(&any.read()).await?, 0);
        // And much.
        sql!("INSERT INTO notes SELECT repeat('x', 100) FROM generate_series(1, 1000)")
            .execute(&any)
            .await?;
        eventually("they lack too much", async || {
            Ok(port(&long.read()).await? == nodes.primary_port())
        })
        .await;
        assert!(
            long.nodes()[1]
                .lag_amount
                .is_some_and(|bytes| bytes > 20_000)
        );

        resume(&one).await?;
        eventually("one has caught up", async || {
            Ok(
                port(&late.read()).await? == replicas[0]
                    && port(&long.read()).await? == replicas[0],
            )
        })
        .await;
        resume(&two).await?;
        Ok(())
    });
}

#[test]
fn what_was_written_is_read_in_this_request_and_in_later_ones() {
    let Some(nodes) = Nodes::start() else { return };
    run(async {
        let db = nodes.connect().await?;
        make_notes(&db).await?;
        let [one, two] = alone(&nodes).await?;
        all_have_all(&db, &[&nodes.replicas[0], &nodes.replicas[1]]).await?;
        pause(&one).await?;
        pause(&two).await?;

        let request = db.read_own_writes();
        // Nothing was written yet, so a replica will do.
        assert!(nodes.replica_ports().contains(&port(&request).await?));
        assert_eq!(notes(&request).await?, 0);
        add_note(&request, "one").await?;
        assert_eq!(notes(&request).await?, 1);
        let tx = request.begin().await?;
        add_note(&tx, "two").await?;
        assert!(tx.token().await.is_err());
        tx.commit().await?;
        assert_eq!(notes(&request).await?, 2);
        assert_eq!(port(&request).await?, nodes.primary_port());
        // Who does not ask for it may see the past.
        assert_eq!(notes(&db.read()).await?, 0);

        // In another process.
        let header = request.token().await?.to_string();
        let other = nodes.connect().await?;
        let next = other.read_after(&header.parse()?);
        assert_eq!(notes(&next).await?, 2);
        assert_eq!(port(&next).await?, nodes.primary_port());
        // A token of the handle itself, as of a program without scopes.
        let token = db.token().await?;
        assert_eq!(notes(&other.read_after(&token)).await?, 2);

        // One has it: all reads after it go there.
        resume(&one).await?;
        eventually("one is known to have it", async || {
            Ok(port(&other.read_after(&token)).await? == nodes.replica_ports()[0])
        })
        .await;
        for _ in 0..6 {
            let later = other.read_after(&token);
            assert_eq!(port(&later).await?, nodes.replica_ports()[0]);
            assert_eq!(notes(&later).await?, 2);
        }
        // All have it: the request needs to remember nothing.
        resume(&two).await?;
        eventually("both serve again", async || {
            Ok(port(&next).await? == nodes.replica_ports()[1])
        })
        .await;
        assert_eq!(notes(&next).await?, 2);
        Ok(())
    });
}

#[test]
fn a_replica_that_is_just_behind_is_waited_for() {
    let Some(nodes) = Nodes::start() else { return };
    run(async {
        // What is known of positions is old, so replicas have to be asked.
        let db = nodes
            .builder()
            .watch_interval(Duration::from_secs(60))
            .read_wait(Duration::from_secs(20))
            .connect()
            .await?;
        make_notes(&db).await?;
        for count in 1..=20 {
            let request = db.read_own_writes();
            add_note(&request, "again").await?;
            let (found, port) = sql!("SELECT count(*), min(inet_server_port()) FROM notes")
                .only_read()
                .one::<(i64, i32)>(&request)
                .await?;
            assert_eq!(found, count);
            assert!(nodes.replica_ports().contains(&port));
        }
        Ok(())
    });
}

#[test]
fn a_token_of_another_system_is_answered_by_the_primary() {
    let Some(nodes) = Nodes::start() else { return };
    run(async {
        let db = nodes.connect().await?;
        let foreign = db.read_after(&"1.5e2a.0-1".parse()?);
        assert_eq!(port(&foreign).await?, nodes.primary_port());
        Ok(())
    });
}
