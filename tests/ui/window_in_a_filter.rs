use orm::prelude::*;

#[derive(Model)]
struct Post {
    id: Id<Post>,
    views: i64,
}

fn main() {
    let first = rank().over(orm::expr::order_by(Post::views.desc()));
    let _ = Post::query().filter(first.le(3));
}
