//! Foreign keys.

use syn::Ident;
use syn::ext::IdentExt;

use super::{Action, ForeignKey, index, rust_type};
use crate::attr::{BelongsTo, Default, Errors, FieldAttr};

/// The foreign keys of the fields, then those of the struct.
pub(super) fn check<'a>(
    of_struct: &'a [BelongsTo],
    fields: &[&'a FieldAttr<'_>],
    errors: &mut Errors,
) -> Vec<ForeignKey<'a>> {
    let mut keys = Vec::new();
    for (at, field) in fields.iter().enumerate() {
        for relation in &field.belongs_to {
            if let Some(extra) = relation.fields.first() {
                errors.at(extra.span(), "on a field, that field refers; for several fields write `#[belongs_to(…)]` on the struct");
            } else if field.embed.is_none() {
                keys.extend(one(relation, &[at], fields, errors));
            }
        }
    }
    for relation in of_struct {
        if relation.fields.is_empty() {
            let name = &relation.name;
            let message = format!(
                "say which fields refer: `#[belongs_to({name}: …, fields(a, b))]`; for one field, write it on that field"
            );
            errors.at(name.span(), message);
            continue;
        }
        let places: Vec<_> = relation
            .fields
            .iter()
            .filter_map(|f| index::field(f, fields, errors))
            .collect();
        if places.len() == relation.fields.len() {
            keys.extend(one(relation, &places, fields, errors));
        }
    }
    distinct(of_struct, fields, errors);
    keys
}

fn one<'a>(
    relation: &'a BelongsTo,
    places: &[usize],
    fields: &[&'a FieldAttr<'_>],
    errors: &mut Errors,
) -> Option<ForeignKey<'a>> {
    if !relation.references.is_empty() && relation.references.len() != places.len() {
        let message = format!(
            "{} fields refer, so name as many fields of the target",
            places.len()
        );
        errors.at(relation.references[0].span(), message);
        return None;
    }
    for given in [&relation.on_delete, &relation.on_update] {
        action(given.as_ref(), places, fields, errors);
    }
    let plain = |given: &Option<(Ident, Action)>| {
        given
            .as_ref()
            .map_or(Action::Nothing, |(_, action)| *action)
    };
    Some(ForeignKey {
        ident: &relation.name,
        name: relation.name.unraw().to_string(),
        target: &relation.target,
        members: places
            .iter()
            .map(|at| (*at, rust_type::without_option(&fields[*at].ty)))
            .collect(),
        references: &relation.references,
        on_delete: plain(&relation.on_delete),
        on_update: plain(&relation.on_update),
        constraint: relation.constraint.as_ref(),
        unindexed: relation.unindexed.is_some(),
    })
}

/// Refuses an action that the columns cannot take.
fn action(
    given: Option<&(Ident, Action)>,
    places: &[usize],
    fields: &[&FieldAttr<'_>],
    errors: &mut Errors,
) {
    let Some((place, action)) = given else { return };
    for field in places.iter().map(|at| fields[*at]) {
        let (name, ty) = (&field.ident, rust_type::text(&field.ty));
        let nullable = rust_type::in_option(&field.ty).is_some();
        match action {
            Action::SetNull if !nullable => {
                let message = format!(
                    "`{name}` cannot become NULL; write `{name}: Option<{ty}>`, or another action"
                );
                errors.at(place.span(), message);
            }
            Action::SetDefault if !nullable && !has_default(field) => {
                errors.at(place.span(), format!("`{name}` has no default; add `#[model(default = …)]`, or write another action"));
            }
            _ => {}
        }
    }
}

fn has_default(field: &FieldAttr<'_>) -> bool {
    matches!(
        field.default,
        Some(Default::Own(_) | Default::Value(..) | Default::Sql(..))
    )
}

/// Refuses two relations of one name.
fn distinct(of_struct: &[BelongsTo], fields: &[&FieldAttr<'_>], errors: &mut Errors) {
    let mut seen: Vec<&Ident> = Vec::new();
    for relation in fields
        .iter()
        .flat_map(|field| &field.belongs_to)
        .chain(of_struct)
    {
        let name = &relation.name;
        if seen.contains(&name) {
            errors.at(
                name.span(),
                format!("there is a relation `{name}` already; name this one differently"),
            );
        } else if fields.iter().any(|field| field.ident == *name) {
            errors.at(
                name.span(),
                format!("there is a field `{name}` already; name the relation differently"),
            );
        }
        seen.push(name);
    }
}
