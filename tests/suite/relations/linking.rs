//! Links between rows, rows that take the place of others, and what becomes of rows when those that they belong to go.

use orm::prelude::*;

use super::graphs::*;
use super::models::*;

async fn labels(db: &Db, article: &Article) -> orm::Result<Vec<String>> {
    let labels = Article::labels.of(article).order_by(Label::id);
    labels.select(Label::name).all(db).await
}

async fn follows(db: &Db, author: &Author) -> orm::Result<Vec<String>> {
    let following = Author::following.of(author).order_by(Author::id);
    following.select(Author::name).all(db).await
}

on_every_database! {
    also mysql_without_returning;

    async fn linking_twice_is_one_link(db: Db) {
        blog(&db).await?;
        let all = Label::query().order_by(Label::id).all(&db).await?;
        let beta = Article::find(2).one(&db).await?;
        assert_eq!(Article::labels.link(&beta, &all, &db).await?, 2);
        assert_eq!(Article::labels.link(&beta, &all, &db).await?, 0);
        // A row names itself, here as elsewhere.
        assert_eq!(Label::find(&all[0]).one(&db).await?, all[0]);
        assert_eq!(Article::labels.link(&beta, [1, 1, 3], &db).await?, 0);
        assert_eq!(labels(&db, &beta).await?, ["rust", "sql", "cats"]);
        assert_eq!(ArticleLabel::query().filter(ArticleLabel::article_id.eq(beta.id)).count(&db).await?, 3);
        let nothing: [Id<Label>; 0] = [];
        let (counted, journal) = db.journaled();
        assert_eq!(Article::labels.link(&beta, nothing, &counted).await?, 0);
        assert!(journal.is_empty());
    }

    async fn unlinking_says_how_many_links_there_were(db: Db) {
        blog(&db).await?;
        let alpha = Article::find(1).one(&db).await?;
        assert_eq!(Article::labels.unlink(&alpha, [2, 3, 99], &db).await?, 1);
        assert_eq!(labels(&db, &alpha).await?, ["rust"]);
        // Those of other rows stay.
        assert_eq!(ArticleLabel::query().count(&db).await?, 5);
        assert_eq!(Article::labels.clear(&alpha, &db).await?, 1);
        assert_eq!(Article::labels.clear(&alpha, &db).await?, 0);
        assert_eq!(ArticleLabel::query().count(&db).await?, 4);
        assert_eq!(Label::query().count(&db).await?, 3);
    }

    async fn setting_links_writes_the_difference(db: Db) {
        blog(&db).await?;
        let alpha = Article::find(1).one(&db).await?;
        Article::labels.set(&alpha, [2, 3], &db).await?;
        assert_eq!(labels(&db, &alpha).await?, ["sql", "cats"]);
        let (counted, journal) = db.journaled();
        Article::labels.set(&alpha, [3, 2], &counted).await?;
        let texts = journal.take();
        assert!(texts.iter().all(|text| text.starts_with("SELECT")), "{texts:?}");
        let nothing: [Id<Label>; 0] = [];
        Article::labels.set(&alpha, nothing, &db).await?;
        assert!(labels(&db, &alpha).await?.is_empty());
        assert_eq!(ArticleLabel::query().count(&db).await?, 4);
    }

    async fn links_that_fail_leave_all_as_it_was(db: Db) {
        blog(&db).await?;
        let alpha = Article::find(1).one(&db).await?;
        let missing = Article::labels.link(&alpha, [3, 99], &db).await.unwrap_err();
        assert!(missing.is_foreign_key_violation(), "{missing}");
        let missing = Article::labels.set(&alpha, [3, 99], &db).await.unwrap_err();
        assert!(missing.is_foreign_key_violation(), "{missing}");
        assert_eq!(labels(&db, &alpha).await?, ["rust", "sql"]);

        let tx = db.begin().await?;
        Article::labels.clear(&alpha, &tx).await?;
        Article::labels.link(&alpha, [3], &tx).await?;
        assert_eq!(labels(&tx, &alpha).await?, ["cats"]);
        tx.rollback().await?;
        assert_eq!(labels(&db, &alpha).await?, ["rust", "sql"]);
    }

    async fn a_table_without_a_model_links_as_well(db: Db) {
        blog(&db).await?;
        for code in ["a", "b", "c"] {
            Topic::create().code(code).insert(&db).await?;
        }
        let alpha = Article::find(1).one(&db).await?;
        assert_eq!(Article::topics.link(&alpha, ["a", "b"], &db).await?, 2);
        assert_eq!(Article::topics.link(&alpha, ["b".to_owned(), "c".to_owned()], &db).await?, 1);
        // From the other end it is the same table.
        let topic = Topic::find("c").one(&db).await?;
        assert_eq!(Topic::articles.unlink(&topic, [&alpha], &db).await?, 1);
        assert_eq!(Topic::articles.link(&topic, [1, 2], &db).await?, 2);
        assert_eq!(Article::topics.of(&alpha).count(&db).await?, 3);
    }

    /// Its rows have a key of their own, and nothing forbids two of one pair.
    async fn links_with_keys_of_their_own_are_made_once(db: Db) {
        blog(&db).await?;
        let bob = Author::find(2).one(&db).await?;
        // Bob follows Ann twice already.
        assert_eq!(Author::following.link(&bob, [1, 3], &db).await?, 1);
        assert_eq!(Author::following.link(&bob, [3], &db).await?, 0);
        assert_eq!(follows(&db, &bob).await?, ["Ann", "Cyd"]);
        assert_eq!(Follow::query().filter(Follow::follower_id.eq(bob.id)).count(&db).await?, 3);
        assert_eq!(Author::following.unlink(&bob, [1], &db).await?, 2);
        Author::following.set(&bob, [4, 1], &db).await?;
        assert_eq!(follows(&db, &bob).await?, ["Ann", "Dan"]);
        let dan = Author::find(4).one(&db).await?;
        assert_eq!(Author::followers.link(&dan, [&bob], &db).await?, 0);
    }

    async fn links_fill_in_what_their_model_has_besides(db: Db) {
        graph_tables(&db).await?;
        let fans = Fan::insert_many(["Dan", "Eve"].map(|name| Fan::create().name(name))).all(&db).await?;
        let team = Team::create().name("Reds").insert(&db).await?;
        // They refer to the fan's name, which is not its key.
        assert_eq!(Team::fans.link(&team, &fans, &db).await?, 2);
        assert_eq!(Team::fans.link(&team, [fans[0].id], &db).await?, 0);
        assert_eq!(Support::query().filter(Support::level.eq(1)).count(&db).await?, 2);
        assert_eq!(Team::fans.unlink(&team, [fans[1].id, Id::new(99)], &db).await?, 1);
        assert!(Team::fans.link(&team, [99], &db).await.unwrap_err().is_not_found());
        assert_eq!(Fan::teams.of(&fans[0]).one(&db).await?.id, team.id);
        assert_eq!(Fan::teams.clear(&fans[0], &db).await?, 1);

        let refused = Fan::rated.link(&fans[0], [team.id], &db).await.unwrap_err();
        assert!(refused.to_string().contains("each is a `Rating`, which needs `stars` as well"), "{refused}");
        assert!(refused.caller().is_some_and(|caller| caller.file().ends_with("linking.rs")));
        Rating::create().fan_id(fans[0].id).team_id(team.id).stars(5).insert(&db).await?;
        assert_eq!(Fan::rated.unlink(&fans[0], [&team], &db).await?, 1);
    }

    async fn a_row_takes_the_place_of_the_one_that_belongs_to_another(db: Db) {
        blog(&db).await?;
        let ann = Author::find(1).one(&db).await?;
        let profile = Author::profile.replace(&ann, Profile::create().bio("sings"), &db).await?;
        assert_eq!((profile.author_id, profile.bio.as_str()), (ann.id, "sings"));
        assert_eq!(Profile::query().count(&db).await?, 2);
        assert_eq!(Author::profile.of(&ann).one(&db).await?, profile);
        // There was none.
        let bob = Author::find(2).one(&db).await?;
        Author::profile.replace(&bob, Profile::create().bio("cooks"), &db).await?;
        assert!(Author::profile.clear(&bob, &db).await?);
        assert!(!Author::profile.clear(&bob, &db).await?);
        assert_eq!(Profile::query().count(&db).await?, 2);
    }

    async fn a_row_that_may_belong_to_nothing_is_set_free(db: Db) {
        graph_tables(&db).await?;
        let fan = Fan::create().name("Dan").ticket(Ticket::create().seat(1)).insert(&db).await?;
        let ticket = Fan::ticket.replace(&fan, Ticket::create().seat(2), &db).await?;
        assert_eq!(ticket.fan_id, Some(fan.id));
        assert_eq!(Ticket::query().filter(Ticket::fan_id.is_null()).one(&db).await?.seat, 1);
        assert!(Fan::ticket.clear(&fan, &db).await?);
        assert_eq!(Ticket::query().filter(Ticket::fan_id.is_null()).count(&db).await?, 2);
        // It can be given to another by hand, which is not undone silently.
        let refused = Fan::ticket.replace(&fan, Ticket::create().seat(3).fan_id(Id::<Fan>::new(7)), &db).await.unwrap_err();
        assert_eq!(refused.field_errors().unwrap().of("fan_id").count(), 1);
    }

    async fn what_cannot_take_its_place_leaves_the_old_row(db: Db) {
        graph_tables(&db).await?;
        let team = Team::create().name("Reds").badge(Badge::create().text("red")).insert(&db).await?;
        let (counted, journal) = db.journaled();
        let refused = Team::badge.replace(&team, Badge::create().text("x"), &counted).await.unwrap_err();
        assert_eq!(refused.field_errors().unwrap().of("text").count(), 1);
        assert!(journal.is_empty());
        assert_eq!(Team::badge.replace(&team, Badge::create().text("blue"), &db).await?.text, "blue");
        assert_eq!(Team::badge.of(&team).one(&db).await?.text, "blue");
    }

    async fn rows_are_added_to_a_row(db: Db) {
        blog(&db).await?;
        let dan = Author::find(4).one(&db).await?;
        let new = ["one", "two"].map(|title| Article::create().title(title).comments([Comment::create().text(title)]));
        let added = Author::posts.add(&dan, new, &db).await?;
        assert_eq!(added.iter().map(|post| (post.title.as_str(), post.author_id)).collect::<Vec<_>>(), [("one", dan.id), ("two", dan.id)]);
        assert_eq!(Author::comments.of(&dan).count(&db).await?, 2);
        let reports = Author::reports.add(&dan, [Author::create().name("Eve")], &db).await?;
        assert_eq!(reports[0].manager_id, Some(dan.id));

        graph_tables(&db).await?;
        let team = Team::create().name("Reds").insert(&db).await?;
        let refused = Team::players.add(&team, [Player::create().name("Bob"), Player::create().name("y")], &db).await.unwrap_err();
        assert_eq!(refused.field_errors().unwrap().iter().next().unwrap().path, "players[1].name");
        assert_eq!(Player::query().count(&db).await?, 0);
    }
}

on_every_database! {
    async fn deleting_a_row_deletes_what_belongs_to_it_where_that_was_declared(db: Db) {
        blog(&db).await?;
        Author::find(1).one(&db).await?.delete(&db).await?;
        // Her articles, with their comments and links, and her profile are gone.
        assert_eq!(Article::query().filter(Article::author.is(Author::name.eq("Ann"))).count(&db).await?, 0);
        assert_eq!((Article::query().count(&db).await?, Profile::query().count(&db).await?), (3, 1));
        assert_eq!(ArticleLabel::query().count(&db).await?, 3);
        assert_eq!(Follow::query().count(&db).await?, 0);
        // Bob had her as manager, Cyd's article had her comment, Bob's her review: they stay.
        assert_eq!(Author::find(2).one(&db).await?.manager_id, None);
        assert_eq!(Comment::query().order_by(Comment::id).select(Comment::writer_id).all(&db).await?, [None, None]);
        assert_eq!(Article::find(4).one(&db).await?.reviewer_id, None);
    }

    async fn a_row_that_others_need_cannot_be_deleted_where_that_was_declared(db: Db) {
        graph_tables(&db).await?;
        let team = Team::create().name("Reds").badge(Badge::create().text("red")).players([Player::create().name("Bob")]).insert(&db).await?;
        let refused = team.delete(&db).await.unwrap_err();
        assert!(refused.is_foreign_key_violation(), "{refused}");
        assert_eq!((Team::query().count(&db).await?, Badge::query().count(&db).await?), (1, 1));
        Team::players.of(&team).delete().exec(&db).await?;
        team.delete(&db).await?;
        assert_eq!((Team::query().count(&db).await?, Badge::query().count(&db).await?), (0, 0));
        // Down a whole tree.
        let node = |name: &str| Category::create().name(name);
        let root = node("root").children([node("a").children([node("b")])]).insert(&db).await?;
        root.delete(&db).await?;
        assert_eq!(Category::query().count(&db).await?, 0);
    }

    async fn a_link_is_one_statement_where_the_database_can_name_its_key(db: Db) {
        blog(&db).await?;
        let beta = Article::find(2).one(&db).await?;
        let (counted, journal) = db.journaled();
        Article::labels.link(&beta, [1, 2, 3], &counted).await?;
        if !db.is_mariadb() {
            assert_eq!(journal.len(), 1);
        }
    }
}

on_every_database! {
    threads; only sqlite_file, postgres, mariadb;

    async fn links_made_at_the_same_time_are_one(db: Db) {
        blog(&db).await?;
        let pool = db.another_pool(6).await;
        let dan = Author::find(4).one(&db).await?;
        let beta = Article::find(2).one(&db).await?;
        let tasks: Vec<_> = (0..6)
            .map(|_| {
                let (pool, dan, beta) = (pool.clone(), dan.clone(), beta.clone());
                tokio::spawn(async move {
                    let follows = Author::following.link(&dan, [1, 2], &pool).await?;
                    let labels = Article::labels.link(&beta, [1, 2, 3], &pool).await?;
                    Ok::<_, orm::Error>((follows, labels))
                })
            })
            .collect();
        let mut sum = (0, 0);
        for task in tasks {
            let (follows, labels) = task.await.unwrap()?;
            sum = (sum.0 + follows, sum.1 + labels);
        }
        // Beta had one label.
        assert_eq!(sum, (2, 2));
        assert_eq!(Follow::query().filter(Follow::follower_id.eq(dan.id)).count(&db).await?, 2);
    }
}
