use orm::prelude::*;

async fn adults(db: &Db, least: i32) -> orm::Result<Vec<String>> {
    sql!("SELECT name FROM users {?least: WHERE age >= {least}}").all(db).await
}

fn main() {}
