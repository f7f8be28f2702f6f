// lines: 20
use orm::prelude::*;

#[derive(Embed, Clone)]
struct Address {
    street: String,
}

#[derive(Model)]
struct Shop {
    id: Id<Shop>,
    #[model(embed)]
    address: Address,
}

#[derive(Draft)]
#[draft(Shop)]
struct NewShop {
    address: String,
}

fn main() {}
