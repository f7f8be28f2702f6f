use orm::prelude::*;

#[derive(Model)]
struct User {
    id: Id<User>,
}

#[derive(Model)]
struct Post {
    id: Id<Post>,
    title: String,
}

fn main() {
    _ = User::query().filter(Post::title.eq("x"));
}
