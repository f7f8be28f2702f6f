//! A few hundred rows, the same ones each time.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use orm::chrono;
use orm::prelude::*;

use crate::models::{Comment, Mail, Post, PostTag, Preferences, Profile, Role, Tag, User};

const NAMES: [&str; 40] = [
    "ada", "alan", "ann", "barbara", "bob", "carol", "claude", "dana", "dave", "dorothy", "edsger",
    "erin", "eve", "faythe", "frances", "grace", "hedy", "heidi", "ivan", "jean", "john", "judy",
    "karen", "ken", "leslie", "linus", "mallory", "margaret", "mike", "niaj", "olivia", "oscar",
    "peggy", "radia", "rupert", "sybil", "trent", "victor", "walter", "yolanda",
];
const TAGS: [(&str, &str); 12] = [
    ("rust", "Rust"),
    ("sql", "SQL"),
    ("async", "Async"),
    ("testing", "Testing"),
    ("design", "Design"),
    ("performance", "Performance"),
    ("databases", "Databases"),
    ("types", "Types"),
    ("tools", "Tools"),
    ("web", "Web"),
    ("history", "History"),
    ("unused", "Unused"),
];
const BEGINNINGS: [&str; 8] = [
    "Notes on",
    "A short history of",
    "What I like about",
    "Ten years of",
    "An introduction to",
    "The trouble with",
    "Measuring",
    "Rethinking",
];
const SUBJECTS: [&str; 10] = [
    "borrow checkers",
    "query planners",
    "small functions",
    "transactions",
    "error messages",
    "connection pools",
    "code review",
    "type systems",
    "indexes",
    "long builds",
];
const REMARKS: [&str; 6] = [
    "Thank you, this helped me today.",
    "I see it differently: measure first.",
    "Is there a sequel?",
    "The second example does not work for me.",
    "Well written!",
    "This should be in the manual.",
];

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    /// A number below `sides`.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let sides = u64::try_from(from.len()).unwrap_or(1).max(1);
        from.get(usize::try_from(self.roll(sides)).unwrap_or(0))
    }
}

/// How many rows were made.
pub(crate) struct Seeded {
    pub(crate) users: usize,
    pub(crate) profiles: u64,
    pub(crate) posts: usize,
    pub(crate) tags: usize,
    pub(crate) post_tags: u64,
    pub(crate) comments: u64,
}

/// Fills the empty tables, in one transaction.
pub(crate) async fn seed(db: &Db) -> orm::Result<Seeded> {
    db.transaction(async |tx| {
        let mut dice = Dice(42);
        let users = users(&tx, &mut dice).await?;
        let profiles = profiles(&tx, &users).await?;
        let posts = posts(&tx, &mut dice, &users).await?;
        let tags = tags(&tx).await?;
        let post_tags = post_tags(&tx, &mut dice, &posts, &tags).await?;
        let comments = comments(&tx, &mut dice, &posts, &users).await?;
        let (users, posts, tags) = (users.len(), posts.len(), tags.len());
        Ok(Seeded {
            users,
            profiles,
            posts,
            tags,
            post_tags,
            comments,
        })
    })
    .await
}

async fn users(db: &Db, dice: &mut Dice) -> orm::Result<Vec<User>> {
    let rows = NAMES.iter().enumerate().map(|(number, name)| {
        let role = match number % 20 {
            0 => Role::Admin,
            1..4 => Role::Editor,
            _ => Role::Member,
        };
        let preferences = Preferences {
            theme: if dice.roll(3) == 0 { "dark" } else { "light" }.to_owned(),
            posts_per_page: if dice.roll(4) == 0 { 50 } else { 20 },
            mail: Mail {
                on_comment: dice.roll(2) == 0,
                digest: (dice.roll(3) == 0).then(|| "weekly".to_owned()),
            },
        };
        User::create()
            .username(*name)
            .email(format!("{name}@example.com"))
            .is_active(dice.roll(8) != 0)
            .role(role)
            .preferences(preferences)
            .created_at(day(number))
    });
    User::insert_many(rows).all(db).await
}

async fn profiles(db: &Db, users: &[User]) -> orm::Result<u64> {
    let rows = users
        .iter()
        .enumerate()
        .filter(|(number, _)| number % 3 != 2)
        .map(|(number, user)| {
            let website =
                (number % 2 == 0).then(|| format!("https://{}.example.com", user.username));
            let bio = format!("{} writes here now and then.", user.username);
            Profile::create().user_id(user.id).bio(bio).website(website)
        });
    Profile::insert_many(rows).exec(db).await
}

async fn posts(db: &Db, dice: &mut Dice, users: &[User]) -> orm::Result<Vec<Post>> {
    // The last quarter of the users only reads.
    let authors = &users[..users.len() * 3 / 4];
    let mut rows = Vec::new();
    for number in 0..150 {
        let (Some(author), Some(beginning)) = (dice.pick(authors), dice.pick(&BEGINNINGS)) else {
            continue;
        };
        let Some(subject) = dice.pick(&SUBJECTS) else {
            continue;
        };
        let title = format!("{beginning} {subject}");
        let slug = format!("{}-{}", title.to_lowercase().replace(' ', "-"), number + 1);
        let published = dice.roll(5) != 0;
        let views = if published {
            dice.roll(40) * dice.roll(40)
        } else {
            0
        };
        let post = Post::create()
            .user_id(author.id)
            .content(format!("{title}. There is much to say about {subject}."))
            .title(title)
            .slug(slug)
            .published(published)
            .view_count(i64::try_from(views).unwrap_or(0))
            .created_at(day(40 + number * 2));
        rows.push(post);
    }
    Post::insert_many(rows).all(db).await
}

async fn tags(db: &Db) -> orm::Result<Vec<Tag>> {
    Tag::insert_many(TAGS.map(|(slug, name)| Tag::create().slug(slug).name(name)))
        .all(db)
        .await
}

async fn post_tags(db: &Db, dice: &mut Dice, posts: &[Post], tags: &[Tag]) -> orm::Result<u64> {
    let used = &tags[..tags.len() - 1];
    let mut rows = Vec::new();
    for post in posts {
        let wanted: BTreeSet<_> = (0..=dice.roll(3))
            .filter_map(|_| dice.pick(used))
            .map(|tag| tag.id)
            .collect();
        rows.extend(
            wanted
                .into_iter()
                .map(|tag| PostTag::create().post_id(post.id).tag_id(tag)),
        );
    }
    PostTag::insert_many(rows).exec(db).await
}

async fn comments(db: &Db, dice: &mut Dice, posts: &[Post], users: &[User]) -> orm::Result<u64> {
    // Three never say anything.
    let users = &users[..users.len() - 3];
    let mut rows = Vec::new();
    for post in posts.iter().filter(|post| post.published) {
        for _ in 0..dice.roll(6) {
            let (Some(author), Some(remark)) = (dice.pick(users), dice.pick(&REMARKS)) else {
                continue;
            };
            // Some comment without an account.
            let author = (dice.roll(6) != 0).then_some(author.id);
            let later = TimeDelta::minutes(i64::try_from(10 + dice.roll(5000)).unwrap_or(10));
            let comment = Comment::create()
                .post_id(post.id)
                .user_id(author)
                .body(*remark)
                .created_at(post.created_at + later);
            rows.push(comment);
        }
    }
    Comment::insert_many(rows).exec(db).await
}

/// Noon of a day, counted from the beginning of 2024.
fn day(number: usize) -> DateTime<Utc> {
    let noon = DateTime::from_timestamp(1_704_110_400, 0).unwrap_or_default();
    noon + TimeDelta::days(i64::try_from(number).unwrap_or(0))
}
