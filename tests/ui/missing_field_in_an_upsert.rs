use orm::prelude::*;

#[derive(Model)]
struct User {
    id: Id<User>,
    username: String,
    #[model(unique)]
    email: String,
}

async fn upsert(db: &Db) -> orm::Result<()> {
    User::create().email("ann@example.com").on_conflict(User::email).do_nothing().exec(db).await?;
    Ok(())
}

fn main() {
    _ = upsert;
}
