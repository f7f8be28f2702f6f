//! `Model::def`: the table as data.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::LitStr;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::{foreign_key, place};
use crate::check::{
    Action, Check, Column, Fallback, ForeignKey, FullText, Index, Member, Model, Normalize, Part,
    Relation, RelationKind, Role, Shape, Wrapping,
};

/// Writes
///
/// ```text
/// fn def() -> &'static ModelDef {
///     static DEF: LazyLock<ModelDef> = LazyLock::new(|| {
///         let mut columns = Vec::new();
///         columns.push({ /* one column */ });
///         columns.extend(<Address as Embedded>::columns("address", "address_"));
///         let visible = columns.len();
///         // hidden columns
///         let mut def = ModelDef::new("User", "users");
///         def.columns = columns;
///         def.visible = visible;
///         def.key = vec![0];
///         // indexes, foreign keys, checks
///         def.check = <User as Model>::check;
///         def
///     });
///     &DEF
/// }
/// ```
pub(super) fn write(model: &Model<'_>) -> TokenStream {
    let (ident, name, table) = (&model.ident, &model.name, &model.table);
    let columns = |hidden: bool| {
        model
            .members
            .iter()
            .filter(move |m| m.hidden == hidden)
            .map(columns)
    };
    let (visible, hidden) = (columns(false), columns(true));
    let key = model.key.iter().map(|at| place(model, *at));
    let schema = model
        .schema
        .as_ref()
        .map(|schema| quote!(def.schema = ::core::option::Option::Some(#schema);));
    let of_query = model.of_query.then(|| quote!(def.of_query = true;));
    let comment = model
        .comment
        .as_ref()
        .map(|comment| quote!(def.comment = ::core::option::Option::Some(#comment);));
    let key_constraint = model
        .key_constraint
        .as_ref()
        .map(|name| quote!(def.key_constraint = ::core::option::Option::Some(#name);));
    let renamed_from = model
        .renamed_from
        .as_ref()
        .map(|name| quote!(def.renamed_from = ::core::option::Option::Some(#name);));
    let indexes = model.indexes.iter().map(|index| index_def(model, index));
    let full_texts = model.full_texts.iter();
    let full_texts = full_texts.map(|index| full_text_def(model, index));
    let foreign_keys = model.foreign_keys.iter().map(|key| foreign_key(model, key));
    let checks = model.checks.iter().map(check);
    let join_tables = model
        .relations
        .iter()
        .filter_map(|relation| join_table(model, relation));
    quote! {
        fn def() -> &'static ::orm::__private::ModelDef {
            static DEF: ::std::sync::LazyLock<::orm::__private::ModelDef> = ::std::sync::LazyLock::new(|| {
                let mut columns = ::std::vec::Vec::new();
                #(#visible)*
                let visible = columns.len();
                #(#hidden)*
                let mut def = ::orm::__private::ModelDef::new(#name, #table);
                def.columns = columns;
                def.visible = visible;
                #of_query
                def.key = ::std::vec![#(#key),*];
                #schema
                #comment
                #key_constraint
                #renamed_from
                #(#indexes)*
                #(#full_texts)*
                #(#foreign_keys)*
                #(#checks)*
                #(#join_tables)*
                def.check = <#ident as ::orm::__private::Model>::check;
                def
            });
            &DEF
        }
    }
}

/// Writes `def.join_tables.push(|| join_table(None, <Post as Model>::def, <Tag as Model>::def))`.
fn join_table(model: &Model<'_>, relation: &Relation<'_>) -> Option<TokenStream> {
    let RelationKind::JoinTable { table } = &relation.kind else {
        return None;
    };
    let (ident, target) = (&model.ident, relation.target);
    let table = match table {
        Some(table) => quote!(::core::option::Option::Some(#table)),
        None => quote!(::core::option::Option::None),
    };
    Some(quote! {
        def.join_tables.push(|| ::orm::__private::join_table(
            #table,
            <#ident as ::orm::__private::Model>::def,
            <#target as ::orm::__private::Model>::def,
        ));
    })
}

fn columns(member: &Member<'_>) -> TokenStream {
    match &member.shape {
        Shape::Column(column) => {
            let column = column_def(member, column);
            quote!(columns.push(#column);)
        }
        Shape::Embedded(prefix) => {
            let (ty, name) = (&member.ty, &member.name);
            quote!(columns.extend(<#ty as ::orm::__private::Embedded>::columns(#name, #prefix));)
        }
    }
}

/// Writes
///
/// ```text
/// {
///     let mut column = <String as ModelField>::column("email", "email", "String");
///     column.unique = true;
///     column.length = Some(50);
///     column
/// }
/// ```
fn column_def(member: &Member<'_>, column: &Column<'_>) -> TokenStream {
    let Column {
        name,
        ty,
        length,
        precision,
        check,
        comment,
        collation,
        sql_type,
        renamed_from,
        ..
    } = column;
    let (field, type_name) = (&member.name, &member.type_name);
    let inner = member.inner;
    let new = match column.wrapping {
        Wrapping::Plain => {
            quote!(<#ty as ::orm::__private::ModelField>::column(#field, #name, #type_name))
        }
        Wrapping::Json | Wrapping::OptionalJson => {
            quote!(<#inner as ::orm::__private::JsonField>::column(#field, #name, #type_name))
        }
    };
    let some = |value: TokenStream| quote!(::core::option::Option::Some(#value));
    let mut set: Vec<(&str, TokenStream)> = Vec::new();
    if column.wrapping == Wrapping::OptionalJson {
        set.push(("nullable", quote!(true)));
    }
    if let Some(length) = length {
        set.push(("length", some(quote!(#length))));
    }
    if let Some((precision, scale)) = precision {
        set.push(("precision", some(quote!((#precision, #scale)))));
    }
    if column.unique {
        set.push(("unique", quote!(true)));
    }
    if let Some(default) = &column.default {
        set.push(("default", some(fallback(member, column, default))));
    }
    if let Some(role) = role(&column.role) {
        set.push(("role", role));
    }
    if let Some(check) = check {
        set.push(("check", some(quote!(#check))));
    }
    if let Some(comment) = comment {
        set.push(("comment", some(quote!(#comment))));
    }
    if let Some(collation) = collation {
        set.push(("collation", some(quote!(#collation))));
    }
    if let Some(sql) = sql_type {
        set.push(("sql_type", some(quote!(#sql))));
    }
    if let Some(name) = renamed_from {
        set.push(("renamed_from", some(quote!(#name))));
    }
    if !column.normalize.is_empty() {
        let steps = column.normalize.iter().map(|step| normalize(*step));
        set.push(("normalize", quote!(::std::vec![#(#steps),*])));
    }
    if set.is_empty() {
        return new;
    }
    let set = set.into_iter().map(|(part, value)| {
        let part = format_ident!("{part}");
        quote!(column.#part = #value;)
    });
    quote!({ let mut column = #new; #(#set)* column })
}

fn role(role: &Role) -> Option<TokenStream> {
    let role = match role {
        Role::Plain => return None,
        Role::Identity => quote!(Identity),
        Role::ClientUuid => quote!(ClientUuid),
        Role::CreatedAt => quote!(CreatedAt),
        Role::UpdatedAt => quote!(UpdatedAt),
        Role::Generated { sql, stored } => {
            quote!(Generated(::orm::__private::GeneratedDef { expression: #sql, stored: #stored }))
        }
    };
    Some(quote!(::orm::__private::ColumnRole::#role))
}

fn normalize(step: Normalize) -> TokenStream {
    let step = match step {
        Normalize::Trim => quote!(Trim),
        Normalize::Lowercase => quote!(Lowercase),
        Normalize::Uppercase => quote!(Uppercase),
    };
    quote!(::orm::__private::Normalize::#step)
}

/// Writes
///
/// ```text
/// DefaultDef::Value(|| { let value: Role = Role::Member; <Role as ModelField>::encode(&value) })
/// DefaultDef::Value(|| <_ as IntoField<String>>::into_field("member"))     // a literal
/// DefaultDef::Sql("now()")
/// ```
fn fallback(member: &Member<'_>, column: &Column<'_>, default: &Fallback<'_>) -> TokenStream {
    let (of_field, of_column) = (&member.ty, &column.ty);
    let value = match (default, column.wrapping) {
        (Fallback::Sql(sql), _) => return quote!(::orm::__private::DefaultDef::Sql(#sql)),
        (Fallback::Literal(literal), Wrapping::Plain) => {
            let span = literal.span();
            let literal = quote_spanned!(span=> ::orm::__private::IntoField::<#of_column>::into_field(#literal));
            return quote!(::orm::__private::DefaultDef::Value(|| #literal));
        }
        (Fallback::Own, _) => quote!(<#of_field as ::core::default::Default>::default()),
        (Fallback::Literal(tokens) | Fallback::Value(tokens), _) => tokens.to_token_stream(),
    };
    let inner = member.inner;
    let stored = match column.wrapping {
        Wrapping::Plain => quote!(<#of_field as ::orm::__private::ModelField>::encode(&value)),
        Wrapping::Json => quote!(<#inner as ::orm::__private::JsonField>::encode(&value)),
        Wrapping::OptionalJson => {
            quote!(<#inner as ::orm::__private::JsonField>::encode_optional(value.as_ref()))
        }
    };
    quote! {
        ::orm::__private::DefaultDef::Value(|| {
            let value: #of_field = #value;
            #stored
        })
    }
}

/// Writes
///
/// ```text
/// {
///     let mut index = IndexDef::new(true);
///     index.columns = vec![IndexColumnDef::Column { column: 3, descending: false }];
///     index.name = Some("users_email");
///     def.indexes.push(index);
/// }
/// ```
fn index_def(model: &Model<'_>, index: &Index<'_>) -> TokenStream {
    let unique = index.unique;
    let column = |member: usize, inside: &[syn::Ident]| match inside {
        [] => place(model, member),
        inside => {
            let (ident, field) = (&model.ident, &model.members[member].ident);
            quote!(#ident::#field #(.#inside)*.index())
        }
    };
    let parts = index.parts.iter().map(|part| match part {
        Part::Sql(sql) => quote!(::orm::__private::IndexColumnDef::Expression(#sql)),
        Part::Member { member, inside, descending } => {
            let column = column(*member, inside);
            quote!(::orm::__private::IndexColumnDef::Column { column: #column, descending: #descending })
        }
    });
    let include = index.include.iter().filter_map(|part| match part {
        Part::Sql(_) => None,
        Part::Member { member, inside, .. } => Some(column(*member, inside)),
    });
    let include =
        (!index.include.is_empty()).then(|| quote!(index.include = ::std::vec![#(#include),*];));
    let set = |part: &str, value: Option<&LitStr>| {
        let part = format_ident!("{part}");
        value.map(|value| quote!(index.#part = ::core::option::Option::Some(#value);))
    };
    let name = set("name", index.name);
    let condition = set("condition", index.condition);
    let method = set("method", index.method);
    quote! {{
        let mut index = ::orm::__private::IndexDef::new(#unique);
        index.columns = ::std::vec![#(#parts),*];
        #include
        #name
        #condition
        #method
        def.indexes.push(index);
    }}
}

/// Writes
///
/// ```text
/// {
///     let mut index = FullTextDef::new(vec![full_text_column(Post::title), full_text_column(Post::body)]);
///     index.constant = "words";
///     index.weights = vec![4, 1];
///     index.stored = true;
///     index.language = Some("english");
///     def.full_texts.push(index);
/// }
/// ```
fn full_text_def(model: &Model<'_>, index: &FullText<'_>) -> TokenStream {
    let ident = &model.ident;
    let columns = index.parts.iter().filter_map(|part| match part {
        Part::Sql(_) => None,
        Part::Member { member, inside, .. } => {
            let field = &model.members[*member].ident;
            let span = field.span();
            let mut ident = (*ident).clone();
            ident.set_span(span);
            let inside = inside.iter();
            Some(quote_spanned!(span=> ::orm::__private::full_text_column(#ident::#field #(.#inside)*)))
        }
    });
    let set = |part: &str, value: Option<&LitStr>| {
        let part = format_ident!("{part}");
        value.map(|value| quote!(index.#part = ::core::option::Option::Some(#value);))
    };
    let (language, name) = (set("language", index.language), set("name", index.name));
    let weights = &index.weights;
    let weights =
        (!weights.is_empty()).then(|| quote!(index.weights = ::std::vec![#(#weights),*];));
    let stored = index.stored.then(|| quote!(index.stored = true;));
    let constant = index.constant.unraw().to_string();
    quote! {{
        let mut index = ::orm::__private::FullTextDef::new(::std::vec![#(#columns),*]);
        index.constant = #constant;
        #weights
        #stored
        #language
        #name
        def.full_texts.push(index);
    }}
}

/// Writes
///
/// ```text
/// {
///     // To a key: its type is checked on the way. To other columns: `<User as Model>::def`.
///     let mut key = ForeignKeyDef::new("author", vec![1], <Id<User> as KeyOf<User>>::target);
///     key.on_delete = Action::Cascade;
///     def.foreign_keys.push(key);
/// }
/// ```
fn foreign_key(model: &Model<'_>, key: &ForeignKey<'_>) -> TokenStream {
    let (name, target) = (&key.name, &key.target);
    let columns = key.members.iter().map(|(at, _)| place(model, *at));
    let references = (!key.references.is_empty()).then(|| {
        let fields = key.references.iter().map(|field| {
            let field = Literal::string(&syn::ext::IdentExt::unraw(field).to_string());
            quote!(#field)
        });
        quote!(key.references = ::std::vec![#(#fields),*];)
    });
    let set = |part: &str, given: Action| {
        let (part, action) = (format_ident!("{part}"), action(given)?);
        Some(quote!(key.#part = ::orm::__private::Action::#action;))
    };
    let on_delete = set("on_delete", key.on_delete);
    let on_update = set("on_update", key.on_update);
    let constraint = key
        .constraint
        .map(|name| quote!(key.constraint = ::core::option::Option::Some(#name);));
    let unindexed = key.unindexed.then(|| quote!(key.unindexed = true;));
    let set = [&references, &on_delete, &on_update, &constraint, &unindexed];
    let mutable = set.iter().any(|part| part.is_some()).then(|| quote!(mut));
    let def = match key.references.is_empty() {
        true => {
            let ty = foreign_key::referring(key);
            quote_spanned!(ty.span()=> <#ty as ::orm::__private::KeyOf<#target>>::target)
        }
        false => quote!(<#target as ::orm::__private::Model>::def),
    };
    quote! {{
        let #mutable key = ::orm::__private::ForeignKeyDef::new(#name, ::std::vec![#(#columns),*], #def);
        #references
        #on_delete
        #on_update
        #constraint
        #unindexed
        def.foreign_keys.push(key);
    }}
}

fn action(action: Action) -> Option<TokenStream> {
    Some(match action {
        Action::Nothing => return None,
        Action::Restrict => quote!(Restrict),
        Action::Cascade => quote!(Cascade),
        Action::SetNull => quote!(SetNull),
        Action::SetDefault => quote!(SetDefault),
    })
}

fn check(check: &Check<'_>) -> TokenStream {
    let sql = &check.sql;
    let name = match &check.name {
        Some(name) => quote!(::core::option::Option::Some(#name)),
        None => quote!(::core::option::Option::None),
    };
    quote!(def.checks.push(::orm::__private::CheckDef { name: #name, expression: #sql });)
}
