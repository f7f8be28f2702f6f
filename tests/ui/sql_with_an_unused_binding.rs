use orm::prelude::*;

async fn adults(db: &Db) -> orm::Result<Vec<String>> {
    sql!("SELECT name FROM users WHERE age >= {least}", least = 18, most = 99).all(db).await
}

fn main() {}
