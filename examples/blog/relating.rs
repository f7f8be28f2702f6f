//! Queries over several tables.

use std::collections::BTreeMap;

use orm::prelude::*;

use crate::Result;
use crate::models::{Comment, Post, PostTag, Profile, Tag, User};
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
            .filter(not_exists(
                Post::query().filter(Post::user_id.eq(User::id.outer()))
            ))
            .order_by(User::username)
            .select(User::username)
            .all(db)
            .await?
    );
    say(readers.join(" "));
    println!();
    let silent = shown!(
        User::query()
            .filter(User::id.not_in(Post::query().select(Post::user_id)))
            .filter(User::id.not_in(Comment::query().select(Comment::user_id)))
            .count(db)
            .await?
    );
    say(format!("{silent} of them have not commented either"));
    Ok(())
}

pub(crate) async fn tagged(db: &Db) -> Result {
    heading("Posts with the tag “types” that were commented on");
    let tag = shown!(Tag::query().filter(Tag::slug.eq("types")).select(Tag::id));
    let tagged = shown!(
        PostTag::query()
            .filter(PostTag::tag_id.eq(tag))
            .select(PostTag::post_id)
    );
    let comments = shown!(Comment::query().filter(Comment::post_id.eq(Post::id.outer())));
    let posts = shown!(
        Post::query()
            .filter(Post::published.eq(true))
            .filter(Post::id.in_(tagged) & exists(comments))
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
            .filter(exists(
                Comment::query().filter(Comment::post_id.eq(Post::id.outer()))
            ))
            .order_by(Post::id)
            .one(db)
            .await?
    );
    let author = shown!(User::find(post.user_id).one(db).await?);
    let profile = shown!(
        Profile::query()
            .filter(Profile::user_id.eq(author.id))
            .optional(db)
            .await?
    );
    let tagged = shown!(
        PostTag::query()
            .filter(PostTag::post_id.eq(post.id))
            .select(PostTag::tag_id)
    );
    let tags = shown!(
        Tag::query()
            .filter(Tag::id.in_(tagged))
            .order_by(Tag::name)
            .select(Tag::name)
            .all(db)
            .await?
    );
    let comments = shown!(
        Comment::query()
            .filter(Comment::post_id.eq(post.id))
            .order_by((Comment::created_at, Comment::id))
            .all(db)
            .await?
    );
    say(&post.title);
    say(format!(
        "by {}, who says “{}”",
        author.username,
        or_dash(profile.and_then(|p| p.bio))
    ));
    say(format!("tags: {}", tags.join(", ")));
    for comment in comments {
        let who = comment
            .user_id
            .map_or("a guest".to_owned(), |id| format!("user {id}"));
        say(format!(
            "{}, {who}: {}",
            comment.created_at.format("%Y-%m-%d %H:%M"),
            comment.body
        ));
    }
    Ok(())
}
