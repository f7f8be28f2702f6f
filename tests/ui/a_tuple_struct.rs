use orm::prelude::*;

#[derive(Model)]
struct User(Id<User>, String);

fn main() {
    _ = User::query();
}
