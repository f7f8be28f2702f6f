use orm::prelude::*;

#[derive(Model)]
struct Post {
    id: Id<Post>,
    title: String,
    views: i64,
}

fn main() {
    _ = Post::query().select(Post::views.substring(1, 2));
}
