//! The Rust that a statement becomes.

use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::{Lit, LitStr, Type};

use super::lexer::{self, Dialect, Piece, Place};
use super::{Argument, Input};
use crate::attr::Errors;

/// Writes
///
/// ```text
/// {
///     inventory::submit! { SqlText { pieces: &[SqlPiece::Text("SELECT "), …], … } }
///     match (&(20),) {
///         (argument0,) => ::orm::__private::Raw::new(::std::vec![
///             ::orm::__private::RawPart::Text("SELECT id FROM users WHERE name = "),
///             ::orm::__private::RawPart::Bind("name", ::orm::__private::IntoBinding::binding(&name)),
///             ::orm::__private::RawPart::Text(" AND id IN ("),
///             ::orm::__private::RawPart::list("ids", (&ids).into_iter()),
///             ::orm::__private::RawPart::Text(") LIMIT "),
///             ::orm::__private::RawPart::Bind("limit", ::orm::__private::IntoBinding::binding(argument0)),
///         ]),
///     }
/// }
/// ```
///
/// without the `match` where there are no arguments.
pub(super) fn statement(input: &Input, errors: &mut Errors) -> TokenStream {
    let Input {
        only,
        text,
        result,
        arguments,
    } = input;
    let dialect = Dialect::of(only.as_ref().map(Ident::to_string).as_deref());
    let lexed = lexer::lex(&text.value(), dialect);
    for mistake in &lexed.mistakes {
        errors.at(text.span(), mistake);
    }
    let mut writer = Writer {
        text,
        arguments,
        names: (0..arguments.len())
            .map(|i| format_ident!("argument{i}", span = Span::mixed_site()))
            .collect(),
        used: vec![false; arguments.len()],
        sections: Vec::new(),
        numbered: 0,
        errors,
    };
    let parts = writer.parts(&lexed.pieces);
    // A mistake is told once.
    let known = match writer.errors.is_empty() {
        true => writer.known(&lexed.pieces),
        false => TokenStream::new(),
    };
    let (names, used) = (writer.names, writer.used);
    if lexed.mistakes.is_empty() {
        for (argument, _) in arguments.iter().zip(&used).filter(|(_, used)| !**used) {
            let name = &argument.name;
            errors.on(
                name,
                format!("the text has no `{{{name}}}`; remove `{name} = …`, or bind it"),
            );
        }
    }
    let checked = only.as_ref().is_none_or(|only| only != "unchecked");
    let only = only.as_ref().filter(|_| checked);
    let database = only.map(|only| quote!(::orm::__private::databases::#only));
    let only = database.as_ref().map(|database| quote!(.only(#database)));
    let typed = result.as_ref().map(|ty| quote!(.typed::<#ty>()));
    let raw = quote!(::orm::__private::Raw::new(::std::vec![#(#parts),*]) #only #typed);
    let raw = if arguments.is_empty() {
        raw
    } else {
        let values = arguments.iter().map(|argument| &argument.value);
        quote!(match (#(&(#values),)*) { (#(#names,)*) => #raw })
    };
    // What is outside of the function knows neither its `Self` nor that anybody vouches for the text.
    if !checked || names_self(&known) || names_self(&typed) {
        return raw;
    }
    let database = option(database);
    let result = option(
        result
            .as_ref()
            .map(|ty| quote!(::orm::__private::result_cells::<#ty>)),
    );
    quote!({
        ::orm::__private::inventory::submit! {
            ::orm::__private::SqlText {
                pieces: #known,
                only: #database,
                result: #result,
                file: ::core::file!(),
                line: ::core::line!(),
            }
        }
        #raw
    })
}

fn option(tokens: Option<TokenStream>) -> TokenStream {
    match tokens {
        Some(tokens) => quote!(::core::option::Option::Some(#tokens)),
        None => quote!(::core::option::Option::None),
    }
}

fn names_self(tokens: &impl ToTokens) -> bool {
    fn any(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(ident) => ident == "Self",
            TokenTree::Group(group) => any(group.stream()),
            _ => false,
        })
    }
    any(tokens.to_token_stream())
}

struct Writer<'a> {
    text: &'a LitStr,
    arguments: &'a [Argument],
    /// What the arguments are called in the code.
    names: Vec<Ident>,
    used: Vec<bool>,
    /// The sections around what is written: what they ask for, what it is called if it is there, and whether it was used.
    sections: Vec<(Place, Ident, bool)>,
    numbered: usize,
    errors: &'a mut Errors,
}

impl Writer<'_> {
    fn parts(&mut self, pieces: &[Piece]) -> Vec<TokenStream> {
        pieces.iter().filter_map(|piece| self.part(piece)).collect()
    }

    fn part(&mut self, piece: &Piece) -> Option<TokenStream> {
        Some(match piece {
            Piece::Text(text) => quote!(::orm::__private::RawPart::Text(#text)),
            Piece::Bind(place, ty) => {
                let (name, value) = (place.to_string(), self.value(place)?);
                let value = match self.ty(ty.as_deref()) {
                    Some(ty) => quote!(::orm::__private::typed::<#ty>(#value)),
                    None => value,
                };
                quote!(::orm::__private::RawPart::Bind(#name, ::orm::__private::IntoBinding::binding(#value)))
            }
            Piece::List(place, ty) => {
                let (name, value) = (place.to_string(), self.value(place)?);
                let ty = self.ty(ty.as_deref()).map(|ty| quote!(::<#ty>));
                quote!(::orm::__private::RawPart::list #ty(#name, (#value).into_iter()))
            }
            Piece::Fragment(place) => {
                let value = self.value(place)?;
                quote!(::orm::__private::IntoFragment::fragment(#value))
            }
            Piece::Table(path) => {
                let path = self.path(path)?;
                quote!(::orm::__private::RawPart::Table(<#path as ::orm::__private::Model>::def()))
            }
            Piece::Column { path, alone } => {
                let path = self.path(path)?;
                quote!(::orm::__private::RawPart::Column(::orm::__private::column_ref(#path), #alone))
            }
            Piece::Section(place, pieces) => {
                let value = self.value(place)?;
                let there = format_ident!("there{}", self.numbered, span = Span::mixed_site());
                self.numbered += 1;
                self.sections.push((place.clone(), there.clone(), false));
                let parts = self.parts(pieces);
                let used = self.sections.pop().is_some_and(|(_, _, used)| used);
                let bound = if used { quote!(#there) } else { quote!(_) };
                quote! {
                    ::orm::__private::RawPart::Section(match ::orm::__private::IsThere::there(#value) {
                        ::core::option::Option::Some(#bound) => ::std::vec![#(#parts),*],
                        ::core::option::Option::None => ::std::vec::Vec::new(),
                    })
                }
            }
        })
    }

    /// A reference to the value at a place.
    fn value(&mut self, place: &Place) -> Option<TokenStream> {
        let around = self.sections.iter_mut().rev().find(|(section, ..)| {
            section.root == place.root && place.fields.starts_with(&section.fields)
        });
        // What a section has found there is a reference already, and so is an argument.
        let (root, fields, is_reference) = if let Some((section, there, used)) = around {
            *used = true;
            (quote!(#there), &place.fields[section.fields.len()..], true)
        } else if let Some(at) = self.arguments.iter().position(|a| a.name == place.root) {
            self.used[at] = true;
            let name = &self.names[at];
            (quote!(#name), &place.fields[..], true)
        } else {
            let root = self.identifier(&place.root)?;
            (quote!(#root), &place.fields[..], false)
        };
        let mut path = TokenStream::new();
        for field in fields {
            let field = match field.parse::<usize>() {
                Ok(index) => TokenTree::from(Literal::usize_unsuffixed(index)),
                Err(_) => self.identifier(field)?.into(),
            };
            path.extend(quote!(.#field));
        }
        Some(match is_reference && path.is_empty() {
            true => root,
            false => quote!(&#root #path),
        })
    }

    /// What stands behind the text for a place as a whole.
    fn argument(&self, place: &Place) -> Option<&TokenStream> {
        let named = |argument: &&Argument| argument.name == place.root && place.fields.is_empty();
        self.arguments.iter().find(named).map(|a| &a.value)
    }

    fn ty(&self, ty: Option<&str>) -> Option<Type> {
        let mut ty = syn::parse_str::<Type>(ty?).ok()?.into_token_stream();
        ty = ty
            .into_iter()
            .map(|mut token| {
                token.set_span(self.text.span());
                token
            })
            .collect();
        syn::parse2(ty).ok()
    }

    /// `blog::User::email`
    fn path(&mut self, path: &str) -> Option<TokenStream> {
        let mut tokens = TokenStream::new();
        for (at, part) in path.split("::").enumerate() {
            if at > 0 {
                tokens.extend(quote!(::));
            }
            let part = match part {
                "Self" | "super" | "crate" | "self" => Ident::new(part, self.text.span()),
                part => self.identifier(part)?,
            };
            tokens.extend(quote!(#part));
        }
        Some(tokens)
    }

    fn identifier(&mut self, name: &str) -> Option<Ident> {
        match identifier(name, self.text.span()) {
            Ok(ident) => Some(ident),
            Err(message) => {
                self.errors.at(self.text.span(), message);
                None
            }
        }
    }

    /// What is known of the pieces wherever the statement is not run.
    fn known(&mut self, pieces: &[Piece]) -> TokenStream {
        let pieces: Vec<_> = pieces
            .iter()
            .filter_map(|piece| {
                Some(match piece {
                    Piece::Text(text) => quote!(::orm::__private::SqlPiece::Text(#text)),
                    Piece::Bind(place, ty) | Piece::List(place, ty) => {
                        let name = place.to_string();
                        let kind = match piece {
                            Piece::Bind(..) => quote!(Bind),
                            _ => quote!(List),
                        };
                        let literal = || literal_type(self.argument(place)?);
                        let ty = ty.clone().or_else(literal);
                        let (parsed, written) = (self.ty(ty.as_deref()), ty.as_deref().unwrap_or_default());
                        let ty = option(parsed.map(|parsed| {
                            quote!(::orm::__private::BindingType::of::<#parsed>(#written))
                        }));
                        quote!(::orm::__private::SqlPiece::#kind(#name, #ty))
                    }
                    Piece::Fragment(place) => {
                        let name = place.to_string();
                        quote!(::orm::__private::SqlPiece::Fragment(#name))
                    }
                    Piece::Table(path) => {
                        let (text, path) = (path, self.path(path)?);
                        quote!(::orm::__private::SqlPiece::Table(#text, <#path as ::orm::__private::Model>::def))
                    }
                    Piece::Column { path, .. } => {
                        let (text, path) = (path, self.path(path)?);
                        quote!(::orm::__private::SqlPiece::Column(#text, || ::orm::__private::column_ref(#path)))
                    }
                    Piece::Section(place, pieces) => {
                        let (name, pieces) = (place.to_string(), self.known(pieces));
                        quote!(::orm::__private::SqlPiece::Section(#name, #pieces))
                    }
                })
            })
            .collect();
        quote!(&[#(#pieces),*])
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.root)?;
        self.fields
            .iter()
            .try_for_each(|field| write!(f, ".{field}"))
    }
}

/// The type of a literal, which is known here and nowhere else where the statement does not run.
fn literal_type(value: &TokenStream) -> Option<String> {
    let tokens: Vec<TokenTree> = value.clone().into_iter().collect();
    let literal = match tokens.as_slice() {
        [TokenTree::Punct(minus), literal] if minus.as_char() == '-' => literal,
        [literal] => literal,
        _ => return None,
    };
    let suffix = |suffix: &str, other: &str| match suffix {
        "" => other.to_owned(),
        suffix => suffix.to_owned(),
    };
    Some(match syn::parse2::<Lit>(literal.clone().into()).ok()? {
        Lit::Str(_) => "&str".to_owned(),
        Lit::Bool(_) => "bool".to_owned(),
        Lit::Int(number) => suffix(number.suffix(), "i32"),
        Lit::Float(number) => suffix(number.suffix(), "f64"),
        _ => return None,
    })
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
