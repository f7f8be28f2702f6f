//! Whether what was written makes sense. What comes out of here can be written as Rust without another thought.
//!
//! After a mistake the model is made all the same, without the part that is wrong, so that one mistake stays one mistake.

mod association;
mod column;
mod foreign_key;
mod full_text;
mod index;
mod key;
mod member;
mod rule;
mod rust_type;
mod table_name;

use std::collections::{HashMap, HashSet};

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::{Attribute, Ident, LitStr, Type, Visibility};

pub(crate) use crate::attr::{Action, Judgement, Normalize};
use crate::attr::{CheckAttr, Declaration, Errors, FieldAttr};
pub(crate) use full_text::FullText;

/// A model, with every question answered.
pub(crate) struct Model<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) vis: &'a Visibility,
    /// The struct's name, for messages.
    pub(crate) name: String,
    pub(crate) table: String,
    /// Whether it stands for the rows of a query.
    pub(crate) of_query: bool,
    pub(crate) schema: Option<&'a LitStr>,
    pub(crate) comment: Option<&'a LitStr>,
    pub(crate) key_constraint: Option<&'a LitStr>,
    pub(crate) renamed_from: Option<&'a LitStr>,
    /// The struct's fields, then the hidden ones.
    pub(crate) members: Vec<Member<'a>>,
    /// The members of the primary key; empty after a mistake.
    pub(crate) key: Vec<usize>,
    pub(crate) indexes: Vec<Index<'a>>,
    pub(crate) full_texts: Vec<FullText<'a>>,
    pub(crate) foreign_keys: Vec<ForeignKey<'a>>,
    pub(crate) relations: Vec<Relation<'a>>,
    /// The module with the types of the relations.
    pub(crate) relations_module: Ident,
    pub(crate) checks: Vec<Check<'a>>,
}

/// A field, or a hidden column.
pub(crate) struct Member<'a> {
    pub(crate) ident: &'a Ident,
    /// The field's name without `r#`.
    pub(crate) name: String,
    /// The field's type.
    pub(crate) ty: &'a Type,
    /// The type as it stands, for messages.
    pub(crate) type_name: String,
    pub(crate) docs: &'a [&'a Attribute],
    pub(crate) hidden: bool,
    /// Whether the model can have a constant and setters of this name.
    pub(crate) nameable: bool,
    pub(crate) is_key: bool,
    /// Whether a new row must be given a value.
    pub(crate) required: bool,
    pub(crate) shape: Shape<'a>,
    /// The field's type without `Option`.
    pub(crate) inner: &'a Type,
    pub(crate) rules: Vec<Rule<'a>>,
}

/// What a member is in the table.
pub(crate) enum Shape<'a> {
    /// One column.
    Column(Box<Column<'a>>),
    /// The columns of an embedded struct, whose names begin with this prefix.
    Embedded(String),
}

/// One column.
pub(crate) struct Column<'a> {
    pub(crate) name: String,
    /// The Rust type of its values: the field's, or `Json` of it.
    pub(crate) ty: TokenStream,
    /// How the field's value is wrapped to be stored.
    pub(crate) wrapping: Wrapping,
    pub(crate) role: Role,
    pub(crate) length: Option<u32>,
    pub(crate) precision: Option<(u32, u32)>,
    pub(crate) unique: bool,
    pub(crate) default: Option<Fallback<'a>>,
    pub(crate) check: Option<&'a LitStr>,
    pub(crate) comment: Option<&'a LitStr>,
    pub(crate) collation: Option<&'a LitStr>,
    pub(crate) sql_type: Option<&'a LitStr>,
    pub(crate) renamed_from: Option<&'a LitStr>,
    pub(crate) normalize: Vec<Normalize>,
}

/// How a field's value becomes the column's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrapping {
    /// It is the column's value.
    Plain,
    /// `Json(value)`
    Json,
    /// `value.map(Json)`
    OptionalJson,
}

/// What fills a column.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Role {
    Plain,
    Identity,
    ClientUuid,
    CreatedAt,
    UpdatedAt,
    Generated { sql: String, stored: bool },
}

/// What a row gets that gives no value.
pub(crate) enum Fallback<'a> {
    /// The field type's own default.
    Own,
    /// A literal, which may be of a type that the column's type can be set from.
    Literal(&'a TokenStream),
    /// An expression of the field's type.
    Value(&'a TokenStream),
    /// An expression in SQL.
    Sql(&'a LitStr),
}

/// An index or unique constraint.
pub(crate) struct Index<'a> {
    pub(crate) parts: Vec<Part<'a>>,
    /// The columns that the index holds beside them.
    pub(crate) include: Vec<Part<'a>>,
    pub(crate) name: Option<&'a LitStr>,
    pub(crate) unique: bool,
    pub(crate) condition: Option<&'a LitStr>,
    pub(crate) method: Option<&'a LitStr>,
}

/// One part of an index.
pub(crate) enum Part<'a> {
    /// A member, and the way into an embedded struct.
    Member {
        member: usize,
        inside: &'a [Ident],
        descending: bool,
    },
    /// An expression in SQL.
    Sql(&'a LitStr),
}

/// A relation to rows of a model.
pub(crate) struct Relation<'a> {
    pub(crate) name: &'a Ident,
    pub(crate) target: &'a syn::Path,
    pub(crate) kind: RelationKind<'a>,
}

/// How the rows of a relation are found.
pub(crate) enum RelationKind<'a> {
    /// By a foreign key of this model.
    BelongsTo {
        /// Whether it may be NULL.
        optional: bool,
        /// Whether no two rows have the same.
        unique: bool,
        /// Whether no other one leads to the same model.
        only: bool,
    },
    /// By a foreign key of the other model.
    HasMany { via: Option<&'a Ident> },
    /// By a unique foreign key of the other model.
    HasOne { via: Option<&'a Ident> },
    /// By relations, one after the other.
    Chain(&'a [Ident]),
    /// By the foreign keys of a model between.
    Through {
        between: &'a syn::Path,
        via: Option<&'a Ident>,
        to: Option<&'a Ident>,
    },
    /// By a table between, for which there is no model.
    JoinTable { table: Option<&'a LitStr> },
}

/// A foreign key.
pub(crate) struct ForeignKey<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) name: String,
    pub(crate) target: &'a syn::Path,
    /// The members that refer, and their types without `Option`.
    pub(crate) members: Vec<(usize, &'a Type)>,
    /// The fields that are referred to; empty for the key.
    pub(crate) references: &'a [Ident],
    pub(crate) on_delete: Action,
    pub(crate) on_update: Action,
    /// The constraint's name.
    pub(crate) constraint: Option<&'a LitStr>,
    /// Whether it gets no index.
    pub(crate) unindexed: bool,
}

/// A check of the whole table.
pub(crate) struct Check<'a> {
    pub(crate) name: Option<&'a LitStr>,
    pub(crate) sql: &'a LitStr,
}

/// A rule that a value must meet.
pub(crate) struct Rule<'a> {
    pub(crate) place: proc_macro2::Span,
    pub(crate) judgement: &'a Judgement,
    /// What a value has many of: characters, bytes, entries.
    pub(crate) unit: &'static str,
    pub(crate) code: Option<&'a LitStr>,
    pub(crate) message: Option<&'a LitStr>,
}

/// Judges what was written.
pub(crate) fn check<'a>(written: &'a Declaration<'_>, errors: &mut Errors) -> Model<'a> {
    let Declaration {
        ident,
        vis,
        table,
        fields,
    } = written;
    let fields = distinct(fields, errors);
    let key = key::find(ident, &fields, errors);
    let indexes = index::check(&table.indexes, &fields, errors);
    let full_texts = full_text::check(ident, &table.full_texts, &fields, errors);
    let foreign_keys = foreign_key::check(&table.belongs_to, &fields, errors);
    let relations = association::check(
        ident,
        &table.associations,
        &foreign_keys,
        &fields,
        (&key, &indexes),
        errors,
    );
    let members = fields.iter().enumerate();
    let members: Vec<_> = members
        .map(|(at, field)| member::check(ident, field, &key, at, errors))
        .collect();
    let name = ident.unraw().to_string();
    let relations_module = relations_module(ident, table.relations.as_ref(), errors);
    let check = |check: &'a CheckAttr| Check {
        name: check.name.as_ref(),
        sql: &check.sql,
    };
    Model {
        table: table
            .table
            .as_ref()
            .map_or_else(|| table_name::of(&name), LitStr::value),
        of_query: table.query.is_some(),
        name,
        ident,
        vis,
        schema: table.schema.as_ref(),
        comment: table.comment.as_ref(),
        key_constraint: table.key_constraint.as_ref(),
        renamed_from: table.renamed_from.as_ref(),
        members,
        key,
        indexes,
        full_texts,
        foreign_keys,
        relations,
        relations_module,
        checks: table.checks.iter().map(check).collect(),
    }
}

/// The module with the types of the relations: `blog_post` for `BlogPost`, unless another name is given.
fn relations_module(model: &Ident, given: Option<&LitStr>, errors: &mut Errors) -> Ident {
    let own = table_name::snake_case(&model.unraw().to_string());
    let Some(given) = given else {
        // A model may be called like a word of the language: `Type`.
        let word = syn::parse_str::<Ident>(&own).is_ok();
        return Ident::new(&if word { own } else { own + "_" }, model.span());
    };
    match given.parse::<Ident>() {
        Ok(name) => name,
        Err(_) => {
            errors.on(given, "this names a module, so it must be a name");
            Ident::new("relations", model.span())
        }
    }
}

/// Refuses a hidden column that has a field's name, and two columns of one name.
fn distinct<'a, 'b>(fields: &'a [FieldAttr<'b>], errors: &mut Errors) -> Vec<&'a FieldAttr<'b>> {
    let mut names: HashSet<String> = HashSet::new();
    let mut columns: HashMap<String, &Ident> = HashMap::new();
    let mut kept = Vec::with_capacity(fields.len());
    for field in fields {
        let name = field.ident.unraw().to_string();
        if !names.insert(name.clone()) {
            // The compiler itself refuses two fields of one name.
            if field.hidden {
                let message = format!("there is a field `{name}` already; remove one of the two");
                errors.at(field.ident.span(), message);
            }
            continue;
        }
        kept.push(field);
        if field.embed.is_some() {
            continue;
        }
        let column = field.column.as_ref().map_or(name, LitStr::value);
        match columns.get(&column) {
            Some(other) => {
                let message = format!(
                    "`{other}` is stored in the column `{column}` already; give one of the two another `column`"
                );
                match &field.column {
                    Some(given) => errors.on(given, message),
                    None => errors.on(&field.ident, message),
                }
            }
            None => _ = columns.insert(column, &field.ident),
        }
    }
    kept
}

#[cfg(test)]
mod tests;
