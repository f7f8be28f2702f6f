//! The fields of a JSON document.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{DeriveInput, FieldsNamed};

use super::inside_option;
use crate::serde_names;

/// Writes
///
/// ```text
/// impl Preferences {
///     pub const theme: JsonPath<Preferences, String> = JsonPath::new("theme");
///     pub const font_size: JsonPath<Preferences, u32> = JsonPath::new("fontSize");
/// }
/// ```
///
/// with the keys that `serde` writes, and without the fields that it does not write under a key of their own. An optional field is
/// a path to the type inside, since what is at the end of a path is optional in any case.
pub(super) fn expand(input: &DeriveInput, fields: &FieldsNamed) -> TokenStream {
    let name = &input.ident;
    let Some(style) = serde_names::container(&input.attrs) else {
        return TokenStream::new();
    };
    let paths = fields.named.iter().filter_map(|field| {
        let ident = field.ident.as_ref()?;
        let key = serde_names::field(&ident.unraw().to_string(), style, &field.attrs)?;
        let ty = inside_option(&field.ty).unwrap_or(&field.ty);
        let doc = format!("The path to `{}` in a JSON document of this type.", ident.unraw());
        Some(quote! {
            #[doc = #doc]
            pub const #ident: ::orm::__private::JsonPath<#name, #ty> = ::orm::__private::JsonPath::new(#key);
        })
    });
    quote! {
        #[automatically_derived]
        #[allow(non_upper_case_globals, dead_code, private_interfaces)]
        impl #name {
            #(#paths)*
        }
    }
}
