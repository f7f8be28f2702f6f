//! What does no I/O can be tested with values alone, and never waits.

use crate::invariant::LIBRARY;
use crate::source::{Source, Word, words};
use crate::tree::{Finding, Tree, is_room};

pub(super) const STATEMENT: &str = "only driver, introspect, history and the command line do I/O";

const ROOMS: &[&str] = &["driver", "introspect", "history", "files"];

/// Modules whose functions reach outside the program.
const MODULES: &[(&str, &[&str])] = &[
    ("std", &["fs", "net", "process"]),
    ("tokio", &["fs", "net", "process"]),
];

const MACROS: &[&str] = &["println", "eprintln", "print", "eprint", "dbg"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.sources_in(LIBRARY)
        .filter(|source| !is_room(&source.path, ROOMS))
        .flat_map(|source| words(&source.library).flat_map(|word| reaches_out(source, word)))
        .collect()
}

/// What is reached by the path, the `use` or the macro that begins with this word.
fn reaches_out(source: &Source, word: Word<'_>) -> Vec<Finding> {
    let found = |what: String| {
        let message = format!(
            "`{what}` is I/O; only {} and the command line do that",
            ROOMS.join(", ")
        );
        Finding::at(source, word.at, message)
    };
    let rest = source.library[word.at + word.text.len()..].trim_start();
    if MACROS.contains(&word.text) && rest.starts_with('!') {
        return vec![found(format!("{}!", word.text))];
    }
    let Some((root, modules)) = MODULES.iter().find(|(root, _)| *root == word.text) else {
        return Vec::new();
    };
    let Some(path) = rest.strip_prefix("::") else {
        return Vec::new();
    };
    first_segments(path.trim_start())
        .into_iter()
        .filter(|segment| modules.contains(segment))
        .map(|module| found(format!("{root}::{module}")))
        .collect()
}

/// The names that directly follow a `::`: one, or each of a group in braces.
fn first_segments(path: &str) -> Vec<&str> {
    let first = |text| words(text).next().map(|word| word.text);
    let Some(group) = path.strip_prefix('{') else {
        return first(path).into_iter().collect();
    };
    let mut segments = Vec::new();
    let (mut depth, mut begin) = (0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            ',' | '}' if depth == 0 => {
                segments.extend(first(&group[begin..at]));
                begin = at + 1;
                if c == '}' {
                    break;
                }
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invariant::places;

    fn found(path: &str, text: &str) -> usize {
        places(check, &[(path, text)]).len()
    }

    #[test]
    fn paths_that_reach_out_are_found() {
        let path = "orm-migrate/src/diff.rs";
        assert_eq!(
            places(check, &[(path, "a;\nstd::fs::read(b);")]),
            ["orm-migrate/src/diff.rs:2"]
        );
        assert_eq!(found(path, "use tokio::net::TcpStream;"), 1);
        assert_eq!(found(path, "::std::process::exit(1);"), 1);
        assert_eq!(found(path, "use std::{fmt, fs, io::{self, Read}};"), 1);
        assert_eq!(
            found(path, "use std::{net::{IpAddr, TcpStream}, process};"),
            2
        );
    }

    #[test]
    fn printing_is_found() {
        assert_eq!(
            found(
                "orm-core/src/db.rs",
                "println!(\"a\"); dbg!(b); eprint!(\"c\");"
            ),
            3
        );
        assert_eq!(found("src/lib.rs", "eprintln!(\"a\");"), 1);
    }

    #[test]
    fn the_rooms_that_do_io_may() {
        assert_eq!(found("orm-core/src/driver/sqlite.rs", "use std::fs;"), 0);
        assert_eq!(found("orm-migrate/src/history.rs", "std::fs::read(a)"), 0);
        assert_eq!(
            found("orm-migrate/src/introspect/mysql.rs", "std::fs::read(a)"),
            0
        );
        assert_eq!(found("orm-cli/src/lib.rs", "println!(\"a\")"), 0);
        assert_eq!(found("xtask/src/main.rs", "println!(\"a\")"), 0);
        assert_eq!(found("examples/blog.rs", "println!(\"a\")"), 0);
    }

    #[test]
    fn what_only_looks_like_io_is_not_found() {
        let path = "orm-core/src/db.rs";
        assert_eq!(
            found(
                path,
                "use std::fmt::{self, Write}; use std::{fmt, sync::{fs}};"
            ),
            0
        );
        assert_eq!(
            found(path, "/// println!(\"{}\", a);\n// std::fs\nfn print() {}"),
            0
        );
        assert_eq!(
            found(
                path,
                "#[cfg(test)] mod tests { fn f() { std::fs::read(a); } }"
            ),
            0
        );
    }
}
