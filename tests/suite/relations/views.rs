//! Views: what they read, and how their rows are filled.

use orm::prelude::*;

use super::models::*;

#[derive(View, Debug, Clone, PartialEq, serde::Serialize)]
#[view(Article)]
struct Heading {
    id: Id<Article>,
    title: String,
}

/// With everything that a field can be read from.
#[derive(View, Debug, PartialEq, serde::Serialize)]
#[view(Author)]
struct Dashboard {
    #[view(field = name)]
    who: String,
    #[view(expr = Author::posts.filter(Article::published.eq(true)).count())]
    published: i64,
    #[view(with = Author::posts.filter(Article::views.gt(10)).order_by(Article::views.desc()).limit(2))]
    posts: Vec<Heading>,
    profile: Option<Bio>,
    manager: Option<Name>,
    #[view(with = Author::reports.order_by(Author::id))]
    reports: Vec<Name>,
    #[view(flatten)]
    person: Person,
}

#[derive(View, Debug, PartialEq, serde::Serialize)]
#[view(Profile)]
struct Bio {
    bio: String,
}

#[derive(View, Debug, PartialEq, serde::Serialize)]
#[view(Author)]
struct Name {
    name: String,
}

#[derive(View, Debug, PartialEq, serde::Serialize)]
#[view(Author)]
struct Person {
    age: Option<i32>,
    #[view(with = Author::followers.order_by(Author::id))]
    followers: Vec<Name>,
}

/// Three levels, with relations to one and to many rows at each.
#[derive(View, Debug, PartialEq)]
#[view(Author)]
struct Shelf {
    name: String,
    #[view(with = Author::posts.order_by(Article::id))]
    posts: Vec<Post>,
    #[view(with = Author::used_labels.order_by(Label::name.desc()))]
    used_labels: Vec<Label>,
}

#[derive(View, Debug, PartialEq)]
#[view(Article)]
struct Post {
    title: String,
    reviewer: Option<Reviewer>,
    #[view(with = Article::comments.order_by(Comment::id.desc()).limit(2))]
    comments: Vec<Remark>,
    #[view(with = Article::labels.order_by(Label::id))]
    labels: Vec<Label>,
}

#[derive(View, Debug, PartialEq)]
#[view(Author)]
struct Reviewer {
    name: String,
    #[view(with = Author::posts.order_by(Article::id))]
    posts: Vec<Heading>,
}

#[derive(View, Debug, PartialEq)]
#[view(Comment)]
struct Remark {
    text: String,
    writer: Option<Writer>,
}

#[derive(View, Debug, PartialEq)]
#[view(Author)]
struct Writer {
    name: String,
    profile: Option<Profile>,
}

#[derive(View, Debug, PartialEq)]
#[view(Article)]
struct Signature {
    author_id: Id<Author>,
}

fn heading(id: i64, title: &str) -> Heading {
    Heading {
        id: Id::new(id),
        title: title.into(),
    }
}

fn name(name: &str) -> Name {
    Name { name: name.into() }
}

#[test]
fn a_view_reads_only_the_columns_it_names() -> orm::Result<()> {
    let dialect = orm::dialect::SQLITE;
    let (sql, _) = Article::query().view::<Heading>().to_sql(dialect)?;
    assert_eq!(
        sql,
        r#"SELECT "id", "title" FROM "article""#.replace("article", Article::def().table.as_ref())
    );
    let (sql, _) = Author::find(1).view::<Writer>().to_sql(dialect)?;
    assert!(!sql.contains("age") && !sql.contains("manager_id"), "{sql}");
    assert!(sql.contains("bio"), "{sql}");
    Ok(())
}

on_every_database! {
    async fn a_view_is_filled_from_columns_expressions_and_relations(db: Db) {
        blog(&db).await?;
        let (db, journal) = db.journaled();
        let authors: Vec<Dashboard> = Author::query().order_by(Author::id).view().all(&db).await?;
        // One for the authors, one for each relation to many rows.
        assert_eq!(journal.len(), 4, "{:?}", journal.take());
        let dashboard = |who: &str, published, posts, bio: Option<&str>, manager: Option<&str>, reports: &[&str], age, followers: &[&str]| Dashboard {
            who: who.into(),
            published,
            posts,
            profile: bio.map(|bio| Bio { bio: bio.into() }),
            manager: manager.map(name),
            reports: reports.iter().copied().map(name).collect(),
            person: Person { age, followers: followers.iter().copied().map(name).collect() },
        };
        assert_eq!(authors, [
            dashboard("Ann", 2, vec![heading(3, "gamma"), heading(2, "beta")], Some("writes"), None, &["Bob"], Some(50), &["Bob", "Cyd"]),
            dashboard("Bob", 2, vec![heading(5, "epsilon"), heading(4, "delta")], None, Some("Ann"), &["Cyd"], Some(40), &["Ann"]),
            dashboard("Cyd", 0, vec![heading(6, "zeta")], Some("reads"), Some("Bob"), &[], None, &[]),
            dashboard("Dan", 0, vec![], None, None, &[], Some(20), &[]),
        ]);
    }

    async fn views_nest(db: Db) {
        blog(&db).await?;
        let (db, journal) = db.journaled();
        let shelves = Author::query().filter(Author::id.lt(Id::new(3))).order_by(Author::id).view::<Shelf>().all(&db).await?;
        // Posts, their comments, their labels, the posts of their reviewers, the labels of authors, and the authors themselves.
        let sent = journal.take();
        assert_eq!(sent.len(), 6, "{sent:?}");
        // A post's text, and what else no view names, is read by none.
        assert!(sent.iter().all(|sql| !sql.contains("published") && !sql.contains("age")), "{sent:?}");
        let ann = &shelves[0];
        assert_eq!(ann.used_labels.iter().map(|label| label.name.as_str()).collect::<Vec<_>>(), ["sql", "rust"]);
        let alpha = &ann.posts[0];
        assert_eq!(alpha.labels.iter().map(|label| label.name.as_str()).collect::<Vec<_>>(), ["rust", "sql"]);
        assert_eq!(alpha.comments.iter().map(|c| c.text.as_str()).collect::<Vec<_>>(), ["three", "two"]);
        assert_eq!(alpha.comments[0].writer, None);
        let cyd = alpha.comments[1].writer.as_ref().unwrap();
        assert_eq!((cyd.name.as_str(), cyd.profile.as_ref().unwrap().bio.as_str()), ("Cyd", "reads"));
        let bob = alpha.reviewer.as_ref().unwrap();
        assert_eq!((bob.name.as_str(), bob.posts.as_slice()), ("Bob", [heading(4, "delta"), heading(5, "epsilon")].as_slice()));
        assert_eq!(ann.posts[1].reviewer, None);
        assert_eq!(shelves[1].posts[1].reviewer.as_ref().unwrap().posts, [heading(6, "zeta")]);
        assert!(shelves[1].posts[1].comments.is_empty());
    }

    async fn the_result_names_the_view(db: Db) {
        blog(&db).await?;
        let ann: Name = Author::find(1).view().one(&db).await?;
        assert_eq!(ann, name("Ann"));
        let none: Option<Dashboard> = Author::find(99).view().optional(&db).await?;
        assert_eq!(none, None);
        let missing = Author::find(99).view::<Dashboard>().one(&db).await.unwrap_err();
        assert!(missing.is_not_found() && missing.to_string().contains("Author"), "{missing}");
        let one: Dashboard = Author::find(1).view().one(&db).await?;
        assert_eq!((one.posts.len(), one.person.followers.len()), (2, 2));
    }

    async fn a_query_goes_on_behind_its_view(db: Db) {
        blog(&db).await?;
        let query = || Article::query().view::<Heading>().filter(Article::published.eq(true)).order_by(Article::views.desc());
        assert_eq!(query().limit(2).offset(1).all(&db).await?, [heading(4, "delta"), heading(3, "gamma")]);
        assert_eq!(query().count(&db).await?, 4);
        assert!(query().exists(&db).await?);
        let page = query().page(2, 3, &db).await?;
        assert_eq!((page.items, page.total), (vec![heading(1, "alpha")], 4));
        let mut stream = query().stream(&db);
        assert_eq!(stream.next().await.transpose()?, Some(heading(5, "epsilon")));
        drop(stream);
        let mut authors = Author::query().order_by(Author::id).view::<Dashboard>().stream(&db);
        let mut read = Vec::new();
        while let Some(author) = authors.next().await.transpose()? {
            read.push((author.who, author.posts.len(), author.person.followers.len()));
        }
        assert_eq!(read, [("Ann".into(), 2, 2), ("Bob".into(), 2, 1), ("Cyd".into(), 1, 0), ("Dan".into(), 0, 0)]);
        drop(authors);
        let mut writers = Article::query().order_by(Article::author_id).view::<Signature>().distinct();
        assert_eq!(writers.clone().count(&db).await?, 3);
        writers = writers.limit(2);
        assert_eq!(writers.all(&db).await?, [Signature { author_id: Id::new(1) }, Signature { author_id: Id::new(2) }]);
    }

    async fn pages_of_views_have_their_related_rows(db: Db) {
        blog(&db).await?;
        let page = Author::query().order_by(Author::id).view::<Dashboard>().page(2, 1, &db).await?;
        assert_eq!((page.total, page.items[0].who.as_str(), page.items[0].posts.len()), (4, "Bob", 2));
        let later = Author::query().order_by(Author::id).after(&Author::find(2).one(&db).await?).view::<Person>().all(&db).await?;
        assert_eq!(later.iter().map(|person| person.age).collect::<Vec<_>>(), [None, Some(20)]);
    }

    async fn a_transaction_reads_views(db: Db) {
        blog(&db).await?;
        let authors = db.transaction(async |tx| {
            Author::create().name("Eve").manager_id(Id::<Author>::new(4)).insert(&tx).await?;
            Author::query().filter(Author::id.ge(Id::new(4))).order_by(Author::id).view::<Dashboard>().all(&tx).await
        }).await?;
        assert_eq!(authors[0].reports, [name("Eve")]);
        assert_eq!(authors[1].manager, Some(name("Dan")));
    }

    async fn an_include_reads_a_view(db: Db) {
        blog(&db).await?;
        let posts = Author::posts.filter(Article::views.gt(10)).view::<Heading>().order_by(Article::id).limit(1);
        let authors = Author::query().include(posts).include(Author::manager.view::<Name>()).order_by(Author::id).all(&db).await?;
        assert_eq!(authors[0].get(Author::posts), &[heading(2, "beta")]);
        assert_eq!(authors[1].get(Author::manager), &Some(name("Ann")));
        let articles = Article::query().include(Article::author.view::<Shelf>()).order_by(Article::id).all(&db).await?;
        let author: &Shelf = articles[5].get(Article::author);
        assert_eq!((author.name.as_str(), author.posts.len()), ("Cyd", 1));
        assert_eq!(author.posts[0].comments[0].text, "five");
    }

    async fn rows_of_a_loaded_row_are_read_into_a_view(db: Db) {
        blog(&db).await?;
        let ann = Author::find(1).one(&db).await?;
        let posts: Vec<Heading> = Author::posts.of(&ann).order_by(Article::id.desc()).view().all(&db).await?;
        assert_eq!(posts, [heading(3, "gamma"), heading(2, "beta"), heading(1, "alpha")]);
    }

    async fn models_and_rows_with_others_stand_in_views(db: Db) {
        #[derive(View)]
        #[view(Article)]
        struct Whole {
            author: Author,
            #[view(with = Article::comments.order_by(Comment::id).include(Comment::writer))]
            comments: Vec<Comments>,
            #[view(flatten)]
            article: Article,
        }
        type Comments = orm::With<Comment, orm::query::Slot<comment::writer, orm::query::OptionalRow<Author>>>;

        blog(&db).await?;
        let alpha: Whole = Article::find(1).view().one(&db).await?;
        assert_eq!(alpha.article, Article::find(1).one(&db).await?);
        assert_eq!(alpha.author, Author::find(1).one(&db).await?);
        let writers: Vec<_> = alpha.comments.iter().map(|c| c.get(Comment::writer).as_ref().map(|w| w.name.as_str())).collect();
        assert_eq!(writers, [Some("Bob"), Some("Cyd"), None]);
    }

    async fn a_view_takes_values(db: Db) {
        #[derive(View, Debug, PartialEq)]
        #[view(Author, params(least: i64, prefix: String, most: u64))]
        struct Popular {
            name: String,
            #[view(expr = Author::posts.filter(Article::views.ge(least)).count())]
            count: i64,
            #[view(with = Author::posts.filter(Article::views.ge(least)).filter(Article::title.starts_with(prefix)).order_by(Article::id).limit(most))]
            posts: Vec<Heading>,
        }

        /// It hands its value on to a view inside.
        #[derive(View)]
        #[view(Author, params(least: i64))]
        struct Manager {
            #[view(with = Author::reports.view_with(PopularParams { least, prefix: String::new(), most: 1 }))]
            reports: Vec<Popular>,
        }

        blog(&db).await?;
        let params = || PopularParams { least: 20, prefix: "g".into(), most: 10 };
        let ann: Popular = Author::find(1).view_with(params()).one(&db).await?;
        assert_eq!(ann, Popular { name: "Ann".into(), count: 2, posts: vec![heading(3, "gamma")] });
        let ann = Author::find(1).view_with(ManagerParams { least: 50 }).one(&db).await?;
        assert_eq!(ann.reports, [Popular { name: "Bob".into(), count: 1, posts: vec![heading(5, "epsilon")] }]);
        let article = Article::find(1).include(Article::author.view_with(params())).one(&db).await?;
        assert_eq!(article.get(Article::author).count, 2);
        let labels = Article::find(1).include(Article::reviewer.view_with(params())).one(&db).await?;
        assert_eq!(labels.get(Article::reviewer).as_ref().map(|r| r.count), Some(2));
        let bob = Author::find(1).include(Author::reports.view_with(params())).one(&db).await?;
        assert_eq!(bob.get(Author::reports)[0].name, "Bob");
    }

    async fn a_filtered_row_may_be_missing(db: Db) {
        #[derive(View)]
        #[view(Article)]
        struct Checked {
            #[view(with = Article::author.filter(Author::age.gt(45)))]
            author: Option<Name>,
        }
        blog(&db).await?;
        let articles = Article::query().order_by(Article::id).view::<Checked>().all(&db).await?;
        let read: Vec<_> = articles.iter().map(|a| a.author.as_ref().map(|a| a.name.as_str())).collect();
        assert_eq!(read, [Some("Ann"), Some("Ann"), Some("Ann"), None, None, None]);
    }

    async fn a_view_may_be_made_of_related_rows_alone(db: Db) {
        #[derive(View)]
        #[view(Author)]
        struct Posts {
            #[view(with = Author::posts.order_by(Article::id))]
            posts: Vec<Heading>,
        }
        blog(&db).await?;
        let posts = Author::query().order_by(Author::id).view::<Posts>().all(&db).await?;
        assert_eq!(posts.iter().map(|a| a.posts.len()).collect::<Vec<_>>(), [3, 2, 1, 0]);
    }

    async fn one_relation_is_read_twice(db: Db) {
        #[derive(View)]
        #[view(Author)]
        struct Ends {
            #[view(with = Author::posts.order_by(Article::id).limit(1))]
            first: Vec<Heading>,
            #[view(with = Author::posts.order_by(Article::id.desc()).limit(1))]
            last: Vec<Heading>,
        }
        blog(&db).await?;
        let ends = Author::query().order_by(Author::id).view::<Ends>().all(&db).await?;
        assert_eq!((ends[0].first[0].title.as_str(), ends[0].last[0].title.as_str()), ("alpha", "gamma"));
        assert_eq!((ends[3].first.len(), ends[3].last.len()), (0, 0));
    }

    async fn the_first_of_many_rows_is_one_row(db: Db) {
        #[derive(View, Debug, PartialEq)]
        #[view(Article)]
        struct WithComment {
            title: String,
            #[view(with = Article::comments.order_by(Comment::id).first().view::<Comment>())]
            comment: Option<Comment>,
        }
        #[derive(View, serde::Serialize)]
        #[view(Author)]
        struct Ends {
            #[view(with = Author::posts.order_by(Article::id).first())]
            first: Option<Heading>,
            #[view(with = Author::posts.order_by(Article::id).offset(1).first())]
            second: Option<Heading>,
            #[view(with = Author::posts.filter(Article::views.gt(10)).order_by(Article::id.desc()).first())]
            last: Option<Heading>,
        }
        blog(&db).await?;
        let ends = Author::query().order_by(Author::id).view::<Ends>().all(&db).await?;
        let all = Author::query().order_by(Author::id).include(Author::posts.order_by(Article::id)).all(&db).await?;
        for (author, ends) in all.iter().zip(&ends) {
            let posts = author.get(Author::posts);
            let of = |post: Option<&Article>| post.map(|post| Heading { id: post.id, title: post.title.clone() });
            assert_eq!((&ends.first, &ends.second), (&of(posts.first()), &of(posts.get(1))));
            assert_eq!(ends.last, of(posts.iter().rfind(|post| post.views > 10)));
        }
        assert!(ends[0].second.is_some() && ends[3].first.is_none());
        assert!(orm::serde_json::to_string(&ends[3]).unwrap().contains(r#""first":null"#));

        let articles = Article::query().order_by(Article::id).view::<WithComment>().all(&db).await?;
        let comments = Article::query().order_by(Article::id).include(Article::comments.order_by(Comment::id)).all(&db).await?;
        assert!(articles.iter().any(|article| article.comment.is_some()) && articles.iter().any(|article| article.comment.is_none()));
        for (article, all) in articles.iter().zip(&comments) {
            assert_eq!(article.comment.as_ref(), all.get(Article::comments).first());
        }

        // In an include, with what it includes itself.
        orm::label!(newest);
        let include = Author::posts.order_by(Article::id.desc()).first().include(Article::comments).named(newest);
        let authors = Author::query().order_by(Author::id).include(include).all(&db).await?;
        for (author, all) in authors.iter().zip(&all) {
            let (found, last) = (author.get(newest), all.get(Author::posts).last());
            assert_eq!(found.as_ref().map(|post| post.id), last.map(|post| post.id));
        }
    }

    async fn two_names_may_read_one_column(db: Db) {
        #[derive(View, Debug, PartialEq)]
        #[view(Article)]
        struct Twice {
            title: String,
            #[view(field = title)]
            again: String,
            #[view(flatten)]
            heading: Heading,
            #[view(expr = Article::author.get(Author::name))]
            author: String,
        }
        #[derive(View)]
        #[view(Author)]
        struct Limited {
            #[view(with = Author::posts.order_by(Article::id).limit(1))]
            posts: Vec<Twice>,
        }
        blog(&db).await?;
        let authors = Author::query().order_by(Author::id).view::<Limited>().all(&db).await?;
        let alpha = Twice { title: "alpha".into(), again: "alpha".into(), heading: heading(1, "alpha"), author: "Ann".into() };
        assert_eq!(authors[0].posts, [alpha]);
        assert_eq!(authors[1].posts[0].author, "Bob");
    }
}

mod values {
    use super::*;

    #[derive(Embed, Debug, Clone, PartialEq)]
    pub struct Place {
        pub street: String,
        pub city: Option<String>,
    }

    #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
    pub struct Options {
        pub fragile: bool,
    }

    #[derive(Model, Debug, Clone, PartialEq)]
    #[has_many(parcels: Parcel)]
    pub struct Depot {
        pub id: Id<Depot>,
        #[model(embed)]
        pub place: Place,
    }

    #[derive(Model, Debug, Clone, PartialEq)]
    pub struct Parcel {
        pub id: Id<Parcel>,
        #[belongs_to(depot: Depot)]
        pub depot_id: Id<Depot>,
        pub number: i64,
        #[model(precision = 30, scale = 8)]
        pub price: Decimal,
        pub seal: Vec<u8>,
        pub sent_at: DateTime<Utc>,
        pub code: Uuid,
        #[model(json)]
        pub options: Options,
        #[model(json)]
        pub more: Option<Options>,
    }

    #[derive(View, Debug, PartialEq)]
    #[view(Parcel)]
    pub struct Content {
        number: i64,
        price: Decimal,
        seal: Vec<u8>,
        sent_at: DateTime<Utc>,
        code: Uuid,
        options: Options,
        more: Option<Options>,
        #[view(field = options)]
        wrapped: Json<Options>,
        #[view(expr = Parcel::depot.get(Depot::place.city))]
        city: Option<String>,
        depot: Stand,
    }

    #[derive(View, Debug, PartialEq)]
    #[view(Depot)]
    pub struct Stand {
        place: Place,
        #[view(expr = Depot::place.city)]
        city: Option<String>,
    }

    #[derive(View)]
    #[view(Depot)]
    pub struct Store {
        #[view(with = Depot::parcels.order_by(Parcel::id).limit(1))]
        parcels: Vec<Content>,
    }

    on_every_database! {
        async fn values_come_unharmed_through_nested_views(db: Db) {
            orm::create_tables_of(&db, &[Depot::def(), Parcel::def()]).await?;
            for city in [Some("Bath"), None] {
                let place = Place { street: "Mill Road".into(), city: city.map(Into::into) };
                Depot::create().place(place).insert(&db).await?;
            }
            let price: Decimal = "1234567890123456789012.12345678".parse().unwrap();
            let sent_at: DateTime<Utc> = "2026-03-04T05:06:07.123456Z".parse().unwrap();
            for depot in [1, 2] {
                Parcel::create()
                    .depot_id(Id::new(depot))
                    .number(i64::MAX)
                    .price(price)
                    .seal(vec![0, 255, b'\''])
                    .sent_at(sent_at)
                    .code(Uuid::max())
                    .options(Options { fragile: true })
                    .insert(&db)
                    .await?;
            }
            let content = |city: Option<&str>| Content {
                number: i64::MAX,
                price,
                seal: vec![0, 255, b'\''],
                sent_at,
                code: Uuid::max(),
                options: Options { fragile: true },
                more: None,
                wrapped: Json(Options { fragile: true }),
                city: city.map(Into::into),
                depot: Stand {
                    place: Place { street: "Mill Road".into(), city: city.map(Into::into) },
                    city: city.map(Into::into),
                },
            };
            let stores = Depot::query().order_by(Depot::id).view::<Store>().all(&db).await?;
            assert_eq!(stores[0].parcels, [content(Some("Bath"))]);
            assert_eq!(stores[1].parcels, [content(None)]);
        }
    }
}
