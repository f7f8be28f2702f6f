//! One field of an embedded struct, and what its attributes say.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident};
use syn::ext::IdentExt;
use syn::{LitStr, Type};

use super::{inside_option, is_one_of, type_name};
use crate::attr::Errors;
use crate::db_enum::options;

const WORDS: &[&str] = &[
    "column",
    "length",
    "precision",
    "scale",
    "trim",
    "lowercase",
    "uppercase",
    "embed",
];

/// Types that have no length in characters or bytes and cannot be brought into form as text.
const NO_TEXT: &[&str] = &[
    "bool",
    "i16",
    "i32",
    "i64",
    "u32",
    "f32",
    "f64",
    "Uuid",
    "Decimal",
    "NaiveDate",
    "NaiveTime",
    "NaiveDateTime",
];

/// A field, and what its attributes say.
pub(super) struct Part<'a> {
    pub(super) ident: &'a Ident,
    pub(super) ty: &'a Type,
    pub(super) column: Option<LitStr>,
    pub(super) length: Option<u32>,
    pub(super) precision: Option<(u32, u32)>,
    pub(super) normalize: Vec<Ident>,
    pub(super) embed: bool,
}

pub(super) fn read<'a>(field: &'a syn::Field, errors: &mut Errors) -> Option<Part<'a>> {
    let ident = field.ident.as_ref()?;
    let mut part = Part {
        ident,
        ty: &field.ty,
        column: None,
        length: None,
        precision: None,
        normalize: Vec::new(),
        embed: false,
    };
    let (mut precision, mut scale) = (None, None);
    let mut of_text: Vec<TokenStream> = Vec::new();
    let mut others: Vec<TokenStream> = Vec::new();
    options::read(&field.attrs, "model", WORDS, errors, |word, meta| {
        let place = meta.path.to_token_stream();
        match word {
            "column" => part.column = Some(options::text(word, meta)?),
            "length" => {
                part.length = Some(options::number(word, meta)?);
                of_text.push(place.clone());
            }
            "precision" => precision = Some((place.clone(), options::number(word, meta)?)),
            "scale" => scale = Some((place.clone(), options::number(word, meta)?)),
            "embed" => {
                options::flag(word, meta)?;
                part.embed = true;
                return Ok(());
            }
            _ => {
                options::flag(word, meta)?;
                part.normalize.push(normalize(word));
                of_text.push(place.clone());
            }
        }
        others.push(place);
        Ok(())
    });
    for attr in field
        .attrs
        .iter()
        .filter(|attr| attr.path().is_ident("embed"))
    {
        match attr.meta.require_path_only() {
            Ok(_) => part.embed = true,
            Err(_) => errors.on(
                attr,
                "write `#[embed]` on a field that is an embedded struct",
            ),
        }
    }
    let spelled = field.ty.to_token_stream().to_string().replace(' ', "");
    if is_one_of(&field.ty, NO_TEXT) {
        for place in &of_text {
            errors.on(
                place,
                format!("this is for text, and `{spelled}` is none; remove it"),
            );
        }
    }
    part.precision = match (precision, scale) {
        (None, None) => None,
        (Some((place, 0)), _) => {
            errors.on(place, "a number has at least one digit");
            None
        }
        (Some((_, precision)), Some((place, scale))) if scale > precision => {
            errors.on(
                place,
                format!(
                    "of {precision} digits in all, at most {precision} can stand behind the point"
                ),
            );
            None
        }
        (Some((place, precision)), scale) => {
            if !is_one_of(&field.ty, &["Decimal"])
                && (is_one_of(&field.ty, NO_TEXT) || is_one_of(&field.ty, &["String"]))
            {
                errors.on(
                    place,
                    format!("this is for `Decimal`, and `{spelled}` is none; remove it"),
                );
            }
            Some((precision, scale.map_or(0, |(_, scale)| scale)))
        }
        (None, Some((place, _))) => {
            errors.on(
                place,
                "write `precision = …` as well: the number of digits in all",
            );
            None
        }
    };
    if part.embed {
        if let Some(place) = others.first() {
            errors.on(
                place,
                "an embedded struct is several columns; say this about its own fields",
            );
        }
        if inside_option(part.ty).is_some() {
            errors.on(part.ty, "an embedded struct cannot be optional; make its fields optional, or use `Option<Json<…>>`");
        }
    } else if type_name(part.ty).is_some_and(|(name, _)| name == "Json") && part.length.is_some() {
        errors.on(
            of_text.first(),
            "this is for text, and a document is none; remove it",
        );
    }
    Some(part)
}

fn normalize(word: &str) -> Ident {
    match word {
        "trim" => format_ident!("Trim"),
        "lowercase" => format_ident!("Lowercase"),
        _ => format_ident!("Uppercase"),
    }
}

/// The column's name, without the prefix.
pub(super) fn name(part: &Part<'_>) -> String {
    part.column
        .as_ref()
        .map_or_else(|| part.ident.unraw().to_string(), LitStr::value)
}
