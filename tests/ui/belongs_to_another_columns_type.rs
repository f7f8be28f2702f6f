use orm::prelude::*;

#[derive(Model)]
struct User {
    id: Id<User>,
    #[model(unique)]
    email: String,
}

#[derive(Model)]
struct Post {
    id: Id<Post>,
    #[belongs_to(author: User, references = email)]
    user_email: i64,
}

fn main() {}
