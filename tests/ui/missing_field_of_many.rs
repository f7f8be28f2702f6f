// lines: 21
use orm::prelude::*;

#[derive(Model)]
struct User {
    id: Id<User>,
    username: String,
    email: String,
}

fn main() {
    _ = User::insert_many([User::create().username("ann")]);
}
