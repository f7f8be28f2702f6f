//! The other ends of foreign keys: `has_many`, `has_one` and `many_to_many`.

use orm_core::schema::Table;

use super::attribute::Part;
use super::name;
use super::plan::Plan;
use super::relation::{Links, Relation};

/// The associations of one model: the attribute's name, and what stands in it.
pub(super) fn all(
    plan: &Plan<'_>,
    links: &[Links<'_>],
    own: &Links<'_>,
) -> Vec<(&'static str, Vec<Part>)> {
    let mut taken = plan.fields(own.table).to_vec();
    taken.extend(own.relations.iter().map(|r| r.name.clone()));
    let mut associations = Vec::new();
    for other in links {
        let back: Vec<_> = other
            .relations
            .iter()
            .filter(|r| r.key.target == own.table.name)
            .collect();
        for relation in &back {
            let one = match only_links(other) {
                Some((first, second)) => {
                    let far = if first.name == relation.name {
                        second
                    } else {
                        first
                    };
                    many_to_many(plan, other, relation, far, &mut taken)
                }
                None => has(plan, other, relation, back.len() > 1, own, &mut taken),
            };
            associations.push(one);
        }
    }
    associations
}

/// The two ends of a table that does nothing but link them: its columns are two foreign keys, which together are its key.
fn only_links<'l, 's>(links: &'l Links<'s>) -> Option<(&'l Relation<'s>, &'l Relation<'s>)> {
    let [first, second] = links.relations.as_slice() else {
        return None;
    };
    let refers =
        |column: &String| first.key.columns.contains(column) != second.key.columns.contains(column);
    let key = links.table.primary_key.as_ref()?;
    let all = links
        .table
        .columns
        .iter()
        .all(|c| key.columns.contains(&c.name) && refers(&c.name));
    all.then_some((first, second))
}

fn has(
    plan: &Plan<'_>,
    other: &Links<'_>,
    relation: &Relation<'_>,
    several: bool,
    own: &Links<'_>,
    taken: &mut Vec<String>,
) -> (&'static str, Vec<Part>) {
    let model = plan.model(&other.table.name).unwrap_or_default();
    let one = is_one(other.table, relation);
    let plain = match one {
        true => name::field(model),
        false => name::many(model),
    };
    let itself = other.table.name == own.table.name;
    let wanted = match several || itself {
        true => format!(
            "{}_as_{}",
            plain.trim_end_matches('_'),
            relation.name.trim_end_matches('_')
        ),
        false => plain,
    };
    let mut parts = vec![named(wanted, model, taken)];
    if several {
        parts.push(Part::Free(format!("via = {}", relation.name)));
    }
    (if one { "has_one" } else { "has_many" }, parts)
}

/// Whether a row of this table has at most one of the other.
fn is_one(other: &Table, relation: &Relation<'_>) -> bool {
    other.is_unique(&relation.key.columns)
}

fn many_to_many(
    plan: &Plan<'_>,
    between: &Links<'_>,
    near: &Relation<'_>,
    far: &Relation<'_>,
    taken: &mut Vec<String>,
) -> (&'static str, Vec<Part>) {
    let model = plan.model(&far.key.target).unwrap_or_default();
    let itself = near.key.target == far.key.target;
    let wanted = match itself {
        true => format!(
            "{}_as_{}",
            name::many(model).trim_end_matches('_'),
            far.name.trim_end_matches('_')
        ),
        false => name::many(model),
    };
    let mut parts = vec![named(wanted, model, taken)];
    let through = plan.model(&between.table.name).unwrap_or_default();
    parts.push(Part::Free(format!("through = {through}")));
    if itself {
        parts.push(Part::Free(format!("via = {}", near.name)));
        parts.push(Part::Free(format!("to = {}", far.name)));
    }
    ("many_to_many", parts)
}

fn named(wanted: String, model: &str, taken: &mut Vec<String>) -> Part {
    let name = name::distinct(wanted, taken);
    taken.push(name.clone());
    Part::Free(format!("{name}: {model}"))
}
