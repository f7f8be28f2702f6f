use orm::prelude::*;

#[derive(Model)]
#[has_many(posts: Post)]
#[has_many(drafts: Draft)]
struct User {
    id: Id<User>,
}

#[derive(Model)]
struct Post {
    id: Id<Post>,
    #[belongs_to(author: User)]
    user_id: Id<User>,
}

#[derive(Model)]
struct Draft {
    id: Id<Draft>,
    #[belongs_to(author: User)]
    user_id: Id<User>,
}

async fn show(db: &Db) -> orm::Result<()> {
    let user = User::find(1).one(db).await?;
    println!("{}", user.get(User::posts).len());
    Ok(())
}

fn main() {}
