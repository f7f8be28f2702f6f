// errors: 8
use orm::prelude::*;

#[derive(Model)]
#[model(tabel = "users", index(fields(emial)))]
struct User {
    id: Id<User>,
    #[model(uniqe, length = "50")]
    email: String,
    #[model(trim)]
    age: i64,
    #[model(created_at, default)]
    joined: DateTime<Utc>,
    #[belongs_to(team: Team, on_delete = Cascde)]
    team_id: Id<Team>,
    #[validate(emal)]
    backup: String,
}

#[derive(Model)]
struct Team {
    id: Id<Team>,
}

fn main() {
    _ = User::query().filter(User::email.eq("ann@example.com"));
}
