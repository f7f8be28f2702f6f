//! `sql!`: SQL text with values between.

mod lexer;

use proc_macro2::{Delimiter, Ident, Literal, Spacing, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::LitStr;

use crate::attr::Errors;
use lexer::{Piece, Place};

/// `name = value`, behind the text.
struct Argument {
    name: Ident,
    value: TokenStream,
}

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let code =
        read(input, &mut errors).map(|(text, arguments)| statement(&text, &arguments, &mut errors));
    match (code, errors.is_empty()) {
        (Some(code), true) => code,
        // The statement stands there in any case, so that one mistake stays one mistake.
        _ => {
            let errors = errors.into_tokens();
            quote!({ #errors ::orm::__private::Raw::new(::std::vec::Vec::new()) })
        }
    }
}

/// Writes
///
/// ```text
/// match (&(20),) {
///     (argument0,) => ::orm::__private::Raw::new(::std::vec![
///         ::orm::__private::RawPart::Text("SELECT id FROM users WHERE name = "),
///         ::orm::__private::RawPart::Bind("name", ::orm::__private::IntoBinding::binding(&name)),
///         ::orm::__private::RawPart::Text(" AND id IN ("),
///         ::orm::__private::RawPart::list("ids", (&ids).into_iter()),
///         ::orm::__private::RawPart::Text(") LIMIT "),
///         ::orm::__private::RawPart::Bind("limit", ::orm::__private::IntoBinding::binding(argument0)),
///     ]),
/// }
/// ```
///
/// without the `match` where there are no arguments.
fn statement(text: &LitStr, arguments: &[Argument], errors: &mut Errors) -> TokenStream {
    let lexed = lexer::lex(&text.value());
    for mistake in &lexed.mistakes {
        errors.at(text.span(), mistake);
    }
    let names: Vec<_> = (0..arguments.len())
        .map(|i| format_ident!("argument{i}", span = Span::mixed_site()))
        .collect();
    let mut used = vec![false; arguments.len()];
    let mut place = |place: &Place| {
        let argument = arguments
            .iter()
            .position(|argument| argument.name == place.root);
        let root = match argument {
            Some(index) => {
                used[index] = true;
                let name = &names[index];
                quote!(#name)
            }
            None => match identifier(&place.root, text.span()) {
                Ok(root) => quote!(#root),
                Err(message) => {
                    errors.at(text.span(), message);
                    return None;
                }
            },
        };
        let mut fields = TokenStream::new();
        for field in &place.fields {
            let field = match field.parse::<usize>() {
                Ok(index) => TokenTree::from(Literal::usize_unsuffixed(index)),
                Err(_) => match identifier(field, text.span()) {
                    Ok(field) => field.into(),
                    Err(message) => {
                        errors.at(text.span(), message);
                        return None;
                    }
                },
            };
            fields.extend(quote!(.#field));
        }
        // An argument is a reference already.
        let value = match (argument, place.fields.is_empty()) {
            (Some(_), true) => root,
            _ => quote!(&#root #fields),
        };
        let name = std::iter::once(&place.root)
            .chain(&place.fields)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(".");
        Some((name, value))
    };
    let parts: Vec<_> = lexed
        .pieces
        .iter()
        .filter_map(|piece| {
            Some(match piece {
                Piece::Text(text) => quote!(::orm::__private::RawPart::Text(#text)),
                Piece::Bind(at) => {
                    let (name, value) = place(at)?;
                    quote!(::orm::__private::RawPart::Bind(#name, ::orm::__private::IntoBinding::binding(#value)))
                }
                Piece::List(at) => {
                    let (name, value) = place(at)?;
                    quote!(::orm::__private::RawPart::list(#name, (#value).into_iter()))
                }
            })
        })
        .collect();
    if lexed.mistakes.is_empty() {
        for (argument, _) in arguments.iter().zip(&used).filter(|(_, used)| !**used) {
            let name = &argument.name;
            errors.on(
                name,
                format!("the text has no `{{{name}}}`; remove `{name} = …`, or bind it"),
            );
        }
    }
    let raw = quote!(::orm::__private::Raw::new(::std::vec![#(#parts),*]));
    if arguments.is_empty() {
        return raw;
    }
    let values = arguments.iter().map(|argument| &argument.value);
    quote!(match (#(&(#values),)*) { (#(#names,)*) => #raw })
}

/// A name of the text as an identifier of the program around it.
fn identifier(name: &str, span: Span) -> Result<Ident, String> {
    if let Some(raw) = name.strip_prefix("r#") {
        // Those four are reserved even so.
        return match raw {
            "self" | "Self" | "super" | "crate" => Err(format!("`{name}` is no name")),
            _ => Ok(Ident::new_raw(raw, span)),
        };
    }
    if name == "self" || syn::parse_str::<Ident>(name).is_ok() {
        return Ok(Ident::new(name, span));
    }
    Err(format!(
        "`{name}` is a word of Rust; write `{{r#{name}}}`, or give the value another name: `{{value}}` and `value = …` behind the text"
    ))
}

/// The text and the arguments.
fn read(input: TokenStream, errors: &mut Errors) -> Option<(LitStr, Vec<Argument>)> {
    let mut tokens = input.into_iter();
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
    let rest: Vec<TokenTree> = tokens.collect();
    let starts_well = matches!(rest.first(), None | Some(TokenTree::Punct(_)))
        && rest.first().is_none_or(is_comma);
    let Some(text) = text.filter(|text| starts_well && text.suffix().is_empty()) else {
        errors.on(
            first,
            "the text must be a string literal, so that no value can become SQL",
        );
        return None;
    };
    let arguments = arguments(rest.get(1..).unwrap_or_default(), errors);
    Some((text, arguments))
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
