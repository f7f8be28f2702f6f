use orm::prelude::*;

#[derive(Model)]
struct User {
    id: Id<User>,
    #[model(key)]
    username: String,
}

fn main() {}
