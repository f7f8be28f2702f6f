use super::{expected, outputs, read};
use crate::dialect::{MYSQL, POSTGRES, SQLITE};
use crate::driver::describe::{
    Catalog, CatalogColumn, CatalogTable, Described, DescribedColumn, Origin, ValueType,
};
use crate::value::Kind;

const NUMBER: &[Kind] = &[Kind::I64];
const TEXT: &[Kind] = &[Kind::Text];

fn nothing() -> ValueType {
    ValueType {
        name: String::new(),
        kinds: &[],
        array: false,
    }
}

/// `users (id, name, age?)` and `posts (id, user_id, title, views?)`.
fn catalog() -> Catalog {
    let column = |name: &str, kinds: &'static [Kind], nullable: bool| CatalogColumn {
        name: name.to_owned(),
        number: 0,
        takes: ValueType {
            name: if kinds == TEXT { "TEXT" } else { "INTEGER" }.to_owned(),
            kinds,
            array: false,
        },
        read: None,
        nullable: Some(nullable),
        listed: true,
    };
    let table = |name: &str, columns: Vec<CatalogColumn>| CatalogTable {
        name: name.to_owned(),
        number: 0,
        visible: true,
        columns,
    };
    Catalog {
        schema: Some("main".to_owned()),
        tables: vec![
            table(
                "users",
                vec![
                    column("id", NUMBER, false),
                    column("name", TEXT, false),
                    column("age", NUMBER, true),
                ],
            ),
            table(
                "posts",
                vec![
                    column("id", NUMBER, false),
                    column("user_id", NUMBER, false),
                    column("title", TEXT, false),
                    column("views", NUMBER, true),
                ],
            ),
        ],
    }
}

/// What decides each `$` of a text.
fn decided(sql: &str) -> Vec<String> {
    let values: Vec<_> = sql.match_indices('$').map(|(at, _)| at..at + 1).collect();
    let reading = read(sql, &values, SQLITE.lexical());
    let catalog = catalog();
    expected(&reading, values.len(), &catalog)
        .into_iter()
        .map(|expected| match expected {
            Some(expected) => {
                let what = expected.what.replace("the column ", "").replace('`', "");
                what.split(' ').next().unwrap_or_default().to_owned()
            }
            None => "?".to_owned(),
        })
        .collect()
}

#[test]
fn a_value_is_what_its_place_says() {
    for (sql, all) in [
        ("SELECT id FROM users WHERE name = $", "name"),
        (
            "SELECT id FROM users WHERE $ <= age AND $ <> name",
            "age name",
        ),
        ("SELECT id FROM users WHERE \"users\".\"name\" != $", "name"),
        (
            "SELECT id FROM users WHERE [name] == $ OR main.users.age = $",
            "name age",
        ),
        (
            "SELECT u.id FROM users AS u WHERE (u.name = $ OR NOT u.age > $)",
            "name age",
        ),
        (
            "SELECT u.id FROM users u WHERE u.age IS NOT $ OR age IS $",
            "age age",
        ),
        (
            "SELECT id FROM users WHERE name IS NOT DISTINCT FROM $",
            "name",
        ),
        (
            "SELECT id FROM users WHERE age IN ($, 1, $) AND name NOT IN ($)",
            "age age name",
        ),
        (
            "SELECT id FROM users WHERE age BETWEEN $ AND $ AND name = $",
            "age age name",
        ),
        (
            "SELECT id FROM users WHERE age NOT BETWEEN 1 AND $ OR $ BETWEEN age AND id",
            "age age",
        ),
        (
            "SELECT id FROM users WHERE name LIKE $ ESCAPE '!' AND upper(name) NOT LIKE $",
            "a a",
        ),
        (
            "SELECT id FROM users ORDER BY id LIMIT $ OFFSET $",
            "LIMIT LIMIT",
        ),
        ("SELECT id FROM users LIMIT $, $", "LIMIT LIMIT"),
        (
            "UPDATE users SET name = $, age = $ WHERE id = $",
            "name age id",
        ),
        ("UPDATE OR IGNORE users SET name = $", "name"),
        (
            "UPDATE users SET age = $ FROM posts WHERE posts.views = $",
            "age views",
        ),
        ("DELETE FROM users WHERE name = $", "name"),
        (
            "INSERT INTO users (name, age) VALUES ($, $), (upper($), $)",
            "name age ? age",
        ),
        (
            "INSERT INTO users VALUES ($, $, $) RETURNING id",
            "id name age",
        ),
        (
            "INSERT INTO users (age, name) SELECT $, $ WHERE NOT EXISTS (SELECT 1 FROM posts WHERE views = $)",
            "age name views",
        ),
        (
            "INSERT INTO users (name) SELECT title FROM posts WHERE views > $",
            "views",
        ),
        (
            "INSERT INTO users (id, name) VALUES ($, $) ON CONFLICT (id) DO UPDATE SET name = $ WHERE users.age = $ AND excluded.name = $",
            "id name name age name",
        ),
        (
            "INSERT INTO users (id) VALUES ($) ON DUPLICATE KEY UPDATE age = $",
            "id age",
        ),
        ("REPLACE INTO users (name) VALUES ($)", "name"),
        (
            "SELECT p.id FROM users u JOIN posts p ON p.user_id = u.id AND p.title = $ WHERE u.age = $",
            "title age",
        ),
        (
            "SELECT 1 FROM users u LEFT JOIN (posts p CROSS JOIN users v) ON p.user_id = $ WHERE v.name = $",
            "user_id name",
        ),
        (
            "SELECT 1 FROM users, posts WHERE title = $ AND age = $",
            "title age",
        ),
        (
            "SELECT 1 FROM users WHERE EXISTS (SELECT 1 FROM posts WHERE title = $ AND age = $)",
            "title age",
        ),
        (
            "WITH x AS (SELECT id FROM posts WHERE title = $) SELECT 1 FROM x JOIN users ON users.name = $",
            "title name",
        ),
        (
            "SELECT id FROM users WHERE age = $ UNION SELECT id FROM posts WHERE views = $ LIMIT $",
            "age views LIMIT",
        ),
        (
            "SELECT CASE WHEN age > $ THEN $ ELSE 1 END FROM users",
            "age ?",
        ),
        ("SELECT count(*) FILTER (WHERE name = $) FROM users", "name"),
        (
            "SELECT 1 FROM users -- = $\n WHERE /* age = */ name = $",
            "? name",
        ),
        ("SELECT age = $ AS grown FROM users", "age"),
    ] {
        assert_eq!(decided(sql).join(" "), all, "{sql}");
    }
}

#[test]
fn nothing_is_said_where_it_is_not_certain() {
    for sql in [
        "SELECT $ FROM users",
        "SELECT id FROM users WHERE id + age = $",
        "SELECT id FROM users WHERE age = $ + 1",
        "SELECT id FROM users WHERE age = $ || ''",
        "SELECT id FROM users WHERE length(name) = $",
        "SELECT id FROM users WHERE name || title = $",
        "SELECT id FROM users WHERE -age = $",
        "SELECT id FROM users WHERE age < id = $",
        "SELECT id FROM users WHERE id BETWEEN 1 AND age = $",
        "SELECT id FROM users WHERE name COLLATE nocase = $",
        "SELECT id FROM users WHERE age = CAST($ AS INTEGER)",
        "SELECT id FROM users WHERE coalesce(age, $) = 1",
        "SELECT id FROM users WHERE (age, name) = ($, $)",
        "SELECT id FROM users WHERE (age, name) IN (($, $))",
        "SELECT id FROM users WHERE age IN ($ + 1)",
        "SELECT id FROM users WHERE name LIKE $ || '%'",
        "SELECT id FROM users WHERE name LIKE '%' || $",
        "SELECT id FROM elsewhere WHERE name = $",
        "SELECT id FROM users, elsewhere WHERE other = $",
        "SELECT 1 FROM users JOIN posts USING (id) WHERE id = $",
        "SELECT count(*) AS age FROM users GROUP BY name HAVING age > $",
        "SELECT x.name FROM (SELECT age AS name FROM users) x WHERE x.name = $",
        "SELECT name FROM (SELECT age AS name FROM users) x WHERE name = $",
        "WITH users AS (SELECT 1 AS name) SELECT 1 FROM users WHERE name = $",
        "SELECT 1 FROM users AS u (name, age, id) WHERE u.name = $",
        "SELECT 1 FROM json_each($) AS users WHERE users.name = $",
        "SELECT 1 FROM other.users WHERE name = $",
        "SELECT id FROM users WHERE age -> $ = 1",
        "SELECT id FROM users LIMIT $ + 1",
        "SELECT extract(year FROM $) FROM users",
        "SELECT sum(age) OVER (ORDER BY id ROWS $ PRECEDING) FROM users",
        "INSERT INTO users (name) VALUES (lower($))",
        "INSERT INTO elsewhere (name) VALUES ($)",
        "INSERT INTO users VALUES ($)",
        "MERGE INTO users USING posts ON name = $",
        "SELECT 1 FROM users WHERE name = $ 'never closed",
        "SELECT CASE age WHEN $ THEN 1 END FROM users",
        "SELECT 1 FROM users WHERE END = $",
    ] {
        let found = decided(sql);
        assert!(
            !found.is_empty() && found.iter().all(|one| one == "?"),
            "{sql}: {found:?}"
        );
    }
}

/// Whether each column may be NULL, where the database says of `!` columns where they come from.
fn nulls(sql: &str, origins: &[Option<(&str, &str)>]) -> Vec<bool> {
    let columns = origins.iter().map(|origin| DescribedColumn {
        name: String::new(),
        ty: nothing(),
        origin: origin.map(|(table, column)| Origin::Named {
            table: table.to_owned(),
            alias: false,
            column: column.to_owned(),
        }),
    });
    let described = Described {
        parameters: Vec::new(),
        count: 0,
        columns: columns.collect(),
    };
    let reading = read(sql, &[], SQLITE.lexical());
    let all = outputs(&reading, &described, &catalog());
    all.iter().map(|output| output.nullable).collect()
}

#[test]
fn an_expression_may_be_null_where_that_is_known() {
    for (item, nullable) in [
        ("u.age", true),
        ("u.id", false),
        ("p.title", true),
        ("p.title AS id", true),
        ("title heading", true),
        ("count(p.id)", false),
        ("sum(p.id)", true),
        ("max(u.id) AS most", true),
        ("coalesce(sum(p.id), 0)", false),
        ("sum(p.id) + 1", false),
        ("min(u.id, p.id)", false),
        ("sum(u.id) OVER ()", false),
        ("CASE WHEN u.age > 1 THEN 1 END", true),
        ("CASE WHEN u.age > 1 THEN 1 ELSE NULL END AS x", true),
        (
            "CASE u.age WHEN 1 THEN CASE 1 WHEN 2 THEN 3 END ELSE 2 END",
            false,
        ),
        ("CASE 1 WHEN 1 THEN 2 END = CASE 1 WHEN 1 THEN 2 END", false),
        ("upper(p.title)", false),
        ("(SELECT age FROM users)", false),
    ] {
        let sql = format!("SELECT {item} FROM users u LEFT JOIN posts AS p ON p.user_id = u.id");
        assert_eq!(nulls(&sql, &[None]), [nullable], "{sql}");
    }
    assert_eq!(nulls("SELECT max(1)", &[None]), [false]);
}

#[test]
fn the_other_side_of_an_outer_join_may_be_missing() {
    let id = Some(("users", "id"));
    let title = Some(("posts", "title"));
    for (sql, origins, all) in [
        (
            "SELECT * FROM users u LEFT OUTER JOIN posts p ON 1 = 1",
            [id, title],
            [false, true],
        ),
        (
            "SELECT * FROM posts p RIGHT JOIN users u ON 1 = 1",
            [id, title],
            [false, true],
        ),
        (
            "SELECT * FROM users u FULL JOIN posts p ON 1 = 1",
            [id, title],
            [true, true],
        ),
        (
            "SELECT * FROM users u JOIN posts p ON 1 = 1",
            [id, title],
            [false, false],
        ),
        (
            "SELECT * FROM users u LEFT JOIN (users v JOIN posts p ON 1 = 1) ON 1 = 1",
            [id, title],
            [false, true],
        ),
        (
            "SELECT * FROM users u LEFT JOIN posts p ON 1 = 1 WHERE p.id IS NOT NULL",
            [id, title],
            [false, false],
        ),
        (
            "SELECT * FROM users u LEFT JOIN posts p ON 1 = 1 WHERE u.age = 1 AND p.views > 3",
            [id, title],
            [false, false],
        ),
        (
            "SELECT * FROM users u LEFT JOIN posts p ON 1 = 1 WHERE p.views > 3 OR u.age = 1",
            [id, title],
            [false, true],
        ),
        (
            "SELECT * FROM users u LEFT JOIN posts p ON 1 = 1 JOIN users v ON v.id = p.user_id",
            [id, title],
            [false, false],
        ),
        (
            "SELECT u.id, p.title FROM users u LEFT JOIN posts p ON p.user_id = u.id",
            [None, None],
            [false, true],
        ),
        (
            "SELECT a.id, b.title FROM posts b, users a LEFT JOIN users c ON 1 = 1",
            [id, title],
            [false, false],
        ),
        (
            "SELECT id, title FROM (SELECT u.id, p.title FROM users u LEFT JOIN posts p ON 1 = 1) x",
            [id, title],
            [false, true],
        ),
        (
            "SELECT left(name, 1), title FROM users, posts",
            [None, title],
            [false, false],
        ),
    ] {
        assert_eq!(nulls(sql, &origins), all, "{sql}");
    }
}

#[test]
fn what_a_condition_lets_through_is_not_null() {
    for (condition, nullable) in [
        ("1 = 1", true),
        ("age IS NOT NULL", false),
        ("age >= 18", false),
        ("18 < u.age", false),
        ("name = 'a' AND age IN (1, 2)", false),
        ("age BETWEEN 1 AND 2", false),
        ("age = id", false),
        ("age > 1 OR id = 1", true),
        ("(age > 1 OR id = 1)", true),
        ("NOT age > 1", true),
        ("age IS NULL", true),
        ("age <=> 1", true),
        ("id = 1 AND age IS DISTINCT FROM 2", true),
        ("EXISTS (SELECT 1 FROM users v WHERE v.age = 1)", true),
    ] {
        let sql = format!("SELECT age FROM users u WHERE {condition}");
        assert_eq!(nulls(&sql, &[Some(("users", "age"))]), [nullable], "{sql}");
    }
    for (sql, nullable) in [
        ("SELECT max(age) FROM users u GROUP BY name", true),
        ("SELECT max(id) FROM users u GROUP BY name", false),
        ("SELECT max(id) FROM users u HAVING count(*) > 0", false),
        (
            "INSERT INTO users (name) SELECT title FROM posts RETURNING age",
            true,
        ),
        ("UPDATE users SET age = 1 RETURNING id", false),
    ] {
        assert_eq!(nulls(sql, &[None]), [nullable], "{sql}");
    }
}

#[test]
fn no_text_makes_the_reader_panic() {
    const PARTS: &[&str] = &[
        "SELECT",
        "FROM",
        "users",
        "u",
        ".",
        "JOIN",
        "LEFT",
        "ON",
        "(",
        ")",
        ",",
        "WITH",
        "AS",
        "x",
        "INSERT",
        "INTO",
        "VALUES",
        "UPDATE",
        "SET",
        "DELETE",
        "=",
        "$",
        "WHERE",
        "AND",
        "BETWEEN",
        "IN",
        "NOT",
        "CASE",
        "END",
        "ELSE",
        "RETURNING",
        "UNION",
        "*",
        "'",
        "\"a\"",
        "LIMIT",
        "count",
        "CONFLICT",
        "name",
        "IS",
        "DISTINCT",
        ";",
        "1",
        "`",
        "--",
        "/*",
        "*/",
    ];
    let mut state = 0x5eed_u64;
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % limit as u64) as usize
    };
    let catalog = catalog();
    for round in 0..30_000 {
        let length = below(24);
        let words: Vec<&str> = (0..length).map(|_| PARTS[below(PARTS.len())]).collect();
        let sql = words.join(" ");
        let values: Vec<_> = sql.match_indices('$').map(|(at, _)| at..at + 1).collect();
        let dialect = [SQLITE, POSTGRES, MYSQL][round % 3];
        let reading = read(&sql, &values, dialect.lexical());
        let found = expected(&reading, values.len(), &catalog);
        assert_eq!(found.len(), values.len());
        let described = Described {
            parameters: Vec::new(),
            count: 0,
            columns: (0..3)
                .map(|_| DescribedColumn {
                    name: String::new(),
                    ty: nothing(),
                    origin: None,
                })
                .collect(),
        };
        assert_eq!(outputs(&reading, &described, &catalog).len(), 3);
    }
}
