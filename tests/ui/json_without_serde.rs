use orm::prelude::*;

#[derive(Debug, Clone, Default)]
struct Preferences {
    theme: String,
}

#[derive(Model)]
struct User {
    id: Id<User>,
    #[model(json, default)]
    preferences: Preferences,
}

fn main() {}
