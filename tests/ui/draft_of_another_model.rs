// lines: 20
use orm::prelude::*;

#[derive(Model)]
struct Post {
    id: Id<Post>,
    title: String,
}

#[derive(Model)]
struct Tag {
    id: Id<Tag>,
    name: String,
}

#[derive(Draft)]
#[draft(Tag)]
struct NewTag {
    name: String,
}

fn main() {
    _ = Post::create().apply(NewTag { name: "rust".to_owned() });
}
