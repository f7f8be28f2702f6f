//! Hand-written SQL: what `{name}` binds arrives as a value, and never as SQL.

use std::fmt::Debug;

use orm::ErrorKind;
use orm::prelude::*;

use crate::support::seed::tables;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "raw_people")]
struct Person {
    id: Id<Person>,
    name: String,
    age: Option<i32>,
    score: f64,
}

async fn people(db: &Db) -> orm::Result<Vec<Person>> {
    tables!(db: Person);
    let mut people = Vec::new();
    for (name, age, score) in [
        ("Ann", Some(30), 0.5),
        ("Bob", None, -1.0),
        ("Cid", Some(50), 2.0),
    ] {
        people.push(
            Person::create()
                .name(name)
                .age(age)
                .score(score)
                .insert(db)
                .await?,
        );
    }
    Ok(people)
}

#[derive(FromRow, Debug, PartialEq)]
struct Summary {
    name: String,
    #[from_row(column = "years")]
    age: Option<i32>,
}

#[derive(FromRow, Debug, PartialEq)]
struct Report {
    #[from_row(flatten)]
    summary: Summary,
    id: Id<Person>,
}

#[derive(FromRow, Debug, PartialEq)]
struct Pair(String, Option<i32>);

/// A bound value comes back as it was.
async fn echo<T>(db: &Db, value: T)
where
    T: orm::value::NotNull + orm::query::IntoBinding + PartialEq + Debug + Clone,
{
    let back: T = sql!("SELECT {value}")
        .one(db)
        .await
        .unwrap_or_else(|error| panic!("{value:?}: {error}"));
    assert_eq!(back, value);
    let back: Option<T> = sql!("SELECT {none}", none = None::<T>)
        .one(db)
        .await
        .unwrap_or_else(|error| panic!("NULL: {error}"));
    assert_eq!(back, None);
}

on_every_database! {
    async fn rows_are_read_into_whatever_names_or_counts_their_columns(db: Db) {
        let all = people(&db).await?;
        let id = all[0].id;
        let person: Person = sql!("SELECT * FROM raw_people WHERE id = {id}").one(&db).await?;
        assert_eq!(person, all[0]);
        let summary: Summary = sql!("SELECT age AS years, id, name FROM raw_people WHERE id = {person.id}").one(&db).await?;
        assert_eq!(summary, Summary { name: "Ann".into(), age: Some(30) });
        let report: Report = sql!("SELECT id, name, age AS years FROM raw_people WHERE name = {name}", name = "Bob").one(&db).await?;
        assert_eq!(report, Report { summary: Summary { name: "Bob".into(), age: None }, id: all[1].id });
        let pairs: Vec<Pair> = sql!("SELECT name, age FROM raw_people ORDER BY id").all(&db).await?;
        assert_eq!(pairs[2], Pair("Cid".into(), Some(50)));
        let tuples: Vec<(String, f64)> = sql!("SELECT name, score FROM raw_people ORDER BY id").all(&db).await?;
        assert_eq!(tuples[1], ("Bob".to_owned(), -1.0));
        let names: Vec<String> = sql!("SELECT name FROM raw_people ORDER BY id").all(&db).await?;
        assert_eq!(names, ["Ann", "Bob", "Cid"]);
        let none: Option<Person> = sql!("SELECT * FROM raw_people WHERE id = {id}", id = -1_i64).optional(&db).await?;
        assert_eq!(none, None);
        let missing = sql!("SELECT * FROM raw_people WHERE id = {id}", id = -1_i64).one::<Person>(&db).await.unwrap_err();
        assert!(missing.is_not_found());
    }

    async fn a_value_is_never_sql(db: Db) {
        people(&db).await?;
        for name in ["' OR '1'='1", "'; DROP TABLE raw_people; --", "\\'", "{name}", "$1", "?", ":a", "%", "a\"b`c"] {
            let found: Vec<Person> = sql!("SELECT * FROM raw_people WHERE name = {name}").all(&db).await?;
            assert_eq!(found, []);
            let back: String = sql!("SELECT name FROM raw_people WHERE name = 'Ann' AND {name} = {name} AND name <> '{{}}?$1'")
                .one(&db)
                .await
                .unwrap();
            assert_eq!(back, "Ann");
        }
        let left: i64 = sql!("SELECT COUNT(*) FROM raw_people").one(&db).await?;
        assert_eq!(left, 3);
    }

    async fn a_list_is_a_set_of_any_length(db: Db) {
        let all = people(&db).await?;
        let ids: Vec<Id<Person>> = all.iter().map(|person| person.id).collect();
        let slice = &ids[1..];
        let count = async |raw: orm::query::Raw| raw.one::<i64>(&db).await.unwrap();
        assert_eq!(count(sql!("SELECT COUNT(*) FROM raw_people WHERE id IN ({..ids})")).await, 3);
        assert_eq!(count(sql!("SELECT COUNT(*) FROM raw_people WHERE id IN ({..slice})")).await, 2);
        let names = ["Ann", "Bob"];
        assert_eq!(count(sql!("SELECT COUNT(*) FROM raw_people WHERE name IN ({..names}) AND id IN ({..ids})")).await, 2);
        let none: Vec<i64> = Vec::new();
        assert_eq!(count(sql!("SELECT COUNT(*) FROM raw_people WHERE id IN ({..none})")).await, 0);
        assert_eq!(count(sql!("SELECT COUNT(*) FROM raw_people WHERE id NOT IN ({..none})")).await, 3);
    }

    async fn null_is_bound_as_null(db: Db) {
        people(&db).await?;
        let age: Option<i32> = None;
        let name: Option<&str> = None;
        let count: i64 = sql!("SELECT COUNT(*) FROM raw_people WHERE age = {age} OR name = {name}").one(&db).await?;
        assert_eq!(count, 0);
        let changed = sql!("UPDATE raw_people SET age = {age} WHERE name = {name}", name = "Ann").execute(&db).await?;
        assert_eq!(changed, 1);
        let count: i64 = sql!("SELECT COUNT(*) FROM raw_people WHERE age IS NULL").one(&db).await?;
        assert_eq!(count, 2);
    }

    async fn hand_written_sql_stands_inside_of_a_query(db: Db) {
        people(&db).await?;
        let least = 40;
        let found = Person::query()
            .filter(Person::score.gt(0.0) & sql!("age > {least}").expr::<Person, bool>())
            .order_by(Person::id.asc())
            .all(&db)
            .await?;
        assert_eq!(found.iter().map(|person| person.name.as_str()).collect::<Vec<_>>(), ["Cid"]);
    }

    async fn what_cannot_be_bound_is_refused_before_it_is_sent(db: Db) {
        let fine = orm::chrono::DateTime::from_timestamp_nanos(1);
        let error = sql!("SELECT {fine}").one::<i64>(&db).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Encode { field, .. } if field.contains("{fine}")), "{error}");
        assert!(error.caller().is_some_and(|caller| caller.file().ends_with("raw_sql.rs")));
        let fines = [fine];
        let error = sql!("SELECT 1 WHERE 1 IN ({..fines})").one::<i64>(&db).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Encode { .. }), "{error}");
    }

    async fn a_placeholder_without_a_value_is_an_error_and_not_null(db: Db) {
        for raw in [sql!("SELECT ?"), sql!("SELECT {one} + ?", one = 1_i64), sql!("SELECT :name")] {
            assert!(raw.one::<Option<i64>>(&db).await.is_err());
        }
    }

    async fn a_wrong_column_is_named(db: Db) {
        people(&db).await?;
        let error = sql!("SELECT name FROM raw_people").all::<Summary>(&db).await.unwrap_err();
        assert!(error.to_string().contains("years"), "{error}");
        let error = sql!("SELECT age FROM raw_people WHERE name = 'Bob'").one::<i32>(&db).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Decode { column, .. } if column == "age"), "{error}");
        assert!(error.to_string().contains("NULL"), "{error}");
        let error = sql!("SELECT name AS n FROM raw_people").one::<i32>(&db).await.unwrap_err();
        assert!(!error.to_string().contains("Ann"), "a value is never told: {error}");
    }

    async fn a_value_that_is_only_selected_comes_back(db: Db) {
        echo(&db, true).await;
        echo(&db, i64::MIN).await;
        echo(&db, u32::MAX).await;
        echo(&db, 0.1_f64).await;
        echo(&db, "'🦀'".to_owned()).await;
        echo(&db, vec![0_u8, 255]).await;
        echo(&db, Uuid::max()).await;
        echo(&db, Decimal::new(-12_345, 2)).await;
        echo(&db, orm::now()).await;
        echo(&db, orm::now().date_naive()).await;
        echo(&db, orm::now().naive_utc()).await;
        echo(&db, orm::now().time()).await;
        echo(&db, Json(vec![1, 2])).await;
    }
}
