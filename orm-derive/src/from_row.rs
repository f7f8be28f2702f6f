//! `#[derive(FromRow)]`: a struct that a row of any query can be read into.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Fields, LitStr, Type};

use crate::attr::Errors;
use crate::db_enum::options;

/// How a field is filled.
enum Filling {
    /// From the column with this name.
    Column(String),
    /// From the columns of another struct with `#[derive(FromRow)]`.
    Flatten,
    /// From the columns of a struct with `#[derive(Embed)]`, which begin with the field's name.
    Embed,
}

struct Part<'a> {
    ident: &'a Ident,
    ty: &'a Type,
    filling: Filling,
}

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
        errors.on(
            name,
            "a row is read into a struct, with a field for each column",
        );
        return None;
    };
    if !input.generics.params.is_empty() {
        errors.on(
            &input.generics.params,
            format!("a row owns its values, so `{name}` cannot have parameters; remove them"),
        );
        return None;
    }
    options::read(&input.attrs, "from_row", &[], errors, |_, _| Ok(()));
    match &data.fields {
        Fields::Named(fields) if !fields.named.is_empty() => {
            let parts: Vec<_> = fields
                .named
                .iter()
                .filter_map(|field| read(field, errors))
                .collect();
            for (i, part) in parts.iter().enumerate() {
                let Filling::Column(column) = &part.filling else {
                    continue;
                };
                if let Some(other) = parts[..i]
                    .iter()
                    .find(|other| matches!(&other.filling, Filling::Column(name) if name == column))
                {
                    errors.on(
                        part.ident,
                        format!(
                            "`{}` is filled from the column `{column}` already; name another one",
                            other.ident
                        ),
                    );
                }
            }
            Some(named(name, &parts))
        }
        Fields::Unnamed(fields) if !fields.unnamed.is_empty() => {
            for attr in fields
                .unnamed
                .iter()
                .flat_map(|field| &field.attrs)
                .filter(|attr| attr.path().is_ident("from_row"))
            {
                errors.on(attr, format!("the columns of `{name}` have no names: they are read by position; remove this"));
            }
            let types: Vec<_> = fields.unnamed.iter().map(|field| &field.ty).collect();
            Some(positional(name, &types))
        }
        _ => {
            errors.on(
                name,
                format!(
                    "`{name}` holds nothing that a row could fill; give it a field for each column"
                ),
            );
            None
        }
    }
}

fn read<'a>(field: &'a syn::Field, errors: &mut Errors) -> Option<Part<'a>> {
    let ident = field.ident.as_ref()?;
    let mut column: Option<LitStr> = None;
    let mut whole = None;
    options::read(
        &field.attrs,
        "from_row",
        &["column", "flatten", "embed"],
        errors,
        |word, meta| {
            if word == "column" {
                column = Some(options::text(word, meta)?);
            } else {
                options::flag(word, meta)?;
                whole = Some((
                    if word == "flatten" {
                        Filling::Flatten
                    } else {
                        Filling::Embed
                    },
                    meta.path.to_token_stream(),
                ));
            }
            Ok(())
        },
    );
    if let (Some(column), Some((_, word))) = (&column, &whole) {
        errors.on(word, format!("the field is filled either from the column `{}` or from several columns; remove one of the two", column.value()));
    }
    let filling = match whole {
        Some((filling, word)) => {
            if is_option(&field.ty) {
                errors.on(word, "several columns cannot be optional together; make the fields of the struct optional instead");
            }
            filling
        }
        None => Filling::Column(
            column.map_or_else(|| ident.unraw().to_string(), |column| column.value()),
        ),
    };
    Some(Part {
        ident,
        ty: &field.ty,
        filling,
    })
}

fn is_option(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Option"))
}

/// Writes
///
/// ```text
/// impl FromRow for TopAuthor {
///     const NAME: &'static str = "TopAuthor";
///     fn columns() -> RowColumns {
///         let mut names = Vec::new();
///         names.push(Cow::Borrowed("id"));
///         match <Totals as FromRow>::columns() {
///             RowColumns::Named(more) => names.extend(more),
///             _ => names.extend((0..<Totals as FromRow>::width()).map(|_| Cow::Borrowed("totals"))),
///         }
///         names.extend(<Address as Embedded>::columns("address", "address_").into_iter().map(|column| column.name));
///         RowColumns::Named(names)
///     }
///     fn cell_types() -> Option<Vec<CellType>> { /* the types of the same columns */ }
///     fn read(cells: &mut Cells<'_>) -> Result<Self> {
///         Ok(Self { id: cells.read::<Id<User>>()?, totals: <Totals as FromRow>::read(cells)?, address: <Address as Embedded>::read(cells)? })
///     }
/// }
/// impl FromFields for TopAuthor { type Fields = (Id<User>, i64); }    // only where each field is one column
/// ```
fn named(name: &Ident, parts: &[Part<'_>]) -> TokenStream {
    let text = name.unraw().to_string();
    let idents: Vec<_> = parts.iter().map(|part| part.ident).collect();
    let columns = parts.iter().map(|Part { ident, ty, filling }| {
        let field = ident.unraw().to_string();
        match filling {
            Filling::Column(column) => quote!(names.push(::std::borrow::Cow::Borrowed(#column));),
            Filling::Flatten => quote! {
                match <#ty as ::orm::__private::FromRow>::columns() {
                    ::orm::__private::RowColumns::Named(more) => names.extend(more),
                    _ => {
                        let width = <#ty as ::orm::__private::FromRow>::width();
                        names.extend((0..width).map(|_| ::std::borrow::Cow::Borrowed(#field)));
                    }
                }
            },
            Filling::Embed => {
                let prefix = format!("{field}_");
                quote! {
                    names.extend(
                        <#ty as ::orm::__private::Embedded>::columns(#field, #prefix).into_iter().map(|column| column.name),
                    );
                }
            }
        }
    });
    let reads = parts.iter().map(|Part { ty, filling, .. }| match filling {
        Filling::Column(_) => quote!(cells.read::<#ty>()?),
        Filling::Flatten => quote!(<#ty as ::orm::__private::FromRow>::read(cells)?),
        Filling::Embed => quote!(<#ty as ::orm::__private::Embedded>::read(cells)?),
    });
    let cells = parts
        .iter()
        .map(|Part { ident, ty, filling }| match filling {
            Filling::Column(_) => quote!(cells.push(::orm::__private::CellType::of::<#ty>());),
            Filling::Flatten => {
                quote!(cells.extend(<#ty as ::orm::__private::FromRow>::cell_types()?);)
            }
            Filling::Embed => {
                let field = ident.unraw().to_string();
                let prefix = format!("{field}_");
                quote! {
                    let columns = <#ty as ::orm::__private::Embedded>::columns(#field, #prefix);
                    cells.extend(columns.iter().map(::orm::__private::CellType::of_column));
                }
            }
        });
    let types: Vec<_> = parts.iter().map(|part| part.ty).collect();
    let fields = parts
        .iter()
        .all(|part| matches!(part.filling, Filling::Column(_)))
        .then(|| fields(name, &types));
    quote! {
        #[automatically_derived]
        impl ::orm::__private::FromRow for #name {
            const NAME: &'static str = #text;

            fn columns() -> ::orm::__private::RowColumns {
                let mut names = ::std::vec::Vec::new();
                #(#columns)*
                ::orm::__private::RowColumns::Named(names)
            }

            fn cell_types() -> ::core::option::Option<::std::vec::Vec<::orm::__private::CellType>> {
                let mut cells = ::std::vec::Vec::new();
                #(#cells)*
                ::core::option::Option::Some(cells)
            }

            fn read(cells: &mut ::orm::__private::Cells<'_>) -> ::orm::__private::Result<Self> {
                ::core::result::Result::Ok(Self { #(#idents: #reads),* })
            }
        }
        #fields
    }
}

/// Writes
///
/// ```text
/// impl FromRow for Pair {
///     const NAME: &'static str = "Pair";
///     fn columns() -> RowColumns { <(String, i64) as FromRow>::columns() }
///     fn read(cells: &mut Cells<'_>) -> Result<Self> { Ok(Self(<String as FromRow>::read(cells)?, <i64 as FromRow>::read(cells)?)) }
/// }
/// impl FromFields for Pair { type Fields = (String, i64); }
/// ```
fn positional(name: &Ident, types: &[&Type]) -> TokenStream {
    let text = name.unraw().to_string();
    let fields = fields(name, types);
    quote! {
        #[automatically_derived]
        impl ::orm::__private::FromRow for #name {
            const NAME: &'static str = #text;

            fn columns() -> ::orm::__private::RowColumns {
                <(#(#types,)*) as ::orm::__private::FromRow>::columns()
            }

            fn cell_types() -> ::core::option::Option<::std::vec::Vec<::orm::__private::CellType>> {
                <(#(#types,)*) as ::orm::__private::FromRow>::cell_types()
            }

            fn read(cells: &mut ::orm::__private::Cells<'_>) -> ::orm::__private::Result<Self> {
                ::core::result::Result::Ok(Self(#(<#types as ::orm::__private::FromRow>::read(cells)?),*))
            }
        }
        #fields
    }
}

/// Writes `impl FromFields for TopAuthor { type Fields = (Id<User>, i64); }`, with the type itself for a single field: that is what
/// a query that selects one expression gives.
fn fields(name: &Ident, types: &[&Type]) -> TokenStream {
    let fields = match types {
        [one] => quote!(#one),
        types => quote!((#(#types),*)),
    };
    quote! {
        #[automatically_derived]
        impl ::orm::__private::FromFields for #name {
            type Fields = #fields;
        }
    }
}

#[cfg(test)]
mod tests;
