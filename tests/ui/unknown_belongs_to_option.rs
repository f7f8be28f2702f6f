use orm::prelude::*;

#[derive(Model)]
struct User {
    id: Id<User>,
}

#[derive(Model)]
struct Post {
    id: Id<Post>,
    #[belongs_to(author: User, on_deleted = Cascade)]
    user_id: Id<User>,
}

fn main() {}
