use orm::prelude::*;

#[derive(Model)]
struct User {
    id: Id<User>,
    name: String,
}

#[derive(Patch)]
#[patch(User)]
struct EditUser {
    name: Option<i32>,
}

fn main() {}
