// lines: 20
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

#[derive(Draft)]
#[draft(User)]
struct NewUser {
    name: String,
    posts: Vec<NewPost>,
}

#[derive(Draft)]
#[draft(Post)]
struct NewPost {}

fn main() {}
