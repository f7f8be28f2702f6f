//! MySQL and MariaDB: `information_schema`.

mod catalog;
mod shown;

use std::collections::BTreeMap;

use orm_core::dialect::Family;
use orm_core::query::{Raw, RawPart};
use orm_core::schema::{
    Action, ForeignKey, Generated, Index, IndexPart, PrimaryKey, TableName, name,
};
use orm_core::{Db, Result};

use super::canonical::RawColumn;
use super::full_text;
use super::raw::{Found, RawCheck, RawTable};
use super::recognise::Storage;
use super::type_name;
use super::unmanaged::{Unmanaged, UnmanagedKind};

pub(super) use shown::spelled;

const FAMILY: Family = Family::Mysql;

/// Which databases are read; the first is the connection's.
struct Scope {
    current: String,
    names: Vec<String>,
}

impl Scope {
    fn ask(&self, sql: &'static str) -> Raw {
        let mut pieces = sql.split("{scope}");
        let mut parts: Vec<_> = pieces.next().map(RawPart::Text).into_iter().collect();
        for piece in pieces {
            parts.push(RawPart::Text(" IN ("));
            parts.push(RawPart::list("schemas", &self.names));
            parts.push(RawPart::Text(")"));
            parts.push(RawPart::Text(piece));
        }
        Raw::new(parts)
    }

    fn schema(&self, name: &str) -> Option<String> {
        (name != self.current).then(|| name.to_owned())
    }

    fn table(&self, schema: &str, name: &str) -> TableName {
        let mut table = TableName::new(name);
        table.schema = self.schema(schema);
        table
    }
}

type Tables = BTreeMap<(String, String), RawTable>;

pub(super) async fn read(db: &Db, schemas: &[String]) -> Result<Found> {
    let current: Option<String> = Raw::new(vec![RawPart::Text("SELECT CAST(DATABASE() AS CHAR)")])
        .one(db)
        .await?;
    let current = current.unwrap_or_default();
    let mut names = vec![current.clone()];
    names.extend(schemas.iter().cloned());
    let scope = Scope { current, names };
    let mariadb = db.dialect().name() == "MariaDB";
    let mut unmanaged = Vec::new();
    let mut tables = Tables::new();
    for row in scope
        .ask(catalog::TABLES)
        .all::<catalog::TableRow>(db)
        .await?
    {
        table(&scope, row, &mut tables, &mut unmanaged);
    }
    for row in scope
        .ask(catalog::COLUMNS)
        .all::<catalog::ColumnRow>(db)
        .await?
    {
        if let Some(table) = tables.get_mut(&(row.0.clone(), row.1.clone())) {
            column(table, row, mariadb, &mut unmanaged);
        }
    }
    let statistics = if mariadb {
        catalog::INDEXES_OF_MARIADB
    } else {
        catalog::INDEXES_OF_MYSQL
    };
    for row in scope.ask(statistics).all::<catalog::IndexRow>(db).await? {
        if let Some(table) = tables.get_mut(&(row.0.clone(), row.1.clone())) {
            index(table, row, &mut unmanaged);
        }
    }
    for row in scope
        .ask(catalog::FOREIGN_KEYS)
        .all::<catalog::ForeignKeyRow>(db)
        .await?
    {
        if let Some(table) = tables.get_mut(&(row.0.clone(), row.1.clone())) {
            foreign_key(&scope, table, row);
        }
    }
    let checks = if mariadb {
        catalog::CHECKS_OF_MARIADB
    } else {
        catalog::CHECKS_OF_MYSQL
    };
    for (schema, name, constraint, level, clause) in
        scope.ask(checks).all::<catalog::CheckRow>(db).await?
    {
        if let Some(table) = tables.get_mut(&(schema, name)) {
            check(table, constraint, &level, clause, mariadb);
        }
    }
    for row in scope
        .ask(catalog::OTHERS)
        .all::<catalog::OtherRow>(db)
        .await?
    {
        unmanaged.push(other(&scope, row));
    }
    Ok((tables.into_values().collect(), Vec::new(), unmanaged))
}

fn table(
    scope: &Scope,
    row: catalog::TableRow,
    tables: &mut Tables,
    unmanaged: &mut Vec<Unmanaged>,
) {
    let (schema, name, kind, engine, comment) = row;
    let mut property = |what: String| {
        unmanaged.push(Unmanaged::property(
            scope.schema(&schema),
            &name,
            &name,
            what,
            FAMILY,
        ));
    };
    match kind.as_str() {
        "VIEW" | "SYSTEM VIEW" => return,
        "SEQUENCE" => {
            let found = Unmanaged::new(UnmanagedKind::Sequence, name.clone(), "", FAMILY);
            return unmanaged.push(found.within(scope.schema(&schema), None));
        }
        "SYSTEM VERSIONED" => property("WITH SYSTEM VERSIONING".to_owned()),
        _ => {}
    }
    if let Some(engine) = engine.filter(|e| !e.eq_ignore_ascii_case("innodb")) {
        property(format!("ENGINE = {engine}"));
    }
    let mut table = RawTable::new(scope.table(&schema, &name));
    table.comment = comment;
    tables.insert((schema, name), table);
}

fn column(
    table: &mut RawTable,
    row: catalog::ColumnRow,
    mariadb: bool,
    unmanaged: &mut Vec<Unmanaged>,
) {
    let (_, _, name, ty, default, nullable, extra, expression, collation, comment) = row;
    if let Some(index) = full_text::of_column(&name, expression.as_deref().unwrap_or_default()) {
        table.full_texts.push(index);
        return;
    }
    let lower = extra.to_lowercase();
    let generated = expression
        .filter(|e| !e.is_empty())
        .map(|expression| Generated {
            expression: if mariadb {
                expression
            } else {
                unescaped(&expression)
            },
            stored: lower.contains("stored") || lower.contains("persistent"),
        });
    let storage = Storage::new(&ty, FAMILY);
    let evaluated = mariadb || lower.contains("default_generated");
    let default = default
        .filter(|_| generated.is_none())
        .map(|text| match evaluated {
            true if mariadb => text,
            true => unescaped(&text),
            false => literal(&storage.name, &text),
        });
    if let Some(at) = lower.find("on update ") {
        let what = extra.get(at..).unwrap_or_default().to_uppercase();
        unmanaged.push(Unmanaged::property(
            table.name.schema.clone(),
            &table.name.name,
            &name,
            what,
            FAMILY,
        ));
    }
    if lower.contains("invisible") {
        unmanaged.push(Unmanaged::property(
            table.name.schema.clone(),
            &table.name.name,
            &name,
            "INVISIBLE",
            FAMILY,
        ));
    }
    table.columns.push(RawColumn {
        name,
        storage,
        nullable: nullable == "YES",
        default,
        identity: lower.contains("auto_increment"),
        generated,
        collation,
        comment,
    });
}

/// MySQL gives a default that is a value without its quotes.
fn literal(ty: &str, text: &str) -> String {
    match type_name::is_number(ty)
        || ty.starts_with("tinyint")
        || ty.starts_with("mediumint")
        || text.starts_with("b'")
    {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''")),
    }
}

/// MySQL gives expressions with their quotes escaped.
fn unescaped(text: &str) -> String {
    text.replace("\\'", "'")
}

fn index(table: &mut RawTable, row: catalog::IndexRow, unmanaged: &mut Vec<Unmanaged>) {
    let (_, _, name, unique, column, expression, descending, prefix, method) = row;
    if name == "PRIMARY" {
        let key = table.primary_key.get_or_insert_with(|| PrimaryKey {
            name,
            columns: Vec::new(),
        });
        return key.columns.extend(column);
    }
    let own = column.as_deref() == Some(name::words(&name).as_str());
    let mut full_texts = table.full_texts.iter_mut();
    if let Some(found) = full_texts.find(|f| own && column.as_ref() == Some(&f.name)) {
        found.name = name;
        return;
    }
    if let Some(prefix) = prefix {
        let what = format!(
            "of the first {prefix} of {}",
            column.clone().unwrap_or_default()
        );
        unmanaged.push(Unmanaged::property(
            table.name.schema.clone(),
            &table.name.name,
            &name,
            what,
            FAMILY,
        ));
    }
    // The parts of an index follow each other.
    if table.indexes.last().is_none_or(|last| last.name != name) {
        let mut index = Index::new(name);
        index.unique = unique;
        index.method = Some(method);
        table.indexes.push(index);
    }
    let part = match (column, expression) {
        (Some(name), _) => IndexPart::Column { name, descending },
        (None, expression) => IndexPart::Expression(unescaped(&expression.unwrap_or_default())),
    };
    if let Some(index) = table.indexes.last_mut() {
        index.parts.push(part);
    }
}

fn foreign_key(scope: &Scope, table: &mut RawTable, row: catalog::ForeignKeyRow) {
    let (_, _, name, column, target_schema, target, target_column, on_delete, on_update) = row;
    if table
        .foreign_keys
        .last()
        .is_none_or(|last| last.name != name)
    {
        table.foreign_keys.push(ForeignKey {
            name,
            columns: Vec::new(),
            target: scope.table(&target_schema, &target),
            target_columns: Vec::new(),
            on_delete: action(&on_delete),
            on_update: action(&on_update),
        });
    }
    if let Some(key) = table.foreign_keys.last_mut() {
        key.columns.push(column);
        key.target_columns.push(target_column);
    }
}

fn action(rule: &str) -> Action {
    match rule {
        "CASCADE" => Action::Cascade,
        "SET NULL" => Action::SetNull,
        "SET DEFAULT" => Action::SetDefault,
        _ => Action::NoAction,
    }
}

/// A check in a column's definition has the column's name; that of a JSON column says its type.
fn check(table: &mut RawTable, name: String, level: &str, clause: String, mariadb: bool) {
    let clause = if mariadb { clause } else { unescaped(&clause) };
    let of_column = level == "Column";
    if of_column
        && let Some(column) = table.columns.iter_mut().find(|c| c.name == name)
        && column.storage.name == "longtext"
        && is_json(&clause, &name)
    {
        "json".clone_into(&mut column.storage.name);
        return;
    }
    table.checks.push(RawCheck {
        column: of_column.then(|| name.clone()),
        name: (!of_column).then_some(name),
        expression: clause,
    });
}

fn is_json(clause: &str, column: &str) -> bool {
    clause
        .strip_prefix("json_valid(`")
        .and_then(|rest| rest.strip_suffix("`)"))
        == Some(&column.replace('`', "``"))
}

fn other(scope: &Scope, row: catalog::OtherRow) -> Unmanaged {
    let (kind, schema, table, name, definition) = row;
    let kind = match kind.as_str() {
        "view" => UnmanagedKind::View,
        "trigger" => UnmanagedKind::Trigger,
        "event" => UnmanagedKind::Event,
        "partition" => UnmanagedKind::Partition,
        _ => UnmanagedKind::Routine,
    };
    // Where it stands is not a part of what it is.
    let definition = definition
        .unwrap_or_default()
        .replace(&format!("`{schema}`."), "");
    Unmanaged::new(kind, name, definition, FAMILY).within(scope.schema(&schema), table)
}
