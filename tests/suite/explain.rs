//! Plans: the same tree for the same question on every database, and nothing changed by asking.

use orm::Explain;
use orm::explain::PlanNode;
use orm::prelude::*;
use orm::query::QueryModel;

use crate::support::seed::tables;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "explained_people")]
#[has_many(pets: Pet)]
struct Person {
    id: Id<Person>,
    #[model(unique, length = 60)]
    email: String,
    #[model(length = 20)]
    town: String,
    age: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "explained_pets")]
struct Pet {
    id: Id<Pet>,
    #[belongs_to(owner: Person)]
    owner_id: Id<Person>,
    #[model(length = 20)]
    name: String,
}

/// How many people live in a town.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(query, table = "explained_towns")]
struct Town {
    #[model(key, natural)]
    name: String,
    people: i64,
}

/// The texts of one statement, or of several.
fn texts(sent: impl Sent) -> Vec<String> {
    sent.texts()
}

trait Sent {
    fn texts(self) -> Vec<String>;
}
impl Sent for (String, Vec<orm::Value>) {
    fn texts(self) -> Vec<String> {
        vec![self.0]
    }
}
impl Sent for Vec<(String, Vec<orm::Value>)> {
    fn texts(self) -> Vec<String> {
        self.into_iter().map(|(sql, _)| sql).collect()
    }
}

/// 500 people, every fifth of them in Ulm, each with an age below 100; and a pet for the first ten.
async fn people(db: &Db) -> orm::Result<()> {
    tables!(db: Person, Pet);
    let person = |n: i32| {
        let town = if n % 5 == 0 { "Ulm" } else { "Bonn" };
        let email = format!("p{n}@example.com");
        Person::create().email(email).town(town).age(n % 100)
    };
    Person::insert_many((0..500).map(person)).exec(db).await?;
    let first = Person::query()
        .order_by(Person::id)
        .limit(10)
        .all(db)
        .await?;
    let pets = first
        .iter()
        .map(|p| Pet::create().owner_id(p.id).name("Rex"));
    Pet::insert_many(pets).exec(db).await?;
    Ok(())
}

fn step<'e>(explain: &'e Explain, table: &str) -> &'e PlanNode {
    let steps: Vec<_> = explain
        .statements
        .iter()
        .flat_map(|s| s.root.steps())
        .collect();
    let found = steps
        .into_iter()
        .find(|step| step.table.as_deref() == Some(table));
    found.unwrap_or_else(|| panic!("no step reads {table}:\n{explain}"))
}

on_every_database! {
    async fn a_plan_tells_a_scan_from_an_index(db: Db) {
        people(&db).await?;
        let scan = Person::query().filter(Person::town.eq("Ulm")).explain(&db).await?;
        assert_eq!(scan.full_scans(), ["explained_people"], "{scan}");
        let lookup = Person::query().filter(Person::email.eq("p7@example.com")).explain(&db).await?;
        assert!(lookup.full_scans().is_empty(), "{lookup}");
        assert_eq!(lookup.indexes().len(), 1, "{lookup}");
        assert_eq!(lookup.statements[0].time, None, "it was not run");
        let text = lookup.to_string();
        assert!(text.contains("explained_people") && !text.contains("p7@"), "a value is never told: {text}");
    }

    async fn an_analysis_counts_the_rows_that_there_were(db: Db) {
        people(&db).await?;
        let plan = Person::query().filter(Person::town.eq("Ulm") & Person::age.lt(50)).explain_analyze(&db).await?;
        // Of the 100 in Ulm, those whose age is 0, 5, … 45: half of them.
        assert_eq!(plan.statements[0].root.actual_rows, Some(50.0), "{plan}");
        assert!(plan.statements[0].time.is_some(), "{plan}");
        let raw = sql!("SELECT id FROM explained_people WHERE town = {town}", town = "Ulm").explain_analyze(&db).await?;
        assert_eq!(raw.statements[0].root.actual_rows, Some(100.0), "{raw}");
    }

    async fn an_analysed_change_is_undone(db: Db) {
        people(&db).await?;
        let before = Person::query().order_by(Person::id).all(&db).await?;
        let ulm = || Person::query().filter(Person::town.eq("Ulm"));
        let update = ulm().update().age(7).explain_analyze(&db).await?;
        assert_eq!(step(&update, "explained_people").table.as_deref(), Some("explained_people"));
        Pet::query().delete().all_rows().explain_analyze(&db).await?;
        let new = || Person::create().email("new@example.com").town("Ulm").age(1);
        Person::insert_many([new()]).explain_analyze(&db).await?;
        sql!("DELETE FROM explained_pets").explain_analyze(&db).await?;
        assert_eq!(Person::query().order_by(Person::id).all(&db).await?, before);
        assert_eq!(Pet::query().count(&db).await?, 10);
        // In a transaction, only what was analysed is undone.
        let tx = db.begin().await?;
        new().insert(&tx).await?;
        ulm().update().age(7).explain_analyze(&tx).await?;
        tx.commit().await?;
        assert_eq!(ulm().filter(Person::age.eq(7)).count(&db).await?, 0);
        assert_eq!(ulm().count(&db).await?, 101);
    }

    async fn asking_for_the_plan_of_a_change_changes_nothing(db: Db) {
        people(&db).await?;
        let delete = Pet::query().filter(Pet::name.eq("Rex")).delete().explain(&db).await?;
        step(&delete, "explained_pets");
        Person::query().update().age(7).all_rows().explain(&db).await?;
        Person::insert_many([Person::create().email("new@example.com").town("Ulm").age(1)]).explain(&db).await?;
        assert_eq!(Pet::query().count(&db).await?, 10);
        assert_eq!(Person::query().count(&db).await?, 500);
        assert_eq!(Person::query().filter(Person::age.eq(7)).count(&db).await?, 5);
    }

    async fn each_statement_of_an_include_has_a_plan(db: Db) {
        people(&db).await?;
        let plan = Person::query().include(Person::pets).order_by(Person::id).limit(3).explain_analyze(&db).await?;
        let relations: Vec<_> = plan.statements.iter().map(|s| s.relation.as_deref()).collect();
        assert_eq!(relations, [None, Some("pets")]);
        assert_eq!(plan.statements[0].root.actual_rows, Some(3.0), "{plan}");
        step(&plan, "explained_pets");
    }

    async fn every_builder_has_sql_and_a_plan_and_shows_its_sql(db: Db) {
        people(&db).await?;
        let dialect = db.dialect();
        let new = || Person::create().email("new@example.com").town("Ulm").age(1);
        macro_rules! seen {
            ($builder:expr, $first:expr, $table:literal) => {{
                let builder = $builder;
                let shown = format!("{builder:?}");
                let first: &[&str] = &$first;
                assert!(first.iter().any(|first| shown.starts_with(first)), "{shown}");
                assert!(!shown.contains("new@example.com"), "{shown}");
                let sent = texts(builder.to_sql(dialect)?);
                assert!(first.iter().any(|first| sent[0].starts_with(first)), "{sent:?}");
                let plan = builder.explain(&db).await?;
                assert_eq!(plan.statements.iter().map(|s| s.sql.clone()).collect::<Vec<_>>(), sent);
                if !$table.is_empty() && db.is_postgres() {
                    step(&plan, $table);
                }
                let run = builder.explain_analyze(&db).await?;
                assert_eq!(run.statements.len(), sent.len());
            }};
        }
        let old = || Person::query().filter(Person::age.gt(90));
        seen!(old().union(Person::query().filter(Person::town.eq("Ulm"))).order_by(Person::id), ["SELECT"], "explained_people");
        seen!(Town::from_query(Person::query().group_by(Person::town).select((Person::town, count()))).filter(Town::people.gt(3)), ["WITH"], "explained_people");
        let first = Town::rows([Town { name: "Ulm".into(), people: 1 }]).select((Town::name, Town::people));
        let next = Town::query().filter(Town::people.lt(4)).select((Town::name, Town::people + 1));
        seen!(Town::recursive(first, next), ["WITH RECURSIVE"], "");
        let towns = Town::rows([Town { name: "Ulm".into(), people: 1 }]);
        seen!(Person::query().with(towns).filter(Person::town.in_(Town::query().select(Town::name))), ["WITH"], "explained_people");
        seen!(new(), ["INSERT INTO"], "");
        seen!(Person::insert_many([new()]), ["INSERT INTO"], "");
        seen!(Person::insert_from((Person::email, Person::town, Person::age), Person::query().select((Person::email.concat("x"), Person::town, Person::age))), ["INSERT INTO"], "explained_people");
        seen!(new().on_conflict(Person::email).update(Person::age), ["INSERT INTO"], "");
        seen!(old().update().age(7), ["UPDATE"], "explained_people");
        seen!(Person::change(1).age(7), ["UPDATE"], "explained_people");
        seen!(Person::update_many([1, 2].map(|id| Person::change(id).age(7))), ["UPDATE", "WITH"], "explained_people");
        seen!(Pet::query().filter(Pet::name.eq("Rex")).delete(), ["DELETE"], "explained_pets");
        seen!(old().export_csv(Vec::new()), ["SELECT"], "explained_people");
        seen!(sql!("SELECT name FROM explained_pets"), ["SELECT"], "explained_pets");
        seen!(sql!("SELECT name FROM explained_pets" as String), ["SELECT"], "explained_pets");
        assert_eq!(Person::query().count(&db).await?, 500);
        assert_eq!(Person::query().filter(Person::age.eq(7)).count(&db).await?, 5);
    }

    async fn what_is_sent_for_rows_that_come_back_is_what_was_shown(db: Db) {
        people(&db).await?;
        let update = || Person::query().filter(Person::email.eq("p5@example.com")).update().age(Person::age + 1);
        let delete = || Pet::query().filter(Pet::owner_id.eq(Id::new(1))).delete();
        let (watched, journal) = db.journaled();
        let change = update();
        let shown = texts(change.returning_to_sql(db.dialect())?);
        assert_eq!(change.returning(&watched).await?.len(), 1);
        assert_eq!(journal.take(), shown);
        let change = update();
        let shown = texts(change.returning_both_to_sql(db.dialect())?);
        assert_eq!(change.returning_both(&watched).await?.len(), 1);
        assert_eq!(journal.take(), shown);
        let change = Person::change(1).age(3);
        let shown = texts(change.returning_to_sql(db.dialect())?);
        change.save(&watched).await?;
        assert_eq!(journal.take(), shown);
        let deletion = delete();
        let shown = texts(deletion.returning_to_sql(db.dialect())?);
        assert_eq!(deletion.returning(&watched).await?.len(), 1);
        assert_eq!(journal.take(), shown);
        // An insert that changes a row which is there: where that takes two statements, both are shown.
        let upsert = Person::create().email("p7@example.com").town("Ulm").age(1).on_conflict(Person::email).update(Person::age);
        let shown = texts(upsert.to_sql(db.dialect())?);
        assert_eq!(upsert.exec(&watched).await?, 1);
        assert_eq!(journal.take(), shown);
        assert!(Person::query().update().age(1).returning_both_to_sql(db.dialect()).unwrap_err().to_string().contains("every row"));
        assert!(Person::query().update().set(Person::id, Id::new(1)).all_rows().returning_both_to_sql(db.dialect()).unwrap_err().to_string().contains("primary key"));
    }

    async fn what_has_no_plan_is_refused(db: Db) {
        people(&db).await?;
        for raw in [sql!("DROP TABLE explained_pets"), sql!("COMMIT"), sql!("-- SELECT\nCREATE TABLE t (a int)")] {
            let error = raw.explain_analyze(&db).await.unwrap_err();
            assert!(error.to_string().contains("can be explained"), "{error}");
        }
        assert_eq!(Pet::query().count(&db).await?, 10);
        let error = sql!("SELECT nothing FROM explained_pets").explain(&db).await.unwrap_err();
        assert!(error.caller().is_some_and(|c| c.file().ends_with("explain.rs")), "{error}");
    }
}

#[test]
fn the_debug_form_of_a_query_is_its_sql() {
    let query = Person::query().filter(Person::town.eq("secret")).limit(3);
    let columns = r#""id", "email", "town", "age""#;
    assert_eq!(
        format!("{query:?}"),
        format!(r#"SELECT {columns} FROM "explained_people" WHERE "town" = $1 LIMIT $2"#)
    );
    assert_eq!(
        format!("{:?}", Pet::query().delete().all_rows()),
        r#"DELETE FROM "explained_pets""#
    );
    let update = Person::query().filter(Person::age.lt(9)).update().age(5);
    assert_eq!(
        format!("{update:?}"),
        r#"UPDATE "explained_people" SET "age" = $1 WHERE "age" < $2"#
    );
    let (name, secret) = ("x", "secret");
    let raw = sql!("SELECT {name}, {secret}");
    assert_eq!(format!("{raw:?}"), "SELECT $1, $2");
    let new = || Person::create().email("secret").town("secret");
    assert_eq!(
        format!("{:?}", new().age(3)),
        format!(
            r#"INSERT INTO "explained_people" ("email", "town", "age") VALUES ($1, $2, $3) RETURNING {columns}"#
        )
    );
    assert_eq!(
        format!("{:?}", new()),
        "(no statement: `Person::age` is not given yet)"
    );
    assert!(
        new()
            .to_sql(orm::dialect::SQLITE)
            .unwrap_err()
            .to_string()
            .contains("`Person::age` is not given yet")
    );
    assert_eq!(
        format!("{:?}", new().age(3).on_conflict(Person::email)),
        "(no statement: say what to do on a conflict)"
    );
    assert_eq!(
        format!("{:?}", Person::update_many([Person::change(1)])),
        "(no statement)"
    );
    assert_eq!(
        format!("{:?}", Person::import_iter([new().age(3)])),
        "(an import of rows into `explained_people`)"
    );
    let nothing = Pet::query().delete();
    assert!(format!("{nothing:?}").contains("all_rows"));
    assert_eq!(
        Person::query()
            .exists_to_sql(orm::dialect::MARIADB)
            .unwrap()
            .0,
        "SELECT EXISTS (SELECT 1 FROM `explained_people`)"
    );
}
