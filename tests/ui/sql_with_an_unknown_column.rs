use orm::prelude::*;

#[derive(Model)]
struct User {
    id: Id<User>,
    email: String,
}

async fn emails(db: &Db) -> orm::Result<Vec<String>> {
    sql!("SELECT {User::emial} FROM {User}").all(db).await
}

fn main() {}
