//! Messages between sessions.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use orm::ErrorKind;
use orm::db::{Channel, Listener, Notice, Payload};
use orm::prelude::*;
use serde::{Deserialize, Serialize};

use crate::support::models::*;

/// A channel is the whole database's, where tests have a schema each, so its name has to be this test's alone.
fn channel<T: Payload>() -> Channel<T> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    Channel::new("test").of(format_args!("{}-{next}", std::process::id()))
}

async fn next<T: Payload>(listener: &mut Listener<T>) -> orm::Result<Notice<T>> {
    let next = tokio::time::timeout(Duration::from_secs(10), listener.next());
    next.await.expect("a message")
}

async fn nothing_comes<T: Payload>(listener: &mut Listener<T>) -> bool {
    let next = tokio::time::timeout(Duration::from_millis(150), listener.next());
    next.await.is_err()
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Moved {
    from: String,
    to: Option<i32>,
}

/// Ends the sessions that listen to the channel, and says how many there were.
async fn end_listeners(channel: &str, db: &Db) -> orm::Result<usize> {
    let listens = format!("LISTEN%{channel}%");
    let ended: Vec<bool> =
        sql!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE {listens}")
            .all(db)
            .await?;
    Ok(ended.len())
}

on_every_database! {
    only postgres;

    async fn messages_arrive_as_they_were_sent(db: Db) {
        let texts = channel::<String>();
        let mut listener = texts.listen(&db).await?;
        for text in ["one", "", "it's \"quoted\" \\ ünd 漢字", &"x".repeat(7999)] {
            texts.notify(&text.to_owned(), &db).await?;
            assert_eq!(next(&mut listener).await?, Notice::Message(text.to_owned()));
        }
        let (ids, documents, bells) = (channel::<Id<User>>(), channel::<Json<Moved>>(), channel::<()>());
        let mut heard = (ids.listen(&db).await?, documents.listen(&db).await?, bells.listen(&db).await?);
        let moved = Json(Moved { from: "a \"b\"".into(), to: Some(-3) });
        ids.notify(&Id::new(17), &db).await?;
        documents.notify(&moved, &db).await?;
        bells.notify(&(), &db).await?;
        assert_eq!(next(&mut heard.0).await?, Notice::Message(Id::new(17)));
        assert_eq!(next(&mut heard.1).await?, Notice::Message(moved));
        assert_eq!(next(&mut heard.2).await?, Notice::Message(()));
    }

    async fn a_message_is_sent_when_its_transaction_is_committed(db: Db) {
        let numbers = channel::<i64>();
        let mut listener = numbers.listen(&db).await?;
        let tx = db.begin().await?;
        numbers.notify(&1, &tx).await?;
        tx.rollback().await?;
        let tx = db.begin().await?;
        numbers.notify(&2, &tx).await?;
        assert!(nothing_comes(&mut listener).await);
        tx.commit().await?;
        assert_eq!(next(&mut listener).await?, Notice::Message(2));
    }

    async fn a_listener_connects_again_and_says_that_it_may_have_missed_something(db: Db) {
        let numbers = channel::<i64>();
        let mut listener = numbers.listen(&db).await?;
        for round in 0..3 {
            numbers.notify(&round, &db).await?;
            assert_eq!(next(&mut listener).await?, Notice::Message(round));
            assert_eq!(end_listeners(numbers.name(), &db).await?, 1);
            assert_eq!(next(&mut listener).await?, Notice::Reconnected);
        }
        numbers.notify(&9, &db).await?;
        assert_eq!(next(&mut listener).await?, Notice::Message(9));
    }

    async fn no_message_is_lost_when_waiting_is_given_up(db: Db) {
        let numbers = channel::<i64>();
        let mut listener = numbers.listen(&db).await?;
        let sent = async {
            for number in 0..200 {
                numbers.notify(&number, &db).await?;
            }
            orm::Result::Ok(())
        };
        let received = async {
            let mut received = Vec::new();
            while received.len() < 200 {
                // Given up within microseconds, mostly in the middle of something.
                if let Ok(message) = tokio::time::timeout(Duration::from_micros(50), listener.next()).await {
                    received.push(message?);
                }
            }
            orm::Result::Ok(received)
        };
        let (sent, received) = tokio::join!(sent, tokio::time::timeout(Duration::from_secs(20), received));
        sent?;
        assert_eq!(received.unwrap()?, (0..200).map(Notice::Message).collect::<Vec<_>>());
    }

    async fn a_message_of_another_type_is_an_error_and_the_next_one_comes(db: Db) {
        let (texts, numbers) = (channel::<String>(), channel::<i64>());
        let (_, mut listener) = (texts, numbers.listen(&db).await?);
        sql!("SELECT pg_notify({channel}, 'seven secrets')", channel = numbers.name()).execute(&db).await?;
        numbers.notify(&8, &db).await?;
        let error = next(&mut listener).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Decode { .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
        assert_eq!(next(&mut listener).await?, Notice::Message(8));
    }

    async fn several_channels_on_one_connection(db: Db) {
        let (numbers, texts) = (channel::<i64>(), channel::<String>());
        let mut notifications = db.listen([numbers.name(), texts.name()]).await?;
        numbers.notify(&5, &db).await?;
        texts.notify(&"five".into(), &db).await?;
        let mut heard = (0, String::new());
        for _ in 0..2 {
            let Notice::Message(notification) = notifications.next().await? else { panic!() };
            if let Some(number) = numbers.read(&notification) {
                heard.0 = number?;
            } else if let Some(text) = texts.read(&notification) {
                heard.1 = text?;
            }
        }
        assert_eq!(heard, (5, "five".to_owned()));
    }

    async fn what_a_channel_cannot_take_is_refused_before_it_is_sent(db: Db) {
        let (journaled, journal) = db.journaled();
        let texts = channel::<String>();
        let errors = [
            texts.notify(&"x".repeat(8000), &journaled).await.unwrap_err(),
            texts.notify(&"a\0b".into(), &journaled).await.unwrap_err(),
        ];
        for error in errors {
            assert!(matches!(error.kind(), ErrorKind::Encode { .. }), "{error:?}");
        }
        let long = Channel::<String>::new("long").of("x".repeat(60));
        let errors = [
            long.notify(&String::new(), &journaled).await.unwrap_err(),
            long.listen(&journaled).await.unwrap_err(),
            Channel::<()>::new("").notify(&(), &journaled).await.unwrap_err(),
        ];
        for error in errors {
            assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{error:?}");
        }
        assert_eq!(journal.len(), 0);
    }

    async fn a_listener_can_be_dropped_where_no_runtime_is(db: Db) {
        let listener = channel::<()>().listen(&db).await?;
        std::thread::spawn(move || drop(listener)).join().expect("no panic");
    }

    async fn a_listener_ends_with_the_pool(db: Db) {
        let pool = db.another_pool(1).await;
        let mut listener = channel::<()>().listen(&pool).await?;
        let (_, ended) = tokio::join!(pool.shutdown(Duration::from_secs(1)), next(&mut listener));
        assert!(matches!(ended.unwrap_err().kind(), ErrorKind::PoolClosed));
    }
}

on_every_database! {
    only sqlite, mariadb;

    async fn a_database_without_channels_says_so_before_anything_is_sent(db: Db) {
        let (journaled, journal) = db.journaled();
        let errors = [
            channel::<i64>().notify(&1, &journaled).await.unwrap_err(),
            channel::<i64>().listen(&journaled).await.unwrap_err(),
            journaled.listen(["a"]).await.unwrap_err(),
        ];
        for error in errors {
            assert!(error.is_unsupported() && error.to_string().contains("channels"), "{error}");
        }
        assert_eq!(journal.len(), 0);
    }
}
