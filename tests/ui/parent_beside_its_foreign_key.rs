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
    title: String,
}

fn main() {
    let ann = User::create().name("ann");
    _ = Post::create().title("x").author_id(Id::new(1)).author(ann);
}
