//! Queries over one table.

use orm::prelude::*;

use crate::Result;
use crate::models::{Comment, Mail, Post, Preferences, Role, User};
use crate::output::{Table, heading, or_dash, say};
use crate::shown::shown;

const SOURCE: &str = include_str!("reading.rs");

pub(crate) async fn by_key(db: &Db) -> Result {
    heading("One user, by key");
    let ann = shown!(User::find(3).one(db).await?);
    say(format!(
        "{} {} <{}>, {}",
        ann.id, ann.username, ann.email, ann.role
    ));

    println!();

    // With `optional`, it would be `None`.
    let missing = shown!(User::find(4000).one(db).await);
    match missing {
        Err(error) if error.is_not_found() => say(error.kind()),
        other => say(other?.username),
    }
    Ok(())
}

pub(crate) async fn by_email(db: &Db) -> Result {
    heading("One user, by e-mail");
    let grace = shown!(
        User::query()
            .filter(User::email.eq("grace@example.com"))
            .optional(db)
            .await?
    );
    say(or_dash(grace.map(|user| {
        format!("{}, since {}", user.username, user.created_at.date_naive())
    })));
    Ok(())
}

/// What a visitor may have filled in.
#[derive(Debug, Default)]
struct Search {
    text: Option<&'static str>,
    author: Option<Id<User>>,
    at_least: Option<i64>,
}

pub(crate) async fn search(db: &Db) -> Result {
    heading("A search with whatever was filled in");
    let search = Search {
        text: Some("TYPE"),
        at_least: Some(100),
        ..Search::default()
    };
    say(format!("{search:?}\n"));
    let text = search.text.map(str::to_lowercase);
    let posts = shown!(
        Post::query()
            .filter(Post::published.eq(true))
            .filter_if(text, |text| Post::title.lower().contains(text))
            .filter_if(search.author, |author| Post::user_id.eq(author))
            .filter_if(search.at_least, |views| Post::view_count.ge(views))
            .order_by((Post::view_count.desc(), Post::id.asc()))
            .all(db)
            .await?
    );
    print_posts(&posts);
    Ok(())
}

pub(crate) async fn page(db: &Db) -> Result {
    heading("Page 2, with 20 users a page");
    let page = shown!(
        User::query()
            .order_by((User::created_at.desc(), User::id.asc()))
            .page(2, 20, db)
            .await?
    );
    say(format!(
        "page {} of {}: {} of {} users, before: {}, behind: {}",
        page.page,
        page.pages(),
        page.items.len(),
        page.total,
        page.has_previous(),
        page.has_next(),
    ));
    let names: Vec<_> = page
        .items
        .iter()
        .map(|user| user.username.as_str())
        .collect();
    say(names.join(" "));
    Ok(())
}

pub(crate) async fn slices(db: &Db) -> Result {
    heading("Slices of 50 posts, each as cheap as the first");
    let slice_after = shown!(async |cursor: Option<Cursor>| {
        Post::query()
            .filter(Post::published.eq(true))
            .order_by((Post::created_at.desc(), Post::id.desc()))
            .after(cursor)
            .slice(50, db)
            .await
    });
    let mut table = Table::new([">slice", ">posts", "from", "to", "cursor of the next one"]);
    let (mut number, mut cursor) = (0, None);
    loop {
        number += 1;
        let slice = slice_after(cursor).await?;
        // To a visitor and back, the cursor is text.
        let text = slice.next.map(|cursor| cursor.to_string());
        let day = |post: Option<&Post>| or_dash(post.map(|post| post.created_at.date_naive()));
        let (from, to) = (day(slice.items.first()), day(slice.items.last()));
        table.row([
            &number,
            &slice.items.len(),
            &from,
            &to,
            &or_dash(text.as_deref()),
        ]);
        cursor = match text {
            Some(text) => Some(text.parse()?),
            None => break,
        };
    }
    table.print();
    Ok(())
}

pub(crate) async fn latest(db: &Db) -> Result {
    heading("The latest posts");
    let posts = shown!(
        Post::query()
            .filter(Post::published.eq(true))
            .order_by((Post::created_at.desc(), Post::id.desc()))
            .limit(5)
            .all(db)
            .await?
    );
    print_posts(&posts);
    Ok(())
}

pub(crate) async fn most_read(db: &Db) -> Result {
    heading("The most read posts, with two columns and a size of our own");
    let rows: Vec<(String, i64, String)> = shown!(
        Post::query()
            .filter(Post::published.eq(true))
            .order_by((Post::view_count.desc(), Post::id.asc()))
            .limit(5)
            .select((
                Post::title,
                Post::view_count,
                case()
                    .when(Post::view_count.gt(1200), "huge")
                    .otherwise("big"),
            ))
            .all(db)
            .await?
    );
    let mut table = Table::new(["title", ">views", "size"]);
    for (title, views, size) in &rows {
        table.row([title, views, size]);
    }
    table.print();
    Ok(())
}

pub(crate) async fn aggregates(db: &Db) -> Result {
    heading("All posts in numbers");
    let (posts, authors, views, mean, least, most) = shown!(
        Post::query()
            .filter(Post::published.eq(true))
            .select((
                count(),
                Post::user_id.count_distinct(),
                Post::view_count.sum(),
                Post::view_count.avg(),
                Post::view_count.min(),
                Post::view_count.max(),
            ))
            .one(db)
            .await?
    );
    say(format!("{posts} posts of {authors} authors"));
    say(format!(
        "{} views, {:.2} on average",
        or_dash(views),
        mean.unwrap_or(0.0)
    ));
    say(format!(
        "from {} to {} views",
        or_dash(least),
        or_dash(most)
    ));
    Ok(())
}

pub(crate) async fn by_month(db: &Db) -> Result {
    heading("Posts by month, where there were more than 12");
    let months = shown!(
        Post::query()
            .group_by((Post::created_at.year(), Post::created_at.month()))
            .having(count().gt(12))
            .order_by((Post::created_at.year(), Post::created_at.month()))
            .select((
                Post::created_at.year(),
                Post::created_at.month(),
                count(),
                Post::view_count.sum(),
            ))
            .all(db)
            .await?
    );
    let mut table = Table::new(["month", ">posts", ">views"]);
    for (year, month, posts, views) in months {
        table.row([&format!("{year}-{month:02}"), &posts, &or_dash(views)]);
    }
    table.print();
    Ok(())
}

pub(crate) async fn preferences(db: &Db) -> Result {
    heading("Users by what is in their JSON preferences");
    let dark = shown!(
        User::query()
            .filter(
                User::preferences
                    .path(Preferences::theme)
                    .value()
                    .eq("dark")
            )
            .filter(
                User::preferences
                    .path(Preferences::mail)
                    .path(Mail::digest)
                    .value()
                    .is_not_null()
            )
            .order_by(User::id)
            .all(db)
            .await?
    );
    let mut table = Table::new(["user", "theme", ">posts per page", "digest"]);
    for user in &dark {
        let Preferences {
            theme,
            posts_per_page,
            mail,
        } = &user.preferences;
        table.row([
            &user.username,
            theme,
            posts_per_page,
            &or_dash(mail.digest.as_ref()),
        ]);
    }
    table.print();
    println!();
    let themes = shown!(
        User::query()
            .filter(User::role.in_([Role::Admin, Role::Editor]))
            .group_by(User::preferences.path(Preferences::theme).value())
            .order_by(count().desc())
            .select((User::preferences.path(Preferences::theme).value(), count()))
            .all(db)
            .await?
    );
    for (theme, users) in themes {
        say(format!("{:<6} {users:>3}", or_dash(theme)));
    }
    Ok(())
}

pub(crate) async fn stream(db: &Db) -> Result {
    heading("All comments, one after the other");
    let mut comments = shown!(Comment::query().order_by(Comment::id).stream(db));
    let (mut number, mut letters, mut longest) = (0, 0, String::new());
    while let Some(comment) = comments.next().await {
        let comment = comment?;
        number += 1;
        letters += comment.body.chars().count();
        if comment.body.len() > longest.len() {
            longest = comment.body;
        }
    }
    say(format!(
        "{number} comments, {letters} letters, the longest: “{longest}”"
    ));
    Ok(())
}

/// Posts as a visitor sees them in a list.
pub(crate) fn print_posts(posts: &[Post]) {
    let mut table = Table::new([">id", "day", "title", ">views"]);
    for post in posts {
        table.row([
            &post.id,
            &post.created_at.date_naive(),
            &post.title,
            &post.view_count,
        ]);
    }
    table.print();
}
