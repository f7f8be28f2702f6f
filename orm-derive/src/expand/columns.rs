//! The columns as constants of the struct.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::place;
use crate::check::{Model, Shape};

/// Writes
///
/// ```text
/// impl User {
///     /// (the field's own documentation)
///     pub const email: Column<User, String> = <Column<User, String>>::at(2);
///     pub const address: <Address as Embedded>::Columns<User> = <<Address as Embedded>::Columns<User>>::at(3);
/// }
/// ```
pub(super) fn write(model: &Model<'_>) -> TokenStream {
    let (ident, vis) = (&model.ident, &model.vis);
    let columns = model
        .members
        .iter()
        .enumerate()
        .filter(|(_, member)| member.nameable)
        .map(|(at, member)| {
            let (name, ty, place) = (&member.ident, &member.ty, place(model, at));
            let ty = match &member.shape {
                Shape::Column(column) => {
                    let ty = &column.ty;
                    quote!(::orm::__private::Column<#ident, #ty>)
                }
                Shape::Embedded(_) => {
                    quote_spanned!(ty.span()=> <#ty as ::orm::__private::Embedded>::Columns<#ident>)
                }
            };
            let fallback = format!("The column `{}`.", member.name);
            let docs = match member.docs {
                [] => quote!(#[doc = #fallback]),
                docs => quote!(#(#docs)*),
            };
            quote!(#docs #vis const #name: #ty = <#ty>::at(#place);)
        });
    let searches = model.full_texts.iter().enumerate().map(|(at, index)| {
        let name = &index.constant;
        quote! {
            /// The full-text index.
            #vis const #name: ::orm::__private::Search<#ident> = <::orm::__private::Search<#ident>>::at(#at);
        }
    });
    quote! {
        #[automatically_derived]
        #[allow(non_upper_case_globals, dead_code, private_interfaces)]
        impl #ident { #(#columns)* #(#searches)* }
    }
}
