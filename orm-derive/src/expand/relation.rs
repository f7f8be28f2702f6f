//! The relations: a type and a constant for each.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Visibility;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::{foreign_key, nested};
use crate::check::{Model, Relation, RelationKind};

/// Writes
///
/// ```text
/// /// The relations of `User`, as types.
/// pub mod user {
///     #[derive(Clone, Copy)]
///     pub struct posts;
/// }
/// /* for each, the implementations of its kind */
/// impl User {
///     /// The relation `posts`.
///     pub const posts: ToMany<user::posts> = ToMany::new();
/// }
/// ```
pub(super) fn write(model: &Model<'_>) -> TokenStream {
    if model.relations.is_empty() {
        return TokenStream::new();
    }
    let (ident, vis, module) = (&model.ident, &model.vis, &model.relations_module);
    let inner = inside(vis);
    let types = model.relations.iter().map(|relation| {
        let name = relation.name;
        let docs = format!(
            "The relation `{}::{}`, as a type.",
            model.name,
            name.unraw()
        );
        quote!(#[doc = #docs] #[derive(Clone, Copy)] #inner struct #name;)
    });
    let impls = model
        .relations
        .iter()
        .map(|relation| of_relation(model, relation));
    let constants = model.relations.iter().map(|relation| {
        let name = relation.name;
        let docs = format!("The relation `{}`.", name.unraw());
        let ty = constant_type(model, relation);
        quote!(#[doc = #docs] #vis const #name: #ty = <#ty>::new();)
    });
    let ambiguous = ambiguous(model);
    let docs = format!("The relations of `{}`, as types.", model.name);
    quote! {
        #[doc = #docs]
        #[allow(non_camel_case_types, dead_code, unreachable_pub)]
        #vis mod #module { #(#types)* }

        #(#impls)*
        #ambiguous

        #[automatically_derived]
        #[allow(non_upper_case_globals, dead_code, private_interfaces)]
        impl #ident { #(#constants)* }
    }
}

/// A visibility that means, from inside of a module, what this one means outside of it.
fn inside(vis: &Visibility) -> TokenStream {
    match vis {
        Visibility::Inherited => quote!(pub(super)),
        Visibility::Public(_) => quote!(pub),
        Visibility::Restricted(to) => {
            let path = &to.path;
            match path.segments.first() {
                Some(first) if first.ident == "self" && path.segments.len() == 1 => {
                    quote!(pub(super))
                }
                Some(first) if first.ident == "super" => quote!(pub(in super::#path)),
                _ => quote!(#vis),
            }
        }
    }
}

/// `user::posts`
pub(super) fn type_of(model: &Model<'_>, name: &Ident) -> TokenStream {
    let module = &model.relations_module;
    quote!(#module::#name)
}

/// `ToMany<user::posts>`
fn constant_type(model: &Model<'_>, relation: &Relation<'_>) -> TokenStream {
    let ty = type_of(model, relation.name);
    match cardinality(&relation.kind) {
        None => quote!(::orm::__private::ToMany<#ty>),
        Some(one) => quote!(::orm::__private::ToOne<#ty, ::orm::__private::#one>),
    }
}

/// How many rows it leads to; `None` for any number.
fn cardinality(kind: &RelationKind<'_>) -> Option<Ident> {
    match kind {
        RelationKind::BelongsTo {
            optional: false, ..
        } => Some(format_ident!("ExactlyOne")),
        RelationKind::BelongsTo { optional: true, .. } | RelationKind::HasOne { .. } => {
            Some(format_ident!("AtMostOne"))
        }
        _ => None,
    }
}

/// Writes
///
/// ```text
/// impl Relation for user::posts {
///     type From = User;
///     type To = <Post as End>::Model;
///     type Cardinality = AnyNumber;
///     const NAME: &'static str = "posts";
///     fn def() -> &'static RelationDef {
///         static DEF: LazyLock<RelationDef> = LazyLock::new(|| RelationDef::has_many("posts", /* the way back */));
///         &DEF
///     }
/// }
/// impl Named<0x…> for User { type Relation = user::posts; }
/// ```
fn of_relation(model: &Model<'_>, relation: &Relation<'_>) -> TokenStream {
    let (ident, target) = (&model.ident, relation.target);
    let ty = type_of(model, relation.name);
    let name = relation.name.unraw().to_string();
    let hash = hash(&name);
    let to = end(model, relation);
    let cardinality = cardinality(&relation.kind).unwrap_or_else(|| format_ident!("AnyNumber"));
    let (def, others) = match &relation.kind {
        RelationKind::BelongsTo { unique, only, .. } => belongs_to(model, relation, *unique, *only),
        RelationKind::HasMany { via } => inverse(model, relation, *via, false),
        RelationKind::HasOne { via } => inverse(model, relation, *via, true),
        RelationKind::Chain(parts) => chain(model, relation, parts),
        RelationKind::Through { between, via, to } => {
            through(model, relation, between, (*via, *to))
        }
        RelationKind::JoinTable { table } => {
            let table = match table {
                Some(table) => quote!(::core::option::Option::Some(#table)),
                None => quote!(::core::option::Option::None),
            };
            let def = quote! {
                ::orm::__private::RelationDef::by_join_table(
                    #name,
                    #table,
                    <#ident as ::orm::__private::Model>::def,
                    <#target as ::orm::__private::Model>::def,
                )
            };
            (def, quote!(impl ::orm::__private::ManyToMany for #ty {}))
        }
    };
    let nests = nested::relation(model, relation);
    quote! {
        #[automatically_derived]
        impl ::orm::__private::Relation for #ty {
            type From = #ident;
            #to
            type Cardinality = ::orm::__private::#cardinality;
            const NAME: &'static str = #name;

            fn def() -> &'static ::orm::__private::RelationDef {
                static DEF: ::std::sync::LazyLock<::orm::__private::RelationDef> =
                    ::std::sync::LazyLock::new(|| #def);
                &DEF
            }
        }
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl ::orm::__private::Named<#hash> for #ident {
            type Model = #ident;
            type Relation = #ty;
        }
        #others
        #nests
    }
}

/// Writes `type To = <Post as End>::Model;`, or for a foreign key `type To = <Id<User> as KeyOf<User>>::Target;`: a type that is no
/// model is reported by what is asked first, in the same words and at the same place wherever it is asked.
fn end(model: &Model<'_>, relation: &Relation<'_>) -> TokenStream {
    let target = relation.target;
    let key = model
        .foreign_keys
        .iter()
        .find(|key| key.ident == relation.name);
    match (&relation.kind, key) {
        (RelationKind::BelongsTo { .. }, Some(key)) if key.references.is_empty() => {
            let ty = foreign_key::referring(key);
            quote_spanned!(ty.span()=> type To = <#ty as ::orm::__private::KeyOf<#target>>::Target;)
        }
        (RelationKind::HasMany { via: Some(via) } | RelationKind::HasOne { via: Some(via) }, _) => {
            let hash = hash(&via.unraw().to_string());
            quote_spanned!(via.span()=> type To = <#target as ::orm::__private::Named<#hash>>::Model;)
        }
        (RelationKind::HasMany { .. } | RelationKind::HasOne { .. }, _) => {
            let ident = model.ident;
            quote_spanned!(target.span()=> type To = <#target as ::orm::__private::RefersTo<#ident>>::Child;)
        }
        (RelationKind::BelongsTo { .. }, _) => quote_spanned!(target.span()=> type To = #target;),
        _ => quote_spanned!(target.span()=> type To = <#target as ::orm::__private::End>::Model;),
    }
}

/// Writes
///
/// ```text
/// RelationDef::belongs_to(<Post as Model>::def(), "author")
///
/// impl RefersTo<User> for Post { type Child = Post; type Relation = post::author; }
/// impl BackOf<Post, User> for post::author { … }
/// impl OneToOne for post::author {}           // if the foreign key is unique
/// ```
fn belongs_to(
    model: &Model<'_>,
    relation: &Relation<'_>,
    unique: bool,
    only: bool,
) -> (TokenStream, TokenStream) {
    let (ident, target) = (&model.ident, relation.target);
    let ty = type_of(model, relation.name);
    let name = relation.name.unraw().to_string();
    let def = quote!(::orm::__private::RelationDef::belongs_to(<#ident as ::orm::__private::Model>::def(), #name));
    let refers = only.then(|| {
        quote! {
            #[automatically_derived]
            impl ::orm::__private::RefersTo<#target> for #ident { type Child = #ident; type Relation = #ty; }
        }
    });
    let back = quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl ::orm::__private::BackOf<#ident, #target> for #ty {
            fn def() -> &'static ::orm::__private::RelationDef { <#ty as ::orm::__private::Relation>::def() }
        }
    };
    let one_to_one = unique.then(|| quote!(impl ::orm::__private::OneToOne for #ty {}));
    (def, quote!(#refers #back #one_to_one))
}

/// Writes, where several foreign keys lead to one model, `impl RefersTo<User> for Post { type Relation = Ambiguous; }`.
fn ambiguous(model: &Model<'_>) -> TokenStream {
    let ident = &model.ident;
    let mut seen = Vec::new();
    let impls = model.relations.iter().filter_map(|relation| {
        let RelationKind::BelongsTo { only: false, .. } = relation.kind else {
            return None;
        };
        let (target, text) = (relation.target, quote::ToTokens::to_token_stream(relation.target).to_string());
        if seen.contains(&text) {
            return None;
        }
        seen.push(text);
        Some(quote! {
            #[automatically_derived]
            impl ::orm::__private::RefersTo<#target> for #ident { type Child = #ident; type Relation = ::orm::__private::Ambiguous; }
        })
    });
    quote!(#(#impls)*)
}

/// The relation of `child` that leads to `parent`: the one that is named, or the only one.
fn back(child: &syn::Path, parent: &dyn quote::ToTokens, via: Option<&Ident>) -> TokenStream {
    match via {
        Some(via) => {
            let hash = hash(&via.unraw().to_string());
            quote_spanned!(via.span()=> <#child as ::orm::__private::Named<#hash>>::Relation)
        }
        None => {
            quote_spanned!(child.span()=> <#child as ::orm::__private::RefersTo<#parent>>::Relation)
        }
    }
}

/// Writes
///
/// ```text
/// RelationDef::has_many("posts", <user::posts as Inverse>::back())
///
/// impl Inverse for user::posts { type Back = <Post as RefersTo<User>>::Relation; }
/// ```
fn inverse(
    model: &Model<'_>,
    relation: &Relation<'_>,
    via: Option<&Ident>,
    one: bool,
) -> (TokenStream, TokenStream) {
    let target = relation.target;
    let ty = type_of(model, relation.name);
    let name = relation.name.unraw().to_string();
    let back = back(target, &model.ident, via);
    let span = via.map_or_else(|| target.span(), Ident::span);
    let constructor = if one {
        format_ident!("has_one")
    } else {
        format_ident!("has_many")
    };
    let check = one.then(|| quote_spanned!(span=> ::orm::__private::one_to_one::<#back>();));
    let def = quote! {{
        #check
        ::orm::__private::RelationDef::#constructor(
            #name,
            <#ty as ::orm::__private::Inverse>::back(),
        )
    }};
    let inverse = quote_spanned! {span=>
        #[automatically_derived]
        impl ::orm::__private::Inverse for #ty { type Back = #back; }
    };
    (def, inverse)
}

/// Writes `RelationDef::through("comments", <<User as Named<…>>::Relation as Relation>::def(), &[…])`.
fn chain(
    model: &Model<'_>,
    relation: &Relation<'_>,
    parts: &[Ident],
) -> (TokenStream, TokenStream) {
    let (ident, target) = (&model.ident, relation.target);
    let name = relation.name.unraw().to_string();
    let mut from = quote!(#ident);
    let mut steps = Vec::new();
    for part in parts {
        let (span, hash) = (part.span(), hash(&part.unraw().to_string()));
        let step = quote_spanned!(span=> <#from as ::orm::__private::Named<#hash>>::Relation);
        from = quote_spanned!(span=> <#step as ::orm::__private::Relation>::To);
        steps.push(step);
    }
    let last = parts
        .last()
        .map_or_else(|| relation.name.span(), Ident::span);
    let ends = quote_spanned!(last=> ::orm::__private::ends_at::<#from, #target>(););
    let (first, others) = (&steps[0], &steps[1..]);
    let def = quote! {{
        #ends
        ::orm::__private::RelationDef::through(
            #name,
            <#first as ::orm::__private::Relation>::def(),
            &[#(<#others as ::orm::__private::Relation>::def()),*],
        )
    }};
    (def, TokenStream::new())
}

/// Writes `RelationDef::many_to_many("tags", back_of::<…, PostTag, Post>(), back_of::<…, PostTag, Tag>())`.
fn through(
    model: &Model<'_>,
    relation: &Relation<'_>,
    between: &syn::Path,
    (via, to): (Option<&Ident>, Option<&Ident>),
) -> (TokenStream, TokenStream) {
    let (ident, target) = (&model.ident, relation.target);
    let ty = type_of(model, relation.name);
    let name = relation.name.unraw().to_string();
    let step = |via: Option<&Ident>, parent: &dyn quote::ToTokens| {
        let back = back(between, parent, via);
        let span = via.map_or_else(|| between.span(), Ident::span);
        quote_spanned!(span=> ::orm::__private::back_of::<#back, #between, #parent>())
    };
    let (here, there) = (step(via, ident), step(to, target));
    let def = quote!(::orm::__private::RelationDef::many_to_many(#name, #here, #there));
    (def, quote!(impl ::orm::__private::ManyToMany for #ty {}))
}

/// FNV-1a, which is the same for the model that has a relation and for those that name it.
fn hash(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
