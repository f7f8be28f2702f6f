//! A blog with every kind of relation, and a shop whose keys have two columns.

use orm::prelude::*;

#[derive(Model, Debug, Clone, PartialEq, serde::Serialize)]
#[model(table = "authors")]
#[has_many(posts: Article, via = author)]
#[has_many(reviews: Article, via = reviewer)]
#[has_one(profile: Profile)]
#[has_many(reports: Author, via = manager)]
#[has_many(comments: Comment, through(posts, comments))]
#[has_many(used_labels: Label, through(posts, labels))]
#[many_to_many(followers: Author, through = Follow, via = followed, to = follower)]
#[many_to_many(following: Author, through = Follow, via = follower, to = followed)]
pub struct Author {
    pub id: Id<Author>,
    pub name: String,
    pub age: Option<i32>,
    #[belongs_to(manager: Author, on_delete = SetNull)]
    pub manager_id: Option<Id<Author>>,
}

#[derive(Model, Debug, Clone, PartialEq, serde::Serialize)]
pub struct Profile {
    pub id: Id<Profile>,
    #[model(unique)]
    #[belongs_to(author: Author, on_delete = Cascade)]
    pub author_id: Id<Author>,
    pub bio: String,
}

#[derive(Model, Debug, Clone, PartialEq, serde::Serialize)]
#[has_many(comments: Comment)]
#[many_to_many(labels: Label, through = ArticleLabel)]
#[many_to_many(topics: Topic)]
pub struct Article {
    pub id: Id<Article>,
    #[belongs_to(author: Author, on_delete = Cascade)]
    pub author_id: Id<Author>,
    #[belongs_to(reviewer: Author, on_delete = SetNull)]
    pub reviewer_id: Option<Id<Author>>,
    pub title: String,
    #[model(default = 0)]
    pub views: i64,
    #[model(default = false)]
    pub published: bool,
}

#[derive(Model, Debug, Clone, PartialEq, serde::Serialize)]
pub struct Comment {
    pub id: Id<Comment>,
    #[belongs_to(article: Article, on_delete = Cascade)]
    pub article_id: Id<Article>,
    #[belongs_to(writer: Author, on_delete = SetNull)]
    pub writer_id: Option<Id<Author>>,
    pub text: String,
}

#[derive(Model, Debug, Clone, PartialEq, serde::Serialize)]
#[many_to_many(articles: Article, through = ArticleLabel)]
pub struct Label {
    pub id: Id<Label>,
    #[model(unique, length = 50)]
    pub name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
pub struct ArticleLabel {
    #[model(key)]
    #[belongs_to(article: Article, on_delete = Cascade)]
    pub article_id: Id<Article>,
    #[model(key)]
    #[belongs_to(label: Label, on_delete = Cascade)]
    pub label_id: Id<Label>,
}

#[derive(Model, Debug, Clone, PartialEq, serde::Serialize)]
#[many_to_many(articles: Article)]
pub struct Topic {
    #[model(key, length = 20)]
    pub code: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
pub struct Follow {
    pub id: Id<Follow>,
    #[belongs_to(follower: Author, on_delete = Cascade)]
    pub follower_id: Id<Author>,
    #[belongs_to(followed: Author, on_delete = Cascade)]
    pub followed_id: Id<Author>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[has_many(lines: Line)]
pub struct Purchase {
    #[model(key)]
    pub shop: i32,
    #[model(key, length = 10)]
    pub number: String,
    pub note: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[belongs_to(purchase: Purchase, fields(shop, number), on_delete = Cascade)]
pub struct Line {
    pub id: Id<Line>,
    pub shop: i32,
    #[model(length = 10)]
    pub number: String,
    pub item: String,
    #[model(precision = 20, scale = 4)]
    pub price: Decimal,
}

/// The tables of the blog.
pub async fn tables(db: &Db) -> orm::Result<()> {
    let models = [
        Author::def(),
        Profile::def(),
        Article::def(),
        Comment::def(),
        Label::def(),
        ArticleLabel::def(),
        Topic::def(),
        Follow::def(),
        Purchase::def(),
        Line::def(),
    ];
    orm::create_tables_of(db, &models).await
}

/// Ann (1) manages Bob (2), who manages Cyd (3); Dan (4) is alone. Ann has written the articles 1 to 3, Bob 4 and 5, Cyd 6.
pub async fn blog(db: &Db) -> orm::Result<()> {
    tables(db).await?;
    let people = [
        ("Ann", Some(50), None),
        ("Bob", Some(40), Some(1)),
        ("Cyd", None, Some(2)),
        ("Dan", Some(20), None),
    ];
    for (name, age, manager) in people {
        Author::create()
            .name(name)
            .age(age)
            .manager_id(manager.map(Id::<Author>::new))
            .insert(db)
            .await?;
    }
    for (author, bio) in [(1, "writes"), (3, "reads")] {
        Profile::create()
            .author_id(Id::new(author))
            .bio(bio)
            .insert(db)
            .await?;
    }
    let articles: [(i64, Option<i64>, &str, i64, bool); 6] = [
        (1, Some(2), "alpha", 10, true),
        (1, None, "beta", 20, false),
        (1, Some(2), "gamma", 30, true),
        (2, Some(1), "delta", 40, true),
        (2, Some(3), "epsilon", 50, true),
        (3, None, "zeta", 60, false),
    ];
    for (author, reviewer, title, views, published) in articles {
        let article = Article::create()
            .author_id(Id::new(author))
            .reviewer_id(reviewer.map(Id::<Author>::new));
        article
            .title(title)
            .views(views)
            .published(published)
            .insert(db)
            .await?;
    }
    for (article, writer, text) in [
        (1, Some(2), "one"),
        (1, Some(3), "two"),
        (1, None, "three"),
        (4, Some(1), "four"),
        (6, Some(1), "five"),
    ] {
        Comment::create()
            .article_id(Id::new(article))
            .writer_id(writer.map(Id::<Author>::new))
            .text(text)
            .insert(db)
            .await?;
    }
    for name in ["rust", "sql", "cats"] {
        Label::create().name(name).insert(db).await?;
    }
    for (article, label) in [(1, 1), (1, 2), (2, 1), (4, 2), (5, 1), (5, 2)] {
        ArticleLabel::create()
            .article_id(Id::new(article))
            .label_id(Id::new(label))
            .insert(db)
            .await?;
    }
    for (follower, followed) in [(2, 1), (3, 1), (1, 2), (2, 1)] {
        Follow::create()
            .follower_id(Id::new(follower))
            .followed_id(Id::new(followed))
            .insert(db)
            .await?;
    }
    Ok(())
}
