//! `#[derive(Patch)]`: an input struct that becomes a change.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};

use crate::attr::Errors;
use crate::input::{self, Input, Kind};

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let code = errors
        .keep(syn::parse2(input))
        .and_then(|input| input::read(Kind::Patch, &input, &mut errors).map(|input| write(&input)));
    let errors = errors.into_tokens();
    quote!(#errors #code)
}

/// Writes
///
/// ```text
/// const _: () = {
///     type __Model = User;
///     const __EMAIL: usize = patched(<__Model as Model>::FIXED, __Model::email.index(), "…");
///     impl Patch for EditUser {
///         type Model = __Model;
///         fn into_changes(self) -> Changes {
///             let mut changes = Changes::default();
///             patch_field(&mut changes, __Model::email, self.mail);
///             changes.name(InputName { column: __Model::email.index(), field: "email", input: "mail" });
///             changes
///         }
///     }
/// };
/// ```
///
/// The constants refuse, while they are compiled, what the model does not let a patch change.
fn write(input: &Input<'_>) -> TokenStream {
    let (ident, model) = (input.ident, &input.model);
    let (in_front, behind, bounds) = input.generics.split_for_impl();
    let checks = input.fields.iter().map(|field| {
        let (constant, column) = (field.constant(), field.column());
        let refusal = format!(
            "a patch cannot change `{}`: it is the key, or it is filled in automatically; \
             remove the field, or write `#[patch(skip)]` on it",
            field.path()
        );
        let span = field.ident.span();
        quote_spanned! {span=>
            const #constant: usize = ::orm::__private::patched(
                <__Model as ::orm::__private::Model>::FIXED,
                #column.index(),
                #refusal,
            );
        }
    });
    let changes = format_ident!("changes");
    let fields = input.fields.iter().map(|field| {
        let (column, ident) = (field.column(), field.ident);
        let name = field.name(&quote!(#changes));
        quote_spanned! {ident.span()=>
            ::orm::__private::patch_field(&mut #changes, #column, self.#ident);
            #name
        }
    });
    let mutable = (!input.fields.is_empty()).then(|| quote!(mut));
    quote! {
        const _: () = {
            type __Model = #model;
            #(#checks)*

            #[automatically_derived]
            impl #in_front ::orm::__private::Patch for #ident #behind #bounds {
                type Model = __Model;

                fn into_changes(self) -> ::orm::__private::Changes {
                    let #mutable #changes = ::orm::__private::Changes::default();
                    #(#fields)*
                    #changes
                }
            }
        };
    }
}

#[cfg(test)]
mod tests;
