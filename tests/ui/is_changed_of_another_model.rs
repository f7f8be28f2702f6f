use orm::prelude::*;

#[derive(Model)]
struct User {
    id: Id<User>,
    name: String,
}

#[derive(Model)]
struct Tag {
    id: Id<Tag>,
    label: String,
}

fn changed(user: User) -> bool {
    user.track().is_changed(Tag::label)
}

fn main() {}
