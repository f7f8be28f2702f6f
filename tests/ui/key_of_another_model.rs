use orm::prelude::*;

#[derive(Model)]
struct User {
    id: Id<User>,
}

#[derive(Model)]
struct Post {
    id: Id<Post>,
}

fn main() {
    let post: Id<Post> = Id::new(7);
    _ = User::find(post);
}
