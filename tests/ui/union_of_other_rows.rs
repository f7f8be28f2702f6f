use orm::prelude::*;

#[derive(Model)]
struct Post {
    id: Id<Post>,
    title: String,
    views: i64,
}

fn main() {
    let views = Post::query().select((Post::title, Post::views));
    let _ = views.union(Post::query().select(Post::title));
}
