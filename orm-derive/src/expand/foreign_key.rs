//! The compile-time check that a foreign key has the type of the columns that it refers to. (The type of a key is checked where the
//! foreign key is described.)

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use crate::check::{ForeignKey, Model};

/// Writes, for a foreign key to other columns than the key,
///
/// ```text
/// const _: () = {
///     let _: Column<User, String> = User::slug;
/// };
/// ```
pub(super) fn write(model: &Model<'_>) -> TokenStream {
    let checks: Vec<_> = model.foreign_keys.iter().flat_map(columns).collect();
    match checks.is_empty() {
        true => TokenStream::new(),
        false => quote!(const _: () = { #(#checks)* };),
    }
}

fn columns(key: &ForeignKey<'_>) -> impl Iterator<Item = TokenStream> {
    let target = key.target;
    key.references.iter().zip(&key.members).map(move |(field, (_, ty))| {
        quote_spanned!(field.span()=> let _: ::orm::__private::Column<#target, #ty> = <#target>::#field;)
    })
}

/// The type of the fields that refer: one, or a tuple of several. All of it stands where its first token stands: a mistake is
/// reported wherever the type is asked about, and the reports are one if their places are.
pub(super) fn referring(key: &ForeignKey<'_>) -> TokenStream {
    let types: Vec<&Type> = key.members.iter().map(|(_, ty)| *ty).collect();
    let tokens = match types.as_slice() {
        [ty] => quote!(#ty),
        types => quote!((#(#types),*)),
    };
    let place = types.first().map_or_else(Span::call_site, |ty| ty.span());
    at(tokens, place)
}

/// The tokens at one place.
fn at(tokens: TokenStream, span: Span) -> TokenStream {
    use proc_macro2::{Group, TokenTree};
    let place = |mut token: TokenTree| {
        if let TokenTree::Group(group) = &token {
            token = Group::new(group.delimiter(), at(group.stream(), span)).into();
        }
        token.set_span(span);
        token
    };
    tokens.into_iter().map(place).collect()
}
