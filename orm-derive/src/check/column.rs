//! One column: what fills it, and whether its attributes go together and with its type.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Ident, Lit, LitStr, Type, parse_quote};

use super::{Column, Fallback, Normalize, Role, Wrapping, key, rust_type};
use crate::attr::{Default, Errors, FieldAttr};

pub(super) fn check<'a>(
    model: &Ident,
    name: &str,
    field: &'a FieldAttr<'_>,
    key_width: usize,
    is_key: bool,
    errors: &mut Errors,
) -> Column<'a> {
    let (ty, wrapping) = stored(field, errors);
    let role = role(model, field, key_width, is_key, errors);
    fits_type(field, errors);
    if let (Some(natural), false) = (field.natural, is_key) {
        errors.at(
            natural,
            "only a key can be `natural`; any other field is given by the program anyway",
        );
    }
    Column {
        name: field
            .column
            .as_ref()
            .map_or_else(|| name.to_owned(), LitStr::value),
        ty,
        wrapping,
        role,
        length: field.length.map(|(_, n)| n),
        precision: precision(field, errors),
        unique: field
            .unique
            .as_ref()
            .is_some_and(|unique| unique.name.is_none()),
        default: field.default.as_ref().map(fallback),
        check: field.check.as_ref(),
        comment: field.comment.as_ref(),
        collation: field.collation.as_ref(),
        sql_type: field.sql_type.as_ref(),
        renamed_from: field.renamed_from.as_ref(),
        normalize: normalize(field, errors),
    }
}

/// The type that is stored, and how the field's value becomes one.
fn stored(field: &FieldAttr<'_>, errors: &mut Errors) -> (TokenStream, Wrapping) {
    let Some(json) = field.json else {
        return (field.ty.to_token_stream(), Wrapping::Plain);
    };
    if rust_type::word(rust_type::without_option(&field.ty)) == "Json" {
        errors.at(
            json,
            "a field of type `Json<…>` is stored as JSON anyway; remove `json`",
        );
        return (field.ty.to_token_stream(), Wrapping::Plain);
    }
    match rust_type::in_option(&field.ty) {
        Some(inner) => (
            quote!(::core::option::Option<::orm::__private::Json<#inner>>),
            Wrapping::OptionalJson,
        ),
        None => {
            let ty = &field.ty;
            (quote!(::orm::__private::Json<#ty>), Wrapping::Json)
        }
    }
}

/// What fills the column; of several answers the first one stays.
fn role(
    model: &Ident,
    field: &FieldAttr<'_>,
    key_width: usize,
    is_key: bool,
    errors: &mut Errors,
) -> Role {
    let generated = field.generated.as_ref();
    let mut given: Vec<(Span, &str)> = Vec::new();
    given.extend(field.created_at.map(|place| (place, "created_at")));
    given.extend(field.updated_at.map(|place| (place, "updated_at")));
    given.extend(generated.map(|g| (g.place, "generated")));
    given.extend(field.default.as_ref().map(|d| (d.place(), "default")));
    if let [(_, first), rest @ ..] = given.as_slice() {
        for (place, word) in rest {
            errors.at(
                *place,
                format!("`{first}` and `{word}` both say what fills the column; remove one"),
            );
        }
    }
    match generated {
        _ if field.created_at.is_some() => Role::CreatedAt,
        _ if field.updated_at.is_some() => Role::UpdatedAt,
        Some(generated) => Role::Generated {
            sql: generated.sql.value(),
            stored: generated.stored,
        },
        None if is_key && key_width == 1 => key::role(model, field),
        None => Role::Plain,
    }
}

/// Refuses attributes that the type certainly cannot have.
fn fits_type(field: &FieldAttr<'_>, errors: &mut Errors) {
    let json: Type = parse_quote!(Json);
    let ty = if field.json.is_some() {
        &json
    } else {
        &field.ty
    };
    let text = rust_type::text(&field.ty);
    for place in [field.created_at, field.updated_at].into_iter().flatten() {
        if !rust_type::may_be_time(ty) {
            errors.at(
                place,
                format!("the time of the change needs a type like `DateTime<Utc>`, not `{text}`"),
            );
        }
    }
    if let Some((place, _)) = field.length
        && !rust_type::may_have_length(ty)
    {
        errors.at(
            place,
            format!("`length` is for text and bytes, not for `{text}`"),
        );
    }
    for (place, _) in [field.precision, field.scale].into_iter().flatten() {
        if !rust_type::may_be_decimal(ty) {
            errors.at(
                place,
                format!("`precision` and `scale` are for `Decimal`, not for `{text}`"),
            );
        }
    }
    if let Some(collation) = &field.collation
        && !rust_type::may_be_text(ty)
    {
        errors.on(
            collation,
            format!("`collation` is for text, not for `{text}`"),
        );
    }
    if let Some((_, place)) = field.normalize.first()
        && !rust_type::may_be_text(ty)
    {
        errors.at(
            *place,
            format!("`trim`, `lowercase` and `uppercase` are for text, not for `{text}`"),
        );
    }
}

fn precision(field: &FieldAttr<'_>, errors: &mut Errors) -> Option<(u32, u32)> {
    match (field.precision, field.scale) {
        (Some((_, precision)), Some((place, scale))) if scale > precision => {
            errors.at(
                place,
                format!(
                    "of {precision} digits in all, at most {precision} can stand after the point"
                ),
            );
            None
        }
        (Some((_, precision)), scale) => Some((precision, scale.map_or(0, |(_, n)| n))),
        (None, Some((place, scale))) => {
            errors.at(
                place,
                format!(
                    "say how many digits there are in all, too: `precision = 12, scale = {scale}`"
                ),
            );
            None
        }
        (None, None) => None,
    }
}

fn normalize(field: &FieldAttr<'_>, errors: &mut Errors) -> Vec<Normalize> {
    let has = |step| field.normalize.iter().any(|(given, _)| *given == step);
    if has(Normalize::Lowercase)
        && let Some((_, place)) = field
            .normalize
            .iter()
            .find(|(step, _)| *step == Normalize::Uppercase)
    {
        errors.at(
            *place,
            "text cannot be both `lowercase` and `uppercase`; remove one",
        );
    }
    field.normalize.iter().map(|(step, _)| *step).collect()
}

fn fallback(default: &Default) -> Fallback<'_> {
    match default {
        Default::Own(_) => Fallback::Own,
        Default::Value(_, tokens) if is_literal(tokens) => Fallback::Literal(tokens),
        Default::Value(_, tokens) => Fallback::Value(tokens),
        Default::Sql(_, sql) => Fallback::Sql(sql),
    }
}

/// Whether it is `"text"`, `5`, `-5`, `true`.
fn is_literal(tokens: &TokenStream) -> bool {
    let mut trees: Vec<_> = tokens.clone().into_iter().collect();
    if matches!(trees.first(), Some(TokenTree::Punct(sign)) if sign.as_char() == '-') {
        trees.remove(0);
    }
    trees.len() == 1 && syn::parse2::<Lit>(trees.into_iter().collect()).is_ok()
}
