//! `sql!`: SQL text with values between.

mod lexer;
mod write;

use proc_macro2::{Delimiter, Ident, Spacing, Span, TokenStream, TokenTree};
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::{LitStr, Type};

use crate::attr::Errors;

/// What stands in the macro: `postgres: "SELECT …" as (i64, String), name = value`.
struct Input {
    /// The database that it is for, or `unchecked`.
    only: Option<Ident>,
    text: LitStr,
    /// What rows are read into.
    result: Option<Type>,
    arguments: Vec<Argument>,
}

/// `name = value`, behind the text.
struct Argument {
    name: Ident,
    value: TokenStream,
}

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let input = read(input, &mut errors);
    let result = input.as_ref().and_then(|input| input.result.clone());
    let code = input.map(|input| write::statement(&input, &mut errors));
    match (code, errors.is_empty()) {
        (Some(code), true) => code,
        // The statement stands there in any case, so that one mistake stays one mistake.
        _ => {
            let errors = errors.into_tokens();
            let typed = result.map(|ty| quote!(.typed::<#ty>()));
            quote!({ #errors ::orm::__private::Raw::new(::std::vec::Vec::new()) #typed })
        }
    }
}

/// The text and what stands around it.
fn read(input: TokenStream, errors: &mut Errors) -> Option<Input> {
    let mut tokens: Vec<TokenTree> = input.into_iter().collect();
    let only = match tokens.as_slice() {
        [TokenTree::Ident(only), TokenTree::Punct(colon), next, ..]
            if colon.as_char() == ':'
                && colon.spacing() == Spacing::Alone
                && !matches!(next, TokenTree::Punct(_)) =>
        {
            Some(only.clone())
        }
        _ => None,
    };
    if only.is_some() {
        tokens.drain(..2);
    }
    let mut tokens = tokens.into_iter();
    let Some(first) = tokens.next() else {
        errors.at(
            Span::call_site(),
            "write the statement: `sql!(\"SELECT …\")`",
        );
        return None;
    };
    let mut literal = first.clone();
    // What a `macro_rules!` hands on stands in brackets that nobody sees.
    while let TokenTree::Group(group) = &literal {
        let mut inside = group.stream().into_iter();
        match (group.delimiter(), inside.next(), inside.next()) {
            (Delimiter::None, Some(one), None) => literal = one,
            _ => break,
        }
    }
    let text = syn::parse2::<LitStr>(TokenStream::from(literal)).ok();
    let mut rest: Vec<TokenTree> = tokens.collect();
    let typed = matches!(rest.first(), Some(TokenTree::Ident(word)) if word == "as");
    let starts_well = typed
        || matches!(rest.first(), None | Some(TokenTree::Punct(_)))
            && rest.first().is_none_or(is_comma);
    let Some(text) = text.filter(|text| starts_well && text.suffix().is_empty()) else {
        errors.on(
            first,
            "the text must be a string literal, so that no value can become SQL",
        );
        return None;
    };
    let mut result = None;
    if typed {
        let both =
            |input: ParseStream<'_>| Ok((input.parse::<Type>()?, input.parse::<TokenStream>()?));
        let behind: TokenStream = rest.drain(1..).collect();
        match both.parse2(behind) {
            Ok((ty, more)) => {
                result = Some(ty);
                rest = more.into_iter().collect();
            }
            Err(_) => {
                errors.on(
                    &rest[0],
                    "write the type that a row is read into: `sql!(\"SELECT …\" as (i64, String))`",
                );
                return None;
            }
        }
        if rest.first().is_some_and(|token| !is_comma(token)) {
            errors.on(&rest[0], "expected a comma, or the end");
            return None;
        }
    }
    let arguments = arguments(rest.get(1..).unwrap_or_default(), errors);
    Some(Input {
        only,
        text,
        result,
        arguments,
    })
}

fn is_comma(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',')
}

/// The name that an argument begins with, if one begins here.
fn argument_name(tokens: &[TokenTree]) -> Option<&Ident> {
    match tokens {
        [TokenTree::Ident(name), TokenTree::Punct(equals), ..]
            if equals.as_char() == '=' && equals.spacing() == Spacing::Alone =>
        {
            Some(name)
        }
        // `=` and a sign directly behind it, as in `a =-1`; but `a == b` and `a => b` are no arguments.
        [
            TokenTree::Ident(name),
            TokenTree::Punct(equals),
            TokenTree::Punct(next),
            ..,
        ] if equals.as_char() == '=' && !matches!(next.as_char(), '=' | '>') => Some(name),
        _ => None,
    }
}

/// Reads `name = value, …`. A comma ends a value only where another argument or the end follows, so that the comma in
/// `Map::<K, V>::new()` is a part of the value.
fn arguments(mut tokens: &[TokenTree], errors: &mut Errors) -> Vec<Argument> {
    let mut found: Vec<Argument> = Vec::new();
    while !tokens.is_empty() {
        let end = (0..tokens.len())
            .find(|i| {
                is_comma(&tokens[*i])
                    && (i + 1 == tokens.len() || argument_name(&tokens[i + 1..]).is_some())
            })
            .unwrap_or(tokens.len());
        let (argument, rest) = tokens.split_at(end);
        tokens = rest.get(1..).unwrap_or_default();
        let Some(name) = argument_name(argument) else {
            let place: TokenStream = argument.iter().cloned().collect();
            let message =
                "write `name = …` here and `{name}` in the text; a variable needs no argument";
            if place.is_empty() {
                errors.at(Span::call_site(), message)
            } else {
                errors.on(place, message)
            }
            continue;
        };
        let value: TokenStream = argument[2..].iter().cloned().collect();
        if value.is_empty() {
            errors.on(name, format!("write a value: `{name} = …`"));
        } else if found.iter().any(|other| other.name == *name) {
            errors.on(name, format!("`{name}` is given twice"));
        } else {
            found.push(Argument {
                name: name.clone(),
                value,
            });
        }
    }
    found
}

#[cfg(test)]
mod tests;
