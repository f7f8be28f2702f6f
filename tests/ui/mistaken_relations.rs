// errors: 5
use orm::prelude::*;

#[derive(Model)]
#[has_many(name: User)]
#[has_many(friends: User, vai = friend)]
#[has_many(query: User)]
#[has_one(users)]
#[many_to_many(peers: User)]
struct User {
    id: Id<User>,
    name: String,
}

fn main() {}
