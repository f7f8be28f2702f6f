use orm::prelude::*;

#[derive(Model)]
#[has_many(posts: Post, via = writer)]
struct User {
    id: Id<User>,
}

#[derive(Model)]
struct Post {
    id: Id<Post>,
    #[belongs_to(author: User)]
    author_id: Id<User>,
}

fn main() {}
