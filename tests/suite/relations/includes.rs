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
