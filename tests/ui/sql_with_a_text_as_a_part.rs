use orm::prelude::*;

async fn users(db: &Db, condition: String) -> orm::Result<Vec<String>> {
    sql!("SELECT name FROM users WHERE {@condition}").all(db).await
}

fn main() {}
