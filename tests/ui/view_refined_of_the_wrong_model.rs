use orm::prelude::*;

#[derive(Model)]
#[has_many(posts: Post)]
struct User {
    id: Id<User>,
    username: String,
}

#[derive(Model)]
struct Post {
    id: Id<Post>,
    #[belongs_to(author: User)]
    author_id: Id<User>,
    title: String,
}

#[derive(View)]
#[view(User)]
struct Name {
    username: String,
}

#[derive(View)]
#[view(User)]
struct Card {
    #[view(with = User::posts.limit(10))]
    posts: Vec<Name>,
}

fn main() {}
