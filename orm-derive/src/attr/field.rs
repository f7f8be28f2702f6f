//! `#[model(…)]` on a field.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Attribute, Ident, LitStr, Type};

use super::item::{self, Given, Item};
use super::{BelongsTo, Errors, RuleAttr, relation, rule, table, without_self};
use crate::suggest;

/// A field, and what its attributes say.
pub(crate) struct FieldAttr<'a> {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) docs: Vec<&'a Attribute>,
    /// Whether it is a column that the struct does not hold.
    pub(crate) hidden: bool,
    pub(crate) key: Option<Span>,
    pub(crate) natural: Option<Span>,
    pub(crate) column: Option<LitStr>,
    pub(crate) unique: Option<Named>,
    pub(crate) index: Option<Named>,
    pub(crate) length: Option<(Span, u32)>,
    pub(crate) precision: Option<(Span, u32)>,
    pub(crate) scale: Option<(Span, u32)>,
    pub(crate) default: Option<Default>,
    pub(crate) check: Option<LitStr>,
    pub(crate) comment: Option<LitStr>,
    pub(crate) collation: Option<LitStr>,
    pub(crate) sql_type: Option<LitStr>,
    pub(crate) renamed_from: Option<LitStr>,
    pub(crate) created_at: Option<Span>,
    pub(crate) updated_at: Option<Span>,
    pub(crate) normalize: Vec<(Normalize, Span)>,
    pub(crate) generated: Option<Generated>,
    pub(crate) json: Option<Span>,
    pub(crate) embed: Option<Embedding>,
    pub(crate) belongs_to: Vec<BelongsTo>,
    pub(crate) rules: Vec<RuleAttr>,
}

/// A word that may give a constraint's name: `unique`, `unique = "name"`.
pub(crate) struct Named {
    pub(crate) place: Span,
    pub(crate) name: Option<LitStr>,
}

/// What a row gets that gives no value.
pub(crate) enum Default {
    /// `default`: the type's own.
    Own(Span),
    /// `default = expression`.
    Value(Span, TokenStream),
    /// `default_sql = "…"`.
    Sql(Span, LitStr),
}

impl Default {
    /// Where it stands.
    pub(crate) fn place(&self) -> Span {
        match self {
            Self::Own(place) | Self::Value(place, _) | Self::Sql(place, _) => *place,
        }
    }
}

/// How text is brought into form.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Normalize {
    Trim,
    Lowercase,
    Uppercase,
}

/// `generated = "…"` or `generated_virtual = "…"`.
pub(crate) struct Generated {
    pub(crate) place: Span,
    pub(crate) sql: LitStr,
    pub(crate) stored: bool,
}

/// `embed` or `embed(prefix = "…")`.
pub(crate) struct Embedding {
    pub(crate) place: Span,
    pub(crate) prefix: Option<LitStr>,
}

pub(super) const WORDS: &[&str] = &[
    "key",
    "natural",
    "no_auto",
    "column",
    "unique",
    "index",
    "length",
    "precision",
    "scale",
    "default",
    "default_sql",
    "check",
    "comment",
    "collation",
    "sql_type",
    "renamed_from",
    "created_at",
    "updated_at",
    "trim",
    "lowercase",
    "uppercase",
    "generated",
    "generated_virtual",
    "json",
    "embed",
];

impl FieldAttr<'_> {
    /// A field without attributes.
    pub(super) fn new(model: &Ident, ident: Ident, ty: &Type) -> Option<Self> {
        Some(Self {
            ident,
            ty: syn::parse2(without_self(ty.to_token_stream(), model)).ok()?,
            docs: Vec::new(),
            hidden: false,
            key: None,
            natural: None,
            column: None,
            unique: None,
            index: None,
            length: None,
            precision: None,
            scale: None,
            default: None,
            check: None,
            comment: None,
            collation: None,
            sql_type: None,
            renamed_from: None,
            created_at: None,
            updated_at: None,
            normalize: Vec::new(),
            generated: None,
            json: None,
            embed: None,
            belongs_to: Vec::new(),
            rules: Vec::new(),
        })
    }
}

pub(super) fn read<'a>(
    model: &Ident,
    field: &'a syn::Field,
    errors: &mut Errors,
) -> Option<FieldAttr<'a>> {
    let mut read = FieldAttr::new(model, field.ident.clone()?, &field.ty)?;
    read.docs = field
        .attrs
        .iter()
        .filter(|attr| attr.path().is_ident("doc"))
        .collect();
    for tokens in item::contents(&field.attrs, "model", errors) {
        for item in item::items(tokens, errors) {
            one(&mut read, &item, errors);
        }
    }
    for tokens in item::contents(&field.attrs, "belongs_to", errors) {
        read.belongs_to
            .extend(relation::read(model, tokens, errors));
    }
    for tokens in item::contents(&field.attrs, "validate", errors) {
        read.rules.extend(rule::read(tokens, errors));
    }
    Some(read)
}

pub(super) fn one(field: &mut FieldAttr<'_>, item: &Item, errors: &mut Errors) {
    let place = item.span();
    let number = |errors: &mut Errors| item.number(errors).map(|n| (place, n));
    let named = |errors: &mut Errors| item.optional_text(errors).map(|name| Named { place, name });
    match item.name().as_str() {
        "key" => put(&mut field.key, item.flag(errors), item, errors),
        "natural" | "no_auto" => put(&mut field.natural, item.flag(errors), item, errors),
        "column" => put(&mut field.column, item.text(errors), item, errors),
        "unique" => put(&mut field.unique, named(errors), item, errors),
        "index" => put(&mut field.index, named(errors), item, errors),
        "length" => put(&mut field.length, number(errors), item, errors),
        "precision" => put(&mut field.precision, number(errors), item, errors),
        "scale" => put(&mut field.scale, number(errors), item, errors),
        "default" | "default_sql" => put(&mut field.default, default(item, errors), item, errors),
        "check" => put(&mut field.check, item.text(errors), item, errors),
        "comment" => put(&mut field.comment, item.text(errors), item, errors),
        "collation" => put(&mut field.collation, item.text(errors), item, errors),
        "sql_type" => put(&mut field.sql_type, item.text(errors), item, errors),
        "renamed_from" => put(&mut field.renamed_from, item.text(errors), item, errors),
        "created_at" => put(&mut field.created_at, item.flag(errors), item, errors),
        "updated_at" => put(&mut field.updated_at, item.flag(errors), item, errors),
        "trim" => field
            .normalize
            .extend(item.flag(errors).map(|at| (Normalize::Trim, at))),
        "lowercase" => field
            .normalize
            .extend(item.flag(errors).map(|at| (Normalize::Lowercase, at))),
        "uppercase" => field
            .normalize
            .extend(item.flag(errors).map(|at| (Normalize::Uppercase, at))),
        "generated" | "generated_virtual" => {
            let stored = item.name() == "generated";
            let generated = item
                .text(errors)
                .map(|sql| Generated { place, sql, stored });
            put(&mut field.generated, generated, item, errors);
        }
        "json" => put(&mut field.json, item.flag(errors), item, errors),
        "embed" => put(&mut field.embed, embedding(item, errors), item, errors),
        word if table::ONLY_TABLE.contains(&word) => {
            errors.at(
                place,
                format!("`{word}` belongs on the struct, not on a field"),
            );
        }
        word => errors.at(place, suggest::unknown("attribute of a field", word, WORDS)),
    }
}

fn default(item: &Item, errors: &mut Errors) -> Option<Default> {
    let place = item.span();
    match (&item.given, item.name().as_str()) {
        (_, "default_sql") => item.text(errors).map(|sql| Default::Sql(place, sql)),
        (Given::Nothing, _) => Some(Default::Own(place)),
        _ => item
            .expression(errors)
            .map(|tokens| Default::Value(place, tokens)),
    }
}

fn embedding(item: &Item, errors: &mut Errors) -> Option<Embedding> {
    let mut embedding = Embedding {
        place: item.span(),
        prefix: None,
    };
    let tokens = match &item.given {
        Given::Nothing => return Some(embedding),
        _ => item.list(errors)?,
    };
    for part in item::items(tokens, errors) {
        match part.name().as_str() {
            "prefix" => put(&mut embedding.prefix, part.text(errors), &part, errors),
            word => errors.at(
                part.span(),
                suggest::unknown("part of `embed`", word, &["prefix"]),
            ),
        }
    }
    Some(embedding)
}

/// Keeps what an item gives; the same word twice is a mistake.
pub(super) fn put<T>(slot: &mut Option<T>, given: Option<T>, item: &Item, errors: &mut Errors) {
    if slot.is_some() {
        errors.at(item.span(), format!("`{}` is given twice", item.word));
    } else {
        *slot = given;
    }
}
