use orm::prelude::*;

#[derive(Model)]
struct User {
    id: Id<User>,
    username: String,
    age: Option<i32>,
}

fn main() {
    _ = User::insert_from((User::username, User::age), User::query().select(User::username));
}
