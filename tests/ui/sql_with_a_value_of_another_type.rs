use orm::prelude::*;

async fn adults(db: &Db, least: String) -> orm::Result<Vec<String>> {
    sql!("SELECT name FROM users WHERE age >= {least: i32}").all(db).await
}

fn main() {}
