// errors: 3
use orm::prelude::*;

struct Address {
    city: String,
}

#[derive(Model)]
struct User {
    id: Id<User>,
    #[model(embed)]
    address: Address,
}

fn main() {}
