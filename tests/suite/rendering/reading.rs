//! Subqueries, orderings, keysets, groups and locks.

use super::*;

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
        mariadb: SELECT `name`, `description` FROM `tags` LOCK IN SHARE MODE NOWAIT
        mysql: SELECT `name`, `description` FROM `tags` FOR SHARE NOWAIT
        "#,
    );
}

#[test]
fn rollups() {
    use orm::expr::grouping;

    is(
        |d| {
            Post::query()
                .filter(Post::view_count.gt(5))
                .group_by((Post::user_id, Post::published))
                .rollup()
                .having(count().gt(1))
                .order_by(Post::user_id)
                .limit(2)
                .select((Post::user_id.nullable(), Post::view_count.sum()))
                .to_sql(d)
        },
        r#"
        sqlite: SELECT "t1"."c0", "t1"."c3" FROM (SELECT "t2"."user_id" AS "c0", "t2"."published" AS "c1", 2 AS "c2", SUM("t2"."view_count") AS "c3", COUNT(*) AS "c4" FROM "posts" AS "t2" WHERE "t2"."view_count" > ?1 GROUP BY 1, 2 UNION ALL SELECT "t3"."user_id" AS "c0", NULL AS "c1", 1 AS "c2", SUM("t3"."view_count") AS "c3", COUNT(*) AS "c4" FROM "posts" AS "t3" WHERE "t3"."view_count" > ?1 GROUP BY 1 UNION ALL SELECT NULL AS "c0", NULL AS "c1", 0 AS "c2", SUM("t4"."view_count") AS "c3", COUNT(*) AS "c4" FROM "posts" AS "t4" WHERE "t4"."view_count" > ?1) AS "t1" WHERE "t1"."c4" > ?2 ORDER BY "t1"."c0" NULLS LAST LIMIT ?3 -- [<I64>, <I64>, <I64>]
        postgres: SELECT "user_id", CAST(SUM("view_count") AS BIGINT) FROM "posts" WHERE "view_count" > $1 GROUP BY ROLLUP ("user_id", "published") HAVING COUNT(*) > $2 ORDER BY "user_id" LIMIT $3 -- [<I64>, <I64>, <I64>]
        mariadb, mysql: SELECT `t1`.`c0`, `t1`.`c2` FROM (SELECT `t2`.`user_id` AS `c0`, `t2`.`published` AS `c1`, SUM(`t2`.`view_count`) AS `c2`, COUNT(*) AS `c3` FROM `posts` AS `t2` WHERE `t2`.`view_count` > ? GROUP BY 1, 2 WITH ROLLUP UNION ALL SELECT NULL, NULL, NULL, 0 FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM `posts` AS `t3` WHERE `t3`.`view_count` > ?)) AS `t1` WHERE `t1`.`c3` > ? ORDER BY `t1`.`c0` IS NULL, `t1`.`c0` LIMIT ? -- [<I64>, <I64>, <I64>, <I64>]
        "#,
    );
    is(
        |d| {
            Post::query()
                .group_by(Post::reviewer_id)
                .rollup()
                .select((grouping(Post::reviewer_id), count()))
                .to_sql(d)
        },
        r#"
        sqlite: SELECT "t1"."c1" <= ?1, "t1"."c2" FROM (SELECT "t2"."reviewer_id" AS "c0", 1 AS "c1", COUNT(*) AS "c2" FROM "posts" AS "t2" GROUP BY 1 UNION ALL SELECT NULL AS "c0", 0 AS "c1", COUNT(*) AS "c2" FROM "posts" AS "t3") AS "t1" -- [<I64>]
        postgres: SELECT GROUPING("reviewer_id") = 1, COUNT(*) FROM "posts" GROUP BY ROLLUP ("reviewer_id")
        mariadb, mysql: SELECT `t1`.`c1` <= ?, `t1`.`c2` FROM (SELECT `t2`.`reviewer_id` AS `c0`, 1 AS `c1`, COUNT(*) AS `c2` FROM `posts` AS `t2` GROUP BY 1 UNION ALL SELECT NULL AS `c0`, 0 AS `c1`, COUNT(*) AS `c2` FROM `posts` AS `t3`) AS `t1` -- [<I64>]
        "#,
    );
}
