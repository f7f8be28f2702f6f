//! `#[derive(Embed)]`: a struct that a model's field can hold.
//!
//! - `struct Email(String);` is another spelling of one value: one column, of the type inside.
//! - `struct Address { street: String, … }` is several columns of the model that holds it. Its fields are columns themselves, so their
//!   types are those of a model's fields. It is also the description of a JSON document: `Address::street` is a path into it.
//! - `#[embed(json)] struct Preferences { theme: String, tags: Vec<Tag>, … }` is only the latter, and its fields may be of any type.
//!   It is what `#[model(json)]` and `Json<Preferences>` are for.

mod newtype;
mod part;
mod paths;
mod structure;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Fields, GenericArgument, PathArguments, Type};

use crate::attr::Errors;
use crate::db_enum::options;

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let code = errors
        .keep(syn::parse2(input))
        .and_then(|input| one(&input, &mut errors));
    let errors = errors.into_tokens();
    quote!(#errors #code)
}

fn one(input: &DeriveInput, errors: &mut Errors) -> Option<TokenStream> {
    let name = &input.ident;
    let Data::Struct(data) = &input.data else {
        errors.on(name, format!("`Embed` is for structs; write `#[derive(DbEnum)]` on the enum `{name}`, or use `Json<{name}>`"));
        return None;
    };
    if !input.generics.params.is_empty() {
        errors.on(
            &input.generics.params,
            format!("a column has one type, so `{name}` cannot have parameters; remove them"),
        );
        return None;
    }
    let mut json = None;
    options::read(&input.attrs, "embed", &["json"], errors, |word, meta| {
        options::flag(word, meta)?;
        json = Some(meta.path.to_token_stream());
        Ok(())
    });
    match (&data.fields, json) {
        (Fields::Named(fields), None) if !fields.named.is_empty() => {
            let columns = structure::expand(input, fields, errors);
            let paths = paths::expand(input, fields);
            Some(quote!(#columns #paths))
        }
        (Fields::Named(fields), Some(_)) if !fields.named.is_empty() => {
            structure::refuse_columns(fields, errors);
            Some(paths::expand(input, fields))
        }
        (Fields::Unnamed(fields), None) if fields.unnamed.len() == 1 => {
            let field = fields.unnamed.first()?;
            if inside_option(&field.ty).is_some() {
                errors.on(&field.ty, format!("NULL stands outside: write the type without `Option` here, and `Option<{name}>` where it may be missing"));
                return None;
            }
            Some(newtype::expand(name, field))
        }
        (Fields::Unnamed(fields), Some(json)) if fields.unnamed.len() == 1 => {
            errors.on(json, format!("a document has named fields; write `struct {name} {{ … }}`, or use `Json<{name}>` without this derive"));
            None
        }
        (fields, _) => {
            let message = format!(
                "write `struct {name} {{ … }}` with a field for each column, or `struct {name}(…);` around one value"
            );
            match fields {
                Fields::Unit => errors.on(name, message),
                fields => errors.on(fields, message),
            }
            None
        }
    }
}

/// The last word of a type's path and its parameters: `Option` and `[String]`.
fn type_name(ty: &Type) -> Option<(String, Vec<&Type>)> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let parameters = match &last.arguments {
        PathArguments::AngleBracketed(list) => list
            .args
            .iter()
            .filter_map(|arg| {
                if let GenericArgument::Type(ty) = arg {
                    Some(ty)
                } else {
                    None
                }
            })
            .collect(),
        _ => Vec::new(),
    };
    Some((last.ident.to_string(), parameters))
}

/// The type inside of `Option<…>`.
pub(crate) fn inside_option(ty: &Type) -> Option<&Type> {
    match type_name(ty)? {
        (name, parameters) if name == "Option" => parameters.first().copied(),
        _ => None,
    }
}

/// Whether the type, or the one inside of its `Option`, is spelled as one of these.
fn is_one_of(ty: &Type, names: &[&str]) -> bool {
    type_name(inside_option(ty).unwrap_or(ty))
        .is_some_and(|(name, parameters)| parameters.is_empty() && names.contains(&name.as_str()))
}

#[cfg(test)]
mod tests;
