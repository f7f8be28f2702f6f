//! Queries over several tables.

use std::collections::BTreeMap;

use orm::prelude::*;

use crate::Result;
use crate::models::{Comment, Post, Profile, Tag, User};
use crate::output::{Table, heading, or_dash, say};
use crate::reading::print_posts;
use crate::shown::shown;

const SOURCE: &str = include_str!("relating.rs");

/// What a query selects, under names.
#[derive(FromRow)]
struct Author {
    id: Id<User>,
    posts: i64,
    views: Option<i64>,
}

pub(crate) async fn authors(db: &Db) -> Result {
    heading("Authors with more than 6 posts");
    let authors = shown!(
        Post::query()
            .filter(Post::published.eq(true))
            .group_by(Post::user_id)
            .having(count().gt(6))
            .order_by((count().desc(), Post::user_id.asc()))
            .select_as::<Author, _>((Post::user_id, count(), Post::view_count.sum()))
            .all(db)
            .await?
    );
    let ids: Vec<_> = authors.iter().map(|author| author.id).collect();
    let names = shown!(
        User::query()
            .filter(User::id.in_(&ids))
            .select((User::id, User::username))
            .all(db)
            .await?
    );
    let names: BTreeMap<Id<User>, String> = names.into_iter().collect();
    let mut table = Table::new(["author", ">posts", ">views"]);
    for author in &authors {
        table.row([
            &or_dash(names.get(&author.id)),
            &author.posts,
            &or_dash(author.views),
        ]);
    }
    table.print();
    Ok(())
}

pub(crate) async fn without_posts(db: &Db) -> Result {
    heading("Users who have written nothing");
    let readers = shown!(
        User::query()
            .filter(User::posts.none(always()))
            .order_by(User::username)
            .select(User::username)
            .all(db)
            .await?
    );
    say(readers.join(" "));
    println!();
    let silent = shown!(
        User::query()
            .filter(User::posts.count().eq(0) & User::comments.count().eq(0))
            .count(db)
            .await?
    );
    say(format!("{silent} of them have not commented either"));
    Ok(())
}

pub(crate) async fn tagged(db: &Db) -> Result {
    heading("Posts with the tag “types” that were commented on");
    let posts = shown!(
        Post::query()
            .filter(Post::published.eq(true))
            .filter(Post::tags.any(Tag::slug.eq("types")) & Post::comments.any(always()))
            .order_by(Post::view_count.desc())
            .limit(5)
            .all(db)
            .await?
    );
    print_posts(&posts);
    Ok(())
}

/// A row of the statement in [`tags_by_use`]; its columns are found by name.
#[derive(FromRow)]
struct TagUse {
    name: String,
    posts: i64,
    views: Option<Decimal>,
}

pub(crate) async fn tags_by_use(db: &Db) -> Result {
    heading("Tags by use, in SQL");
    let (published, least) = (true, 10);
    let tags: Vec<TagUse> = shown!(
        sql!(
            "SELECT tags.name, COUNT(posts.id) AS posts, SUM(posts.view_count) AS views
             FROM tags
             JOIN post_tags ON post_tags.tag_id = tags.id
             JOIN posts ON posts.id = post_tags.post_id
             WHERE posts.published = {published}
             GROUP BY tags.id, tags.name
             HAVING COUNT(posts.id) >= {least}
             ORDER BY posts DESC, tags.name"
        )
        .all(db)
        .await?
    );
    let mut table = Table::new(["tag", ">posts", ">views"]);
    for tag in &tags {
        table.row([&tag.name, &tag.posts, &or_dash(tag.views)]);
    }
    table.print();
    Ok(())
}

pub(crate) async fn whole_post(db: &Db) -> Result {
    heading("A post with everything around it");
    let post = shown!(
        Post::query()
            .filter(Post::published.eq(true) & Post::slug.starts_with("measuring-"))
            .filter(Post::comments.any(always()))
            .include(Post::author.include(User::profile))
            .include(Post::tags.order_by(Tag::name))
            .include(
                Post::comments
                    .order_by((Comment::created_at, Comment::id))
                    .include(Comment::author)
            )
            .order_by(Post::id)
            .one(db)
            .await?
    );
    let author = post.get(Post::author);
    let bio = author
        .get(User::profile)
        .as_ref()
        .and_then(|profile| profile.bio.as_ref());
    say(&post.title);
    say(format!(
        "by {}, who says “{}”",
        author.username,
        or_dash(bio)
    ));
    let tags = post.get(Post::tags).iter().map(|tag| tag.name.as_str());
    say(format!("tags: {}", tags.collect::<Vec<_>>().join(", ")));
    for comment in post.get(Post::comments) {
        let who = comment
            .get(Comment::author)
            .as_ref()
            .map_or("a guest", |user| &user.username);
        say(format!(
            "{}, {who}: {}",
            comment.created_at.format("%Y-%m-%d %H:%M"),
            comment.body
        ));
    }
    Ok(())
}

/// What the page of one author shows. Only these columns are read.
#[derive(View)]
#[view(User)]
struct Dashboard {
    username: String,
    profile: Option<About>,
    #[view(expr = User::posts.filter(Post::published.eq(true)).count())]
    published: i64,
    #[view(expr = User::posts.sum(Post::view_count))]
    views: Option<i64>,
    #[view(with = User::posts.filter(Post::published.eq(true)).order_by((Post::created_at.desc(), Post::id.desc())).limit(3))]
    posts: Vec<Summary>,
}

#[derive(View)]
#[view(Profile)]
struct About {
    bio: Option<String>,
}

#[derive(View)]
#[view(Post)]
struct Summary {
    title: String,
    #[view(expr = Post::comments.count())]
    comments: i64,
    #[view(with = Post::tags.order_by(Tag::name))]
    tags: Vec<TagName>,
}

#[derive(View)]
#[view(Tag)]
struct TagName {
    name: String,
}

pub(crate) async fn dashboard(db: &Db) -> Result {
    heading("An author's dashboard: a view with related rows");
    let dashboard: Dashboard = shown!(
        User::query()
            .filter(User::posts.count().ge(5) & User::profile.exists())
            .order_by(User::username)
            .view()
            .one(db)
            .await?
    );
    let about = dashboard.profile.and_then(|about| about.bio);
    say(format!("{}: {}", dashboard.username, or_dash(about)));
    say(format!(
        "{} published posts, {} views in all",
        dashboard.published,
        or_dash(dashboard.views)
    ));
    let mut table = Table::new(["latest posts", ">comments", "tags"]);
    for post in &dashboard.posts {
        let tags: Vec<&str> = post.tags.iter().map(|tag| tag.name.as_str()).collect();
        table.row([&post.title, &post.comments, &tags.join(", ")]);
    }
    table.print();
    Ok(())
}

pub(crate) async fn statistics(db: &Db) -> Result {
    heading("The blog's tags, each with its most read posts");
    let tags = shown!(
        Tag::query()
            .filter(Tag::posts.any(Post::published.eq(true)))
            .include(Tag::posts.count())
            .include(
                Tag::posts
                    .filter(Post::published.eq(true))
                    .order_by((Post::view_count.desc(), Post::id.asc()))
                    .limit(2)
                    .include(Post::author)
                    .include(Post::comments.count())
            )
            .order_by((Tag::posts.count().desc(), Tag::name.asc()))
            .limit(4)
            .all(db)
            .await?
    );
    let mut table = Table::new(["tag", ">posts", "most read", "by", ">views", ">comments"]);
    for tag in &tags {
        for post in tag.get(Tag::posts) {
            table.row([
                &tag.name,
                tag.get(Tag::posts.count()),
                &post.title,
                &post.get(Post::author).username,
                &post.view_count,
                post.get(Post::comments.count()),
            ]);
        }
    }
    table.print();
    Ok(())
}
