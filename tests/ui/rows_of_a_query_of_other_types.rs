use orm::prelude::*;
use orm::query::QueryModel;

#[derive(Model)]
struct Post {
    id: Id<Post>,
    title: String,
    views: i64,
}

#[derive(Model)]
#[model(query)]
struct Popular {
    #[model(key)]
    id: Id<Post>,
    views: Option<i64>,
}

fn main() {
    let _ = Popular::from_query(Post::query().select((Post::id, Post::title)));
}
