// What stands, unseen, around the blocks of the chapters on relations: their models, in memory and with a few rows.

use orm::prelude::*;

#[derive(Model, Debug, Clone, PartialEq, serde::Serialize)]
#[has_many(posts: Post, via = author)]
#[has_many(reviews: Post, via = reviewer)]
#[has_one(profile: Profile)]
#[has_many(reports: User, via = manager)]
#[many_to_many(followers: User, through = Follow, via = followed, to = follower)]
#[has_many(comments: Comment, through(posts, comments))]
pub struct User {
    pub id: Id<User>,
    #[model(unique)]
    pub username: String,
    #[belongs_to(manager: User, on_delete = SetNull)]
    pub manager_id: Option<Id<User>>,
}

#[derive(Model, Debug, Clone, PartialEq, serde::Serialize)]
pub struct Profile {
    pub id: Id<Profile>,
    #[model(unique)]
    #[belongs_to(user: User, on_delete = Cascade)]
    pub user_id: Id<User>,
    pub bio: String,
}

#[derive(Model, Debug, Clone, PartialEq, serde::Serialize)]
#[has_many(comments: Comment)]
#[many_to_many(tags: Tag)]
pub struct Post {
    pub id: Id<Post>,
    #[belongs_to(author: User, on_delete = Cascade)]
    pub author_id: Id<User>,
    #[belongs_to(reviewer: User, on_delete = SetNull)]
    pub reviewer_id: Option<Id<User>>,
    pub title: String,
    #[model(default = false)]
    pub published: bool,
    #[model(default = 0)]
    pub views: i64,
}

#[derive(Model, Debug, Clone, PartialEq, serde::Serialize)]
pub struct Comment {
    pub id: Id<Comment>,
    #[belongs_to(post: Post, on_delete = Cascade)]
    pub post_id: Id<Post>,
    pub text: String,
}

#[derive(Model, Debug, Clone, PartialEq, serde::Serialize)]
#[many_to_many(posts: Post)]
pub struct Tag {
    pub id: Id<Tag>,
    #[model(unique)]
    pub name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(unique(fields(follower_id, followed_id)))]
pub struct Follow {
    pub id: Id<Follow>,
    #[belongs_to(follower: User, on_delete = Cascade)]
    pub follower_id: Id<User>,
    #[belongs_to(followed: User, on_delete = Cascade)]
    pub followed_id: Id<User>,
}

/// Ann manages Bob; she has written the posts 1 and 2, Bob 3, and Cyd none. Bob and Cyd follow Ann.
#[allow(dead_code)]
pub async fn journal() -> orm::Result<Db> {
    let db = Db::connect("sqlite::memory:").await?;
    let models = [User::def(), Profile::def(), Post::def(), Comment::def(), Tag::def(), Follow::def()];
    orm::create_tables_of(&db, &models).await?;
    db.execute_script(
        "INSERT INTO users (id, username, manager_id) VALUES (1, 'ann', NULL), (2, 'bob', 1), (3, 'cyd', NULL);
        INSERT INTO profiles (id, user_id, bio) VALUES (1, 1, 'writes');
        INSERT INTO posts (id, author_id, reviewer_id, title, published, views) VALUES
            (1, 1, 2, 'Hello', 1, 120), (2, 1, NULL, 'A draft', 0, 0), (3, 2, 1, 'Rust and SQL', 1, 40);
        INSERT INTO comments (id, post_id, text) VALUES (1, 1, 'First!'), (2, 1, 'Welcome'), (3, 3, 'Nice');
        INSERT INTO tags (id, name) VALUES (1, 'rust'), (2, 'sql');
        INSERT INTO posts_tags (post_id, tag_id) VALUES (1, 1), (3, 1), (3, 2);
        INSERT INTO follows (id, follower_id, followed_id) VALUES (1, 2, 1), (2, 3, 1);",
    )
    .await?;
    Ok(db)
}

/// Holds a model as a chapter shows it against the one in this file.
#[allow(dead_code)]
pub fn assert_same<A: Model, B: Model>() {
    fn shown<M: Model>() -> Vec<String> {
        let column = |c: &orm::model::ColumnDef| {
            let default = c.default.map(|_| "default");
            format!("{} {} {} {} {:?} {:?} {:?}", c.field, c.name, c.rust_type, c.unique, c.role, c.normalize, default)
        };
        let keys = M::def().foreign_keys.iter().map(|k| format!("{} {:?} {:?}", k.relation, k.columns, k.on_delete));
        let indexes = M::def().indexes.iter().map(|i| format!("{i:?}"));
        M::def().columns.iter().map(column).chain(keys).chain(indexes).collect()
    }
    assert_eq!(shown::<A>(), shown::<B>());
}
