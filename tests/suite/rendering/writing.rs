//! Deletions, inserts and upserts.

use super::*;

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

/// Of an upsert in two steps the change.
fn last(statements: Result<Vec<(String, Vec<Value>)>>) -> Sql {
    statements.map(|all| all.into_iter().last().unwrap_or_default())
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
        |d| last(tag().do_nothing().to_sql(d)),
        r#"
        sqlite: INSERT INTO "tags" ("name", "description") VALUES (?1, ?2) ON CONFLICT ("name") DO NOTHING -- [<Text>, <Text>]
        postgres: INSERT INTO "tags" ("name", "description") VALUES ($1, $2) ON CONFLICT ("name") DO NOTHING -- [<Text>, <Text>]
        mariadb, mysql: INSERT INTO `tags` (`name`, `description`) VALUES (?, ?) -- [<Text>, <Text>]
        "#,
    );
    is(
        |d| last(tag().update(Tag::description).to_sql(d)),
        r#"
        sqlite: INSERT INTO "tags" ("name", "description") VALUES (?1, ?2) ON CONFLICT ("name") DO UPDATE SET "description" = excluded."description" -- [<Text>, <Text>]
        postgres: INSERT INTO "tags" ("name", "description") VALUES ($1, $2) ON CONFLICT ("name") DO UPDATE SET "description" = excluded."description" -- [<Text>, <Text>]
        mariadb, mysql: UPDATE `tags` SET `description` = ? WHERE `name` = ? -- [<Text>, <Text>]
        "#,
    );
    is(
        |d| {
            last(
                tag()
                    .set(
                        Tag::description,
                        Tag::name.excluded().concat(Tag::description.coalesce("")),
                    )
                    .to_sql(d),
            )
        },
        r#"
        sqlite: INSERT INTO "tags" ("name", "description") VALUES (?1, ?2) ON CONFLICT ("name") DO UPDATE SET "description" = (excluded."name" || COALESCE("tags"."description", ?3)) -- [<Text>, <Text>, <Text>]
        postgres: INSERT INTO "tags" ("name", "description") VALUES ($1, $2) ON CONFLICT ("name") DO UPDATE SET "description" = (excluded."name" || COALESCE("tags"."description", $3)) -- [<Text>, <Text>, <Text>]
        mariadb, mysql: UPDATE `tags` SET `description` = CONCAT(?, COALESCE(`description`, ?)) WHERE `name` = ? -- [<Text>, <Text>, <Text>]
        "#,
    );
    is(
        |d| {
            last(
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
