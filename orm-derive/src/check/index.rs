//! Indexes and unique constraints.

use syn::ext::IdentExt;
use syn::{Ident, LitStr};

use super::{Index, Part};
use crate::attr::{Errors, FieldAttr, IndexAttr, IndexPart, Named};
use crate::suggest;

/// The indexes of the struct, then those of the fields. (A field that is unique without a name is so by itself.)
pub(super) fn check<'a>(
    indexes: &'a [IndexAttr],
    fields: &[&'a FieldAttr<'_>],
    errors: &mut Errors,
) -> Vec<Index<'a>> {
    let mut checked: Vec<_> = indexes
        .iter()
        .filter_map(|index| one(index, fields, errors))
        .collect();
    for (member, field) in fields
        .iter()
        .enumerate()
        .filter(|(_, field)| field.embed.is_none())
    {
        let plain = field
            .index
            .as_ref()
            .map(|Named { name, .. }| (name.as_ref(), false));
        let unique = field
            .unique
            .as_ref()
            .and_then(|u| u.name.as_ref())
            .map(|name| (Some(name), true));
        for (name, unique) in [plain, unique].into_iter().flatten() {
            let parts = vec![Part::Member {
                member,
                inside: &[],
                descending: false,
            }];
            checked.push(Index {
                parts,
                include: Vec::new(),
                name,
                unique,
                condition: None,
                method: None,
            });
        }
    }
    names(&checked, errors);
    checked
}

fn one<'a>(
    index: &'a IndexAttr,
    fields: &[&FieldAttr<'_>],
    errors: &mut Errors,
) -> Option<Index<'a>> {
    let parts: Vec<_> = index
        .parts
        .iter()
        .filter_map(|given| part(given, fields, errors))
        .collect();
    let include: Vec<_> = index
        .include
        .iter()
        .filter_map(|given| included(given, fields, errors))
        .collect();
    let whole = parts.len() == index.parts.len() && include.len() == index.include.len();
    whole.then_some(Index {
        parts,
        include,
        name: index.name.as_ref(),
        unique: index.unique,
        condition: index.condition.as_ref(),
        method: index.method.as_ref(),
    })
}

/// A column that an index holds has no order there, and is no expression.
fn included<'a>(
    given: &'a IndexPart,
    fields: &[&FieldAttr<'_>],
    errors: &mut Errors,
) -> Option<Part<'a>> {
    if let IndexPart::Sql(sql) = given {
        errors.on(sql, "an index can include fields only");
        return None;
    }
    part(given, fields, errors)
}

pub(super) fn part<'a>(
    part: &'a IndexPart,
    fields: &[&FieldAttr<'_>],
    errors: &mut Errors,
) -> Option<Part<'a>> {
    let (path, descending) = match part {
        IndexPart::Field { path, descending } => (path, *descending),
        IndexPart::Sql(sql) => return Some(Part::Sql(sql)),
    };
    let (first, inside) = path.split_first()?;
    let member = field(first, fields, errors)?;
    match (fields[member].embed.is_some(), inside.first()) {
        (true, None) => {
            errors.at(
                first.span(),
                format!("`{first}` is several columns; name one: `{first}.field`"),
            );
            None
        }
        (false, Some(inner)) => {
            errors.at(
                inner.span(),
                format!("`{first}` is one column, with nothing inside of it"),
            );
            None
        }
        _ => Some(Part::Member {
            member,
            inside,
            descending,
        }),
    }
}

/// The field of this name.
pub(super) fn field(name: &Ident, fields: &[&FieldAttr<'_>], errors: &mut Errors) -> Option<usize> {
    let found = fields
        .iter()
        .position(|field| field.ident.unraw() == name.unraw());
    if found.is_none() {
        let names: Vec<_> = fields
            .iter()
            .map(|field| field.ident.unraw().to_string())
            .collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        errors.at(
            name.span(),
            suggest::unknown("field of this struct", &name.to_string(), &names),
        );
    }
    found
}

fn names(indexes: &[Index<'_>], errors: &mut Errors) {
    let mut seen: Vec<String> = Vec::new();
    for name in indexes.iter().filter_map(|index| index.name) {
        let text = LitStr::value(name);
        if seen.contains(&text) {
            errors.on(name, format!("there is an index `{text}` already"));
        }
        seen.push(text);
    }
}
