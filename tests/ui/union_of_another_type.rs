use orm::prelude::*;

#[derive(Model)]
struct Post {
    id: Id<Post>,
    title: String,
    views: i64,
}

fn main() {
    let titles = Post::query().select((Post::id, Post::title));
    let _ = titles.union(Post::query().select((Post::id, Post::views)));
}
