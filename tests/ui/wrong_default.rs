use orm::prelude::*;

#[derive(Model)]
struct User {
    id: Id<User>,
    #[model(default = "yes")]
    active: bool,
}

fn main() {}
