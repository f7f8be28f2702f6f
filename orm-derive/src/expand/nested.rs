//! New rows that are written together with the rows that they are related to.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::create::Required;
use super::{names, place, relation as relations};
use crate::check::{ForeignKey, Model, Relation, RelationKind};

/// Writes how rows are nested by a relation, if they can be:
///
/// ```text
/// impl Nests for user::posts {
///     type By = <user::posts as Inverse>::Back;
///     const AS: Nesting = Nesting::Children;
/// }
/// impl Nests for post::author {
///     type By = Complete<User>;
///     const AS: Nesting = Nesting::Parent;
///     const COLUMN: usize = 1;
/// }
/// ```
pub(super) fn relation(model: &Model<'_>, relation: &Relation<'_>) -> TokenStream {
    let ty = relations::type_of(model, relation.name);
    let by = by(model, relation);
    let nesting = match &relation.kind {
        RelationKind::BelongsTo { .. } => quote!(Parent),
        RelationKind::HasMany { .. } => quote!(Children),
        RelationKind::HasOne { .. } => quote!(Child),
        RelationKind::Through { .. } | RelationKind::JoinTable { .. } => quote!(Links),
        RelationKind::Chain(_) => return TokenStream::new(),
    };
    let column = foreign_key(model, relation)
        .and_then(|key| key.members.first())
        .map(|(at, _)| {
            let place = place(model, *at);
            quote!(const COLUMN: usize = #place;)
        });
    quote_spanned! {place_of(relation)=>
        #[automatically_derived]
        impl ::orm::__private::Nests for #ty {
            type By = #by;
            const AS: ::orm::__private::Nesting = ::orm::__private::Nesting::#nesting;
            #column
        }
    }
}

/// What a nested row must be without: `<user::posts as Inverse>::Back`, or `Complete<User>`, which asks nothing of a target that is no
/// model, since that has been reported.
fn by(model: &Model<'_>, relation: &Relation<'_>) -> TokenStream {
    let (ty, target) = (relations::type_of(model, relation.name), relation.target);
    let span = place_of(relation);
    match &relation.kind {
        RelationKind::HasMany { .. } | RelationKind::HasOne { .. } => {
            quote_spanned!(span=> <#ty as ::orm::__private::Inverse>::Back)
        }
        _ => quote!(::orm::__private::Complete<#target>),
    }
}

/// Where a mistake about the other end of a relation is reported.
fn place_of(relation: &Relation<'_>) -> proc_macro2::Span {
    match &relation.kind {
        RelationKind::HasMany { via: Some(via) } | RelationKind::HasOne { via: Some(via) } => {
            via.span()
        }
        _ => relation.target.span(),
    }
}

/// The foreign key of a `belongs_to`.
fn foreign_key<'m, 'a>(
    model: &'m Model<'a>,
    relation: &Relation<'_>,
) -> Option<&'m ForeignKey<'a>> {
    let is_it = |key: &&ForeignKey<'a>| key.ident == relation.name;
    match relation.kind {
        RelationKind::BelongsTo { .. } => model.foreign_keys.iter().find(is_it),
        _ => None,
    }
}

/// Writes the builder's side of it: a setter for each relation, and what makes the builder one that can be nested.
pub(super) fn write(model: &Model<'_>, required: &[Required<'_>]) -> TokenStream {
    let setters = setters(model, required);
    let belongs = |relation: &&Relation<'_>| foreign_key(model, relation).is_some();
    let nested = model
        .relations
        .iter()
        .filter(belongs)
        .map(|relation| nested(model, relation, required));
    quote!(#setters #(#nested)*)
}

/// Writes
///
/// ```text
/// impl<AuthorIdIs, TitleIs> PostCreate<AuthorIdIs, TitleIs> {
///     pub fn comments<N: Nested<<post::comments as Inverse>::Back>>(self, rows: impl IntoIterator<Item = N>) -> Self {
///         Self { row: self.row.nest::<post::comments, N>(rows), given: PhantomData }
///     }
///     pub fn author(self, row: impl Nested<Complete<User>>) -> PostCreate<Set, TitleIs>
///     where AuthorIdIs: Free<post::author> { … }
///     pub fn connect<R: Connects<Post>, K: IntoKey<R::To>>(self, relation: R, keys: impl IntoIterator<Item = K>) -> Self {
///         Self { row: self.row.connect(relation, keys), given: PhantomData }
///     }
/// }
/// ```
fn setters(model: &Model<'_>, required: &[Required<'_>]) -> TokenStream {
    let all: Vec<_> = required.iter().map(|r| &r.parameter).collect();
    let create = names::create(model);
    let setters: Vec<_> = model
        .relations
        .iter()
        .filter_map(|relation| setter(model, relation, required))
        .collect();
    if setters.is_empty() {
        return TokenStream::new();
    }
    let connects = model.relations.iter().any(|relation| {
        use RelationKind::{HasMany, JoinTable, Through};
        matches!(
            relation.kind,
            HasMany { .. } | Through { .. } | JoinTable { .. }
        )
    });
    let connect = connects.then(|| connect(model));
    quote! {
        #[automatically_derived]
        #[allow(dead_code, private_bounds, private_interfaces)]
        impl<#(#all),*> #create<#(#all),*> { #(#setters)* #connect }
    }
}

fn setter(
    model: &Model<'_>,
    relation: &Relation<'_>,
    required: &[Required<'_>],
) -> Option<TokenStream> {
    let (vis, create) = (&model.vis, names::create(model));
    let ty = relations::type_of(model, relation.name);
    let by = by(model, relation);
    let shown = relation.name.unraw().to_string();
    let mut name = relation.name.clone();
    name.set_span(place_of(relation));
    let many = match &relation.kind {
        RelationKind::Chain(_) => return None,
        RelationKind::HasMany { .. }
        | RelationKind::Through { .. }
        | RelationKind::JoinTable { .. } => true,
        RelationKind::HasOne { .. } | RelationKind::BelongsTo { .. } => false,
    };
    // A mistake about the other end is reported where the relation's own is, so that the reports are one. That includes the setter's
    // head, where the compiler reports bounds that it cannot make sense of.
    let place = place_of(relation);
    let bound = quote_spanned!(place=> ::orm::__private::Nested<#by>);
    let nest = |by: TokenStream, rows: TokenStream| quote_spanned!(place=> self.row.nest::<#ty, #by>(#rows));
    if many {
        // Locals are found where they were made: at the place of the other end, which a macro may have written.
        let nest = nest(quote!(__N), quote_spanned!(place=> rows));
        let docs = match &relation.kind {
            RelationKind::HasMany { .. } => {
                format!("Gives new rows for `{shown}`, which are written together with this one.")
            }
            _ => format!(
                "Gives new rows for `{shown}`, which are written and linked together with this one."
            ),
        };
        return Some(quote_spanned! {place=>
            #[doc = #docs]
            #vis fn #name<__N: #bound>(
                self,
                rows: impl ::core::iter::IntoIterator<Item = __N>,
            ) -> Self {
                let row = #nest;
                Self { row, given: ::core::marker::PhantomData }
            }
        });
    }
    let nest = nest(quote!(_), quote_spanned!(place=> [row]));
    let docs = format!("Gives a new row for `{shown}`, which is written together with this one.");
    let own = |other: &Required<'_>| is_of(model, relation, other);
    let after = required.iter().map(|other| match own(other) {
        true => quote!(::orm::__private::Set),
        false => {
            let parameter = &other.parameter;
            quote!(#parameter)
        }
    });
    let free: Vec<&Ident> = required
        .iter()
        .filter(|other| own(other))
        .map(|other| &other.parameter)
        .collect();
    let free = (!free.is_empty())
        .then(|| quote_spanned!(place=> where #(#free: ::orm::__private::Free<#ty>,)*));
    Some(quote_spanned! {place=>
        #[doc = #docs]
        #vis fn #name(self, row: impl #bound) -> #create<#(#after),*>
        #free
        {
            let row = #nest;
            #create { row, given: ::core::marker::PhantomData }
        }
    })
}

/// Whether a required field belongs to the foreign key of a relation.
fn is_of(model: &Model<'_>, relation: &Relation<'_>, required: &Required<'_>) -> bool {
    foreign_key(model, relation).is_some_and(|key| {
        key.members
            .iter()
            .any(|(at, _)| std::ptr::eq(&raw const model.members[*at], required.member))
    })
}

fn connect(model: &Model<'_>) -> TokenStream {
    let (ident, vis) = (&model.ident, &model.vis);
    quote! {
        /// Says which rows, of those that are there already, are to be related to this one; they are given by key, or as rows.
        #vis fn connect<
            __R: ::orm::__private::Connects<#ident>,
            __K: ::orm::__private::IntoKey<<__R as ::orm::__private::Connects<#ident>>::To>,
        >(
            self,
            relation: __R,
            keys: impl ::core::iter::IntoIterator<Item = __K>,
        ) -> Self {
            Self { row: self.row.connect(relation, keys), given: ::core::marker::PhantomData }
        }
    }
}

/// Writes
///
/// ```text
/// impl<AuthorIdIs: Free<post::author>, TitleIs: PostNeedsTitle> Nested<post::author> for PostCreate<AuthorIdIs, TitleIs> {
///     fn into_row(self) -> NewRow { self.row }
/// }
/// ```
fn nested(model: &Model<'_>, relation: &Relation<'_>, required: &[Required<'_>]) -> TokenStream {
    let create = names::create(model);
    let ty = relations::type_of(model, relation.name);
    let all: Vec<_> = required.iter().map(|r| &r.parameter).collect();
    let bounds = required.iter().map(|other| {
        let (parameter, needs) = (&other.parameter, &other.needs);
        match is_of(model, relation, other) {
            true => quote!(#parameter: ::orm::__private::Free<#ty>),
            false => quote!(#parameter: #needs),
        }
    });
    quote! {
        #[automatically_derived]
        impl<#(#all),*> ::orm::__private::Nested<#ty> for #create<#(#all),*>
        where
            #(#bounds,)*
        {
            fn into_row(self) -> ::orm::__private::NewRow { self.row }
        }
    }
}
