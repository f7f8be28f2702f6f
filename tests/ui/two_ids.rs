use orm::prelude::*;

#[derive(Model)]
struct Node {
    #[model(key)]
    id: Id<Node>,
    #[model(key)]
    parent_id: Id<Node>,
}

fn main() {}
