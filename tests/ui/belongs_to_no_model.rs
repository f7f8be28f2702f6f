use orm::prelude::*;

struct User;

#[derive(Model)]
struct Post {
    id: Id<Post>,
    #[belongs_to(author: User)]
    user_id: i64,
}

fn main() {}
