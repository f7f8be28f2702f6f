//! Under which key `serde` writes or reads a field.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, LitStr, Token, token};

use crate::db_enum::case::Case;
use crate::db_enum::options::skip;

/// Which way a document goes. The names may differ.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Written,
    Read,
}

impl Way {
    /// The word for it in `rename(serialize = "…", deserialize = "…")`.
    fn word(self) -> &'static str {
        match self {
            Self::Written => "serialize",
            Self::Read => "deserialize",
        }
    }
}

/// How the struct's fields are renamed; `None` if it is not written as an object of its fields.
pub(crate) fn container(attrs: &[Attribute]) -> Option<Option<Case>> {
    let (mut style, mut other) = (None, false);
    words(attrs, |word, meta| {
        match word {
            "rename_all" => {
                style = renamed(meta, Way::Written)?.and_then(|style| Case::parse(&style));
            }
            "transparent" | "into" => other = true,
            _ => {}
        }
        Ok(())
    });
    (!other).then_some(style)
}

/// The field's key; `None` if it has none, or if what is behind the key is of another type.
pub(crate) fn field(name: &str, style: Option<Case>, attrs: &[Attribute]) -> Option<String> {
    let (mut key, mut none) = (None, false);
    words(attrs, |word, meta| {
        match word {
            "rename" => key = renamed(meta, Way::Written)?,
            "skip" | "skip_serializing" | "flatten" | "with" | "serialize_with" => none = true,
            _ => {}
        }
        Ok(())
    });
    if none {
        return None;
    }
    Some(key.unwrap_or_else(|| style.map_or_else(|| name.to_owned(), |style| style.of_field(name))))
}

/// How the fields of a struct that is read are renamed.
pub(crate) fn read_style(attrs: &[Attribute]) -> Option<Case> {
    let mut style = None;
    words(attrs, |word, meta| {
        if word == "rename_all" {
            style = renamed(meta, Way::Read)?.and_then(|style| Case::parse(&style));
        }
        Ok(())
    });
    style
}

/// The key under which a field is read; empty if its own fields stand in its place.
pub(crate) fn read_key(name: &str, style: Option<Case>, attrs: &[Attribute]) -> String {
    let (mut key, mut flat) = (None, false);
    words(attrs, |word, meta| {
        match word {
            "rename" => key = renamed(meta, Way::Read)?.or(key.take()),
            "flatten" => flat = true,
            _ => {}
        }
        Ok(())
    });
    match key {
        _ if flat => String::new(),
        Some(key) => key,
        None => style.map_or_else(|| name.to_owned(), |style| style.of_field(name)),
    }
}

/// Whether a field is read as its default where it is missing, and by its type's own form of reading otherwise: then a `null` is
/// the same as nothing for an `Option<Option<T>>`.
pub(crate) fn reads_null_as_missing(container: &[Attribute], field: &[Attribute]) -> bool {
    let (mut default, mut with) = (false, false);
    let mut look = |attrs: &[Attribute]| {
        words(attrs, |word, _| {
            default |= word == "default";
            with |= matches!(word, "with" | "deserialize_with");
            Ok(())
        });
    };
    look(container);
    look(field);
    default && !with
}

/// Calls `one` for each word inside of `#[serde(…)]`. What is wrong there is for `serde` to say.
fn words(attrs: &[Attribute], mut one: impl FnMut(&str, &ParseNestedMeta<'_>) -> syn::Result<()>) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        let _ = attr.parse_nested_meta(|meta| {
            let word = meta
                .path
                .get_ident()
                .map(ToString::to_string)
                .unwrap_or_default();
            one(&word, &meta)?;
            skip(&meta)
        });
    }
}

/// The text of `word = "…"` or `word(serialize = "…")`.
fn renamed(meta: &ParseNestedMeta<'_>, way: Way) -> syn::Result<Option<String>> {
    if meta.input.peek(Token![=]) {
        return Ok(Some(meta.value()?.parse::<LitStr>()?.value()));
    }
    if !meta.input.peek(token::Paren) {
        return Ok(None);
    }
    let mut text = None;
    meta.parse_nested_meta(|inner| {
        let value: LitStr = inner.value()?.parse()?;
        if inner.path.is_ident(way.word()) {
            text = Some(value.value());
        }
        Ok(())
    })?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;
    use quote::quote;
    use syn::DeriveInput;

    use super::*;

    fn keys(input: TokenStream) -> Vec<Option<String>> {
        let input: DeriveInput = syn::parse2(input).unwrap();
        let syn::Data::Struct(data) = &input.data else {
            return Vec::new();
        };
        let Some(style) = container(&input.attrs) else {
            return Vec::new();
        };
        data.fields
            .iter()
            .map(|f| field(&f.ident.as_ref().unwrap().to_string(), style, &f.attrs))
            .collect()
    }

    #[test]
    fn keys_are_those_that_serde_writes() {
        let found = keys(quote! {
            #[serde(default, rename_all = "camelCase", bound = "T: X")]
            struct S {
                first_name: u8,
                #[serde(default = "f", rename = "x y")]
                b: u8,
                #[serde(rename(deserialize = "no", serialize = "yes"))]
                c: u8,
                #[serde(skip_serializing_if = "Option::is_none", alias = "e")]
                dd_ee: u8,
                #[serde(flatten)]
                e: u8,
                #[serde(skip)]
                f: u8,
                #[serde(with = "m")]
                g: u8,
            }
        });
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            found,
            [
                some("firstName"),
                some("x y"),
                some("yes"),
                some("ddEe"),
                None,
                None,
                None
            ]
        );
    }

    #[test]
    fn keys_of_what_is_read_are_those_that_serde_reads() {
        let input: DeriveInput = syn::parse2(quote! {
            #[serde(rename_all(deserialize = "camelCase", serialize = "UPPERCASE"))]
            struct S {
                first_name: u8,
                #[serde(rename(deserialize = "yes", serialize = "no"))]
                b: u8,
                #[serde(rename = "x y", default)]
                c: u8,
                #[serde(flatten)]
                d: u8,
                #[serde(deserialize_with = "f")]
                e_f: u8,
            }
        })
        .unwrap();
        let style = read_style(&input.attrs);
        let syn::Data::Struct(data) = &input.data else {
            unreachable!()
        };
        let found: Vec<_> = data
            .fields
            .iter()
            .map(|f| read_key(&f.ident.as_ref().unwrap().to_string(), style, &f.attrs))
            .collect();
        assert_eq!(found, ["firstName", "yes", "x y", "", "eF"]);
    }

    #[test]
    fn a_struct_that_is_no_object_has_no_keys() {
        assert!(
            keys(quote!(
                #[serde(transparent)]
                struct S {
                    a: u8,
                }
            ))
            .is_empty()
        );
        assert!(
            keys(quote!(
                #[serde(from = "A", into = "B")]
                struct S {
                    a: u8,
                }
            ))
            .is_empty()
        );
        assert_eq!(
            keys(quote!(
                #[serde(rename_all(serialize = "UPPERCASE"))]
                struct S {
                    a: u8,
                }
            )),
            [Some("A".to_owned())]
        );
    }
}
