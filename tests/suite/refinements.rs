//! Where the databases would each go their own way: digits of decimals, letters beyond ASCII, long names and lists, nullable newtypes.

use std::time::{Duration, Instant};

use orm::prelude::*;

use crate::support::models::*;
use crate::support::seed::{decimal, names, tables, texts, users, words};

/// Text in a type of its own.
#[derive(Embed, Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
struct Nickname(String);

/// A number in a type of its own.
#[derive(Embed, Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
struct Points(i64);

/// What a JSON document holds.
#[derive(Embed, Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
struct Details {
    nickname: Option<Nickname>,
    points: Option<Points>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "refined_players")]
struct Player {
    id: Id<Player>,
    #[model(length = 50)]
    nickname: Option<Nickname>,
    points: Option<Points>,
    details: Option<Json<Details>>,
}

/// All names of its constraints are longer than a database takes.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "refined_subscriptions_of_organisations_to_newsletters",
    unique(fields(name_of_the_organisation, name_of_the_newsletter))
)]
struct Subscription {
    id: Id<Subscription>,
    #[model(length = 50)]
    name_of_the_organisation: String,
    #[model(length = 50)]
    name_of_the_newsletter: String,
    #[model(unique)]
    number_of_the_subscription_by_which_it_is_known: i64,
    #[belongs_to(parent: Subscription)]
    number_of_the_subscription_that_this_one_is_part_of: Option<Id<Subscription>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "refined_prices")]
struct Price {
    #[model(key, natural, length = 20)]
    name: String,
    #[model(precision = 8, scale = 2)]
    price: Decimal,
    #[model(precision = 8, scale = 2)]
    before: Option<Decimal>,
    #[model(length = 5, trim, default = "")]
    note: String,
}

async fn price(name: &str, price: &str, db: &Db) -> orm::Result<Price> {
    Price::create()
        .name(name)
        .price(decimal(price))
        .insert(db)
        .await
}

/// The price's digits as the database keeps them.
async fn digits(name: &str, db: &Db) -> orm::Result<String> {
    let price = Price::find(name).one(db).await?.price;
    if db.dialect().name() == "SQLite" {
        let stored: String = sql!("SELECT price FROM refined_prices WHERE name = {name}")
            .one(db)
            .await?;
        assert_eq!(stored, price.to_string());
    }
    Ok(price.to_string())
}

on_every_database! {
    also mysql_without_returning;

    async fn an_expression_is_rounded_to_the_columns_digits(db: Db) {
        tables!(db: Price);
        // 1.05 × 1.1 = 1.155, 2.50 × 1.1 = 2.750, -1.05 × 1.1 = -1.155, 1.04 × 1.1 = 1.144
        for (name, before, after) in [("half", "1.05", "1.16"), ("even", "2.50", "2.75"), ("minus", "-1.05", "-1.16"), ("down", "1.04", "1.14")] {
            let row = price(name, before, &db).await?;
            let row = row.update().price(Price::price * decimal("1.1")).before(Price::price).save(&db).await?;
            assert_eq!(row.price.to_string(), after);
            assert_eq!(row.before.map(|n| n.to_string()).as_deref(), Some(before));
            assert_eq!(digits(name, &db).await?, after);
            assert_eq!(Price::query().filter(Price::price.eq(decimal(after))).count(&db).await?, 1);
        }
        let changed = Price::query().update().all_rows().price(Price::price / decimal("3")).exec(&db).await?;
        assert_eq!(changed, 4);
        // 1.16 / 3 = 0.38666…, 2.75 / 3 = 0.91666…
        assert_eq!((digits("half", &db).await?, digits("even", &db).await?, digits("minus", &db).await?), ("0.39".into(), "0.92".into(), "-0.39".into()));
        // 1.05 × 0.5 = 0.525
        let halved = Price::query().filter(Price::name.eq("half")).update().before(Price::before * decimal("0.5")).returning(&db).await?;
        assert_eq!(halved[0].before.map(|n| n.to_string()).as_deref(), Some("0.53"));
        let choice = case().when(Price::price.gt(decimal("0.5")), decimal("7.125")).otherwise(Price::price);
        Price::query().update().all_rows().price(choice).exec(&db).await?;
        assert_eq!((digits("half", &db).await?, digits("even", &db).await?), ("0.39".into(), "7.13".into()));
        let too_long = Price::query().update().all_rows().price(Price::price + decimal("999999.99")).exec(&db).await;
        assert!(too_long.is_err());
    }

    async fn an_upsert_rounds_and_judges_as_an_update_does(db: Db) {
        tables!(db: Price);
        price("a", "1.05", &db).await?;
        let upsert = || Price::create().name("a").price(decimal("9.99")).on_conflict(Price::name);
        upsert().set(Price::price, Price::price * decimal("1.1")).exec(&db).await?;
        assert_eq!(digits("a", &db).await?, "1.16");
        upsert().set(Price::price, Price::price.excluded() / decimal("3")).exec(&db).await?;
        assert_eq!(digits("a", &db).await?, "3.33");
        // A plain value gets the column's form, as it does in an update.
        upsert().set(Price::price, decimal("1.5")).set(Price::note, " x ").exec(&db).await?;
        assert_eq!(digits("a", &db).await?, "1.50");
        assert_eq!(Price::find("a").one(&db).await?.note, "x");
        upsert().update(Price::price).exec(&db).await?;
        assert_eq!(digits("a", &db).await?, "9.99");
        Price::query().filter(Price::name.eq("a")).update().price(decimal("2.5")).exec(&db).await?;
        assert_eq!(digits("a", &db).await?, "2.50");
        for refused in [
            upsert().set(Price::price, decimal("1.234")).exec(&db).await.unwrap_err(),
            upsert().set(Price::price, decimal("1234567")).insert(&db).await.unwrap_err(),
            upsert().set(Price::note, "too long").exec(&db).await.unwrap_err(),
        ] {
            assert!(refused.is_validation(), "{refused:?}");
        }
        assert_eq!(digits("a", &db).await?, "2.50");
    }

    async fn constraints_with_shortened_names_lead_to_their_fields(db: Db) {
        tables!(db: Subscription);
        let new = |organisation: &str, number: i64| {
            Subscription::create()
                .name_of_the_organisation(organisation)
                .name_of_the_newsletter("news")
                .number_of_the_subscription_by_which_it_is_known(number)
        };
        new("a", 1).insert(&db).await?;
        let taken = new("a", 2).insert(&db).await.unwrap_err();
        let fields = |error: &orm::Error| error.constraint().map(|c| (c.model, c.fields.clone()));
        assert_eq!(fields(&taken), Some((Some("Subscription"), vec!["name_of_the_organisation", "name_of_the_newsletter"])), "{taken:?}");
        let taken = new("b", 1).insert(&db).await.unwrap_err();
        assert_eq!(fields(&taken), Some((Some("Subscription"), vec!["number_of_the_subscription_by_which_it_is_known"])), "{taken:?}");
        let lost = new("b", 2).number_of_the_subscription_that_this_one_is_part_of(Id::new(99)).insert(&db).await.unwrap_err();
        assert!(lost.is_foreign_key_violation(), "{lost:?}");
        assert_eq!(fields(&lost), Some((Some("Subscription"), vec!["number_of_the_subscription_that_this_one_is_part_of"])), "{lost:?}");
        // An upsert is about exactly its key, which is found by the constraint's name where the database cannot be told.
        let number = Subscription::number_of_the_subscription_by_which_it_is_known;
        new("b", 1).on_conflict(number).update(Subscription::name_of_the_organisation).exec(&db).await?;
        assert_eq!(Subscription::query().select(Subscription::name_of_the_organisation).all(&db).await?, ["b"]);
    }
}

on_every_database! {
    async fn nullable_newtypes_have_what_their_inside_has(db: Db) {
        tables!(db: Player);
        Player::create().nickname(Nickname("Ann".into())).points(Points(3)).details(Details { nickname: Some(Nickname("Doc".into())), points: Some(Points(7)) }).insert(&db).await?;
        Player::create().insert(&db).await?;
        let found = |condition| Player::query().filter(condition).count(&db);
        assert_eq!(found(Player::nickname.starts_with("A")).await?, 1);
        assert_eq!(found(Player::nickname.lower().eq(Nickname("ann".into()))).await?, 1);
        assert_eq!(found((Player::points + Points(1)).eq(Points(4))).await?, 1);
        Player::query().update().all_rows().points(Player::points * Points(2)).exec(&db).await?;
        assert_eq!(Player::query().order_by(Player::id).select(Player::points).all(&db).await?, [Some(Points(6)), None]);
        let lengths = Player::query().order_by(Player::id).select((Player::nickname.length(), -Player::points)).all(&db).await?;
        assert_eq!(lengths, [(Some(3), Some(Points(-6))), (None, None)]);
        assert_eq!(found(Player::details.path(Details::nickname).value().eq(Nickname("Doc".into()))).await?, 1);
        let points: Vec<Option<Points>> = Player::query().order_by(Player::id).select(Player::details.path(Details::points).value()).all(&db).await?;
        assert_eq!(points, [Some(Points(7)), None]);
    }

    async fn a_choice_takes_its_type_from_its_first_value(db: Db) {
        users(&db).await?;
        let all = || User::query().order_by(User::id);
        let sizes = all().select(case().when(User::age.gt(28), "old").otherwise("young")).all(&db).await?;
        assert_eq!(sizes, ["old", "young", "young", "old"]);
        let numbers = all().select(case().when(User::is_active, 1).otherwise(0)).all(&db).await?;
        assert_eq!(numbers, [1, 0, 1, 1]);
        let logins: Vec<i64> = all().select(case().when(User::logins.gt(0), User::logins).otherwise(-1)).all(&db).await?;
        assert_eq!(logins, [3, -1, -1, 1]);
        let names: Vec<Option<String>> = all().select(case().when(User::is_active, User::nickname).otherwise("-")).all(&db).await?;
        assert_eq!(names, [Some("annie".to_owned()), Some("-".to_owned()), Some("c".to_owned()), None]);
        let ages: Vec<Option<i32>> = all().select(case().when(User::is_active, User::age + 1).otherwise(None)).all(&db).await?;
        assert_eq!(ages, [Some(31), None, Some(26), Some(42)]);
        let typed: Vec<i64> = all().select(orm::expr::Case::<User, i64>::new().when(User::is_active, 1).otherwise(0)).all(&db).await?;
        assert_eq!(typed, [1, 0, 1, 1]);
        let ratio: Vec<f64> = all().limit(1).select(case().when(User::is_active, 0.5).otherwise(1.0)).all(&db).await?;
        assert_eq!(ratio, [0.5]);
        let ids: Vec<Id<User>> = all().limit(1).select(case().when(User::is_active, User::id).otherwise(Id::new(0))).all(&db).await?;
        assert_eq!(ids, [Id::new(1)]);
        User::query().update().all_rows().name(case().when(User::is_active, User::name.upper()).otherwise("gone")).exec(&db).await?;
        assert_eq!(all().select(User::name).all(&db).await?, ["ANN", "gone", "CLEO", "DAN"]);
    }

    async fn icontains_takes_upper_and_lower_case_for_equal_and_no_character_for_special(db: Db) {
        let all = ["Straße 50%", "STRASSE 50x", "Äpfel", "ÄPFEL", "apfel", "a_b", "A_B", "axb", "a*B", "[X]", "ΟΔΟΣ", "οδοσ", "back\\Slash"];
        words(&db, &all).await?;
        assert_eq!(texts(&db, Word::text.icontains("äPF")).await?, ["Äpfel", "ÄPFEL"]);
        assert_eq!(texts(&db, Word::text.icontains("50%")).await?, ["Straße 50%"]);
        assert_eq!(texts(&db, Word::text.icontains("a_b")).await?, ["a_b", "A_B"]);
        assert_eq!(texts(&db, Word::text.icontains("A*b")).await?, ["a*B"]);
        assert_eq!(texts(&db, Word::text.icontains("[x]")).await?, ["[X]"]);
        assert_eq!(texts(&db, Word::text.icontains("\\s")).await?, ["back\\Slash"]);
        assert_eq!(texts(&db, Word::text.icontains("")).await?, all);
        // The sigma at the end of a word is one letter among others.
        assert_eq!(texts(&db, Word::text.icontains("ΔΟΣ")).await?, ["ΟΔΟΣ", "οδοσ"]);
        assert_eq!(texts(&db, Word::text.ilike("%ΔΟΣ")).await?, ["ΟΔΟΣ", "οδοσ"]);
        assert_eq!(texts(&db, Word::text.ilike("ä_FEL")).await?, ["Äpfel", "ÄPFEL"]);
        assert_eq!(texts(&db, Word::text.ilike("A\\_%")).await?, ["a_b", "A_B"]);
        assert_eq!(texts(&db, Word::text.concat("É").icontains("LÉ")).await?, ["Äpfel", "ÄPFEL", "apfel"]);
        assert_eq!(texts(&db, !Word::text.icontains("A")).await?, ["Äpfel", "ÄPFEL", "[X]", "ΟΔΟΣ", "οδοσ"]);
        assert_eq!(texts(&db, Word::other.icontains("a")).await?, Vec::<String>::new());
    }

    async fn lists_of_floats_and_booleans_may_be_of_any_length(db: Db) {
        tables!(db: Number);
        let odd = [0.1, 1.0 / 3.0, -2.5e-300, f64::MAX, 5e-324, 123_456_789.123_456_79];
        Number::insert_many(odd.iter().map(|n| Number::create().ratio(*n).single(0.1))).exec(&db).await?;
        Number::create().ratio(0.25).single(0.2).insert(&db).await?;
        let many: Vec<f64> = (0..70_000).map(|n| f64::from(n) + 0.125).chain(odd).collect();
        assert_eq!(Number::query().filter(Number::ratio.in_(&many)).count(&db).await?, 6);
        assert_eq!(Number::query().filter(Number::ratio.not_in(&many)).count(&db).await?, 1);
        let many: Vec<f32> = (0..35_000_u16).flat_map(|n| [f32::from(n) + 0.5, f32::from(n) + 0.25]).chain([0.1]).collect();
        assert_eq!(Number::query().filter(Number::single.in_(&many)).count(&db).await?, 6);
    }

    async fn a_long_list_of_booleans_is_a_list(db: Db) {
        users(&db).await?;
        let many = vec![false; 70_000];
        assert_eq!(names(&db, User::is_active.in_(&many)).await?, ["Bob"]);
        assert_eq!(names(&db, User::is_active.not_in(&many)).await?, ["Ann", "Cleo", "Dan"]);
    }
}

/// Counts for longer than any test runs.
async fn endless(db: &Db) -> orm::Result<i64> {
    sql!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")
        .one(db)
        .await
}

/// Writes rows for longer than any test runs.
async fn endless_insert(db: &Db) -> orm::Result<u64> {
    sql!("INSERT INTO tags (name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 'n' || i FROM n").execute(db).await
}

fn soon(begun: Instant) {
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
}

on_every_database! {
    only sqlite_file;

    async fn a_dropped_query_is_stopped_and_its_connection_free_at_once(db: Db) {
        tables!(db: Tag);
        let one = Db::builder(&db.url).max_connections(1).acquire_timeout(Duration::from_secs(10)).connect().await?;
        // The first time it goes to a thread at once, the second time as well: it was never finished, so it is not known as short.
        for _ in 0..2 {
            let begun = Instant::now();
            assert!(tokio::time::timeout(Duration::from_millis(100), endless(&one)).await.is_err());
            Tag::create().name(format!("{begun:?}")).insert(&one).await?;
            soon(begun);
        }
        assert_eq!(Tag::query().count(&one).await?, 2);
        assert_eq!(one.pool_stats().total, 1);
        one.shutdown(Duration::from_secs(1)).await;
    }

    async fn a_transaction_dropped_within_a_statement_is_rolled_back_and_lets_others_write(db: Db) {
        tables!(db: Tag);
        let one = Db::builder(&db.url).max_connections(1).acquire_timeout(Duration::from_secs(10)).connect().await?;
        for (reads, name) in [(true, "a"), (false, "b")] {
            let begun = Instant::now();
            let dropped = tokio::time::timeout(Duration::from_millis(100), one.transaction(async |tx| {
                Tag::create().name("gone").insert(&tx).await?;
                if reads { endless(&tx).await.map(|_| ()) } else { endless_insert(&tx).await.map(|_| ()) }
            }));
            assert!(dropped.await.is_err());
            // Another connection waits for the write lock no longer than the statement takes to stop; and so does this one.
            Tag::create().name(name).insert(&db).await?;
            Tag::create().name(format!("{name}{name}")).insert(&one).await?;
            soon(begun);
        }
        assert_eq!(Tag::query().order_by(Tag::name).select(Tag::name).all(&one).await?, ["a", "aa", "b", "bb"]);
        // The same where the handle outlives the statement: the transaction is over, and says so.
        let tx = one.begin().await?;
        Tag::create().name("gone").insert(&tx).await?;
        assert!(tokio::time::timeout(Duration::from_millis(100), endless(&tx)).await.is_err());
        let begun = Instant::now();
        Tag::create().name("c").insert(&db).await?;
        soon(begun);
        assert!(Tag::create().name("gone").insert(&tx).await.is_err());
        assert!(tx.commit().await.is_err());
        assert_eq!(Tag::query().count(&one).await?, 5);
        one.shutdown(Duration::from_secs(1)).await;
    }
}
