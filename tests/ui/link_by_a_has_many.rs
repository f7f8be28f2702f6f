use orm::prelude::*;

#[derive(Model)]
#[has_many(posts: Post)]
struct User {
    id: Id<User>,
    name: String,
}

#[derive(Model)]
struct Post {
    id: Id<Post>,
    #[belongs_to(author: User)]
    author_id: Id<User>,
    title: String,
}

fn main() {
    let (db, user): (&Db, &User) = todo!();
    _ = User::posts.link(user, [1], db);
}
