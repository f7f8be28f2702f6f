//! New rows, one at a time.

use orm::prelude::*;

use crate::support::models::*;
use crate::support::seed::{decimal, tables, users};

on_every_database! {
    also mysql_without_returning, sqlite_file;

    async fn an_insert_gives_back_the_key_and_the_defaults(db: Db) {
        tables!(db: User);
        let before = orm::now();
        let ann = User::create().email("ann@example.com").name("Ann").insert(&db).await?;
        assert!(ann.id.get() > 0);
        assert_eq!((ann.nickname.as_deref(), ann.age, ann.is_active, ann.role, ann.balance, ann.logins), (None, None, true, Role::Member, Decimal::ZERO, 0));
        assert!(before <= ann.created_at && ann.created_at <= orm::now() && ann.created_at == ann.updated_at);
        assert_eq!(User::find(ann.id).one(&db).await?, ann);
        let bob = User::create().email("bob@example.com").name("Bob").insert(&db).await?;
        assert!(bob.id > ann.id);
    }

    async fn given_values_are_stored(db: Db) {
        let [ann, bob, cleo, _] = users(&db).await?;
        assert_eq!((ann.nickname.as_deref(), ann.age, ann.role, ann.balance, ann.logins), (Some("annie"), Some(30), Role::Admin, decimal("10.50"), 3));
        assert!(!bob.is_active);
        assert_eq!(cleo.role, Role::Editor);
        let eve = User::create().email("eve@example.com").name("Eve").nickname(None::<&str>).age(None).insert(&db).await?;
        assert_eq!((eve.nickname, eve.age), (None, None));
        let fay = User::create().email("fay@example.com").name("Fay").nickname(Some("f")).age(Some(0)).insert(&db).await?;
        assert_eq!((fay.nickname.as_deref(), fay.age), (Some("f"), Some(0)));
    }

    async fn times_come_back_as_they_were_given(db: Db) {
        tables!(db: User);
        let time = crate::support::seed::instant("1969-07-20T20:17:40.000001Z");
        let ann = User::create().email("ann@example.com").name("Ann").created_at(time).updated_at(time).insert(&db).await?;
        assert_eq!((ann.created_at, ann.updated_at), (time, time));
    }

    async fn text_is_brought_into_form_before_it_is_judged(db: Db) {
        tables!(db: User);
        let ann = User::create().email("  Ann@Example.COM \n").name(" Ann\t").insert(&db).await?;
        assert_eq!((ann.email.as_str(), ann.name.as_str()), ("ann@example.com", "Ann"));
        let padded = format!("{}{}", "n".repeat(50), " ".repeat(20));
        assert_eq!(User::create().email("n@example.com").name(padded).insert(&db).await?.name.len(), 50);
    }

    async fn all_refused_fields_are_named_at_once_and_nothing_is_written(db: Db) {
        tables!(db: User);
        let error = User::create()
            .email("not an address")
            .name(" x ")
            .nickname("n".repeat(51))
            .balance(decimal("1.001"))
            .insert(&db)
            .await
            .unwrap_err();
        assert!(error.is_validation(), "{error:?}");
        let errors = error.field_errors().unwrap();
        let mut paths: Vec<(&str, &str)> = errors.iter().map(|e| (&*e.path, &*e.code)).collect();
        paths.sort_unstable();
        assert_eq!(paths, [("balance", "scale"), ("email", "email"), ("name", "length"), ("nickname", "length")]);
        assert_eq!(errors.of("email").count(), 1);
        assert_eq!(error.caller().unwrap().file(), file!());
        assert!(error.sql().is_none());
        for text in [error.to_string(), format!("{error:?}")] {
            assert!(!text.contains("not an address") && !text.contains("nnnn"), "{text}");
        }
        assert_eq!(User::query().count(&db).await?, 0);
    }

    async fn lengths_are_counted_in_characters(db: Db) {
        tables!(db: User);
        let ann = User::create().email("ann@example.com").name("😀".repeat(50)).insert(&db).await?;
        assert_eq!(User::find(ann.id).one(&db).await?.name.chars().count(), 50);
        assert!(User::create().email("bob@example.com").name("😀".repeat(51)).insert(&db).await.unwrap_err().is_validation());
    }

    async fn decimals_get_the_scale_of_their_column(db: Db) {
        tables!(db: User);
        let create = |email: &str, balance: &str| User::create().email(email).name("Name").balance(decimal(balance)).insert(&db);
        assert_eq!(create("a@example.com", "1.5").await?.balance.to_string(), "1.50");
        assert_eq!(create("b@example.com", "1.5000").await?.balance.to_string(), "1.50");
        assert_eq!(create("c@example.com", "-9999999999.99").await?.balance.to_string(), "-9999999999.99");
        assert_eq!(create("d@example.com", "0").await?.balance.to_string(), "0.00");
        assert!(create("e@example.com", "10000000000").await.unwrap_err().is_validation());
        assert_eq!(User::query().count(&db).await?, 4);
    }

    async fn the_database_fills_in_sql_defaults_and_generated_columns(db: Db) {
        tables!(db: Invoice);
        let invoice = Invoice::create().quantity(4).insert(&db).await?;
        assert_eq!((invoice.number, invoice.state.as_str(), invoice.doubled), (7, "open", 8));
        let invoice = Invoice::create().quantity(5).number(1).state("paid").insert(&db).await?;
        assert_eq!((invoice.number, invoice.state.as_str(), invoice.doubled), (1, "paid", 10));
        let invoice = invoice.update().quantity(6).save(&db).await?;
        assert_eq!((invoice.number, invoice.doubled), (1, 12));
    }

    async fn a_row_of_nothing_but_defaults_is_inserted(db: Db) {
        tables!(db: Number);
        let number = Number::create().insert(&db).await?;
        assert_eq!((number.group, number.whole), (0, None));
    }

    async fn keys_of_the_program_are_kept(db: Db) {
        tables!(db: Tag, Membership, Session, User);
        assert_eq!(Tag::create().name("rust").insert(&db).await?.name, "rust");
        let member = Membership::create().group_id(7).member_id(-1).weight(3).insert(&db).await?;
        assert_eq!((member.group_id, member.member_id, member.weight), (7, -1, 3));
        let id = Id::new(Uuid::from_u128(42));
        assert_eq!(Session::create().id(id).note("n").insert(&db).await?.id, id);
        let one = Session::create().note("n").insert(&db).await?;
        let two = Session::create().note("n").insert(&db).await?;
        assert!(one.id < two.id, "keys are in the order of time");
        let ann = User::create().id(Id::new(1000)).email("ann@example.com").name("Ann").insert(&db).await?;
        assert_eq!(ann.id.get(), 1000);
    }

    async fn a_number_that_was_given_does_not_come_again(db: Db) {
        tables!(db: Number);
        let first = Number::create().insert(&db).await?;
        first.delete(&db).await?;
        let second = Number::create().insert(&db).await?;
        assert!(second.id > first.id);
    }

    async fn odd_text_is_stored_as_it_is(db: Db) {
        tables!(db: Word);
        for text in ["", " ", "trail  ", "'", "\"", "\\", "\\'; DROP TABLE words; --", "%_", "😀é\u{301}", "line\r\nbreak\ttab", "?", "$1", "{name}", "NULL"] {
            let word = Word::create().text(text).other(Some(text)).insert(&db).await?;
            assert_eq!((word.text.as_str(), word.other.as_deref()), (text, Some(text)));
            assert_eq!(Word::find(word.id).one(&db).await?, word);
        }
    }
}
