//! The SQL of each kind of query, on all databases side by side.
//!
//! `ORM_TEST_BLESS=1 cargo test --test suite rendering` prints what to write here, see [`is`].

use std::fmt::Write as _;

use orm::dialect::{self, Dialect};
use orm::prelude::*;
use orm::{Result, Value};

use crate::support::models::*;
use crate::support::seed::decimal;

type Sql = Result<(String, Vec<Value>)>;

/// One line a database; databases that agree share one.
fn sides(render: impl Fn(&'static dyn Dialect) -> Sql) -> String {
    let all = [
        ("sqlite", dialect::SQLITE),
        ("postgres", dialect::POSTGRES),
        ("mariadb", dialect::MARIADB),
        ("mysql", dialect::MYSQL),
    ];
    let mut lines: Vec<(Vec<&str>, String)> = Vec::new();
    for (name, dialect) in all {
        let text = match render(dialect) {
            Ok((sql, values)) if values.is_empty() => sql,
            Ok((sql, values)) => format!("{sql} -- {values:?}"),
            Err(error) => format!("error: {}", error.kind()),
        };
        match lines.iter_mut().find(|(_, other)| *other == text) {
            Some((names, _)) => names.push(name),
            None => lines.push((vec![name], text)),
        }
    }
    let mut out = String::new();
    for (names, text) in lines {
        let names = if names.len() == all.len() {
            "all".to_owned()
        } else {
            names.join(", ")
        };
        writeln!(out, "{names}: {text}").unwrap();
    }
    out
}

/// Compares with what stands in the test, whose indentation does not count.
#[track_caller]
fn is(render: impl Fn(&'static dyn Dialect) -> Sql, expected: &str) {
    let actual = sides(render);
    let expected: String = expected
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .fold(String::new(), |all, line| all + line + "\n");
    if actual == expected {
        return;
    }
    if std::env::var_os("ORM_TEST_BLESS").is_some() {
        let line = std::panic::Location::caller().line();
        println!("BLESS {line}");
        actual.lines().for_each(|text| println!("BLESSED {text}"));
        return;
    }
    panic!("the SQL is another one\n--- expected\n{expected}--- actual\n{actual}");
}

#[test]
fn a_query_names_the_columns_of_its_model() {
    is(
        |d| Tag::query().to_sql(d),
        r#"
        sqlite, postgres: SELECT "name", "description" FROM "tags"
        mariadb, mysql: SELECT `name`, `description` FROM `tags`
        "#,
    );
    is(
        |d| Tag::find("rust").to_sql(d),
        r#"
        sqlite: SELECT "name", "description" FROM "tags" WHERE "name" = ?1 -- [<Text>]
        postgres: SELECT "name", "description" FROM "tags" WHERE "name" = $1 -- [<Text>]
        mariadb, mysql: SELECT `name`, `description` FROM `tags` WHERE `name` = ? -- [<Text>]
        "#,
    );
    is(
        |d| {
            Tag::query()
                .filter(Tag::name.eq("rust"))
                .order_by(Tag::name.desc())
                .limit(3)
                .offset(2)
                .to_sql(d)
        },
        r#"
        sqlite: SELECT "name", "description" FROM "tags" WHERE "name" = ?1 ORDER BY "name" DESC LIMIT ?2 OFFSET ?3 -- [<Text>, <I64>, <I64>]
        postgres: SELECT "name", "description" FROM "tags" WHERE "name" = $1 ORDER BY "name" DESC LIMIT $2 OFFSET $3 -- [<Text>, <I64>, <I64>]
        mariadb, mysql: SELECT `name`, `description` FROM `tags` WHERE `name` = ? ORDER BY `name` DESC LIMIT ? OFFSET ? -- [<Text>, <I64>, <I64>]
        "#,
    );
}

#[test]
fn comparisons() {
    let with = |condition: orm::expr::Expr<Tag, bool>| {
        move |d| {
            Tag::query()
                .filter(condition.clone())
                .select(Tag::name)
                .to_sql(d)
        }
    };
    is(
        with(Tag::name.eq("a")),
        r#"
        sqlite: SELECT "name" FROM "tags" WHERE "name" = ?1 -- [<Text>]
        postgres: SELECT "name" FROM "tags" WHERE "name" = $1 -- [<Text>]
        mariadb, mysql: SELECT `name` FROM `tags` WHERE `name` = ? -- [<Text>]
        "#,
    );
    is(
        with(Tag::description.eq(None::<String>)),
        r#"
        sqlite, postgres: SELECT "name" FROM "tags" WHERE "description" IS NULL
        mariadb, mysql: SELECT `name` FROM `tags` WHERE `description` IS NULL
        "#,
    );
    is(
        with(Tag::description.ne(None::<String>)),
        r#"
        sqlite, postgres: SELECT "name" FROM "tags" WHERE "description" IS NOT NULL
        mariadb, mysql: SELECT `name` FROM `tags` WHERE `description` IS NOT NULL
        "#,
    );
    is(
        with(Tag::name.between("a", "b")),
        r#"
        sqlite: SELECT "name" FROM "tags" WHERE "name" BETWEEN ?1 AND ?2 -- [<Text>, <Text>]
        postgres: SELECT "name" FROM "tags" WHERE "name" BETWEEN $1 AND $2 -- [<Text>, <Text>]
        mariadb, mysql: SELECT `name` FROM `tags` WHERE `name` BETWEEN ? AND ? -- [<Text>, <Text>]
        "#,
    );
    is(
        with(Tag::name.eq(Tag::description)),
        r#"
        sqlite, postgres: SELECT "name" FROM "tags" WHERE "name" = "description"
        mariadb, mysql: SELECT `name` FROM `tags` WHERE `name` = `description`
        "#,
    );
    is(
        with(
            Tag::name.eq("a")
                & (Tag::name.eq("b") | !Tag::name.eq("c"))
                & Tag::description.is_null(),
        ),
        r#"
        sqlite: SELECT "name" FROM "tags" WHERE "name" = ?1 AND ("name" = ?2 OR NOT ("name" = ?3)) AND "description" IS NULL -- [<Text>, <Text>, <Text>]
        postgres: SELECT "name" FROM "tags" WHERE "name" = $1 AND ("name" = $2 OR NOT ("name" = $3)) AND "description" IS NULL -- [<Text>, <Text>, <Text>]
        mariadb, mysql: SELECT `name` FROM `tags` WHERE `name` = ? AND (`name` = ? OR NOT (`name` = ?)) AND `description` IS NULL -- [<Text>, <Text>, <Text>]
        "#,
    );
    is(
        with(always()),
        r#"
        sqlite, postgres: SELECT "name" FROM "tags"
        mariadb, mysql: SELECT `name` FROM `tags`
        "#,
    );
    is(
        with(never()),
        r#"
        sqlite, postgres: SELECT "name" FROM "tags" WHERE 1 = 0
        mariadb, mysql: SELECT `name` FROM `tags` WHERE 1 = 0
        "#,
    );
}

#[test]
fn sets() {
    is(
        |d| {
            Membership::query()
                .filter(Membership::group_id.in_([1, 2, 3]))
                .select(Membership::weight)
                .to_sql(d)
        },
        r#"
        sqlite: SELECT "weight" FROM "memberships" WHERE "group_id" IN (SELECT value FROM rarray(?1)) -- [<3 x I64>]
        postgres: SELECT "weight" FROM "memberships" WHERE "group_id" = ANY($1) -- [<3 x I64>]
        mariadb, mysql: SELECT `weight` FROM `memberships` WHERE `group_id` IN (?, ?, ?) -- [<I64>, <I64>, <I64>]
        "#,
    );
    is(
        |d| {
            Membership::query()
                .filter(Membership::group_id.in_(Vec::from_iter(0..5000_i64)))
                .select(Membership::weight)
                .to_sql(d)
        },
        r#"
        sqlite: SELECT "weight" FROM "memberships" WHERE "group_id" IN (SELECT value FROM rarray(?1)) -- [<5000 x I64>]
        postgres: SELECT "weight" FROM "memberships" WHERE "group_id" = ANY($1) -- [<5000 x I64>]
        mariadb, mysql: SELECT `weight` FROM `memberships` WHERE `group_id` IN (SELECT list.value FROM JSON_TABLE(?, '$[*]' COLUMNS (value BIGINT PATH '$')) AS list) -- [<Text>]
        "#,
    );
    is(
        |d| {
            Membership::query()
                .filter(Membership::group_id.not_in(Vec::<i64>::new()))
                .select(Membership::weight)
                .to_sql(d)
        },
        r#"
        sqlite, postgres: SELECT "weight" FROM "memberships" WHERE 1 = 1
        mariadb, mysql: SELECT `weight` FROM `memberships` WHERE 1 = 1
        "#,
    );
    is(
        |d| {
            Tag::query()
                .filter(Tag::description.in_([Some("a".to_owned()), None]))
                .select(Tag::name)
                .to_sql(d)
        },
        r#"
        sqlite: SELECT "name" FROM "tags" WHERE ("description" IS NULL OR "description" IN (SELECT value FROM rarray(?1))) -- [<1 x Text>]
        postgres: SELECT "name" FROM "tags" WHERE ("description" IS NULL OR "description" = ANY($1)) -- [<1 x Text>]
        mariadb, mysql: SELECT `name` FROM `tags` WHERE (`description` IS NULL OR `description` IN (?)) -- [<Text>]
        "#,
    );
    is(
        |d| {
            Tag::query()
                .filter(Tag::description.not_in([Some("a".to_owned()), None]))
                .select(Tag::name)
                .to_sql(d)
        },
        r#"
        sqlite: SELECT "name" FROM "tags" WHERE ("description" IS NOT NULL AND "description" NOT IN (SELECT value FROM rarray(?1))) -- [<1 x Text>]
        postgres: SELECT "name" FROM "tags" WHERE ("description" IS NOT NULL AND "description" <> ALL($1)) -- [<1 x Text>]
        mariadb, mysql: SELECT `name` FROM `tags` WHERE (`description` IS NOT NULL AND `description` NOT IN (?)) -- [<Text>]
        "#,
    );
    let tags = || Tag::query().filter(Tag::name.eq("a"));
    is(
        |d| {
            Word::query()
                .filter(Word::text.in_(tags().select(Tag::name)))
                .select(Word::id)
                .to_sql(d)
        },
        r#"
        sqlite: SELECT "words"."id" FROM "words" WHERE "words"."text" IN (SELECT "t1"."name" FROM "tags" AS "t1" WHERE "t1"."name" = ?1) -- [<Text>]
        postgres: SELECT "words"."id" FROM "words" WHERE "words"."text" IN (SELECT "t1"."name" FROM "tags" AS "t1" WHERE "t1"."name" = $1) -- [<Text>]
        mariadb, mysql: SELECT `words`.`id` FROM `words` WHERE `words`.`text` IN (SELECT `t1`.`name` FROM `tags` AS `t1` WHERE `t1`.`name` = ?) -- [<Text>]
        "#,
    );
    is(
        |d| {
            Word::query()
                .filter(Word::text.not_in(tags().select(Tag::description)))
                .select(Word::id)
                .to_sql(d)
        },
        r#"
        sqlite: SELECT "words"."id" FROM "words" WHERE "words"."text" NOT IN (SELECT "t1"."description" FROM "tags" AS "t1" WHERE "t1"."name" = ?1 AND "t1"."description" IS NOT NULL) -- [<Text>]
        postgres: SELECT "words"."id" FROM "words" WHERE "words"."text" NOT IN (SELECT "t1"."description" FROM "tags" AS "t1" WHERE "t1"."name" = $1 AND "t1"."description" IS NOT NULL) -- [<Text>]
        mariadb, mysql: SELECT `words`.`id` FROM `words` WHERE `words`.`text` NOT IN (SELECT `t1`.`description` FROM `tags` AS `t1` WHERE `t1`.`name` = ? AND `t1`.`description` IS NOT NULL) -- [<Text>]
        "#,
    );
    is(
        |d| {
            Word::query()
                .filter(Word::text.in_(tags().order_by(Tag::name).limit(3).select(Tag::name)))
                .select(Word::id)
                .to_sql(d)
        },
        r#"
        sqlite: SELECT "words"."id" FROM "words" WHERE "words"."text" IN (SELECT * FROM (SELECT "t1"."name" FROM "tags" AS "t1" WHERE "t1"."name" = ?1 ORDER BY "t1"."name" LIMIT ?2) AS limited) -- [<Text>, <I64>]
        postgres: SELECT "words"."id" FROM "words" WHERE "words"."text" IN (SELECT * FROM (SELECT "t1"."name" FROM "tags" AS "t1" WHERE "t1"."name" = $1 ORDER BY "t1"."name" LIMIT $2) AS limited) -- [<Text>, <I64>]
        mariadb, mysql: SELECT `words`.`id` FROM `words` WHERE `words`.`text` IN (SELECT * FROM (SELECT `t1`.`name` FROM `tags` AS `t1` WHERE `t1`.`name` = ? ORDER BY `t1`.`name` LIMIT ?) AS limited) -- [<Text>, <I64>]
        "#,
    );
}

#[test]
fn patterns() {
    let with = |condition: orm::expr::Expr<Word, bool>| {
        move |d| {
            Word::query()
                .filter(condition.clone())
                .select(Word::id)
                .to_sql(d)
        }
    };
    is(
        with(Word::text.like("a%")),
        r#"
        sqlite: SELECT "id" FROM "words" WHERE "text" GLOB ?1 -- [<Text>]
        postgres: SELECT "id" FROM "words" WHERE "text" LIKE $1 -- [<Text>]
        mariadb, mysql: SELECT `id` FROM `words` WHERE `text` LIKE ? COLLATE utf8mb4_bin -- [<Text>]
        "#,
    );
    is(
        with(Word::text.ilike("a%")),
        r#"
        sqlite: SELECT "id" FROM "words" WHERE orm_lower("text") GLOB orm_lower(?1) -- [<Text>]
        postgres: SELECT "id" FROM "words" WHERE "text" ILIKE $1 -- [<Text>]
        mariadb, mysql: SELECT `id` FROM `words` WHERE LOWER(`text`) LIKE LOWER(?) COLLATE utf8mb4_bin -- [<Text>]
        "#,
    );
    is(
        with(Word::text.icontains("50%")),
        r#"
        sqlite: SELECT "id" FROM "words" WHERE orm_lower("text") GLOB orm_lower(?1) -- [<Text>]
        postgres: SELECT "id" FROM "words" WHERE "text" ILIKE $1 -- [<Text>]
        mariadb, mysql: SELECT `id` FROM `words` WHERE LOWER(`text`) LIKE LOWER(?) COLLATE utf8mb4_bin -- [<Text>]
        "#,
    );
    is(
        with(Word::text.starts_with("50%")),
        r#"
        sqlite: SELECT "id" FROM "words" WHERE "text" GLOB ?1 -- [<Text>]
        postgres: SELECT "id" FROM "words" WHERE "text" LIKE $1 -- [<Text>]
        mariadb, mysql: SELECT `id` FROM `words` WHERE `text` LIKE ? COLLATE utf8mb4_bin -- [<Text>]
        "#,
    );
    is(
        with(!Word::text.contains("x")),
        r#"
        sqlite: SELECT "id" FROM "words" WHERE NOT ("text" GLOB ?1) -- [<Text>]
        postgres: SELECT "id" FROM "words" WHERE NOT ("text" LIKE $1) -- [<Text>]
        mariadb, mysql: SELECT `id` FROM `words` WHERE NOT (`text` LIKE ? COLLATE utf8mb4_bin) -- [<Text>]
        "#,
    );
}

#[test]
fn subqueries() {
    let posts = || Post::query().filter(Post::user_id.eq(User::id.outer()));
    is(
        |d| {
            User::query()
                .filter(exists(posts()))
                .select(User::id)
                .to_sql(d)
        },
        r#"
        sqlite, postgres: SELECT "users"."id" FROM "users" WHERE EXISTS (SELECT 1 FROM "posts" AS "t1" WHERE "t1"."user_id" = "users"."id")
        mariadb, mysql: SELECT `users`.`id` FROM `users` WHERE EXISTS (SELECT 1 FROM `posts` AS `t1` WHERE `t1`.`user_id` = `users`.`id`)
        "#,
    );
    is(
        |d| {
            User::query()
                .filter(User::logins.eq(posts().select(count())))
                .select(User::id)
                .to_sql(d)
        },
        r#"
        sqlite, postgres: SELECT "users"."id" FROM "users" WHERE "users"."logins" = (SELECT COUNT(*) FROM "posts" AS "t1" WHERE "t1"."user_id" = "users"."id")
        mariadb, mysql: SELECT `users`.`id` FROM `users` WHERE `users`.`logins` = (SELECT COUNT(*) FROM `posts` AS `t1` WHERE `t1`.`user_id` = `users`.`id`)
        "#,
    );
    is(
        |d| {
            User::query()
                .filter(exists(
                    User::query().filter(User::age.gt(User::age.outer())),
                ))
                .select(User::id)
                .to_sql(d)
        },
        r#"
        sqlite, postgres: SELECT "users"."id" FROM "users" WHERE EXISTS (SELECT 1 FROM "users" AS "t1" WHERE "t1"."age" > "users"."age")
        mariadb, mysql: SELECT `users`.`id` FROM `users` WHERE EXISTS (SELECT 1 FROM `users` AS `t1` WHERE `t1`.`age` > `users`.`age`)
        "#,
    );
    is(
        |d| User::query().filter(exists(posts())).delete().to_sql(d),
        r#"
        sqlite, postgres: DELETE FROM "users" WHERE EXISTS (SELECT 1 FROM "posts" AS "t1" WHERE "t1"."user_id" = "users"."id")
        mariadb, mysql: DELETE FROM `users` WHERE EXISTS (SELECT 1 FROM `posts` AS `t1` WHERE `t1`.`user_id` = `users`.`id`)
        "#,
    );
}

#[test]
fn orderings() {
    is(
        |d| {
            Number::query()
                .order_by((
                    Number::group,
                    Number::whole.asc(),
                    Number::ratio.desc(),
                    Number::amount.asc().nulls_first(),
                ))
                .select(Number::id)
                .to_sql(d)
        },
        r#"
        sqlite: SELECT "id" FROM "numbers" ORDER BY "group", "whole" NULLS LAST, "ratio" DESC NULLS FIRST, "amount" COLLATE orm_decimal NULLS FIRST
        postgres: SELECT "id" FROM "numbers" ORDER BY "group", "whole" NULLS LAST, "ratio" DESC NULLS FIRST, "amount" NULLS FIRST
        mariadb, mysql: SELECT `id` FROM `numbers` ORDER BY `group`, `whole` IS NULL, `whole`, `ratio` IS NULL DESC, `ratio` DESC, `amount`
        "#,
    );
}

#[test]
fn keysets() {
    let row = Number {
        id: Id::new(7),
        group: 1,
        small: None,
        medium: None,
        whole: Some(3),
        single: None,
        ratio: None,
        amount: None,
    };
    is(
        |d| {
            Number::query()
                .order_by(Number::id)
                .after(&row)
                .limit(5)
                .select(Number::id)
                .to_sql(d)
        },
        r#"
        sqlite: SELECT "id" FROM "numbers" WHERE ("id" > ?1) ORDER BY "id" LIMIT ?2 -- [<I64>, <I64>]
        postgres: SELECT "id" FROM "numbers" WHERE ("id" > $1) ORDER BY "id" LIMIT $2 -- [<I64>, <I64>]
        mariadb, mysql: SELECT `id` FROM `numbers` WHERE (`id` > ?) ORDER BY `id` LIMIT ? -- [<I64>, <I64>]
        "#,
    );
    is(
        |d| {
            Number::query()
                .order_by((Number::group.desc(), Number::id))
                .before(&row)
                .limit(5)
                .select(Number::id)
                .to_sql(d)
        },
        r#"
        sqlite: SELECT "id" FROM "numbers" WHERE ("group" >= ?1 AND ("group" > ?2 OR ("group" = ?3 AND ("id" < ?4)))) ORDER BY "group", "id" DESC LIMIT ?5 -- [<I32>, <I32>, <I32>, <I64>, <I64>]
        postgres: SELECT "id" FROM "numbers" WHERE ("group" >= $1 AND ("group" > $2 OR ("group" = $3 AND ("id" < $4)))) ORDER BY "group", "id" DESC LIMIT $5 -- [<I32>, <I32>, <I32>, <I64>, <I64>]
        mariadb, mysql: SELECT `id` FROM `numbers` WHERE (`group` >= ? AND (`group` > ? OR (`group` = ? AND (`id` < ?)))) ORDER BY `group`, `id` DESC LIMIT ? -- [<I32>, <I32>, <I32>, <I64>, <I64>]
        "#,
    );
    is(
        |d| {
            Number::query()
                .order_by((Number::whole, Number::medium.desc(), Number::id))
                .after(&row)
                .limit(5)
                .select(Number::id)
                .to_sql(d)
        },
        r#"
        sqlite: SELECT "id" FROM "numbers" WHERE ("whole" > ?1 OR "whole" IS NULL OR ("whole" = ?2 AND ("medium" IS NOT NULL OR ("medium" IS NULL AND ("id" > ?3))))) ORDER BY "whole" NULLS LAST, "medium" DESC NULLS FIRST, "id" LIMIT ?4 -- [<I64>, <I64>, <I64>, <I64>]
        postgres: SELECT "id" FROM "numbers" WHERE ("whole" > $1 OR "whole" IS NULL OR ("whole" = $2 AND ("medium" IS NOT NULL OR ("medium" IS NULL AND ("id" > $3))))) ORDER BY "whole" NULLS LAST, "medium" DESC NULLS FIRST, "id" LIMIT $4 -- [<I64>, <I64>, <I64>, <I64>]
        mariadb, mysql: SELECT `id` FROM `numbers` WHERE (`whole` > ? OR `whole` IS NULL OR (`whole` = ? AND (`medium` IS NOT NULL OR (`medium` IS NULL AND (`id` > ?))))) ORDER BY `whole` IS NULL, `whole`, `medium` IS NULL DESC, `medium` DESC, `id` LIMIT ? -- [<I64>, <I64>, <I64>, <I64>]
        "#,
    );
}

#[test]
fn groups() {
    is(
        |d| {
            Post::query()
                .filter(Post::published.eq(true))
                .group_by(Post::user_id)
                .having(count().gt(5))
                .order_by(count().desc())
                .select((
                    Post::user_id,
                    count(),
                    Post::view_count.sum(),
                    Post::view_count.avg(),
                    Post::title.count_distinct(),
                ))
                .to_sql(d)
        },
        r#"
        sqlite: SELECT "user_id", COUNT(*), SUM("view_count"), AVG("view_count"), COUNT(DISTINCT "title") FROM "posts" WHERE "published" = ?1 GROUP BY "user_id" HAVING COUNT(*) > ?2 ORDER BY COUNT(*) DESC -- [<Bool>, <I64>]
        postgres: SELECT "user_id", COUNT(*), CAST(SUM("view_count") AS BIGINT), CAST(AVG("view_count") AS DOUBLE PRECISION), COUNT(DISTINCT "title") FROM "posts" WHERE "published" = $1 GROUP BY "user_id" HAVING COUNT(*) > $2 ORDER BY COUNT(*) DESC -- [<Bool>, <I64>]
        mariadb, mysql: SELECT `user_id`, COUNT(*), SUM(`view_count`), AVG(CAST(`view_count` AS DOUBLE)), COUNT(DISTINCT `title`) FROM `posts` WHERE `published` = ? GROUP BY `user_id` HAVING COUNT(*) > ? ORDER BY COUNT(*) DESC -- [<Bool>, <I64>]
        "#,
    );
    is(
        |d| {
            User::query()
                .group_by(User::age.coalesce(30))
                .select((User::age.coalesce(30), count()))
                .to_sql(d)
        },
        r#"
        sqlite: SELECT COALESCE("age", ?1), COUNT(*) FROM "users" GROUP BY COALESCE("age", ?1) -- [<I32>]
        postgres: SELECT COALESCE("age", $1), COUNT(*) FROM "users" GROUP BY COALESCE("age", $1) -- [<I32>]
        mariadb, mysql: SELECT COALESCE(`age`, ?), COUNT(*) FROM `users` GROUP BY COALESCE(`age`, ?) -- [<I32>, <I32>]
        "#,
    );
    is(
        |d| {
            Number::query()
                .select((
                    Number::amount.sum(),
                    Number::amount.avg(),
                    Number::amount.max(),
                    Number::single.sum(),
                ))
                .to_sql(d)
        },
        r#"
        sqlite: SELECT orm_decimal_sum("amount"), orm_decimal_avg("amount"), MAX("amount" COLLATE orm_decimal), SUM("single") FROM "numbers"
        postgres: SELECT SUM("amount"), CAST(AVG("amount") AS DOUBLE PRECISION), MAX("amount"), CAST(SUM("single"::double precision) AS DOUBLE PRECISION) FROM "numbers"
        mariadb, mysql: SELECT SUM(`amount`), AVG(CAST(`amount` AS DOUBLE)), MAX(`amount`), SUM(CAST(`single` AS DOUBLE)) FROM `numbers`
        "#,
    );
    is(
        |d| User::query().distinct().select(User::role).to_sql(d),
        r#"
        sqlite, postgres: SELECT DISTINCT "role" FROM "users"
        mariadb, mysql: SELECT DISTINCT `role` FROM `users`
        "#,
    );
}

#[test]
fn arithmetic() {
    let with = |e: orm::expr::Expr<Number, Option<i64>>| {
        move |d| Number::query().select(e.clone()).to_sql(d)
    };
    is(
        with((Number::whole + 1) * 2 - Number::whole),
        r#"
        sqlite: SELECT orm_sub(orm_mul(orm_add("whole", ?1), ?2), "whole") FROM "numbers" -- [<I64>, <I64>]
        postgres: SELECT (("whole" + $1) * $2) - "whole" FROM "numbers" -- [<I64>, <I64>]
        mariadb, mysql: SELECT ((`whole` + ?) * ?) - `whole` FROM `numbers` -- [<I64>, <I64>]
        "#,
    );
    is(
        with(Number::whole / 2 % 3),
        r#"
        sqlite: SELECT ("whole" / ?1) % ?2 FROM "numbers" -- [<I64>, <I64>]
        postgres: SELECT ("whole" / NULLIF($1, 0)) % NULLIF($2, 0) FROM "numbers" -- [<I64>, <I64>]
        mariadb, mysql: SELECT (`whole` DIV ?) % ? FROM `numbers` -- [<I64>, <I64>]
        "#,
    );
    is(
        with(-Number::whole),
        r#"
        sqlite, postgres: SELECT -"whole" FROM "numbers"
        mariadb, mysql: SELECT -`whole` FROM `numbers`
        "#,
    );
    is(
        |d| {
            Number::query()
                .filter((Number::amount * decimal("1.5") + Number::amount).gt(decimal("2")))
                .select(Number::amount.abs())
                .to_sql(d)
        },
        r#"
        sqlite: SELECT orm_decimal_abs("amount") FROM "numbers" WHERE (orm_decimal_add(orm_decimal_mul("amount", ?1), "amount")) > ?2 COLLATE orm_decimal -- [<Decimal>, <Decimal>]
        postgres: SELECT ABS("amount") FROM "numbers" WHERE (("amount" * $1) + "amount") > $2 -- [<Decimal>, <Decimal>]
        mariadb, mysql: SELECT ABS(`amount`) FROM `numbers` WHERE ((`amount` * ?) + `amount`) > ? -- [<Decimal>, <Decimal>]
        "#,
    );
}

#[test]
fn functions() {
    is(
        |d| {
            Word::query()
                .select((
                    Word::text.lower(),
                    Word::text.length(),
                    Word::text.trim(),
                    Word::text.concat("!"),
                    Word::other.coalesce("-"),
                ))
                .to_sql(d)
        },
        r#"
        sqlite: SELECT orm_lower("text"), length("text"), TRIM("text"), "text" || ?1, COALESCE("other", ?2) FROM "words" -- [<Text>, <Text>]
        postgres: SELECT LOWER("text"), CAST(CHAR_LENGTH("text") AS BIGINT), TRIM("text"), "text" || $1, COALESCE("other", $2) FROM "words" -- [<Text>, <Text>]
        mariadb, mysql: SELECT LOWER(`text`), CHAR_LENGTH(`text`), TRIM(`text`), CONCAT(`text`, ?), COALESCE(`other`, ?) FROM `words` -- [<Text>, <Text>]
        "#,
    );
    is(
        |d| {
            Moment::query()
                .select((
                    Moment::at.year(),
                    Moment::at.weekday(),
                    Moment::at.second(),
                    Moment::at.date(),
                    Moment::clock.hour(),
                ))
                .to_sql(d)
        },
        r#"
        sqlite: SELECT CAST(strftime('%Y', "at") AS INTEGER), CAST(strftime('%w', "at") AS INTEGER), CAST(strftime('%S', "at") AS INTEGER), date("at"), CAST(strftime('%H', "clock") AS INTEGER) FROM "moments"
        postgres: SELECT CAST(FLOOR(EXTRACT(YEAR FROM "at" AT TIME ZONE 'UTC')) AS INTEGER), CAST(FLOOR(EXTRACT(DOW FROM "at" AT TIME ZONE 'UTC')) AS INTEGER), CAST(FLOOR(EXTRACT(SECOND FROM "at" AT TIME ZONE 'UTC')) AS INTEGER), CAST("at" AT TIME ZONE 'UTC' AS DATE), CAST(FLOOR(EXTRACT(HOUR FROM "clock")) AS INTEGER) FROM "moments"
        mariadb, mysql: SELECT YEAR(`at`), (DAYOFWEEK(`at`) - 1), SECOND(`at`), DATE(`at`), HOUR(`clock`) FROM `moments`
        "#,
    );
    is(
        |d| {
            User::query()
                .select(
                    case()
                        .when(User::age.gt(40), "old")
                        .when(User::age.is_null(), "?")
                        .otherwise("young"),
                )
                .to_sql(d)
        },
        r#"
        sqlite: SELECT CASE WHEN "age" > ?1 THEN ?2 WHEN "age" IS NULL THEN ?3 ELSE ?4 END FROM "users" -- [<I32>, <Text>, <Text>, <Text>]
        postgres: SELECT CASE WHEN "age" > $1 THEN CAST($2 AS TEXT) WHEN "age" IS NULL THEN CAST($3 AS TEXT) ELSE CAST($4 AS TEXT) END FROM "users" -- [<I32>, <Text>, <Text>, <Text>]
        mariadb, mysql: SELECT CASE WHEN `age` > ? THEN ? WHEN `age` IS NULL THEN ? ELSE ? END FROM `users` -- [<I32>, <Text>, <Text>, <Text>]
        "#,
    );
}

#[test]
fn locks() {
    is(
        |d| Tag::query().for_update().skip_locked().to_sql(d),
        r#"
        sqlite: error: SQLite does not support row locks (`for_update`, `for_share`); its writers take turns anyway
        postgres: SELECT "name", "description" FROM "tags" FOR UPDATE SKIP LOCKED
        mariadb, mysql: SELECT `name`, `description` FROM `tags` FOR UPDATE SKIP LOCKED
        "#,
    );
    is(
        |d| Tag::query().for_share().no_wait().to_sql(d),
        r#"
        sqlite: error: SQLite does not support row locks (`for_update`, `for_share`); its writers take turns anyway
        postgres: SELECT "name", "description" FROM "tags" FOR SHARE NOWAIT
        mariadb, mysql: SELECT `name`, `description` FROM `tags` LOCK IN SHARE MODE NOWAIT
        "#,
    );
}

#[test]
fn deletions() {
    is(
        |d| Tag::query().filter(Tag::name.eq("a")).delete().to_sql(d),
        r#"
        sqlite: DELETE FROM "tags" WHERE "name" = ?1 -- [<Text>]
        postgres: DELETE FROM "tags" WHERE "name" = $1 -- [<Text>]
        mariadb, mysql: DELETE FROM `tags` WHERE `name` = ? -- [<Text>]
        "#,
    );
    is(
        |d| Tag::query().delete().to_sql(d),
        r#"
        all: error: this delete has no filter and would reach every row of `Tag`; if that is meant, call `.all_rows()`
        "#,
    );
    is(
        |d| Tag::query().delete().all_rows().to_sql(d),
        r#"
        sqlite, postgres: DELETE FROM "tags"
        mariadb, mysql: DELETE FROM `tags`
        "#,
    );
    is(
        |d| Tag::query().limit(1).delete().to_sql(d),
        r#"
        all: error: `delete()` takes a query with filters only; for `limit`, `offset` or an ordering, select the keys first: `.filter(Tag::name.in_(query.select(Tag::name)))`
        "#,
    );
}

/// The first of the statements.
fn first(statements: Result<Vec<(String, Vec<Value>)>>) -> Sql {
    statements.map(|all| all.into_iter().next().unwrap_or_default())
}

#[test]
fn inserts() {
    let one = || Membership::create().group_id(1).member_id(2);
    is(
        |d| first(Membership::insert_many([one()]).to_sql(d)),
        r#"
        sqlite: INSERT INTO "memberships" ("group_id", "member_id", "weight") VALUES (?1, ?2, ?3) -- [<I64>, <I64>, <I32>]
        postgres: INSERT INTO "memberships" ("group_id", "member_id", "weight") VALUES ($1, $2, $3) -- [<I64>, <I64>, <I32>]
        mariadb, mysql: INSERT INTO `memberships` (`group_id`, `member_id`, `weight`) VALUES (?, ?, ?) -- [<I64>, <I64>, <I32>]
        "#,
    );
    is(
        |d| first(Membership::insert_many([one(), one().weight(5)]).to_sql(d)),
        r#"
        sqlite: INSERT INTO "memberships" ("group_id", "member_id", "weight") VALUES (?1, ?2, ?3), (?4, ?5, ?6) -- [<I64>, <I64>, <I32>, <I64>, <I64>, <I32>]
        postgres: INSERT INTO "memberships" ("group_id", "member_id", "weight") SELECT * FROM UNNEST($1::BIGINT[], $2::BIGINT[], $3::INTEGER[]) -- [<2 x I64>, <2 x I64>, <2 x I32>]
        mariadb, mysql: INSERT INTO `memberships` (`group_id`, `member_id`, `weight`) VALUES (?, ?, ?), (?, ?, ?) -- [<I64>, <I64>, <I32>, <I64>, <I64>, <I32>]
        "#,
    );
    is(
        |d| first(Number::insert_many([Number::create().whole(1)]).to_sql(d)),
        r#"
        sqlite: INSERT INTO "numbers" ("group", "small", "medium", "whole", "single", "ratio", "amount") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) -- [<I32>, NULL::I16, NULL::I32, <I64>, NULL::F32, NULL::F64, NULL::Decimal]
        postgres: INSERT INTO "numbers" ("group", "small", "medium", "whole", "single", "ratio", "amount") VALUES ($1, $2, $3, $4, $5, $6, $7) -- [<I32>, NULL::I16, NULL::I32, <I64>, NULL::F32, NULL::F64, NULL::Decimal]
        mariadb, mysql: INSERT INTO `numbers` (`group`, `small`, `medium`, `whole`, `single`, `ratio`, `amount`) VALUES (?, ?, ?, ?, ?, ?, ?) -- [<I32>, NULL::I16, NULL::I32, <I64>, NULL::F32, NULL::F64, NULL::Decimal]
        "#,
    );
    is(
        |d| {
            first(
                Invoice::insert_many([
                    Invoice::create().quantity(1),
                    Invoice::create().quantity(2).number(3),
                ])
                .to_sql(d),
            )
        },
        r#"
        sqlite: INSERT INTO "invoices" ("quantity") VALUES (?1) -- [<I32>]
        postgres: INSERT INTO "invoices" ("quantity") VALUES ($1) -- [<I32>]
        mariadb, mysql: INSERT INTO `invoices` (`quantity`) VALUES (?) -- [<I32>]
        "#,
    );
}

#[test]
fn upserts() {
    let tag = || {
        Tag::create()
            .name("a")
            .description("b")
            .on_conflict(Tag::name)
    };
    is(
        |d| first(tag().do_nothing().to_sql(d)),
        r#"
        sqlite: INSERT INTO "tags" ("name", "description") VALUES (?1, ?2) ON CONFLICT ("name") DO NOTHING -- [<Text>, <Text>]
        postgres: INSERT INTO "tags" ("name", "description") VALUES ($1, $2) ON CONFLICT ("name") DO NOTHING -- [<Text>, <Text>]
        mariadb: error: MariaDB does not support an upsert in one statement that names its unique key
        mysql: error: MySQL does not support an upsert in one statement that names its unique key
        "#,
    );
    is(
        |d| first(tag().update(Tag::description).to_sql(d)),
        r#"
        sqlite: INSERT INTO "tags" ("name", "description") VALUES (?1, ?2) ON CONFLICT ("name") DO UPDATE SET "description" = excluded."description" -- [<Text>, <Text>]
        postgres: INSERT INTO "tags" ("name", "description") VALUES ($1, $2) ON CONFLICT ("name") DO UPDATE SET "description" = excluded."description" -- [<Text>, <Text>]
        mariadb: error: MariaDB does not support an upsert in one statement that names its unique key
        mysql: error: MySQL does not support an upsert in one statement that names its unique key
        "#,
    );
    is(
        |d| {
            first(
                tag()
                    .set(
                        Tag::description,
                        Tag::name.excluded().concat(Tag::description.coalesce("")),
                    )
                    .to_sql(d),
            )
        },
        r#"
        sqlite: INSERT INTO "tags" ("name", "description") VALUES (?1, ?2) ON CONFLICT ("name") DO UPDATE SET "description" = excluded."name" || COALESCE("tags"."description", ?3) -- [<Text>, <Text>, <Text>]
        postgres: INSERT INTO "tags" ("name", "description") VALUES ($1, $2) ON CONFLICT ("name") DO UPDATE SET "description" = excluded."name" || COALESCE("tags"."description", $3) -- [<Text>, <Text>, <Text>]
        mariadb: error: MariaDB does not support an upsert in one statement that names its unique key
        mysql: error: MySQL does not support an upsert in one statement that names its unique key
        "#,
    );
    is(
        |d| {
            first(
                Tag::create()
                    .name("a")
                    .on_conflict(Tag::description)
                    .do_nothing()
                    .to_sql(d),
            )
        },
        r#"
        all: error: `Tag::(description)` is not unique, so no row can be in conflict with it; name the primary key, a `unique` field, or the fields of a unique index
        "#,
    );
}
