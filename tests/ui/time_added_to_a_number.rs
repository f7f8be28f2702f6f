use orm::prelude::*;

#[derive(Model)]
struct Post {
    id: Id<Post>,
    views: i64,
}

fn main() {
    _ = Post::query().select(Post::views.plus_days(1));
}
