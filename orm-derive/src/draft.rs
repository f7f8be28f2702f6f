//! `#[derive(Draft)]`: an input struct that becomes a new row.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};

use crate::attr::Errors;
use crate::input::{self, Input, Kind};

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let code = errors
        .keep(syn::parse2(input))
        .and_then(|input| input::read(Kind::Draft, &input, &mut errors).map(|input| write(&input)));
    let errors = errors.into_tokens();
    quote!(#errors #code)
}

/// Writes
///
/// ```text
/// const _: () = {
///     type __Model = Post;
///     const __TITLE: usize = drafted(<__Model as Model>::REQUIRED, <__Model as Model>::FIXED, __Model::title.index(), "…");
///     const __PATH: usize = drafted(<__Model as Model>::REQUIRED, <__Model as Model>::FIXED, __Model::slug.index(), "…");
///     impl Draft for NewPost {
///         type Model = __Model;
///         type Create = After<After<<__Model as Model>::Create, __TITLE>, __PATH>;
///         fn create(self) -> Self::Create {
///             let mut row = NewRow::new(<__Model as Model>::def());
///             draft_field::<__TITLE, _, _>(&mut row, __Model::title, self.title);
///             draft_field::<__PATH, _, _>(&mut row, __Model::slug, self.path);
///             row.name(InputName { column: __Model::slug.index(), field: "slug", input: "path" });
///             Builder::from_row(row)
///         }
///     }
///     impl IntoCreate for NewPost { … }                      // for `Post::insert_many(drafts)`
///     impl<By> Nested<By> for NewPost where <Self as Draft>::Create: Nested<By> { … }          // for `User::create().posts(drafts)`
///     impl<By> NestedInput<By> for NewPost where Self: Nested<By> { … }                        // for a field of another draft
/// };
/// ```
///
/// The constants are the places of the fields among those that a new row needs, which only the model knows.
fn write(input: &Input<'_>) -> TokenStream {
    let (ident, model) = (input.ident, &input.model);
    let (in_front, behind, bounds) = input.generics.split_for_impl();
    let places = input.fields.iter().map(|field| {
        let (constant, column) = (field.constant(), field.column());
        let refusal = format!(
            "the database computes `{}`, so a draft cannot give it; remove the field, or write `#[draft(skip)]` on it",
            field.path()
        );
        let span = field.ident.span();
        quote_spanned! {span=>
            const #constant: usize = ::orm::__private::drafted(
                <__Model as ::orm::__private::Model>::REQUIRED,
                <__Model as ::orm::__private::Model>::FIXED,
                #column.index(),
                #refusal,
            );
        }
    });
    let mut create = quote!(<__Model as ::orm::__private::Model>::Create);
    for field in &input.fields {
        let constant = field.constant();
        create = quote!(::orm::__private::After<#create, #constant>);
    }
    let row = format_ident!("row");
    let gives = input.fields.iter().map(|field| {
        let (constant, column, ident) = (field.constant(), field.column(), field.ident);
        let name = field.name(&quote!(#row));
        quote_spanned! {ident.span()=>
            ::orm::__private::draft_field::<#constant, _, _>(&mut #row, #column, self.#ident);
            #name
        }
    });
    let nested = nested(input);
    let mutable = (!input.fields.is_empty()).then(|| quote!(mut));
    quote! {
        const _: () = {
            type __Model = #model;
            #(#places)*

            #[automatically_derived]
            impl #in_front ::orm::__private::Draft for #ident #behind #bounds {
                type Model = __Model;
                type Create = #create;

                fn create(self) -> Self::Create {
                    let #mutable #row = ::orm::__private::NewRow::new(<__Model as ::orm::__private::Model>::def());
                    #(#gives)*
                    ::orm::__private::Builder::from_row(#row)
                }
            }

            #[automatically_derived]
            impl #in_front ::orm::__private::IntoCreate for #ident #behind #bounds {
                type Create = <Self as ::orm::__private::Draft>::Create;

                fn into_create(self) -> Self::Create {
                    ::orm::__private::Draft::create(self)
                }
            }

            #nested
        };
    }
}

/// A draft stands wherever its builder does, also in what is written together with a related row.
fn nested(input: &Input<'_>) -> TokenStream {
    let ident = input.ident;
    let (_, behind, _) = input.generics.split_for_impl();
    let mut generics = input.generics.clone();
    generics.params.push(syn::parse_quote!(__By));
    let mut by_builder = generics.clone();
    by_builder
        .make_where_clause()
        .predicates
        .push(syn::parse_quote!(<Self as ::orm::__private::Draft>::Create: ::orm::__private::Nested<__By>));
    generics
        .make_where_clause()
        .predicates
        .push(syn::parse_quote!(Self: ::orm::__private::Nested<__By>));
    let (in_front, _, builder_bounds) = by_builder.split_for_impl();
    let (_, _, bounds) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #in_front ::orm::__private::Nested<__By> for #ident #behind #builder_bounds {
            fn into_row(self) -> ::orm::__private::NewRow {
                ::orm::__private::Nested::<__By>::into_row(::orm::__private::Draft::create(self))
            }
        }

        #[automatically_derived]
        impl #in_front ::orm::__private::NestedInput<__By> for #ident #behind #bounds {
            type Presence = ::orm::__private::Always;

            fn into_rows(self) -> ::core::option::Option<::orm::__private::NewRow> {
                ::core::option::Option::Some(::orm::__private::Nested::<__By>::into_row(self))
            }
        }
    }
}

#[cfg(test)]
mod tests;
