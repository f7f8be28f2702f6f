use orm::prelude::*;

#[derive(Draft)]
#[draft(Pots)]
struct NewPost {
    title: String,
    slug: String,
}

fn main() {}
