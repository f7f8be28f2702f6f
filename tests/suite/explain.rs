//! Plans: the same tree for the same question on every database, and nothing changed by asking.

use orm::Explain;
use orm::explain::PlanNode;
use orm::prelude::*;

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
