use std::collections::BTreeSet;

use orm_core::dialect::{Dialect, MARIADB, POSTGRES, SQLITE};

use super::*;

fn canonical(sql: &str, dialect: &'static dyn Dialect) -> String {
    let texts = BTreeSet::from(["name".to_owned()]);
    let context = Context {
        family: dialect.family(),
        texts: &texts,
    };
    parse(sql, context).map_or_else(
        || format!("unknown form: {sql}"),
        |node| node.to_sql(dialect),
    )
}

/// What was written, and what PostgreSQL says it holds.
#[test]
fn the_spelling_of_a_server_is_seen_through() {
    for (written, held) in [
        ("age > 0", "(age > 0)"),
        (
            "u BETWEEN 0 AND 4294967295",
            "((u >= 0) AND (u <= '4294967295'::bigint))",
        ),
        ("b in ('a','b')", "(b = ANY (ARRAY['a'::text, 'b'::text]))"),
        (
            "name in ('a','b') and name like 'a%'",
            "(((name)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])) AND ((name)::text ~~ 'a%'::text))",
        ),
        ("p > 0 OR NOT n = 3", "((p > (0)::numeric) OR (n <> 3))"),
        (
            "name NOT IN ('a', 'b')",
            "((name)::text <> ALL ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
        ),
        ("a = -5", "(a = '-5'::integer)"),
        ("0 <= ALL (\"ia\")", "(0 <= ALL (ia))"),
        (
            "now() AT TIME ZONE 'UTC'",
            "(now() AT TIME ZONE 'UTC'::text)",
        ),
        (
            "case when a > 1 then 'x' end",
            "CASE\n    WHEN (a > 1) THEN 'x'::text\n    ELSE NULL::text\nEND",
        ),
        ("a * (b + c)", "(a * (b + c))"),
        ("trim(name) <> ''", "(TRIM(BOTH FROM name) <> ''::text)"),
        ("NOT deleted", "(NOT deleted)"),
        ("\"Odd Name\" IS NOT NULL", "(\"Odd Name\" IS NOT NULL)"),
    ] {
        assert_eq!(canonical(written, POSTGRES), canonical(held, POSTGRES));
    }
    for (written, held) in [
        ("flag IN (0, 1)", "`flag` in (0,1)"),
        ("deleted = FALSE", "`deleted` = 0"),
        (
            "NAME = 'it''s \\\\' OR NOT d = 3",
            "`name` = 'it\\'s \\\\' or `d` <> 3",
        ),
        ("CHAR_LENGTH(`name`) <= 7", "char_length(`name`) <= 7"),
    ] {
        assert_eq!(canonical(written, MARIADB), canonical(held, MARIADB));
    }
    assert_eq!(
        canonical("A==1 AND \"b\" <> 'x'", SQLITE),
        canonical("(a = 1) and b != 'x'", SQLITE)
    );
}

#[test]
fn what_means_something_else_is_not_the_same() {
    for (one, two) in [
        ("a * (b + c)", "a * b + c"),
        ("a AND (b OR c)", "a AND b OR c"),
        ("a > 0", "a >= 0"),
        ("\"Name\" = 1", "name = 1"),
        ("b = 'A'", "b = 'a'"),
        ("(n)::text = 'x'", "n = 'x'"),
        ("a - (b - c)", "a - b - c"),
        ("NOT (a AND b)", "NOT a AND b"),
    ] {
        assert_ne!(canonical(one, POSTGRES), canonical(two, POSTGRES), "{one}");
    }
}

#[test]
fn a_normal_form_is_its_own_normal_form() {
    for sql in [
        "a * (b + c) - -5 > 3 AND (x OR NOT (y AND z))",
        "b IN ('a', 'it''s') OR name LIKE 'a%' ESCAPE '!'",
        "CASE a WHEN 1 THEN 'x' ELSE coalesce(b, 'y') END = 'x'",
        "extract(year FROM d) > 2000 AND now() AT TIME ZONE 'UTC' < d",
        "CAST(a AS numeric(10,2)) > 0 AND b IS DISTINCT FROM c COLLATE \"C\"",
    ] {
        let once = canonical(sql, POSTGRES);
        assert!(!once.starts_with("unknown"), "{once}");
        assert_eq!(canonical(&once, POSTGRES), once);
    }
}
