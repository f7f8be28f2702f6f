//! The full-text index.

use syn::LitStr;
use syn::ext::IdentExt;

use super::Part;
use crate::attr::{Errors, FieldAttr, FullTextAttr, IndexPart};

/// A full-text index whose fields are there.
pub(crate) struct FullText<'a> {
    pub(crate) parts: Vec<Part<'a>>,
    pub(crate) language: Option<&'a LitStr>,
    pub(crate) name: Option<&'a LitStr>,
}

pub(super) fn check<'a>(
    index: Option<&'a FullTextAttr>,
    fields: &[&'a FieldAttr<'_>],
    errors: &mut Errors,
) -> Option<FullText<'a>> {
    let index = index?;
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
    if let Some(field) = fields.iter().find(|field| field.ident.unraw() == "search") {
        errors.at(
            field.ident.span(),
            "a model with a full-text index has `search` for it; call the field otherwise, and write `column = \"search\"` on it",
        );
        return None;
    }
    (parts.len() == index.parts.len()).then_some(FullText {
        parts,
        language: index.language.as_ref(),
        name: index.name.as_ref(),
    })
}
