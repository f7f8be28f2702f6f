use orm_core::schema::{
    Action, Check, Column, ColumnType, DefaultValue, EnumType, ForeignKey, Generated, Index,
    IndexPart, Literal, PrimaryKey, Schema, Table, TableName, Unique,
};
use orm_core::value::{Kind, Numeric, Value};

use super::*;

fn column(name: &str, ty: ColumnType, default: Option<Value>) -> Column {
    let mut column = Column::new(name, ty);
    column.default = default.map(|value| DefaultValue::Value(Literal::new(value)));
    column
}

/// One of everything.
fn everything() -> Schema {
    let role = EnumType {
        name: "role".into(),
        labels: vec!["member".into(), "it's \"odd\"\n".into()],
        native: true,
    };
    let mut users = Table::new(TableName {
        schema: Some("audit".into()),
        name: "users".into(),
    });
    users.comment = Some("Ünïcode 漢 \u{1} \t \\ end".into());
    let types = [
        ("bool", ColumnType::Bool, Some(Value::Bool(true))),
        ("small", ColumnType::SmallInt, Some(Value::I16(-3))),
        ("integer", ColumnType::Integer, Some(Value::I32(i32::MIN))),
        ("big", ColumnType::BigInt, Some(Value::I64(i64::MIN))),
        ("unsigned", ColumnType::Unsigned, Some(Value::U32(u32::MAX))),
        ("real", ColumnType::Real, Some(Value::F32(0.1))),
        ("double", ColumnType::Double, Some(Value::F64(-1.5e300))),
        (
            "infinite",
            ColumnType::Double,
            Some(Value::F64(f64::INFINITY)),
        ),
        (
            "text",
            ColumnType::Text,
            Some(Value::Text("a\"b'c\\".into())),
        ),
        ("varchar", ColumnType::Varchar(50), None),
        ("bytes", ColumnType::Bytes, Some(Value::Bytes(vec![0, 255]))),
        ("varbinary", ColumnType::Varbinary(9), None),
        ("uuid", ColumnType::Uuid, Some(Value::Uuid([7; 16]))),
        (
            "decimal",
            ColumnType::Decimal(Some((12, 2))),
            Numeric::parse("-12.50").map(Value::Decimal),
        ),
        ("exact", ColumnType::Decimal(None), None),
        (
            "json",
            ColumnType::Json,
            Some(Value::Json("{\"a\":1}".into())),
        ),
        ("date", ColumnType::Date, Some(Value::Date(19_000))),
        ("time", ColumnType::Time, Some(Value::Time(1))),
        (
            "date_time",
            ColumnType::DateTime,
            Some(Value::DateTime(1_700_000_000_000_001)),
        ),
        (
            "timestamp",
            ColumnType::Timestamp,
            Some(Value::Timestamp(-1)),
        ),
        (
            "role",
            ColumnType::Enum(role.clone()),
            Some(Value::Text("member".into())),
        ),
        (
            "roles",
            ColumnType::Array(Box::new(ColumnType::Enum(role.clone()))),
            Some(Value::Array(Kind::Text, vec![])),
        ),
        ("none", ColumnType::Integer, Some(Value::Null(Kind::I32))),
    ];
    users.columns = types
        .into_iter()
        .map(|(name, ty, default)| column(name, ty, default))
        .collect();
    users.columns[3].identity = true;
    users.columns[8].nullable = true;
    users.columns[8].check = Some("length(text) > 0".into());
    users.columns[9].default = Some(DefaultValue::Sql("upper('x')".into()));
    users.columns[19].default = Some(DefaultValue::Now);
    users.columns[2].generated = Some(Generated {
        expression: "small * 2".into(),
        stored: true,
    });
    users.columns[2].comment = Some("twice".into());
    users.primary_key = Some(PrimaryKey {
        name: "users_pkey".into(),
        columns: vec!["big".into()],
    });
    users.uniques.push(Unique {
        name: "users_text_key".into(),
        columns: vec!["text".into(), "uuid".into()],
    });
    users.checks.push(Check {
        name: "users_check1".into(),
        expression: "small > 0".into(),
    });
    users.foreign_keys.push(ForeignKey {
        name: "users_integer_fkey".into(),
        columns: vec!["integer".into()],
        target: TableName::new("others"),
        target_columns: vec!["id".into()],
        on_delete: Action::SetNull,
        on_update: Action::Cascade,
    });
    let mut index = Index::new("users_idx");
    index.unique = true;
    index.condition = Some("small > 1".into());
    index.method = Some("gin".into());
    index
        .parts
        .push(IndexPart::Expression("lower(text)".into()));
    users.indexes = vec![index, Index::over("a_users_idx", &["small".to_owned()])];
    let mut others = Table::new(TableName::new("others"));
    others.columns.push(column("id", ColumnType::Integer, None));
    Schema::from_parts(vec![role], vec![users, others])
}

#[test]
fn a_schema_is_read_as_it_was_written() {
    let schema = sorted(&everything());
    let text = write(&everything()).unwrap();
    assert_eq!(read(&text, "schema.toml").unwrap(), schema);
    assert_eq!(stated_hash(&text), Some(hash(&schema).unwrap().as_str()));
}

#[test]
fn the_order_of_tables_does_not_count_and_that_of_columns_does() {
    let mut other = everything();
    other.tables.reverse();
    other.tables.iter_mut().for_each(|t| t.indexes.reverse());
    assert_eq!(write(&other).unwrap(), write(&everything()).unwrap());
    other.tables.iter_mut().for_each(|t| t.columns.reverse());
    assert_ne!(hash(&other).unwrap(), hash(&everything()).unwrap());
}

#[test]
fn one_object_stands_on_one_line_and_says_only_what_is_special() {
    let mut table = Table::new(TableName::new("tags"));
    table.columns.push(Column::new("id", ColumnType::BigInt));
    table.columns[0].identity = true;
    table
        .columns
        .push(Column::new("label", ColumnType::Varchar(50)));
    let text = write(&Schema::from_parts(vec![], vec![table])).unwrap();
    let body: Vec<&str> = text.lines().skip(3).collect();
    assert_eq!(
        body,
        [
            "",
            "[[tables]]",
            "name = \"tags\"",
            "columns = [",
            "  { name = \"id\", type = \"big_int\", identity = true },",
            "  { name = \"label\", type = { varchar = 50 } },",
            "]",
        ]
    );
}

#[test]
fn a_change_by_hand_is_noticed_and_another_end_of_lines_is_not() {
    let text = write(&everything()).unwrap();
    let edited = text.replace("users_check1", "users_check2");
    let error = read(&edited, "a/schema.toml").unwrap_err();
    assert!(
        matches!(Problem::of(&error), Some(Problem::EditedSchema { .. })),
        "{error}"
    );
    let schema = read(&text.replace('\n', "\r\n"), "schema.toml").unwrap();
    assert_eq!(schema, sorted(&everything()));
    let newer = text.replace("format = 1", "format = 2");
    assert!(
        read(&newer, "schema.toml")
            .unwrap_err()
            .to_string()
            .contains("its format is 2")
    );
}

#[test]
fn what_a_snapshot_does_not_know_is_an_error_and_not_lost() {
    let text = write(&everything()).unwrap();
    let unknown = text.replace("name = \"small\"", "name = \"small\", colour = \"red\"");
    let error = read(&unknown, "schema.toml").unwrap_err().to_string();
    assert!(error.contains("colour"), "{error}");
}
