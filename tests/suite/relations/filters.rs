//! Filters, orderings and selections through relations.

use orm::prelude::*;

use super::models::*;

async fn names(db: &Db, filter: orm::expr::Expr<Author, bool>) -> orm::Result<Vec<String>> {
    Author::query()
        .filter(filter)
        .order_by(Author::id)
        .select(Author::name)
        .all(db)
        .await
}

on_every_database! {
    async fn any_none_and_all_ask_about_related_rows(db: Db) {
        blog(&db).await?;
        assert_eq!(names(&db, Author::posts.any(Article::published.eq(true))).await?, ["Ann", "Bob"]);
        assert_eq!(names(&db, Author::posts.none(Article::published.eq(true))).await?, ["Cyd", "Dan"]);
        assert_eq!(names(&db, Author::posts.all(Article::published.eq(true))).await?, ["Bob", "Dan"]);
        assert_eq!(names(&db, Author::posts.any(always())).await?, ["Ann", "Bob", "Cyd"]);
        // Cyd's age is unknown, so it is not known to be above 30.
        assert_eq!(names(&db, Author::reports.all(Author::age.gt(30))).await?, ["Ann", "Cyd", "Dan"]);
        eprintln!("{:?}", Author::query().filter(Author::posts.any(Article::comments.any(Comment::writer.is(Author::name.eq("Cyd"))))).to_sql(db.dialect())?.0);
        assert_eq!(names(&db, Author::posts.any(Article::comments.any(Comment::writer.is(Author::name.eq("Cyd"))))).await?, ["Ann"]);
        assert_eq!(names(&db, Author::followers.any(Author::name.eq("Cyd"))).await?, ["Ann"]);
        assert_eq!(names(&db, Author::used_labels.any(Label::name.eq("sql"))).await?, ["Ann", "Bob"]);
        assert_eq!(names(&db, Author::comments.any(Comment::text.eq("five"))).await?, ["Cyd"]);
    }

    async fn columns_of_a_related_row_filter_order_and_select(db: Db) {
        blog(&db).await?;
        let read: Vec<(String, String, Option<String>)> = Article::query()
            .filter(Article::author.get(Author::age).ge(40) & Article::views.gt(10))
            .order_by((Article::author.get(Author::name).desc(), Article::id.asc()))
            .select((Article::title, Article::author.get(Author::name), Article::reviewer.get(Author::name)))
            .all(&db)
            .await?;
        let read: Vec<_> = read.iter().map(|(t, a, r)| (t.as_str(), a.as_str(), r.as_deref())).collect();
        assert_eq!(read, [
            ("delta", "Bob", Some("Ann")), ("epsilon", "Bob", Some("Cyd")), ("beta", "Ann", None), ("gamma", "Ann", Some("Bob")),
        ]);
        // Over several rows, and past rows that are missing.
        let managers: Vec<(String, Option<String>)> = Comment::query()
            .order_by(Comment::id)
            .select((Comment::text, Comment::writer.get(Author::manager.get(Author::name))))
            .all(&db)
            .await?;
        let managers: Vec<_> = managers.iter().map(|(t, m)| (t.as_str(), m.as_deref())).collect();
        assert_eq!(managers, [("one", Some("Ann")), ("two", Some("Bob")), ("three", None), ("four", None), ("five", None)]);
        let grouped: Vec<(String, i64, Option<i64>)> = Article::query()
            .group_by(Article::author.get(Author::name))
            .order_by(Article::author.get(Author::name))
            .select((Article::author.get(Author::name), count(), Article::views.sum()))
            .all(&db)
            .await?;
        assert_eq!(grouped, [("Ann".into(), 3, Some(60)), ("Bob".into(), 2, Some(90)), ("Cyd".into(), 1, Some(60))]);
    }

    async fn rows_are_grouped_by_numbers_of_related_rows(db: Db) {
        blog(&db).await?;
        let posts = || Author::posts.count();
        let authors: Vec<(i64, i64)> = Author::query().group_by(posts()).order_by(posts().desc()).select((posts(), count())).all(&db).await?;
        assert_eq!(authors, [(3, 1), (2, 1), (1, 1), (0, 1)]);
        let busy = || Author::query().filter(Author::name.ne("Bob")).group_by(posts().gt(1)).order_by(posts().gt(1));
        assert_eq!(busy().select((posts().gt(1), count(), Author::name.min())).all(&db).await?, [(false, 2, Some("Cyd".into())), (true, 1, Some("Ann".into()))]);
        assert_eq!(busy().having(count().gt(1)).select(count() * 10).all(&db).await?, [20]);
        assert_eq!(busy().select(count()).count(&db).await?, 2);
        let error = busy().select((posts(), Author::age)).all(&db).await.unwrap_err();
        assert!(error.to_string().contains("`Author::age` is selected"), "{error}");
    }

    async fn a_way_is_joined_once(db: Db) {
        let query = Article::query()
            .filter(Article::author.get(Author::age).gt(1))
            .order_by(Article::author.get(Author::name))
            .include(Article::author);
        let (sql, _) = query.to_sql(db.dialect())?;
        assert_eq!(sql.matches("JOIN").count(), 1, "{sql}");
        let query = Article::query().filter(Article::author.get(Author::age).gt(1) & Article::reviewer.get(Author::age).gt(1));
        let (sql, _) = query.to_sql(db.dialect())?;
        assert_eq!((sql.matches("JOIN").count(), sql.matches("LEFT JOIN").count()), (2, 1), "{sql}");
    }

    async fn a_missing_row_meets_no_condition_and_its_opposite_does(db: Db) {
        blog(&db).await?;
        let titles = async |filter: orm::expr::Expr<Article, bool>| {
            Article::query().filter(filter).order_by(Article::id).select(Article::title).all(&db).await
        };
        assert_eq!(titles(Article::reviewer.is(Author::name.ne("Bob"))).await?, ["delta", "epsilon"]);
        assert_eq!(titles(Article::reviewer.is_not(Author::name.ne("Bob"))).await?, ["alpha", "beta", "gamma", "zeta"]);
        assert_eq!(titles(!Article::reviewer.is(Author::name.ne("Bob"))).await?, ["alpha", "beta", "gamma", "zeta"]);
        assert_eq!(titles(!Article::reviewer.exists()).await?, ["beta", "zeta"]);
        assert_eq!(titles(Article::reviewer.get(Author::name).is_null()).await?, ["beta", "zeta"]);
    }

    async fn counts_and_sums_are_numbers_like_others(db: Db) {
        blog(&db).await?;
        assert_eq!(names(&db, Author::posts.count().gt(1)).await?, ["Ann", "Bob"]);
        assert_eq!(names(&db, Author::followers.count().eq(2)).await?, ["Ann"]);
        assert_eq!(names(&db, Author::posts.filter(Article::published.eq(false)).count().ge(1)).await?, ["Ann", "Cyd"]);
        assert_eq!(names(&db, Author::posts.sum(Article::views).gt(Author::reviews.sum(Article::views).coalesce(0))).await?, ["Ann", "Bob", "Cyd"]);
        let read: Vec<(String, i64, Option<i64>, Option<i64>, Option<f64>)> = Author::query()
            .order_by((Author::posts.count().desc(), Author::name.asc()))
            .select((
                Author::name,
                Author::posts.count(),
                Author::posts.sum(Article::views),
                Author::posts.filter(Article::published.eq(true)).max(Article::views),
                Author::posts.avg(Article::views),
            ))
            .all(&db)
            .await?;
        assert_eq!(read, [
            ("Ann".into(), 3, Some(60), Some(30), Some(20.0)),
            ("Bob".into(), 2, Some(90), Some(50), Some(45.0)),
            ("Cyd".into(), 1, Some(60), None, Some(60.0)),
            ("Dan".into(), 0, None, None, None),
        ]);
        let authors = Author::query().include(Author::posts.count()).include(Author::posts.sum(Article::views)).order_by(Author::id).all(&db).await?;
        assert_eq!((*authors[0].get(Author::posts.count()), *authors[0].get(Author::posts.sum(Article::views))), (3, Some(60)));
        // Through a to-one relation, the aggregate is that of the related row.
        let of_author: Vec<i64> = Article::query().order_by(Article::id).select(Article::author.get(Author::posts.count())).all(&db).await?;
        assert_eq!(of_author, [3, 3, 3, 2, 2, 1]);
    }

    async fn changes_and_deletions_filter_through_relations(db: Db) {
        blog(&db).await?;
        let changed = Article::query().filter(Article::author.get(Author::name).eq("Ann")).update().views(1).exec(&db).await?;
        assert_eq!(changed, 3);
        let changed = Article::query().filter(Article::comments.count().eq(1)).update().views(Article::views + 1).exec(&db).await?;
        assert_eq!(changed, 2);
        let deleted = Comment::query().filter(Comment::article.is(Article::author.get(Author::age).eq(50))).delete().exec(&db).await?;
        assert_eq!(deleted, 3);
        let deleted = Comment::query().filter(Comment::writer.get(Author::name).eq("Ann")).delete().exec(&db).await?;
        assert_eq!(deleted, 2);
    }

    async fn parents_come_once_however_many_rows_match(db: Db) {
        blog(&db).await?;
        let authors = Author::query().filter(Author::posts.any(Article::views.gt(0)) & Author::followers.any(always()));
        assert_eq!(authors.clone().count(&db).await?, 2);
        assert_eq!(authors.order_by(Author::id).page(1, 10, &db).await?.total, 2);
        let page = Article::query().include(Article::author).include(Article::comments).order_by(Article::id).page(1, 2, &db).await?;
        assert_eq!((page.total, page.items.len(), page.items[0].get(Article::comments).len()), (6, 2, 3));
        assert_eq!(Article::query().filter(Article::author.get(Author::age).gt(45)).count(&db).await?, 3);
        assert!(Article::query().filter(Article::author.get(Author::age).gt(45)).exists(&db).await?);
    }

    async fn related_rows_are_a_query_of_their_own(db: Db) {
        blog(&db).await?;
        let ann = Author::find(1).one(&db).await?;
        let titles = Author::posts.of(&ann).filter(Article::views.gt(10)).order_by(Article::id).select(Article::title).all(&db).await?;
        assert_eq!(titles, ["beta", "gamma"]);
        let followers = Author::followers.of(&ann).order_by(Author::id).select(Author::name).all(&db).await?;
        assert_eq!(followers, ["Bob", "Cyd"]);
        assert_eq!(Author::used_labels.of(&ann).count(&db).await?, 2);
        assert_eq!(Author::comments.of(&ann).count(&db).await?, 3);
        assert!(Author::manager.of(&ann).optional(&db).await?.is_none());
        let bob = Author::find(2).one(&db).await?;
        assert_eq!(Author::manager.of(&bob).one(&db).await?, ann);
        assert_eq!(Author::posts.of(&ann).update().views(0).exec(&db).await?, 3);
        assert_eq!(Author::posts.of(&bob).delete().exec(&db).await?, 2);
    }

    async fn related_rows_are_loaded_for_rows_that_are_there(db: Db) {
        blog(&db).await?;
        let authors = Author::query().order_by(Author::id).all(&db).await?;
        let (db, journal) = db.journaled();
        let posts = Author::posts.order_by(Article::id).limit(1).load(&authors, &db).await?;
        assert_eq!(posts.iter().map(|p| p.iter().map(|a| a.title.as_str()).collect()).collect::<Vec<Vec<_>>>(), [vec!["alpha"], vec!["delta"], vec!["zeta"], vec![]]);
        assert_eq!(journal.take().len(), 1);
        let managers = Author::manager.load(&authors, &db).await?;
        assert_eq!(managers.iter().map(|m| m.as_ref().map(|m| m.name.as_str())).collect::<Vec<_>>(), [None, Some("Ann"), Some("Bob"), None]);
        let authors = Author::followers.attach(authors, &db).await?;
        let authors = Author::posts.include(Article::labels).attach(authors, &db).await?;
        assert_eq!((authors[0].get(Author::followers).len(), authors[0].get(Author::posts)[0].get(Article::labels).len()), (2, 2));
        assert_eq!(journal.take().len(), 4);
        assert!(Author::posts.load(&Vec::<Author>::new(), &db).await?.is_empty());
        assert!(journal.is_empty());
    }
}
