use orm::prelude::*;

#[derive(Model)]
struct User {
    id: Id<User>,
}

#[derive(Model)]
struct Post {
    id: Id<Post>,
    #[belongs_to(author: User)]
    user_id: Id<User>,
}

fn main() {
    let post: Id<Post> = Id::new(7);
    _ = Post::query().filter(Post::user_id.eq(post));
}
