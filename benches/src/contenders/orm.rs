//! `orm`, as a user calls it: through its own pool and its own API.

use chrono::{DateTime, Utc};
use orm::prelude::*;
use orm::query::{Rows, Slot, With};

use super::nested::{Leaf, branch, leaf};
use crate::contender::{
    self, Branch, Contender, NEWEST, NewUser, PAGE_SIZE, Result, Tree, post_columns, text_columns,
    user_columns,
};

#[derive(Model)]
#[model(table = "users")]
#[has_many(posts: Post)]
pub struct User {
    pub id: Id<User>,
    pub name: String,
    pub hair_color: Option<String>,
    pub created_at: DateTime<Utc>,
}

#[derive(Model)]
#[has_many(comments: Comment)]
pub struct Post {
    pub id: Id<Post>,
    #[belongs_to(user: User)]
    pub user_id: Id<User>,
    pub title: String,
    pub body: Option<String>,
}

/// Writes the model of a table that has a text alone.
macro_rules! text {
    ($(#[$attribute:meta])* $name:ident, $column:ident, $relation:ident: $parent:ident) => {
        #[derive(Model)]
        $(#[$attribute])*
        pub struct $name {
            pub id: Id<$name>,
            #[belongs_to($relation: $parent)]
            pub $column: Id<$parent>,
            pub text: String,
        }

        impl Leaf for $name {
            fn branch(self) -> Branch {
                leaf(text_columns(self.id.get(), self.$column.get(), &self.text))
            }
        }
    };
}
text!(#[has_many(replies: Reply)] Comment, post_id, post: Post);
text!(#[model(table = "replies")] #[has_many(likes: Like)] Reply, comment_id, comment: Comment);
text!(#[has_many(flags: Flag)] Like, reply_id, reply: Reply);
text!(Flag, like_id, like: Like);

impl Leaf for User {
    fn branch(self) -> Branch {
        leaf(user_columns(
            self.id.get(),
            &self.name,
            self.hair_color.as_deref(),
            self.created_at,
        ))
    }
}
impl Leaf for Post {
    fn branch(self) -> Branch {
        leaf(post_columns(
            self.id.get(),
            self.user_id.get(),
            &self.title,
            self.body.as_deref(),
        ))
    }
}
impl<M: Leaf, K, R: Leaf + 'static> Leaf for With<M, Slot<K, Rows<R>>>
where
    Rows<R>: orm::query::Held<Value = Vec<R>>,
    Slot<K, Rows<R>>: orm::query::IntoValues<Values = (Vec<R>,)>,
{
    fn branch(self) -> Branch {
        let (row, (children,)) = self.into_parts();
        branch(row.branch().columns, children)
    }
}

impl From<User> for contender::User {
    fn from(user: User) -> Self {
        Self {
            id: user.id.get(),
            name: user.name,
            hair_color: user.hair_color,
            created_at: user.created_at,
        }
    }
}

pub struct Orm {
    db: Db,
}

impl Orm {
    pub async fn connect(url: &str) -> Result<Self> {
        let db = Db::connect(url).await?;
        Ok(Self { db })
    }
}

impl Contender for Orm {
    type Row = User;

    const NAME: &'static str = "orm";

    async fn pk(&mut self, id: i64) -> Result<User> {
        Ok(User::find(id).one(&self.db).await?)
    }

    async fn all(&mut self) -> Result<Vec<User>> {
        Ok(User::query().all(&self.db).await?)
    }

    async fn insert(&mut self, row: NewUser) -> Result<User> {
        let user = User::create()
            .name(row.name)
            .hair_color(row.hair_color)
            .created_at(row.created_at);
        Ok(user.insert(&self.db).await?)
    }

    async fn bulk(&mut self, rows: Vec<NewUser>) -> Result<u64> {
        let rows = rows.into_iter().map(|row| {
            User::create()
                .name(row.name)
                .hair_color(row.hair_color)
                .created_at(row.created_at)
        });
        Ok(User::insert_many(rows).exec(&self.db).await?)
    }

    async fn rename(&mut self, id: i64, name: String) -> Result<()> {
        let change = async |tx: Tx| {
            User::query()
                .filter(User::id.eq(Id::new(id)))
                .update()
                .name(name)
                .exec(&tx)
                .await
        };
        self.db.transaction(change).await?;
        Ok(())
    }

    async fn page(&mut self, number: i64) -> Result<contender::Page<User>> {
        let query = User::query().order_by(User::id.asc());
        let page = query
            .page(number.unsigned_abs(), PAGE_SIZE.unsigned_abs(), &self.db)
            .await?;
        Ok(contender::Page {
            items: page.items,
            total: i64::try_from(page.total)?,
        })
    }

    async fn relations(&mut self) -> Result<impl Tree> {
        Ok(User::query()
            .include(User::posts.include(Post::comments))
            .all(&self.db)
            .await?)
    }

    async fn newest(&mut self) -> Result<impl Tree> {
        let newest = User::posts
            .order_by(Post::id.desc())
            .limit(NEWEST.unsigned_abs());
        Ok(User::query().include(newest).all(&self.db).await?)
    }

    async fn deep(&mut self) -> Result<impl Tree> {
        let flagged = Reply::likes.include(Like::flags);
        let comments = Post::comments.include(Comment::replies.include(flagged));
        Ok(User::query()
            .include(User::posts.include(comments))
            .all(&self.db)
            .await?)
    }
}
