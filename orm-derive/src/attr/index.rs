//! `index(…)` and `unique(…)` on the struct.

use proc_macro2::{Ident, Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{LitStr, Token};

use super::Errors;
use super::field::put;
use super::item::{self, Item};
use crate::suggest;

/// An index or unique constraint over several fields.
pub(crate) struct IndexAttr {
    pub(crate) parts: Vec<IndexPart>,
    /// `include(a, b)`
    pub(crate) include: Vec<IndexPart>,
    pub(crate) name: Option<LitStr>,
    pub(crate) unique: bool,
    pub(crate) condition: Option<LitStr>,
    pub(crate) method: Option<LitStr>,
}

/// One part of an index.
pub(crate) enum IndexPart {
    /// `field`, `field desc`, or `address.city` inside of an embedded struct.
    Field { path: Vec<Ident>, descending: bool },
    /// `"lower(email)"`: an expression in SQL.
    Sql(LitStr),
}

impl Parse for IndexPart {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            return input.parse().map(Self::Sql);
        }
        let path = path(input)?;
        let descending = match input.is_empty() {
            true => false,
            false => match input.call(Ident::parse_any)? {
                order if order == "desc" => true,
                order if order == "asc" => false,
                order => {
                    return Err(syn::Error::new(
                        order.span(),
                        "expected `asc`, `desc` or `,`",
                    ));
                }
            },
        };
        Ok(Self::Field { path, descending })
    }
}

/// A field, or `address.city` inside of an embedded struct.
pub(super) fn path(input: ParseStream<'_>) -> syn::Result<Vec<Ident>> {
    let mut path = vec![input.call(Ident::parse_any)?];
    while input.peek(Token![.]) {
        input.parse::<Token![.]>()?;
        path.push(input.call(Ident::parse_any)?);
    }
    Ok(path)
}

const INDEX: &[&str] = &["fields", "include", "name", "unique", "where", "method"];
const UNIQUE: &[&str] = &["fields", "include", "name", "where"];

pub(super) fn read(item: &Item, unique: bool, errors: &mut Errors) -> Option<IndexAttr> {
    let mut index = IndexAttr {
        parts: Vec::new(),
        include: Vec::new(),
        name: None,
        unique,
        condition: None,
        method: None,
    };
    let words = if unique { UNIQUE } else { INDEX };
    let mut given: Option<Span> = None;
    for part in item::items(item.list(errors)?, errors) {
        match part.name().as_str() {
            "fields" => {
                put(&mut given, Some(part.span()), &part, errors);
                if let Some(tokens) = part.list(errors) {
                    index.parts.extend(parts(tokens, errors));
                }
            }
            "include" => {
                if let Some(tokens) = part.list(errors) {
                    index.include.extend(parts(tokens, errors));
                }
            }
            "name" => put(&mut index.name, part.text(errors), &part, errors),
            "unique" if !unique => index.unique = part.flag(errors).is_some(),
            "where" => put(&mut index.condition, part.text(errors), &part, errors),
            "method" if !unique => put(&mut index.method, part.text(errors), &part, errors),
            word => errors.at(
                part.span(),
                suggest::unknown("part of an index", word, words),
            ),
        }
    }
    if given.is_none() {
        errors.at(
            item.span(),
            format!("say which fields: `{}(fields(a, b))`", item.word),
        );
    }
    (!index.parts.is_empty()).then_some(index)
}

pub(super) fn parts(tokens: TokenStream, errors: &mut Errors) -> Vec<IndexPart> {
    let parts = item::split(tokens, false);
    parts
        .into_iter()
        .filter_map(|part| errors.keep(syn::parse2(part)))
        .collect()
}
