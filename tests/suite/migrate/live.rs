//! The cases on the databases themselves, with rows in the tables: there, and back.

use orm::Result;
use orm::schema::{Schema, TableName};
use orm_migrate::introspect::{Options, introspect};
use orm_migrate::{Decisions, Diff, Plan, diff, plan};

use super::cases::{self, Case};
use super::{apply, catalog, notation, rows};
use crate::support::TestDb;

fn name(db: &TestDb) -> &'static str {
    match (db.is_sqlite(), db.is_postgres()) {
        (true, _) => "sqlite",
        (_, true) => "postgres",
        _ => "mariadb",
    }
}

async fn lead(db: &TestDb, from: &Schema, to: &Schema) -> Result<()> {
    let mut decisions = Decisions::new();
    for table in &from.tables {
        decisions.drop(&table.name.to_string());
    }
    let plan = plan(&diff(from, to, &decisions, db.dialect())?)?;
    apply::run(db, &plan).await
}

/// Every case whose decisions are made, on this database.
fn settled(db: &TestDb) -> Vec<(Case, Diff, Plan)> {
    let mut found = Vec::new();
    for case in cases::all() {
        if case.without.iter().any(|w| w == name(db)) {
            continue;
        }
        let diff = diff(&case.before, &case.after, &case.decisions, db.dialect()).unwrap();
        if let Ok(plan) = plan(&diff) {
            found.push((case, diff, plan));
        }
    }
    found
}

/// The columns that stay and hold the same type.
fn kept(case: &Case, diff: &Diff) -> Vec<((String, String), (String, String))> {
    let mut kept = Vec::new();
    for (old, new) in diff.staying_columns() {
        let column = |schema: &Schema, path: &(TableName, String)| {
            schema
                .table(&path.0)
                .and_then(|t| t.column(&path.1))
                .cloned()
        };
        if let (Some(a), Some(b)) = (column(&case.before, &old), column(&case.after, &new))
            && a.ty == b.ty
            && a.generated == b.generated
            && (a.nullable == b.nullable || b.nullable)
        {
            kept.push(((old.0.to_string(), old.1), (new.0.to_string(), new.1)));
        }
    }
    kept
}

/// What the database has is this schema.
async fn holds(db: &TestDb, case: &Case, schema: &Schema, when: &str) -> Result<()> {
    let found = introspect(db, &Options::new().expecting(schema).without("log")).await?;
    let left = diff(&found.schema, schema, &Decisions::new(), db.dialect())?;
    let changes: Vec<_> = left.changes.iter().map(ToString::to_string).collect();
    assert!(
        left.is_empty(),
        "{}: {when} there is still {changes:#?} {:?}",
        case.name,
        left.questions
    );
    Ok(())
}

async fn check(db: &TestDb, case: &Case, there: &Diff, up: &Plan) -> Result<()> {
    let empty = Schema::default();
    lead(db, &empty, &case.before).await?;
    rows::fill(db, &case.before, &case.rows).await?;
    holds(db, case, &case.before, "before").await?;
    let catalog_before = catalog::read(db).await;
    let rows_before = rows::read(db, &case.before).await;

    apply::run(db, up).await?;
    holds(db, case, &case.after, "after").await?;
    let catalog_after = catalog::read(db).await;
    let rows_after = rows::read(db, &case.after).await;
    for (old, new) in kept(case, there) {
        assert_eq!(
            rows_before[&old], rows_after[&new],
            "{}: the rows of {old:?} on the way there",
            case.name
        );
    }

    let back = there.reversed()?;
    apply::run(db, &plan(&back)?).await?;
    holds(db, case, &case.before, "after the way back").await?;
    let rows_back = rows::read(db, &case.before).await;
    for (old, _) in kept(case, there) {
        assert_eq!(
            rows_before[&old], rows_back[&old],
            "{}: the rows of {old:?} on the way back",
            case.name
        );
    }
    if !up.lossy && !up.reverse_is_lossy() {
        // Rows that were given a value keep it.
        let nullable = |schema: &Schema, path: &(TableName, String)| {
            let column = schema.table(&path.0).and_then(|t| t.column(&path.1));
            column.is_some_and(|c| c.nullable)
        };
        let filled: Vec<_> = there
            .staying_columns()
            .into_iter()
            .filter(|(old, new)| nullable(&case.before, old) && !nullable(&case.after, new))
            .map(|(old, _)| (old.0.to_string(), old.1))
            .collect();
        for (column, rows) in rows_before.iter().filter(|(c, _)| !filled.contains(c)) {
            let name = &case.name;
            assert_eq!(
                *rows, rows_back[column],
                "{name}: nothing of {column:?} was to be lost"
            );
        }
    }
    assert_eq!(
        catalog_before,
        catalog::read(db).await,
        "{}: the tables after the way back",
        case.name
    );

    // What was changed is what would have been made.
    lead(db, &case.before, &empty).await?;
    lead(db, &empty, &case.after).await?;
    assert_eq!(
        catalog::read(db).await,
        catalog_after,
        "{}: the tables after the way there",
        case.name
    );
    lead(db, &case.after, &empty).await?;
    assert_eq!(catalog::read(db).await, [""; 0], "{}: the end", case.name);
    Ok(())
}

on_every_database! {
    /// Each case is made from nothing, filled with rows, changed, changed back, and compared with what is made from nothing.
    async fn each_case_leads_there_and_back_with_its_rows(db: Db) {
        let only = std::env::var("ORM_CASE").ok();
        for (case, diff, plan) in settled(&db) {
            if only.as_ref().is_some_and(|only| *only != case.name) {
                continue;
            }
            let result = check(&db, &case, &diff, &plan).await;
            if let Err(error) = result {
                panic!("{}: {error:?}\n{}", case.name, plan.to_sql());
            }
        }
    }
}

on_every_database! {
    only sqlite, sqlite_file;

    /// What refers to a table, stands on it or looks at it is still there when another table has taken its place.
    async fn a_table_that_is_made_anew_keeps_what_belongs_to_it(db: Db) {
        let before = notation::schema(
            "table users\n  id: id\n  name: text\n  age: int?\n  index name\n\
             table posts\n  id: id\n  user_id: bigint\n  fk user_id -> users id cascade\n  index user_id\n",
        );
        let mut after = before.clone();
        let users = after.tables.iter_mut().find(|t| t.name.name == "users").unwrap();
        users.columns[2].nullable = false;
        lead(&db, &Schema::default(), &before).await?;
        db.execute_script(
            "CREATE TABLE log (what TEXT) STRICT;\n\
             CREATE TRIGGER users_changed AFTER UPDATE ON users BEGIN INSERT INTO log VALUES (new.name); END;\n\
             CREATE VIEW grown_ups AS SELECT name FROM users WHERE age > 17;\n\
             INSERT INTO users (id, name, age) VALUES (1, 'ann', 40), (2, 'bob', NULL), (3, 'gone', 1);\n\
             INSERT INTO posts (user_id) VALUES (1), (2), (2);\n\
             DELETE FROM users WHERE id = 3",
        )
        .await?;
        let mut decisions = Decisions::new();
        decisions.backfill("users.age", "18");
        let plan = plan(&diff(&before, &after, &decisions, db.dialect())?)?;
        apply::run(&db, &plan).await?;
        let count = async |what: &str| apply::strings(&db, &format!("SELECT CAST(count(*) AS TEXT) FROM {what}")).await.concat();
        assert_eq!(count("posts").await, "3", "rows that refer to the table");
        assert_eq!(count("grown_ups").await, "2", "a view");
        assert_eq!(count("pragma_index_list('users')").await, "1", "an index");
        db.execute_script("UPDATE users SET name = 'eve' WHERE id = 2; INSERT INTO users (name, age) VALUES ('new', 3)").await?;
        assert_eq!(apply::strings(&db, "SELECT what FROM log").await, ["eve"], "a trigger");
        assert_eq!(apply::strings(&db, "SELECT CAST(max(id) AS TEXT) FROM users").await, ["4"], "no number is given twice");
        assert!(db.execute_script("INSERT INTO posts (user_id) VALUES (99)").await.is_err(), "foreign keys are on again");
        db.execute_script("DELETE FROM users WHERE id = 2").await?;
        assert_eq!(count("posts").await, "1", "and do what they did");

        // A row that refers to nothing stops it, and everything is as it was.
        db.execute_script("PRAGMA foreign_keys = OFF; INSERT INTO posts (user_id) VALUES (77); PRAGMA foreign_keys = ON").await?;
        let back = orm_migrate::plan(&diff(&after, &before, &Decisions::new(), db.dialect())?)?;
        assert!(apply::run(&db, &back).await.is_err());
        holds(&db, &none(&after), &after, "after the failure").await?;
    }
}

fn none(schema: &Schema) -> Case {
    let mut case = cases::all().remove(0);
    case.name = "made anew".into();
    case.after = schema.clone();
    case
}
