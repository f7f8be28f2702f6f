//! The builder of a change, with a method for each field.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::create::is_writable;
use super::{names, place, width};
use crate::check::{Model, Shape};

pub(super) fn write(model: &Model<'_>) -> TokenStream {
    let builder = builder(model);
    let setters = setters(model);
    let of_many = of_many(model);
    let of_one = of_one(model);
    quote!(#builder #setters #of_many #of_one)
}

/// Writes
///
/// ```text
/// pub struct UserUpdate<S> { update: Update<User, S> }
/// impl<S> From<Update<User, S>> for UserUpdate<S> { … }
/// impl<S> From<UserUpdate<S>> for Update<User, S> { … }
/// impl<S> Deref for UserUpdate<S> { type Target = Update<User, S>; … }      // to look at its SQL and its plan
/// impl<S> Debug for UserUpdate<S> { … }
/// ```
fn builder(model: &Model<'_>) -> TokenStream {
    let (ident, vis, update) = (&model.ident, &model.vis, names::update(model));
    let docs = format!("A change of one `{}` or of many.", model.name);
    quote! {
        #[doc = #docs]
        #[must_use = "a change does nothing until `exec`, `save` or `returning` is called and awaited"]
        #vis struct #update<__S> {
            update: ::orm::__private::Update<#ident, __S>,
        }

        #[automatically_derived]
        impl<__S> ::core::convert::From<::orm::__private::Update<#ident, __S>> for #update<__S> {
            fn from(update: ::orm::__private::Update<#ident, __S>) -> Self {
                Self { update }
            }
        }

        #[automatically_derived]
        impl<__S> ::core::convert::From<#update<__S>> for ::orm::__private::Update<#ident, __S> {
            fn from(update: #update<__S>) -> Self {
                update.update
            }
        }

        #[automatically_derived]
        impl<__S> ::core::ops::Deref for #update<__S> {
            type Target = ::orm::__private::Update<#ident, __S>;

            fn deref(&self) -> &Self::Target {
                &self.update
            }
        }

        #[automatically_derived]
        impl<__S> ::core::fmt::Debug for #update<__S> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&self.update, f)
            }
        }
    }
}

/// Writes
///
/// ```text
/// impl<S> UserUpdate<S> {
///     pub fn email(self, value: impl IntoAssignment<User, String>) -> Self {
///         Self { update: self.update.assign(2, value.into_assignment()) }
///     }
///     pub fn address(self, value: Address) -> Self { … }       // an embedded struct: one column after the other
///     pub fn apply(self, patch: impl Patch<Model = User>) -> Self { … }
///     pub fn set<T>(self, column: Column<User, T>, value: impl IntoAssignment<User, T>) -> Self { … }
/// }
/// ```
fn setters(model: &Model<'_>) -> TokenStream {
    let (ident, vis, update) = (&model.ident, &model.vis, names::update(model));
    let changeable = |member: &crate::check::Member<'_>| {
        member.nameable && !member.is_key && is_writable(member)
    };
    let setters = model.members.iter().enumerate().filter(|(_, m)| changeable(m)).map(|(at, member)| {
        let (name, place) = (&member.ident, place(model, at));
        let docs = format!("Changes `{}`.", member.name);
        match &member.shape {
            Shape::Column(column) => {
                let ty = &column.ty;
                let span = name.span();
                let value = quote_spanned!(span=> impl ::orm::__private::IntoAssignment<#ident, #ty>);
                quote! {
                    #[doc = #docs]
                    #vis fn #name(self, value: #value) -> Self {
                        let value = ::orm::__private::IntoAssignment::<#ident, #ty>::into_assignment(value);
                        Self { update: self.update.assign(#place, value) }
                    }
                }
            }
            Shape::Embedded(_) => {
                let (ty, width) = (&member.ty, width(member));
                quote! {
                    #[doc = #docs]
                    #vis fn #name(self, value: #ty) -> Self {
                        let mut update = self.update;
                        let values = <#ty as ::orm::__private::Embedded>::values(&value);
                        for (at, value) in values.into_iter().take(#width).enumerate() {
                            let value = value.map_or_else(
                                ::orm::__private::Node::Invalid,
                                ::orm::__private::Node::Value,
                            );
                            update = update.assign(#place + at, value);
                        }
                        Self { update }
                    }
                }
            }
        }
    });
    quote! {
        #[automatically_derived]
        #[allow(dead_code, private_bounds, private_interfaces)]
        impl<__S> #update<__S> {
            #(#setters)*

            /// Changes what the patch says, and nothing else.
            #vis fn apply(self, patch: impl ::orm::__private::Patch<Model = #ident>) -> Self {
                Self { update: self.update.apply(patch) }
            }

            /// Changes a column that is named by a value, such as one of an embedded struct.
            #vis fn set<__T>(
                self,
                column: ::orm::__private::Column<#ident, __T>,
                value: impl ::orm::__private::IntoAssignment<#ident, __T>,
            ) -> Self {
                Self { update: self.update.set(column, value) }
            }
        }
    }
}

/// Writes `all_rows`, `filter`, `exec`, `returning` and `returning_both` for a change of many rows; each calls the same method of `Update`.
fn of_many(model: &Model<'_>) -> TokenStream {
    let (ident, vis, update) = (&model.ident, &model.vis, names::update(model));
    let future = |output: TokenStream| future(&output);
    let (count, rows) = (future(quote!(u64)), future(quote!(::std::vec::Vec<#ident>)));
    let both = future(quote!(::std::vec::Vec<::orm::__private::Changed<#ident>>));
    quote! {
        #[automatically_derived]
        #[allow(dead_code)]
        impl #update<::orm::__private::Many> {
            /// Allows the change of every row of the table, where there is no filter.
            #vis fn all_rows(self) -> Self {
                Self { update: self.update.all_rows() }
            }

            /// Adds a condition that a changed row must meet.
            #vis fn filter(
                self,
                condition: impl ::orm::__private::Expression<#ident, Value = bool>,
            ) -> Self {
                Self { update: self.update.filter(condition) }
            }

            /// Changes the rows, and says how many there were.
            ///
            /// # Errors
            /// When a value is refused, when there is no filter and no `all_rows`, or when the database refuses it.
            #[track_caller]
            #vis fn exec(self, db: &::orm::__private::Db) -> #count {
                self.update.exec(db)
            }

            /// Changes the rows, and gives them back as they are then.
            ///
            /// # Errors
            /// As `exec`.
            #[track_caller]
            #vis fn returning(self, db: &::orm::__private::Db) -> #rows {
                self.update.returning(db)
            }

            /// Changes the rows, and gives back what they were and what they are.
            ///
            /// # Errors
            /// As `exec`, and when the primary key is changed.
            #[track_caller]
            #vis fn returning_both(self, db: &::orm::__private::Db) -> #both {
                self.update.returning_both(db)
            }
        }
    }
}

/// Writes `save` and `exec` for a change of one row; each calls the same method of `Update`.
fn of_one(model: &Model<'_>) -> TokenStream {
    let (ident, vis, update) = (&model.ident, &model.vis, names::update(model));
    let (row, nothing) = (future(&quote!(#ident)), future(&quote!(())));
    quote! {
        #[automatically_derived]
        #[allow(dead_code)]
        impl #update<::orm::__private::One> {
            /// Changes the row, and gives it back as it is then.
            ///
            /// # Errors
            /// When the row is gone, when a value is refused, or when the database refuses it.
            #[track_caller]
            #vis fn save(self, db: &::orm::__private::Db) -> #row {
                self.update.save(db)
            }

            /// Changes the row without reading it back.
            ///
            /// # Errors
            /// As `save`.
            #[track_caller]
            #vis fn exec(self, db: &::orm::__private::Db) -> #nothing {
                self.update.exec(db)
            }
        }
    }
}

/// `impl Future<Output = Result<User>> + Send`
fn future(output: &TokenStream) -> TokenStream {
    quote! {
        impl ::core::future::Future<Output = ::orm::__private::Result<#output>> + ::core::marker::Send
    }
}
