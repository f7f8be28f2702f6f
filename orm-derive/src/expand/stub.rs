//! What stands in for a model that cannot be made, so that its uses make no further errors.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

/// Writes a model without columns; for a type with parameters, nothing.
pub(super) fn write(input: &DeriveInput) -> TokenStream {
    if !input.generics.params.is_empty() {
        return TokenStream::new();
    }
    let ident = &input.ident;
    quote! {
        #[automatically_derived]
        impl ::orm::__private::FromRow for #ident {
            const NAME: &'static str = "";
            fn columns() -> ::orm::__private::RowColumns { loop {} }
            fn read(_: &mut ::orm::__private::Cells<'_>) -> ::orm::__private::Result<Self> { loop {} }
        }
        #[automatically_derived]
        impl ::orm::__private::Model for #ident {
            type Key = i64;
            type Create = ();
            type Update<__S> = ::orm::__private::Update<#ident, __S>;
            fn def() -> &'static ::orm::__private::ModelDef { loop {} }
            fn key(&self) -> Self::Key { loop {} }
            fn value(
                &self,
                _: usize,
            ) -> ::core::option::Option<::orm::__private::Result<::orm::__private::Value>> { loop {} }
            fn check(
                _: &mut [::core::option::Option<::orm::__private::Value>],
                _: &mut ::orm::__private::FieldErrors,
            ) {}
        }
    }
}
