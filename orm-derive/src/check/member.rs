//! One field: a column, or the columns of an embedded struct.

use syn::Ident;
use syn::ext::IdentExt;

use super::{Member, Role, Shape, column, rule, rust_type};
use crate::attr::{Embedding, Errors, FieldAttr};

/// Names that a column's constant or setter would take from what every model and its builders have.
const RESERVED: &[&str] = &[
    "all_rows",
    "apply",
    "connect",
    "create",
    "def",
    "delete",
    "exec",
    "filter",
    "find",
    "insert",
    "insert_many",
    "on_conflict",
    "query",
    "returning",
    "save",
    "set",
    "update",
];

/// Whether every model, or its builders, have something of this name.
pub(super) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

pub(super) fn check<'a>(
    model: &Ident,
    field: &'a FieldAttr<'_>,
    key: &[usize],
    at: usize,
    errors: &mut Errors,
) -> Member<'a> {
    let name = field.ident.unraw().to_string();
    let nameable = !RESERVED.contains(&&*name);
    if !nameable {
        let message = format!(
            "`{model}::{name}` is taken: every model has it, or its builders do; \
             rename the field and keep the column with `#[model(column = \"{name}\")]`"
        );
        errors.at(field.ident.span(), message);
    }
    let is_key = key.contains(&at);
    let type_name = rust_type::text(&field.ty);
    let rules = rule::check(field, errors);
    let (shape, required) = match &field.embed {
        Some(embed) => (embedded(&name, field, embed, errors), true),
        None => {
            let column = column::check(model, &name, field, key.len(), is_key, errors);
            let nullable = rust_type::in_option(&field.ty).is_some();
            let required = !nullable && column.default.is_none() && column.role == Role::Plain;
            (Shape::Column(Box::new(column)), required)
        }
    };
    let inner = rust_type::without_option(&field.ty);
    Member {
        ident: &field.ident,
        name,
        inner,
        ty: &field.ty,
        type_name,
        docs: &field.docs,
        hidden: field.hidden,
        nameable,
        is_key,
        required,
        shape,
        rules,
    }
}

fn embedded<'a>(
    name: &str,
    field: &FieldAttr<'_>,
    embed: &Embedding,
    errors: &mut Errors,
) -> Shape<'a> {
    for (place, word) in given(field) {
        errors.at(place, format!("`{word}` is about one column, and `embed` makes several; write it on a field of the embedded struct"));
    }
    if rust_type::in_option(&field.ty).is_some() {
        errors.on(
            &field.ty,
            "an embedded struct is always there; remove `Option`, and make its own fields optional",
        );
    }
    if !field.belongs_to.is_empty() {
        errors.at(
            embed.place,
            "a foreign key is made of plain columns, not of an embedded struct",
        );
    }
    Shape::Embedded(
        embed
            .prefix
            .as_ref()
            .map_or_else(|| format!("{name}_"), |prefix| prefix.value()),
    )
}

/// The words of a field that do not go with `embed`, and where they stand.
fn given(field: &FieldAttr<'_>) -> Vec<(proc_macro2::Span, &'static str)> {
    let text = |text: &Option<syn::LitStr>| text.as_ref().map(syn::LitStr::span);
    let words = [
        (text(&field.column), "column"),
        (field.unique.as_ref().map(|u| u.place), "unique"),
        (field.index.as_ref().map(|i| i.place), "index"),
        (field.length.map(|(place, _)| place), "length"),
        (field.precision.map(|(place, _)| place), "precision"),
        (field.scale.map(|(place, _)| place), "scale"),
        (
            field.default.as_ref().map(crate::attr::Default::place),
            "default",
        ),
        (text(&field.check), "check"),
        (text(&field.comment), "comment"),
        (text(&field.collation), "collation"),
        (text(&field.sql_type), "sql_type"),
        (text(&field.renamed_from), "renamed_from"),
        (field.created_at, "created_at"),
        (field.updated_at, "updated_at"),
        (field.normalize.first().map(|(_, place)| *place), "trim"),
        (field.generated.as_ref().map(|g| g.place), "generated"),
        (field.json, "json"),
        (field.natural, "natural"),
    ];
    words
        .into_iter()
        .filter_map(|(place, word)| Some((place?, word)))
        .collect()
}
