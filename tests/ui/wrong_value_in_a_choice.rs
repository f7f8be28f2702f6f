use orm::prelude::*;

#[derive(Model)]
struct User {
    id: Id<User>,
    age: i32,
}

fn main() {
    _ = case().when(User::age.gt(3), 5_u8).otherwise(3);
}
