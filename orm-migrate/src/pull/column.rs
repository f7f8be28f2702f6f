//! One column, as a field.

use orm_core::schema::{Column, ColumnType, DefaultValue, Table};
use orm_core::sql::ddl;

use super::attribute::{Part, text};
use super::literal;
use super::plan::{Plan, Spelling};

/// A column, ready to be written.
pub(super) struct FieldSource {
    /// Its name and type.
    pub(super) declaration: String,
    /// What stands in `#[model(…)]`.
    pub(super) parts: Vec<Part>,
    /// Whether it can only be a column that the struct does not hold.
    pub(super) hidden: bool,
    /// What an attribute cannot say.
    pub(super) note: Option<String>,
}

pub(super) fn field(plan: &Plan<'_>, table: &Table, column: &Column) -> FieldSource {
    let name = plan.field(table, &column.name).unwrap_or_default();
    let spelling = plan.spelling(table, column);
    let hidden = spelling.is_none();
    let spelling = spelling.unwrap_or_else(|| unreadable(plan, table, column));
    let mut parts = Vec::new();
    key(table, column, name, &spelling, &mut parts);
    if name != column.name {
        parts.push(text("column", &column.name));
    }
    typed(&spelling, &mut parts);
    default(plan, table, column, &spelling, &mut parts);
    if let Some(generated) = &column.generated {
        let word = if generated.stored {
            "generated"
        } else {
            "generated_virtual"
        };
        parts.push(text(word, &generated.expression));
    }
    // What the type would demand by itself has to be said where the type is given in other words.
    let in_other_words = spelling.sql_type.is_some() && !matches!(column.ty, ColumnType::Other(_));
    let check = match in_other_words {
        true => ddl::condition_of(plan.dialect, column)
            .ok()
            .filter(|c| !c.is_empty()),
        false => column.check.clone(),
    };
    for (word, given) in [
        ("check", &check),
        ("collation", &column.collation),
        ("comment", &column.comment),
    ] {
        parts.extend(given.as_ref().map(|given| text(word, given)));
    }
    let rust = &spelling.rust;
    let declaration = match column.nullable {
        true => format!("{name}: Option<{rust}>"),
        false => format!("{name}: {rust}"),
    };
    let alone = table
        .primary_key
        .as_ref()
        .is_some_and(|k| k.columns.as_slice() == std::slice::from_ref(&column.name));
    let note = (column.identity && !alone).then(|| {
        format!(
            "The database numbers `{}`, which a model can only say of a key that stands alone.",
            column.name
        )
    });
    FieldSource {
        declaration,
        parts,
        hidden,
        note,
    }
}

/// A column whose values cannot be read is kept as text that nobody reads.
fn unreadable(plan: &Plan<'_>, table: &Table, column: &Column) -> Spelling {
    let sql_type = match &column.ty {
        ColumnType::Other(name) => name.clone(),
        _ => ddl::type_of(plan.dialect, table, column).unwrap_or_default(),
    };
    Spelling {
        rust: "String".to_owned(),
        sql_type: Some(sql_type),
        values: column.ty.clone(),
    }
}

fn key(table: &Table, column: &Column, name: &str, spelling: &Spelling, parts: &mut Vec<Part>) {
    let Some(key) = table
        .primary_key
        .as_ref()
        .filter(|k| k.columns.contains(&column.name))
    else {
        return;
    };
    let alone = key.columns.len() == 1;
    if !alone || name != "id" {
        parts.push(Part::Plain("key".to_owned()));
    }
    let refers = table
        .foreign_keys
        .iter()
        .any(|k| k.columns.as_slice() == std::slice::from_ref(&column.name));
    let numbered = spelling.rust.starts_with("Id<") && !spelling.rust.ends_with("Uuid>");
    if alone && numbered && !column.identity && !refers && column.default.is_none() {
        parts.push(Part::Plain("natural".to_owned()));
    }
}

fn typed(spelling: &Spelling, parts: &mut Vec<Part>) {
    parts.extend(spelling.sql_type.as_ref().map(|sql| text("sql_type", sql)));
    if spelling.rust.starts_with("Id<") {
        return;
    }
    let element = match &spelling.values {
        ColumnType::Array(element) => element,
        other => other,
    };
    match element {
        ColumnType::Varchar(length) | ColumnType::Varbinary(length) => {
            parts.push(Part::Plain(format!("length = {length}")))
        }
        ColumnType::Decimal(Some((precision, scale))) => {
            parts.push(Part::Plain(format!("precision = {precision}")));
            parts.push(Part::Plain(format!("scale = {scale}")));
        }
        _ => {}
    }
}

fn default(
    plan: &Plan<'_>,
    table: &Table,
    column: &Column,
    spelling: &Spelling,
    parts: &mut Vec<Part>,
) {
    let Some(value) = &column.default else {
        return;
    };
    let is_time = matches!(column.ty, ColumnType::DateTime | ColumnType::Timestamp);
    if *value == DefaultValue::Now && is_time && !column.nullable {
        let changes = ["updated", "modified", "changed"]
            .iter()
            .any(|w| column.name.to_lowercase().contains(w));
        parts.push(Part::Plain(
            if changes { "updated_at" } else { "created_at" }.to_owned(),
        ));
        return;
    }
    let expression = match value {
        DefaultValue::Value(given) if !spelling.rust.starts_with("Id<") => {
            literal::rust(given, &column.ty, plan.enum_of(table, column))
                .filter(|e| !column.nullable || literal::is_literal(e))
        }
        _ => None,
    };
    parts.push(match expression {
        Some(expression) if literal::is_literal(&expression) => {
            Part::Plain(format!("default = {expression}"))
        }
        Some(expression) => Part::Free(format!("default = {expression}")),
        None => {
            let sql = match value {
                DefaultValue::Sql(sql) => sql.clone(),
                _ => ddl::default_of(plan.dialect, table, column).unwrap_or_default(),
            };
            text("default_sql", &sql)
        }
    });
}
