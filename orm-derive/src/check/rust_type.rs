//! What can be seen of a type without knowing what its names stand for.

use quote::ToTokens;
use syn::{GenericArgument, Ident, PathArguments, PathSegment, Type};

/// `T`, if the type is `Option<T>`.
pub(super) fn in_option(ty: &Type) -> Option<&Type> {
    let segment = last(ty)?;
    match (segment.ident == "Option", arguments(segment).as_slice()) {
        (true, [inner]) => Some(inner),
        _ => None,
    }
}

/// `T`, for `T` and for `Option<T>`.
pub(super) fn without_option(ty: &Type) -> &Type {
    in_option(ty).unwrap_or(ty)
}

/// The type's last word: `DateTime` of `chrono::DateTime<Utc>`.
pub(super) fn word(ty: &Type) -> String {
    last(ty).map_or_else(String::new, |segment| segment.ident.to_string())
}

/// The model and the value's type of `Id<Model>` and `Id<Model, i64>`.
pub(super) fn id(ty: &Type) -> Option<(String, String)> {
    let segment = last(ty).filter(|segment| segment.ident == "Id")?;
    match arguments(segment).as_slice() {
        [model] => Some((word(model), "i64".to_owned())),
        [model, value] => Some((word(model), word(value))),
        _ => None,
    }
}

/// Whether it is the key type that the model's own rows have.
pub(super) fn is_own_id(ty: &Type, model: &Ident) -> bool {
    id(ty).is_some_and(|(of, _)| model == &of)
}

/// Types of this crate's fields that are certainly neither text nor a time nor a decimal number.
const PLAIN: &[&str] = &[
    "bool", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64", "Uuid", "Id",
    "Json",
];
const TIMES: &[&str] = &["DateTime", "NaiveDateTime", "NaiveDate", "NaiveTime"];
const TEXTS: &[&str] = &["String", "str"];

/// Whether it may be text, as far as can be seen.
pub(super) fn may_be_text(ty: &Type) -> bool {
    let word = word(without_option(ty));
    !PLAIN.contains(&&*word) && !TIMES.contains(&&*word) && word != "Decimal" && word != "Vec"
}

/// Whether it may have a length: text or bytes.
pub(super) fn may_have_length(ty: &Type) -> bool {
    may_be_text(ty) || word(without_option(ty)) == "Vec"
}

/// Whether it may be a decimal number.
pub(super) fn may_be_decimal(ty: &Type) -> bool {
    let word = word(without_option(ty));
    !PLAIN.contains(&&*word)
        && !TIMES.contains(&&*word)
        && !TEXTS.contains(&&*word)
        && word != "Vec"
}

/// Whether it may be a day or a point in time.
pub(super) fn may_be_time(ty: &Type) -> bool {
    let word = word(without_option(ty));
    !PLAIN.contains(&&*word)
        && !TEXTS.contains(&&*word)
        && word != "Decimal"
        && word != "Vec"
        && word != "NaiveTime"
}

/// What a value of the type has many of.
pub(super) fn unit(ty: &Type) -> &'static str {
    let inner = without_option(ty);
    let items = last(inner).map(arguments).unwrap_or_default();
    match (word(inner).as_str(), items.as_slice()) {
        ("Vec", [item]) if word(item) == "u8" => "bytes",
        ("Vec" | "HashMap" | "BTreeMap" | "HashSet" | "BTreeSet" | "VecDeque", _) => "entries",
        _ => "characters",
    }
}

/// The type as a person writes it.
pub(super) fn text(ty: &Type) -> String {
    let mut text = ty.to_token_stream().to_string();
    for (spaced, plain) in [
        (" :: ", "::"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        (":: ", "::"),
    ] {
        text = text.replace(spaced, plain);
    }
    text
}

fn last(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        Type::Group(group) => last(&group.elem),
        Type::Paren(paren) => last(&paren.elem),
        _ => None,
    }
}

fn arguments(segment: &PathSegment) -> Vec<&Type> {
    let PathArguments::AngleBracketed(list) = &segment.arguments else {
        return Vec::new();
    };
    list.args
        .iter()
        .filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    #[test]
    fn option_and_id_are_seen_through_paths() {
        assert_eq!(
            text(without_option(&parse_quote!(
                std::option::Option<orm::Id<User>>
            ))),
            "orm::Id<User>"
        );
        assert_eq!(
            id(&parse_quote!(orm::Id<crate::User, Uuid>)),
            Some(("User".into(), "Uuid".into()))
        );
        assert_eq!(
            id(&parse_quote!(Id<User>)),
            Some(("User".into(), "i64".into()))
        );
        assert_eq!(id(&parse_quote!(i64)), None);
    }

    #[test]
    fn what_is_not_known_may_be_anything() {
        let own: Type = parse_quote!(Name);
        assert!(
            may_be_text(&own) && may_be_decimal(&own) && may_be_time(&own) && may_have_length(&own)
        );
        let number: Type = parse_quote!(Option<i64>);
        assert!(
            !may_be_text(&number)
                && !may_be_decimal(&number)
                && !may_be_time(&number)
                && !may_have_length(&number)
        );
    }
}
