//! `#[model(…)]` and `#[belongs_to(…)]` on the struct.

use proc_macro2::TokenStream;
use syn::{Attribute, Ident, LitStr, Type};

use super::field::{self, put};
use super::item::{self, Given, Item};
use super::{
    Association, BelongsTo, Errors, FieldAttr, FullTextAttr, IndexAttr, association, full_text,
    index, relation, rule,
};
use crate::suggest;

/// What the struct says about its table.
#[derive(Default)]
pub(crate) struct TableAttr {
    pub(crate) table: Option<LitStr>,
    /// It stands for the rows of a query.
    pub(crate) query: Option<proc_macro2::Span>,
    pub(crate) schema: Option<LitStr>,
    pub(crate) comment: Option<LitStr>,
    pub(crate) key_constraint: Option<LitStr>,
    pub(crate) renamed_from: Option<LitStr>,
    pub(crate) checks: Vec<CheckAttr>,
    pub(crate) indexes: Vec<IndexAttr>,
    pub(crate) full_texts: Vec<FullTextAttr>,
    pub(crate) belongs_to: Vec<BelongsTo>,
    pub(crate) associations: Vec<Association>,
    /// The name of the module with the types of the relations.
    pub(crate) relations: Option<LitStr>,
}

/// `check = "…"` or `check(name = "…", sql = "…")`.
pub(crate) struct CheckAttr {
    pub(crate) name: Option<LitStr>,
    pub(crate) sql: LitStr,
}

const WORDS: &[&str] = &[
    "table",
    "query",
    "schema",
    "comment",
    "key_constraint",
    "renamed_from",
    "check",
    "fulltext",
    "index",
    "unique",
    "hidden",
    "relations",
];

/// Words that a field does not have.
pub(super) const ONLY_TABLE: &[&str] = &[
    "table",
    "query",
    "schema",
    "fulltext",
    "hidden",
    "relations",
];

/// What stands on the struct, and the columns that it hides.
pub(super) fn read<'a>(
    model: &Ident,
    attrs: &[Attribute],
    errors: &mut Errors,
) -> (TableAttr, Vec<FieldAttr<'a>>) {
    let (mut table, mut hidden) = (TableAttr::default(), Vec::new());
    for tokens in item::contents(attrs, "model", errors) {
        for item in item::items(tokens, errors) {
            match item.name().as_str() {
                "hidden" => hidden.extend(column(model, &item, errors)),
                word => one(word, &mut table, &item, errors),
            }
        }
    }
    for tokens in item::contents(attrs, "belongs_to", errors) {
        table
            .belongs_to
            .extend(relation::read(model, tokens, errors));
    }
    table.associations = association::read(model, attrs, errors);
    rule::refuse_on_struct(attrs, errors);
    (table, hidden)
}

fn one(word: &str, table: &mut TableAttr, item: &Item, errors: &mut Errors) {
    match word {
        "table" => put(&mut table.table, item.text(errors), item, errors),
        "query" => put(&mut table.query, item.flag(errors), item, errors),
        "schema" => put(&mut table.schema, item.text(errors), item, errors),
        "comment" => put(&mut table.comment, item.text(errors), item, errors),
        "key_constraint" => put(&mut table.key_constraint, item.text(errors), item, errors),
        "renamed_from" => put(&mut table.renamed_from, item.text(errors), item, errors),
        "relations" => put(&mut table.relations, item.text(errors), item, errors),
        "check" => table.checks.extend(check(item, errors)),
        "fulltext" => table.full_texts.extend(full_text::read(item, errors)),
        "index" => table.indexes.extend(index::read(item, false, errors)),
        "unique" => table.indexes.extend(index::read(item, true, errors)),
        word if field::WORDS.contains(&word) => {
            errors.at(
                item.span(),
                format!("`{word}` belongs on a field, not on the struct"),
            );
        }
        word => errors.at(
            item.span(),
            suggest::unknown("attribute of a model", word, WORDS),
        ),
    }
}

fn check(item: &Item, errors: &mut Errors) -> Option<CheckAttr> {
    let Given::List(tokens) = &item.given else {
        return item.text(errors).map(|sql| CheckAttr { name: None, sql });
    };
    let (mut name, mut sql) = (None, None);
    for part in item::items(tokens.clone(), errors) {
        match part.name().as_str() {
            "name" => put(&mut name, part.text(errors), &part, errors),
            "sql" => put(&mut sql, part.text(errors), &part, errors),
            word => errors.at(
                part.span(),
                suggest::unknown("part of a check", word, &["name", "sql"]),
            ),
        }
    }
    if sql.is_none() {
        errors.at(
            item.span(),
            "say what is checked: `check(name = \"…\", sql = \"…\")`",
        );
    }
    Some(CheckAttr { name, sql: sql? })
}

/// `hidden(name: Type, items of a field…)`
fn column<'a>(model: &Ident, item: &Item, errors: &mut Errors) -> Option<FieldAttr<'a>> {
    let form = "hidden(name: Type)";
    let list: TokenStream = match &item.given {
        Given::List(tokens) if !tokens.is_empty() => tokens.clone(),
        _ => {
            errors.at(item.span(), format!("write `{form}`"));
            return None;
        }
    };
    let (name, ty, items) = item::typed::<Type>(list, form, errors)?;
    let mut hidden = FieldAttr::new(model, name, &ty)?;
    hidden.hidden = true;
    for part in &items {
        field::one(&mut hidden, part, errors);
    }
    Some(hidden)
}
