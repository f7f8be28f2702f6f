//! Where statements go while all is well.

use std::sync::{Arc, Mutex};

use orm::observe::{Call, Ended, Observer};
use tracing::instrument::WithSubscriber;

use super::super::run;
use super::*;
use crate::support::models::User;
use crate::support::seed::tables;
use crate::telemetry::Collector;

#[test]
fn reads_go_to_replicas_where_that_was_asked_for_and_everything_else_to_the_primary() {
    let Some(nodes) = Nodes::start() else { return };
    run(async {
        let db = nodes.connect().await?;
        make_notes(&db).await?;
        let (primary, replicas) = (nodes.primary_port(), nodes.replica_ports());

        let read = db.read();
        let mut ports = Vec::new();
        for _ in 0..10 {
            ports.push(port(&read).await?);
        }
        for replica in replicas {
            assert_eq!(
                ports.iter().filter(|port| **port == replica).count(),
                5,
                "{ports:?}"
            );
        }
        assert_eq!(port(&db).await?, primary);

        // On the same handle: hand-written SQL, changes, transactions.
        assert_eq!(
            sql!("SELECT inet_server_port()").one::<i32>(&read).await?,
            primary
        );
        add_note(&read, "one").await?;
        let tx = read.begin().await?;
        assert_eq!(port(&tx).await?, primary);
        assert_eq!(port(&tx.read()).await?, primary);
        tx.commit().await?;
        let held = read.hold().await?;
        assert_eq!(port(&held).await?, primary);
        drop(held);

        let served: u64 = db.nodes().iter().map(|node| node.reads).sum();
        assert_eq!(served, 10);
        db.shutdown(Duration::from_secs(2)).await;
        Ok(())
    });
}

#[test]
fn queries_of_models_are_plain_reads_unless_they_lock() {
    let Some(nodes) = Nodes::start() else { return };
    run(async {
        let db = nodes.connect().await?;
        tables!(db: User);
        let user = User::create()
            .email("ann@example.com")
            .name("Ann")
            .insert(&db)
            .await?;
        all_have_all(&db, &[&nodes.replicas[0], &nodes.replicas[1]]).await?;
        let read = db.read();
        let reads = || db.nodes().iter().map(|node| node.reads).sum::<u64>();

        assert_eq!(User::query().all(&read).await?, std::slice::from_ref(&user));
        assert_eq!(User::query().count(&read).await?, 1);
        assert!(User::find(user.id).exists(&read).await?);
        assert_eq!(reads(), 3);
        let mut stream = User::query().stream(&read);
        assert_eq!(stream.next().await.transpose()?, Some(user.clone()));
        assert!(stream.next().await.is_none());
        drop(stream);
        assert_eq!(reads(), 4);

        let tx = read.begin().await?;
        assert_eq!(User::find(user.id).for_update().one(&tx).await?, user);
        tx.rollback().await?;
        let changed = user.update().name("Anne").save(&read).await?;
        assert_eq!(changed.name, "Anne");
        assert_eq!(reads(), 4);
        Ok(())
    });
}

/// A thing that others are in.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "replica_shelves")]
#[has_many(books: Book)]
struct Shelf {
    id: Id<Shelf>,
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "replica_books")]
struct Book {
    id: Id<Book>,
    #[belongs_to(shelf: Shelf)]
    shelf_id: Id<Shelf>,
}

#[test]
fn rows_and_their_related_rows_are_read_from_one_node() {
    let Some(nodes) = Nodes::start() else { return };
    run(async {
        let db = nodes.connect().await?;
        tables!(db: Shelf, Book);
        let shelf = Shelf::create().name("old").insert(&db).await?;
        all_have_all(&db, &[&nodes.replicas[0], &nodes.replicas[1]]).await?;
        let late = Db::connect(&nodes.replicas[1].url()).await?;
        late.execute_script("SELECT pg_wal_replay_pause()").await?;
        for _ in 0..2 {
            Book::create().shelf_id(shelf.id).insert(&db).await?;
        }
        shelf.update().name("new").save(&db).await?;
        all_have_all(&db, &[&nodes.replicas[0]]).await?;

        let read = db.read();
        let mut names = Vec::new();
        for _ in 0..12 {
            let found = Shelf::find(shelf.id)
                .include(Shelf::books)
                .one(&read)
                .await?;
            let books = found.get(Shelf::books).len();
            let expected = if found.name == "old" { 0 } else { 2 };
            assert_eq!(books, expected, "rows of two times");
            names.push(found.name.clone());
        }
        // Both replicas have served.
        for name in ["old", "new"] {
            assert!(names.iter().any(|found| found == name), "{names:?}");
        }
        late.execute_script("SELECT pg_wal_replay_resume()").await?;
        Ok(())
    });
}

#[test]
fn an_ordinary_login_is_enough_and_the_watch_ends_with_the_handle() {
    let Some(nodes) = Nodes::start() else { return };
    run(async {
        let admin = Db::connect(&nodes.primary.url()).await?;
        admin.execute_script("CREATE ROLE app LOGIN").await?;
        all_have_all(&admin, &[&nodes.replicas[0], &nodes.replicas[1]]).await?;
        let url = |server: &PostgresServer| server.url().replace("postgres@", "app@");
        let db = Db::builder(url(&nodes.primary))
            .replica(url(&nodes.replicas[0]))
            .max_lag(Duration::from_secs(5))
            .max_lag_bytes(1 << 20)
            .connect()
            .await?;
        eventually("the replica is measured", async || {
            let replica = &db.nodes()[1];
            Ok(replica.role == NodeRole::Replica && replica.lag.is_some())
        })
        .await;
        assert_eq!(port(&db.read()).await?, nodes.replica_ports()[0]);
        assert_eq!(db.nodes()[0].role, NodeRole::Primary);

        drop(db);
        eventually("its connections are closed", async || {
            let open: i64 = sql!("SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'")
                .one(&admin)
                .await?;
            Ok(open == 0)
        })
        .await;
        Ok(())
    });
}

#[test]
fn a_server_that_takes_writes_beside_the_primary_is_not_used() {
    let Some(stranger) = PostgresServer::start() else {
        return;
    };
    let Some(primary) = PostgresServer::start() else {
        return;
    };
    // Servers of the tests are copies of one, so these are two primaries of one system.
    run(async {
        let db = Db::builder(primary.url())
            .replica(stranger.url())
            .connect()
            .await?;
        let roles: Vec<NodeRole> = db.nodes().iter().map(|node| node.role).collect();
        assert_eq!(roles, [NodeRole::Primary, NodeRole::Refused]);
        assert_eq!(port(&db.read()).await?, i32::from(primary.port()));
        Ok(())
    });
}

#[test]
fn databases_without_replicas_refuse_them_before_anything_is_opened() {
    let file = std::env::temp_dir().join(format!("orm_no_replicas_{}.db", std::process::id()));
    let url = format!("sqlite://{}", file.display());
    run(async {
        let error = Db::builder(&url).replica(&url).connect().await.unwrap_err();
        assert!(error.is_unsupported(), "{error:?}");
        assert_eq!(
            error.to_string(),
            "SQLite does not support reading from replicas"
        );
        assert!(!file.exists());

        // Nobody listens there: the mistake is found before that is noticed.
        let server = "postgres://127.0.0.1:1/app";
        let error = Db::builder(server)
            .replica("mysql://127.0.0.1:1/app")
            .connect()
            .await
            .unwrap_err();
        assert!(
            matches!(error.kind(), orm::ErrorKind::Configuration { .. }),
            "{error:?}"
        );
        let error = Db::builder("mysql://127.0.0.1:1/app")
            .replica("mysql://127.0.0.1:1/app")
            .max_lag_bytes(1)
            .connect()
            .await
            .unwrap_err();
        assert!(error.is_unsupported(), "{error:?}");
        Ok(())
    });
}

/// Notes the port of the server that each statement has gone to.
#[derive(Clone, Default)]
struct Ports(Arc<Mutex<Vec<Option<u16>>>>);

impl Observer for Ports {
    fn ended(&self, call: &Call<'_>, _: &Ended<'_>) {
        self.0.lock().unwrap().push(call.target.port);
    }
}

#[test]
fn who_watches_is_told_the_server_that_has_answered() {
    let Some(nodes) = Nodes::start() else { return };
    let (seen, spans) = (Ports::default(), Collector::default());
    let work = async {
        let db = nodes.quick().observer(seen.clone()).connect().await?;
        nodes.all_up(&db).await;
        make_notes(&db).await?;
        let read = db.read();
        spans.take();
        seen.0.lock().unwrap().clear();
        let mut answered = Vec::new();
        for _ in 0..4 {
            answered.push(port(&read).await?);
        }
        // An error is an answer, too.
        let wrong = sql!("SELECT inet_server_port() / 0").only_read();
        assert!(wrong.one::<i32>(&read).await.is_err());
        add_note(&read, "one").await?;
        let tx = db.begin().await?;
        answered.push(port(&tx).await?);
        tx.commit().await?;
        let told = seen.0.lock().unwrap().clone();
        let told: Vec<i32> = told.into_iter().flatten().map(i32::from).collect();
        let primary = nodes.primary_port();
        assert_eq!(told.len(), 7, "{told:?}");
        assert_eq!((&told[..4], told[6]), (&answered[..4], answered[4]));
        let replicas = nodes.replica_ports();
        assert!(
            told[..5].iter().all(|port| replicas.contains(port)),
            "{told:?}"
        );
        assert!(replicas.iter().all(|port| told.contains(port)), "{told:?}");
        assert_eq!(told[5..], [primary, primary]);
        let spans = spans.take();
        // A script has no span.
        let in_spans: Vec<String> = spans
            .iter()
            .map(|(_, fields)| fields["server.port"].clone())
            .collect();
        let expected: Vec<String> = told.iter().map(i32::to_string).collect();
        assert_eq!(in_spans, expected);
        assert!(
            spans
                .iter()
                .all(|(_, fields)| fields["server.address"] == "127.0.0.1")
        );
        Ok(())
    };
    run(work.with_subscriber(spans.clone()));
}
