// lines: 18
use orm::prelude::*;

#[derive(Model)]
struct User {
    id: Id<User>,
    name: String,
}

#[derive(Model)]
struct Tag {
    id: Id<Tag>,
    name: String,
}

#[derive(Patch)]
#[patch(Tag)]
struct EditTag {
    name: Option<String>,
}

fn edit(user: &User, patch: EditTag) {
    _ = user.update().apply(patch);
}

fn main() {}
