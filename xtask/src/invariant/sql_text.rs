//! SQL text is put together by one writer, which quotes identifiers and binds values; anything else would forget to.

use crate::invariant::LIBRARY;
use crate::source::Source;
use crate::tree::{Finding, Tree, is_in, is_room};

pub(super) const STATEMENT: &str =
    "SQL text is written only in sql, dialect, driver, ddl and introspect";

const SQL: &[&str] = &["orm-core/src/sql.rs", "orm-core/src/sql/"];

const ROOMS: &[&str] = &["dialect", "driver", "ddl", "introspect"];

const KEYWORDS: &[&str] = &[
    "SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP", "WITH",
];

/// What puts text together.
const WRITERS: &[&str] = &[
    "format!",
    "format_args!",
    "write!",
    "writeln!",
    "concat!",
    "push_str",
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.sources_in(LIBRARY)
        .filter(|source| !is_in(&source.path, SQL) && !is_room(&source.path, ROOMS))
        .flat_map(check_source)
        .collect()
}

fn check_source(source: &Source) -> impl Iterator<Item = Finding> {
    source.literals.iter().filter_map(|literal| {
        // In a test, the quote before the literal is blank.
        if source.library.as_bytes().get(literal.end) == Some(&b' ') {
            return None;
        }
        let (first, _) = source.text[literal.clone()].trim_start().split_once(' ')?;
        let keyword = KEYWORDS.iter().find(|keyword| **keyword == first)?;
        let callee = callee(&source.library[..literal.start])?;
        let writer = WRITERS.iter().find(|writer| **writer == callee)?;
        let message = format!("`{writer}` writes a `{keyword}` statement; use the writer in `sql`");
        Some(Finding::at(source, literal.start, message))
    })
}

/// The function or macro in whose arguments the text ends, a macro with its `!`.
fn callee(text: &str) -> Option<&str> {
    let mut depth = 0;
    let open = text.rfind(|c| {
        match c {
            ')' | ']' | '}' => depth += 1,
            '(' | '[' | '{' if depth == 0 => return true,
            '(' | '[' | '{' => depth -= 1,
            _ => {}
        }
        false
    })?;
    let before = text[..open].trim_end();
    let name = before.trim_end_matches('!');
    let begin = name
        .rfind(|c| !crate::source::is_word(c))
        .map_or(0, |at| at + 1);
    Some(&before[begin..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invariant::places;

    fn found(path: &str, text: &str) -> usize {
        places(check, &[(path, text)]).len()
    }

    #[test]
    fn statements_that_are_put_together_elsewhere_are_found() {
        let path = "orm-core/src/query/select.rs";
        assert_eq!(
            places(check, &[(path, "a;\nformat!(\"SELECT {a}\")")]),
            [format!("{path}:2")]
        );
        assert_eq!(found(path, "write!(out, \"DELETE FROM {a}\")"), 1);
        assert_eq!(
            found(path, "write!(&mut f(a, [b]), r#\"  ALTER TABLE \"a\"\"#)"),
            1
        );
        assert_eq!(found(path, "out.push_str(\"WITH a AS \")"), 1);
        assert_eq!(
            found("orm-migrate/src/plan.rs", "format!(\"DROP TABLE {a}\")"),
            1
        );
    }

    #[test]
    fn the_rooms_that_write_sql_may() {
        let text = "format!(\"SELECT {a}\")";
        assert_eq!(found("orm-core/src/sql/select.rs", text), 0);
        assert_eq!(found("orm-core/src/sql.rs", text), 0);
        assert_eq!(found("orm-core/src/dialect.rs", text), 0);
        assert_eq!(found("orm-core/src/dialect/mysql.rs", text), 0);
        assert_eq!(found("orm-core/src/driver/mysql.rs", text), 0);
        assert_eq!(found("orm-migrate/src/introspect/mysql.rs", text), 0);
        assert_eq!(found("tests/suite/query.rs", text), 0);
    }

    #[test]
    fn other_text_is_not_found() {
        let path = "orm-core/src/query/select.rs";
        assert_eq!(
            found(
                path,
                "format!(\"Select {a}\"); format!(\"CREATED {a}\"); format!(\"SELECT\")"
            ),
            0
        );
        assert_eq!(
            found(
                path,
                "assert_eq!(a, \"SELECT 1 FROM a\"); let b = \"SELECT 1\";"
            ),
            0
        );
        assert_eq!(found(path, "/// format!(\"SELECT {a}\")\nfn f() {}"), 0);
        assert_eq!(
            found(
                path,
                "#[cfg(test)] mod tests { fn f() { format!(\"SELECT {a}\"); } }"
            ),
            0
        );
    }
}
