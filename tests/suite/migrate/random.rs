//! Random pairs of schemas. In memory, on every dialect: the changes lead from one to the other, and back. On the databases: so do the
//! statements, with rows in the tables, and nothing is lost where the plan does not say so.

use orm::Result;
use orm::dialect::{Dialect, POSTGRES};
use orm::schema::{
    Action, Check, Column, ColumnType, DefaultValue, EnumType, ForeignKey, Index, IndexPart,
    Literal, PrimaryKey, Schema, Table, TableName, Unique, name,
};
use orm::value::Value;
use orm_migrate::introspect::{Options, introspect};
use orm_migrate::{Answer, Cost, Decisions, Diff, Question, diff, plan};

use super::cases::DIALECTS;
use super::{apply, rows};
use crate::support::TestDb;
use crate::support::random::{Random, seeds};

const TABLES: [&str; 6] = ["users", "posts", "order", "team mates", "notes", "tags"];
const COLUMNS: [&str; 8] = [
    "name", "title", "group", "Age", "views", "state", "born at", "code",
];

fn types() -> Vec<ColumnType> {
    let state = |labels: &[&str]| {
        ColumnType::Enum(EnumType {
            name: "state".into(),
            labels: labels.iter().map(|l| (*l).to_owned()).collect(),
            native: false,
        })
    };
    vec![
        ColumnType::Bool,
        ColumnType::SmallInt,
        ColumnType::Integer,
        ColumnType::BigInt,
        ColumnType::Double,
        ColumnType::Text,
        ColumnType::Varchar(30),
        ColumnType::Varchar(60),
        ColumnType::Decimal(Some((10, 2))),
        ColumnType::Date,
        ColumnType::DateTime,
        ColumnType::Uuid,
        state(&["open", "closed"]),
        state(&["open", "closed", "gone"]),
    ]
}

fn column(random: &mut Random, name: &str) -> Column {
    let mut column = Column::new(name, random.of(&types()).clone());
    column.nullable = random.one_in(3);
    let number = matches!(
        column.ty,
        ColumnType::SmallInt | ColumnType::Integer | ColumnType::BigInt
    );
    if number && random.one_in(3) {
        let n = random.below(3) as i32;
        column.default = Some(DefaultValue::Value(Literal::new(Value::I32(n))));
    }
    // A condition is the same text on every database, so it names a column that needs no quotes.
    let plain = ["name", "title", "views", "state", "code"].contains(&name);
    if number && plain && random.one_in(4) {
        column.check = Some(format!("{name} >= {}", random.below(2)));
    }
    if matches!(column.ty, ColumnType::Varchar(_)) && random.one_in(4) {
        let text = *random.of(&["x", "it's"]);
        column.default = Some(DefaultValue::Value(Literal::new(Value::Text(text.into()))));
    }
    if random.one_in(6) {
        column.comment = Some(format!("number {}", random.below(2)));
    }
    column
}

fn table(random: &mut Random, name: &str) -> Table {
    let mut table = Table::new(TableName::new(name));
    let mut id = Column::new("id", ColumnType::BigInt);
    id.identity = random.below(4) > 0;
    table.columns.push(id);
    table.primary_key = Some(PrimaryKey {
        name: name::primary_key(name),
        columns: vec!["id".into()],
    });
    for column_name in COLUMNS {
        if random.one_in(2) {
            table.columns.push(column(random, column_name));
        }
    }
    if random.one_in(5) {
        table.comment = Some("a table".into());
    }
    over(random, &mut table);
    table
}

/// Unique constraints, indexes and a check.
fn over(random: &mut Random, table: &mut Table) {
    let own = table.name.name.clone();
    let names: Vec<String> = table.columns.iter().map(|c| c.name.clone()).collect();
    table.uniques.clear();
    table.indexes.clear();
    table.checks.clear();
    if random.one_in(3) {
        let columns = vec![
            "id".to_owned(),
            random
                .of(&names[1..]
                    .iter()
                    .chain(&names[..1])
                    .cloned()
                    .collect::<Vec<_>>())
                .clone(),
        ];
        if columns[0] != columns[1] {
            table.uniques.push(Unique {
                name: name::unique(&own, &columns),
                columns,
            });
        }
    }
    if random.one_in(2) {
        let column = random.of(&names).clone();
        let mut index = Index::over(name::index(&own, [&column, "id"]), &[column]);
        if index.parts[0].column() != Some("id") {
            index.parts.push(IndexPart::Column {
                name: "id".into(),
                descending: random.one_in(2),
            });
        }
        table.indexes.push(index);
    }
    if random.one_in(4) && names.contains(&"views".to_owned()) {
        let expression = format!("views IS NULL OR 1 < {}", 2 + random.below(2));
        table.checks.push(Check {
            name: name::table_check(&own, 1),
            expression,
        });
    }
}

/// A foreign key of some tables to others, with a column and an index of its own.
fn references(random: &mut Random, schema: &mut Schema) {
    let names: Vec<TableName> = schema.tables.iter().map(|t| t.name.clone()).collect();
    for table in &mut schema.tables {
        let own = table.name.name.clone();
        if !random.one_in(2) || table.column("parent_id").is_some() {
            continue;
        }
        let mut column = Column::new("parent_id", ColumnType::BigInt);
        column.nullable = random.one_in(2);
        let on_delete = match (column.nullable, random.below(3)) {
            (true, 0) => Action::SetNull,
            (_, 1) => Action::Cascade,
            _ => Action::NoAction,
        };
        table.columns.push(column);
        let columns = vec!["parent_id".to_owned()];
        table
            .indexes
            .push(Index::over(name::index(&own, &columns), &columns));
        table.foreign_keys = vec![ForeignKey {
            name: name::foreign_key(&own, &columns),
            columns,
            target: random.of(&names).clone(),
            target_columns: vec!["id".into()],
            on_delete,
            on_update: Action::NoAction,
        }];
    }
}

fn sorted(mut schema: Schema) -> Schema {
    schema.tables.sort_by(|a, b| a.name.cmp(&b.name));
    for table in &mut schema.tables {
        table.uniques.sort_by(|a, b| a.name.cmp(&b.name));
        table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
    }
    schema
}

/// Columns and checks have an order that means nothing.
fn unordered(mut schema: Schema) -> Schema {
    for table in &mut schema.tables {
        table.columns.sort_by(|a, b| a.name.cmp(&b.name));
        table.checks.sort_by(|a, b| a.name.cmp(&b.name));
    }
    schema
}

fn schema(random: &mut Random) -> Schema {
    let mut schema = Schema::default();
    for name in TABLES {
        if random.one_in(2) {
            schema.tables.push(table(random, name));
        }
    }
    references(random, &mut schema);
    sorted(schema)
}

/// The schema with some differences, or another one.
fn changed(random: &mut Random, from: &Schema) -> Schema {
    if random.one_in(5) {
        return schema(random);
    }
    let mut to = from.clone();
    for table in &mut to.tables {
        for column in &mut table.columns[1..] {
            if column.name != "parent_id" && random.one_in(4) {
                let name = column.name.clone();
                *column = self::column(random, &name);
            }
        }
        if random.one_in(3) && table.columns.len() > 1 {
            let at = 1 + random.below(table.columns.len() - 1);
            if table.columns[at].name != "parent_id" {
                table.columns.remove(at);
            }
        }
        if random.one_in(3) {
            let name = *random.of(&COLUMNS);
            if table.column(name).is_none() {
                let added = self::column(random, name);
                table.columns.push(added);
            }
        }
        let keep = table.foreign_keys.clone();
        over(random, table);
        for key in &keep {
            let columns = &key.columns;
            table
                .indexes
                .push(Index::over(name::index(&table.name.name, columns), columns));
        }
    }
    if random.one_in(4) && !to.tables.is_empty() {
        let at = random.below(to.tables.len());
        let gone = to.tables.remove(at);
        for table in &mut to.tables {
            table.foreign_keys.retain(|k| k.target != gone.name);
        }
    }
    if random.one_in(3) {
        let name = *random.of(&TABLES);
        if to.table(&TableName::new(name)).is_none() {
            to.tables.push(table(random, name));
        }
    }
    sorted(to)
}

/// Answers every question in some way.
fn settle(
    random: &mut Random,
    from: &Schema,
    to: &Schema,
    dialect: &'static dyn Dialect,
) -> (Diff, Decisions) {
    let mut decisions = Decisions::new();
    for _ in 0..200 {
        let found = diff(from, to, &decisions, dialect).unwrap();
        let Some(question) = found.questions.first() else {
            return (found, decisions);
        };
        let answer = match question {
            Question::Renamed { .. } => random.of(&question.choices()).1.clone(),
            Question::Backfill { column, .. } => Answer::Sql(literal(to, column, dialect)),
            Question::Cast { column, .. } => Answer::Sql(literal(to, column, dialect)),
            other => panic!("{other}"),
        };
        // Of two things that could be the same new one, the first one has it.
        let mut tried = decisions.clone();
        tried.answer(question, answer).unwrap();
        match diff(from, to, &tried, dialect) {
            Ok(_) => decisions = tried,
            Err(_) => decisions.answer(question, Answer::Dropped).unwrap(),
        }
    }
    panic!(
        "there is no end of questions: {:?}",
        diff(from, to, &decisions, dialect).unwrap().questions
    );
}

fn literal(schema: &Schema, path: &str, dialect: &'static dyn Dialect) -> String {
    let (table, column) = path.rsplit_once('.').unwrap();
    let table = schema
        .tables
        .iter()
        .find(|t| t.name.to_string() == table)
        .unwrap();
    let column = table.column(column).unwrap();
    let value = match &column.ty {
        ColumnType::Bool => Value::Bool(true),
        ColumnType::Double => Value::F64(1.5),
        ColumnType::Text | ColumnType::Varchar(_) => Value::Text("filled".into()),
        ColumnType::Decimal(_) => Value::Decimal(orm::value::Numeric {
            mantissa: 150,
            scale: 2,
        }),
        ColumnType::Date => Value::Date(1),
        ColumnType::DateTime => Value::DateTime(1),
        ColumnType::Uuid => Value::Uuid([1; 16]),
        ColumnType::Enum(e) => Value::Text(e.labels[0].clone()),
        _ => Value::I32(1),
    };
    let sql = orm::sql::ddl::literal(dialect, column, &value).unwrap();
    match (dialect.name(), &column.ty) {
        ("PostgreSQL", ColumnType::Date) => format!("{sql}::date"),
        ("PostgreSQL", ColumnType::DateTime) => format!("{sql}::timestamp"),
        ("PostgreSQL", ColumnType::Uuid) => format!("{sql}::uuid"),
        _ => sql,
    }
}

#[test]
fn changes_lead_from_any_schema_to_any_other_and_back() {
    for seed in 0..seeds(300) {
        let mut random = Random::new(seed);
        let from = schema(&mut random);
        let to = changed(&mut random, &from);
        for (name, dialect) in DIALECTS {
            let (there, decisions) = settle(&mut random, &from, &to, dialect);
            let back = there.reversed().unwrap();
            for (way, from, to) in [(&there, &from, &to), (&back, &to, &from)] {
                let mut led = from.clone();
                way.changes.iter().for_each(|change| change.apply(&mut led));
                let left = diff(&led, to, &Decisions::new(), dialect).unwrap();
                assert!(
                    left.is_empty(),
                    "seed {seed} on {name}: {:#?}\n{decisions:?}\nleaves {:#?} {:?}",
                    way.changes,
                    left.changes,
                    left.questions
                );
                if dialect.name() == POSTGRES.name() {
                    assert_eq!(unordered(led), unordered(to.clone()), "seed {seed}");
                }
                let sql = plan(way).unwrap().to_sql();
                let again = diff(
                    from,
                    to,
                    &if std::ptr::eq(way, &there) {
                        decisions.clone()
                    } else {
                        continue;
                    },
                    dialect,
                )
                .unwrap();
                assert_eq!(
                    sql,
                    plan(&again).unwrap().to_sql(),
                    "seed {seed}: the same twice"
                );
            }
        }
    }
}

async fn wipe(db: &TestDb, schemas: &[&Schema]) -> Result<()> {
    let mut script = String::new();
    if db.is_postgres() {
        let own = apply::strings(db, "SELECT current_schema()::text")
            .await
            .concat();
        script = format!(
            "SET client_min_messages = error; DROP SCHEMA {own} CASCADE; CREATE SCHEMA {own}"
        );
    } else {
        script.push_str(if db.is_sqlite() {
            "PRAGMA foreign_keys = OFF;"
        } else {
            "SET FOREIGN_KEY_CHECKS = 0;"
        });
        for table in schemas.iter().flat_map(|s| &s.tables) {
            script.push_str(&format!(
                "DROP TABLE IF EXISTS {};",
                rows::quoted_table(db, table)
            ));
        }
        script.push_str(if db.is_sqlite() {
            "PRAGMA foreign_keys = ON"
        } else {
            "SET FOREIGN_KEY_CHECKS = 1"
        });
    }
    db.execute_script(&script).await
}

on_every_database! {
    /// Random migrations with rows. One that depends on the rows may fail; one that says that nothing is lost loses nothing.
    async fn statements_lead_from_any_schema_to_any_other_and_back(db: Db) {
        let seeds = 0..seeds(if db.is_sqlite() { 60 } else { 12 });
        let (mut made, all) = (0, seeds.end);
        let only: Option<u64> = std::env::var("ORM_SEED").ok().and_then(|s| s.parse().ok());
        for seed in seeds.filter(|seed| only.is_none_or(|only| only == *seed)) {
            let mut random = Random::new(seed);
            let from = schema(&mut random);
            let to = changed(&mut random, &from);
            let (there, _) = settle(&mut random, &from, &to, db.dialect());
            let up = plan(&there)?;
            let first = diff(&Schema::default(), &from, &Decisions::new(), db.dialect())?;
            apply::run(&db, &plan(&first)?).await?;
            rows::fill(&db, &from, &[]).await?;
            let before = rows::read(&db, &from).await;
            match apply::run(&db, &up).await {
                Ok(()) => {}
                Err(_) if up.cost() >= Cost::NeedsDecision => {
                    wipe(&db, &[&from, &to]).await?;
                    continue;
                }
                Err(error) => panic!("seed {seed}: {error:?}\n{}", up.to_sql()),
            }
            made += 1;
            let found = introspect(&db, &Options::new().expecting(&to)).await?;
            let left = diff(&found.schema, &to, &Decisions::new(), db.dialect())?;
            assert!(left.is_empty(), "seed {seed}: {:#?}\n{}", left.changes, up.to_sql());
            let after = rows::read(&db, &to).await;
            for (old, new) in there.staying_columns() {
                let column = |schema: &Schema, path: &(TableName, String)| schema.table(&path.0).unwrap().column(&path.1).unwrap().clone();
                let (a, b) = (column(&from, &old), column(&to, &new));
                let rows_before = &before[&(old.0.to_string(), old.1)];
                let rows_after = &after[&(new.0.to_string(), new.1)];
                assert_eq!(rows_before.len(), rows_after.len(), "seed {seed}: rows are gone\n{}", up.to_sql());
                if a.ty == b.ty && (a.nullable == b.nullable || b.nullable) {
                    assert_eq!(rows_before, rows_after, "seed {seed}: {}\n{}", b.name, up.to_sql());
                }
            }
            let down = plan(&there.reversed()?)?;
            match apply::run(&db, &down).await {
                Ok(()) => {
                    let found = introspect(&db, &Options::new().expecting(&from)).await?;
                    let left = diff(&found.schema, &from, &Decisions::new(), db.dialect())?;
                    assert!(left.is_empty(), "seed {seed}, back: {:#?}\n{}", left.changes, down.to_sql());
                }
                Err(_) if down.cost() >= Cost::NeedsDecision => {}
                Err(error) => panic!("seed {seed}, back: {error:?}\n{}", down.to_sql()),
            }
            wipe(&db, &[&from, &to]).await?;
        }
        assert!(only.is_some() || made * 3 > all, "{made} of {all} could be made");
    }
}
