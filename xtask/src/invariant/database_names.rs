//! A difference between databases is a named method of `Dialect`, so nothing else has to know their names.

use crate::source::{Source, words};
use crate::tree::{Finding, Tree, is_in, is_room};

pub(super) const STATEMENT: &str =
    "a database is named only in dialect, driver, introspect, tests and features";

/// Compared with the lower-cased words of the source; `SqliteDialect` and `is_mysql` are found, too.
const NAMES: &[&str] = &["postgres", "mysql", "mariadb", "sqlite", "rusqlite", "sqlx"];

const SCANNED: &[&str] = &["orm-core/src/", "orm-migrate/src/", "orm-derive/src/"];

const ROOMS: &[&str] = &["dialect", "driver", "introspect"];

/// Places outside of the rooms that name databases after all, each with the reason why it may. A folder ends with `/`.
const ALLOWED: &[(&str, &str)] = &[
    (
        "orm-core/src/lib.rs",
        "re-exports what the rooms of the databases hold, and has no logic of its own",
    ),
    (
        "orm-core/src/expr/function/",
        "a function's method and its SQL on each database stand together, so that adding one is one place; they are data without a branch",
    ),
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.sources_in(SCANNED)
        .filter(|source| !is_room(&source.path, ROOMS))
        .filter(|source| {
            !ALLOWED
                .iter()
                .any(|(place, _)| is_in(&source.path, &[place]))
        })
        .flat_map(check_source)
        .collect()
}

fn check_source(source: &Source) -> impl Iterator<Item = Finding> {
    let exempt: Vec<_> = source
        .literals
        .iter()
        .filter(|literal| is_attribute_text(source, literal.start))
        .collect();
    words(&source.library_with_text)
        .filter(move |word| !exempt.iter().any(|literal| literal.contains(&word.at)))
        .filter(|word| {
            let lower = word.text.to_lowercase();
            NAMES.iter().any(|name| lower.contains(name))
        })
        .map(|word| {
            let message = format!(
                "`{}` names a database; make the difference a method of `Dialect`, or move this to {}",
                word.text,
                ROOMS.join(", "),
            );
            Finding::at(source, word.at, message)
        })
}

/// Whether the string literal is the text of `feature = "…"`, or of the `reason = "…"` for which a lint is off,
/// in the parentheses of an attribute.
fn is_attribute_text(source: &Source, literal: usize) -> bool {
    let before = source.code[..literal].strip_suffix('"').map(str::trim_end);
    before
        .and_then(|before| before.strip_suffix('='))
        .map(str::trim_end)
        .is_some_and(|before| {
            ["feature", "reason"].iter().any(|key| {
                before
                    .strip_suffix(key)
                    .is_some_and(|before| before.trim_end().ends_with(['(', ',']))
            })
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
    fn a_name_in_code_is_found() {
        assert_eq!(
            places(
                check,
                &[(
                    "orm-core/src/query/upsert.rs",
                    "fn f() {\n  if d.is_mysql() {}\n}"
                )]
            ),
            ["orm-core/src/query/upsert.rs:2"]
        );
        assert_eq!(
            found(
                "orm-migrate/src/plan.rs",
                "match d { Dialect::Postgres => a }"
            ),
            1
        );
        assert_eq!(found("orm-derive/src/expand.rs", "sqlx::Type"), 1);
    }

    #[test]
    fn a_name_in_a_string_is_found() {
        assert_eq!(
            found("orm-migrate/src/plan.rs", "if d.name() == \"SQLite\" {}"),
            1
        );
    }

    #[test]
    fn the_rooms_of_the_databases_may_name_them() {
        assert_eq!(found("orm-core/src/dialect.rs", "mod sqlite;"), 0);
        assert_eq!(found("orm-core/src/dialect/mysql.rs", "struct MySql;"), 0);
        assert_eq!(
            found("orm-core/src/driver/postgres.rs", "use sqlx::PgPool;"),
            0
        );
        assert_eq!(
            found("orm-migrate/src/introspect/sqlite.rs", "fn sqlite() {}"),
            0
        );
        assert_eq!(
            found("orm-core/src/lib.rs", "pub use dialect::Postgres;"),
            0
        );
        assert_eq!(found("tests/suite/main.rs", "sqlite"), 0);
    }

    #[test]
    fn comments_features_and_tests_may_name_them() {
        let path = "orm-core/src/value/text.rs";
        assert_eq!(
            found(
                path,
                "// SQLite stores it as text.\n/// As in MySQL.\nfn f() {}"
            ),
            0
        );
        assert_eq!(found(path, "#[cfg(feature = \"sqlite\")] mod a;"), 0);
        assert_eq!(
            found(
                path,
                "#[cfg(any(feature = \"mysql\", feature=\"sqlite\"))] mod a;"
            ),
            0
        );
        assert_eq!(
            found(
                path,
                "#[cfg(test)] mod tests { const A: &str = \"mysql\"; }"
            ),
            0
        );
    }

    #[test]
    fn the_reason_for_a_lint_may_name_them() {
        let text = "#[expect(clippy::cast_sign_loss, reason = \"as SQLite does\")] fn f() {}";
        assert_eq!(found("orm-core/src/value/number.rs", text), 0);
        assert_eq!(
            found(
                "orm-core/src/value/number.rs",
                "let reason = \"as SQLite does\";"
            ),
            1
        );
    }

    #[test]
    fn a_feature_lends_its_name_to_nothing_else() {
        let text = "#[cfg_attr(feature = \"mysql\", derive(sqlx::Type))] struct A;";
        assert_eq!(found("orm-core/src/value/text.rs", text), 1);
    }
}
