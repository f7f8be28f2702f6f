// errors: 2
use orm::prelude::*;

#[derive(Model)]
#[validate(schema(function = "plausible"))]
struct User {
    id: Id<User>,
    #[validate(must_match(other = "email"))]
    repeated: String,
}

fn main() {}
