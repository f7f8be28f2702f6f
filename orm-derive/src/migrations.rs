//! `migrations!("migrations")` and `#[migration_step("name")]`.

mod files;
#[cfg(test)]
mod tests;

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::{ItemFn, LitStr};

/// Writes, for `migrations!("migrations")`:
///
/// ```ignore
/// ::orm::__private_migrate::Migrations::embedded("migrations", &[
///     ("20260101000000_init/up.sql", ::core::include_str!("/path/to/migrations/20260101000000_init/up.sql")),
/// ])
/// ```
pub(crate) fn migrations(input: TokenStream) -> TokenStream {
    let folder: LitStr = match input.is_empty() {
        true => LitStr::new("migrations", Span::call_site()),
        false => match syn::parse2(input) {
            Ok(folder) => folder,
            Err(_) => {
                let message = "`migrations!` takes the folder, relative to the crate's Cargo.toml: `migrations!(\"migrations\")`";
                return syn::Error::new(Span::call_site(), message).into_compile_error();
            }
        },
    };
    match files::find(&folder.value()) {
        Ok(files) => {
            let files = files.into_iter().map(|file| {
                let (name, path) = (file.name, file.path);
                // Read by the compiler, which so knows that the program depends on it.
                quote!((#name, ::core::include_str!(#path)))
            });
            quote!(::orm::__private_migrate::Migrations::embedded(#folder, &[#(#files),*]))
        }
        Err(message) => syn::Error::new(folder.span(), message).into_compile_error(),
    }
}

/// Writes, for `#[migration_step("split_names")] async fn split(tx: &Tx) -> orm::Result<()> { … }`:
///
/// ```ignore
/// async fn split(tx: &Tx) -> orm::Result<()> { … }
/// const _: () = {
///     fn run(tx: &::orm::__private::Tx) -> ::orm::__private_migrate::StepFuture<'_> {
///         ::std::boxed::Box::pin(split(tx))
///     }
///     ::orm::__private::inventory::submit! {
///         ::orm::__private_migrate::MigrationStep { name: "split_names", run }
///     }
/// };
/// ```
pub(crate) fn step(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let (name, function) = match read(attribute, item.clone()) {
        Ok(parts) => parts,
        Err(error) => {
            // The function stays, so that its other uses are no errors, too.
            let error = error.into_compile_error();
            return quote!(#item #error);
        }
    };
    let called = &function.sig.ident;
    let run = format_ident!("run");
    quote! {
        #function
        const _: () = {
            fn #run(tx: &::orm::__private::Tx) -> ::orm::__private_migrate::StepFuture<'_> {
                ::std::boxed::Box::pin(#called(tx))
            }
            ::orm::__private::inventory::submit! {
                ::orm::__private_migrate::MigrationStep { name: #name, run: #run }
            }
        };
    }
}

fn read(attribute: TokenStream, item: TokenStream) -> syn::Result<(LitStr, ItemFn)> {
    let function: ItemFn = syn::parse2(item)?;
    let name: LitStr = match attribute.is_empty() {
        true => LitStr::new(&function.sig.ident.to_string(), function.sig.ident.span()),
        false => syn::parse2(attribute).map_err(|error| {
            let message =
                "the name by which scripts call the step: `#[migration_step(\"split_names\")]`";
            syn::Error::new(error.span(), message)
        })?,
    };
    let text = name.value();
    if text.is_empty() || text.contains(char::is_whitespace) {
        let message = "scripts call a step as `-- orm: step <name>`, so its name has no blanks";
        return Err(syn::Error::new(name.span(), message));
    }
    if function.sig.asyncness.is_none() || function.sig.inputs.len() != 1 {
        let message = "a step is `async fn name(tx: &Tx) -> orm::Result<()>`";
        return Err(syn::Error::new_spanned(&function.sig, message));
    }
    Ok((name, function))
}
