use orm::prelude::*;

#[derive(Model)]
struct Box<T> {
    id: i64,
    content: T,
}

fn main() {}
