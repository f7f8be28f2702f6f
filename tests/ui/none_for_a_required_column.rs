use orm::prelude::*;

#[derive(Model)]
struct User {
    id: Id<User>,
    username: String,
}

fn main() {
    _ = User::create().username(None);
}
