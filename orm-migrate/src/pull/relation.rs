//! Foreign keys, as `belongs_to`.

use orm_core::schema::{Action, ForeignKey, Table, name as constraint};

use super::attribute::{Part, text};
use super::name;
use super::plan::Plan;

/// A foreign key, ready to be written.
pub(super) struct Relation<'s> {
    /// What it is called.
    pub(super) name: String,
    pub(super) key: &'s ForeignKey,
    /// What stands in `#[belongs_to(…)]`.
    pub(super) parts: Vec<Part>,
    /// Whether it needs no index of its own in the attributes, since the model gives it one.
    pub(super) makes_index: bool,
}

/// The foreign keys of one model.
pub(super) struct Links<'s> {
    pub(super) table: &'s Table,
    pub(super) relations: Vec<Relation<'s>>,
    /// What is said about those that a model cannot have.
    pub(super) notes: Vec<String>,
}

/// The foreign keys of the table.
pub(super) fn all<'s>(plan: &Plan<'_>, table: &'s Table) -> Links<'s> {
    let mut taken = plan.fields(table).to_vec();
    let (mut relations, mut notes) = (Vec::new(), Vec::new());
    for key in &table.foreign_keys {
        match why_not(plan, table, key) {
            Some(reason) => notes.push(format!(
                "The foreign key `{}` ({}) to `{}` ({}) is left out: {reason}.",
                key.name,
                key.columns.join(", "),
                key.target,
                key.target_columns.join(", ")
            )),
            None => relations.push(one(plan, table, key, &mut taken)),
        }
    }
    Links {
        table,
        relations,
        notes,
    }
}

fn why_not(plan: &Plan<'_>, table: &Table, key: &ForeignKey) -> Option<String> {
    let Some(target) = plan
        .table(&key.target)
        .filter(|t| plan.model(&t.name).is_some())
    else {
        return Some("what it refers to is no model".to_owned());
    };
    if !target.is_unique(&key.target_columns) {
        return Some("what it refers to need not be unique".to_owned());
    }
    for (own, other) in key.columns.iter().zip(&key.target_columns) {
        let (Some(own), Some(other)) = (table.column(own), target.column(other)) else {
            return Some("it is over columns that are not there".to_owned());
        };
        let spelled = plan.spelling(table, own).zip(plan.spelling(target, other));
        if !own.ty.refers_to(&other.ty)
            || spelled.is_none_or(|(a, b)| a.rust != b.rust || a.sql_type != b.sql_type)
        {
            return Some("its columns have other types".to_owned());
        }
    }
    let optional = key
        .columns
        .iter()
        .filter_map(|c| table.column(c))
        .any(|c| c.nullable);
    let sets_null = [key.on_delete, key.on_update].contains(&Action::SetNull);
    (sets_null && !optional).then(|| "it sets columns to NULL that cannot be NULL".to_owned())
}

fn one<'s>(
    plan: &Plan<'_>,
    table: &'s Table,
    key: &'s ForeignKey,
    taken: &mut Vec<String>,
) -> Relation<'s> {
    let model = plan.model(&key.target).unwrap_or_default();
    let relation = relation_name(key, model, taken);
    taken.push(relation.clone());
    let field = |t: &Table, column: &String| plan.field(t, column).unwrap_or_default().to_owned();
    let mut parts = vec![Part::Free(format!("{relation}: {model}"))];
    if key.columns.len() > 1 {
        let fields: Vec<_> = key.columns.iter().map(|c| field(table, c)).collect();
        parts.push(Part::Free(format!("fields({})", fields.join(", "))));
    }
    if let Some(target) = plan.table(&key.target)
        && target
            .primary_key
            .as_ref()
            .is_none_or(|k| k.columns != key.target_columns)
    {
        let fields: Vec<_> = key
            .target_columns
            .iter()
            .map(|c| field(target, c))
            .collect();
        parts.push(Part::Free(match fields.as_slice() {
            [one] => format!("references = {one}"),
            many => format!("references({})", many.join(", ")),
        }));
    }
    for (word, given) in [("on_delete", key.on_delete), ("on_update", key.on_update)] {
        if let Some(action) = action(given) {
            parts.push(Part::Free(format!("{word} = {action}")));
        }
    }
    if key.name != constraint::foreign_key(&table.name.name, &key.columns) {
        parts.push(text("constraint", &key.name));
    }
    let makes_index = makes_index(table, key);
    if !makes_index && !table.has_index_beginning_with(&key.columns) {
        parts.push(Part::Plain("unindexed".to_owned()));
    }
    Relation {
        name: relation,
        key,
        parts,
        makes_index,
    }
}

/// Whether the model gives the foreign key the very index that the table has for it.
fn makes_index(table: &Table, key: &ForeignKey) -> bool {
    let name = constraint::index(&table.name.name, &key.columns);
    let own = orm_core::schema::Index::over(name, &key.columns);
    let mut without = table.clone();
    without.indexes.retain(|i| *i != own);
    without.indexes.len() < table.indexes.len() && !without.has_index_beginning_with(&key.columns)
}

/// `author` for `author_id`; a relation cannot have the name of a field.
fn relation_name(key: &ForeignKey, model: &str, taken: &[String]) -> String {
    let column = match key.columns.as_slice() {
        [column] => name::field(column),
        _ => name::field(model),
    };
    let stem = ["_id", "_uuid", "_code", "_key"]
        .iter()
        .find_map(|end| column.strip_suffix(end));
    let wanted = name::field(stem.unwrap_or(&column));
    match taken.contains(&wanted) {
        true => name::distinct(format!("{}_row", wanted.trim_end_matches('_')), taken),
        false => wanted,
    }
}

fn action(action: Action) -> Option<&'static str> {
    match action {
        Action::Restrict => Some("Restrict"),
        Action::Cascade => Some("Cascade"),
        Action::SetNull => Some("SetNull"),
        Action::SetDefault => Some("SetDefault"),
        _ => None,
    }
}
