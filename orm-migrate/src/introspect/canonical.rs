//! A schema as one database keeps it, so that two schemas that it keeps alike are equal.

use std::collections::BTreeSet;

use orm_core::dialect::{Dialect, Family};
use orm_core::schema::{
    Action, Check, Column, ColumnType, DefaultValue, ForeignKey, Generated, Index, IndexPart,
    Schema, Table, Unique, name,
};
use orm_core::sql::ddl;

use super::default;
use super::expression::{Context, Node, parse};
use super::recognise::{Storage, recognise};

/// The schema in the form in which this database keeps it: of types that it stores alike one, expressions in one spelling, no names
/// that it does not keep. Two schemas are the same for a database if these forms are equal.
///
/// ```
/// # use orm_core::{dialect, schema::{Column, ColumnType, Schema, Table, TableName}};
/// let schema = |check: &str, ty| {
///     let mut schema = Schema::default();
///     let mut users = Table::new(TableName::new("users"));
///     let mut age = Column::new("age", ty);
///     age.check = Some(check.to_owned());
///     users.columns.push(age);
///     schema.tables.push(users);
///     schema
/// };
/// let (one, two) = (schema("age>0", ColumnType::Real), schema("(\"age\" > 0)", ColumnType::Double));
/// assert_ne!(one, two);
/// assert_eq!(orm_migrate::canonical(&one, dialect::SQLITE), orm_migrate::canonical(&two, dialect::SQLITE));
/// assert_ne!(orm_migrate::canonical(&one, dialect::POSTGRES), orm_migrate::canonical(&two, dialect::POSTGRES));
/// ```
pub fn canonical(schema: &Schema, dialect: &'static dyn Dialect) -> Schema {
    let mut canonical = schema.clone();
    if dialect.has_enum_types() {
        canonical.enums.sort_by(|a, b| a.name.cmp(&b.name));
    } else {
        canonical.enums.clear();
    }
    canonical.tables = schema.tables.iter().map(|t| table(t, dialect)).collect();
    canonical.tables.sort_by(|a, b| a.name.cmp(&b.name));
    canonical
}

/// A table in the form in which this database keeps it.
pub(super) fn table(table: &Table, dialect: &'static dyn Dialect) -> Table {
    let family = dialect.family();
    let texts = texts(table, dialect);
    let context = Context {
        family,
        texts: &texts,
    };
    let mut canonical = table.clone();
    canonical.columns = table
        .columns
        .iter()
        .map(|c| column(table, c, dialect, context))
        .collect();
    rest(&mut canonical, dialect, context);
    canonical
}

/// All but the columns.
pub(super) fn rest(table: &mut Table, dialect: &'static dyn Dialect, context: Context<'_>) {
    let family = context.family;
    if family == Family::Sqlite {
        table.name.schema.take_if(|s| s == "main");
        for key in &mut table.foreign_keys {
            key.target.schema.take_if(|s| s == "main");
        }
    }
    if let Some(key) = table
        .primary_key
        .as_mut()
        .filter(|_| family != Family::Postgres)
    {
        key.name = name::primary_key(&table.name.name);
    }
    for check in &mut table.checks {
        check.expression = expression(&check.expression, dialect, context);
    }
    for key in table
        .foreign_keys
        .iter_mut()
        .filter(|_| family == Family::Mysql)
    {
        // There is no deferred check, and so no difference.
        for action in [&mut key.on_delete, &mut key.on_update] {
            if *action == Action::Restrict {
                *action = Action::NoAction;
            }
        }
    }
    let made = |index: &Index, keys: &[ForeignKey]| {
        let own = |k: &ForeignKey| {
            k.name == index.name && index.plain_columns().as_ref() == Some(&k.columns)
        };
        family == Family::Mysql && keys.iter().any(own)
    };
    for index in std::mem::take(&mut table.indexes) {
        let index = self::index(index, dialect, context);
        // Made by the database itself for a foreign key that has none, and called by its name.
        if made(&index, &table.foreign_keys) {
            continue;
        }
        match index
            .plain_columns()
            .filter(|_| index.unique && !is_descending(&index))
        {
            Some(columns) => table.uniques.push(Unique {
                name: index.name,
                columns,
            }),
            None => table.indexes.push(index),
        }
    }
    table.comment = comment(table.comment.take(), family);
    table.checks.sort_by(|a: &Check, b| a.name.cmp(&b.name));
    table.uniques.sort_by(|a, b| a.name.cmp(&b.name));
    table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
    table.foreign_keys.sort_by(|a, b| a.name.cmp(&b.name));
}

fn is_descending(index: &Index) -> bool {
    index.parts.iter().any(|p| {
        matches!(
            p,
            IndexPart::Column {
                descending: true,
                ..
            }
        )
    })
}

fn index(mut index: Index, dialect: &'static dyn Dialect, context: Context<'_>) -> Index {
    index.method = index
        .method
        .map(|m| m.to_lowercase())
        .filter(|m| m != "btree");
    index.condition = index.condition.map(|c| expression(&c, dialect, context));
    for part in &mut index.parts {
        if let IndexPart::Expression(sql) = part {
            *sql = expression(sql, dialect, context);
        }
    }
    index
}

/// An expression in its one spelling; one of a form that is not known stays as it is.
pub(super) fn expression(sql: &str, dialect: &'static dyn Dialect, context: Context<'_>) -> String {
    match parse(sql, context) {
        Some(node) => node.to_sql(dialect),
        None => sql.trim().to_owned(),
    }
}

/// The columns that hold text.
pub(super) fn texts(table: &Table, dialect: &'static dyn Dialect) -> BTreeSet<String> {
    let family = dialect.family();
    let is_text = |c: &&Column| {
        ddl::type_of(dialect, table, c).is_ok_and(|name| Storage::new(&name, family).is_text())
    };
    table
        .columns
        .iter()
        .filter(is_text)
        .map(|c| folded(&c.name, family))
        .collect()
}

pub(super) fn folded(name: &str, family: Family) -> String {
    match family {
        Family::Postgres => name.to_owned(),
        _ => name.to_lowercase(),
    }
}

fn column(
    table: &Table,
    column: &Column,
    dialect: &'static dyn Dialect,
    context: Context<'_>,
) -> Column {
    let (Ok(stored), Ok(condition)) = (
        ddl::type_of(dialect, table, column),
        ddl::condition_of(dialect, column),
    ) else {
        // The database cannot have such a column, so there is no other form of it either.
        return column.clone();
    };
    let mut storage = Storage::new(&stored, context.family);
    storage.enumeration = column
        .ty
        .enumeration()
        .filter(|e| e.native && dialect.has_enum_types())
        .cloned();
    let default = match &column.default {
        Some(DefaultValue::Value(_) | DefaultValue::Now) | None => {
            ddl::default_of(dialect, table, column).unwrap_or_default()
        }
        Some(DefaultValue::Sql(sql)) => sql.clone(),
        Some(_) => String::new(),
    };
    let raw = RawColumn {
        name: column.name.clone(),
        storage,
        nullable: column.nullable,
        default: Some(default).filter(|d| !d.is_empty()),
        identity: column.identity,
        generated: column.generated.clone(),
        collation: column.collation.clone(),
        comment: column.comment.clone(),
    };
    read_column(raw, &condition, dialect, context)
}

/// A column as the catalog of a database describes it.
#[derive(Debug, Clone)]
pub(super) struct RawColumn {
    pub(super) name: String,
    pub(super) storage: Storage,
    pub(super) nullable: bool,
    pub(super) default: Option<String>,
    pub(super) identity: bool,
    pub(super) generated: Option<Generated>,
    pub(super) collation: Option<String>,
    pub(super) comment: Option<String>,
}

/// The column that is described so, with the check that is about it alone.
pub(super) fn read_column(
    raw: RawColumn,
    check: &str,
    dialect: &'static dyn Dialect,
    context: Context<'_>,
) -> Column {
    let mut nullable = raw.nullable;
    let (conditions, unread) = match parse(check, context) {
        _ if check.trim().is_empty() => (Vec::new(), None),
        Some(node) => (node.conjuncts(), None),
        None => (Vec::new(), Some(check.trim().to_owned())),
    };
    let mut conditions = conditions;
    if raw.generated.is_some() && !dialect.generated_may_be_not_null() {
        let required = Node::Is(
            Box::new(Node::Column(folded(&raw.name, context.family))),
            "not null".to_owned(),
        );
        let before = conditions.len();
        conditions.retain(|c| *c != required);
        nullable = conditions.len() == before;
    }
    let (ty, own) = recognise(dialect, &raw.name, &raw.storage, conditions, context);
    let mut column = Column::new(raw.name, ty);
    let own = (!own.is_empty()).then(|| Node::and(own).to_sql(dialect));
    column.check = unread.or(own);
    column.nullable = nullable && !raw.identity;
    column.default = match raw.identity {
        true => None,
        false => raw
            .default
            .and_then(|sql| default::read(dialect, &column.ty, &sql, context)),
    };
    column.identity = raw.identity;
    column.generated = raw.generated.map(|g| Generated {
        expression: expression(&g.expression, dialect, context),
        stored: g.stored,
    });
    column.collation = raw
        .collation
        .filter(|c| has_collation(&column.ty) && Some(c.as_str()) != dialect.usual_collation());
    column.comment = comment(raw.comment, context.family);
    column
}

/// A JSON document is text on some databases, and what it is compared by is nobody's choice.
fn has_collation(ty: &ColumnType) -> bool {
    !matches!(ty, ColumnType::Json)
}

/// No comment and an empty one are the same; one inside a definition cannot hold all signs.
fn comment(comment: Option<String>, family: Family) -> Option<String> {
    let comment = comment.filter(|c| !c.is_empty())?;
    Some(match family {
        Family::Sqlite => comment.replace("*/", "* /").replace('\0', ""),
        _ => comment,
    })
}
