use orm::prelude::*;

#[derive(Model)]
struct Post {
    id: Id<Post>,
    title: String,
}

#[derive(Draft)]
#[draft(Post)]
struct NewPost {
    title: i32,
}

fn main() {}
