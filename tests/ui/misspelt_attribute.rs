use orm::prelude::*;

#[derive(Model)]
struct User {
    id: Id<User>,
    #[model(lenght = 50)]
    username: String,
}

fn main() {
    // What is left of the model works, so that nothing else is reported.
    _ = User::query().filter(User::username.eq("ann"));
    _ = User::create().username("ann");
}
