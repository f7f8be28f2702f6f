//! The Rust that `#[derive(Model)]` writes. Nothing is judged here.

mod columns;
mod create;
mod def;
mod foreign_key;
mod model;
mod names;
mod nested;
mod relation;
mod row;
mod rules;
mod stub;
mod update;

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::assert_snapshot;

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};
use syn::DeriveInput;
use syn::spanned::Spanned;

use crate::attr::{self, Errors};
use crate::check::{self, Member, Model, Shape};

/// Everything that stands for a struct with `#[derive(Model)]`: first its mistakes, then its code, so that other code that uses the
/// model makes no further errors.
pub(crate) fn model(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let code = match attr::read(input, &mut errors) {
        Some(written) => all(&check::check(&written, &mut errors)),
        None => stub::write(input),
    };
    let errors = errors.into_tokens();
    quote!(#errors #code)
}

fn all(model: &Model<'_>) -> TokenStream {
    let row = row::write(model);
    let of_model = model::write(model);
    let columns = columns::write(model);
    let create = create::write(model);
    let update = update::write(model);
    let foreign_keys = foreign_key::write(model);
    let relations = relation::write(model);
    let register = match model.of_query {
        true => rows(model),
        false => register(model),
    };
    quote!(#row #of_model #columns #create #update #foreign_keys #relations #register)
}

/// Writes `inventory::submit! { Registered(<User as Model>::def) }`.
fn register(model: &Model<'_>) -> TokenStream {
    let ident = &model.ident;
    quote! {
        ::orm::__private::inventory::submit! {
            ::orm::__private::Registered(<#ident as ::orm::__private::Model>::def)
        }
    }
}

/// Writes `impl QueryModel for Monthly {}`, and the types of its fields.
fn rows(model: &Model<'_>) -> TokenStream {
    let ident = &model.ident;
    let types = model.members.iter().filter(|m| !m.hidden).map(|m| &m.ty);
    quote! {
        #[automatically_derived]
        impl ::orm::__private::FromFields for #ident {
            type Fields = (#(#types,)*);
        }
        #[automatically_derived]
        impl ::orm::__private::QueryModel for #ident {}
    }
}

/// The index of a member's first column: `2`, or `2usize + <Address as Embedded>::WIDTH` behind an embedded struct.
fn place(model: &Model<'_>, member: usize) -> TokenStream {
    let before = &model.members[..member];
    let plain = before
        .iter()
        .filter(|m| matches!(m.shape, Shape::Column(_)))
        .count();
    let plain = Literal::usize_unsuffixed(plain);
    let widths = before
        .iter()
        .filter(|m| matches!(m.shape, Shape::Embedded(_)))
        .map(width);
    quote!(#plain #(+ #widths)*)
}

/// `<Address as Embedded>::WIDTH`
fn width(member: &Member<'_>) -> TokenStream {
    let ty = &member.ty;
    quote_spanned!(ty.span()=> <#ty as ::orm::__private::Embedded>::WIDTH)
}
