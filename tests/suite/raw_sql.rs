//! Hand-written SQL: what `{name}` binds arrives as a value, and never as SQL.

use std::fmt::Debug;

use orm::ErrorKind;
use orm::prelude::*;
use orm::query::QueryModel;

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

/// How many people are of an age.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(query, table = "raw_ages")]
struct AgeGroup {
    #[model(key, natural)]
    age: i32,
    people: i64,
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

    async fn a_section_is_there_only_if_its_value_is(db: Db) {
        people(&db).await?;
        #[derive(Default, Clone)]
        struct Search { name: Option<&'static str>, least: Option<i32>, ids: Option<Vec<i64>>, newest: bool }
        let find = async |search: Search| {
            let found: Vec<String> = sql!(
                "SELECT name FROM raw_people WHERE 1 = 1
                 {?search.name: AND name = {search.name: &str}}
                 {?search.least: AND age >= {search.least} {?search.ids: AND id IN ({..search.ids})}}
                 ORDER BY id {?search.newest: DESC}"
            )
            .all(&db)
            .await
            .unwrap();
            found
        };
        let all = Search::default();
        assert_eq!(find(all.clone()).await, ["Ann", "Bob", "Cid"]);
        assert_eq!(find(Search { newest: true, ..all.clone() }).await, ["Cid", "Bob", "Ann"]);
        assert_eq!(find(Search { name: Some("Bob"), ..all.clone() }).await, ["Bob"]);
        assert_eq!(find(Search { least: Some(30), ..all.clone() }).await, ["Ann", "Cid"]);
        assert_eq!(find(Search { least: Some(30), ids: Some(vec![]), ..all.clone() }).await, [""; 0]);
        assert_eq!(find(Search { ids: Some(vec![]), ..all.clone() }).await, ["Ann", "Bob", "Cid"], "the outer section is not there");
        assert_eq!(find(Search { name: Some("x' OR 1=1 --"), ..all }).await, [""; 0]);
        let least = None::<i32>;
        let (sql, values) = sql!("SELECT 1 {?least: WHERE age > {least}}").to_sql(db.dialect())?;
        assert_eq!((sql.as_str(), values.len()), ("SELECT 1 ", 0));
    }

    async fn names_come_from_models(db: Db) {
        people(&db).await?;
        let names: Vec<String> = sql!("SELECT p.{Person::name} FROM {Person} p WHERE {Person::age} > {n: i32} ORDER BY p.{Person::id}", n = 29)
            .all(&db)
            .await?;
        assert_eq!(names, ["Ann", "Cid"]);
        let changed = sql!("UPDATE {Person} SET {Person::score} = 7 WHERE {Person}.{Person::name} = {name}", name = "Ann").execute(&db).await?;
        assert_eq!(changed, 1);
        sql!("INSERT INTO {Person} ({Person::name}, {Person::score}) VALUES ('Dan', 1)").execute(&db).await?;
        assert_eq!(Person::query().filter(Person::score.eq(7.0)).count(&db).await?, 1);
        assert_eq!(Person::query().count(&db).await?, 4);
    }

    async fn a_fragment_in_a_query_knows_which_table_is_meant(db: Db) {
        people(&db).await?;
        // The oldest of those who share a letter with nobody: each name begins with another letter, so all but the one without an age.
        let oldest = sql!("{Person::age} = (SELECT MAX(o.{Person::age}) FROM {Person} o WHERE o.{Person::name} = {Person::name})").expr::<Person, bool>();
        let query = Person::query().filter(oldest).order_by(Person::id).select(Person::name);
        assert_eq!(query.clone().all(&db).await?, ["Ann", "Cid"]);
        let inside = Person::query().filter(Person::id.in_(Person::query().filter(sql!("{Person::age} > {n}", n = 40).expr::<Person, bool>()).select(Person::id)));
        assert_eq!(inside.select(Person::name).all(&db).await?, ["Cid"]);
    }

    async fn queries_and_statements_are_parts_of_statements(db: Db) {
        people(&db).await?;
        let aged = Person::query().filter(Person::age.is_not_null() & Person::name.ne("Zed"));
        let (least, adult) = (40, sql!("age >= {limit}", limit = 40));
        let old: Vec<(String, i32)> = sql!(
            "WITH aged AS ({@aged}) SELECT name, age FROM aged WHERE {@adult} AND age < {most} ORDER BY id", most = 60
        )
        .all(&db)
        .await?;
        assert_eq!(old, [("Cid".to_owned(), 50)]);
        let ids = Person::query().filter(Person::age.lt(least)).select(Person::id);
        let names: Vec<String> = sql!("SELECT name FROM raw_people WHERE id IN ({@ids}) AND name <> {name}", name = "Bob").all(&db).await?;
        assert_eq!(names, ["Ann"]);
        // A part of a part, inside of a query: the placeholders stand in their order.
        let inner = sql!("{a} + {b}", a = 1_i64, b = 2_i64);
        let outer = sql!("({@inner}) * {c} = {d}", c = 3_i64, d = 9_i64);
        assert_eq!(Person::query().filter(Person::age.ge(30)).filter(outer.expr::<Person, bool>()).count(&db).await?, 2);
        let none: Option<orm::query::Raw> = None;
        let all: i64 = sql!("SELECT COUNT(*) FROM raw_people {?none: WHERE {@none}}").one(&db).await?;
        assert_eq!(all, 3);
    }

    async fn queries_put_together_and_under_names_are_parts_of_statements(db: Db) {
        people(&db).await?;
        let aged = |age| Person::query().filter(Person::age.eq(age));
        // Put together: as a subquery, in `FROM`, under a name, and twice in one statement.
        let some = aged(30).union(aged(50)).select(Person::id);
        let names: Vec<String> = sql!("SELECT name FROM raw_people WHERE id IN ({@some}) AND name <> {name} ORDER BY id", name = "Bob").all(&db).await?;
        assert_eq!(names, ["Ann", "Cid"]);
        let both = aged(30).union_all(aged(50)).order_by(Person::name.desc()).limit(1);
        let names: Vec<String> = sql!("WITH best AS ({@both}) SELECT a.name FROM best a JOIN ({@both}) b ON a.id = b.id").all(&db).await?;
        assert_eq!(names, ["Cid"]);
        let left = Person::query().select(Person::name).except(aged(50).select(Person::name)).order_by(Person::name);
        assert_eq!(sql!("{@left}").all::<String>(&db).await?, ["Ann", "Bob"]);
        // Under a name: a query's rows, given rows, and a recursion.
        let counted = || AgeGroup::from_query(Person::query().group_by(Person::age).select((Person::age.coalesce(0), count())));
        let groups = counted().filter(AgeGroup::age.gt(0)).order_by(AgeGroup::age);
        let rows: Vec<(i32, i64)> = sql!("SELECT g.age, g.people FROM ({@groups}) g WHERE g.age > {least} ORDER BY 1", least = 40).all(&db).await?;
        assert_eq!(rows, [(50, 1)]);
        let rows: Vec<(i32, i64)> = sql!("WITH g AS ({@groups}) SELECT * FROM g ORDER BY 1").all(&db).await?;
        assert_eq!(rows, [(30, 1), (50, 1)]);
        let given = AgeGroup::rows([AgeGroup { age: 50, people: 7 }]).select(AgeGroup::age);
        let names: Vec<String> = sql!("SELECT name FROM raw_people WHERE age IN ({@given}) AND name <> {name}", name = "Bob").all(&db).await?;
        assert_eq!(names, ["Cid"]);
        let read = aged(50).with(counted()).filter(Person::age.in_(AgeGroup::query().filter(AgeGroup::people.eq(1)).select(AgeGroup::age))).select(Person::name);
        assert_eq!(sql!("SELECT * FROM ({@read}) AS r WHERE r.name <> {name}", name = "Bob").all::<String>(&db).await?, ["Cid"]);
        let first = AgeGroup::rows([AgeGroup { age: 48, people: 1 }]).select((AgeGroup::age, AgeGroup::people));
        let next = AgeGroup::query().filter(AgeGroup::age.lt(51)).select((AgeGroup::age + 1, AgeGroup::people * 2));
        let steps = AgeGroup::recursive(first, next).filter(AgeGroup::age.ge(50));
        let rows: Vec<(i32, i64)> = sql!("SELECT s.age, s.people FROM ({@steps}) s WHERE s.age > {least} ORDER BY 1", least = 10).all(&db).await?;
        assert_eq!(rows, [(50, 4), (51, 8)]);
        let names: Vec<String> = sql!("SELECT name FROM raw_people WHERE EXISTS ({@steps}) AND age = {age}", age = 30).all(&db).await?;
        assert_eq!(names, ["Ann"]);
        // Both at once, and in a condition of a query that has names of its own.
        let all = counted().select(AgeGroup::age).union(steps.select(AgeGroup::age));
        let ages: Vec<i32> = sql!("SELECT * FROM ({@all}) x ORDER BY 1").all(&db).await?;
        assert_eq!(ages, [0, 30, 50, 51]);
        let old = sql!("{Person::age} IN ({@all}) AND {Person::age} > {n}", n = 40).expr::<Person, bool>();
        assert_eq!(Person::query().filter(old).select(Person::name).all(&db).await?, ["Cid"]);
        // What takes several statements, or has no rows of its own, is refused before anything is sent.
        let nowhere = AgeGroup::query();
        let error = sql!("SELECT * FROM ({@nowhere}) x").all::<(i32, i64)>(&db).await.unwrap_err();
        assert!(error.to_string().contains("`AgeGroup` stands for the rows of a query"), "{error}");
    }

    async fn a_text_that_is_made_at_run_time_has_one_loud_name(db: Db) {
        people(&db).await?;
        let order = orm::DangerousSql::from_text(["name", "DESC"].join(" "));
        let names: Vec<String> = sql!("SELECT name FROM raw_people ORDER BY {@order}").all(&db).await?;
        assert_eq!(names, ["Cid", "Bob", "Ann"]);
        assert!(!format!("{order:?}").contains("DESC"));
    }

    async fn a_row_is_read_into_a_json_object(db: Db) {
        people(&db).await?;
        let rows: Vec<orm::JsonRow> = sql!("SELECT name, age, score FROM raw_people ORDER BY id").all(&db).await?;
        let rows = rows.into_iter().map(orm::serde_json::Value::from).collect::<Vec<_>>();
        assert_eq!(rows[..2], [
            orm::serde_json::json!({ "name": "Ann", "age": 30, "score": 0.5 }),
            orm::serde_json::json!({ "name": "Bob", "age": null, "score": -1.0 }),
        ]);
        let error = sql!("SELECT name AS a, age AS a FROM raw_people").one::<orm::JsonRow>(&db).await.unwrap_err();
        assert!(error.to_string().contains("twice"), "{error}");
        assert!(sql!("SELECT name, age FROM raw_people").one::<(orm::JsonRow, i64)>(&db).await.is_err(), "a whole row stands alone");
    }

    async fn a_statement_can_be_for_one_database_only(db: Db) {
        let family = db.dialect().family();
        for (raw, own) in [
            (sql!(sqlite: "SELECT 1"), orm::dialect::Family::Sqlite),
            (sql!(postgres: "SELECT 1"), orm::dialect::Family::Postgres),
            (sql!(mariadb: "SELECT 1"), orm::dialect::Family::Mysql),
        ] {
            let result = raw.one::<i32>(&db).await;
            match own == family {
                true => assert_eq!(result?, 1),
                false => assert!(result.is_err_and(|error| error.is_unsupported())),
            }
        }
        let pair = sql!("SELECT 1, {two: i64}" as (i64, i64), two = 2);
        assert_eq!(pair.one(&db).await?, (1, 2));
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
        for raw in [sql!("SELECT ?"), sql!("SELECT {one} + ?", one = 1_i64)] {
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
        assert!(error.caller().is_some_and(|caller| caller.file().ends_with("raw_sql.rs")), "{error}");
        let error = sql!("SELECT name AS n FROM raw_people").one::<i32>(&db).await.unwrap_err();
        assert!(!error.to_string().contains("Ann"), "a value is never told: {error}");
    }

    async fn a_cell_that_does_not_fit_is_told_with_its_column_its_type_and_its_call(db: Db) {
        people(&db).await?;
        let error = sql!("SELECT name, age AS years FROM raw_people WHERE name = 'Bob'").all::<(String, i32)>(&db).await.unwrap_err();
        let text = error.to_string();
        for words in ["`years`", "i32", "NULL", "called at: ", "raw_sql.rs"] {
            assert!(text.contains(words), "{words} is not in {text}");
        }
        let mut stream = sql!("SELECT age FROM raw_people WHERE name = 'Bob'").stream::<i32>(&db);
        let error = stream.next().await.unwrap().unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Decode { column, .. } if column == "age"), "{error}");
        assert!(error.caller().is_some(), "{error}");
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

on_every_database! {
    only postgres;

    async fn a_value_of_another_type_is_named(db: Db) {
        people(&db).await?;
        let (age, name, ages) = ("1", 1_i64, ["1", "2"]);
        for (raw, said) in [
            (sql!("SELECT 1 FROM raw_people WHERE name <> 'x' AND age = {age}"), "`{age}`, which is bound as Text"),
            (sql!("SELECT 1 FROM raw_people WHERE age > {least} AND name LIKE {name}", least = 1), "`{name}`, which is bound as I64"),
            (sql!("SELECT 1 FROM raw_people WHERE {age} = age"), "`{age}`, which is bound as Text"),
            (sql!("UPDATE raw_people SET name = {x}, age = {age}", x = "a"), "`{age}`, which is bound as Text"),
            (sql!("SELECT 1 FROM raw_people WHERE age IN ({..ages})"), "`{ages}`, which is bound as Text"),
        ] {
            let error = raw.execute(&db).await.unwrap_err();
            let text = error.to_string();
            assert!(text.contains(said), "{said} is not in {text}");
        }
    }
}
