use orm_core::dialect::{self, Dialect};

use super::*;

fn texts(sql: &str, dialect: &dyn Dialect) -> Vec<String> {
    let script = Script::parse(sql, dialect).unwrap();
    script.pieces.iter().map(text).collect()
}

fn text(piece: &Piece) -> String {
    match &piece.what {
        What::Sql { text, .. } => text.clone(),
        What::Step(name) => format!("<{name}>"),
    }
}

fn error(sql: &str, dialect: &dyn Dialect) -> String {
    Script::parse(sql, dialect).unwrap_err().to_string()
}

#[test]
fn statements_end_at_semicolons_outside_of_strings_names_and_comments() {
    for dialect in [
        dialect::SQLITE,
        dialect::POSTGRES,
        dialect::MARIADB,
        dialect::MYSQL,
    ] {
        let sql = "-- a;\nSELECT ';', 'it''s;' /* ; */ ; ;\n\nSELECT 2 -- ;\n";
        assert_eq!(
            texts(sql, dialect),
            ["SELECT ';', 'it''s;'", "SELECT 2"],
            "{}",
            dialect.name()
        );
    }
    assert_eq!(
        texts("SELECT \"a;b\" FROM t; SELECT 1", dialect::SQLITE).len(),
        2
    );
    assert_eq!(
        texts("SELECT [a;b], `c;d` FROM t; SELECT 1", dialect::SQLITE).len(),
        2
    );
    assert_eq!(
        texts(
            "SELECT `a;``b`, \"c;\\\"d\" FROM t; SELECT 1",
            dialect::MYSQL
        )
        .len(),
        2
    );
}

#[test]
fn backslashes_escape_where_the_database_says_so() {
    assert_eq!(
        texts(r"SELECT 'a\'; SELECT 'b'", dialect::SQLITE),
        [r"SELECT 'a\'", "SELECT 'b'"]
    );
    assert_eq!(
        texts(r"SELECT 'a\'; SELECT 'b'", dialect::POSTGRES).len(),
        2
    );
    assert_eq!(texts(r"SELECT 'a\'; SELECT b'", dialect::MYSQL).len(), 1);
    assert_eq!(
        texts(r"SELECT E'a\'; SELECT b'", dialect::POSTGRES).len(),
        1
    );
    assert_eq!(
        texts(r"SELECT namE'a\'; SELECT 1", dialect::POSTGRES).len(),
        2
    );
}

#[test]
fn dollar_quotes_hold_anything() {
    let sql = "CREATE FUNCTION f() RETURNS void AS $body$ BEGIN; $$ ; $b$ END $body$ LANGUAGE sql; SELECT $1, a$b$c; SELECT $$;$$";
    let found = texts(sql, dialect::POSTGRES);
    assert_eq!(found.len(), 3);
    assert_eq!(found[1], "SELECT $1, a$b$c");
    assert_eq!(found[2], "SELECT $$;$$");
}

#[test]
fn comments_are_those_of_the_database() {
    assert_eq!(
        texts("/* a /* ; */ ; */ SELECT 1; SELECT 2", dialect::POSTGRES).len(),
        2
    );
    assert_eq!(
        texts("/* a /* ; */ SELECT 1; SELECT 2", dialect::SQLITE).len(),
        2
    );
    assert_eq!(
        texts("# a;\nSELECT 1; SELECT 5--1;", dialect::MYSQL),
        ["SELECT 1", "SELECT 5--1"]
    );
    // What only this server carries out is a statement.
    assert_eq!(
        texts("/*!50100 SET a = 1 */; /* nothing */;", dialect::MYSQL),
        ["/*!50100 SET a = 1 */"]
    );
    assert_eq!(texts("SELECT 1 # 2; SELECT 3", dialect::POSTGRES).len(), 2);
}

#[test]
fn a_body_of_a_trigger_is_one_statement() {
    let sql = "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET n = CASE WHEN n > 1 THEN 2 ELSE 3 END; DELETE FROM c; END; SELECT 1";
    assert_eq!(texts(sql, dialect::SQLITE).len(), 2);
    assert_eq!(texts("BEGIN; SELECT 1; END;", dialect::SQLITE).len(), 3);
    let sql = "CREATE PROCEDURE p() BEGIN IF a THEN SET b = 1; END IF; CASE a WHEN 1 THEN SET c = 1; END CASE; WHILE a DO SET d = 1; END WHILE; END; SELECT 1";
    assert_eq!(texts(sql, dialect::MYSQL).len(), 2);
    assert_eq!(
        texts("BEGIN NOT ATOMIC SELECT 1; END; SELECT 2", dialect::MARIADB).len(),
        2
    );
    let sql = "CREATE FUNCTION f(a int) RETURNS int BEGIN ATOMIC SELECT CASE WHEN a > 1 THEN 1 END; SELECT 2; END; SELECT 3";
    assert_eq!(texts(sql, dialect::POSTGRES).len(), 2);
}

#[test]
fn a_delimiter_line_changes_what_ends_statements() {
    let sql = "SELECT 1;\nDELIMITER //\nCREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.b = 1; END//\n  delimiter ;\nSELECT 2;";
    let found = texts(sql, dialect::MYSQL);
    assert_eq!(found.len(), 3);
    assert!(found[1].ends_with("END"));
    assert_eq!(
        error("DELIMITER  \nSELECT 1", dialect::MYSQL),
        "line 1: `DELIMITER` must be followed by what ends statements from now on"
    );
}

#[test]
fn directives_are_found_and_unknown_ones_refused() {
    let sql = "CREATE TABLE a (b INTEGER);\n-- orm: step split_names\n--orm: no transaction\nVACUUM;\nSELECT 1;";
    let script = Script::parse(sql, dialect::SQLITE).unwrap();
    assert_eq!(
        script.pieces.iter().map(text).collect::<Vec<_>>(),
        [
            "CREATE TABLE a (b INTEGER)",
            "<split_names>",
            "VACUUM",
            "SELECT 1"
        ]
    );
    assert_eq!(
        script.pieces.iter().map(|p| p.alone).collect::<Vec<_>>(),
        [false, false, true, false]
    );
    assert_eq!(
        script.pieces.iter().map(|p| p.line).collect::<Vec<_>>(),
        [1, 2, 4, 5]
    );
    assert!(
        Script::parse("-- orm: foreign keys off\nSELECT 1", dialect::SQLITE)
            .unwrap()
            .foreign_keys_off
    );
    assert!(
        error("SELECT 1;\n-- orm: stpe x", dialect::SQLITE)
            .starts_with("line 2: the directive `stpe x` is unknown")
    );
    assert!(
        error("SELECT 1\n-- orm: step x\n;", dialect::SQLITE)
            .starts_with("line 2: `-- orm: step x` stands inside a statement")
    );
}

#[test]
fn what_has_no_end_is_an_error_at_its_line() {
    assert_eq!(
        error("SELECT 1;\n\nSELECT 'a;\n", dialect::SQLITE),
        "line 3: a string that begins here has no end"
    );
    assert_eq!(
        error("SELECT 1;\n/* a", dialect::SQLITE),
        "line 2: a comment that begins here has no end"
    );
    assert_eq!(
        error("SELECT $a$ $b$", dialect::POSTGRES),
        "line 1: the string `$a$` that begins here has no end"
    );
    assert_eq!(
        error("SELECT \"a", dialect::POSTGRES),
        "line 1: a quoted name or string that begins here has no end"
    );
}

#[test]
fn words_are_capitals_and_quoted_names_stay() {
    let script = Script::parse(
        "create unique index concurrently \"My \"\"Index\" on t (a)",
        dialect::POSTGRES,
    )
    .unwrap();
    assert_eq!(
        script.pieces[0].words(),
        [
            "CREATE",
            "UNIQUE",
            "INDEX",
            "CONCURRENTLY",
            "My \"Index",
            "ON",
            "T",
            "A"
        ]
    );
}

/// Pieces from which scripts are put together; each is whole in itself.
const PIECES: &[&str] = &[
    "SELECT 1",
    "';'",
    "'it''s'",
    "\"n;\"",
    "-- c;\n",
    "/* ; */",
    " ",
    "\n",
    "é",
    "INSERT INTO a VALUES (1, 'x')",
    "case when",
    "end",
    "E'\\\\'",
    "5",
    "$1",
    "`b`",
];

/// A small generator, the same on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }
}

#[test]
fn statements_joined_by_semicolons_are_found_again() {
    let mut random = Random(7);
    for round in 0..3000 {
        let dialect = [dialect::SQLITE, dialect::POSTGRES, dialect::MARIADB][round % 3];
        let statements: Vec<String> = (0..random.below(6))
            .map(|_| {
                (0..=random.below(6))
                    .map(|_| PIECES[random.below(PIECES.len())])
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect();
        let Ok(each) = statements
            .iter()
            .map(|s| Script::parse(s, dialect))
            .collect::<Result<Vec<_>, _>>()
        else {
            continue;
        };
        let each: Vec<String> = each
            .iter()
            .flat_map(|s| s.pieces.iter().map(text))
            .collect();
        let joined = statements.join("\n;\n");
        assert_eq!(texts(&joined, dialect), each, "{joined}");
    }
}

#[test]
fn no_text_makes_it_panic_or_lose_anything() {
    let alphabet: Vec<char> = "'\"`$;-/*#[]\\\n aEBb!é漢0".chars().collect();
    let mut random = Random(11);
    for round in 0..20_000 {
        let dialect = [dialect::SQLITE, dialect::POSTGRES, dialect::MYSQL][round % 3];
        let sql: String = (0..random.below(24))
            .map(|_| alphabet[random.below(alphabet.len())])
            .collect();
        if let Ok(script) = Script::parse(&sql, dialect) {
            // Each statement stands in the text as it is, one behind the other.
            let mut rest = sql.as_str();
            for piece in &script.pieces {
                let text = text(piece);
                let at = rest
                    .find(&text)
                    .unwrap_or_else(|| panic!("{sql:?} has lost {text:?}"));
                rest = &rest[at + text.len()..];
            }
        }
    }
}
