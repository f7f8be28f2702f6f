//! The tables of the blog.

use orm::prelude::*;
use serde::{Deserialize, Serialize};

/// Somebody who writes, comments, or only reads.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(index(fields(is_active, created_at)))]
#[has_many(posts: Post)]
#[has_many(comments: Comment)]
#[has_one(profile: Profile)]
pub(crate) struct User {
    pub(crate) id: Id<User>,
    #[model(unique, length = 50, trim)]
    #[validate(length(min = 2, max = 50))]
    pub(crate) username: String,
    #[model(unique, length = 100, trim, lowercase)]
    #[validate(email)]
    pub(crate) email: String,
    #[model(default = true)]
    pub(crate) is_active: bool,
    #[model(default = Role::Member)]
    pub(crate) role: Role,
    /// A document in a JSON column, which queries can look into.
    #[model(json, default)]
    pub(crate) preferences: Preferences,
    #[model(created_at)]
    pub(crate) created_at: DateTime<Utc>,
    #[model(updated_at)]
    pub(crate) updated_at: DateTime<Utc>,
}

/// What somebody may do.
#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Member,
    Editor,
    Admin,
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Member => "member",
            Self::Editor => "editor",
            Self::Admin => "admin",
        })
    }
}

/// How somebody wants to see the blog.
#[derive(Embed, Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[embed(json)]
pub(crate) struct Preferences {
    pub(crate) theme: String,
    pub(crate) posts_per_page: i32,
    pub(crate) mail: Mail,
}

/// What somebody wants to be written about.
#[derive(Embed, Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[embed(json)]
pub(crate) struct Mail {
    pub(crate) on_comment: bool,
    pub(crate) digest: Option<String>,
}

/// What a user says about themselves; at most one for each.
#[derive(Model, Debug, Clone, PartialEq)]
pub(crate) struct Profile {
    pub(crate) id: Id<Profile>,
    #[model(unique)]
    #[belongs_to(user: User, on_delete = Cascade)]
    pub(crate) user_id: Id<User>,
    pub(crate) bio: Option<String>,
    #[model(length = 200)]
    #[validate(url)]
    pub(crate) website: Option<String>,
}

/// An article.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(index(fields(user_id, published)))]
#[has_many(comments: Comment)]
#[many_to_many(tags: Tag, through = PostTag)]
pub(crate) struct Post {
    pub(crate) id: Id<Post>,
    #[belongs_to(author: User, on_delete = Cascade)]
    pub(crate) user_id: Id<User>,
    #[model(length = 255, trim)]
    #[validate(length(min = 1, max = 255))]
    pub(crate) title: String,
    #[model(unique, length = 100)]
    #[validate(length(min = 1, max = 100), custom(function = slug))]
    pub(crate) slug: String,
    pub(crate) content: String,
    #[model(default = false)]
    pub(crate) published: bool,
    #[model(default = 0)]
    pub(crate) view_count: i64,
    #[model(created_at)]
    pub(crate) created_at: DateTime<Utc>,
}

/// Something that posts are about.
#[derive(Model, Debug, Clone, PartialEq)]
#[many_to_many(posts: Post, through = PostTag)]
pub(crate) struct Tag {
    pub(crate) id: Id<Tag>,
    #[model(unique, length = 50)]
    #[validate(length(min = 1, max = 50), custom(function = slug))]
    pub(crate) slug: String,
    #[model(length = 50, trim)]
    pub(crate) name: String,
}

/// A post has a tag.
#[derive(Model, Debug, Clone, PartialEq)]
pub(crate) struct PostTag {
    #[model(key)]
    #[belongs_to(post: Post, on_delete = Cascade)]
    pub(crate) post_id: Id<Post>,
    #[model(key)]
    #[belongs_to(tag: Tag, on_delete = Cascade)]
    pub(crate) tag_id: Id<Tag>,
}

/// What somebody says to a post.
#[derive(Model, Debug, Clone, PartialEq)]
pub(crate) struct Comment {
    pub(crate) id: Id<Comment>,
    #[belongs_to(post: Post, on_delete = Cascade)]
    pub(crate) post_id: Id<Post>,
    /// Nobody, if the one who wrote it has gone.
    #[belongs_to(author: User, on_delete = SetNull)]
    pub(crate) user_id: Option<Id<User>>,
    #[validate(length(min = 1, max = 2000))]
    pub(crate) body: String,
    #[model(created_at)]
    pub(crate) created_at: DateTime<Utc>,
}

/// A rule of this program's own: a slug stands in a URL as it is.
fn slug(text: &str) -> Result<(), orm::validator::ValidationError> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    match text.chars().all(fits) {
        true => Ok(()),
        false => {
            let error = orm::validator::ValidationError::new("slug");
            Err(error.with_message("must have only lower case letters, digits and `-`".into()))
        }
    }
}
