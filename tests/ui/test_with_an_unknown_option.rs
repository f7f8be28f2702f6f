use orm::prelude::*;

#[orm::test(transactions)]
async fn a_test(tx: Tx) {
    let _ = tx;
}

fn main() {}
