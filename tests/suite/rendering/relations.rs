//! Conditions, columns and counts through relations.

use super::*;
use crate::relations::models::{Article, Author, Comment, Label};

#[test]
fn conditions_on_related_rows() {
    is(
        |d| {
            Author::query()
                .filter(Author::posts.any(Article::views.gt(1)))
                .select(Author::id)
                .to_sql(d)
        },
        r#"
        sqlite: SELECT "authors"."id" FROM "authors" WHERE EXISTS (SELECT 1 FROM "articles" AS "t1" WHERE "t1"."author_id" = "authors"."id" AND "t1"."views" > ?1) -- [<I64>]
        postgres: SELECT "authors"."id" FROM "authors" WHERE EXISTS (SELECT 1 FROM "articles" AS "t1" WHERE "t1"."author_id" = "authors"."id" AND "t1"."views" > $1) -- [<I64>]
        mariadb, mysql: SELECT `authors`.`id` FROM `authors` WHERE EXISTS (SELECT 1 FROM `articles` AS `t1` WHERE `t1`.`author_id` = `authors`.`id` AND `t1`.`views` > ?) -- [<I64>]
        "#,
    );
    is(
        |d| {
            Author::query()
                .filter(Author::posts.all(Article::views.gt(1)))
                .select(Author::id)
                .to_sql(d)
        },
        r#"
        sqlite: SELECT "authors"."id" FROM "authors" WHERE NOT EXISTS (SELECT 1 FROM "articles" AS "t1" WHERE "t1"."author_id" = "authors"."id" AND ("t1"."views" > ?1) IS NOT TRUE) -- [<I64>]
        postgres: SELECT "authors"."id" FROM "authors" WHERE NOT EXISTS (SELECT 1 FROM "articles" AS "t1" WHERE "t1"."author_id" = "authors"."id" AND ("t1"."views" > $1) IS NOT TRUE) -- [<I64>]
        mariadb, mysql: SELECT `authors`.`id` FROM `authors` WHERE NOT EXISTS (SELECT 1 FROM `articles` AS `t1` WHERE `t1`.`author_id` = `authors`.`id` AND (`t1`.`views` > ?) IS NOT TRUE) -- [<I64>]
        "#,
    );
    is(
        |d| {
            Article::query()
                .filter(Article::labels.none(Label::name.eq("a")))
                .select(Article::id)
                .to_sql(d)
        },
        r#"
        sqlite: SELECT "articles"."id" FROM "articles" WHERE NOT EXISTS (SELECT 1 FROM "labels" AS "t1" JOIN "article_labels" AS "t2" ON "t2"."label_id" = "t1"."id" WHERE "t2"."article_id" = "articles"."id" AND "t1"."name" = ?1) -- [<Text>]
        postgres: SELECT "articles"."id" FROM "articles" WHERE NOT EXISTS (SELECT 1 FROM "labels" AS "t1" JOIN "article_labels" AS "t2" ON "t2"."label_id" = "t1"."id" WHERE "t2"."article_id" = "articles"."id" AND "t1"."name" = $1) -- [<Text>]
        mariadb, mysql: SELECT `articles`.`id` FROM `articles` WHERE NOT EXISTS (SELECT 1 FROM `labels` AS `t1` JOIN `article_labels` AS `t2` ON `t2`.`label_id` = `t1`.`id` WHERE `t2`.`article_id` = `articles`.`id` AND `t1`.`name` = ?) -- [<Text>]
        "#,
    );
    is(
        |d| {
            Author::query()
                .filter(Author::used_labels.count().gt(1))
                .select(Author::id)
                .to_sql(d)
        },
        r#"
        sqlite: SELECT "authors"."id" FROM "authors" WHERE (SELECT COUNT(*) FROM "labels" AS "t1" WHERE EXISTS (SELECT 1 FROM "article_labels" AS "t3" JOIN "articles" AS "t2" ON "t2"."id" = "t3"."article_id" WHERE "t3"."label_id" = "t1"."id" AND "t2"."author_id" = "authors"."id")) > ?1 -- [<I64>]
        postgres: SELECT "authors"."id" FROM "authors" WHERE (SELECT COUNT(*) FROM "labels" AS "t1" WHERE EXISTS (SELECT 1 FROM "article_labels" AS "t3" JOIN "articles" AS "t2" ON "t2"."id" = "t3"."article_id" WHERE "t3"."label_id" = "t1"."id" AND "t2"."author_id" = "authors"."id")) > $1 -- [<I64>]
        mariadb, mysql: SELECT `authors`.`id` FROM `authors` WHERE (SELECT COUNT(*) FROM `labels` AS `t1` WHERE EXISTS (SELECT 1 FROM `article_labels` AS `t3` JOIN `articles` AS `t2` ON `t2`.`id` = `t3`.`article_id` WHERE `t3`.`label_id` = `t1`.`id` AND `t2`.`author_id` = `authors`.`id`)) > ? -- [<I64>]
        "#,
    );
    is(
        |d| {
            Comment::query()
                .filter(Comment::writer.is(Author::age.gt(1)))
                .select(Comment::id)
                .to_sql(d)
        },
        r#"
        sqlite: SELECT "comments"."id" FROM "comments" WHERE EXISTS (SELECT 1 FROM "authors" AS "t1" WHERE "t1"."id" = "comments"."writer_id" AND "t1"."age" > ?1) -- [<I32>]
        postgres: SELECT "comments"."id" FROM "comments" WHERE EXISTS (SELECT 1 FROM "authors" AS "t1" WHERE "t1"."id" = "comments"."writer_id" AND "t1"."age" > $1) -- [<I32>]
        mariadb, mysql: SELECT `comments`.`id` FROM `comments` WHERE EXISTS (SELECT 1 FROM `authors` AS `t1` WHERE `t1`.`id` = `comments`.`writer_id` AND `t1`.`age` > ?) -- [<I32>]
        "#,
    );
}

#[test]
fn columns_of_related_rows() {
    is(
        |d| {
            Comment::query()
                .filter(
                    Comment::article
                        .get(Article::author.get(Author::name))
                        .eq("a"),
                )
                .order_by(Comment::writer.get(Author::name))
                .select((Comment::id, Comment::article.get(Article::title)))
                .to_sql(d)
        },
        r#"
        sqlite: SELECT "comments"."id", "t1"."title" FROM "comments" JOIN "articles" AS "t1" ON "t1"."id" = "comments"."article_id" JOIN "authors" AS "t2" ON "t2"."id" = "t1"."author_id" LEFT JOIN "authors" AS "t3" ON "t3"."id" = "comments"."writer_id" WHERE "t2"."name" = ?1 ORDER BY "t3"."name" NULLS LAST -- [<Text>]
        postgres: SELECT "comments"."id", "t1"."title" FROM "comments" JOIN "articles" AS "t1" ON "t1"."id" = "comments"."article_id" JOIN "authors" AS "t2" ON "t2"."id" = "t1"."author_id" LEFT JOIN "authors" AS "t3" ON "t3"."id" = "comments"."writer_id" WHERE "t2"."name" = $1 ORDER BY "t3"."name" NULLS LAST -- [<Text>]
        mariadb, mysql: SELECT `comments`.`id`, `t1`.`title` FROM `comments` JOIN `articles` AS `t1` ON `t1`.`id` = `comments`.`article_id` JOIN `authors` AS `t2` ON `t2`.`id` = `t1`.`author_id` LEFT JOIN `authors` AS `t3` ON `t3`.`id` = `comments`.`writer_id` WHERE `t2`.`name` = ? ORDER BY `t3`.`name` IS NULL, `t3`.`name` -- [<Text>]
        "#,
    );
    is(
        |d| {
            Comment::query()
                .filter(Comment::writer.get(Author::age).is_null())
                .for_update()
                .select(Comment::id)
                .to_sql(d)
        },
        r#"
        sqlite: error: SQLite does not support row locks (`for_update`, `for_share`); its writers take turns anyway
        postgres: SELECT "comments"."id" FROM "comments" LEFT JOIN "authors" AS "t1" ON "t1"."id" = "comments"."writer_id" WHERE "t1"."age" IS NULL FOR UPDATE OF "comments"
        mariadb, mysql: SELECT `comments`.`id` FROM `comments` LEFT JOIN `authors` AS `t1` ON `t1`.`id` = `comments`.`writer_id` WHERE `t1`.`age` IS NULL FOR UPDATE
        "#,
    );
}

#[test]
fn included_rows_and_numbers() {
    is(
        |d| {
            Comment::query()
                .include(Comment::writer)
                .include(Comment::article.filter(Article::views.gt(1)))
                .to_sql(d)
        },
        r#"
        sqlite: SELECT "comments"."id", "comments"."article_id", "comments"."writer_id", "comments"."text", "t1"."id", "t1"."id", "t1"."name", "t1"."age", "t1"."manager_id", "t2"."id", "t2"."id", "t2"."author_id", "t2"."reviewer_id", "t2"."title", "t2"."views", "t2"."published" FROM "comments" LEFT JOIN "authors" AS "t1" ON "t1"."id" = "comments"."writer_id" LEFT JOIN "articles" AS "t2" ON "t2"."id" = "comments"."article_id" AND "t2"."views" > ?1 -- [<I64>]
        postgres: SELECT "comments"."id", "comments"."article_id", "comments"."writer_id", "comments"."text", "t1"."id", "t1"."id", "t1"."name", "t1"."age", "t1"."manager_id", "t2"."id", "t2"."id", "t2"."author_id", "t2"."reviewer_id", "t2"."title", "t2"."views", "t2"."published" FROM "comments" LEFT JOIN "authors" AS "t1" ON "t1"."id" = "comments"."writer_id" LEFT JOIN "articles" AS "t2" ON "t2"."id" = "comments"."article_id" AND "t2"."views" > $1 -- [<I64>]
        mariadb, mysql: SELECT `comments`.`id`, `comments`.`article_id`, `comments`.`writer_id`, `comments`.`text`, `t1`.`id`, `t1`.`id`, `t1`.`name`, `t1`.`age`, `t1`.`manager_id`, `t2`.`id`, `t2`.`id`, `t2`.`author_id`, `t2`.`reviewer_id`, `t2`.`title`, `t2`.`views`, `t2`.`published` FROM `comments` LEFT JOIN `authors` AS `t1` ON `t1`.`id` = `comments`.`writer_id` LEFT JOIN `articles` AS `t2` ON `t2`.`id` = `comments`.`article_id` AND `t2`.`views` > ? -- [<I64>]
        "#,
    );
    is(
        |d| Label::query().include(Label::articles.count()).to_sql(d),
        r#"
        sqlite, postgres: SELECT "labels"."id", "labels"."name", (SELECT COUNT(*) FROM "articles" AS "t1" JOIN "article_labels" AS "t2" ON "t2"."article_id" = "t1"."id" WHERE "t2"."label_id" = "labels"."id") FROM "labels"
        mariadb, mysql: SELECT `labels`.`id`, `labels`.`name`, (SELECT COUNT(*) FROM `articles` AS `t1` JOIN `article_labels` AS `t2` ON `t2`.`article_id` = `t1`.`id` WHERE `t2`.`label_id` = `labels`.`id`) FROM `labels`
        "#,
    );
    is(
        |d| {
            Article::query()
                .group_by(Article::id)
                .select((Article::id, Article::author.get(Author::name)))
                .to_sql(d)
        },
        r#"
        all: error: `Article::author::name` is selected beside aggregates or groups, and has many values there; add it to `.group_by(…)`
        "#,
    );
}
