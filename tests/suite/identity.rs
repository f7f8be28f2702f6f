//! The numbers of rows: a database goes on behind those that a program gave, whichever way the rows came.

use orm::prelude::*;

use crate::support::models::*;
use crate::support::seed::{tables, users};

fn word(text: &str) -> WordCreate<orm::query::Set> {
    Word::create().text(text)
}

/// The number that the next word gets.
async fn next(db: &Db) -> orm::Result<i64> {
    Ok(word("next").insert(db).await?.id.get())
}

on_every_database! {
    also mysql_without_returning;

    async fn rows_are_numbered_behind_those_that_gave_their_numbers(db: Db) {
        tables!(db: Word);
        assert_eq!(next(&db).await?, 1);
        word("one").id(Id::new(10)).insert(&db).await?;
        assert_eq!(next(&db).await?, 11);
        // A number that was left out changes nothing.
        word("below").id(Id::new(5)).insert(&db).await?;
        assert_eq!(next(&db).await?, 12);
        Word::insert_many([20, 30, 25].map(|id| word("many").id(Id::new(id)))).exec(&db).await?;
        assert_eq!(next(&db).await?, 31);
        let rows = Word::insert_many([Some(40), None, Some(50), None].map(|id| match id {
            Some(id) => word("some").id(Id::new(id)),
            None => word("others"),
        }));
        let ids: Vec<i64> = rows.all(&db).await?.iter().map(|row| row.id.get()).collect();
        assert_eq!(ids, [40, 41, 50, 51]);
        assert_eq!(next(&db).await?, 52);
    }

    async fn upserts_and_queries_give_numbers_too(db: Db) {
        users(&db).await?;
        tables!(db: Word);
        word("one").id(Id::new(10)).on_conflict(Word::id).update(Word::text).exec(&db).await?;
        assert_eq!(next(&db).await?, 11);
        word("two").id(Id::new(10)).on_conflict(Word::id).update(Word::text).insert(&db).await?;
        assert_eq!(next(&db).await?, 12);
        let copies = |by: i64| Word::insert_from((Word::id, Word::text), Word::query().filter(Word::id.ge(Id::new(12))).select((sql!("{Word::id} + {by}").expr::<Word, Id<Word>>(), Word::text)));
        assert_eq!(copies(10).exec(&db).await?, 1);
        assert_eq!(next(&db).await?, 23);
        assert_eq!(copies(20).all(&db).await?.len(), 3);
        assert_eq!(next(&db).await?, 44);
        assert_eq!(copies(100).on_conflict(Word::id).do_nothing().exec(&db).await?, 7);
        assert_eq!(next(&db).await?, 145);
        assert_eq!(copies(100).on_conflict(Word::id).update(Word::text).all(&db).await?.len(), 15);
        assert_eq!(next(&db).await?, 246);
    }

    async fn graphs_give_numbers_too(db: Db) {
        tables!(db: User, Post);
        let ann = User::create().id(Id::new(7)).email("ann@example.com").name("Ann");
        let post = Post::create().id(Id::new(70)).author(ann).title("T").slug("t").insert(&db).await?;
        assert_eq!((post.id.get(), post.user_id.get()), (70, 7));
        let post = Post::create().author(User::create().email("bob@example.com").name("Bob")).title("U").slug("u").insert(&db).await?;
        assert_eq!((post.id.get(), post.user_id.get()), (71, 8));
    }

    async fn a_transaction_that_is_rolled_back_harms_no_number(db: Db) {
        tables!(db: Word);
        let tx = db.begin().await?;
        word("gone").id(Id::new(10)).insert(&tx).await?;
        tx.rollback().await?;
        let first = next(&db).await?;
        assert!(first == 1 || first == 11, "{first}");
        assert_eq!(next(&db).await?, first + 1);
    }

    async fn other_keys_and_usual_inserts_send_nothing_else(db: Db) {
        tables!(db: Word, Tag);
        let (watched, journal) = db.journaled();
        word("one").insert(&watched).await?;
        Word::insert_many([word("two")]).exec(&watched).await?;
        Tag::create().name("rust").on_conflict(Tag::name).do_nothing().exec(&watched).await?;
        assert!(!journal.take().iter().any(|sql| sql.contains("setval")));
        word("ten").id(Id::new(10)).insert(&watched).await?;
        assert_eq!(journal.take().iter().filter(|sql| sql.contains("setval")).count(), usize::from(db.is_postgres()));
    }

    async fn what_came_in_another_way_is_caught_up_with(db: Db) {
        tables!(db: Word);
        sql!("INSERT INTO words (id, text) VALUES (1, 'a'), (2, 'b')").execute(&db).await?;
        if db.is_postgres() {
            for error in [
                word("c").insert(&db).await.unwrap_err(),
                Word::insert_many([word("c")]).exec(&db).await.unwrap_err(),
            ] {
                assert!(error.is_unique_violation(), "{error}");
                assert!(error.to_string().contains("`Word::sync_sequence(&db)`"), "{error}");
            }
        }
        Word::sync_sequence(&db).await?;
        assert_eq!(next(&db).await?, 3);
        Word::sync_sequence(&db).await?;
        assert_eq!(next(&db).await?, 4);
        // A number that the program gave itself is its own mistake.
        let error = word("d").id(Id::new(1)).insert(&db).await.unwrap_err();
        assert!(error.is_unique_violation() && !error.to_string().contains("sync_sequence"), "{error}");
        Tag::sync_sequence(&db).await?;
    }
}

on_every_database! {
    only postgres;

    async fn who_may_not_set_the_sequence_inserts_for_all_that(db: Db) {
        tables!(db: Word);
        let schema: String = sql!("SELECT current_schema()::text").one(&db).await?;
        let user = format!("{schema}_writer");
        db.execute_script(&format!("CREATE ROLE {user}; GRANT USAGE ON SCHEMA {schema} TO {user}; GRANT SELECT, INSERT ON words TO {user}")).await?;
        let tx = db.begin().await?;
        let role = orm::DangerousSql::from_text(format!("SET LOCAL ROLE {user}"));
        sql!("{@role}").execute(&tx).await?;
        let row = word("one").id(Id::new(10)).insert(&tx).await;
        let many = Word::insert_many([word("two").id(Id::new(11))]).exec(&tx).await;
        tx.commit().await?;
        db.execute_script(&format!("DROP OWNED BY {user}; DROP ROLE {user}")).await?;
        assert_eq!((row?.id.get(), many?), (10, 1));
    }
}
