//! `#[has_many(…)]`, `#[has_one(…)]` and `#[many_to_many(…)]` on the struct.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{LitStr, Path};

use super::field::put;
use super::item::{self, Given, Item};
use super::{Errors, without_self};
use crate::suggest;

/// A relation whose foreign key stands in another table.
pub(crate) struct Association {
    pub(crate) kind: AssociationKind,
    pub(crate) name: Ident,
    pub(crate) target: Path,
    /// The relation of the other model, or of the one between, that leads back here.
    pub(crate) via: Option<Ident>,
    /// The relation of the model between that leads to the target.
    pub(crate) to: Option<Ident>,
    pub(crate) through: Option<Through>,
    /// The name of the table between, where no model stands for it.
    pub(crate) table: Option<LitStr>,
}

/// How many rows it leads to, and by what.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum AssociationKind {
    HasMany,
    HasOne,
    ManyToMany,
}

/// What stands between the two ends.
pub(crate) enum Through {
    /// A model with a foreign key to each of them: `through = PostTag`.
    Model(Path),
    /// Relations, one after the other: `through(posts, comments)`.
    Chain(Vec<Ident>),
}

/// The attributes, and what each is.
const ATTRIBUTES: &[(&str, &str, AssociationKind, &[&str])] = &[
    (
        "has_many",
        "#[has_many(name: Model)]",
        AssociationKind::HasMany,
        &["via", "through"],
    ),
    (
        "has_one",
        "#[has_one(name: Model)]",
        AssociationKind::HasOne,
        &["via"],
    ),
    (
        "many_to_many",
        "#[many_to_many(name: Model)]",
        AssociationKind::ManyToMany,
        &["through", "via", "to", "table"],
    ),
];

/// The associations that stand on a struct.
pub(super) fn read(
    model: &Ident,
    attrs: &[syn::Attribute],
    errors: &mut Errors,
) -> Vec<Association> {
    let mut all = Vec::new();
    for (attribute, form, kind, words) in ATTRIBUTES {
        for tokens in item::contents(attrs, attribute, errors) {
            all.extend(one(model, tokens, (attribute, form, *kind, words), errors));
        }
    }
    all
}

fn one(
    model: &Ident,
    tokens: TokenStream,
    (attribute, form, kind, words): (&str, &str, AssociationKind, &[&str]),
    errors: &mut Errors,
) -> Option<Association> {
    let (name, target, items) = item::typed::<Path>(tokens, form, errors)?;
    let path = |path: Path| syn::parse2(without_self(path.to_token_stream(), model)).ok();
    let mut read = Association {
        kind,
        name,
        target: path(target)?,
        via: None,
        to: None,
        through: None,
        table: None,
    };
    let mut known = true;
    for item in &items {
        match item.name().as_str() {
            word if !words.contains(&word) => {
                let what = format!("option of `{attribute}`");
                errors.at(item.span(), suggest::unknown(&what, word, words));
                known = false;
            }
            "via" => put(&mut read.via, item.ident(errors), item, errors),
            "to" => put(&mut read.to, item.ident(errors), item, errors),
            "table" => put(&mut read.table, item.text(errors), item, errors),
            _ => put(
                &mut read.through,
                through(kind, item, &path, errors),
                item,
                errors,
            ),
        }
    }
    // Without an option that was misspelt, it would lead elsewhere.
    known.then_some(read)
}

fn through(
    kind: AssociationKind,
    item: &Item,
    path: &impl Fn(Path) -> Option<Path>,
    errors: &mut Errors,
) -> Option<Through> {
    match (kind, &item.given) {
        (AssociationKind::ManyToMany, Given::Value(tokens)) => match syn::parse2(tokens.clone()) {
            Ok(model) => path(model).map(Through::Model),
            Err(_) => {
                errors.on(tokens, "write `through = Model`");
                None
            }
        },
        (AssociationKind::ManyToMany, _) => {
            errors.at(item.span(), "write `through = Model`");
            None
        }
        (_, Given::List(tokens)) => {
            let parts = item::split(tokens.clone(), false);
            let names = parts
                .into_iter()
                .filter_map(|name| errors.keep(syn::parse2(name)));
            Some(Through::Chain(names.collect()))
        }
        _ => {
            errors.at(
                item.span(),
                "name the relations that lead there: `through(a, b)`",
            );
            None
        }
    }
}
