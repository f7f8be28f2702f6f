//! `#[orm::test]`.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, FnArg, Ident, ItemFn, LitStr, Path, Token, parenthesized};

/// What stands in the brackets.
#[derive(Default)]
struct Options {
    transaction: bool,
    database: Option<LitStr>,
    content: Option<(Span, TokenStream)>,
}

/// Writes, for `#[orm::test] async fn a_test(db: Db) -> orm::Result<()> { … }`:
///
/// ```ignore
/// #[::core::prelude::v1::test]
/// fn a_test() {
///     async fn a_test(db: Db) -> orm::Result<()> { … }
///     let outcome = ::orm::__private_testing::run(
///         &::orm::__private_testing::Setup { database: None, module: ::core::module_path!() },
///         ::orm::__private_testing::Tables::All,
///         a_test,
///     );
///     if let Err(failure) = outcome { panic!("{failure:?}") }     // a test that should panic returns nothing
/// }
/// ```
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> TokenStream {
    match read(attribute, item.clone()) {
        Ok((options, function)) => write(&options, &function),
        Err(error) => {
            // The function stays, so that its other uses are no errors, too.
            let error = error.into_compile_error();
            quote!(#item #error)
        }
    }
}

fn write(options: &Options, function: &ItemFn) -> TokenStream {
    let name = &function.sig.ident;
    let (attributes, kept): (Vec<_>, Vec<_>) = function
        .attrs
        .iter()
        .partition(|attribute| is_the_tests(attribute.path()));
    let mut inner = function.clone();
    inner.attrs = kept.into_iter().cloned().collect();
    let run = match options.transaction {
        true => quote!(::orm::__private_testing::run_in_transaction),
        false => quote!(::orm::__private_testing::run),
    };
    let database = match &options.database {
        Some(database) => quote!(::core::option::Option::Some(#database)),
        None => quote!(::core::option::Option::None),
    };
    let all = quote!(::orm::__private_testing::Tables::All);
    let content = options
        .content
        .as_ref()
        .map_or(&all, |(_, content)| content);
    // An argument of another type is an error at that type.
    let place = function
        .sig
        .inputs
        .first()
        .map_or_else(Span::call_site, Spanned::span);
    let mut call = name.clone();
    call.set_span(name.span().located_at(place));
    quote! {
        #(#attributes)*
        #[::core::prelude::v1::test]
        fn #name() {
            #inner
            let outcome = #run(
                &::orm::__private_testing::Setup { database: #database, module: ::core::module_path!() },
                #content,
                #call,
            );
            if let ::core::result::Result::Err(failure) = outcome {
                ::core::panic!("{failure:?}"); // invariant: it is what fails the test
            }
        }
    }
}

/// Whether an attribute is about the test rather than about the function in it.
fn is_the_tests(path: &Path) -> bool {
    ["ignore", "should_panic", "doc", "cfg"]
        .iter()
        .any(|name| path.is_ident(name))
}

fn read(attribute: TokenStream, item: TokenStream) -> syn::Result<(Options, ItemFn)> {
    let function: ItemFn = syn::parse2(item)?;
    let options = options.parse2(attribute)?;
    let argument = match options.transaction {
        true => "tx: Tx",
        false => "db: Db",
    };
    let form = format!("a test is `async fn name({argument})`, and may return a `Result`");
    if function.sig.asyncness.is_none() {
        return Err(syn::Error::new_spanned(function.sig.fn_token, form));
    }
    if let Some(parameter) = function.sig.generics.params.first() {
        return Err(syn::Error::new_spanned(parameter, form));
    }
    let inputs: Vec<&FnArg> = function.sig.inputs.iter().collect();
    match inputs.as_slice() {
        [FnArg::Typed(_)] => Ok((options, function)),
        [] => Err(syn::Error::new(function.sig.ident.span(), form)),
        [FnArg::Receiver(receiver), ..] => Err(syn::Error::new_spanned(receiver, form)),
        [_, other, ..] => Err(syn::Error::new_spanned(other, form)),
    }
}

fn options(input: ParseStream<'_>) -> syn::Result<Options> {
    let mut options = Options::default();
    while !input.is_empty() {
        let name: Ident = input.parse()?;
        let content = match name.to_string().as_str() {
            "transaction" => {
                options.transaction = true;
                None
            }
            "database" => {
                input.parse::<Token![=]>()?;
                options.database = Some(input.parse()?);
                None
            }
            "models" => {
                let list;
                parenthesized!(list in input);
                let models: Punctuated<Path, Token![,]> = Punctuated::parse_terminated(&list)?;
                let models = models.iter();
                Some(quote! {
                    ::orm::__private_testing::Tables::Of(::std::vec![
                        #(<#models as ::orm::__private::Model>::def()),*
                    ])
                })
            }
            "migrations" => {
                input.parse::<Token![=]>()?;
                let migrations: Expr = input.parse()?;
                Some(quote!(&#migrations))
            }
            other => {
                let known = ["transaction", "database", "models", "migrations"];
                let message = crate::suggest::unknown("option of a test", other, &known);
                return Err(syn::Error::new(name.span(), message));
            }
        };
        if let Some(content) = content {
            if options.content.is_some() {
                let message = "a test has the tables of `models`, or what `migrations` make";
                return Err(syn::Error::new(name.span(), message));
            }
            options.content = Some((name.span(), content));
        }
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(options)
}
