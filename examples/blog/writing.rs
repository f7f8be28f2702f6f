//! Changes, what is refused, and transactions.

use orm::ErrorKind;
use orm::prelude::*;

use crate::Result;
use crate::models::{Comment, Post, Profile, Role, Tag, User};
use crate::output::{heading, say};
use crate::shown::shown;

const SOURCE: &str = include_str!("writing.rs");

pub(crate) async fn one_user(db: &Db) -> Result {
    heading("A new user, and a change of it");
    let zoe = shown!(
        User::create()
            .username("zoe")
            .email("  Zoe@Example.com ")
            .insert(db)
            .await?
    );
    say(format!(
        "{} <{}>, {}, active: {}",
        zoe.username, zoe.email, zoe.role, zoe.is_active
    ));
    println!();
    let zoe = shown!(
        zoe.update()
            .email("zoe@example.org")
            .role(Role::Editor)
            .save(db)
            .await?
    );
    say(format!("{} <{}>, {}", zoe.username, zoe.email, zoe.role));
    println!();
    shown!(zoe.delete(db).await?);
    say(format!(
        "still there: {}",
        User::find(zoe.id).exists(db).await?
    ));
    Ok(())
}

pub(crate) async fn expression(db: &Db) -> Result {
    heading("One more view, counted by the database");
    let post = Post::query()
        .order_by(Post::view_count.desc())
        .one(db)
        .await?;
    let read = shown!(
        post.update()
            .view_count(Post::view_count + 1)
            .save(db)
            .await?
    );
    say(format!(
        "“{}” had {} views, and now {}",
        post.title, post.view_count, read.view_count
    ));
    Ok(())
}

pub(crate) async fn many_rows(db: &Db) -> Result {
    heading("Many rows at once");
    let summer: DateTime<Utc> = "2024-06-01T00:00:00Z".parse()?;
    let changed = shown!(
        Post::query()
            .filter(Post::published.eq(false) & Post::created_at.lt(summer))
            .update()
            .published(true)
            .title(Post::title.concat(" (at last)"))
            .exec(db)
            .await?
    );
    say(format!("{changed} drafts were published"));
    Ok(())
}

pub(crate) async fn upsert(db: &Db) -> Result {
    heading("A row that may be there already");
    let tag = shown!(
        Tag::create()
            .slug("sql")
            .name("SQL & friends")
            .on_conflict(Tag::slug)
            .update(Tag::name)
            .insert(db)
            .await?
    );
    say(tag.map_or_else(
        || "-".to_owned(),
        |tag| format!("{} is now called “{}”", tag.slug, tag.name),
    ));
    println!();
    let new = shown!(
        Tag::insert_many(
            ["rust", "sql", "embedded"].map(|slug| Tag::create().slug(slug).name(slug))
        )
        .on_conflict(Tag::slug)
        .do_nothing()
        .exec(db)
        .await?
    );
    say(format!("{new} of 3 tags was new"));
    Ok(())
}

/// What a handler of a web server would answer.
fn answer(error: &orm::Error) -> (u16, Vec<String>) {
    match error.kind() {
        ErrorKind::Validation(fields) => (
            422,
            fields
                .iter()
                .map(|field| format!("{}: {}", field.path, field.message))
                .collect(),
        ),
        ErrorKind::NotFound { what } => (404, vec![format!("no such {}", what.to_lowercase())]),
        ErrorKind::UniqueViolation(taken) if taken.is_on("email") => (
            409,
            vec!["email: somebody has registered with this address already".to_owned()],
        ),
        ErrorKind::UniqueViolation(taken) => (409, vec![format!("{taken} is taken")]),
        ErrorKind::ForeignKeyViolation(_) => (
            409,
            vec!["something that this refers to is gone".to_owned()],
        ),
        _ => (500, vec!["something went wrong".to_owned()]),
    }
}

fn say_answer<T>(result: Result<T, orm::Error>) -> Result {
    let Err(error) = result else {
        return Err("this should have been refused".into());
    };
    let (status, lines) = answer(&error);
    for line in lines {
        say(format!("{status}  {line}"));
    }
    Ok(())
}

pub(crate) async fn refused_fields(db: &Db) -> Result {
    heading("Fields that are refused before anything is sent, all of them at once");
    let refused = shown!(
        User::create()
            .username(" z ")
            .email("not an address")
            .insert(db)
            .await
    );
    say_answer(refused)?;
    println!();
    let refused = shown!(
        Tag::insert_many([
            Tag::create().slug("fine").name("Fine"),
            Tag::create().slug("Not Fine").name("Not fine"),
        ])
        .exec(db)
        .await
    );
    say_answer(refused)
}

pub(crate) async fn taken_values(db: &Db) -> Result {
    heading("A value that is taken");
    let refused = shown!(
        User::create()
            .username("another ann")
            .email("ANN@example.com")
            .insert(db)
            .await
    );
    say_answer(refused)?;
    println!();
    let refused = shown!(
        Profile::create()
            .user_id(1)
            .bio("A second one")
            .insert(db)
            .await
    );
    say_answer(refused)
}

pub(crate) async fn missing_rows(db: &Db) -> Result {
    heading("A row that is not there");
    let refused = shown!(
        Comment::create()
            .post_id(4000)
            .body("Is anybody here?")
            .insert(db)
            .await
    );
    say_answer(refused)?;
    say_answer(Post::find(4000).one(db).await)
}

async fn posts_of(user: Id<User>, db: &Db) -> orm::Result<u64> {
    Post::query().filter(Post::user_id.eq(user)).count(db).await
}

pub(crate) async fn handover(db: &Db) -> Result {
    heading("A transaction that moves one user's posts to another, and closes the first");
    let (bob, carol) = (Id::new(5), Id::new(6));
    let before = (posts_of(bob, db).await?, posts_of(carol, db).await?);
    let moved: u64 = shown!(
        db.transaction(async |tx| {
            let of_bob = || Post::query().filter(Post::user_id.eq(bob));
            let moved = of_bob().update().user_id(carol).exec(&tx).await?;
            User::query()
                .filter(User::id.eq(bob))
                .update()
                .is_active(false)
                .exec(&tx)
                .await?;
            Ok::<_, orm::Error>(moved)
        })
        .await?
    );
    let after = (posts_of(bob, db).await?, posts_of(carol, db).await?);
    say(format!(
        "{moved} posts were moved: {} and {} before, {} and {} after",
        before.0, before.1, after.0, after.1
    ));
    Ok(())
}

pub(crate) async fn rolled_back(db: &Db) -> Result {
    heading("A transaction that fails half-way, and leaves no trace");
    let refused = shown!(
        db.transaction(async |tx| {
            let all = Comment::query().delete().all_rows().exec(&tx).await?;
            say(format!("inside: {all} comments are deleted"));
            Comment::create()
                .post_id(4000)
                .body("The last one")
                .insert(&tx)
                .await
        })
        .await
    );
    say_answer(refused)?;
    say(format!(
        "after:  {} comments",
        Comment::query().count(db).await?
    ));
    Ok(())
}

pub(crate) async fn deletion(db: &Db) -> Result {
    heading("Deletion, and what goes with it");
    let comments = Comment::query().count(db).await?;
    let posts = shown!(
        Post::query()
            .filter(Post::view_count.lt(20) & Post::published.eq(true))
            .delete()
            .exec(db)
            .await?
    );
    let gone = comments - Comment::query().count(db).await?;
    say(format!(
        "{posts} posts were deleted, and {gone} comments with them"
    ));
    Ok(())
}
