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

#[derive(Draft)]
#[draft(Post)]
struct NewPost {
    title: String,
}

#[derive(Patch)]
#[patch(User)]
struct EditUser {
    posts: Vec<NewPost>,
}

fn main() {}
