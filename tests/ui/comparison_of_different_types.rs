use orm::prelude::*;

#[derive(Model)]
struct Post {
    id: Id<Post>,
    title: String,
    views: i64,
}

fn main() {
    _ = Post::query().filter(Post::title.eq(Post::views));
}
