//! PostgreSQL: `pg_catalog`.

mod catalog;
mod unmanaged;

use std::collections::BTreeMap;

use orm_core::dialect::Family;
use orm_core::query::{Raw, RawPart};
use orm_core::schema::{
    Action, EnumType, ForeignKey, Generated, Index, IndexPart, PrimaryKey, Table, TableName,
    Unique, name,
};
use orm_core::sql::{Ident, ddl};
use orm_core::{Db, Result, Value, value::Kind};

use super::canonical::RawColumn;
use super::full_text;
use super::raw::{Found, RawCheck, RawTable};
use super::recognise::Storage;
use super::unmanaged::{Unmanaged, UnmanagedKind};

const FAMILY: Family = Family::Postgres;

/// Which schemas are read.
struct Scope<'s> {
    names: &'s [String],
    current: bool,
}

impl Scope<'_> {
    /// The statement with the names as its first value, and whether the current schema is one of them as its second.
    fn ask(&self, sql: &'static str) -> Raw {
        let names = self.names.iter().map(|n| Value::Text(n.clone())).collect();
        let mut pieces = sql.split("{scope}");
        let mut parts = Vec::new();
        parts.extend(pieces.next().map(RawPart::Text));
        for piece in pieces {
            parts.push(RawPart::Text("(n.nspname = ANY ("));
            parts.push(RawPart::Bind(
                "schemas",
                Ok(Value::Array(Kind::Text, Vec::clone(&names))),
            ));
            parts.push(RawPart::Text(") OR n.nspname = current_schema() AND "));
            parts.push(RawPart::Bind("current", Ok(Value::Bool(self.current))));
            parts.push(RawPart::Text(")"));
            parts.push(RawPart::Text(piece));
        }
        Raw::new(parts)
    }
}

pub(super) async fn read(db: &Db, schemas: &[String]) -> Result<Found> {
    let scope = Scope {
        names: schemas,
        current: true,
    };
    let mut unmanaged = Vec::new();
    let tables = tables(db, &scope, &mut unmanaged).await?;
    let enums = enums(db, &scope).await?;
    unmanaged.extend(unmanaged::read(db, &scope).await?);
    Ok((tables, enums, unmanaged))
}

/// How the database spells this table: it is made as a temporary one, read, and forgotten.
pub(super) async fn spelled(tx: &Db, mut table: Table) -> Result<Option<RawTable>> {
    let dialect = tx.dialect();
    table.name.schema = Some("pg_temp".to_owned());
    let mut statements = Vec::new();
    statements.extend(ddl::create_table(dialect, &table, &[]));
    statements.extend(ddl::create_indexes(dialect, &table).unwrap_or_default());
    let inner = tx.begin().await?;
    for statement in &statements {
        if inner.execute_script(statement).await.is_err() {
            inner.rollback().await?;
            return Ok(None);
        }
    }
    let temporary =
        "SELECT nspname::text FROM pg_catalog.pg_namespace WHERE oid = pg_my_temp_schema()";
    let names: Vec<String> = Raw::new(vec![RawPart::Text(temporary)]).all(&inner).await?;
    let scope = Scope {
        names: &names,
        current: false,
    };
    let found = tables(&inner, &scope, &mut Vec::new()).await?;
    inner.rollback().await?;
    Ok(found.into_iter().find(|t| t.name.name == table.name.name))
}

async fn tables(
    db: &Db,
    scope: &Scope<'_>,
    unmanaged: &mut Vec<Unmanaged>,
) -> Result<Vec<RawTable>> {
    let mut tables: BTreeMap<(String, String), RawTable> = BTreeMap::new();
    for row in scope
        .ask(catalog::COLUMNS)
        .all::<catalog::ColumnRow>(db)
        .await?
    {
        let (schema, name, is_current, table_comment, column) = row;
        let key = (schema, name);
        let table = tables.entry(key).or_insert_with_key(|(schema, name)| {
            let mut table = RawTable::new(table_name(schema, name, is_current));
            table.comment = table_comment;
            table
        });
        if let (Some(name), Some(ty)) = (column.0.clone(), column.1.clone()) {
            let expression = column.3.as_deref().filter(|_| !column.5.is_empty());
            if let Some(index) = expression.and_then(|e| full_text::of_stored(&name, e)) {
                table.full_texts.push(index);
                continue;
            }
            let raw = self::column(name, &ty, column, &table.name, unmanaged);
            table.columns.push(raw);
        }
    }
    for row in scope
        .ask(catalog::CONSTRAINTS)
        .all::<catalog::ConstraintRow>(db)
        .await?
    {
        if let Some(table) = tables.get_mut(&(row.0.clone(), row.1.clone())) {
            constraint(table, row, unmanaged);
        }
    }
    for row in scope
        .ask(catalog::INDEXES)
        .all::<catalog::IndexRow>(db)
        .await?
    {
        if let Some(table) = tables.get_mut(&(row.0.clone(), row.1.clone())) {
            index(table, row, unmanaged);
        }
    }
    Ok(tables.into_values().collect())
}

/// A definition without the schema in which it stands, which is not a part of what it is.
fn without_schema(definition: &str, schema: &str) -> String {
    let mut quoted = String::new();
    Ident(schema).write(&mut quoted, '"');
    definition
        .replace(&format!("{quoted}."), "")
        .replace(&format!(" {schema}."), " ")
}

fn table_name(schema: &str, name: &str, is_current: bool) -> TableName {
    let mut table = TableName::new(name);
    table.schema = (!is_current).then(|| schema.to_owned());
    table
}

async fn enums(db: &Db, scope: &Scope<'_>) -> Result<Vec<EnumType>> {
    let rows: Vec<(String, Vec<String>)> = scope.ask(catalog::ENUMS).all(db).await?;
    let mut enums: Vec<EnumType> = rows
        .into_iter()
        .map(|(name, labels)| EnumType {
            name,
            labels,
            native: true,
        })
        .collect();
    enums.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(enums)
}

fn column(
    name: String,
    ty: &str,
    row: catalog::ColumnPart,
    table: &TableName,
    unmanaged: &mut Vec<Unmanaged>,
) -> RawColumn {
    let (
        _,
        _,
        not_null,
        expression,
        identity,
        generated,
        collation,
        comment,
        enumeration,
        labels,
        serial,
    ) = row;
    let mut storage = Storage::new(ty, FAMILY);
    storage.enumeration = enumeration.map(|name| EnumType {
        name,
        labels,
        native: true,
    });
    let mut property = |what: &str| {
        unmanaged.push(Unmanaged::property(
            table.schema.clone(),
            &table.name,
            &name,
            what,
            FAMILY,
        ));
    };
    match identity.as_str() {
        "a" => property("GENERATED ALWAYS AS IDENTITY"),
        _ if serial => property("numbered by a sequence of its own (serial)"),
        _ => {}
    }
    let is_generated = !generated.is_empty();
    RawColumn {
        storage,
        nullable: !not_null,
        default: expression.clone().filter(|_| !is_generated),
        identity: !identity.is_empty() || serial,
        generated: expression
            .filter(|_| is_generated)
            .map(|expression| Generated {
                expression,
                stored: generated == "s",
            }),
        collation,
        comment,
        name,
    }
}

fn constraint(table: &mut RawTable, row: catalog::ConstraintRow, unmanaged: &mut Vec<Unmanaged>) {
    let (
        _,
        _,
        name,
        kind,
        expression,
        columns,
        target,
        (on_delete, on_update),
        (definition, property),
    ) = row;
    if let Some(property) = property {
        unmanaged.push(Unmanaged::property(
            table.name.schema.clone(),
            &table.name.name,
            &name,
            property,
            FAMILY,
        ));
    }
    match kind.as_str() {
        "p" => table.primary_key = Some(PrimaryKey { name, columns }),
        "u" => table.uniques.push(Unique { name, columns }),
        "f" => {
            let (schema, target, is_current, target_columns) = target;
            table.foreign_keys.push(ForeignKey {
                name,
                columns,
                target: table_name(
                    &schema.unwrap_or_default(),
                    &target.unwrap_or_default(),
                    is_current.unwrap_or(true),
                ),
                target_columns,
                on_delete: action(&on_delete),
                on_update: action(&on_update),
            });
        }
        "c" => table.checks.push(RawCheck {
            name: Some(name),
            column: None,
            expression: expression.unwrap_or_default(),
        }),
        _ => {
            let found = Unmanaged::new(UnmanagedKind::Constraint, name, definition, FAMILY);
            unmanaged.push(found.within(table.name.schema.clone(), Some(table.name.name.clone())));
        }
    }
}

fn action(letter: &str) -> Action {
    match letter {
        "r" => Action::Restrict,
        "c" => Action::Cascade,
        "n" => Action::SetNull,
        "d" => Action::SetDefault,
        _ => Action::NoAction,
    }
}

fn index(table: &mut RawTable, row: catalog::IndexRow, unmanaged: &mut Vec<Unmanaged>) {
    let (
        schema,
        _,
        name,
        unique,
        method,
        (columns, expressions, options),
        keys,
        condition,
        (definition, property),
    ) = row;
    if let Some(index) = full_text::of_vector(&name, &method, &expressions) {
        table.full_texts.push(index);
        return;
    }
    let words = name::words(&name);
    let own = matches!(columns.as_slice(), [column] if *column == words);
    let mut full_texts = table.full_texts.iter_mut();
    if let Some(found) = full_texts.find(|f| own && f.name == words) {
        found.name = name;
        return;
    }
    let mut index = Index::new(name);
    index.unique = unique;
    index.method = Some(method);
    index.condition = condition;
    let keys = usize::try_from(keys).unwrap_or_default();
    let mut unusual = property;
    for (at, column) in columns.into_iter().enumerate() {
        let option = options.get(at).copied().unwrap_or_default();
        let descending = option & 1 == 1;
        // Those at the other end than the direction says.
        if at < keys && (option & 2 == 2) != descending {
            unusual = true;
        }
        match expressions.get(at).filter(|_| column.is_empty()) {
            _ if at >= keys => index.include.push(column),
            None => index.parts.push(IndexPart::Column {
                name: column,
                descending,
            }),
            Some(expression) => {
                unusual |= descending;
                index.parts.push(IndexPart::Expression(expression.clone()));
            }
        }
    }
    if unusual {
        unmanaged.push(Unmanaged::property(
            table.name.schema.clone(),
            &table.name.name,
            &index.name,
            without_schema(&definition, &schema),
            FAMILY,
        ));
    }
    table.indexes.push(index);
}
