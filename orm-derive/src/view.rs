//! `#[derive(View)]`: a struct that says what a query reads.

mod attr;
mod check;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;

use crate::attr::Errors;
use attr::{Filling, View, ViewField};

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let input = errors.keep(syn::parse2(input));
    let view = input
        .as_ref()
        .and_then(|input| attr::read(input, &mut errors));
    // A view that contains itself would make further errors.
    let code = view
        .filter(|view| check::check(view, &mut errors))
        .map(|view| write(&view));
    let errors = errors.into_tokens();
    quote!(#errors #code)
}

/// Writes
///
/// ```text
/// /// The values that the view [`Dashboard`] takes.
/// pub struct DashboardParams { pub least: i64 }
/// const _: () = {
///     type __Model = User;
///     type __Params = DashboardParams;         // () without parameters
///     /* for each field, the function that gives what it is read from */
///     /* the implementations of Shape and View */
///     /* the implementation of ViewParams, or without parameters the one of RowOf<User> */
///     impl Refine<Dashboard> for Dashboard { … }
///     const A_VIEW_CANNOT_CONTAIN_ITSELF: bool = <Dashboard as Shape>::LOADS;
/// };
/// ```
///
/// By the last line the compiler finds out that views contain each other, and shows its name.
fn write(view: &View<'_>) -> TokenStream {
    let (ident, model) = (view.ident, &view.model);
    let params_name = format_ident!("{}Params", ident.unraw());
    let (params, params_type, asked) = if view.params.is_empty() {
        (None, quote!(()), row_of(ident))
    } else {
        (
            Some(params_struct(view, &params_name)),
            quote!(#params_name),
            view_params(ident, &params_name),
        )
    };
    let sources = view.fields.iter().map(|field| source(view, field));
    let shape = shape(view);
    let plan = plan(view);
    let cycle = quote_spanned! {ident.span()=>
        #[allow(dead_code)]
        const A_VIEW_CANNOT_CONTAIN_ITSELF: ::core::primitive::bool = <#ident as ::orm::__private::Shape>::LOADS;
    };
    quote! {
        #params
        const _: () = {
            type __Model = #model;
            type __Params = #params_type;
            #(#sources)*
            #shape
            #plan
            #asked
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl ::orm::__private::Refine<#ident> for #ident {
                fn refine(statement: ::orm::__private::SelectStatement) -> ::orm::__private::SelectStatement {
                    statement
                }
            }
            #cycle
        };
    }
}

/// Writes `pub struct DashboardParams { pub least: i64 }`.
fn params_struct(view: &View<'_>, name: &Ident) -> TokenStream {
    let vis = view.vis;
    let doc = format!("The values that the view [`{}`] takes.", view.ident.unraw());
    let fields = view.params.iter().map(|param| {
        let (ident, ty) = (&param.ident, &param.ty);
        let doc = format!("The value of `{}` in the view.", ident.unraw());
        quote!(#[doc = #doc] pub #ident: #ty)
    });
    quote! {
        #[doc = #doc]
        #[allow(missing_debug_implementations)]
        #vis struct #name { #(#fields),* }
    }
}

/// Writes
///
/// ```text
/// fn __posts(params: &__Params) -> impl Source<__Model, Vec<PostSummary>> + use<> {
///     let least = Clone::clone(&params.least);
///     User::posts.filter(Post::views.ge(least))
/// }
/// ```
///
/// and without an attribute `__Model::posts`, for `flatten` a call of `flatten`. What a field is read from stands in one place, so that
/// each mistake is found once.
fn source(view: &View<'_>, field: &ViewField<'_>) -> TokenStream {
    let (function, ty) = (function(field), field.ty);
    let (first, last) = field.ends();
    let (lets, body) = match &field.filling {
        Filling::Named(name) => (None, quote_spanned!(name.span()=> __Model::#name)),
        Filling::Flatten => (
            None,
            quote_spanned!(first=> ::orm::__private::flatten::<#ty>()),
        ),
        Filling::Expression(expression) => {
            let lets = view.params.iter().map(|param| {
                let name = &param.ident;
                quote! {
                    #[allow(unused_variables)]
                    let #name = ::core::clone::Clone::clone(&__params.#name);
                }
            });
            (Some(quote!(#(#lets)*)), expression.clone())
        }
    };
    // From the first to the last token of the type, which is where a mistake is reported.
    let given = quote_spanned!(first=> impl ::orm::__private::Source);
    let close = quote_spanned!(last=> > + use<>);
    quote! {
        #[allow(non_snake_case, unused_variables)]
        fn #function(__params: &__Params) -> #given<__Model, #ty #close {
            #lets
            #body
        }
    }
}

fn function(field: &ViewField<'_>) -> Ident {
    format_ident!("__{}", field.ident.unraw(), span = field.ident.span())
}

/// Writes
///
/// ```text
/// impl Shape for Dashboard {
///     const NAME: &'static str = <__Model as FromRow>::NAME;
///     const LOADS: bool = false || field_loads::<__Model, __Params, Vec<PostSummary>, _, _>(&__posts);
///     fn width() -> usize { 0 + field_width::<__Model, __Params, Vec<PostSummary>, _>(__posts) }
///     fn read(cells: &mut Cells<'_>) -> Result<Self> {
///         Ok(Self { posts: read_field::<__Model, __Params, Vec<PostSummary>, _>(__posts, cells)? })
///     }
///     fn fill(mut rows: Vec<Option<&mut Self>>, parts: &mut Parts) -> Result<()> {
///         fill_field::<__Model, __Params, Vec<PostSummary>, Self, _>(__posts, &mut rows, |row| &mut row.posts, parts)?;
///         Ok(())
///     }
/// }
/// ```
fn shape(view: &View<'_>) -> TokenStream {
    let name = view.ident;
    let idents: Vec<_> = view.fields.iter().map(|field| field.ident).collect();
    let types: Vec<_> = view.fields.iter().map(|field| field.ty).collect();
    let functions: Vec<_> = view.fields.iter().map(function).collect();
    let row = if view.complete {
        quote! {
            ::core::result::Result::Ok(Self {
                #(#idents: ::orm::__private::read_field::<__Model, __Params, #types, _>(#functions, cells)?),*
            })
        }
    } else {
        // Its mistakes are reported; there shall be no others.
        quote!(loop {})
    };
    quote! {
        #[automatically_derived]
        impl ::orm::__private::Shape for #name {
            const NAME: &'static str = <__Model as ::orm::__private::FromRow>::NAME;
            const LOADS: ::core::primitive::bool =
                false #(|| ::orm::__private::field_loads::<__Model, __Params, #types, _, _>(&#functions))*;

            fn width() -> ::core::primitive::usize {
                0 #(+ ::orm::__private::field_width::<__Model, __Params, #types, _>(#functions))*
            }

            fn read(cells: &mut ::orm::__private::Cells<'_>) -> ::orm::__private::Result<Self> {
                #row
            }

            fn fill(
                mut rows: ::std::vec::Vec<::core::option::Option<&mut Self>>,
                parts: &mut ::orm::__private::Parts,
            ) -> ::orm::__private::Result<()> {
                #(
                    ::orm::__private::fill_field::<__Model, __Params, #types, Self, _>(
                        #functions,
                        &mut rows,
                        |row| &mut row.#idents,
                        parts,
                    )?;
                )*
                ::core::result::Result::Ok(())
            }
        }
    }
}

/// Writes
///
/// ```text
/// impl View for Dashboard {
///     type Model = __Model;
///     type Params = __Params;
///     fn plan(plan: &mut Plan, params: &__Params) {
///         plan.field::<__Model, Vec<PostSummary>, _>(__posts(params));
///     }
/// }
/// ```
fn plan(view: &View<'_>) -> TokenStream {
    let name = view.ident;
    let types = view.fields.iter().map(|field| field.ty);
    let functions = view.fields.iter().map(function);
    quote! {
        #[automatically_derived]
        impl ::orm::__private::View for #name {
            type Model = __Model;
            type Params = __Params;

            fn plan(plan: &mut ::orm::__private::Plan, params: &__Params) {
                #(plan.field::<__Model, #types, _>(#functions(params));)*
            }
        }
    }
}

/// Writes `impl RowOf<__Model> for Dashboard { fn select(statement) { select_view::<Self>(statement, &()) } }`.
fn row_of(name: &Ident) -> TokenStream {
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl ::orm::__private::RowOf<__Model> for #name {
            fn select(statement: ::orm::__private::SelectStatement) -> ::orm::__private::SelectStatement {
                ::orm::__private::select_view::<Self>(statement, &())
            }
        }
    }
}

/// Writes `impl ViewParams for DashboardParams { type View = Dashboard; }`.
fn view_params(name: &Ident, params: &Ident) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl ::orm::__private::ViewParams for #params {
            type View = #name;
        }
    }
}

#[cfg(test)]
mod tests;
