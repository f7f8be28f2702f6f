//! The names of what is written beside the struct. They stand at the derive itself, so that an error shows it and no more.

use proc_macro2::Ident;
use quote::format_ident;

use crate::check::{Member, Model};

/// `UserCreate`
pub(super) fn create(model: &Model<'_>) -> Ident {
    format_ident!("{}Create", model.name)
}

/// `UserUpdate`
pub(super) fn update(model: &Model<'_>) -> Ident {
    format_ident!("{}Update", model.name)
}

/// `UserNeedsEmail`
pub(super) fn needs(model: &Model<'_>, member: &Member<'_>) -> Ident {
    format_ident!("{}Needs{}", model.name, camel_case(&member.name))
}

/// `EmailIs`: the parameter that says whether `email` has been set. It must not hide a type of the field, such as `Email`.
pub(super) fn parameter(member: &Member<'_>) -> Ident {
    format_ident!("{}Is", camel_case(&member.name))
}

/// `is_active` → `IsActive`. Underscores that tell two names apart stay.
fn camel_case(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    let mut begins = true;
    for letter in name.chars() {
        match letter {
            '_' if begins => camel.push('_'),
            '_' => begins = true,
            letter if begins => {
                camel.extend(letter.to_uppercase());
                begins = false;
            }
            letter => camel.push(letter),
        }
    }
    if begins {
        camel.push('_');
    }
    camel
}

#[cfg(test)]
mod tests {
    use super::camel_case;

    #[test]
    fn words_are_joined() {
        assert_eq!(camel_case("is_active"), "IsActive");
        assert_eq!(camel_case("email"), "Email");
        assert_eq!(camel_case("line2"), "Line2");
        assert_eq!(camel_case("type_"), "Type_");
        assert_eq!(camel_case("_a"), "_A");
    }
}
