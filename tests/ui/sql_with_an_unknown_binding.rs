use orm::prelude::*;

async fn adults(db: &Db, least: i32) -> orm::Result<Vec<String>> {
    let _ = least;
    sql!("SELECT name FROM users WHERE age >= {leest}").all(db).await
}

fn main() {}
