//! `fulltext(…)` on the struct.

use proc_macro2::{Ident, Span};
use syn::parse::{Parse, ParseStream};
use syn::{LitInt, LitStr, Token};

use super::Errors;
use super::field::put;
use super::index::{IndexPart, parts, path};
use super::item::{self, Given, Item};
use crate::suggest;

/// An index over the words of fields.
pub(crate) struct FullTextAttr {
    pub(crate) parts: Vec<IndexPart>,
    /// `weights(title = 4)`
    pub(crate) weights: Vec<Weight>,
    /// `stored`
    pub(crate) stored: bool,
    pub(crate) language: Option<LitStr>,
    /// `name = titles`, in Rust.
    pub(crate) constant: Option<Ident>,
    /// `name = "posts_words"`, in the database.
    pub(crate) name: Option<LitStr>,
    /// The word `fulltext`.
    pub(crate) span: Span,
}

/// How much a word in a field counts.
pub(crate) struct Weight {
    pub(crate) path: Vec<Ident>,
    pub(crate) times: LitInt,
}

impl Parse for Weight {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let path = path(input)?;
        input.parse::<Token![=]>()?;
        let times = input.parse()?;
        match input.is_empty() {
            true => Ok(Self { path, times }),
            false => Err(input.error("expected `,`")),
        }
    }
}

const WORDS: &[&str] = &["fields", "language", "name", "stored", "weights"];

pub(super) fn read(item: &Item, errors: &mut Errors) -> Option<FullTextAttr> {
    let mut index = FullTextAttr {
        parts: Vec::new(),
        weights: Vec::new(),
        stored: false,
        language: None,
        constant: None,
        name: None,
        span: item.span(),
    };
    for part in item::items(item.list(errors)?, errors) {
        match part.name().as_str() {
            "fields" => {
                if let Some(tokens) = part.list(errors) {
                    index.parts.extend(parts(tokens, errors));
                }
            }
            "weights" => {
                let tokens = part.list(errors).unwrap_or_default();
                let weights = item::split(tokens, false).into_iter();
                let weights = weights.filter_map(|weight| errors.keep(syn::parse2(weight)));
                index.weights.extend(weights);
            }
            "language" => put(&mut index.language, part.text(errors), &part, errors),
            "stored" => index.stored = part.flag(errors).is_some(),
            "name" => name(&mut index, &part, errors),
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

/// A name in Rust, or a text for the one in the database.
fn name(index: &mut FullTextAttr, part: &Item, errors: &mut Errors) {
    match &part.given {
        Given::Value(tokens) if syn::parse2::<Ident>(tokens.clone()).is_ok() => {
            put(&mut index.constant, part.ident(errors), part, errors);
        }
        _ => put(&mut index.name, part.text(errors), part, errors),
    }
}
