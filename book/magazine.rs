// What stands, unseen, around the blocks of the chapter on writing graphs: its models, and a database in memory with their tables.

use orm::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[has_many(posts: Post)]
#[has_one(profile: Profile)]
pub struct User {
    pub id: Id<User>,
    #[model(unique, trim)]
    pub username: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
pub struct Profile {
    pub id: Id<Profile>,
    #[model(unique)]
    #[belongs_to(user: User, on_delete = Cascade)]
    pub user_id: Id<User>,
    #[validate(length(min = 3))]
    pub bio: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[many_to_many(tags: Tag)]
#[has_many(comments: Comment)]
pub struct Post {
    pub id: Id<Post>,
    #[belongs_to(author: User, on_delete = Cascade)]
    pub author_id: Id<User>,
    #[validate(length(min = 1, max = 255))]
    pub title: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
pub struct Comment {
    pub id: Id<Comment>,
    #[belongs_to(post: Post, on_delete = Cascade)]
    pub post_id: Id<Post>,
    #[validate(length(min = 1))]
    pub text: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
pub struct Tag {
    pub id: Id<Tag>,
    #[model(unique)]
    pub name: String,
}

/// An empty magazine.
#[allow(dead_code)]
pub async fn magazine() -> orm::Result<Db> {
    let db = Db::connect("sqlite::memory:").await?;
    orm::create_tables_of(&db, &[User::def(), Profile::def(), Post::def(), Comment::def(), Tag::def()]).await?;
    Ok(db)
}
