//! `impl Model`.

use proc_macro2::TokenStream;
use quote::quote;

use super::{def, names, place, rules, width};
use crate::check::{Column, Member, Model, Role, Shape, Wrapping};

/// Writes
///
/// ```text
/// impl Model for User {
///     type Key = Id<User>;
///     type Create = UserCreate;
///     type Update<S> = UserUpdate<S>;
///     const REQUIRED: &'static [usize] = &[1, 2];
///     const FIXED: &'static [(usize, Fixed)] = &[(0, Fixed::Key)];
///     fn def() -> &'static ModelDef { … }
///     fn key(&self) -> Self::Key { Clone::clone(&self.id) }
///     fn value(&self, column: usize) -> Option<Result<Value>> { … }
///     fn check(values: &mut [Option<Value>], errors: &mut FieldErrors) { … }
/// }
/// ```
pub(super) fn write(model: &Model<'_>) -> TokenStream {
    let ident = &model.ident;
    let (create, update) = (names::create(model), names::update(model));
    let (key_type, key) = key(model);
    let def = def::write(model);
    let value = value(model);
    let check = rules::write(model);
    let (required, fixed) = (required(model), fixed(model));
    quote! {
        #[automatically_derived]
        impl ::orm::__private::Model for #ident {
            type Key = #key_type;
            type Create = #create;
            type Update<__S> = #update<__S>;
            const REQUIRED: &'static [usize] = &[#(#required),*];
            const FIXED: &'static [(usize, ::orm::__private::Fixed)] = &[#(#fixed),*];

            #def

            fn key(&self) -> Self::Key { #key }

            #value

            #check
        }
    }
}

/// The first columns of the fields that a new row needs, in the order of the builder's parameters.
fn required(model: &Model<'_>) -> Vec<TokenStream> {
    let members = model.members.iter().enumerate();
    members
        .filter(|(_, member)| member.required && member.nameable)
        .map(|(at, _)| place(model, at))
        .collect()
}

/// The columns that a draft or a patch may not give, and why.
fn fixed(model: &Model<'_>) -> Vec<TokenStream> {
    let members = model.members.iter().enumerate();
    members
        .filter_map(|(at, member)| {
            let Shape::Column(column) = &member.shape else {
                return None;
            };
            let why = match column.role {
                Role::Generated { .. } => quote!(Generated),
                _ if member.is_key => quote!(Key),
                Role::CreatedAt | Role::UpdatedAt => quote!(Time),
                Role::Plain | Role::Identity | Role::ClientUuid => return None,
            };
            let place = place(model, at);
            Some(quote!((#place, ::orm::__private::Fixed::#why)))
        })
        .collect()
}

/// The key's type, and its value: one field, or a tuple of several.
fn key(model: &Model<'_>) -> (TokenStream, TokenStream) {
    let members = model.key.iter().map(|at| &model.members[*at]);
    let types: Vec<_> = members.clone().map(|member| &member.ty).collect();
    let fields: Vec<_> = members.map(|member| &member.ident).collect();
    match (types.as_slice(), fields.as_slice()) {
        // There was a mistake, which has been reported.
        ([], _) => (quote!(i64), quote!(loop {})),
        ([ty], [field]) => (
            quote!(#ty),
            quote!(::core::clone::Clone::clone(&self.#field)),
        ),
        _ => (
            quote!((#(#types),*)),
            quote!((#(::core::clone::Clone::clone(&self.#fields)),*)),
        ),
    }
}

/// Writes
///
/// ```text
/// fn value(&self, column: usize) -> Option<Result<Value>> {
///     let encoded = match column {
///         0 => <Id<User> as ModelField>::encode(&self.id),
///         at if (1..1 + WIDTH).contains(&at) => <Address as Embedded>::values(&self.address).into_iter().nth(at - 1)?,
///         at if at == 1 + WIDTH => <String as ModelField>::encode(&self.name),
///         _ => return None,
///     };
///     Some(encoded.map_err(|error| /* with the field's name */))
/// }
/// ```
fn value(model: &Model<'_>) -> TokenStream {
    let visible = model
        .members
        .iter()
        .enumerate()
        .filter(|(_, member)| !member.hidden);
    let first_embedded = model
        .members
        .iter()
        .position(|m| matches!(m.shape, Shape::Embedded(_)));
    let arms = visible.map(|(at, member)| {
        let (place, field) = (place(model, at), &member.ident);
        match &member.shape {
            Shape::Embedded(_) => {
                let (ty, width) = (&member.ty, width(member));
                quote! {
                    at if (#place..#place + #width).contains(&at) => {
                        <#ty as ::orm::__private::Embedded>::values(&self.#field).into_iter().nth(at - (#place))?
                    }
                }
            }
            Shape::Column(column) => {
                let encoded = encoded(member, column);
                match first_embedded.is_some_and(|first| first < at) {
                    true => quote!(at if at == #place => #encoded,),
                    false => quote!(#place => #encoded,),
                }
            }
        }
    });
    let name = &model.name;
    quote! {
        fn value(
            &self,
            column: usize,
        ) -> ::core::option::Option<::orm::__private::Result<::orm::__private::Value>> {
            let encoded = match column {
                #(#arms)*
                _ => return ::core::option::Option::None,
            };
            ::core::option::Option::Some(encoded.map_err(|error| {
                let field = &Self::def().columns[column].field;
                ::orm::__private::Error::new(::orm::__private::ErrorKind::Encode {
                    field: ::std::format!("`{}::{}`", #name, field).into(),
                    reason: error.0,
                })
            }))
        }
    }
}

/// The value of a field, as it is stored.
fn encoded(member: &Member<'_>, column: &Column<'_>) -> TokenStream {
    let (field, ty, inner) = (&member.ident, &member.ty, &member.inner);
    match column.wrapping {
        Wrapping::Plain => {
            quote!(<#ty as ::orm::__private::ModelField>::encode(&self.#field))
        }
        Wrapping::Json => {
            quote!(<#inner as ::orm::__private::JsonField>::encode(&self.#field))
        }
        Wrapping::OptionalJson => {
            quote!(<#inner as ::orm::__private::JsonField>::encode_optional(self.#field.as_ref()))
        }
    }
}
