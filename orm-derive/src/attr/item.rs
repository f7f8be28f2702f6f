//! The parts of an attribute: `word`, `word = value`, `word(…)`, separated by commas.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, LitInt, LitStr, Meta, Token, token};

use super::Errors;

/// One part of an attribute.
pub(crate) struct Item {
    /// The word at its beginning.
    pub(crate) word: Ident,
    /// What follows the word.
    pub(crate) given: Given,
}

/// What follows the word of an [`Item`].
pub(crate) enum Given {
    /// Nothing: `unique`.
    Nothing,
    /// A value: `length = 50`.
    Value(TokenStream),
    /// More items: `index(…)`.
    List(TokenStream),
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let word = input.call(Ident::parse_any)?;
        let given = if input.is_empty() {
            Given::Nothing
        } else if input.peek(Token![=]) && !input.peek(Token![==]) {
            input.parse::<Token![=]>()?;
            if input.is_empty() {
                return Err(input.error(format!("expected a value after `{word} =`")));
            }
            Given::Value(input.parse()?)
        } else if input.peek(token::Paren) {
            let content;
            syn::parenthesized!(content in input);
            Given::List(content.parse()?)
        } else {
            return Err(input.error(format!("expected `,`, `=` or `(` after `{word}`")));
        };
        if !input.is_empty() {
            return Err(input.error("expected `,`"));
        }
        Ok(Self { word, given })
    }
}

impl Item {
    /// The word as text.
    pub(crate) fn name(&self) -> String {
        self.word.to_string()
    }

    /// Where the word stands.
    pub(crate) fn span(&self) -> Span {
        self.word.span()
    }

    /// The word alone.
    pub(crate) fn flag(&self, errors: &mut Errors) -> Option<Span> {
        match &self.given {
            Given::Nothing => Some(self.span()),
            Given::Value(tokens) | Given::List(tokens) => {
                errors.on(
                    tokens,
                    format!("`{}` stands alone: it takes no value", self.word),
                );
                None
            }
        }
    }

    /// The word with text: `column = "name"`.
    pub(crate) fn text(&self, errors: &mut Errors) -> Option<LitStr> {
        self.parsed(errors, "\"…\"", |tokens| {
            syn::parse2(tokens).map_err(|_| ())
        })
    }

    /// The word alone or with text: `unique`, `unique = "name"`.
    pub(crate) fn optional_text(&self, errors: &mut Errors) -> Option<Option<LitStr>> {
        match self.given {
            Given::Nothing => Some(None),
            _ => self.text(errors).map(Some),
        }
    }

    /// The word with a number: `length = 50`.
    pub(crate) fn number(&self, errors: &mut Errors) -> Option<u32> {
        self.parsed(errors, "<number>", |tokens| {
            syn::parse2::<LitInt>(tokens)
                .and_then(|n| n.base10_parse())
                .map_err(|_| ())
        })
    }

    /// The word with a name: `on_delete = Cascade`.
    pub(crate) fn ident(&self, errors: &mut Errors) -> Option<Ident> {
        self.parsed(errors, "<name>", |tokens| {
            Ident::parse_any.parse2(tokens).map_err(|_| ())
        })
    }

    /// The word with an expression.
    pub(crate) fn expression(&self, errors: &mut Errors) -> Option<TokenStream> {
        self.parsed(errors, "<expression>", Ok)
    }

    /// The word with more items.
    pub(crate) fn list(&self, errors: &mut Errors) -> Option<TokenStream> {
        match &self.given {
            Given::List(tokens) => Some(tokens.clone()),
            Given::Nothing | Given::Value(_) => {
                errors.at(self.span(), format!("write `{}(…)`", self.word));
                None
            }
        }
    }

    fn parsed<T>(
        &self,
        errors: &mut Errors,
        form: &str,
        parse: impl FnOnce(TokenStream) -> Result<T, ()>,
    ) -> Option<T> {
        let message = format!("write `{} = {form}`", self.word);
        match &self.given {
            Given::Value(tokens) => {
                let parsed = parse(tokens.clone()).ok();
                if parsed.is_none() {
                    errors.on(tokens, message);
                }
                parsed
            }
            Given::Nothing | Given::List(_) => {
                errors.at(self.span(), message);
                None
            }
        }
    }
}

/// The tokens inside of `#[name(…)]`, for each attribute with this name.
pub(crate) fn contents<'a>(
    attrs: &'a [Attribute],
    name: &'a str,
    errors: &mut Errors,
) -> Vec<TokenStream> {
    let mut found = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(name)) {
        match &attr.meta {
            Meta::List(list) => found.push(list.tokens.clone()),
            Meta::Path(_) | Meta::NameValue(_) => {
                errors.on(&attr.meta, format!("write `#[{name}(…)]`"))
            }
        }
    }
    found
}

/// Parses the items of a list; one that is no item is reported, and the others are still read.
pub(crate) fn items(tokens: TokenStream, errors: &mut Errors) -> Vec<Item> {
    split(tokens, false)
        .into_iter()
        .filter_map(|part| errors.keep(syn::parse2(part)))
        .collect()
}

/// Parses `name: Type, items…`.
pub(crate) fn typed<T: Parse>(
    tokens: TokenStream,
    form: &str,
    errors: &mut Errors,
) -> Option<(Ident, T, Vec<Item>)> {
    let place = tokens.clone();
    let mut parts = split(tokens, true).into_iter();
    let parser = |input: ParseStream<'_>| {
        let name = input.call(Ident::parse_any)?;
        input.parse::<Token![:]>()?;
        Ok((name, input.parse::<T>()?))
    };
    let Some((name, ty)) = parts.next().and_then(|first| parser.parse2(first).ok()) else {
        match place.is_empty() {
            true => errors.at(Span::call_site(), format!("write `{form}`")),
            false => errors.on(place, format!("write `{form}`")),
        }
        return None;
    };
    Some((
        name,
        ty,
        parts
            .filter_map(|part| errors.keep(syn::parse2(part)))
            .collect(),
    ))
}

/// Splits at the commas that stand in no brackets. `<` is a bracket after `::`, and in a list of types everywhere.
pub(crate) fn split(tokens: TokenStream, types: bool) -> Vec<TokenStream> {
    let mut parts = vec![TokenStream::new()];
    let (mut depth, mut before) = (0_usize, String::new());
    for token in tokens {
        let sign = match &token {
            TokenTree::Punct(punct) => punct.as_char(),
            _ => ' ',
        };
        match sign {
            ',' if depth == 0 => {
                parts.push(TokenStream::new());
                before.clear();
                continue;
            }
            '<' if depth > 0 || types || before.ends_with("::") => depth += 1,
            '>' if depth > 0 && !before.ends_with('-') => depth -= 1,
            _ => {}
        }
        before.push(sign);
        if let Some(part) = parts.last_mut() {
            token.to_tokens(part);
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// The tokens in round brackets, or the tokens as they are.
pub(crate) fn unwrapped(tokens: TokenStream) -> TokenStream {
    let mut trees = tokens.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::Parenthesis => {
            group.stream()
        }
        _ => tokens,
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    fn parts(tokens: TokenStream, types: bool) -> Vec<String> {
        split(tokens, types)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn commas_inside_of_brackets_do_not_split() {
        assert_eq!(
            parts(quote!(a, b = f(1, 2), c(d, e)), false),
            ["a", "b = f (1 , 2)", "c (d , e)"]
        );
        assert_eq!(
            parts(quote!(a = Map::<K, V>::new(), b), false),
            ["a = Map :: < K , V > :: new ()", "b"]
        );
        assert_eq!(parts(quote!(a = b < c, d), false), ["a = b < c", "d"]);
        assert_eq!(
            parts(quote!(a: Map<K, V>, b), true),
            ["a : Map < K , V >", "b"]
        );
    }

    #[test]
    fn a_part_that_is_no_item_leaves_the_others() {
        let mut errors = Errors::default();
        let found = items(quote!(unique, 5, length =, column = "x"), &mut errors);
        assert_eq!(
            found.iter().map(Item::name).collect::<Vec<_>>(),
            ["unique", "column"]
        );
        assert_eq!(errors.messages().len(), 2);
    }

    #[test]
    fn a_value_of_the_wrong_form_says_the_right_one() {
        let mut errors = Errors::default();
        let found = items(
            quote!(column = 5, length = "x", unique = 1, key = 2),
            &mut errors,
        );
        assert!(found[0].text(&mut errors).is_none());
        assert!(found[1].number(&mut errors).is_none());
        assert!(found[2].optional_text(&mut errors).is_none());
        assert!(found[3].flag(&mut errors).is_none());
        assert_eq!(
            errors.messages(),
            [
                "write `column = \"…\"`",
                "write `length = <number>`",
                "write `unique = \"…\"`",
                "`key` stands alone: it takes no value"
            ]
        );
    }
}
