//! The full-text indexes.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Ident, LitStr};

use super::{Part, member};
use crate::attr::{Errors, FieldAttr, FullTextAttr, IndexPart};

/// A full-text index whose fields are there.
pub(crate) struct FullText<'a> {
    pub(crate) parts: Vec<Part<'a>>,
    /// How much each part counts; empty where all are equal.
    pub(crate) weights: Vec<u32>,
    pub(crate) stored: bool,
    pub(crate) language: Option<&'a LitStr>,
    /// The name of its constant.
    pub(crate) constant: Ident,
    pub(crate) name: Option<&'a LitStr>,
}

/// How often a word may count at most.
const MOST: u32 = 16;
/// How many different weights every database knows.
const DIFFERENT: usize = 4;

pub(super) fn check<'a>(
    model: &Ident,
    indexes: &'a [FullTextAttr],
    fields: &[&'a FieldAttr<'_>],
    errors: &mut Errors,
) -> Vec<FullText<'a>> {
    let mut checked: Vec<FullText<'a>> = Vec::with_capacity(indexes.len());
    for index in indexes {
        let (constant, place) = match &index.constant {
            Some(name) => (name.clone(), name.span()),
            None => (Ident::new("search", Span::call_site()), index.span),
        };
        if is_free(model, &constant, place, &checked, fields, errors)
            && let Some(index) = one(index, constant, fields, errors)
        {
            checked.push(index);
        }
    }
    checked
}

/// Whether nothing else of the model has the name.
fn is_free(
    model: &Ident,
    constant: &Ident,
    place: Span,
    others: &[FullText<'_>],
    fields: &[&FieldAttr<'_>],
    errors: &mut Errors,
) -> bool {
    let name = constant.unraw().to_string();
    let field = fields.iter().find(|field| field.ident.unraw() == name);
    let message = if let Some(field) = field {
        let message = format!(
            "a model with a full-text index has `{name}` for it; call the field otherwise, and write `column = \"{name}\"` on it, \
             or give the index a name: `fulltext(name = words, …)`"
        );
        errors.at(field.ident.span(), message);
        return false;
    } else if member::is_reserved(&name) {
        format!(
            "`{model}::{name}` is taken: every model has it, or its builders do; name the index differently"
        )
    } else if others.iter().any(|other| other.constant.unraw() == name) {
        format!(
            "there is a full-text index `{model}::{name}` already; give this one a name: `fulltext(name = words, …)`"
        )
    } else {
        return true;
    };
    errors.at(place, message);
    false
}

fn one<'a>(
    index: &'a FullTextAttr,
    constant: Ident,
    fields: &[&'a FieldAttr<'_>],
    errors: &mut Errors,
) -> Option<FullText<'a>> {
    let mut parts = Vec::new();
    for given in &index.parts {
        match given {
            IndexPart::Sql(sql) => errors.on(sql, "a full-text index is over fields"),
            IndexPart::Field {
                descending: true,
                path,
            } => {
                errors.on(&path[0], "a full-text index has no order");
            }
            IndexPart::Field { .. } => {
                parts.extend(super::index::part(given, fields, errors));
            }
        }
    }
    let weights = weights(index, errors);
    (parts.len() == index.parts.len()).then_some(FullText {
        parts,
        weights,
        stored: index.stored,
        language: index.language.as_ref(),
        constant,
        name: index.name.as_ref(),
    })
}

/// How much each field of the index counts.
fn weights(index: &FullTextAttr, errors: &mut Errors) -> Vec<u32> {
    let mut weights = vec![1; index.parts.len()];
    for weight in &index.weights {
        let is_it = |part: &IndexPart| matches!(part, IndexPart::Field { path, .. } if *path == weight.path);
        let times = weight.times.base10_parse().ok();
        match (
            index.parts.iter().position(is_it),
            times.filter(|times| (1..=MOST).contains(times)),
        ) {
            (Some(at), Some(times)) => weights[at] = times,
            (None, _) => errors.on(
                &weight.path[0],
                "no field of this index: `weights(…)` says how much a word in one of `fields(…)` counts",
            ),
            (_, None) => errors.on(
                &weight.times,
                format!("a weight is a whole number from 1 to {MOST}"),
            ),
        }
    }
    let mut different = weights.clone();
    different.sort_unstable();
    different.dedup();
    if different.len() > DIFFERENT {
        let message = format!(
            "an index has at most {DIFFERENT} different weights, with the 1 of the fields without one"
        );
        errors.at(index.span, message);
    }
    match different.as_slice() {
        [_] => Vec::new(),
        _ => weights,
    }
}
