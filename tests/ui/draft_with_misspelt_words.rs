// errors: 3
use orm::prelude::*;

#[derive(Model)]
struct Post {
    id: Id<Post>,
    title: String,
    slug: String,
}

#[derive(Draft)]
#[draft(Post)]
struct NewPost {
    #[draft(feild = title)]
    title: String,
    #[draft(field = "slug")]
    slug: String,
    #[draft(field = title)]
    again: String,
}

fn main() {}
