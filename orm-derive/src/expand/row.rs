//! `impl FromRow`: reading the struct from a row.

use proc_macro2::TokenStream;
use quote::quote;

use crate::check::{Member, Model, Shape, Wrapping};

/// Writes
///
/// ```text
/// impl FromRow for User {
///     const NAME: &'static str = "User";
///     fn columns() -> RowColumns { /* the names of the visible columns */ }
///     fn cell_types() -> Option<Vec<CellType>> { /* their types */ }
///     fn read(cells: &mut Cells<'_>) -> Result<Self> {
///         Ok(Self {
///             id: <Id<User> as ModelField>::read(cells)?,
///             preferences: <Preferences as JsonField>::read(cells)?,
///             address: <Address as Embedded>::read(cells)?,
///         })
///     }
/// }
/// ```
pub(super) fn write(model: &Model<'_>) -> TokenStream {
    let (ident, name) = (&model.ident, &model.name);
    let fields = model
        .members
        .iter()
        .filter(|member| !member.hidden)
        .map(|member| {
            let (field, value) = (&member.ident, read(member));
            quote!(#field: #value)
        });
    quote! {
        #[automatically_derived]
        impl ::orm::__private::FromRow for #ident {
            const NAME: &'static str = #name;

            fn columns() -> ::orm::__private::RowColumns {
                let def = <#ident as ::orm::__private::Model>::def();
                ::orm::__private::RowColumns::Named(
                    def.visible_columns().iter().map(|column| ::core::clone::Clone::clone(&column.name)).collect(),
                )
            }

            fn cell_types() -> ::core::option::Option<::std::vec::Vec<::orm::__private::CellType>> {
                let def = <#ident as ::orm::__private::Model>::def();
                ::core::option::Option::Some(
                    def.visible_columns().iter().map(::orm::__private::CellType::of_column).collect(),
                )
            }

            fn read(cells: &mut ::orm::__private::Cells<'_>) -> ::orm::__private::Result<Self> {
                ::core::result::Result::Ok(Self { #(#fields),* })
            }
        }
    }
}

fn read(member: &Member<'_>) -> TokenStream {
    let ty = &member.ty;
    match &member.shape {
        Shape::Embedded(_) => quote!(<#ty as ::orm::__private::Embedded>::read(cells)?),
        Shape::Column(column) => {
            let inner = member.inner;
            match column.wrapping {
                Wrapping::Plain => quote!(<#ty as ::orm::__private::ModelField>::read(cells)?),
                Wrapping::Json => quote!(<#inner as ::orm::__private::JsonField>::read(cells)?),
                Wrapping::OptionalJson => {
                    quote!(<#inner as ::orm::__private::JsonField>::read_optional(cells)?)
                }
            }
        }
    }
}
