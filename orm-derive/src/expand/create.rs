//! The builder of a new row, which cannot be inserted before every required field is set.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::{names, nested, place, width};
use crate::check::{Member, Model, Role, Shape};

/// A required field, the parameter that says whether it is set, and the trait that asks for it.
pub(super) struct Required<'a> {
    pub(super) member: &'a Member<'a>,
    pub(super) parameter: Ident,
    pub(super) needs: Ident,
}

pub(super) fn write(model: &Model<'_>) -> TokenStream {
    let required: Vec<_> = model
        .members
        .iter()
        .filter(|member| member.required && member.nameable)
        .map(|member| Required {
            member,
            parameter: names::parameter(member),
            needs: names::needs(model, member),
        })
        .collect();
    let builder = builder(model, &required);
    let needs = required.iter().map(|required| needs(model, required));
    let setters = setters(model, &required);
    let insert = insert(model, &required);
    let state = state(model, &required);
    let nested = nested::write(model, &required);
    quote!(#builder #(#needs)* #setters #insert #state #nested)
}

/// Writes
///
/// ```text
/// pub struct UserCreate<UsernameIs = Unset, EmailIs = Unset> {
///     row: NewRow,
///     given: PhantomData<fn() -> (UsernameIs, EmailIs)>,
/// }
/// impl User {
///     pub fn create() -> UserCreate { … }
/// }
/// impl<UsernameIs, EmailIs> Deref for UserCreate<UsernameIs, EmailIs> { type Target = Insert; … }      // to look at its SQL and its plan
/// impl<UsernameIs, EmailIs> Debug for UserCreate<UsernameIs, EmailIs> { … }
/// ```
fn builder(model: &Model<'_>, required: &[Required<'_>]) -> TokenStream {
    let (ident, vis, create) = (&model.ident, &model.vis, names::create(model));
    let parameters: Vec<_> = required
        .iter()
        .map(|required| &required.parameter)
        .collect();
    let of_struct = format!(
        "A new `{}` that is not inserted yet; from `{}::create()`.",
        model.name, model.name
    );
    let of_create = format!("Starts a new `{}`.", model.name);
    quote! {
        #[doc = #of_struct]
        #[must_use = "nothing is inserted until `insert` is called and awaited"]
        #vis struct #create<#(#parameters = ::orm::__private::Unset),*> {
            row: ::orm::__private::NewRow,
            given: ::core::marker::PhantomData<fn() -> (#(#parameters,)*)>,
        }

        #[automatically_derived]
        #[allow(dead_code)]
        impl #ident {
            #[doc = #of_create]
            #vis fn create() -> #create {
                let row = ::orm::__private::NewRow::new(<#ident as ::orm::__private::Model>::def());
                #create { row, given: ::core::marker::PhantomData }
            }
        }

        #[automatically_derived]
        impl<#(#parameters),*> ::core::ops::Deref for #create<#(#parameters),*> {
            type Target = ::orm::__private::Insert;

            fn deref(&self) -> &Self::Target {
                self.row.as_insert()
            }
        }

        #[automatically_derived]
        impl<#(#parameters),*> ::core::fmt::Debug for #create<#(#parameters),*> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(self.row.as_insert(), f)
            }
        }
    }
}

/// Writes
///
/// ```text
/// #[diagnostic::on_unimplemented(message = "the new `User` needs `email` before it can be inserted", …)]
/// pub trait UserNeedsEmail {}
/// impl UserNeedsEmail for Set {}
/// ```
fn needs(model: &Model<'_>, required: &Required<'_>) -> TokenStream {
    let (vis, needs, field) = (&model.vis, &required.needs, &required.member.name);
    let message = format!(
        "the new `{}` needs `{field}` before it can be inserted",
        model.name
    );
    let label = format!("`{field}` was never set");
    let note = format!("call `.{field}(…)` on the builder");
    quote! {
        #[doc(hidden)]
        #[diagnostic::on_unimplemented(message = #message, label = #label, note = #note)]
        #vis trait #needs {}
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #needs for ::orm::__private::Set {}
    }
}

/// Writes
///
/// ```text
/// impl<UsernameIs, EmailIs> UserCreate<UsernameIs, EmailIs> {
///     pub fn username(self, value: impl IntoField<String>) -> UserCreate<Set, EmailIs> {
///         UserCreate { row: self.row.set::<String>(1, value), given: PhantomData }
///     }
///     pub fn address(self, value: Address) -> Self {       // an embedded struct
///         for (at, value) in <Address as Embedded>::values(&value).into_iter().enumerate() {
///             self.row.put(3 + at, value);
///         }
///         …
///     }
/// }
/// ```
fn setters(model: &Model<'_>, required: &[Required<'_>]) -> TokenStream {
    let (vis, create) = (&model.vis, names::create(model));
    let parameters: Vec<_> = required
        .iter()
        .map(|required| &required.parameter)
        .collect();
    let setters = model
        .members
        .iter()
        .enumerate()
        .filter(|(_, m)| m.nameable && is_writable(m))
        .map(|(at, member)| {
            let (name, place) = (&member.ident, place(model, at));
            let docs = format!("Gives `{}`.", member.name);
            let after = required
                .iter()
                .map(|other| match std::ptr::eq(other.member, member) {
                    true => quote!(::orm::__private::Set),
                    false => {
                        let parameter = &other.parameter;
                        quote!(#parameter)
                    }
                });
            // A value that does not fit is reported with a look at the field, and with nothing else.
            let span = name.span();
            let (ty, set) = match &member.shape {
                Shape::Column(column) => {
                    let ty = &column.ty;
                    let set = quote!(let row = self.row.set::<#ty>(#place, value););
                    (
                        quote_spanned!(span=> impl ::orm::__private::IntoField<#ty>),
                        set,
                    )
                }
                Shape::Embedded(_) => {
                    let (ty, width) = (&member.ty, width(member));
                    let set = quote! {
                        let mut row = self.row;
                        let values = <#ty as ::orm::__private::Embedded>::values(&value);
                        for (at, value) in values.into_iter().take(#width).enumerate() {
                            row.put(#place + at, value);
                        }
                    };
                    (quote!(#ty), set)
                }
            };
            quote! {
                #[doc = #docs]
                #vis fn #name(self, value: #ty) -> #create<#(#after),*> {
                    #set
                    #create { row, given: ::core::marker::PhantomData }
                }
            }
        });
    quote! {
        #[automatically_derived]
        #[allow(dead_code, private_bounds, private_interfaces)]
        impl<#(#parameters),*> #create<#(#parameters),*> { #(#setters)* }
    }
}

/// Writes
///
/// ```text
/// impl<UsernameIs: UserNeedsUsername, EmailIs: UserNeedsEmail> Create for UserCreate<UsernameIs, EmailIs> { … }
/// impl<UsernameIs, EmailIs> UserCreate<UsernameIs, EmailIs> {
///     pub fn insert(self, db: &Db) -> Inserting<'_, User>
///     where UsernameIs: UserNeedsUsername, EmailIs: UserNeedsEmail { … }
///     pub fn on_conflict(self, columns: impl UpsertColumns<User>) -> OnConflict<User>
///     where UsernameIs: UserNeedsUsername, EmailIs: UserNeedsEmail { … }
/// }
/// ```
fn insert(model: &Model<'_>, required: &[Required<'_>]) -> TokenStream {
    let (ident, vis, create) = (&model.ident, &model.vis, names::create(model));
    let parameters: Vec<_> = required
        .iter()
        .map(|required| &required.parameter)
        .collect();
    let bounds = required.iter().map(
        |Required {
             parameter, needs, ..
         }| quote!(#parameter: #needs),
    );
    let bounds = quote!(where #(#bounds,)*);
    quote! {
        #[automatically_derived]
        impl<#(#parameters),*> ::orm::__private::Create for #create<#(#parameters),*> #bounds {
            type Model = #ident;

            fn into_row(self) -> ::orm::__private::NewRow { self.row }
        }

        #[automatically_derived]
        #[allow(dead_code)]
        impl<#(#parameters),*> #create<#(#parameters),*> {
            /// Inserts the row, and gives it back with everything that the database filled in.
            ///
            /// # Errors
            /// When a field is refused (all of them are named), or when the database refuses the row.
            #[track_caller]
            #vis fn insert(
                self,
                db: &::orm::__private::Db,
            ) -> ::orm::__private::Inserting<'_, #ident>
            #bounds
            {
                ::orm::__private::insert(self.row, db)
            }

            /// Says by which unique columns the row may be there already, and then what to do.
            #vis fn on_conflict(
                self,
                columns: impl ::orm::__private::UpsertColumns<#ident>,
            ) -> ::orm::__private::OnConflict<#ident>
            #bounds
            {
                ::orm::__private::on_conflict(self, columns)
            }
        }
    }
}

/// Writes what a draft asks of the builder
///
/// ```text
/// impl<UsernameIs, EmailIs> Builder for UserCreate<UsernameIs, EmailIs> { … }
/// impl<UsernameIs, EmailIs> Gives<0> for UserCreate<UsernameIs, EmailIs> {
///     type After = UserCreate<Set, EmailIs>;
/// }
/// impl<UsernameIs, EmailIs> Gives<{ usize::MAX }> for UserCreate<UsernameIs, EmailIs> {       // a field that is not required
///     type After = Self;
/// }
/// impl<UsernameIs, EmailIs> UserCreate<UsernameIs, EmailIs> {
///     pub fn apply<D, DraftUsernameIs, DraftEmailIs>(self, draft: D)
///         -> UserCreate<Either<UsernameIs, DraftUsernameIs>, Either<EmailIs, DraftEmailIs>>
///     where D: Draft<Create = UserCreate<DraftUsernameIs, DraftEmailIs>>, … { … }
/// }
/// ```
fn state(model: &Model<'_>, required: &[Required<'_>]) -> TokenStream {
    let (ident, vis, create) = (&model.ident, &model.vis, names::create(model));
    let all: Vec<_> = required
        .iter()
        .map(|required| &required.parameter)
        .collect();
    let gives = (0..required.len()).map(|place| {
        let number = Literal::usize_unsuffixed(place);
        let after = all
            .iter()
            .enumerate()
            .map(|(at, parameter)| match at == place {
                true => quote!(::orm::__private::Set),
                false => quote!(#parameter),
            });
        quote! {
            #[automatically_derived]
            impl<#(#all),*> ::orm::__private::Gives<#number> for #create<#(#all),*> {
                type After = #create<#(#after),*>;
            }
        }
    });
    let drafts: Vec<_> = all
        .iter()
        .map(|parameter| format_ident!("__Draft{parameter}"))
        .collect();
    quote! {
        #[automatically_derived]
        impl<#(#all),*> ::orm::__private::Builder for #create<#(#all),*> {
            type Model = #ident;

            fn from_row(row: ::orm::__private::NewRow) -> Self {
                Self { row, given: ::core::marker::PhantomData }
            }

            fn given(self) -> ::orm::__private::NewRow { self.row }
        }

        #(#gives)*

        #[automatically_derived]
        impl<#(#all),*> ::orm::__private::Gives<{ ::core::primitive::usize::MAX }> for #create<#(#all),*> {
            type After = Self;
        }

        #[automatically_derived]
        #[allow(dead_code)]
        impl<#(#all),*> #create<#(#all),*> {
            /// Gives all that the draft holds.
            #vis fn apply<__Draft, #(#drafts),*>(
                self,
                draft: __Draft,
            ) -> #create<#(::orm::__private::Either<#all, #drafts>),*>
            where
                __Draft: ::orm::__private::Draft<Create = #create<#(#drafts),*>>,
                #(#all: ::orm::__private::Or<#drafts>,)*
            {
                let draft = ::orm::__private::Builder::given(::orm::__private::Draft::create(draft));
                #create { row: self.row.and(draft), given: ::core::marker::PhantomData }
            }
        }
    }
}

/// Whether the program may give a value.
pub(super) fn is_writable(member: &Member<'_>) -> bool {
    match &member.shape {
        Shape::Column(column) => !matches!(column.role, Role::Generated { .. }),
        Shape::Embedded(_) => true,
    }
}
