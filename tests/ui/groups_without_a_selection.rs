use orm::prelude::*;

#[derive(Model)]
struct Post {
    id: Id<Post>,
    title: String,
    views: i64,
}

async fn titles(db: &Db) -> orm::Result<()> {
    let _ = Post::query().group_by(Post::title).all(db).await?;
    Ok(())
}

fn main() {}
