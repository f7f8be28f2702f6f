use orm::prelude::*;

#[derive(Model)]
struct Post {
    id: Id<Post>,
    title: String,
    views: i64,
}

fn main() {
    let _ = Post::query().select((Post::title, Post::views.sum().coalesce(0)));
}
