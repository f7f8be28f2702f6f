//! The same on MariaDB, with a primary and one replica.

use orm::ErrorKind;

use super::super::run;
use super::*;
use crate::support::cluster::{MariadbServer, Stop};

struct Pair {
    primary: MariadbServer,
    replica: MariadbServer,
}

impl Pair {
    async fn start() -> orm::Result<Option<Self>> {
        let common = [
            "--log-bin=log",
            "--log-slave-updates=ON",
            "--slave-net-timeout=5",
        ];
        let with = |more: &[&'static str]| [common.as_slice(), more].concat();
        let Some(primary) = MariadbServer::start_with(&with(&["--server-id=1"])) else {
            return Ok(None);
        };
        let Some(replica) = MariadbServer::start_with(&with(&["--server-id=2", "--read-only=ON"]))
        else {
            return Ok(None);
        };
        let admin = Db::connect(&primary.url()).await?;
        admin
            .execute_script(
                "CREATE DATABASE app; CREATE USER app@'%'; GRANT ALL ON app.* TO app@'%'; \
                 CREATE TABLE app.notes (text varchar(100) NOT NULL)",
            )
            .await?;
        let follower = Db::connect(&replica.url()).await?;
        follower
            .execute_script(&format!(
                "CHANGE MASTER TO master_host = '127.0.0.1', master_port = {}, master_user = 'root', \
                 master_connect_retry = 1, master_use_gtid = slave_pos; START SLAVE",
                primary.port()
            ))
            .await?;
        eventually("the replica has the user", async || {
            let found: i64 =
                sql!("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'app'")
                    .one(&follower)
                    .await?;
            Ok(found == 1)
        })
        .await;
        Ok(Some(Self { primary, replica }))
    }

    /// As a user who is bound by what a server refuses.
    fn builder(&self) -> DbBuilder {
        let url = |server: &MariadbServer| format!("mysql://app@127.0.0.1:{}/app", server.port());
        Db::builder(url(&self.primary))
            .replica(url(&self.replica))
            .watch_interval(Duration::from_millis(100))
    }

    async fn connect(&self) -> orm::Result<Db> {
        let db = self.builder().connect().await?;
        self.all_up(&db).await;
        Ok(db)
    }

    async fn all_up(&self, db: &Db) {
        eventually("both are used", async || {
            let nodes = db.nodes();
            Ok(nodes[0].role == NodeRole::Primary
                && nodes[1].role == NodeRole::Replica
                && nodes.iter().all(|node| node.health == NodeHealth::Up))
        })
        .await;
    }

    fn ports(&self) -> (u64, u64) {
        (self.primary.port().into(), self.replica.port().into())
    }
}

async fn port(db: &Db) -> orm::Result<u64> {
    let port: i64 = sql!("SELECT CAST(@@port AS SIGNED)")
        .only_read()
        .one(db)
        .await?;
    Ok(u64::try_from(port).unwrap())
}

#[test]
fn reads_go_to_the_replica_and_what_was_written_is_seen() {
    run(async {
        let Some(pair) = Pair::start().await? else {
            return Ok(());
        };
        let db = pair.connect().await?;
        let (primary, replica) = pair.ports();
        assert_eq!(port(&db).await?, primary);
        for _ in 0..4 {
            assert_eq!(port(&db.read()).await?, replica);
        }
        let tx = db.read().begin().await?;
        assert_eq!(port(&tx).await?, primary);
        tx.commit().await?;

        // It is waited for.
        let patient = pair
            .builder()
            .read_wait(Duration::from_secs(20))
            .connect()
            .await?;
        pair.all_up(&patient).await;
        for count in 1..=10 {
            let request = patient.read_own_writes();
            add_note(&request, "again").await?;
            assert_eq!(notes(&request).await?, count);
            assert_eq!(port(&request).await?, replica);
        }

        let follower = Db::connect(&pair.replica.url()).await?;
        follower.execute_script("STOP SLAVE SQL_THREAD").await?;
        let request = db.read_own_writes();
        assert_eq!(port(&request).await?, replica);
        let tx = request.begin().await?;
        add_note(&tx, "more").await?;
        tx.commit().await?;
        assert_eq!(notes(&request).await?, 11);
        assert_eq!(port(&request).await?, primary);
        assert_eq!(notes(&db.read()).await?, 10);
        let header = request.token().await?.to_string();
        let next = patient.read_after(&header.parse()?);
        follower.execute_script("START SLAVE SQL_THREAD").await?;
        assert_eq!(notes(&next).await?, 11);
        assert_eq!(port(&next).await?, replica);
        Ok(())
    });
}

#[test]
fn a_replica_that_is_late_or_gone_is_not_read_from() {
    run(async {
        let Some(pair) = Pair::start().await? else {
            return Ok(());
        };
        let db = pair
            .builder()
            .max_lag(Duration::from_millis(500))
            .connect()
            .await?;
        pair.all_up(&db).await;
        let (primary, replica) = pair.ports();
        add_note(&db, "one").await?;
        eventually("it is in time", async || {
            Ok(port(&db.read()).await? == replica)
        })
        .await;
        let follower = Db::connect(&pair.replica.url()).await?;
        follower.execute_script("STOP SLAVE SQL_THREAD").await?;
        add_note(&db, "two").await?;
        eventually("it is too late", async || {
            Ok(port(&db.read()).await? == primary)
        })
        .await;
        assert_eq!(notes(&db.read()).await?, 2);
        follower.execute_script("START SLAVE SQL_THREAD").await?;
        eventually("it has caught up", async || {
            Ok(port(&db.read()).await? == replica)
        })
        .await;

        tokio::task::block_in_place(|| pair.replica.stop(Stop::Immediate));
        for _ in 0..10 {
            assert_eq!(port(&db.read()).await?, primary);
        }
        tokio::task::block_in_place(|| pair.replica.start_again());
        eventually(
            "it is back",
            async || Ok(port(&db.read()).await? == replica),
        )
        .await;

        pair.replica.pause();
        let begun = Instant::now();
        assert_eq!(port(&db.read()).await?, primary);
        assert!(
            begun.elapsed() < Duration::from_secs(15),
            "{:?}",
            begun.elapsed()
        );
        pair.replica.resume();
        eventually(
            "it goes on",
            async || Ok(port(&db.read()).await? == replica),
        )
        .await;
        Ok(())
    });
}

#[test]
fn writes_follow_to_a_replica_that_becomes_the_primary() {
    run(async {
        let Some(pair) = Pair::start().await? else {
            return Ok(());
        };
        let db = pair.connect().await?;
        let (primary, replica) = pair.ports();
        add_note(&db, "one").await?;
        eventually("the replica has it", async || {
            Ok(notes(&db.read()).await? == 1)
        })
        .await;

        // Two that take writes: nothing tells which is the right one, so the first keeps them.
        let admin = Db::connect(&pair.primary.url()).await?;
        let follower = Db::connect(&pair.replica.url()).await?;
        follower
            .execute_script("SET GLOBAL read_only = OFF")
            .await?;
        eventually("the other is refused", async || {
            Ok(db.nodes()[1].role == NodeRole::Refused)
        })
        .await;
        assert_eq!(port(&db).await?, primary);
        assert_eq!(port(&db.read()).await?, primary);
        let open = db.begin().await?;
        add_note(&open, "never").await?;

        follower.execute_script("STOP SLAVE").await?;
        let switch = async {
            // It waits for transactions that write.
            admin.execute_script("SET GLOBAL read_only = ON").await
        };
        let (switched, error) = tokio::join!(switch, async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            open.commit().await.err()
        });
        switched?;
        if let Some(error) = error {
            assert!(
                matches!(
                    error.kind(),
                    ErrorKind::ReadOnly | ErrorKind::NotPrimary { .. }
                ),
                "{error:?}"
            );
        }
        eventually("writes go to the new primary", async || {
            add_note(&db, "two").await?;
            Ok(port(&db).await? == replica)
        })
        .await;
        assert_eq!(db.nodes()[0].role, NodeRole::Replica);
        Ok(())
    });
}

#[test]
fn without_a_primary_reads_go_on() {
    run(async {
        let Some(pair) = Pair::start().await? else {
            return Ok(());
        };
        let db = pair.connect().await?;
        add_note(&db, "one").await?;
        eventually("the replica has it", async || {
            Ok(notes(&db.read()).await? == 1)
        })
        .await;
        tokio::task::block_in_place(|| pair.primary.stop(Stop::Immediate));
        eventually("the loss is noticed", async || {
            Ok(add_note(&db, "two")
                .await
                .is_err_and(|error| matches!(error.kind(), ErrorKind::NoPrimary { .. })))
        })
        .await;
        for _ in 0..5 {
            assert_eq!(notes(&db.read()).await?, 1);
            assert!(
                add_note(&db, "two")
                    .await
                    .is_err_and(|error| error.is_connection())
            );
        }
        tokio::task::block_in_place(|| pair.primary.start_again());
        eventually("the primary is back", async || {
            add_note(&db, "two").await.map(|()| true)
        })
        .await;
        Ok(())
    });
}
