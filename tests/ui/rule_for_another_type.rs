use orm::prelude::*;

#[derive(Model)]
struct User {
    id: Id<User>,
    #[validate(email)]
    age: i64,
}

fn main() {}
