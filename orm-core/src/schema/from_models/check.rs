//! What a model, or two models together, can get wrong. Each mistake says what to write instead.

use std::collections::{BTreeMap, BTreeSet};

use super::column::column_type;
use crate::model::{Action, ColumnDef, ColumnRole, ForeignKeyDef, IndexColumnDef, ModelDef};
use crate::schema::Table;
use crate::value::Kind;

/// Whether every index into the model's columns is one of a column. Nothing else can be said about a model where that is not so.
pub(super) fn indexes_lead_somewhere(model: &ModelDef, mistakes: &mut Vec<String>) -> bool {
    let indexed = model
        .indexes
        .iter()
        .flat_map(|i| &i.columns)
        .filter_map(IndexColumnDef::column);
    let included = model.indexes.iter().flat_map(|i| &i.include).copied();
    let referring = model.foreign_keys.iter().flat_map(|f| &f.columns).copied();
    let lost = model
        .key
        .iter()
        .copied()
        .chain(indexed)
        .chain(included)
        .chain(referring)
        .any(|at| at >= model.columns.len());
    // A target's key that leads nowhere is its own mistake, and yet nothing can be said about what refers to it.
    let lost = lost
        || model
            .foreign_keys
            .iter()
            .map(|f| (f.target)())
            .any(|t| t.key.iter().any(|at| *at >= t.columns.len()));
    if lost || model.visible > model.columns.len() {
        mistakes.push(format!(
            "a key, index or foreign key of `{}` is over a column that the model does not have",
            model.name
        ));
        return false;
    }
    true
}

/// Tables whose names collide, and constraints and indexes whose names do.
pub(super) fn tables(models: &[&'static ModelDef], tables: &[Table], mistakes: &mut Vec<String>) {
    let mut owners: BTreeMap<String, &ModelDef> = BTreeMap::new();
    let mut indexes: BTreeMap<(Option<&str>, String), &ModelDef> = BTreeMap::new();
    for (model, table) in models.iter().zip(tables) {
        if let Some(other) = owners.insert(table.name.to_string().to_lowercase(), model) {
            let (a, b, name) = (other.name, model.name, &table.name);
            mistakes.push(format!("`{a}` and `{b}` both stand for the table `{name}`; give one of them `#[model(table = \"…\")]`"));
            continue;
        }
        let mut own: BTreeSet<&str> = BTreeSet::new();
        for name in constraint_names(table).filter(|name| !own.insert(name)) {
            let model = model.name;
            mistakes.push(format!("two constraints or indexes of `{model}` have the name `{name}`; remove one, or give it a `name` of its own"));
        }
        // What is an index, or has one, shares its names with the other tables of the schema.
        for name in index_names(table) {
            let before = indexes.insert((model.schema, name.to_lowercase()), model);
            if let Some(other) = before.filter(|other| !std::ptr::eq(*other, *model)) {
                let (a, b) = (other.name, model.name);
                mistakes.push(format!("`{a}` and `{b}` each have a constraint or index with the name `{name}`; give one a `name` of its own"));
            }
        }
    }
}

fn index_names(table: &Table) -> impl Iterator<Item = &str> {
    let key = table.primary_key.iter().map(|k| &k.name);
    let uniques = table.uniques.iter().map(|u| &u.name);
    key.chain(uniques)
        .chain(table.indexes.iter().map(|i| &i.name))
        .map(String::as_str)
}

fn constraint_names(table: &Table) -> impl Iterator<Item = &str> {
    let foreign_keys = table.foreign_keys.iter().map(|f| f.name.as_str());
    index_names(table)
        .chain(foreign_keys)
        .chain(table.checks.iter().map(|c| c.name.as_str()))
}

/// The columns of one model, and what is over them.
pub(super) fn model(model: &ModelDef, table: &Table, mistakes: &mut Vec<String>) {
    let name = model.name;
    if model.columns.is_empty() {
        mistakes.push(format!("`{name}` has no columns"));
    }
    for (at, column) in model.columns.iter().enumerate() {
        if let Some(other) = model.columns[..at]
            .iter()
            .find(|c| c.name.eq_ignore_ascii_case(&column.name))
        {
            let (a, b) = (&other.field, &column.field);
            mistakes.push(format!(
                "`{name}::{a}` and `{name}::{b}` are both the column `{}`; give one of them `#[model(column = \"…\")]`",
                column.name
            ));
        }
        self::column(model, column, mistakes);
    }
    if model
        .columns
        .iter()
        .filter(|c| c.role == ColumnRole::Identity)
        .count()
        > 1
    {
        mistakes.push(format!(
            "`{name}` has two columns that the database numbers; there can be one"
        ));
    }
    for column in model.key_columns().filter(|c| c.nullable) {
        mistakes.push(format!(
            "`{name}::{}` is part of the primary key, which is never NULL; remove the `Option`",
            column.field
        ));
    }
    for index in table.indexes.iter().filter(|i| i.parts.is_empty()) {
        mistakes.push(format!(
            "the index `{}` of `{name}` is over no columns",
            index.name
        ));
    }
    for unique in table.uniques.iter().filter(|u| u.columns.is_empty()) {
        mistakes.push(format!(
            "the unique index `{}` of `{name}` is over no columns",
            unique.name
        ));
    }
}

fn column(model: &ModelDef, column: &ColumnDef, mistakes: &mut Vec<String>) {
    let mut mistake =
        |what: &str| mistakes.push(format!("`{}::{}` {what}", model.name, column.field));
    let integer = matches!(
        column.ty.kind,
        Kind::I16 | Kind::I32 | Kind::I64 | Kind::U32
    ) && !column.ty.array;
    if column.role == ColumnRole::Identity && !integer {
        mistake("is numbered by the database, so it must be an integer");
    }
    if column.role == ColumnRole::Identity && column.nullable {
        mistake("is numbered by the database, so it is never NULL; remove the `Option`");
    }
    if column.length == Some(0) {
        mistake("has the length 0, which holds nothing; write the greatest number of characters");
    }
    if column
        .precision
        .is_some_and(|(precision, scale)| precision == 0 || scale > precision)
    {
        mistake(
            "has an impossible precision: it counts all digits, and `scale` those of them behind the point",
        );
    }
    if column.ty.enumeration.is_some_and(|e| e.labels.is_empty()) {
        mistake("is an enum without labels, which has no value");
    }
}

/// Foreign keys against the models that they refer to.
pub(super) fn foreign_keys(model: &ModelDef, table: &Table, mistakes: &mut Vec<String>) {
    for key in &model.foreign_keys {
        if let Err(mistake) = foreign_key(model, key) {
            mistakes.push(format!(
                "the foreign key `{}` of `{}` {mistake}",
                key.relation, model.name
            ));
            continue;
        }
        let optional = |at: &usize| table.columns.get(*at).is_some_and(|c| c.nullable);
        if [key.on_delete, key.on_update].contains(&Action::SetNull)
            && !key.columns.iter().any(optional)
        {
            let mistake = "sets its columns to NULL, which they cannot hold; make one an `Option`, or choose another action";
            mistakes.push(format!(
                "the foreign key `{}` of `{}` {mistake}",
                key.relation, model.name
            ));
        }
    }
}

fn foreign_key(model: &ModelDef, key: &ForeignKeyDef) -> Result<(), String> {
    let target = (key.target)();
    let unknown = key
        .references
        .iter()
        .find(|field| !target.columns.iter().any(|c| c.field == **field));
    if let Some(field) = unknown {
        return Err(format!(
            "refers to `{}::{field}`, which does not exist",
            target.name
        ));
    }
    let referred = key.target_columns();
    if key.columns.is_empty() || referred.is_empty() {
        return Err(format!(
            "needs columns on both sides; `{}` has no primary key that it could refer to",
            target.name
        ));
    }
    if key.columns.len() != referred.len() {
        let (own, other) = (key.columns.len(), referred.len());
        return Err(format!(
            "has {own} columns and refers to {other} of `{}`; give it one for each",
            target.name
        ));
    }
    for (at, referred) in key.columns.iter().zip(&referred) {
        let own = &model.columns[*at];
        if !column_type(own).refers_to(&column_type(referred)) {
            let (a, b) = (own.rust_type, referred.rust_type);
            return Err(format!(
                "leads from `{}`, a `{a}`, to `{}::{}`, a `{b}`; both must have the same type",
                own.field, target.name, referred.field
            ));
        }
    }
    // Of the target, only its names and keys are looked at here; its own mistakes are reported with it.
    let table = super::table::table(target, &mut Vec::new());
    let names: Vec<_> = referred.iter().map(|c| c.name.to_string()).collect();
    if !table.is_unique(&names) {
        let fields = referred
            .iter()
            .map(|c| c.field.as_ref())
            .collect::<Vec<_>>()
            .join(", ");
        return Err(format!(
            "refers to `{}::({fields})`, which need not be unique; make it the key or `unique`",
            target.name
        ));
    }
    Ok(())
}
