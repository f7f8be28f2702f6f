//! `#[derive(DbEnum)]`: an enum without data as a column's type.

pub(crate) mod case;
pub(crate) mod options;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Fields};

use crate::attr::Errors;
use crate::suggest;
use case::Case;

/// An enum and its labels.
struct Labels {
    ident: Ident,
    /// The type's name in a database that has enum types.
    name: String,
    native: bool,
    variants: Vec<(Ident, String)>,
}

/// What databases allow for a label of their own enum types.
const MOST_BYTES: usize = 63;

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let code = errors
        .keep(syn::parse2(input))
        .and_then(|input| read(&input, &mut errors))
        .map(|labels| write(&labels));
    let errors = errors.into_tokens();
    quote!(#errors #code)
}

fn read(input: &DeriveInput, errors: &mut Errors) -> Option<Labels> {
    let ident = &input.ident;
    let Data::Enum(data) = &input.data else {
        errors.on(
            ident,
            format!("`DbEnum` is for enums; write `#[derive(Embed)]` on the struct `{ident}`"),
        );
        return None;
    };
    if !input.generics.params.is_empty() {
        errors.on(
            &input.generics.params,
            format!("a column has one type, so `{ident}` cannot have parameters; remove them"),
        );
        return None;
    }
    if data.variants.is_empty() {
        errors.on(
            ident,
            format!("a column of type `{ident}` could hold nothing; give it a variant"),
        );
        return None;
    }
    let (mut rename_all, mut native, mut name) = (Case::Snake, false, None);
    options::read(
        &input.attrs,
        "db_enum",
        &["rename_all", "native", "name"],
        errors,
        |word, meta| {
            match word {
                "rename_all" => {
                    let style = options::text(word, meta)?;
                    rename_all = Case::parse(&style.value()).ok_or_else(|| {
                        syn::Error::new(
                            style.span(),
                            suggest::unknown("style", &style.value(), Case::NAMES),
                        )
                    })?;
                }
                "native" => {
                    options::flag(word, meta)?;
                    native = true;
                }
                _ => name = Some(options::text(word, meta)?),
            }
            Ok(())
        },
    );
    if let Some(name) = name.as_ref().filter(|name| name.value().len() > MOST_BYTES) {
        errors.on(name, format!("the name has more than {MOST_BYTES} bytes, and some databases would cut it; write a shorter one"));
    }
    let mut labels = Labels {
        ident: ident.clone(),
        name: name.map_or_else(
            || Case::Snake.of_pascal(&ident.unraw().to_string()),
            |name| name.value(),
        ),
        native,
        variants: Vec::new(),
    };
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            let message = format!(
                "a label has no data; write `{}` alone, or use `Json<{ident}>` as the field's type",
                variant.ident
            );
            errors.on(&variant.fields, message);
        }
        let mut rename = None;
        options::read(
            &variant.attrs,
            "db_enum",
            &["rename"],
            errors,
            |word, meta| {
                rename = Some(options::text(word, meta)?);
                Ok(())
            },
        );
        let place = rename
            .as_ref()
            .map_or(variant.ident.span(), syn::LitStr::span);
        let label = rename.map_or_else(
            || rename_all.of_pascal(&variant.ident.unraw().to_string()),
            |name| name.value(),
        );
        check(&labels, &variant.ident, &label, place, errors);
        labels.variants.push((variant.ident.clone(), label));
    }
    let data = data
        .variants
        .iter()
        .any(|variant| !matches!(variant.fields, Fields::Unit));
    (!data).then_some(labels)
}

fn check(labels: &Labels, variant: &Ident, label: &str, place: Span, errors: &mut Errors) {
    if let Some((other, _)) = labels.variants.iter().find(|(_, other)| other == label) {
        errors.at(
            place,
            format!("`{other}` and `{variant}` have the same label `{label}`; write `#[db_enum(rename = \"…\")]` on one of them"),
        );
    }
    if label.is_empty() {
        errors.at(
            place,
            "no label can be made of this name; write `#[db_enum(rename = \"…\")]`",
        );
    }
    if labels.native && label.len() > MOST_BYTES {
        errors.at(place, format!("the label has more than {MOST_BYTES} bytes; write a shorter one: `#[db_enum(rename = \"…\")]`"));
    }
}

/// Writes
///
/// ```text
/// impl Role {
///     /// The label that a database holds for it.
///     pub const fn as_str(&self) -> &'static str { match self { Self::Member => "member", Self::Admin => "admin" } }
/// }
/// impl Field for Role {
///     const TYPE: FieldType = {
///         static DEF: EnumDef = EnumDef::new("role", &["member", "admin"], false);
///         FieldType::enumeration(&DEF)
///     };
///     fn decode(raw: RawValue<'_>) -> Result<Self, DecodeError> {
///         match raw {
///             RawValue::Text("member") => Ok(Self::Member),
///             RawValue::Text("admin") => Ok(Self::Admin),
///             RawValue::Text(_) => Err(DecodeError("the database holds a label that is none of `member`, `admin`".into())),
///             raw => Err(DecodeError::mismatch(&raw, "a label of an enum")),
///         }
///     }
///     fn encode(&self) -> Result<Value, EncodeError> { Ok(Value::Text(self.as_str().into())) }
/// }
/// impl NotNull for Role {}
/// impl ArrayItem for Role {}
/// operand!([] Role);      // it can stand beside a column
/// impl<M: Model> IntoKey<M> for Role where M::Key: From<Role> { fn into_key(self) -> M::Key { From::from(self) } }
/// ```
///
/// also where an attribute is wrong, so that a model that uses the enum has no further errors.
fn write(labels: &Labels) -> TokenStream {
    let Labels {
        ident,
        name,
        native,
        variants,
    } = labels;
    let (idents, texts): (Vec<_>, Vec<_>) =
        variants.iter().map(|(ident, label)| (ident, label)).unzip();
    let known = texts
        .iter()
        .map(|text| format!("`{text}`"))
        .collect::<Vec<_>>()
        .join(", ");
    let unknown = format!("the database holds a label that is none of {known}");
    let key = key(ident);
    quote! {
        #[automatically_derived]
        impl #ident {
            /// The label that a database holds for it.
            pub const fn as_str(&self) -> &'static str {
                match self {
                    #(Self::#idents => #texts,)*
                }
            }
        }
        #[automatically_derived]
        impl ::orm::__private::Field for #ident {
            const TYPE: ::orm::__private::FieldType = {
                static DEF: ::orm::__private::EnumDef = ::orm::__private::EnumDef::new(#name, &[#(#texts),*], #native);
                ::orm::__private::FieldType::enumeration(&DEF)
            };

            fn decode(raw: ::orm::__private::RawValue<'_>) -> ::core::result::Result<Self, ::orm::__private::DecodeError> {
                match raw {
                    #(::orm::__private::RawValue::Text(#texts) => ::core::result::Result::Ok(Self::#idents),)*
                    ::orm::__private::RawValue::Text(_) => ::core::result::Result::Err(
                        ::orm::__private::DecodeError(::std::borrow::Cow::Borrowed(#unknown)),
                    ),
                    raw => ::core::result::Result::Err(::orm::__private::DecodeError::mismatch(&raw, "a label of an enum")),
                }
            }

            fn encode(&self) -> ::core::result::Result<::orm::__private::Value, ::orm::__private::EncodeError> {
                ::core::result::Result::Ok(::orm::__private::Value::Text(::std::string::String::from(self.as_str())))
            }
        }
        #[automatically_derived]
        impl ::orm::__private::NotNull for #ident {}
        #[automatically_derived]
        impl ::orm::__private::ArrayItem for #ident {}
        ::orm::__private::operand!([] #ident);
        #key
    }
}

/// Writes `impl<M: Model> IntoKey<M> for Role where M::Key: From<Role> { … }`.
pub(crate) fn key(ident: &Ident) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl<__M: ::orm::__private::Model> ::orm::__private::IntoKey<__M> for #ident
        where
            __M::Key: ::core::convert::From<#ident>,
        {
            fn into_key(self) -> __M::Key {
                ::core::convert::From::from(self)
            }
        }
    }
}

#[cfg(test)]
mod tests;
