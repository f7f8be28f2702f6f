use orm::prelude::*;

#[derive(Draft)]
struct NewPost {
    title: String,
}

fn main() {}
