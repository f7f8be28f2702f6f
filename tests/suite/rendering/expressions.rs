//! Arithmetic and functions.

use super::*;

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
        sqlite: SELECT orm_lower("text"), length("text"), TRIM("text"), ("text" || ?1), COALESCE("other", ?2) FROM "words" -- [<Text>, <Text>]
        postgres: SELECT LOWER("text"), CAST(CHAR_LENGTH("text") AS BIGINT), TRIM("text"), ("text" || $1), COALESCE("other", $2) FROM "words" -- [<Text>, <Text>]
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
