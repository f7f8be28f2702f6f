use orm::prelude::*;

#[derive(Model)]
struct User {
    id: Id<User>,
    username: String,
    email: String,
}

async fn sign_up(db: &Db) -> orm::Result<User> {
    User::create().username("ann").insert(db).await
}

fn main() {
    _ = sign_up;
}
