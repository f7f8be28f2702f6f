use orm::prelude::*;

#[derive(Model)]
struct Post {
    id: Id<Post>,
    title: String,
}

fn main() {
    _ = Post::query().filter(Post::search.matches("rust"));
}
