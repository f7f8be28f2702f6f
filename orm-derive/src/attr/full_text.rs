//! `fulltext(…)` on the struct.

use syn::LitStr;

use super::Errors;
use super::field::put;
use super::index::{IndexPart, parts};
use super::item::{self, Item};
use crate::suggest;

/// An index over the words of fields.
pub(crate) struct FullTextAttr {
    pub(crate) parts: Vec<IndexPart>,
    pub(crate) language: Option<LitStr>,
    pub(crate) name: Option<LitStr>,
}

const WORDS: &[&str] = &["fields", "language", "name"];

pub(super) fn read(item: &Item, errors: &mut Errors) -> Option<FullTextAttr> {
    let mut index = FullTextAttr {
        parts: Vec::new(),
        language: None,
        name: None,
    };
    for part in item::items(item.list(errors)?, errors) {
        match part.name().as_str() {
            "fields" => {
                if let Some(tokens) = part.list(errors) {
                    index.parts.extend(parts(tokens, errors));
                }
            }
            "language" => put(&mut index.language, part.text(errors), &part, errors),
            "name" => put(&mut index.name, part.text(errors), &part, errors),
            word => errors.at(
                part.span(),
                suggest::unknown("part of a full-text index", word, WORDS),
            ),
        }
    }
    if index.parts.is_empty() {
        errors.at(item.span(), "say which fields: `fulltext(fields(a, b))`");
        return None;
    }
    Some(index)
}
