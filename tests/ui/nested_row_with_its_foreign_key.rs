// lines: 28
use orm::prelude::*;

#[derive(Model)]
#[has_many(posts: Post)]
struct User {
    id: Id<User>,
    name: String,
}

#[derive(Model)]
struct Post {
    id: Id<Post>,
    #[belongs_to(author: User)]
    author_id: Id<User>,
    title: String,
}

fn main() {
    _ = User::create().name("ann").posts([Post::create().author_id(Id::new(1)).title("x")]);
}
