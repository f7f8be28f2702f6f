//! Graphs of rows, and input that comes from outside.

use orm::prelude::*;
use orm::serde_json;
use serde::Deserialize;

use crate::Result;
use crate::models::{Comment, Post, Profile, Tag, User};
use crate::output::{heading, say};
use crate::shown::shown;

const SOURCE: &str = include_str!("graphs.rs");

pub(crate) async fn nested(db: &Db) -> Result {
    heading("A user with a profile and posts, written together");
    let zoe = shown!(
        User::create()
            .username("zoe")
            .email("zoe@example.com")
            .profile(Profile::create().bio("Zoe is new here."))
            .posts([
                Post::create()
                    .title("Hello")
                    .slug("hello-zoe")
                    .content("Hello, everybody.")
                    .comments([Comment::create().body("Welcome!")]),
                Post::create()
                    .title("A plan")
                    .slug("a-plan")
                    .content("I will write more."),
            ])
            .insert(db)
            .await?
    );
    let read = shown!(
        User::find(zoe.id)
            .include(User::profile)
            .include(
                User::posts
                    .order_by(Post::id)
                    .include(Post::comments.count())
            )
            .one(db)
            .await?
    );
    let bio = read
        .get(User::profile)
        .as_ref()
        .and_then(|p| p.bio.as_deref());
    say(format!("{}: {}", read.username, bio.unwrap_or("-")));
    for post in read.get(User::posts) {
        say(format!(
            "“{}”, {} comments",
            post.title,
            post.get(Post::comments.count())
        ));
    }
    println!();

    let post = &read.get(User::posts)[0];
    let tags = Tag::query()
        .filter(Tag::slug.in_(["rust", "sql"]))
        .all(db)
        .await?;
    shown!(Post::tags.set(post, &tags, db).await?);
    let tags = Post::tags
        .of(post)
        .order_by(Tag::name)
        .select(Tag::name)
        .all(db)
        .await?;
    say(format!("tags of “{}”: {}", post.title, tags.join(", ")));
    zoe.delete(db).await?;
    Ok(())
}

/// What somebody sends who registers.
#[derive(Draft, Deserialize)]
#[draft(User)]
struct Registration {
    username: String,
    email: String,
}

/// What somebody sends who changes their account: what is missing stays as it is.
#[derive(Patch, Deserialize)]
#[patch(User)]
struct AccountChange {
    email: Option<String>,
    is_active: Option<bool>,
}

pub(crate) async fn input(db: &Db) -> Result {
    heading("Input from outside becomes rows");
    let sent = r#"{ "username": "yann", "email": " Yann@Example.com " }"#;
    let input: Registration = serde_json::from_str(sent)?;
    let yann = shown!(input.insert(db).await?);
    say(format!("{} <{}>", yann.username, yann.email));
    println!();

    let change: AccountChange = serde_json::from_str(r#"{ "email": "yann@example.org" }"#)?;
    let yann = shown!(yann.update().apply(change).save(db).await?);
    say(format!(
        "{} <{}>, active: {}",
        yann.username, yann.email, yann.is_active
    ));
    println!();

    let wrong: Registration = serde_json::from_str(r#"{ "username": "x", "email": "nowhere" }"#)?;
    let refused = shown!(wrong.insert(db).await);
    match refused {
        Ok(user) => say(format!("{} was taken", user.username)),
        Err(error) => say(error),
    }
    println!();

    let mut tracked = yann.track();
    tracked.is_active = false;
    say(format!(
        "changed: email {}, active {}",
        tracked.is_changed(User::email),
        tracked.is_changed(User::is_active)
    ));
    shown!(tracked.save(db).await?);
    tracked.into_inner().delete(db).await?;
    Ok(())
}
