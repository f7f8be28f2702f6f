//! `struct Address { street: String, … }`: several columns.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::{DeriveInput, FieldsNamed};

use super::part::{Part, name, read};
use crate::attr::Errors;

pub(super) fn expand(
    input: &DeriveInput,
    fields: &FieldsNamed,
    errors: &mut Errors,
) -> TokenStream {
    let mut parts: Vec<Part<'_>> = Vec::new();
    for field in &fields.named {
        let Some(part) = read(field, errors) else {
            continue;
        };
        if let Some(other) = parts
            .iter()
            .find(|other| !other.embed && !part.embed && name(other) == name(&part))
        {
            let message = format!(
                "`{}` and `{}` have the same column `{}`; write `#[model(column = \"…\")]` on one of them",
                other.ident,
                part.ident,
                name(&part)
            );
            errors.on(part.ident, message);
        }
        parts.push(part);
    }
    let embedded = embedded(&input.ident, &parts);
    let columns = columns(input, &parts);
    quote!(#embedded #columns)
}

/// A document has no columns, so nothing can be said about them.
pub(super) fn refuse_columns(fields: &FieldsNamed, errors: &mut Errors) {
    for field in &fields.named {
        for attr in field
            .attrs
            .iter()
            .filter(|attr| attr.path().is_ident("model") || attr.path().is_ident("embed"))
        {
            errors.on(
                attr,
                "a document of `#[embed(json)]` has no columns; remove this, or `#[embed(json)]`",
            );
        }
    }
}

/// Writes
///
/// ```text
/// impl Embedded for Address {
///     const WIDTH: usize = 0 + 1 + <Place as Embedded>::WIDTH;
///     type Columns<M> = AddressColumns<M>;
///     fn columns(field: &str, prefix: &str) -> Vec<ColumnDef> {
///         let mut columns = Vec::with_capacity(Self::WIDTH);
///         {
///             let mut column = ColumnDef::new::<String>(format!("{field}.street"), format!("{prefix}street"), "String");
///             column.length = Some(100);
///             columns.push(column);
///         }
///         columns.extend(<Place as Embedded>::columns(&format!("{field}.place"), &format!("{prefix}place_")));
///         columns
///     }
///     fn read(cells: &mut Cells<'_>) -> Result<Self> {
///         Ok(Self { street: cells.read::<String>()?, place: <Place as Embedded>::read(cells)? })
///     }
///     fn values(&self) -> Vec<Result<Value, EncodeError>> {
///         let mut values = Vec::with_capacity(Self::WIDTH);
///         values.push(<String as Field>::encode(&self.street));
///         values.extend(<Place as Embedded>::values(&self.place));
///         values
///     }
/// }
/// ```
fn embedded(struct_name: &Ident, parts: &[Part<'_>]) -> TokenStream {
    let columns_name = format_ident!("{}Columns", struct_name.unraw());
    let idents: Vec<_> = parts.iter().map(|part| part.ident).collect();
    let widths = parts.iter().map(width);
    let definitions = parts.iter().map(definition);
    let reads = parts.iter().map(|Part { ty, embed, .. }| match embed {
        true => quote!(<#ty as ::orm::__private::Embedded>::read(cells)?),
        false => quote!(cells.read::<#ty>()?),
    });
    let values = parts.iter().map(
        |Part {
             ident, ty, embed, ..
         }| match embed {
            true => {
                quote!(values.extend(<#ty as ::orm::__private::Embedded>::values(&self.#ident));)
            }
            false => quote!(values.push(<#ty as ::orm::__private::Field>::encode(&self.#ident));),
        },
    );
    quote! {
        #[automatically_derived]
        impl ::orm::__private::Embedded for #struct_name {
            const WIDTH: usize = 0 #(+ #widths)*;
            type Columns<__M> = #columns_name<__M>;

            fn columns(field: &str, prefix: &str) -> ::std::vec::Vec<::orm::__private::ColumnDef> {
                let mut columns = ::std::vec::Vec::with_capacity(<Self as ::orm::__private::Embedded>::WIDTH);
                #(#definitions)*
                columns
            }

            fn read(cells: &mut ::orm::__private::Cells<'_>) -> ::orm::__private::Result<Self> {
                ::core::result::Result::Ok(Self { #(#idents: #reads),* })
            }

            fn values(
                &self,
            ) -> ::std::vec::Vec<::core::result::Result<::orm::__private::Value, ::orm::__private::EncodeError>> {
                let mut values = ::std::vec::Vec::with_capacity(<Self as ::orm::__private::Embedded>::WIDTH);
                #(#values)*
                values
            }
        }
    }
}

/// How many columns a field takes.
fn width(Part { ty, embed, .. }: &Part<'_>) -> TokenStream {
    match embed {
        true => quote!(<#ty as ::orm::__private::Embedded>::WIDTH),
        false => quote!(1),
    }
}

fn definition(part: &Part<'_>) -> TokenStream {
    let Part {
        ident,
        ty,
        length,
        precision,
        normalize,
        embed,
        ..
    } = part;
    let field = format!("{{field}}.{}", ident.unraw());
    if *embed {
        let prefix = format!("{{prefix}}{}_", ident.unraw());
        return quote! {
            columns.extend(<#ty as ::orm::__private::Embedded>::columns(&::std::format!(#field), &::std::format!(#prefix)));
        };
    }
    let column = format!(
        "{{prefix}}{}",
        name(part).replace('{', "{{").replace('}', "}}")
    );
    let rust_type = ty.to_token_stream().to_string().replace(' ', "");
    let length =
        length.map(|length| quote!(column.length = ::core::option::Option::Some(#length);));
    let precision = precision
        .map(|(precision, scale)| quote!(column.precision = ::core::option::Option::Some((#precision, #scale));));
    let steps = normalize
        .iter()
        .map(|step| quote!(column.normalize.push(::orm::__private::Normalize::#step);));
    let mutable =
        (length.is_some() || precision.is_some() || !normalize.is_empty()).then(|| quote!(mut));
    quote! {
        {
            let #mutable column =
                ::orm::__private::ColumnDef::new::<#ty>(::std::format!(#field), ::std::format!(#column), #rust_type);
            #length
            #precision
            #(#steps)*
            columns.push(column);
        }
    }
}

/// Writes
///
/// ```text
/// /// The columns of an `Address` that the model `M` holds.
/// pub struct AddressColumns<M> {
///     pub street: Column<M, String>,
///     pub place: <Place as Embedded>::Columns<M>,
/// }
/// impl<M> AddressColumns<M> {
///     pub const fn at(base: usize) -> Self {
///         Self { street: Column::at(base + 0), place: <<Place as Embedded>::Columns<M>>::at(base + 0 + 1) }
///     }
/// }
/// impl<M> InputTarget<Address> for AddressColumns<M> { … }              // for drafts and patches
/// impl<M> InputTarget<Option<Address>> for AddressColumns<M> { … }
/// impl<M: Model> Source<M, Address> for AddressColumns<M> { … }          // for views
/// impl<M> UpsertColumns<M> for AddressColumns<M> { … }
/// impl<M> Clone for AddressColumns<M> where <Place as Embedded>::Columns<M>: Copy { … }
/// impl<M> Copy for AddressColumns<M> where <Place as Embedded>::Columns<M>: Copy {}
/// ```
fn columns(input: &DeriveInput, parts: &[Part<'_>]) -> TokenStream {
    let (struct_name, vis) = (&input.ident, &input.vis);
    let name = format_ident!("{}Columns", struct_name.unraw());
    let idents: Vec<_> = parts.iter().map(|part| part.ident).collect();
    let types: Vec<_> = parts
        .iter()
        .map(|Part { ty, embed, .. }| match embed {
            true => quote!(<#ty as ::orm::__private::Embedded>::Columns<__M>),
            false => quote!(::orm::__private::Column<__M, #ty>),
        })
        .collect();
    let docs = idents
        .iter()
        .map(|ident| format!("The column of `{}`.", ident.unraw()));
    let mut before = TokenStream::new();
    let positions = parts.iter().map(|part| {
        let position = quote!(base #before);
        let width = width(part);
        before.extend(quote!(+ #width));
        position
    });
    let copies: Vec<_> = parts
        .iter()
        .zip(&types)
        .filter(|(part, _)| part.embed)
        .map(|(_, ty)| quote!(#ty: ::core::marker::Copy))
        .collect();
    let first = match idents.first() {
        Some(first) => quote!(self.#first.index()),
        None => quote!(::core::primitive::usize::MAX),
    };
    let targets = targets(struct_name, &name);
    let source = source(struct_name, &name);
    let doc = format!("The columns of a [`{struct_name}`] that the model `__M` holds.");
    quote! {
        #[doc = #doc]
        #[allow(dead_code, private_interfaces)]
        #vis struct #name<__M> {
            #(#[doc = #docs] pub #idents: #types,)*
        }
        #[automatically_derived]
        impl<__M> #name<__M> {
            /// The columns from this index on.
            #[doc(hidden)]
            #[allow(dead_code, private_interfaces)]
            pub const fn at(base: usize) -> Self {
                Self { #(#idents: <#types>::at(#positions)),* }
            }

            /// The index of the first column.
            #[doc(hidden)]
            #[allow(dead_code)]
            pub const fn index(&self) -> usize {
                #first
            }
        }
        #targets
        #source
        #[automatically_derived]
        impl<__M> ::orm::__private::UpsertColumns<__M> for #name<__M> {
            fn indexes(self) -> ::std::vec::Vec<usize> {
                let first = self.index();
                (first..first + <#struct_name as ::orm::__private::Embedded>::WIDTH).collect()
            }
        }
        #[automatically_derived]
        impl<__M> ::core::clone::Clone for #name<__M> where #(#copies),* {
            fn clone(&self) -> Self {
                *self
            }
        }
        #[automatically_derived]
        impl<__M> ::core::marker::Copy for #name<__M> where #(#copies),* {}
    }
}

/// Writes
///
/// ```text
/// impl<M> InputTarget<Address> for AddressColumns<M> {
///     type Presence = Always;
///     fn give(self, value: Address, to: &mut dyn InputSink) {
///         give_embedded::<Address>(Some(&value), self.index(), to);
///     }
/// }
/// ```
///
/// and the same for `Option<Address>`, which may say nothing.
fn targets(struct_name: &Ident, columns: &Ident) -> TokenStream {
    let forms = [
        (
            quote!(#struct_name),
            quote!(Always),
            quote!(::core::option::Option::Some(&value)),
        ),
        (
            quote!(::core::option::Option<#struct_name>),
            quote!(Sometimes),
            quote!(value.as_ref()),
        ),
    ];
    let targets = forms.map(|(ty, presence, value)| {
        quote! {
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl<__M> ::orm::__private::InputTarget<#ty> for #columns<__M> {
                type Presence = ::orm::__private::#presence;

                fn give(self, value: #ty, to: &mut dyn ::orm::__private::InputSink) {
                    ::orm::__private::give_embedded::<#struct_name>(#value, self.index(), to);
                }
            }
        }
    });
    quote!(#(#targets)*)
}

/// Writes
///
/// ```text
/// impl<M: Model> Source<M, Address> for AddressColumns<M> {
///     const LOADS: bool = false;
///     fn plan(self, plan: &mut Plan) { plan.columns::<M>(self.index(), Self::width()) }
///     fn width() -> usize { <Address as Embedded>::WIDTH }
///     fn read(cells: &mut Cells<'_>) -> Result<Address> { <Address as Embedded>::read(cells) }
///     fn fill(_: Vec<Option<&mut Address>>, _: &mut Parts) -> Result<()> { Ok(()) }
/// }
/// ```
fn source(struct_name: &Ident, columns: &Ident) -> TokenStream {
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl<__M: ::orm::__private::Model> ::orm::__private::Source<__M, #struct_name> for #columns<__M> {
            const LOADS: ::core::primitive::bool = false;

            fn plan(self, plan: &mut ::orm::__private::Plan) {
                plan.columns::<__M>(self.index(), <#struct_name as ::orm::__private::Embedded>::WIDTH);
            }

            fn width() -> usize {
                <#struct_name as ::orm::__private::Embedded>::WIDTH
            }

            fn read(cells: &mut ::orm::__private::Cells<'_>) -> ::orm::__private::Result<#struct_name> {
                <#struct_name as ::orm::__private::Embedded>::read(cells)
            }

            fn fill(
                _: ::std::vec::Vec<::core::option::Option<&mut #struct_name>>,
                _: &mut ::orm::__private::Parts,
            ) -> ::orm::__private::Result<()> {
                ::core::result::Result::Ok(())
            }
        }
    }
}
