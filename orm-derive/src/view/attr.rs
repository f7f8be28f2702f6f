//! What stands in a struct with `#[derive(View)]`.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Data, DeriveInput, Fields, FieldsNamed, Meta, Path, Token, Type, Visibility, token,
};

use crate::attr::Errors;
use crate::suggest;

/// A view.
pub(crate) struct View<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) vis: &'a Visibility,
    pub(crate) model: Path,
    /// The values that it takes from the query.
    pub(crate) params: Vec<Param>,
    /// The fields whose attributes make sense.
    pub(crate) fields: Vec<ViewField<'a>>,
    /// Whether those are all.
    pub(crate) complete: bool,
}

/// `least: i64`
pub(crate) struct Param {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
}

/// A field of a view.
pub(crate) struct ViewField<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    pub(crate) filling: Filling,
}

/// How a field is filled.
pub(crate) enum Filling {
    /// From the model's column or relation of this name.
    Named(Ident),
    /// From an expression or a relation: `expr = …` and `with = …`.
    Expression(TokenStream),
    /// From another view of the same model.
    Flatten,
}

pub(crate) fn read<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Option<View<'a>> {
    let head = head(input, errors);
    let named = named_fields(input, errors)?;
    let fields: Vec<_> = named
        .named
        .iter()
        .filter_map(|field| {
            let ident = field.ident.as_ref()?;
            Some(ViewField {
                ident,
                ty: &field.ty,
                filling: filling(ident, &field.attrs, errors)?,
            })
        })
        .collect();
    let (model, params) = head?;
    Some(View {
        ident: &input.ident,
        vis: &input.vis,
        model,
        params,
        complete: fields.len() == named.named.len(),
        fields,
    })
}

fn named_fields<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Option<&'a FieldsNamed> {
    let ident = &input.ident;
    let Data::Struct(data) = &input.data else {
        errors.on(
            ident,
            "a view is a struct, with a field for each thing that is read",
        );
        return None;
    };
    if !input.generics.params.is_empty() {
        let message = format!(
            "a view owns its values and is checked against its model once, so `{ident}` cannot have parameters; remove them"
        );
        errors.on(&input.generics.params, message);
        return None;
    }
    match &data.fields {
        Fields::Named(named) if !named.named.is_empty() => Some(named),
        Fields::Named(_) => {
            errors.on(
                ident,
                format!("`{ident}` reads nothing; give it a field for each thing that is read"),
            );
            None
        }
        Fields::Unnamed(_) | Fields::Unit => {
            errors.on(
                ident,
                format!(
                    "the fields of a view are found by their names; write `struct {ident} {{ … }}`"
                ),
            );
            None
        }
    }
}

/// The model and the parameters in `#[view(User, params(least: i64))]`.
fn head(input: &DeriveInput, errors: &mut Errors) -> Option<(Path, Vec<Param>)> {
    const WRITE: &str = "write `#[view(User)]` with the name of the model";
    let mut attrs = views(&input.attrs);
    let Some(attr) = attrs.next() else {
        let message = format!("of which model is `{}` a view? {WRITE}", input.ident);
        errors.on(&input.ident, message);
        return None;
    };
    if let Some(second) = attrs.next() {
        errors.on(second, "a view is of one model; remove this");
    }
    let Meta::List(list) = &attr.meta else {
        errors.on(attr, WRITE);
        return None;
    };
    let parser = |input: ParseStream<'_>| {
        let model = input
            .parse::<Path>()
            .map_err(|error| syn::Error::new(error.span(), WRITE))?;
        let params = params(input);
        // What is left stands behind a mistake.
        input.parse::<TokenStream>()?;
        Ok((model, params))
    };
    let (model, params) = errors.keep(parser.parse2(list.tokens.clone()))?;
    Some((model, errors.keep(params).unwrap_or_default()))
}

/// `, params(least: i64)`
fn params(input: ParseStream<'_>) -> syn::Result<Vec<Param>> {
    const WRITE: &str = "write `params(name: Type, …)`";
    if input.is_empty() {
        return Ok(Vec::new());
    }
    if !input.peek(Token![,]) {
        return Err(input.error("expected `,` behind the model"));
    }
    input.parse::<Token![,]>()?;
    if input.is_empty() {
        return Ok(Vec::new());
    }
    let word = input.call(Ident::parse_any)?;
    if word != "params" {
        let message = suggest::unknown("word of `#[view(…)]` here", &word.to_string(), &["params"]);
        return Err(syn::Error::new(word.span(), message));
    }
    if !input.peek(token::Paren) {
        return Err(syn::Error::new(word.span(), WRITE));
    }
    let content;
    syn::parenthesized!(content in input);
    let one = |input: ParseStream<'_>| {
        let write = |error: syn::Error| syn::Error::new(error.span(), WRITE);
        let ident = input.parse::<Ident>().map_err(write)?;
        input.parse::<Token![:]>().map_err(write)?;
        Ok(Param {
            ident,
            ty: input.parse()?,
        })
    };
    let params: Vec<_> = Punctuated::<Param, Token![,]>::parse_terminated_with(&content, one)?
        .into_iter()
        .collect();
    for (at, param) in params.iter().enumerate() {
        if params[..at].iter().any(|other| other.ident == param.ident) {
            let message = format!("there is a parameter `{}` already", param.ident);
            return Err(syn::Error::new(param.ident.span(), message));
        }
    }
    input.parse::<Option<Token![,]>>()?;
    if !input.is_empty() {
        return Err(input.error("nothing follows the parameters of a view"));
    }
    Ok(params)
}

fn views(attrs: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attrs.iter().filter(|attr| attr.path().is_ident("view"))
}

/// How the attributes of a field say that it is filled; `None` if they cannot be understood.
fn filling(ident: &Ident, attrs: &[Attribute], errors: &mut Errors) -> Option<Filling> {
    let (mut said, mut understood) = (None, true);
    for attr in views(attrs) {
        let Meta::List(list) = &attr.meta else {
            errors.on(attr, format!("write {WORDS}"));
            understood = false;
            continue;
        };
        let parser = |input: ParseStream<'_>| {
            while !input.is_empty() {
                let at = input.span();
                let filling = word(input)?;
                if said.is_some() {
                    return Err(syn::Error::new(
                        at,
                        "the field is read from one thing; remove one of the two",
                    ));
                }
                said = Some(filling);
            }
            Ok(())
        };
        understood &= errors.keep(parser.parse2(list.tokens.clone())).is_some();
    }
    understood.then(|| said.unwrap_or_else(|| Filling::Named(ident.clone())))
}

const WORDS: &str =
    "`#[view(expr = …)]`, `#[view(with = …)]`, `#[view(field = name)]` or `#[view(flatten)]`";

/// `expr = …`, `with = …`, `field = name` or `flatten`
fn word(input: ParseStream<'_>) -> syn::Result<Filling> {
    let word = input.call(Ident::parse_any)?;
    let name = word.to_string();
    let filling = match name.as_str() {
        "flatten" if input.is_empty() || input.peek(Token![,]) => Filling::Flatten,
        "flatten" => return Err(input.error("`flatten` stands alone: it takes no value")),
        "field" => {
            let write = |error: syn::Error| {
                syn::Error::new(
                    error.span(),
                    "write `field = name` with the name of the model's column or relation",
                )
            };
            input.parse::<Token![=]>().map_err(write)?;
            Filling::Named(input.call(Ident::parse_any).map_err(write)?)
        }
        "expr" | "with" => {
            let example = match name.as_str() {
                "expr" => "expr = User::posts.count()",
                _ => "with = User::posts.limit(10)",
            };
            let write = |span| syn::Error::new(span, format!("write `{example}`"));
            input
                .parse::<Token![=]>()
                .map_err(|error| write(error.span()))?;
            // All of the rest is the expression: whether it is one is for the compiler to say, at its own tokens.
            let mut rest: Vec<TokenTree> = input.parse::<TokenStream>()?.into_iter().collect();
            rest.pop_if(|last| matches!(last, TokenTree::Punct(comma) if comma.as_char() == ','));
            if rest.is_empty() {
                return Err(write(word.span()));
            }
            Filling::Expression(rest.into_iter().collect())
        }
        _ => {
            let message = suggest::unknown(
                "word of `#[view(…)]` here",
                &name,
                &["expr", "with", "field", "flatten"],
            );
            return Err(syn::Error::new(word.span(), message));
        }
    };
    if !input.is_empty() {
        input.parse::<Token![,]>()?;
    }
    Ok(filling)
}

impl ViewField<'_> {
    /// The first and the last token of the type, for messages about all of it.
    pub(crate) fn ends(&self) -> (proc_macro2::Span, proc_macro2::Span) {
        let mut tokens = self
            .ty
            .to_token_stream()
            .into_iter()
            .map(|token| token.span());
        let first = tokens.next().unwrap_or_else(|| self.ident.span());
        (first, tokens.last().unwrap_or(first))
    }
}
