use orm::prelude::*;

#[derive(Model)]
#[model(fulltext(fields(title, views)))]
struct Post {
    id: Id<Post>,
    title: String,
    views: i32,
}

fn main() {}
