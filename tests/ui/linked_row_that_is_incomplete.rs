// lines: 24
use orm::prelude::*;

#[derive(Model)]
#[many_to_many(tags: Tag)]
struct Post {
    id: Id<Post>,
    title: String,
}

#[derive(Model)]
struct Tag {
    id: Id<Tag>,
    name: String,
}

fn main() {
    _ = Post::create().title("x").tags([Tag::create()]);
}
