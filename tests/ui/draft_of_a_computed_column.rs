use orm::prelude::*;

#[derive(Model)]
struct Post {
    id: Id<Post>,
    views: i64,
    #[model(generated = "views > 100")]
    popular: bool,
}

#[derive(Draft)]
#[draft(Post)]
struct NewPost {
    views: i64,
    popular: bool,
}

fn main() {}
