//! What queries include.

use orm::prelude::*;

use super::models::*;

fn titles(articles: &[Article]) -> Vec<&str> {
    articles
        .iter()
        .map(|article| article.title.as_str())
        .collect()
}

on_every_database! {
    async fn rows_of_a_relation_to_many_come_with_each_row(db: Db) {
        blog(&db).await?;
        let authors = Author::query().include(Author::posts.order_by(Article::id)).order_by(Author::id).all(&db).await?;
        let read: Vec<_> = authors.iter().map(|author| (author.name.as_str(), titles(author.get(Author::posts)))).collect();
        assert_eq!(read, [
            ("Ann", vec!["alpha", "beta", "gamma"]),
            ("Bob", vec!["delta", "epsilon"]),
            ("Cyd", vec!["zeta"]),
            ("Dan", vec![]),
        ]);
    }

    async fn an_include_filters_orders_and_limits_for_each_row(db: Db) {
        blog(&db).await?;
        let newest = Author::posts.filter(Article::views.gt(10)).order_by(Article::id.desc()).limit(2);
        let authors = Author::query().include(newest).order_by(Author::id).all(&db).await?;
        let read: Vec<_> = authors.iter().map(|author| titles(author.get(Author::posts))).collect();
        assert_eq!(read, [vec!["gamma", "beta"], vec!["epsilon", "delta"], vec!["zeta"], vec![]]);

        let second = Author::posts.order_by(Article::id).limit(1).offset(1);
        let authors = Author::query().include(second).order_by(Author::id).all(&db).await?;
        let read: Vec<_> = authors.iter().map(|author| titles(author.get(Author::posts))).collect();
        assert_eq!(read, [vec!["beta"], vec!["epsilon"], vec![], vec![]]);
        // For one row there is another statement.
        let ann = Author::find(1).include(Author::posts.order_by(Article::id).limit(1).offset(1)).one(&db).await?;
        assert_eq!(titles(ann.get(Author::posts)), ["beta"]);
    }

    async fn one_row_is_joined(db: Db) {
        blog(&db).await?;
        let (db, journal) = db.journaled();
        let articles = Article::query().include(Article::author).include(Article::reviewer).order_by(Article::id).all(&db).await?;
        let read: Vec<_> = articles
            .iter()
            .map(|a| (a.get(Article::author).name.as_str(), a.get(Article::reviewer).as_ref().map(|r| r.name.as_str())))
            .collect();
        assert_eq!(read, [
            ("Ann", Some("Bob")), ("Ann", None), ("Ann", Some("Bob")), ("Bob", Some("Ann")), ("Bob", Some("Cyd")), ("Cyd", None),
        ]);
        assert_eq!(journal.len(), 1);
        let authors = Author::query().include(Author::profile).order_by(Author::id).all(&db).await?;
        let read: Vec<_> = authors.iter().map(|a| a.get(Author::profile).as_ref().map(|p| p.bio.as_str())).collect();
        assert_eq!(read, [Some("writes"), None, Some("reads"), None]);
    }

    async fn includes_nest_and_stand_beside_each_other(db: Db) {
        blog(&db).await?;
        let (db, journal) = db.journaled();
        let authors = Author::query()
            .include(
                Author::posts
                    .order_by(Article::id)
                    .include(Article::comments.order_by(Comment::id).include(Comment::writer.include(Author::profile)))
                    .include(Article::labels.order_by(Label::id)),
            )
            .include(Author::manager.include(Author::reports.order_by(Author::id)))
            .include(Author::posts.count())
            .order_by(Author::id)
            .all(&db)
            .await?;
        assert_eq!(journal.len(), 5, "{:?}", journal.take());
        let ann = &authors[0];
        assert_eq!(*ann.get(Author::posts.count()), 3);
        let alpha = &ann.get(Author::posts)[0];
        assert_eq!(alpha.get(Article::labels).iter().map(|l| l.name.as_str()).collect::<Vec<_>>(), ["rust", "sql"]);
        let comments = alpha.get(Article::comments);
        assert_eq!(comments.iter().map(|c| c.text.as_str()).collect::<Vec<_>>(), ["one", "two", "three"]);
        let writer = comments[1].get(Comment::writer).as_ref().unwrap();
        assert_eq!((writer.name.as_str(), writer.get(Author::profile).as_ref().unwrap().bio.as_str()), ("Cyd", "reads"));
        assert!(comments[2].get(Comment::writer).is_none());
        let manager = authors[2].get(Author::manager).as_ref().unwrap();
        assert_eq!(manager.get(Author::reports).iter().map(|a| a.name.as_str()).collect::<Vec<_>>(), ["Cyd"]);
        assert!(authors[3].get(Author::manager).is_none());
    }

    async fn many_to_many_goes_by_a_model_a_table_or_the_same_model(db: Db) {
        blog(&db).await?;
        let labels = Label::query().include(Label::articles.order_by(Article::id)).order_by(Label::id).all(&db).await?;
        let read: Vec<_> = labels.iter().map(|l| titles(l.get(Label::articles))).collect();
        assert_eq!(read, [vec!["alpha", "beta", "epsilon"], vec!["alpha", "delta", "epsilon"], vec![]]);
        // Bob follows Ann by two rows, and is one follower.
        let authors = Author::query().include(Author::followers.order_by(Author::id)).include(Author::following).order_by(Author::id).all(&db).await?;
        let names = |authors: &[Author]| authors.iter().map(|a| a.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(authors[0].get(Author::followers)), ["Bob", "Cyd"]);
        assert_eq!(names(authors[0].get(Author::following)), ["Bob"]);
        assert_eq!(names(authors[1].get(Author::following)), ["Ann"]);
        let limited = Author::query().include(Author::followers.order_by(Author::id.desc()).limit(1)).order_by(Author::id).all(&db).await?;
        assert_eq!(limited.iter().map(|a| names(a.get(Author::followers))).collect::<Vec<_>>(), [vec!["Cyd"], vec!["Ann"], vec![], vec![]]);
    }

    async fn a_way_through_other_models_gives_each_row_once(db: Db) {
        blog(&db).await?;
        let authors = Author::query().include(Author::comments.order_by(Comment::id)).include(Author::used_labels.order_by(Label::id)).order_by(Author::id).all(&db).await?;
        let texts: Vec<Vec<&str>> = authors.iter().map(|a| a.get(Author::comments).iter().map(|c| c.text.as_str()).collect()).collect();
        assert_eq!(texts, [vec!["one", "two", "three"], vec!["four"], vec!["five"], vec![]]);
        let labels: Vec<Vec<&str>> = authors.iter().map(|a| a.get(Author::used_labels).iter().map(|l| l.name.as_str()).collect()).collect();
        assert_eq!(labels, [vec!["rust", "sql"], vec!["rust", "sql"], vec![], vec![]]);
    }

    async fn keys_of_two_columns_relate_rows(db: Db) {
        tables(&db).await?;
        for (shop, number) in [(1, "a"), (1, "b"), (2, "a")] {
            Purchase::create().shop(shop).number(number).note("").insert(&db).await?;
        }
        let exact: Decimal = "12345678901234.56".parse().unwrap();
        for (shop, number, item) in [(1, "a", "x"), (1, "b", "y"), (2, "a", "z"), (1, "a", "w")] {
            Line::create().shop(shop).number(number).item(item).price(exact).insert(&db).await?;
        }
        let purchases = Purchase::query().include(Purchase::lines.order_by(Line::id)).order_by((Purchase::shop, Purchase::number)).all(&db).await?;
        let items: Vec<Vec<&str>> = purchases.iter().map(|p| p.get(Purchase::lines).iter().map(|l| l.item.as_str()).collect()).collect();
        assert_eq!(items, [vec!["x", "w"], vec!["y"], vec!["z"]]);
        assert!(purchases.iter().flat_map(|p| p.get(Purchase::lines)).all(|line| line.price == exact));
        let last = Purchase::query().include(Purchase::lines.order_by(Line::id.desc()).limit(1)).order_by((Purchase::shop, Purchase::number)).all(&db).await?;
        assert_eq!(last.iter().map(|p| p.get(Purchase::lines)[0].item.as_str()).collect::<Vec<_>>(), ["w", "y", "z"]);
        let lines = Line::query().include(Line::purchase).order_by(Line::id).all(&db).await?;
        assert_eq!(lines[2].get(Line::purchase).shop, 2);
    }
}

on_every_database! {
    async fn the_first_rows_of_each_row_have_any_order_and_include_others(db: Db) {
        blog(&db).await?;
        let reviewed = Author::posts
            .filter(Article::reviewer.get(Author::name).ne("Nobody"))
            .order_by((Article::reviewer.get(Author::name).desc(), Article::id.desc()))
            .limit(2)
            .include(Article::reviewer)
            .include(Article::comments.order_by(Comment::id.desc()).limit(2));
        let authors = Author::query().include(reviewed).order_by(Author::id).all(&db).await?;
        let read = authors.iter().map(|author| {
            let posts = author.get(Author::posts).iter();
            posts.map(|post| {
                let reviewer = post.get(Article::reviewer).as_ref().map_or("", |reviewer| reviewer.name.as_str());
                let comments: Vec<_> = post.get(Article::comments).iter().map(|comment| comment.text.as_str()).collect();
                (post.title.as_str(), reviewer, comments)
            }).collect::<Vec<_>>()
        });
        assert_eq!(read.collect::<Vec<_>>(), [
            vec![("gamma", "Bob", vec![]), ("alpha", "Bob", vec!["three", "two"])],
            vec![("epsilon", "Cyd", vec![]), ("delta", "Ann", vec!["four"])],
            vec![],
            vec![],
        ]);
        let authors = Author::query()
            .include(Author::comments.order_by(Comment::id.desc()).limit(2))
            .include(Author::used_labels.order_by(Label::name.desc()).limit(1))
            .order_by(Author::id)
            .all(&db)
            .await?;
        let texts: Vec<Vec<&str>> = authors.iter().map(|a| a.get(Author::comments).iter().map(|c| c.text.as_str()).collect()).collect();
        assert_eq!(texts, [vec!["three", "two"], vec!["four"], vec!["five"], vec![]]);
        let labels: Vec<Vec<&str>> = authors.iter().map(|a| a.get(Author::used_labels).iter().map(|l| l.name.as_str()).collect()).collect();
        assert_eq!(labels, [vec!["sql"], vec!["sql"], vec![], vec![]]);
    }

    async fn a_stream_brings_what_its_rows_include(db: Db) {
        tables(&db).await?;
        let authors = (1..=1200).map(|n| Author::create().name(format!("author {n}")));
        Author::insert_many(authors).exec(&db).await?;
        let posts = (1..=1200).flat_map(|n| [1, 2].map(|k| Article::create().author_id(Id::new(n)).title(format!("{n}.{k}"))));
        Article::insert_many(posts).exec(&db).await?;
        let query = || Author::query().order_by(Author::id).include(Author::posts.order_by(Article::id));
        let (observed, journal) = db.journaled();
        let mut stream = query().stream(&observed);
        let mut read = 0;
        while let Some(author) = stream.next().await.transpose()? {
            read += 1;
            let titles = titles_of(author.get(Author::posts));
            assert_eq!(titles, [format!("{read}.1"), format!("{read}.2")]);
        }
        assert_eq!((read, journal.take().len()), (1200, 4));
        // A stream that is dropped leaves the connections free.
        let mut stream = query().stream(&db);
        assert!(stream.next().await.is_some());
        drop(stream);
        db.transaction(async |tx| {
            let mut stream = query().stream(&tx);
            let mut read = 0;
            while let Some(author) = stream.next().await.transpose()? {
                read += author.get(Author::posts).len();
            }
            assert_eq!(read, 2400);
            drop(query().stream(&tx).next().await);
            assert_eq!(Author::query().count(&tx).await?, 1200);
            orm::Result::Ok(())
        })
        .await?;
    }

    async fn the_number_of_statements_is_that_of_the_includes(db: Db) {
        tables(&db).await?;
        let authors = (1..=700).map(|n| Author::create().name(format!("author {n}")));
        Author::insert_many(authors).exec(&db).await?;
        let posts = (1..=700).flat_map(|n| (1..=5).map(move |k| Article::create().author_id(Id::new(n)).title(format!("{n}.{k}"))));
        Article::insert_many(posts).exec(&db).await?;
        let comments = (1..=3500).map(|n| Comment::create().article_id(Id::new(n)).writer_id(Id::<Author>::new(n % 700 + 1)).text("t"));
        Comment::insert_many(comments).exec(&db).await?;
        for limit in [1, 10, 100_000] {
            let (observed, journal) = db.journaled();
            let authors = Author::query()
                .include(Author::posts.include(Article::comments.include(Comment::writer)).include(Article::labels))
                .include(Author::followers)
                .include(Author::manager)
                .limit(limit)
                .all(&observed)
                .await?;
            assert!(journal.len() <= 5, "{:?}", journal.take());
            let comments: usize = authors.iter().flat_map(|a| a.get(Author::posts)).map(|p| p.get(Article::comments).len()).sum();
            assert_eq!(comments, 5 * authors.len());
        }
    }

    async fn nothing_is_asked_for_rows_that_are_not_there(db: Db) {
        blog(&db).await?;
        let (db, journal) = db.journaled();
        let none = Author::query().filter(Author::name.eq("nobody")).include(Author::posts.include(Article::comments)).all(&db).await?;
        assert_eq!((none.len(), journal.take().len()), (0, 1));
        let dan = Author::find(4).include(Author::posts.include(Article::comments)).one(&db).await?;
        assert_eq!((dan.get(Author::posts).len(), journal.take().len()), (0, 2));
        // A foreign key that is NULL asks for nothing either.
        let managers = Author::manager.load(&[dan.into_inner()], &db).await?;
        assert_eq!((managers, journal.len()), (vec![None], 0));
    }

    async fn one_relation_can_be_included_under_several_names(db: Db) {
        orm::label!(popular, pub newest);
        blog(&db).await?;
        let ann = Author::find(1)
            .include(Author::posts.filter(Article::views.gt(15)).named(popular))
            .include(Author::posts.order_by(Article::id.desc()).limit(1).named(newest))
            .include(Author::posts.filter(Article::published.eq(true)).count().named(published))
            .include(Author::posts.count())
            .one(&db)
            .await?;
        orm::label!(published);
        assert_eq!((ann.get(popular).len(), titles(ann.get(newest)), *ann.get(published), *ann.get(Author::posts.count())), (2, vec!["gamma"], 2, 3));
        let articles = Article::query()
            .include(Article::author.named(writer))
            .include(Article::author.filter(Author::age.gt(45)).named(old))
            .order_by(Article::id)
            .all(&db)
            .await?;
        orm::label!(writer, old);
        let read: Vec<_> = articles.iter().map(|a| (a.get(writer).name.as_str(), a.get(old).is_some())).collect();
        assert_eq!(read[2..4], [("Ann", true), ("Bob", false)]);
    }

    async fn a_row_with_included_rows_can_be_taken_apart_shown_and_compared(db: Db) {
        blog(&db).await?;
        let query = || Author::find(3).include(Author::posts).include(Author::profile).include(Author::posts.count());
        let cyd = query().one(&db).await?;
        assert_eq!(cyd, query().one(&db).await?.clone());
        let json = orm::serde_json::to_string(&cyd).unwrap();
        assert_eq!(json, concat!(
            r#"{"id":3,"name":"Cyd","age":null,"manager_id":2,"posts":[{"id":6,"author_id":3,"reviewer_id":null,"title":"zeta","views":60,"published":false}],"#,
            r#""profile":{"id":2,"author_id":3,"bio":"reads"},"posts_count":1}"#,
        ));
        let shown = format!("{cyd:?}");
        assert!(shown.starts_with("With { row: Author { id: ") && shown.contains("posts: [Article {") && shown.ends_with("posts_count: 1 }"), "{shown}");
        let mut cyd = cyd;
        cyd.get_mut(Author::posts).clear();
        cyd.name.push('!');
        let (author, (posts, profile, count)) = cyd.into_parts();
        assert_eq!((author.name.as_str(), posts.len(), profile.map(|p| p.bio), count), ("Cyd!", 0, Some("reads".into()), 1));
    }

    async fn rows_that_several_rows_need_come_to_each_of_them(db: Db) {
        blog(&db).await?;
        let articles = Article::query().include(Article::author.include(Author::posts.order_by(Article::id))).order_by(Article::id).all(&db).await?;
        let read: Vec<_> = articles.iter().map(|a| titles(a.get(Article::author).get(Author::posts)).len()).collect();
        assert_eq!(read, [3, 3, 3, 2, 2, 1]);
        let labels = Article::query().include(Article::labels.include(Label::articles.order_by(Article::id))).order_by(Article::id).all(&db).await?;
        let read: Vec<_> = labels.iter().map(|a| a.get(Article::labels).iter().map(|l| l.get(Label::articles).len()).sum::<usize>()).collect();
        assert_eq!(read, [6, 3, 0, 3, 6, 0]);
    }

    async fn slices_and_cursors_bring_what_their_rows_include(db: Db) {
        blog(&db).await?;
        let query = || Article::query().order_by(Article::id).include(Article::comments).include(Article::author);
        let first = query().slice(4, &db).await?;
        assert_eq!((first.items.len(), first.items[0].get(Article::comments).len()), (4, 3));
        let second = query().after(first.next).slice(4, &db).await?;
        assert_eq!(second.items.iter().map(|a| a.get(Article::author).name.as_str()).collect::<Vec<_>>(), ["Bob", "Cyd"]);
        let before = query().before(second.previous).limit(2).all(&db).await?;
        assert_eq!(before.iter().map(|a| a.title.as_str()).collect::<Vec<_>>(), ["gamma", "delta"]);
        let cursor = query().cursor(&first.items[0])?;
        assert_eq!(query().after(cursor).one(&db).await?.title, "beta");
    }

    async fn includes_are_part_of_their_transaction(db: Db) {
        blog(&db).await?;
        let tx = db.begin().await?;
        Article::create().author_id(Id::new(4)).title("new").insert(&tx).await?;
        let dan = Author::find(4).include(Author::posts).include(Author::followers).one(&tx).await?;
        assert_eq!(titles(dan.get(Author::posts)), ["new"]);
        tx.rollback().await?;
        let dan = Author::find(4).include(Author::posts).one(&db).await?;
        assert!(dan.get(Author::posts).is_empty());
    }
}

fn titles_of(articles: &[Article]) -> Vec<String> {
    articles
        .iter()
        .map(|article| article.title.clone())
        .collect()
}

on_every_database! {
    async fn what_is_sent_for_related_rows(db: Db) {
        blog(&db).await?;
        let (observed, journal) = db.journaled();
        let query = || Author::query().order_by(Author::id);
        query().include(Author::posts).all(&observed).await?;
        query().include(Author::posts.order_by(Article::id).limit(2)).all(&observed).await?;
        Author::find(1).include(Author::posts.order_by(Article::id).limit(2)).one(&observed).await?;
        query().include(Author::used_labels).all(&observed).await?;
        Article::query().include(Article::labels).all(&observed).await?;
        let sent: Vec<String> = journal.take().into_iter().skip(1).step_by(2).collect();
        let columns = r#""id", "author_id", "reviewer_id", "title", "views", "published""#;
        let numbered = r#""id" AS "c0", "author_id" AS "c1", "reviewer_id" AS "c2", "title" AS "c3", "views" AS "c4", "published" AS "c5""#;
        let of_table = |columns: &str, table: &str| columns.replace(r#"""#, "").split(", ").map(|c| format!(r#""{table}"."{c}""#)).collect::<Vec<_>>().join(", ");
        let (labels, articles) = (r#""labels"."id", "labels"."name""#, of_table(columns, "articles"));
        let expected = match db.database {
            crate::support::Database::Postgres => [
                format!(r#"SELECT {columns} FROM "articles" WHERE "author_id" = ANY($1)"#),
                format!(r#"SELECT related.* FROM UNNEST($1::BIGINT[]) AS "orm_keys" ("k0") CROSS JOIN LATERAL (SELECT {articles} FROM "articles" WHERE "articles"."author_id" = "orm_keys"."k0" ORDER BY "articles"."id" LIMIT $2) AS related"#),
                format!(r#"SELECT {columns} FROM "articles" WHERE "author_id" = $1 ORDER BY "id" LIMIT $2"#),
                format!(r#"SELECT {labels}, "link"."p0" FROM "labels" JOIN (SELECT DISTINCT "t1"."author_id" AS "p0", "t2"."label_id" AS "k0" FROM "article_labels" AS "t2" JOIN "articles" AS "t1" ON "t1"."id" = "t2"."article_id" WHERE "t1"."author_id" = ANY($1)) AS "link" ON "link"."k0" = "labels"."id""#),
                format!(r#"SELECT {labels}, "t1"."article_id" FROM "labels" JOIN "article_labels" AS "t1" ON "t1"."label_id" = "labels"."id" WHERE "t1"."article_id" = ANY($1)"#),
            ],
            database => {
                let list = |values: &str| match database {
                    crate::support::Database::Mariadb => values.split(' ').map(|_| "?").collect::<Vec<_>>().join(", "),
                    _ => "SELECT value FROM rarray(?1)".to_owned(),
                };
                let bind = |n: u32| if database == crate::support::Database::Mariadb { "?".to_owned() } else { format!("?{n}") };
                let quoted = |text: String| if database == crate::support::Database::Mariadb { text.replace('"', "`") } else { text };
                [
                    format!(r#"SELECT {columns} FROM "articles" WHERE "author_id" IN ({})"#, list("1 2 3 4")),
match database {
                        crate::support::Database::Mariadb => format!(r#"SELECT * FROM (SELECT {numbered}, ROW_NUMBER() OVER (PARTITION BY "author_id" ORDER BY "id") AS "position" FROM "articles" WHERE "author_id" IN (?, ?, ?, ?)) AS numbered WHERE "position" > ? AND "position" <= ? ORDER BY "position""#),
                        _ => format!(r#"SELECT {articles} FROM (SELECT value AS k0 FROM (SELECT value FROM rarray(?1))) AS "orm_keys" CROSS JOIN "articles" WHERE "articles"."id" IN (SELECT "t1"."id" FROM "articles" AS "t1" WHERE "t1"."author_id" = "orm_keys"."k0" ORDER BY "t1"."id" LIMIT ?2) ORDER BY "articles"."id""#),
                    },
                    format!(r#"SELECT {columns} FROM "articles" WHERE "author_id" = {} ORDER BY "id" LIMIT {}"#, bind(1), bind(2)),
                    format!(r#"SELECT {labels}, "link"."p0" FROM "labels" JOIN (SELECT DISTINCT "t1"."author_id" AS "p0", "t2"."label_id" AS "k0" FROM "article_labels" AS "t2" JOIN "articles" AS "t1" ON "t1"."id" = "t2"."article_id" WHERE "t1"."author_id" IN ({})) AS "link" ON "link"."k0" = "labels"."id""#, list("1 2 3 4")),
                    format!(r#"SELECT {labels}, "t1"."article_id" FROM "labels" JOIN "article_labels" AS "t1" ON "t1"."label_id" = "labels"."id" WHERE "t1"."article_id" IN ({})"#, list("1 2 3 4 5 6")),
                ]
                .map(quoted)
            }
        };
        for (sent, expected) in sent.iter().zip(&expected) {
            assert_eq!(sent, expected);
        }
        assert_eq!(sent.len(), expected.len());
    }
}
