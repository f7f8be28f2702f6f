use orm::prelude::*;

#[derive(Model)]
struct User {
    id: Id<User>,
    email: String,
    #[model(column = "email")]
    mail: String,
}

fn main() {}
