//! Conditions, and the columns of a model.

use super::*;

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
        mariadb: SELECT `id` FROM `words` WHERE `text` LIKE ? COLLATE utf8mb4_nopad_bin -- [<Text>]
        mysql: SELECT `id` FROM `words` WHERE `text` LIKE ? COLLATE utf8mb4_0900_bin -- [<Text>]
        "#,
    );
    is(
        with(Word::text.ilike("a%")),
        r#"
        sqlite: SELECT "id" FROM "words" WHERE orm_lower("text") GLOB orm_lower(?1) -- [<Text>]
        postgres: SELECT "id" FROM "words" WHERE "text" ILIKE $1 -- [<Text>]
        mariadb: SELECT `id` FROM `words` WHERE LOWER(`text`) LIKE LOWER(?) COLLATE utf8mb4_nopad_bin -- [<Text>]
        mysql: SELECT `id` FROM `words` WHERE LOWER(`text`) LIKE LOWER(?) COLLATE utf8mb4_0900_bin -- [<Text>]
        "#,
    );
    is(
        with(Word::text.icontains("50%")),
        r#"
        sqlite: SELECT "id" FROM "words" WHERE orm_lower("text") GLOB orm_lower(?1) -- [<Text>]
        postgres: SELECT "id" FROM "words" WHERE "text" ILIKE $1 -- [<Text>]
        mariadb: SELECT `id` FROM `words` WHERE LOWER(`text`) LIKE LOWER(?) COLLATE utf8mb4_nopad_bin -- [<Text>]
        mysql: SELECT `id` FROM `words` WHERE LOWER(`text`) LIKE LOWER(?) COLLATE utf8mb4_0900_bin -- [<Text>]
        "#,
    );
    is(
        with(Word::text.starts_with("50%")),
        r#"
        sqlite: SELECT "id" FROM "words" WHERE "text" GLOB ?1 -- [<Text>]
        postgres: SELECT "id" FROM "words" WHERE "text" LIKE $1 -- [<Text>]
        mariadb: SELECT `id` FROM `words` WHERE `text` LIKE ? COLLATE utf8mb4_nopad_bin -- [<Text>]
        mysql: SELECT `id` FROM `words` WHERE `text` LIKE ? COLLATE utf8mb4_0900_bin -- [<Text>]
        "#,
    );
    is(
        with(!Word::text.contains("x")),
        r#"
        sqlite: SELECT "id" FROM "words" WHERE NOT ("text" GLOB ?1) -- [<Text>]
        postgres: SELECT "id" FROM "words" WHERE NOT ("text" LIKE $1) -- [<Text>]
        mariadb: SELECT `id` FROM `words` WHERE NOT (`text` LIKE ? COLLATE utf8mb4_nopad_bin) -- [<Text>]
        mysql: SELECT `id` FROM `words` WHERE NOT (`text` LIKE ? COLLATE utf8mb4_0900_bin) -- [<Text>]
        "#,
    );
}
