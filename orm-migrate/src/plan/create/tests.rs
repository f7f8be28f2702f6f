use orm_core::dialect::{MARIADB, POSTGRES, SQLITE};
use orm_core::schema::{
    Action, Column, ColumnType, EnumType, ForeignKey, PrimaryKey, Table, TableName, name,
};

use super::*;

/// A table with a key, and a foreign key to each of these.
fn table(own: &str, targets: &[&str]) -> Table {
    let mut table = Table::new(TableName::new(own));
    table.columns = vec![Column::new("id", ColumnType::BigInt)];
    table.primary_key = Some(PrimaryKey {
        name: name::primary_key(own),
        columns: vec!["id".into()],
    });
    for target in targets {
        let column = format!("{target}_id");
        table.columns.push(Column::new(&column, ColumnType::BigInt));
        table.foreign_keys.push(ForeignKey {
            name: name::foreign_key(own, [&column]),
            columns: vec![column],
            target: TableName::new(*target),
            target_columns: vec!["id".into()],
            on_delete: Action::NoAction,
            on_update: Action::NoAction,
        });
    }
    table
}

fn schema(tables: &[(&str, &[&str])]) -> Schema {
    let mut schema = Schema::default();
    schema.tables = tables
        .iter()
        .map(|(own, targets)| table(own, targets))
        .collect();
    schema
}

/// The first words of each statement.
fn outline(statements: &[String]) -> Vec<String> {
    let words = |s: &String| {
        s.replace(['"', '`'], "")
            .split([' ', '\n'])
            .take_while(|w| !w.starts_with('('))
            .collect::<Vec<_>>()
            .join(" ")
    };
    statements.iter().map(words).collect()
}

#[test]
fn tables_come_before_those_that_refer_to_them() {
    let schema = schema(&[
        ("a", &["c", "z"]),
        ("b", &[]),
        ("c", &["b"]),
        ("d", &["d", "elsewhere"]),
        ("z", &[]),
    ]);
    let expected = [
        "CREATE TABLE b",
        "CREATE TABLE c",
        "CREATE TABLE d",
        "CREATE TABLE z",
        "CREATE TABLE a",
    ];
    assert_eq!(outline(&create(&schema, POSTGRES).unwrap()), expected);
}

#[test]
fn a_circle_is_closed_by_a_constraint_that_is_added_last() {
    // `d` only waits for the circle of `a`, `b` and `c`.
    let schema = schema(&[("a", &["b"]), ("b", &["c"]), ("c", &["a"]), ("d", &["a"])]);
    for dialect in [POSTGRES, MARIADB] {
        assert_eq!(
            outline(&create(&schema, dialect).unwrap()),
            [
                "CREATE TABLE a",
                "CREATE TABLE c",
                "CREATE TABLE b",
                "CREATE TABLE d",
                "ALTER TABLE a ADD CONSTRAINT a_b_id_fkey FOREIGN KEY",
            ]
        );
    }
    let statements = create(&schema, SQLITE).unwrap();
    assert_eq!(statements.len(), 4);
    assert!(
        statements[0].contains("a_b_id_fkey"),
        "a table may name one that comes later there"
    );
}

#[test]
fn a_table_outside_of_a_circle_is_not_cut_off_from_it() {
    let schema = schema(&[("a", &["y"]), ("x", &["y"]), ("y", &["x"])]);
    let order = Order::of(&schema);
    assert_eq!(
        order
            .tables
            .iter()
            .map(|t| t.name.name.as_str())
            .collect::<Vec<_>>(),
        ["x", "y", "a"]
    );
    assert_eq!(order.cut.len(), 1);
}

#[test]
fn what_tables_need_comes_first_and_what_needs_them_last() {
    let mut schema = schema(&[("b", &["a"]), ("a", &[])]);
    schema.enums = vec![EnumType {
        name: "role".into(),
        labels: vec!["x".into()],
        native: true,
    }];
    schema.tables[0].name.schema = Some("other".into());
    schema.tables[0].comment = Some("about b".into());
    schema.tables[0].indexes = vec![orm_core::schema::Index::over(
        "b_a_id_idx",
        &["a_id".into()],
    )];
    assert_eq!(
        outline(&create(&schema, POSTGRES).unwrap()),
        [
            "CREATE SCHEMA IF NOT EXISTS other",
            "CREATE TYPE role AS ENUM",
            "CREATE TABLE a",
            "CREATE TABLE other.b",
            "CREATE INDEX b_a_id_idx ON other.b",
            "COMMENT ON TABLE other.b IS 'about b'",
        ]
    );
    assert_eq!(
        outline(&drop(&schema, POSTGRES).unwrap()),
        [
            "DROP TABLE IF EXISTS other.b",
            "DROP TABLE IF EXISTS a",
            "DO 'BEGIN DROP TYPE IF EXISTS role; EXCEPTION WHEN dependent_objects_still_exist THEN NULL; END'"
        ]
    );
}

#[test]
fn a_circle_is_opened_before_its_tables_are_dropped() {
    let schema = schema(&[("a", &["b"]), ("b", &["a"])]);
    assert_eq!(
        outline(&drop(&schema, MARIADB).unwrap()),
        [
            "ALTER TABLE IF EXISTS a DROP FOREIGN KEY IF EXISTS a_b_id_fkey",
            "DROP TABLE IF EXISTS b",
            "DROP TABLE IF EXISTS a"
        ]
    );
    assert_eq!(outline(&drop(&schema, SQLITE).unwrap()).len(), 3);
}
