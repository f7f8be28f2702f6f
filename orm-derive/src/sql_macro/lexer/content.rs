//! What stands between braces.

use super::{Piece, Place};

/// Reads the content of `{…}`; `None` if it is nothing that can stand there.
pub(super) fn read(content: &str) -> Option<Piece> {
    if let Some(path) = content.strip_prefix('@') {
        return parse_path(path.trim_start()).map(Piece::Fragment);
    }
    if let Some(list) = content.strip_prefix("..") {
        let (path, ty) = typed(list)?;
        return parse_path(path.trim_start()).map(|place| Piece::List(place, ty));
    }
    if let Some(named) = of_model(content) {
        return Some(named);
    }
    let (path, ty) = typed(content)?;
    parse_path(path).map(|place| Piece::Bind(place, ty))
}

/// The name in `{?name:`, if a section begins here.
pub(super) fn section_name(rest: &str) -> Option<&str> {
    let name = rest.strip_prefix("{?")?;
    let end = name.find([':', '}', '\n'])?;
    name[end..].starts_with(':').then_some(&name[..end])
}

/// `name: i64` as the name and the type.
fn typed(text: &str) -> Option<(&str, Option<String>)> {
    match text.split_once(':') {
        None => Some((text, None)),
        Some((_, rest)) if rest.starts_with(':') => None,
        Some((name, ty)) => {
            let ty = ty.trim();
            syn::parse_str::<syn::Type>(ty).ok()?;
            Some((name.trim_end(), Some(ty.to_owned())))
        }
    }
}

/// `User` and `blog::User` as a table, `User::email` as a column. A model is written as types are, and a constant is not: `LIMIT`.
fn of_model(text: &str) -> Option<Piece> {
    let parts: Vec<&str> = text.split("::").collect();
    if !parts.iter().all(|part| is_name(part)) {
        return None;
    }
    match parts.as_slice() {
        [.., model] if is_type(model) => Some(Piece::Table(text.to_owned())),
        [.., model, column] if is_type(model) && !column.starts_with(char::is_uppercase) => {
            Some(Piece::Column {
                path: text.to_owned(),
                alone: false,
            })
        }
        _ => None,
    }
}

/// Whether a name is written as those of types are.
fn is_type(name: &str) -> bool {
    name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase)
}

/// Why the content of `{…}` is no binding.
pub(super) fn no_binding(content: &str) -> String {
    let name = content.trim_start_matches("..");
    let name = &name[..name.len() - name.trim_start_matches(is_word).len()];
    if content.is_empty() || content == ".." {
        format!("`{{{content}}}` names no value; write `{{{content}name}}`")
    } else if content.starts_with(|c: char| c.is_ascii_digit()) {
        format!(
            "`{{{content}}}` is no binding: values have names; write `{{name}}` and `name = …` behind the text"
        )
    } else if !name.is_empty()
        && content[name.len()..].trim_start().starts_with(':')
        && !content.contains("::")
    {
        format!(
            "`{{{content}}}` says no type behind the colon; write `{{{name}}}`, or its type: `{{{name}: i64}}`"
        )
    } else {
        format!(
            "`{{{content}}}` is no binding; write a name or its field, `{{user.id}}`, and for anything else `{{name}}` and `name = …` behind the text"
        )
    }
}

/// Reads `user.address.0`.
pub(super) fn parse_path(text: &str) -> Option<Place> {
    let mut parts = text.split('.').map(str::trim);
    let root = parts.next().filter(|root| is_name(root))?.to_owned();
    let fields = parts
        .map(|part| (is_name(part) || is_index(part)).then(|| part.to_owned()))
        .collect::<Option<Vec<_>>>()?;
    Some(Place { root, fields })
}

/// The first thing in a quoted text that looks like a binding, or like anything else that stands between braces.
pub(super) fn find_binding(text: &str) -> Option<&str> {
    text.match_indices('{').find_map(|(at, _)| {
        let content = &text[at + 1..];
        if section_name(&text[at..]).is_some_and(|name| parse_path(name).is_some()) {
            return content.split('}').next();
        }
        let content = &content[..content.find('}')?];
        let path = content.strip_prefix("..").unwrap_or(content);
        (path.trim() == path && read(content).is_some()).then_some(content)
    })
}

fn is_name(text: &str) -> bool {
    let text = text.strip_prefix("r#").unwrap_or(text);
    text != "_"
        && text.starts_with(|c: char| c == '_' || c.is_alphabetic())
        && text.chars().all(is_word)
}

fn is_index(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

pub(super) fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}
