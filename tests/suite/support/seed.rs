//! Rows to begin with.

use orm::prelude::*;

use super::database::create_tables;
use super::models::*;

/// Makes the tables of these models.
macro_rules! tables {
    ($db:ident: $($model:ty),+ $(,)?) => {
        $crate::support::database::create_tables(&$db, &[$(<$model as ::orm::Model>::def()),+]).await?
    };
}
pub(crate) use tables;

pub fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A point in time, as `2024-02-29T12:00:00Z`.
pub fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Ann (admin, 30), Bob (member, no age, not active), Cleo (editor, 25), Dan (member, 41).
pub async fn users(db: &Db) -> orm::Result<[User; 4]> {
    create_tables(db, &[User::def()]).await?;
    let ann = User::create()
        .email("ann@example.com")
        .name("Ann")
        .nickname("annie")
        .age(30)
        .role(Role::Admin)
        .balance(decimal("10.50"))
        .logins(3);
    let bob = User::create()
        .email("bob@example.com")
        .name("Bob")
        .is_active(false);
    let cleo = User::create()
        .email("cleo@example.com")
        .name("Cleo")
        .nickname("c")
        .age(25)
        .role(Role::Editor)
        .balance(decimal("100.25"));
    let dan = User::create()
        .email("dan@example.com")
        .name("Dan")
        .age(41)
        .balance(decimal("-5.00"))
        .logins(1);
    Ok([
        ann.insert(db).await?,
        bob.insert(db).await?,
        cleo.insert(db).await?,
        dan.insert(db).await?,
    ])
}

/// The same users, and posts: Ann has three (two published), Bob one (published), Cleo and Dan none. Cleo checked Ann's first.
pub async fn blog(db: &Db) -> orm::Result<[User; 4]> {
    let users = users(db).await?;
    create_tables(db, &[Post::def()]).await?;
    let [ann, bob, cleo, _] = &users;
    let post = |user: &User, title: &str, slug: &str, published: bool, views: i64| {
        Post::create()
            .user_id(user.id)
            .title(title)
            .slug(slug)
            .published(published)
            .view_count(views)
    };
    post(ann, "First", "first", true, 100)
        .reviewer_id(cleo.id)
        .insert(db)
        .await?;
    post(ann, "Second", "second", true, 7).insert(db).await?;
    post(ann, "Draft", "draft", false, 0).insert(db).await?;
    post(bob, "Other", "other", true, 20).insert(db).await?;
    Ok(users)
}

/// Rows that hold these texts.
pub async fn words(db: &Db, texts: &[&str]) -> orm::Result<()> {
    create_tables(db, &[Word::def()]).await?;
    Word::insert_many(texts.iter().map(|text| Word::create().text(*text)))
        .exec(db)
        .await?;
    Ok(())
}

/// The texts of the rows that meet a condition, in the order of their insertion.
pub async fn texts(db: &Db, condition: orm::expr::Expr<Word, bool>) -> orm::Result<Vec<String>> {
    Word::query()
        .filter(condition)
        .order_by(Word::id)
        .select(Word::text)
        .all(db)
        .await
}

/// The names of the users that meet a condition, in the order of their insertion.
pub async fn names(db: &Db, condition: orm::expr::Expr<User, bool>) -> orm::Result<Vec<String>> {
    User::query()
        .filter(condition)
        .order_by(User::id)
        .select(User::name)
        .all(db)
        .await
}
