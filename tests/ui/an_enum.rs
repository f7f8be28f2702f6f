use orm::prelude::*;

#[derive(Model)]
enum Role {
    Member,
    Admin,
}

fn main() {
    _ = Role::query();
}
