//! Tables with their constraints and indexes.

use super::column::column;
use crate::model::{ForeignKeyDef, FullTextDef, IndexColumnDef, IndexDef, ModelDef};
use crate::schema::{
    Check, ForeignKey, FullText, Index, IndexPart, PrimaryKey, Table, TableName, Unique, name,
};

pub(super) fn table(model: &ModelDef, mistakes: &mut Vec<String>) -> Table {
    let mut table = Table::new(table_name(model));
    table.columns = model
        .columns
        .iter()
        .map(|c| column(model, c, mistakes))
        .collect();
    if !model.key.is_empty() {
        table.primary_key = Some(PrimaryKey {
            name: model
                .key_constraint
                .map_or_else(|| name::primary_key(model.table), str::to_owned),
            columns: columns(model, &model.key),
        });
    }
    for column in model.columns.iter().filter(|c| c.unique) {
        let columns = vec![column.name.to_string()];
        // The key is unique already.
        if table
            .primary_key
            .as_ref()
            .is_none_or(|k| k.columns != columns)
        {
            table.uniques.push(Unique {
                name: name::unique(model.table, &columns),
                columns,
            });
        }
    }
    for def in &model.indexes {
        match unique_columns(model, def) {
            Some(unique) => table.uniques.push(unique),
            None => table.indexes.push(index(model, def)),
        }
    }
    table.foreign_keys = model
        .foreign_keys
        .iter()
        .map(|f| foreign_key(model, f))
        .collect();
    table.checks = checks(model);
    let full_text = |def: &FullTextDef| FullText {
        language: def.language.map(str::to_owned),
        weights: def.weights.clone(),
        stored: def.stored,
        ..FullText::new(def.index_name(model), columns(model, &def.columns))
    };
    table.full_texts = model.full_texts.iter().map(full_text).collect();
    table.comment = model.comment.map(str::to_owned);
    index_foreign_keys(model, &mut table);
    table.uniques.sort_by(|a, b| a.name.cmp(&b.name));
    table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
    table.full_texts.sort_by(|a, b| a.name.cmp(&b.name));
    table.foreign_keys.sort_by(|a, b| a.name.cmp(&b.name));
    table
}

pub(super) fn table_name(model: &ModelDef) -> TableName {
    TableName {
        schema: model.schema.map(str::to_owned),
        name: model.table.to_owned(),
    }
}

fn columns(model: &ModelDef, indexes: &[usize]) -> Vec<String> {
    indexes
        .iter()
        .filter_map(|at| model.columns.get(*at))
        .map(|c| c.name.to_string())
        .collect()
}

/// A unique index over plain columns and all rows is a constraint, which violations are reported by.
fn unique_columns(model: &ModelDef, def: &IndexDef) -> Option<Unique> {
    let special = def.condition.is_some() || def.method.is_some() || !def.include.is_empty();
    if !def.unique || special {
        return None;
    }
    let plain = |part: &IndexColumnDef| match part {
        IndexColumnDef::Column {
            column,
            descending: false,
        } => model.columns.get(*column).map(|c| c.name.to_string()),
        _ => None,
    };
    let columns = def.columns.iter().map(plain).collect::<Option<Vec<_>>>()?;
    Some(Unique {
        name: index_name(model, def),
        columns,
    })
}

fn index_name(model: &ModelDef, def: &IndexDef) -> String {
    let parts = def.columns.iter().map(|part| match part {
        IndexColumnDef::Column { column, .. } => model.columns.get(*column).map_or("", |c| &c.name),
        IndexColumnDef::Expression(_) => "expr",
    });
    match (def.name, def.unique) {
        (Some(name), _) => name.to_owned(),
        (None, true) => name::unique(model.table, parts),
        (None, false) => name::index(model.table, parts),
    }
}

fn index(model: &ModelDef, def: &IndexDef) -> Index {
    let part = |part: &IndexColumnDef| match part {
        IndexColumnDef::Column { column, descending } => {
            let name = model.columns.get(*column)?.name.to_string();
            Some(IndexPart::Column {
                name,
                descending: *descending,
            })
        }
        IndexColumnDef::Expression(sql) => Some(IndexPart::Expression((*sql).to_owned())),
    };
    Index {
        name: index_name(model, def),
        parts: def.columns.iter().filter_map(part).collect(),
        include: columns(model, &def.include),
        unique: def.unique,
        condition: def.condition.map(str::to_owned),
        method: def.method.map(str::to_owned),
    }
}

fn foreign_key(model: &ModelDef, def: &ForeignKeyDef) -> ForeignKey {
    let columns = columns(model, &def.columns);
    ForeignKey {
        name: def
            .constraint
            .map_or_else(|| name::foreign_key(model.table, &columns), str::to_owned),
        columns,
        target: table_name((def.target)()),
        target_columns: def
            .target_columns()
            .iter()
            .map(|c| c.name.to_string())
            .collect(),
        on_delete: def.on_delete,
        on_update: def.on_update,
    }
}

fn checks(model: &ModelDef) -> Vec<Check> {
    let mut unnamed = 0;
    let check = |def: &crate::model::CheckDef| {
        let name = def.name.map_or_else(
            || {
                unnamed += 1;
                name::table_check(model.table, unnamed)
            },
            str::to_owned,
        );
        Check {
            name,
            expression: def.expression.to_owned(),
        }
    };
    model.checks.iter().map(check).collect()
}

/// Without an index over its columns, a foreign key makes each delete of a row that it refers to read the whole table.
fn index_foreign_keys(model: &ModelDef, table: &mut Table) {
    let keys = table.foreign_keys.clone();
    for (key, _) in keys
        .into_iter()
        .zip(&model.foreign_keys)
        .filter(|(_, def)| !def.unindexed)
    {
        if !key.columns.is_empty() && !table.has_index_beginning_with(&key.columns) {
            table.indexes.push(Index::over(
                name::index(model.table, &key.columns),
                &key.columns,
            ));
        }
    }
}
