//! Whatever a user or a database can cause is an error that can be handled, never the end of the program.

use crate::invariant::LIBRARY;
use crate::source::{Source, words};
use crate::tree::{Finding, Tree};

pub(super) const STATEMENT: &str =
    "the library does not panic, unless a line says why it cannot happen";

const MACROS: &[&str] = &["todo", "unimplemented", "panic", "unreachable"];

/// What the comment of an allowed line begins with.
const MARK: &str = "// invariant:";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.sources_in(LIBRARY)
        .chain(tree.sources_in(&["orm-cli/src/"]))
        .flat_map(check_source)
        .collect()
}

fn check_source(source: &Source) -> impl Iterator<Item = Finding> {
    let code = &source.library;
    words(code).filter_map(move |word| {
        let before = code[..word.at].trim_end();
        let after = code[word.at + word.text.len()..].trim_start();
        let what = match word.text {
            name if MACROS.contains(&name) && after.starts_with('!') => format!("{name}!"),
            "unwrap" if before.ends_with('.') && is_call_without_arguments(after) => ".unwrap()".to_owned(),
            "expect" if before.ends_with('.') && after.starts_with('(') => ".expect(…)".to_owned(),
            _ => return None,
        };
        let message = match reason(source, word.at) {
            None => format!("`{what}` can panic: return an error, or end the line with `{MARK} <why it cannot happen>`"),
            Some("") => format!("`{MARK}` gives no reason why `{what}` cannot happen"),
            Some(_) => return None,
        };
        Some(Finding::at(source, word.at, message))
    })
}

fn is_call_without_arguments(after: &str) -> bool {
    after
        .strip_prefix('(')
        .is_some_and(|arguments| arguments.trim_start().starts_with(')'))
}

/// The reason that the comment on the line gives.
fn reason(source: &Source, at: usize) -> Option<&str> {
    let (_, reason) = source.line_text(at).split_once(MARK)?;
    Some(reason.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invariant::places;

    fn found(text: &str) -> usize {
        places(check, &[("orm-core/src/db.rs", text)]).len()
    }

    #[test]
    fn what_can_panic_is_found() {
        assert_eq!(
            places(check, &[("src/lib.rs", "a;\nb.unwrap();")]),
            ["src/lib.rs:2"]
        );
        assert_eq!(found("a.expect(\"b\");"), 1);
        assert_eq!(found("a\n    .unwrap ( )\n    .expect\n(\"b\");"), 2);
        assert_eq!(
            found("todo!(); unimplemented!(); panic!(\"a\"); core::unreachable!()"),
            4
        );
        assert_eq!(
            places(check, &[("orm-derive/src/lib.rs", "quote!(#a.unwrap())")]).len(),
            1
        );
    }

    #[test]
    fn what_cannot_panic_is_not_found() {
        assert_eq!(
            found("a.unwrap_or(b); c.unwrap_or_default(); d.expect_err; fn unwrap() {}"),
            0
        );
        assert_eq!(
            found("// a.unwrap()\n/// panic!()\nlet b = \"todo!()\";"),
            0
        );
        assert_eq!(
            found("#[cfg(test)] mod tests { fn f() { a.unwrap(); panic!(); } }"),
            0
        );
        assert_eq!(
            places(check, &[("xtask/src/main.rs", "a.unwrap()")]).len(),
            0
        );
    }

    #[test]
    fn a_reason_allows_a_line() {
        assert_eq!(
            found("a.expect(\"b\"); // invariant: the parser only returns non-empty lists"),
            0
        );
        assert_eq!(
            found("a.unwrap(); // invariant: checked above\nb.unwrap();"),
            1
        );
    }

    #[test]
    fn a_mark_without_a_reason_allows_nothing() {
        assert_eq!(found("a.unwrap(); // invariant:"), 1);
        assert_eq!(found("a.unwrap(); // invariant:   \nb;"), 1);
        assert_eq!(found("a.unwrap(); // fine"), 1);
    }
}
