use orm::prelude::*;

#[derive(Model)]
struct Post {
    id: Id<Post>,
    author_id: i64,
    title: String,
}

#[derive(Draft)]
#[draft(Post)]
struct NewPost {
    title: String,
}

async fn publish(input: NewPost, db: &Db) -> orm::Result<Post> {
    input.create().insert(db).await
}

fn main() {
    _ = publish;
}
