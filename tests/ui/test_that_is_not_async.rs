use orm::prelude::*;

#[orm::test]
fn a_test(db: Db) {
    let _ = db;
}

fn main() {}
