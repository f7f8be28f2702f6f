// errors: 2
use orm::prelude::*;

#[derive(Model)]
#[model(hidden(password_hash: String))]
struct User {
    id: Id<User>,
    username: String,
    email: Option<String>,
    #[model(default = true)]
    is_active: bool,
    #[model(created_at)]
    created_at: DateTime<Utc>,
}

fn main() {
    let db: &Db = todo!();
    _ = User::create().insert(db);
}
