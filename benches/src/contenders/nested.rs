//! Rows with their related rows, for contenders that put them together by hand.

use std::collections::HashMap;

use crate::contender::{Branch, Tree, User, post_columns, text_columns, user_columns};

/// A row of `posts`.
pub struct Post {
    pub id: i64,
    pub user_id: i64,
    pub title: String,
    pub body: Option<String>,
}

/// A row of one of the tables that have a text alone: `comments`, `replies`, `likes`, `flags`.
pub struct Text {
    pub id: i64,
    pub parent: i64,
    pub text: String,
}

/// A row and those that belong to it.
pub struct Nested<T, C> {
    pub row: T,
    pub children: Vec<C>,
}

pub trait Keyed {
    fn id(&self) -> i64;
}

pub trait Child {
    fn parent(&self) -> i64;
}

/// Gives each row to the one that it belongs to.
pub fn nest<T: Keyed, C: Child>(rows: Vec<T>, children: Vec<C>) -> Vec<Nested<T, C>> {
    let places: HashMap<i64, usize> = rows
        .iter()
        .enumerate()
        .map(|(at, row)| (row.id(), at))
        .collect();
    let mut nested: Vec<Nested<T, C>> = rows
        .into_iter()
        .map(|row| Nested {
            row,
            children: Vec::new(),
        })
        .collect();
    for child in children {
        if let Some(at) = places.get(&child.parent()) {
            nested[*at].children.push(child);
        }
    }
    nested
}

pub fn ids<T: Keyed>(rows: &[T]) -> Vec<i64> {
    rows.iter().map(Keyed::id).collect()
}

/// A column of text tables, and what [`Level`](crate::contender::Level) calls them, from the outside in.
pub const TEXTS: [(&str, &str); 4] = [
    ("comments", "post_id"),
    ("replies", "comment_id"),
    ("likes", "reply_id"),
    ("flags", "like_id"),
];

/// Users with posts and comments.
pub type Blog = Vec<Nested<User, Nested<Post, Text>>>;
/// Users with everything behind them.
pub type Deep = Vec<Nested<User, Nested<Post, Nested<Text, Nested<Text, Nested<Text, Text>>>>>>;

/// Puts together what five statements have read.
pub fn deep(users: Vec<User>, posts: Vec<Post>, texts: [Vec<Text>; 4]) -> Deep {
    let [comments, replies, likes, flags] = texts;
    nest(
        users,
        nest(posts, nest(comments, nest(replies, nest(likes, flags)))),
    )
}

impl Keyed for User {
    fn id(&self) -> i64 {
        self.id
    }
}
impl Keyed for Post {
    fn id(&self) -> i64 {
        self.id
    }
}
impl Child for Post {
    fn parent(&self) -> i64 {
        self.user_id
    }
}
impl Keyed for Text {
    fn id(&self) -> i64 {
        self.id
    }
}
impl Child for Text {
    fn parent(&self) -> i64 {
        self.parent
    }
}
impl<T: Child, C> Child for Nested<T, C> {
    fn parent(&self) -> i64 {
        self.row.parent()
    }
}

/// How a row becomes a branch of the check.
pub trait Leaf {
    fn branch(self) -> Branch;
}
impl Leaf for User {
    fn branch(self) -> Branch {
        leaf(user_columns(
            self.id,
            &self.name,
            self.hair_color.as_deref(),
            self.created_at,
        ))
    }
}
impl Leaf for Post {
    fn branch(self) -> Branch {
        leaf(post_columns(
            self.id,
            self.user_id,
            &self.title,
            self.body.as_deref(),
        ))
    }
}
impl Leaf for Text {
    fn branch(self) -> Branch {
        leaf(text_columns(self.id, self.parent, &self.text))
    }
}
impl<T: Leaf, C: Leaf> Leaf for Nested<T, C> {
    fn branch(self) -> Branch {
        branch(self.row.branch().columns, self.children)
    }
}
impl<T: Leaf, C: Leaf> Leaf for (T, Vec<C>) {
    fn branch(self) -> Branch {
        branch(self.0.branch().columns, self.1)
    }
}
impl<T: Leaf> Tree for Vec<T> {
    fn branches(self) -> Vec<Branch> {
        self.into_iter().map(Leaf::branch).collect()
    }
}

pub fn leaf(columns: String) -> Branch {
    Branch {
        columns,
        branches: Vec::new(),
    }
}

pub fn branch<C: Leaf>(columns: String, children: Vec<C>) -> Branch {
    Branch {
        columns,
        branches: children.into_iter().map(Leaf::branch).collect(),
    }
}
