use orm::prelude::*;

#[derive(Model)]
struct Post {
    id: Id<Post>,
    title: String,
    views: i64,
}

fn main() {
    let titles = Post::query().select(Post::title);
    let _ = titles.group_by(Post::title);
}
