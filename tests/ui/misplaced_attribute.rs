// errors: 4
use orm::prelude::*;

#[derive(Model)]
#[model(key, soft_deleted)]
struct User {
    id: Id<User>,
    #[model(table = "users", natural)]
    username: String,
}

fn main() {}
