//! The statements that create a schema in an empty database, and those that drop it.

use orm_core::Result;
use orm_core::dialect::{Building, Dialect};
use orm_core::schema::{EnumType, Schema};
use orm_core::sql::ddl;

use super::order::Order;

/// The statements that create a schema in an empty database, in order: schemas, enum types, tables, the foreign keys that close a circle
/// of tables, indexes, comments.
///
/// ```
/// # #[derive(orm::Model)]
/// # struct User { id: orm::Id<User>, name: String }
/// use orm::{Model, dialect, schema::Schema};
///
/// let schema = Schema::from_models(&[User::def()])?;
/// for statement in orm_migrate::plan::create(&schema, dialect::SQLITE)? {
///     println!("{statement};");
/// }
/// # Ok::<(), orm::Error>(())
/// ```
///
/// # Errors
/// [`is_unsupported`](orm_core::Error::is_unsupported) when the database cannot have a part of the schema.
pub fn create(schema: &Schema, dialect: &'static dyn Dialect) -> Result<Vec<String>> {
    create_with(schema, dialect, ddl::create_enum)
}

/// The same for a database that may have some of the enum types already.
pub(crate) fn create_beside_others(
    schema: &Schema,
    dialect: &'static dyn Dialect,
) -> Result<Vec<String>> {
    create_with(schema, dialect, ddl::ensure_enum)
}

type WriteEnum = fn(&'static dyn Dialect, &EnumType) -> Result<Option<String>>;

fn create_with(
    schema: &Schema,
    dialect: &'static dyn Dialect,
    enumeration: WriteEnum,
) -> Result<Vec<String>> {
    let mut statements = Vec::new();
    let mut schemas: Vec<&str> = schema
        .tables
        .iter()
        .filter_map(|t| t.name.schema.as_deref())
        .collect();
    schemas.sort_unstable();
    schemas.dedup();
    for name in schemas {
        statements.extend(ddl::create_schema(dialect, name)?);
    }
    for def in &schema.enums {
        statements.extend(enumeration(dialect, def)?);
    }
    statements.extend(tables(&order(schema, dialect), dialect)?);
    Ok(statements)
}

/// The statements that create tables in this order, then the foreign keys that were cut, the indexes, and the comments.
pub(super) fn tables(order: &Order<'_>, dialect: &'static dyn Dialect) -> Result<Vec<String>> {
    let mut statements = Vec::new();
    for table in &order.tables {
        let later: Vec<_> = order
            .cut
            .iter()
            .filter(|(t, _)| std::ptr::eq(*t, *table))
            .map(|(_, key)| *key)
            .collect();
        statements.push(ddl::create_table(dialect, table, &later)?);
    }
    for (table, key) in &order.cut {
        statements.push(ddl::add_foreign_key(dialect, table, key)?);
    }
    for table in &order.tables {
        statements.extend(ddl::create_indexes(dialect, table)?);
    }
    for table in &order.tables {
        for index in &table.full_texts {
            let made = ddl::create_full_text(dialect, table, index, Building::Locked)?;
            statements.extend(made);
        }
    }
    for table in &order.tables {
        statements.extend(ddl::comments(dialect, table)?);
    }
    Ok(statements)
}

/// The statements that drop the tables of a schema, where they are there, in order, and the enum types that no other table uses.
///
/// # Errors
/// When a table has a name that the database cannot have.
pub fn drop(schema: &Schema, dialect: &'static dyn Dialect) -> Result<Vec<String>> {
    let mut statements: Vec<String> = dialect
        .before_drop()
        .map(str::to_owned)
        .into_iter()
        .collect();
    let order = Order::of(schema);
    for (table, key) in &order.cut {
        statements.extend(ddl::drop_foreign_key(dialect, table, key)?);
    }
    for table in order.tables.iter().rev() {
        let beside = dialect.full_text_is_beside();
        for index in table.full_texts.iter().filter(|_| beside) {
            let dropped = ddl::drop_full_text(dialect, table, index, Building::Locked)?;
            statements.extend(dropped);
        }
        statements.push(ddl::drop_table(dialect, &table.name)?);
    }
    for enumeration in &schema.enums {
        statements.extend(ddl::drop_enum(dialect, enumeration)?);
    }
    Ok(statements)
}

pub(super) fn order<'s>(schema: &'s Schema, dialect: &'static dyn Dialect) -> Order<'s> {
    let mut order = Order::of(schema);
    if dialect.foreign_keys_look_ahead() {
        order.cut.clear();
    }
    order
}

#[cfg(test)]
mod tests;
