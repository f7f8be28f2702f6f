//! What stands in the attributes of a model, as it was written. Whether it makes sense is for `check` to say.

mod association;
mod errors;
mod field;
mod full_text;
mod index;
mod item;
mod relation;
mod rule;
mod table;

use proc_macro2::TokenStream;
use syn::{Data, DeriveInput, Fields, Ident, Visibility};

pub(crate) use association::{Association, AssociationKind, Through};
pub(crate) use errors::Errors;
pub(crate) use field::{Default, Embedding, FieldAttr, Named, Normalize};
pub(crate) use full_text::FullTextAttr;
pub(crate) use index::{IndexAttr, IndexPart};
pub(crate) use relation::{Action, BelongsTo};
pub(crate) use rule::{Judgement, RuleAttr};
pub(crate) use table::{CheckAttr, TableAttr};

/// A struct with `#[derive(Model)]`.
pub(crate) struct Declaration<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) vis: &'a Visibility,
    pub(crate) table: TableAttr,
    /// The struct's fields, then the hidden ones.
    pub(crate) fields: Vec<FieldAttr<'a>>,
}

/// Reads a struct; `None` for something that no model can be made of.
pub(crate) fn read<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Option<Declaration<'a>> {
    let named = named_fields(input, errors)?;
    let (table, mut hidden) = table::read(&input.ident, &input.attrs, errors);
    let mut fields: Vec<_> = named
        .named
        .iter()
        .filter_map(|f| field::read(&input.ident, f, errors))
        .collect();
    fields.append(&mut hidden);
    Some(Declaration {
        ident: &input.ident,
        vis: &input.vis,
        table,
        fields,
    })
}

fn named_fields<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Option<&'a syn::FieldsNamed> {
    let name = &input.ident;
    let fields = match &input.data {
        Data::Struct(data) => &data.fields,
        Data::Enum(data) => {
            let message = format!(
                "a model is a struct; for an enum as a column's type, write `#[derive(DbEnum)]` on `{name}`"
            );
            errors.at(data.enum_token.span, message);
            return None;
        }
        Data::Union(data) => {
            errors.at(
                data.union_token.span,
                "a model is a struct with named fields",
            );
            return None;
        }
    };
    if !input.generics.params.is_empty() {
        let message = format!(
            "a model stands for one table, so `{name}` cannot have parameters; remove them"
        );
        errors.on(&input.generics.params, message);
        return None;
    }
    match fields {
        Fields::Named(named) => Some(named),
        Fields::Unnamed(unnamed) => {
            let message = format!(
                "a column is named after its field; write `struct {name} {{ id: Id<{name}>, … }}`"
            );
            errors.on(unnamed, message);
            None
        }
        Fields::Unit => {
            errors.on(
                name,
                format!("a table has columns; write `struct {name} {{ id: Id<{name}>, … }}`"),
            );
            None
        }
    }
}

/// The same tokens with `Self` replaced by the struct's name, since they are written into other types, too.
fn without_self(tokens: TokenStream, name: &Ident) -> TokenStream {
    use proc_macro2::{Group, TokenTree};
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(ident) if ident == "Self" => {
                TokenTree::Ident(Ident::new(&name.to_string(), ident.span()))
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), without_self(group.stream(), name));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            other => other,
        })
        .collect()
}
