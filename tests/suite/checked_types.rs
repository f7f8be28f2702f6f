//! What `check_queries` says of types and of NULL: one line a statement, with what each database makes of it.

use orm::dialect::Family;
use orm::prelude::*;
use orm::testing::inspect_queries_in;

use crate::support::seed::tables;

#[derive(Model, Debug)]
#[model(table = "typed_owners")]
struct Owner {
    id: Id<Owner>,
    name: String,
    nick: Option<String>,
}

#[derive(Model, Debug)]
#[model(table = "typed_rows")]
struct Typed {
    id: Id<Typed>,
    owner_id: i64,
    flag: bool,
    number: i32,
    maybe: Option<i32>,
    ratio: f64,
    #[model(precision = 12, scale = 2)]
    price: Decimal,
    #[model(length = 50)]
    text: String,
    bytes: Vec<u8>,
    token: Uuid,
    day: NaiveDate,
    at: DateTime<Utc>,
    doc: Json<Vec<i32>>,
}

/// A statement, and what SQLite, PostgreSQL and MariaDB say of it; nothing if it is right.
type Line = (u32, [&'static str; 3]);

/// `"…" as T => ["", "", ""]`; one text where all say the same. Each is a macro of its own, since `line!` names the outermost.
macro_rules! says {
    ($(($($name:ident: $value:ty),+))? $sql:literal $(as $row:ty)? => $said:expr) => {{
        #[allow(dead_code, unused_variables, reason = "it is only announced")]
        fn announced($($($name: $value),+)?) {
            let _ = sql!($sql $(as $row)?);
        }
        let _ = announced;
        (line!(), Said::from($said).0)
    }};
}

struct Said([&'static str; 3]);

impl From<&'static str> for Said {
    fn from(all: &'static str) -> Self {
        Self([all; 3])
    }
}
impl From<[&'static str; 3]> for Said {
    fn from(each: [&'static str; 3]) -> Self {
        Self(each)
    }
}

const NULL: &str = "may be NULL";
const INTO: &str = "is read into";

#[rustfmt::skip]
fn results() -> Vec<Line> {
    Vec::from([
        // Columns as they are declared.
        says!("SELECT flag FROM typed_rows" as bool => ""),
        says!("SELECT flag FROM typed_rows" as String => INTO),
        says!("SELECT number FROM typed_rows" as i64 => ""),
        says!("SELECT number FROM typed_rows" as String => INTO),
        says!("SELECT maybe FROM typed_rows" as i32 => NULL),
        says!("SELECT maybe FROM typed_rows" as Option<i32> => ""),
        says!("SELECT maybe AS other FROM typed_rows" as i32 => NULL),
        says!("SELECT ratio FROM typed_rows" as f64 => ""),
        says!("SELECT ratio FROM typed_rows" as i32 => INTO),
        says!("SELECT price FROM typed_rows" as Decimal => ""),
        says!("SELECT text FROM typed_rows" as String => ""),
        says!("SELECT text FROM typed_rows" as Vec<u8> => INTO),
        says!("SELECT text AS other FROM typed_rows" as i32 => INTO),
        says!("SELECT bytes FROM typed_rows" as Vec<u8> => ""),
        says!("SELECT bytes FROM typed_rows" as bool => INTO),
        says!("SELECT token FROM typed_rows" as Uuid => ""),
        says!("SELECT token FROM typed_rows" as i64 => INTO),
        says!("SELECT day FROM typed_rows" as NaiveDate => ""),
        says!("SELECT day FROM typed_rows" as f32 => INTO),
        says!("SELECT at FROM typed_rows" as DateTime<Utc> => ""),
        says!("SELECT at FROM typed_rows" as bool => INTO),
        says!("SELECT doc FROM typed_rows" as Json<Vec<i32>> => ""),
        says!("SELECT doc FROM typed_rows" as i32 => INTO),
        // Counts and sums.
        says!("SELECT count(*) FROM typed_rows" as i64 => ""),
        says!("SELECT count(*) FROM typed_rows" as String => INTO),
        says!("SELECT count(maybe) AS n FROM typed_rows" as i64 => ""),
        says!("SELECT sum(number) FROM typed_rows" as i64 => NULL),
        says!("SELECT sum(number) FROM typed_rows" as Option<i64> => ""),
        says!("SELECT coalesce(sum(number), 0) FROM typed_rows" as i64 => ""),
        says!("SELECT max(number) FROM typed_rows" as i32 => NULL),
        says!("SELECT max(text) FROM typed_rows" as Option<i32> => INTO),
        says!("SELECT max(number) FROM typed_rows GROUP BY flag" as i32 => ""),
        says!("SELECT max(maybe) FROM typed_rows GROUP BY flag" as i32 => NULL),
        says!("SELECT min(text) AS least FROM typed_rows HAVING count(*) > 1" as String => ""),
        // Joins.
        says!("SELECT t.number, o.name FROM typed_rows t JOIN typed_owners o ON o.id = t.owner_id" as (i32, String) => ""),
        says!("SELECT t.number, o.name FROM typed_rows t LEFT JOIN typed_owners o ON o.id = t.owner_id" as (i32, String) => NULL),
        says!("SELECT t.number, o.name FROM typed_rows t LEFT JOIN typed_owners o ON o.id = t.owner_id" as (i32, Option<String>) => ""),
        says!("SELECT o.*, t.number FROM typed_rows t LEFT JOIN typed_owners o ON o.id = t.owner_id" as (Option<i64>, Option<String>, Option<String>, i32) => ""),
        says!("SELECT o.*, t.id FROM typed_owners o LEFT JOIN typed_rows t ON o.id = t.owner_id" as (i64, String, Option<String>, i64) => NULL),
        says!("SELECT o.name FROM typed_owners o RIGHT JOIN typed_rows t ON o.id = t.owner_id" as String => NULL),
        says!("SELECT a.name, b.name FROM typed_owners a LEFT JOIN typed_owners b ON b.nick = a.name" as (String, Option<String>) => ""),
        says!("SELECT a.name, b.name FROM typed_owners a LEFT JOIN typed_owners b ON b.nick = a.name" as (Option<String>, String) => NULL),
        says!("SELECT o.name FROM typed_rows t LEFT JOIN typed_owners o ON o.id = t.owner_id WHERE o.id IS NOT NULL" as String => ""),
        says!("SELECT o.name, max(t.number) FROM typed_owners o LEFT JOIN typed_rows t ON t.owner_id = o.id GROUP BY o.name" as (String, i32) => NULL),
        says!("SELECT o.name, count(t.id) FROM typed_owners o LEFT JOIN typed_rows t ON t.owner_id = o.id GROUP BY o.name" as (String, i64) => ""),
        // What a condition lets through.
        says!("SELECT maybe FROM typed_rows WHERE maybe IS NOT NULL" as i32 => ""),
        says!("SELECT maybe FROM typed_rows WHERE maybe > 1 AND flag" as i32 => ""),
        says!("SELECT maybe FROM typed_rows WHERE maybe > 1 OR flag" as i32 => NULL),
        // Queries inside of queries.
        says!("SELECT x.maybe FROM (SELECT maybe FROM typed_rows WHERE maybe IS NOT NULL) x" as i32 => ""),
        // MariaDB names the query between.
        says!("SELECT x.maybe FROM (SELECT maybe FROM typed_rows) x" as i32 => [NULL, NULL, ""]),
        // Expressions. What is behind one without a type is known to SQLite alone when it runs.
        says!("SELECT CASE WHEN flag THEN 1 END FROM typed_rows" as i64 => NULL),
        says!("SELECT CASE WHEN flag THEN 1 ELSE 2 END FROM typed_rows" as i64 => ""),
        says!("SELECT CASE WHEN flag THEN 1 ELSE 2 END FROM typed_rows" as Vec<u8> => ["", INTO, INTO]),
        says!("SELECT coalesce(maybe, 0) FROM typed_rows" as i32 => ""),
        says!("SELECT length(text) FROM typed_rows" as String => ["", INTO, INTO]),
        says!("SELECT upper(text) FROM typed_rows" as String => ""),
    ])
}

const IS: &str = "` is `";

#[rustfmt::skip]
fn values() -> Vec<Line> {
    Vec::from([
        says!((x: bool) "SELECT 1 FROM typed_rows WHERE flag = {x: bool}" => ""),
        says!((x: String) "SELECT 1 FROM typed_rows WHERE flag = {x: String}" => IS),
        says!((x: i64) "SELECT 1 FROM typed_rows WHERE number > {x: i64}" => ""),
        says!((x: String) "SELECT 1 FROM typed_rows WHERE number > {x: String}" => IS),
        says!((x: Option<i32>) "SELECT 1 FROM typed_rows WHERE maybe = {x: Option<i32>}" => ""),
        says!((x: f64) "SELECT 1 FROM typed_rows WHERE ratio < {x: f64}" => ""),
        says!((x: Vec<u8>) "SELECT 1 FROM typed_rows WHERE ratio < {x: Vec<u8>}" => IS),
        says!((x: Decimal) "SELECT 1 FROM typed_rows WHERE price < {x: Decimal}" => ""),
        says!((x: i64) "SELECT 1 FROM typed_rows WHERE price < {x: i64}" => ""),
        says!((x: DateTime<Utc>) "SELECT 1 FROM typed_rows WHERE price < {x: DateTime<Utc>}" => ["", IS, IS]),
        says!((x: String) "SELECT 1 FROM typed_rows WHERE text = {x: String}" => ""),
        says!((x: i64) "SELECT 1 FROM typed_rows WHERE text = {x: i64}" => IS),
        says!((x: DateTime<Utc>) "SELECT 1 FROM typed_rows WHERE text = {x: DateTime<Utc>}" => IS),
        says!((x: Vec<u8>) "SELECT 1 FROM typed_rows WHERE bytes = {x: Vec<u8>}" => ""),
        says!((x: i32) "SELECT 1 FROM typed_rows WHERE bytes = {x: i32}" => IS),
        says!((x: Uuid) "SELECT 1 FROM typed_rows WHERE token = {x: Uuid}" => ""),
        says!((x: i64) "SELECT 1 FROM typed_rows WHERE token = {x: i64}" => IS),
        says!((x: NaiveDate) "SELECT 1 FROM typed_rows WHERE day >= {x: NaiveDate}" => ""),
        says!((x: i64) "SELECT 1 FROM typed_rows WHERE day >= {x: i64}" => IS),
        says!((x: DateTime<Utc>) "SELECT 1 FROM typed_rows WHERE at >= {x: DateTime<Utc>}" => ""),
        says!((x: i64) "SELECT 1 FROM typed_rows WHERE at >= {x: i64}" => IS),
        says!((x: bool) "SELECT 1 FROM typed_rows WHERE at >= {x: bool}" => IS),
        says!((x: Json<Vec<i32>>) "UPDATE typed_rows SET doc = {x: Json<Vec<i32>>}" => ""),
        says!((x: i64) "UPDATE typed_rows SET doc = {x: i64}" => IS),
        // Where they stand.
        says!((x: String) "SELECT 1 FROM typed_rows WHERE {x: String} = number" => IS),
        says!((x: Vec<String>) "SELECT 1 FROM typed_rows WHERE number IN ({..x: String})" => IS),
        says!((x: Vec<i64>) "SELECT 1 FROM typed_rows WHERE number IN ({..x: i64})" => ""),
        says!((x: i32, y: String) "SELECT 1 FROM typed_rows WHERE number BETWEEN {x: i32} AND {y: String}" => IS),
        says!((x: String) "UPDATE typed_rows SET number = {x: String} WHERE id = 1" => IS),
        says!((x: i64) "UPDATE typed_rows SET number = number + 1 WHERE text = {x: i64}" => IS),
        says!((x: String, y: i64) "INSERT INTO typed_owners (nick, name) VALUES ({x: String}, {y: i64})" => IS),
        says!((x: String) "INSERT INTO {Owner} ({Owner::name}, {Owner::nick}) SELECT {x: String}, text FROM {Typed} WHERE {Typed::number} > 3" => ""),
        says!((x: bool) "DELETE FROM typed_owners WHERE name = {x: bool}" => IS),
        says!((x: String) "SELECT 1 FROM typed_rows LIMIT {x: String}" => IS),
        says!((x: i64, y: i64) "SELECT 1 FROM typed_rows ORDER BY 1 LIMIT {x: i64} OFFSET {y: i64}" => ""),
        says!((x: i64) "SELECT 1 FROM typed_rows WHERE text LIKE {x: i64}" => IS),
        says!((x: String) "SELECT 1 FROM {Typed} t JOIN {Owner} o ON o.id = t.owner_id AND o.{Owner::name} = {x: String} WHERE t.number = 1" => ""),
        says!((x: i64) "SELECT 1 FROM {Typed} t JOIN {Owner} o ON o.id = t.owner_id AND o.{Owner::name} = {x: i64} WHERE t.number = 1" => IS),
        says!((x: bool) "SELECT 1 FROM typed_owners o WHERE EXISTS (SELECT 1 FROM typed_rows t WHERE t.owner_id = o.id AND name = {x: bool})" => IS),
        // Placeholders of the database's own.
        says!("SELECT 1 FROM typed_rows WHERE number = ?" => ["nothing is bound", "syntax error", "nothing is bound"]),
        says!((x: i64) "SELECT 1 FROM typed_rows WHERE number > {x: i64} AND number < ?" => ["nothing is bound", "syntax error", "nothing is bound"]),
        // Where it cannot be told, nothing is said but by the server that knows.
        says!((x: String) "SELECT 1 FROM typed_rows WHERE number + 1 = {x: String}" => ["", IS, ""]),
        says!((x: String) "SELECT 1 FROM typed_rows WHERE coalesce(number, {x: String}) = 1" => ["", IS, ""]),
        says!((x: i64) "SELECT 1 FROM (SELECT number AS text FROM typed_rows) x WHERE x.text = {x: i64}" => ""),
    ])
}

on_every_database! {
    async fn each_type_is_told_from_another(db: Db) {
        tables!(db: Owner, Typed);
        let report = inspect_queries_in(&db, "checked_types.rs").await?;
        let which = match db.dialect().family() {
            Family::Sqlite => 0,
            Family::Postgres => 1,
            _ => 2,
        };
        let mut wrong = Vec::new();
        for (line, said) in results().into_iter().chain(values()) {
            let found: Vec<_> = report.problems.iter().filter(|problem| problem.line == line).collect();
            let right = match said[which] {
                "" => found.is_empty(),
                words => found.len() == 1 && found[0].message.contains(words),
            };
            if !right {
                wrong.push(format!("line {line}: expected {:?}, found {:?}", said[which], found.iter().map(ToString::to_string).collect::<Vec<_>>()));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
