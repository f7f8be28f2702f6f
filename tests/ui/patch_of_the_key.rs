use orm::prelude::*;

#[derive(Model)]
struct User {
    id: Id<User>,
    name: String,
}

#[derive(Patch)]
#[patch(User)]
struct EditUser {
    id: Id<User>,
    name: Option<String>,
}

fn main() {}
