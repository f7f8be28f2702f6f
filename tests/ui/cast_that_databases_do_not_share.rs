use orm::prelude::*;

#[derive(Model)]
struct Post {
    id: Id<Post>,
    title: String,
}

fn main() {
    _ = Post::query().select(Post::title.cast::<bool>());
}
