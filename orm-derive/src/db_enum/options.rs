//! The words inside of `#[db_enum(…)]`, `#[embed(…)]` and `#[from_row(…)]`.

use proc_macro2::TokenTree;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, LitInt, LitStr, Token};

use crate::attr::Errors;
use crate::suggest;

/// Calls `one` for each word inside of each `#[name(…)]`. A word that is not known, or that `one` refuses, is reported, and the words
/// behind it are still read.
pub(crate) fn read(
    attrs: &[Attribute],
    name: &str,
    known: &[&str],
    errors: &mut Errors,
    mut one: impl FnMut(&str, &ParseNestedMeta<'_>) -> syn::Result<()>,
) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(name)) {
        let outcome = attr.parse_nested_meta(|meta| {
            let word = meta
                .path
                .get_ident()
                .map(ToString::to_string)
                .unwrap_or_default();
            let outcome = if known.contains(&word.as_str()) {
                one(&word, &meta)
            } else {
                Err(meta.error(suggest::unknown(
                    &format!("word of `#[{name}(…)]` here"),
                    &word,
                    known,
                )))
            };
            errors.keep(outcome);
            skip(&meta)
        });
        errors.keep(outcome);
    }
}

/// Goes on to the next comma.
pub(crate) fn skip(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    while !meta.input.is_empty() && !meta.input.peek(Token![,]) {
        meta.input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// `word = "…"`
pub(crate) fn text(word: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<LitStr> {
    let write = || format!("write `{word} = \"…\"`");
    let value = meta.value().map_err(|_| meta.error(write()))?;
    let text: LitStr = value
        .parse()
        .map_err(|error| syn::Error::new(error.span(), write()))?;
    if text.value().is_empty() || text.value().contains('\0') {
        return Err(syn::Error::new(
            text.span(),
            format!("the `{word}` must be a name"),
        ));
    }
    Ok(text)
}

/// `word = 5`
pub(crate) fn number(word: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<u32> {
    let write = || format!("write `{word} = <number>`");
    let value = meta.value().map_err(|_| meta.error(write()))?;
    let number: LitInt = value
        .parse()
        .map_err(|error| syn::Error::new(error.span(), write()))?;
    number.base10_parse()
}

/// `word`
pub(crate) fn flag(word: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    if meta.input.is_empty() || meta.input.peek(Token![,]) {
        return Ok(());
    }
    Err(meta.error(format!("`{word}` stands alone: it takes no value")))
}
