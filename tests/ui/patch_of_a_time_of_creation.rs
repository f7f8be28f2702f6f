use orm::prelude::*;

#[derive(Model)]
struct User {
    id: Id<User>,
    name: String,
    #[model(created_at)]
    joined: DateTime<Utc>,
}

#[derive(Patch)]
#[patch(User)]
struct EditUser {
    name: Option<String>,
    #[patch(field = joined)]
    since: Option<DateTime<Utc>>,
}

fn main() {}
