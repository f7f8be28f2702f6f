use orm::prelude::*;

#[derive(Model)]
struct User {
    id: Id<User>,
    name: String,
}

#[derive(Patch)]
#[patch(User)]
struct EditUser {
    nmae: Option<String>,
}

fn main() {}
