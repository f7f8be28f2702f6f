//! Generated code stands in a user's crate, which depends on `orm` and on nothing that `orm` happens to use.

use crate::source::{Source, is_word, words};
use crate::tree::{Finding, Tree};

pub(super) const STATEMENT: &str = "generated code names only `::orm::__private`";

/// Crates that a user's manifest need not name.
const HIDDEN: &[&str] = &[
    "orm_core",
    "orm_migrate",
    "orm_derive",
    "sqlx",
    "rusqlite",
    "chrono",
    "validator",
    "serde",
    "serde_json",
    "uuid",
    "rust_decimal",
    "tokio",
    "inventory",
    "futures_core",
];

/// Words after which a path may begin. After any other word, a `::` goes on with a path.
const BEFORE_A_PATH: &[&str] = &[
    "as", "async", "await", "box", "break", "const", "crate", "dyn", "else", "enum", "for", "if",
    "impl", "in", "let", "loop", "match", "move", "mut", "pub", "ref", "return", "static", "type",
    "unsafe", "use", "where", "while", "yield",
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.sources_in(&["orm-derive/src/"])
        .flat_map(check_source)
        .collect()
}

fn check_source(source: &Source) -> Vec<Finding> {
    let text = &source.library_with_text;
    text.match_indices("::")
        .filter(|(at, _)| begins_path(text, *at))
        .filter_map(|(at, _)| {
            let (root, rest) = segment(&text[at..])?;
            let message = if HIDDEN.contains(&root) {
                format!("generated code cannot name `::{root}`; re-export it from `orm::__private`")
            } else if root == "orm"
                && segment(rest).is_none_or(|(next, _)| !next.starts_with("__private"))
            {
                let path = segment(rest).map_or(String::new(), |(next, _)| format!("::{next}"));
                format!("generated code names `::orm{path}`; it may only name `::orm::__private`")
            } else {
                return None;
            };
            Some(Finding::at(source, at, message))
        })
        .collect()
}

/// Whether the `::` at this position begins a path.
fn begins_path(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end();
    if before.ends_with("->") || before.ends_with("=>") {
        return true;
    }
    match before.chars().next_back() {
        Some('>') => false,
        Some(last) if is_word(last) => {
            let begin = before.rfind(|c| !is_word(c)).map_or(0, |at| at + 1);
            // `#name` in a template stands for a path that goes on here.
            BEFORE_A_PATH.contains(&&before[begin..]) && !before[..begin].ends_with('#')
        }
        _ => true,
    }
}

/// The name that follows a `::`, and what follows the name. Blanks may stand between, as in printed tokens.
fn segment(text: &str) -> Option<(&str, &str)> {
    let path = text.trim_start().strip_prefix("::")?.trim_start();
    let word = words(path).next().filter(|word| word.at == 0)?;
    Some((word.text, &path[word.text.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invariant::places;

    fn found(text: &str) -> usize {
        places(check, &[("orm-derive/src/expand.rs", text)]).len()
    }

    #[test]
    fn other_paths_of_the_crate_are_found() {
        let path = "orm-derive/src/expand/model.rs";
        assert_eq!(
            places(
                check,
                &[(path, "quote! {\n  impl ::orm::Model for #name {}\n}")]
            ),
            [format!("{path}:2")]
        );
        assert_eq!(found("quote!(fn f() -> ::orm::Error)"), 1);
        assert_eq!(found("\":: orm :: Model\""), 1);
        assert_eq!(found("let root = quote!(::orm);"), 1);
    }

    #[test]
    fn crates_that_a_user_need_not_have_are_found() {
        assert_eq!(found("quote!(impl ::serde::Serialize for #name {})"), 1);
        assert_eq!(found("quote!(a(::chrono::Utc::now()))"), 1);
        assert_eq!(found("\"::sqlx::Row\""), 1);
        assert_eq!(found("quote!(#ty: ::orm_core::Model)"), 1);
        assert_eq!(found("quote!(use ::validator::Validate;)"), 1);
    }

    #[test]
    fn the_private_module_is_not_found() {
        assert_eq!(
            found("quote!(impl ::orm::__private::Model for #name {})"),
            0
        );
        assert_eq!(found("quote!(::orm::__private::serde::Serialize)"), 0);
        assert_eq!(found("\":: orm :: __private :: serde :: Serialize\""), 0);
        assert_eq!(
            found("quote!(::core::option::Option<::std::string::String>)"),
            0
        );
    }

    #[test]
    fn paths_that_go_on_are_not_found() {
        assert_eq!(
            found("crate::attr::serde::parse(); quote!(#root::serde::Serialize)"),
            0
        );
        assert_eq!(found("Vec::<T>::serde()"), 0);
    }

    #[test]
    fn comments_tests_and_other_crates_are_not_found() {
        assert_eq!(found("// impl ::orm::Model for User\n/// ::serde"), 0);
        assert_eq!(
            found("#[cfg(test)] mod tests { const A: &str = \"::orm::Model\"; }"),
            0
        );
        assert!(places(check, &[("orm-core/src/lib.rs", "::serde::Serialize")]).is_empty());
    }
}
