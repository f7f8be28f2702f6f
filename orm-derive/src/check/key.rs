//! The primary key: which fields it is made of, and who gives its values.

use proc_macro2::Ident;

use super::Role;
use super::rust_type;
use crate::attr::{Errors, FieldAttr};

/// How many fields a key may have, at most.
const MOST: usize = 4;

/// The fields of the primary key; empty after a mistake.
pub(super) fn find(model: &Ident, fields: &[&FieldAttr<'_>], errors: &mut Errors) -> Vec<usize> {
    let marked: Vec<_> = places(fields, |field| field.key.is_some());
    let by_name = places(fields, |field| field.ident == "id" && !field.hidden);
    if !marked.is_empty() {
        compare(model, fields, &marked, &by_name, errors);
    }
    let key = if marked.is_empty() { by_name } else { marked };
    if key.is_empty() {
        let message = format!(
            "`{model}` has no primary key; add `id: Id<{model}>`, or mark the fields of the key with `#[model(key)]`"
        );
        errors.at(model.span(), message);
    }
    if let Some(extra) = key.get(MOST) {
        errors.on(
            &fields[*extra].ident,
            format!("a key has at most {MOST} fields"),
        );
    }
    let fits = key.iter().all(|at| can_be_key(fields[*at], errors));
    if fits && key.len() <= MOST {
        key
    } else {
        Vec::new()
    }
}

fn places(fields: &[&FieldAttr<'_>], meets: impl Fn(&FieldAttr<'_>) -> bool) -> Vec<usize> {
    fields
        .iter()
        .enumerate()
        .filter(|(_, field)| meets(field))
        .map(|(at, _)| at)
        .collect()
}

/// Refuses two keys where only one can have been meant.
fn compare(
    model: &Ident,
    fields: &[&FieldAttr<'_>],
    marked: &[usize],
    by_name: &[usize],
    errors: &mut Errors,
) {
    let own = |at: &&usize| rust_type::is_own_id(&fields[**at].ty, model);
    if let Some(id) = by_name.iter().filter(own).find(|id| !marked.contains(id))
        && let Some(place) = marked.first().and_then(|at| fields[*at].key)
    {
        let name = &fields[*id].ident;
        errors.at(
            place,
            format!(
                "`{name}: Id<{model}>` is the key of `{model}` already; remove `key` here, \
                 or give `{name}` another type if it is no key"
            ),
        );
    }
    if let Some(second) = marked.iter().filter(own).nth(1)
        && let Some(place) = fields[*second].key
    {
        let message = format!(
            "a key has one `Id<{model}>` at most; a field that refers to another `{model}` takes `#[belongs_to(…)]`"
        );
        errors.at(place, message);
    }
}

fn can_be_key(field: &FieldAttr<'_>, errors: &mut Errors) -> bool {
    let reason = if rust_type::in_option(&field.ty).is_some() {
        "a key is never NULL; remove `Option`"
    } else if field.json.is_some() || field.embed.is_some() {
        "a key is made of plain columns, not of `json` or `embed`"
    } else if field.hidden {
        "a key is part of the struct; make it a field"
    } else if field.generated.is_some() {
        "a key cannot be a generated column"
    } else {
        return true;
    };
    errors.on(&field.ty, reason);
    false
}

/// Who gives the value of a key that is this field alone.
pub(super) fn role(model: &Ident, field: &FieldAttr<'_>) -> Role {
    if field.natural.is_some() || !field.belongs_to.is_empty() || field.default.is_some() {
        return Role::Plain;
    }
    let value = match rust_type::id(&field.ty) {
        Some((of, value)) if model == &of => value,
        // The key of another model: the row shares it.
        Some(_) => return Role::Plain,
        None => rust_type::word(&field.ty),
    };
    match value.as_str() {
        "i32" | "i64" => Role::Identity,
        "Uuid" => Role::ClientUuid,
        _ => Role::Plain,
    }
}
