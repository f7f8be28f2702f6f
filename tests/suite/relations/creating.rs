//! Rows that are created together with the rows that they are related to.

use orm::ErrorKind;
use orm::prelude::*;

use super::graphs::*;
use super::models::*;

fn article(title: &str) -> ArticleCreate<orm::query::Unset, orm::query::Set> {
    Article::create().title(title)
}

/// How many rows the tables of the blog have.
async fn rows(db: &Db) -> orm::Result<[u64; 6]> {
    Ok([
        Author::query().count(db).await?,
        Profile::query().count(db).await?,
        Article::query().count(db).await?,
        Comment::query().count(db).await?,
        Label::query().count(db).await?,
        ArticleLabel::query().count(db).await?,
    ])
}

/// The statements of each kind of 100 authors with 10 articles with 5 comments each.
async fn many(db: &Db) -> orm::Result<usize> {
    let authors = (0..100).map(|n| {
        let articles = (0..10).map(move |m| {
            let comments = (0..5).map(move |k| Comment::create().text(format!("{n}.{m}.{k}")));
            Article::create()
                .title(format!("{n}.{m}"))
                .comments(comments)
        });
        Author::create().name(n.to_string()).posts(articles)
    });
    let (counted, journal) = db.journaled();
    assert_eq!(Author::insert_many(authors).exec(&counted).await?, 100);
    Ok(journal.len())
}

on_every_database! {
    also mysql_without_returning;

    async fn children_to_any_depth_are_created_with_their_parent(db: Db) {
        tables(&db).await?;
        let ann = Author::create()
            .name("Ann")
            .profile(Profile::create().bio("writes"))
            .posts([
                article("one").views(1).comments([Comment::create().text("a"), Comment::create().text("b")]),
                article("two").views(2),
            ])
            .posts([article("three").views(3).comments([Comment::create().text("c")])])
            .insert(&db)
            .await?;
        assert_eq!((ann.name.as_str(), ann.age), ("Ann", None));
        let read = Author::find(ann.id)
            .include(Author::profile)
            .include(Author::posts.order_by(Article::id).include(Article::comments.order_by(Comment::id)))
            .one(&db)
            .await?;
        assert_eq!(read.get(Author::profile).as_ref().map(|profile| profile.bio.as_str()), Some("writes"));
        let posts: Vec<_> = read
            .get(Author::posts)
            .iter()
            .map(|post| {
                let comments = post.get(Article::comments).iter().map(|comment| comment.text.as_str());
                (post.title.as_str(), post.views, comments.collect::<Vec<_>>())
            })
            .collect();
        assert_eq!(posts, [("one", 1, vec!["a", "b"]), ("two", 2, vec![]), ("three", 3, vec!["c"])]);
    }

    async fn a_parent_is_created_before_the_row_that_belongs_to_it(db: Db) {
        tables(&db).await?;
        let comment = Comment::create()
            .text("first")
            .writer(Author::create().name("Bob"))
            .article(article("news").author(Author::create().name("Ann").manager(Author::create().name("Cyd"))))
            .insert(&db)
            .await?;
        let read = Comment::find(comment.id)
            .include(Comment::writer)
            .include(Comment::article.include(Article::author.include(Author::manager)))
            .one(&db)
            .await?;
        let author = read.get(Comment::article).get(Article::author);
        assert_eq!(author.name, "Ann");
        assert_eq!(author.get(Author::manager).as_ref().map(|manager| manager.name.as_str()), Some("Cyd"));
        assert_eq!(read.get(Comment::writer).as_ref().map(|writer| writer.name.as_str()), Some("Bob"));
        assert_eq!(comment.article_id, read.get(Comment::article).id);
    }

    async fn rows_of_many_to_many_are_created_and_linked(db: Db) {
        tables(&db).await?;
        let labels = ["x", "y"].map(|name| Label::create().name(name));
        let topics = [Topic::create().code("a"), Topic::create().code("b")];
        let post = article("one").author(Author::create().name("Ann")).labels(labels).topics(topics).insert(&db).await?;
        let names: Vec<String> = Article::labels.of(&post).order_by(Label::id).select(Label::name).all(&db).await?;
        assert_eq!(names, ["x", "y"]);
        let codes: Vec<String> = Article::topics.of(&post).order_by(Topic::code).select(Topic::code).all(&db).await?;
        assert_eq!(codes, ["a", "b"]);

        // Through a model with a key of its own, and to the same model.
        let cyd = Author::create().name("Cyd").followers([Author::create().name("Dan"), Author::create().name("Eve")]).insert(&db).await?;
        assert_eq!(Author::followers.of(&cyd).count(&db).await?, 2);
        assert_eq!(Author::following.of(&cyd).count(&db).await?, 0);
    }

    async fn rows_that_are_there_are_connected(db: Db) {
        blog(&db).await?;
        let zeta = Article::find(6).one(&db).await?;
        let fay = Author::create().name("Fay").connect(Author::posts, [Id::<Article>::new(1), Id::new(1), Id::new(2)]).insert(&db).await?;
        assert_eq!(Author::posts.of(&fay).count(&db).await?, 2);
        let rows = Article::query().filter(Article::id.in_([Id::new(4), Id::new(5)])).all(&db).await?;
        let gus = Author::create().name("Gus").connect(Author::posts, &rows).connect(Author::posts, [&zeta]).insert(&db).await?;
        assert_eq!(Author::posts.of(&gus).count(&db).await?, 3);

        let post = article("new").author_id(fay.id).connect(Article::labels, [1, 2, 1]).labels([Label::create().name("new")]).insert(&db).await?;
        let names: Vec<String> = Article::labels.of(&post).order_by(Label::id).select(Label::name).all(&db).await?;
        assert_eq!(names, ["rust", "sql", "new"]);
    }

    async fn what_cannot_be_connected_leaves_nothing_behind(db: Db) {
        blog(&db).await?;
        let before = rows(&db).await?;
        let missing = Author::create().name("Fay").connect(Author::posts, [1, 99]).insert(&db).await.unwrap_err();
        assert!(missing.is_not_found(), "{missing}");
        assert_eq!(missing.kind().to_string(), "no `Article` was found");
        assert_eq!(Article::find(1).one(&db).await?.author_id, Id::new(1));
        let missing = article("new").author_id(Id::new(1)).connect(Article::labels, [1, 99]).insert(&db).await.unwrap_err();
        assert!(missing.is_foreign_key_violation(), "{missing}");
        assert_eq!(rows(&db).await?, before);
    }

    async fn all_rows_are_judged_before_anything_is_sent(db: Db) {
        tables(&db).await?;
        graph_tables(&db).await?;
        let (counted, journal) = db.journaled();
        let refused = Team::create()
            .name("x")
            .badge(Badge::create().text("no"))
            .players([
                Player::create().name("Bob").shirts([Shirt::create().number(1), Shirt::create().number(100)]),
                Player::create().name("y"),
            ])
            .fans([Fan::create().name("z")])
            .insert(&counted)
            .await
            .unwrap_err();
        let paths: Vec<_> = refused.field_errors().unwrap().iter().map(|error| error.path.as_ref()).collect();
        assert_eq!(paths, ["name", "badge.text", "players[0].shirts[1].number", "players[1].name", "fans[0].name"]);
        let refused = Team::insert_many([Team::create().name("fine"), Team::create().name("also").players([Player::create().name("y")])]);
        let refused = refused.all(&counted).await.unwrap_err();
        assert_eq!(refused.field_errors().unwrap().iter().next().unwrap().path, "rows[1].players[0].name");
        let refused = Shirt::create().number(7).player(Player::create().name("y").team(Team::create().name("x"))).insert(&counted).await.unwrap_err();
        let paths: Vec<_> = refused.field_errors().unwrap().iter().map(|error| error.path.as_ref()).collect();
        assert_eq!(paths, ["player.name", "player.team.name"]);
        assert!(journal.is_empty());
    }

    async fn nothing_is_written_when_one_row_is_refused_by_the_database(db: Db) {
        blog(&db).await?;
        let before = rows(&db).await?;
        let taken = Author::create()
            .name("Fay")
            .posts([article("one").labels([Label::create().name("new"), Label::create().name("rust")])])
            .insert(&db)
            .await
            .unwrap_err();
        assert!(taken.is_unique_violation(), "{taken}");
        assert_eq!(rows(&db).await?, before);

        // Inside of a transaction, what was there before the graph stays.
        let tx = db.begin().await?;
        Label::create().name("kept").insert(&tx).await?;
        let taken = article("one").author(Author::create().name("Gus")).labels([Label::create().name("sql")]).insert(&tx).await;
        assert!(taken.unwrap_err().is_unique_violation());
        tx.commit().await?;
        let mut after = before;
        after[4] += 1;
        assert_eq!(rows(&db).await?, after);
    }

    async fn a_foreign_key_is_given_once(db: Db) {
        blog(&db).await?;
        let (counted, journal) = db.journaled();
        // `manager_id` may be NULL, so no type says whether it is given.
        let by_hand = Author::create().name("Boss").reports([Author::create().name("One"), Author::create().name("Two").manager_id(Id::<Author>::new(1))]);
        let refused = by_hand.insert(&counted).await.unwrap_err();
        assert_eq!(
            refused.kind().to_string(),
            "1 field is not valid: `reports[1].manager_id`: comes from the related row, so it cannot be given as well"
        );
        let by_hand = Author::create().name("One").manager(Author::create().name("Boss")).manager_id(Id::<Author>::new(1));
        assert_eq!(by_hand.insert(&counted).await.unwrap_err().field_errors().unwrap().of("manager_id").count(), 1);
        let twice = Author::create().name("One").manager(Author::create().name("Boss")).manager(Author::create().name("Other"));
        let twice = twice.insert(&counted).await.unwrap_err();
        assert_eq!(twice.kind().to_string(), "`Author::manager` leads to one row, and more than one was given");
        let twice = Author::create().name("One").profile(Profile::create().bio("a")).profile(Profile::create().bio("b"));
        assert!(matches!(twice.insert(&counted).await.unwrap_err().kind(), ErrorKind::InvalidQuery { .. }));
        assert!(journal.is_empty());
        // A NULL says nothing.
        let boss = Author::create().name("Boss").reports([Author::create().name("One").manager_id(None::<Id<Author>>)]).insert(&counted).await?;
        assert_eq!(Author::reports.of(&boss).count(&db).await?, 1);
    }

    async fn an_upsert_refuses_related_rows(db: Db) {
        tables(&db).await?;
        let (counted, journal) = db.journaled();
        let label = || Label::create().name("rust").articles([article("one").author(Author::create().name("Ann"))]);
        let refused = label().on_conflict(Label::name).do_nothing().insert(&counted).await.unwrap_err();
        assert!(refused.to_string().starts_with("an upsert cannot tell what to do with related rows"), "{refused}");
        let refused = Label::insert_many([label()]).on_conflict(Label::name).do_nothing().exec(&counted).await.unwrap_err();
        assert!(refused.to_string().starts_with("an upsert cannot tell what to do with related rows"), "{refused}");
        assert!(Label::insert_many([label()]).to_sql(orm::dialect::SQLITE).is_err());
        assert!(journal.is_empty());
    }

    async fn many_rows_come_back_in_order_with_what_was_created_beneath_them(db: Db) {
        tables(&db).await?;
        let authors = ["Ann", "Bob", "Cyd"].map(|name| {
            let own = format!("{name}'s");
            match name {
                "Bob" => Author::create().name(name),
                _ => Author::create().name(name).posts([article(&own), article("other")]),
            }
        });
        let authors = Author::insert_many(authors).all(&db).await?;
        assert_eq!(authors.iter().map(|author| author.name.as_str()).collect::<Vec<_>>(), ["Ann", "Bob", "Cyd"]);
        let posts = Author::posts.order_by(Article::id).load(&authors, &db).await?;
        let titles: Vec<Vec<&str>> = posts.iter().map(|posts| posts.iter().map(|post| post.title.as_str()).collect()).collect();
        assert_eq!(titles, [vec!["Ann's", "other"], vec![], vec!["Cyd's", "other"]]);

        // Some with a parent of their own, and some without.
        let posts = [article("a").author_id(authors[0].id), article("b").author(Author::create().name("Dan"))];
        let posts = Article::insert_many(posts).all(&db).await?;
        assert_eq!(posts.iter().map(|post| post.title.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(Article::author.of(&posts[1]).one(&db).await?.name, "Dan");
    }

    async fn a_tree_is_created_level_by_level(db: Db) {
        graph_tables(&db).await?;
        let node = |name: &str| Category::create().name(name);
        let root = node("root").children([
            node("a").children([node("a1"), node("a2").children([node("a2x")])]),
            node("b").children([node("b1")]),
        ]);
        let (counted, journal) = db.journaled();
        root.insert(&counted).await?;
        if !db.is_mariadb() {
            assert_eq!(journal.len(), 4, "{:?}", journal.take());
        }
        let all = Category::query().order_by(Category::id).include(Category::parent).all(&db).await?;
        let read: Vec<_> = all.iter().map(|c| (c.name.as_str(), c.get(Category::parent).as_ref().map(|p| p.name.as_str()))).collect();
        assert_eq!(read, [
            ("root", None), ("a", Some("root")), ("b", Some("root")), ("a1", Some("a")), ("a2", Some("a")), ("b1", Some("b")), ("a2x", Some("a2")),
        ]);
        // Upwards and downwards at once.
        let leaf = node("leaf").parent(node("stem").children([node("sibling")])).children([node("vein")]).insert(&db).await?;
        let stem = Category::parent.of(&leaf).one(&db).await?;
        let names: Vec<String> = Category::children.of(&stem).order_by(Category::name).select(Category::name).all(&db).await?;
        assert_eq!(names, ["leaf", "sibling"]);
        assert_eq!(Category::children.of(&leaf).one(&db).await?.name, "vein");
    }

    async fn keys_of_every_kind_are_handed_on(db: Db) {
        tables(&db).await?;
        graph_tables(&db).await?;
        // Two columns.
        let lines = ["pen", "ink"].map(|item| Line::create().item(item).price(Decimal::new(15, 1)));
        let purchase = Purchase::create().shop(3).number("n-1").note("gift").lines(lines).insert(&db).await?;
        let read = Purchase::lines.of(&purchase).order_by(Line::id).all(&db).await?;
        assert_eq!(read.iter().map(|line| (line.shop, line.number.as_str(), line.item.as_str())).collect::<Vec<_>>(), [(3, "n-1", "pen"), (3, "n-1", "ink")]);
        let line = Line::create().item("cap").price(Decimal::ONE).purchase(Purchase::create().shop(4).number("n-2").note("")).insert(&db).await?;
        assert_eq!((line.shop, line.number.as_str()), (4, "n-2"));
        // Made by the program, and the same for the row that belongs to it.
        let team = Team::create().name("Reds").badge(Badge::create().text("red")).players([Player::create().name("Bob").shirts([Shirt::create().number(9)])]).insert(&db).await?;
        assert_eq!(Badge::query().filter(Badge::team_id.eq(team.id)).one(&db).await?.text, "red");
        let shirt = Shirt::query().include(Shirt::player).one(&db).await?;
        assert_eq!((shirt.get(Shirt::player).name.as_str(), shirt.get(Shirt::player).team_id), ("Bob", team.id));
        // A column that is not the key, on both sides of a table between.
        let fan = Fan::create().name("Dan").teams([Team::create().name("Blues")]).letters([Letter::create().text("hello")]).insert(&db).await?;
        assert_eq!(Letter::query().one(&db).await?.fan_name, "Dan");
        assert_eq!(Fan::teams.of(&fan).one(&db).await?.name, "Blues");
        let more = Team::create().name("Greens").connect(Team::fans, [fan.id]).insert(&db).await?;
        assert_eq!(Team::fans.of(&more).one(&db).await?.name, "Dan");
        let missing = Team::create().name("Whites").connect(Team::fans, [99]).insert(&db).await.unwrap_err();
        assert!(missing.is_not_found(), "{missing}");
        assert_eq!(Team::query().filter(Team::name.eq("Whites")).count(&db).await?, 0);
    }

    async fn links_are_filled_in_and_refused_like_rows(db: Db) {
        graph_tables(&db).await?;
        let fan = Fan::create().name("Dan").teams([Team::create().name("Reds")]).insert(&db).await?;
        // The model between has a default, and a time of creation.
        let support = Support::query().one(&db).await?;
        assert_eq!((support.fan_name.as_str(), support.level), ("Dan", 1));
        let (counted, journal) = db.journaled();
        let refused = Fan::create().name("Eve").rated([Team::create().name("Blues")]).insert(&counted).await.unwrap_err();
        assert_eq!(
            refused.kind().to_string(),
            "`Fan::rated` cannot make links by itself: each is a `Rating`, which needs `stars` as well; \
             create these rows directly, with `Rating::create()`"
        );
        assert!(journal.is_empty());
        assert_eq!(Fan::find(fan.id).one(&db).await?.name, "Dan");
    }

    async fn drafts_nest_like_builders(db: Db) {
        graph_tables(&db).await?;
        let json = r#"{
            "name": "Reds",
            "badge": { "text": "red" },
            "squad": [{ "name": "Bob", "shirts": [{ "number": 9 }] }, { "name": "Cyd", "shirts": [] }]
        }"#;
        let team: NewTeam = orm::serde_json::from_str(json).unwrap();
        let team = team.insert(&db).await?;
        let read = Team::find(team.id)
            .include(Team::badge)
            .include(Team::players.order_by(Player::name).include(Player::shirts))
            .one(&db)
            .await?;
        assert_eq!(read.get(Team::badge).as_ref().map(|badge| badge.text.as_str()), Some("red"));
        let players: Vec<_> = read.get(Team::players).iter().map(|p| (p.name.as_str(), p.get(Player::shirts).len())).collect();
        assert_eq!(players, [("Bob", 1), ("Cyd", 0)]);

        // Refused fields have the names of the input, at any depth.
        let json = r#"{ "name": "Reds", "squad": [{ "name": "Bob", "shirts": [{ "number": 900 }] }] }"#;
        let team: NewTeam = orm::serde_json::from_str(json).unwrap();
        let refused = team.insert(&db).await.unwrap_err();
        let paths: Vec<_> = refused.field_errors().unwrap().iter().map(|error| error.path.as_ref()).collect();
        assert_eq!(paths, ["squad[0].shirts[0].number"]);

        // A draft takes more rows on its builder, and stands in other builders.
        let team: NewTeam = orm::serde_json::from_str(r#"{ "name": "Blues", "squad": [{ "name": "Dan", "shirts": [] }] }"#).unwrap();
        let team = team.create().players([Player::create().name("Eve")]).insert(&db).await?;
        assert_eq!(Team::players.of(&team).count(&db).await?, 2);
        let player: NewPlayer = orm::serde_json::from_str(r#"{ "name": "Fay", "shirts": [{ "number": 3 }] }"#).unwrap();
        let team = Team::create().name("Greens").players([player]).insert(&db).await?;
        assert_eq!(Team::players.of(&team).filter(Player::shirts.any(Shirt::number.eq(3))).count(&db).await?, 1);

        // A parent in a draft gives the foreign key; a tree is a draft that holds drafts of its own kind.
        let json = r#"{ "number": 4, "player": { "name": "Gus", "team": { "name": "Greys", "squad": [] } } }"#;
        let shirt: NewShirt = orm::serde_json::from_str(json).unwrap();
        let shirt = shirt.insert(&db).await?;
        assert_eq!(Team::query().filter(Team::players.any(Player::id.eq(shirt.player_id))).one(&db).await?.name, "Greys");
        let json = r#"{ "name": "root", "children": [{ "name": "a", "children": [{ "name": "b" }] }] }"#;
        let tree: NewCategory = orm::serde_json::from_str(json).unwrap();
        tree.insert(&db).await?;
        assert_eq!(Category::query().filter(Category::parent.is(Category::name.eq("a"))).one(&db).await?.name, "b");
    }
}

on_every_database! {
    async fn a_graph_takes_a_few_statements_whatever_its_size(db: Db) {
        tables(&db).await?;
        let statements = many(&db).await?;
        assert!(statements <= 8, "{statements}");
        assert_eq!(rows(&db).await?[..4], [100, 0, 1000, 5000]);
        let comments = Comment::query().order_by(Comment::id).include(Comment::article.include(Article::author)).all(&db).await?;
        for comment in &comments {
            let article = comment.get(Comment::article);
            assert!(comment.text.starts_with(&format!("{}.", article.title)));
            assert!(article.title.starts_with(&format!("{}.", article.get(Article::author).name)));
        }
    }

    async fn a_row_alone_is_one_statement(db: Db) {
        tables(&db).await?;
        let (counted, journal) = db.journaled();
        let none: [ArticleCreate<orm::query::Unset, orm::query::Set>; 0] = [];
        Author::create().name("Ann").posts(none).insert(&counted).await?;
        assert_eq!(journal.take().len(), 1);
        Author::create().name("Bob").posts([article("one")]).insert(&counted).await?;
        assert_eq!(journal.take().len(), 2);
    }

    async fn times_are_one_for_the_whole_graph(db: Db) {
        graph_tables(&db).await?;
        let fan = Fan::create().name("Dan").teams([Team::create().name("Reds"), Team::create().name("Blues")]).insert(&db).await?;
        let times: Vec<DateTime<Utc>> = Support::query().select(Support::since).all(&db).await?;
        assert_eq!(times, [fan.since, fan.since]);
    }
}

on_every_database! {
    only mysql_without_returning;

    async fn rows_whose_numbers_nobody_asks_for_are_inserted_together(db: Db) {
        tables(&db).await?;
        // 1 + 100 authors, 1000 articles; the 5000 comments take 5.
        let statements = many(&db).await?;
        assert!(statements <= 1105, "{statements}");
        assert_eq!(rows(&db).await?[..4], [100, 0, 1000, 5000]);
    }
}

/// A model whose relations are written by a macro, from tokens of two places.
macro_rules! level {
    ($(#[$attr:meta])* $model:ident belongs to $parent:ident) => {
        #[derive(Model, Debug)]
        $(#[$attr])*
        struct $model {
            id: Id<$model>,
            #[belongs_to(parent: $parent, on_delete = Cascade)]
            parent_id: Id<$parent>,
            name: String,
        }
    };
}

#[derive(Model, Debug)]
#[model(table = "macro_roots")]
#[has_many(branches: Branch)]
struct Root {
    id: Id<Root>,
}
level!(#[model(table = "macro_branches")] #[has_many(twigs: Twig)] Branch belongs to Root);
level!(#[model(table = "macro_twigs")] Twig belongs to Branch);

on_every_database! {
    async fn models_that_a_macro_writes_have_relations(db: Db) {
        orm::create_tables_of(&db, &[Root::def(), Branch::def(), Twig::def()]).await?;
        let twig = || Twig::create().name("t");
        let root = Root::create().branches([Branch::create().name("b").twigs([twig(), twig()])]).insert(&db).await?;
        let root = Root::find(root.id).include(Root::branches.include(Branch::twigs)).one(&db).await?;
        let branch = &root.get(Root::branches)[0];
        assert_eq!((branch.name.as_str(), branch.get(Branch::twigs).len()), ("b", 2));
        assert_eq!(branch.get(Branch::twigs)[0].name, "t");
    }
}
