//! A file is about one thing, says in its name what that is, and can be read in one go.

use crate::invariant::LIBRARY;
use crate::source::{Source, words};
use crate::tree::{Finding, Tree};

pub(super) const STATEMENT: &str =
    "files are small and named for what they hold; re-exports are explicit";

const MOST_LINES: usize = 600;

/// Names that say nothing about the content, so that anything ends up there.
const NAMELESS: &[&str] = &["utils", "util", "helpers", "helper", "misc"];

/// Files that say what a crate offers.
const OFFERS: &[&str] = &["src/lib.rs", "orm-core/src/lib.rs"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let sources = || {
        let others = |path: &str| path.starts_with("orm-") && path.contains("/src/");
        tree.sources
            .iter()
            .filter(move |s| crate::tree::is_in(&s.path, LIBRARY) || others(&s.path))
    };
    let mut findings: Vec<_> = sources().filter_map(too_long).collect();
    findings.extend(sources().filter_map(nameless));
    findings.extend(tree.sources_in(OFFERS).flat_map(glob_exports));
    findings
}

fn too_long(source: &Source) -> Option<Finding> {
    let lines = source.text.lines().count();
    // A snapshot is what a generator writes, and not what a person does.
    if lines <= MOST_LINES || source.path.contains("/snapshots/") {
        return None;
    }
    let folder = source
        .path
        .strip_suffix("/lib.rs")
        .or(source.path.strip_suffix(".rs"))?;
    let advice = largest_item(source).map_or(String::new(), |(name, first, last)| {
        format!("; its largest item is `{name}` (lines {first} to {last}), which could move into {folder}/")
    });
    let message = format!("{lines} lines, where {MOST_LINES} are the most{advice}");
    Some(Finding::file(&source.path, message))
}

/// The longest item that stands directly in the file, with its first and last line.
fn largest_item(source: &Source) -> Option<(String, usize, usize)> {
    let mut items = Vec::new();
    let (mut depth, mut begin) = (0_usize, 0);
    for (at, byte) in source.code.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && matches!(byte, b'}' | b';') {
            let blanks = source.code[begin..].len() - source.code[begin..].trim_start().len();
            let first = source.line(begin + blanks);
            let name = source
                .line_text(begin + blanks)
                .trim()
                .trim_end_matches('{')
                .trim_end();
            items.push((name.to_owned(), first, source.line(at)));
            begin = at + 1;
        }
    }
    items
        .into_iter()
        .max_by_key(|(_, first, last)| last - first)
}

fn nameless(source: &Source) -> Option<Finding> {
    let part = source
        .path
        .split('/')
        .find(|part| NAMELESS.contains(&part.trim_end_matches(".rs")))?;
    Some(Finding::file(
        &source.path,
        format!("`{part}` does not say what is in it; name it for that"),
    ))
}

fn glob_exports(source: &Source) -> impl Iterator<Item = Finding> {
    let code = &source.library;
    words(code)
        .filter(|word| word.text == "use")
        .filter_map(move |word| {
            let statement = code[word.at..]
                .split_once(';')
                .map_or(&code[word.at..], |(path, _)| path);
            let before = code[..word.at].trim_end();
            let public = before.ends_with("pub") || before.ends_with(')') && before.contains("pub");
            let message = "`pub use …::*` hides what is offered; list the names, in a prelude, too";
            (public && statement.contains('*')).then(|| Finding::at(source, word.at, message))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invariant::places;

    fn found(path: &str, text: &str) -> usize {
        places(check, &[(path, text)]).len()
    }

    #[test]
    fn a_file_that_is_too_long_is_found_with_what_could_leave_it() {
        let big = format!(
            "fn small() {{}}\n\nimpl Big {{\n{}}}\n",
            "    // line\n".repeat(600)
        );
        let tree = Tree::of(&[("orm-core/src/query.rs", &big)]);
        let findings: Vec<_> = check(&tree).iter().map(Finding::to_string).collect();
        assert_eq!(
            findings,
            [
                "orm-core/src/query.rs: 604 lines, where 600 are the most; its largest item is `impl Big` \
              (lines 3 to 604), which could move into orm-core/src/query/"
            ]
        );
    }

    #[test]
    fn a_file_of_the_most_lines_is_not_found() {
        assert_eq!(found("orm-core/src/query.rs", &"// line\n".repeat(600)), 0);
        assert_eq!(found("orm-core/src/query.rs", &"// line\n".repeat(601)), 1);
        assert_eq!(found("orm-cli/src/main.rs", &"// line\n".repeat(601)), 1);
        assert_eq!(found("tests/suite/query.rs", &"// line\n".repeat(601)), 0);
        let snapshot = "orm-derive/src/expand/snapshots/user.rs";
        assert_eq!(found(snapshot, &"// line\n".repeat(601)), 0);
    }

    #[test]
    fn names_that_say_nothing_are_found() {
        assert_eq!(found("orm-core/src/utils.rs", ""), 1);
        assert_eq!(found("orm-derive/src/helpers/parse.rs", ""), 1);
        assert_eq!(found("orm-migrate/src/diff/misc.rs", ""), 1);
        assert_eq!(found("orm-core/src/miscount.rs", ""), 0);
    }

    #[test]
    fn glob_re_exports_are_found() {
        assert_eq!(
            places(check, &[("src/lib.rs", "a;\npub use b::*;")]),
            ["src/lib.rs:2"]
        );
        assert_eq!(found("orm-core/src/lib.rs", "pub use a::{b, c::*};"), 1);
        assert_eq!(found("src/lib.rs", "pub mod prelude { pub use a::*; }"), 1);
    }

    #[test]
    fn explicit_re_exports_are_not_found() {
        assert_eq!(
            found(
                "src/lib.rs",
                "pub use a::{b, c};\nuse d::*;\n// pub use e::*;"
            ),
            0
        );
        assert_eq!(
            found("src/lib.rs", "#[cfg(test)] mod tests { pub use a::*; }"),
            0
        );
    }
}
