use orm::prelude::*;

#[derive(Model)]
struct User {
    id: Id<User>,
    name: String,
}

#[derive(Model)]
struct Post {
    id: Id<Post>,
    #[belongs_to(author: User)]
    author_id: Id<User>,
}

fn main() {
    let (db, post): (&Db, &Post) = todo!();
    _ = Post::author.clear(post, db);
}
