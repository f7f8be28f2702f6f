//! Toasty: through its pool with default options.

use ::toasty::{Db, Deferred};
use chrono::{DateTime, Utc};

use super::nested::{Leaf, branch, leaf};
use crate::contender::{
    self, Branch, Contender, NEWEST, NewUser, PAGE_SIZE, Page, Result, Tree, post_columns,
    text_columns, user_columns,
};

#[derive(Debug, ::toasty::Model)]
#[table = "users"]
pub struct User {
    #[key]
    #[auto]
    id: i64,
    name: String,
    hair_color: Option<String>,
    created_at: jiff::Timestamp,
    #[has_many]
    posts: Deferred<Vec<Post>>,
}

#[derive(Debug, ::toasty::Model)]
#[table = "posts"]
pub struct Post {
    #[key]
    #[auto]
    id: i64,
    #[index]
    user_id: i64,
    #[belongs_to(key = user_id, references = id)]
    user: Deferred<User>,
    title: String,
    body: Option<String>,
    #[has_many]
    comments: Deferred<Vec<Comment>>,
}

#[derive(Debug, ::toasty::Model)]
#[table = "comments"]
pub struct Comment {
    #[key]
    #[auto]
    id: i64,
    #[index]
    post_id: i64,
    #[belongs_to(key = post_id, references = id)]
    post: Deferred<Post>,
    text: String,
    #[has_many]
    replies: Deferred<Vec<Reply>>,
}

#[derive(Debug, ::toasty::Model)]
#[table = "replies"]
pub struct Reply {
    #[key]
    #[auto]
    id: i64,
    #[index]
    comment_id: i64,
    #[belongs_to(key = comment_id, references = id)]
    comment: Deferred<Comment>,
    text: String,
    #[has_many]
    likes: Deferred<Vec<Like>>,
}

#[derive(Debug, ::toasty::Model)]
#[table = "likes"]
pub struct Like {
    #[key]
    #[auto]
    id: i64,
    #[index]
    reply_id: i64,
    #[belongs_to(key = reply_id, references = id)]
    reply: Deferred<Reply>,
    text: String,
    #[has_many]
    flags: Deferred<Vec<Flag>>,
}

#[derive(Debug, ::toasty::Model)]
#[table = "flags"]
pub struct Flag {
    #[key]
    #[auto]
    id: i64,
    #[index]
    like_id: i64,
    #[belongs_to(key = like_id, references = id)]
    like: Deferred<Like>,
    text: String,
}

/// Writes how a row and what was included with it become a branch of the check.
macro_rules! leaves {
    ($($row:ident $parent:ident $children:ident,)*) => {
        $(
            impl Leaf for $row {
                fn branch(self) -> Branch {
                    let columns = text_columns(self.id, self.$parent, &self.text);
                    if self.$children.is_unloaded() {
                        return leaf(columns);
                    }
                    branch(columns, self.$children.into_inner())
                }
            }
        )*
    };
}
leaves!(Comment post_id replies, Reply comment_id likes, Like reply_id flags,);

impl Leaf for Flag {
    fn branch(self) -> Branch {
        leaf(text_columns(self.id, self.like_id, &self.text))
    }
}
impl Leaf for Post {
    fn branch(self) -> Branch {
        let columns = post_columns(self.id, self.user_id, &self.title, self.body.as_deref());
        if self.comments.is_unloaded() {
            return leaf(columns);
        }
        branch(columns, self.comments.into_inner())
    }
}
impl Leaf for User {
    fn branch(self) -> Branch {
        let columns = user_columns(
            self.id,
            &self.name,
            self.hair_color.as_deref(),
            chrono(self.created_at),
        );
        if self.posts.is_unloaded() {
            return leaf(columns);
        }
        branch(columns, self.posts.into_inner())
    }
}

impl From<User> for contender::User {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            name: user.name,
            hair_color: user.hair_color,
            created_at: chrono(user.created_at),
        }
    }
}

fn chrono(time: jiff::Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(time.as_microsecond()).unwrap_or_default()
}

fn jiff(time: DateTime<Utc>) -> jiff::Timestamp {
    jiff::Timestamp::from_microsecond(time.timestamp_micros()).unwrap_or_default()
}

pub struct Toasty(Db);

impl Toasty {
    pub async fn connect(url: &str) -> Result<Self> {
        Ok(Self(
            Db::builder()
                .models(::toasty::models!(crate::*))
                .connect(url)
                .await?,
        ))
    }
}

impl Contender for Toasty {
    type Row = User;

    const NAME: &'static str = "Toasty";

    async fn pk(&mut self, id: i64) -> Result<User> {
        Ok(User::get_by_id(&mut self.0, &id).await?)
    }

    async fn all(&mut self) -> Result<Vec<User>> {
        Ok(User::all().exec(&mut self.0).await?)
    }

    async fn insert(&mut self, row: NewUser) -> Result<User> {
        let create = User::create()
            .name(row.name)
            .hair_color(row.hair_color)
            .created_at(jiff(row.created_at));
        Ok(create.exec(&mut self.0).await?)
    }

    async fn bulk(&mut self, rows: Vec<NewUser>) -> Result<u64> {
        let mut create = User::create_many();
        for row in rows {
            create = create.item(
                User::create()
                    .name(row.name)
                    .hair_color(row.hair_color)
                    .created_at(jiff(row.created_at)),
            );
        }
        Ok(create.exec(&mut self.0).await?.len() as u64)
    }

    async fn rename(&mut self, id: i64, name: String) -> Result<()> {
        let mut tx = self.0.transaction().await?;
        User::filter_by_id(id)
            .update()
            .name(name)
            .exec(&mut tx)
            .await?;
        Ok(tx.commit().await?)
    }

    async fn page(&mut self, number: i64) -> Result<Page<User>> {
        let page = User::all()
            .order_by(User::fields().id().asc())
            .limit(PAGE_SIZE as usize)
            .offset(((number - 1) * PAGE_SIZE) as usize);
        let items = page.exec(&mut self.0).await?;
        let total = User::all().count().exec(&mut self.0).await? as i64;
        Ok(Page { items, total })
    }

    async fn relations(&mut self) -> Result<impl Tree> {
        let query = User::all().include(User::fields().posts().comments());
        Ok(query.exec(&mut self.0).await?)
    }

    /// An include has no limit, so each user has a statement of its own.
    async fn newest(&mut self) -> Result<impl Tree> {
        let mut nested = Vec::new();
        for user in self.all().await? {
            let newest = user
                .posts()
                .order_by(Post::fields().id().desc())
                .limit(NEWEST as usize);
            let posts = newest.exec(&mut self.0).await?;
            nested.push((user, posts));
        }
        Ok(nested)
    }

    async fn deep(&mut self) -> Result<impl Tree> {
        let query =
            User::all().include(User::fields().posts().comments().replies().likes().flags());
        Ok(query.exec(&mut self.0).await?)
    }
}
