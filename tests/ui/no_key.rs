use orm::prelude::*;

#[derive(Model)]
struct User {
    username: String,
}

fn main() {
    _ = User::query();
}
