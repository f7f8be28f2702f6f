use orm::expr::{Column, Expr};
use orm::prelude::*;

#[derive(Embed)]
#[embed(json)]
struct Preferences {
    theme: String,
}

#[derive(Model)]
struct Account {
    id: Id<Account>,
}

fn red(preferences: Column<Account, Json<Preferences>>) -> Expr<Account, bool> {
    preferences.path(Preferences::colour).value().eq("red")
}

fn main() {}
