//! `struct Email(String);`: another spelling of one value.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::type_name;
use crate::db_enum;

/// Types that an array column can hold.
const ITEMS: &[&str] = &[
    "bool",
    "i16",
    "i32",
    "i64",
    "f32",
    "f64",
    "String",
    "Uuid",
    "Decimal",
    "NaiveDate",
    "NaiveTime",
    "NaiveDateTime",
    "DateTime",
];
const NUMBERS: &[&str] = &["i16", "i32", "i64", "u32", "f32", "f64", "Decimal"];
/// Types that a value inside of a document can be read as.
const SCALARS: &[&str] = &["String", "bool", "i16", "i32", "i64", "u32", "f64"];

/// Writes
///
/// ```text
/// impl Field for Email {
///     const TYPE: FieldType = <String as Field>::TYPE;
///     fn decode(raw: RawValue<'_>) -> Result<Self, DecodeError> { <String as Field>::decode(raw).map(Self) }
///     fn encode(&self) -> Result<Value, EncodeError> { <String as Field>::encode(&self.0) }
///     fn into_value(self) -> Result<Value, EncodeError> { <String as Field>::into_value(self.0) }
///     fn into_bound(self) -> Result<Value, EncodeError> { <String as Field>::into_bound(self.0) }
/// }
/// impl NotNull for Email where String: NotNull {}
/// operand!([] Email);     // it can stand beside a column
/// impl<M: Model> IntoKey<M> for Email where M::Key: From<Email> { fn into_key(self) -> M::Key { From::from(self) } }
/// ```
///
/// and, as far as the type inside is spelled as one that has them, `ArrayItem`, `Arithmetic`, `TextValue` and `JsonScalar`.
pub(super) fn expand(name: &Ident, field: &syn::Field) -> TokenStream {
    let ty = &field.ty;
    let key = db_enum::key(name);
    let more = more(name, ty);
    quote! {
        #[automatically_derived]
        impl ::orm::__private::Field for #name {
            const TYPE: ::orm::__private::FieldType = <#ty as ::orm::__private::Field>::TYPE;

            fn decode(raw: ::orm::__private::RawValue<'_>) -> ::core::result::Result<Self, ::orm::__private::DecodeError> {
                ::core::result::Result::map(<#ty as ::orm::__private::Field>::decode(raw), Self)
            }

            fn encode(&self) -> ::core::result::Result<::orm::__private::Value, ::orm::__private::EncodeError> {
                <#ty as ::orm::__private::Field>::encode(&self.0)
            }

            fn into_value(self) -> ::core::result::Result<::orm::__private::Value, ::orm::__private::EncodeError> {
                <#ty as ::orm::__private::Field>::into_value(self.0)
            }

            fn into_bound(self) -> ::core::result::Result<::orm::__private::Value, ::orm::__private::EncodeError> {
                <#ty as ::orm::__private::Field>::into_bound(self.0)
            }
        }
        #[automatically_derived]
        impl ::orm::__private::NotNull for #name where #ty: ::orm::__private::NotNull {}
        ::orm::__private::operand!([] #name);
        #key
        #more
    }
}

fn more(name: &Ident, ty: &syn::Type) -> TokenStream {
    let Some((spelled, _)) = type_name(ty) else {
        return TokenStream::new();
    };
    let spelled = spelled.as_str();
    let mut out = TokenStream::new();
    if ITEMS.contains(&spelled) {
        out.extend(quote!(#[automatically_derived] impl ::orm::__private::ArrayItem for #name {}));
    }
    if NUMBERS.contains(&spelled) {
        out.extend(quote!(#[automatically_derived] impl ::orm::__private::Arithmetic for #name {}));
    }
    if spelled == "String" {
        out.extend(quote!(#[automatically_derived] impl ::orm::__private::TextValue for #name {}));
    }
    if SCALARS.contains(&spelled) {
        out.extend(quote! {
            #[automatically_derived]
            impl ::orm::__private::JsonScalar for #name {
                type Value = Self;
                const KIND: ::orm::__private::Kind = <#ty as ::orm::__private::JsonScalar>::KIND;
            }
        });
    }
    out
}
