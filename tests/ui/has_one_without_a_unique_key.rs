use orm::prelude::*;

#[derive(Model)]
#[has_one(profile: Profile)]
struct User {
    id: Id<User>,
}

#[derive(Model)]
struct Profile {
    id: Id<Profile>,
    #[belongs_to(user: User)]
    user_id: Id<User>,
}

fn main() {}
