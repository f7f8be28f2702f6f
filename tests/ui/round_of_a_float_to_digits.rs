use orm::prelude::*;

#[derive(Model)]
struct Post {
    id: Id<Post>,
    rating: f64,
}

fn main() {
    _ = Post::query().select(Post::rating.round_to(2));
}
