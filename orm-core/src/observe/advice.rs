//! Which include would have brought the rows of a statement that was sent again and again.

use super::Request;
use crate::driver::Statement;
use crate::model::{self, ForeignKeyDef, ModelDef};

/// What to write, as code; the likeliest first.
pub(super) fn includes(statement: &Statement, request: &Request) -> Vec<String> {
    // A relation that was read row by row names itself.
    if let Some(relation) = statement.relation {
        return vec![format!(".include({relation:?})")];
    }
    let Some(model) = statement.model else {
        return Vec::new();
    };
    let Some((_, condition)) = statement.sql.split_once(" WHERE ") else {
        return Vec::new();
    };
    let by_key = model
        .key_columns()
        .all(|key| compares(condition, &key.name));
    if !by_key || model.key.is_empty() {
        return backwards(model, condition);
    }
    let all = model::all();
    let references = |from: &'static ModelDef| {
        let keys = from.foreign_keys.iter();
        keys.filter(|key| std::ptr::eq((key.target)(), model))
            .map(move |key| (from, key))
    };
    let all: Vec<(&ModelDef, &ForeignKeyDef)> = all.into_iter().flat_map(references).collect();
    // The rows around were read in the same request, most likely.
    let read: Vec<_> = all
        .iter()
        .filter(|(from, _)| request.has_read(from.table))
        .collect();
    let likely: Vec<_> = match read.is_empty() {
        true => all.iter().collect(),
        false => read,
    };
    likely
        .into_iter()
        .map(|(from, key)| format!(".include({}::{})", from.name, key.relation))
        .take(3)
        .collect()
}

/// Rows that were found by a foreign key: the other model's relation that is this one backwards, whose name the models do not hold.
fn backwards(model: &'static ModelDef, condition: &str) -> Vec<String> {
    let compared = |key: &&ForeignKeyDef| {
        key.columns
            .iter()
            .all(|column| compares(condition, &model.columns[*column].name))
    };
    model
        .foreign_keys
        .iter()
        .filter(compared)
        .map(|key| {
            let target = (key.target)().name;
            format!(
                ".include({target}::…), the relation that is `{}::{}` backwards",
                model.name, key.relation
            )
        })
        .collect()
}

/// Whether a condition of our own rendering asks for one value of the column.
fn compares(condition: &str, column: &str) -> bool {
    let quoted = |c: char| matches!(c, '"' | '`');
    condition.match_indices(column).any(|(at, _)| {
        condition[..at].ends_with(quoted)
            && condition[at + column.len()..]
                .strip_prefix(quoted)
                .is_some_and(|rest| rest.starts_with(" = "))
    })
}
