use orm::prelude::*;

struct Colour(u8, u8, u8);

#[derive(Model)]
struct Car {
    id: Id<Car>,
    colour: Colour,
}

fn main() {}
