//! `#[belongs_to(…)]` on a field, and on the struct for several fields together.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::{LitStr, Path};

use super::field::put;
use super::item::{self, Item};
use super::{Errors, without_self};
use crate::suggest;

/// A reference to a row of another model.
pub(crate) struct BelongsTo {
    pub(crate) name: Ident,
    pub(crate) target: Path,
    /// The fields that refer; empty for the field that it stands on.
    pub(crate) fields: Vec<Ident>,
    /// The fields of the target that are referred to; empty for its key.
    pub(crate) references: Vec<Ident>,
    pub(crate) on_delete: Option<(Ident, Action)>,
    pub(crate) on_update: Option<(Ident, Action)>,
    /// The constraint's name.
    pub(crate) constraint: Option<LitStr>,
    /// `unindexed`
    pub(crate) unindexed: Option<Span>,
}

/// What happens to the referring row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Nothing,
    Restrict,
    Cascade,
    SetNull,
    SetDefault,
}

const FORM: &str = "#[belongs_to(name: Model)]";
const WORDS: &[&str] = &[
    "on_delete",
    "on_update",
    "references",
    "fields",
    "constraint",
    "unindexed",
];
const ACTIONS: &[&str] = &["Cascade", "Restrict", "SetNull", "SetDefault", "NoAction"];

pub(super) fn read(model: &Ident, tokens: TokenStream, errors: &mut Errors) -> Option<BelongsTo> {
    let (name, target, items) = item::typed::<Path>(tokens, FORM, errors)?;
    let mut read = BelongsTo {
        name,
        target: syn::parse2(without_self(target.to_token_stream(), model)).ok()?,
        fields: Vec::new(),
        references: Vec::new(),
        on_delete: None,
        on_update: None,
        constraint: None,
        unindexed: None,
    };
    for item in &items {
        match item.name().as_str() {
            "on_delete" => put(&mut read.on_delete, action(item, errors), item, errors),
            "on_update" => put(&mut read.on_update, action(item, errors), item, errors),
            "constraint" => put(&mut read.constraint, item.text(errors), item, errors),
            "unindexed" => put(&mut read.unindexed, item.flag(errors), item, errors),
            "references" => read.references = names(item, errors),
            "fields" => read.fields = names(item, errors),
            word => errors.at(
                item.span(),
                suggest::unknown("option of `belongs_to`", word, WORDS),
            ),
        }
    }
    Some(read)
}

fn action(item: &Item, errors: &mut Errors) -> Option<(Ident, Action)> {
    let given = item.ident(errors)?;
    let action = match given.to_string().as_str() {
        "NoAction" => Action::Nothing,
        "Restrict" => Action::Restrict,
        "Cascade" => Action::Cascade,
        "SetNull" => Action::SetNull,
        "SetDefault" => Action::SetDefault,
        word => {
            errors.at(
                given.span(),
                suggest::unknown("action of a foreign key", word, ACTIONS),
            );
            return None;
        }
    };
    Some((given, action))
}

/// `fields(a, b)`, `references = a` or `references = (a, b)`.
fn names(item: &Item, errors: &mut Errors) -> Vec<Ident> {
    let tokens = match &item.given {
        item::Given::Nothing => {
            errors.at(
                item.span(),
                format!("name the fields: `{}(a, b)`", item.word),
            );
            return Vec::new();
        }
        item::Given::Value(tokens) => item::unwrapped(tokens.clone()),
        item::Given::List(tokens) => tokens.clone(),
    };
    item::split(tokens, false)
        .into_iter()
        .filter_map(|name| errors.keep(syn::parse2(name)))
        .collect()
}
