use orm::prelude::*;

#[derive(Model)]
#[has_many(posts: Post)]
#[has_many(comments: Comment, through(posts, comments))]
struct User {
    id: Id<User>,
    name: String,
}

#[derive(Model)]
#[has_many(comments: Comment)]
struct Post {
    id: Id<Post>,
    #[belongs_to(author: User)]
    author_id: Id<User>,
}

#[derive(Model)]
struct Comment {
    id: Id<Comment>,
    #[belongs_to(post: Post)]
    post_id: Id<Post>,
}

fn main() {
    _ = User::create().name("ann").connect(User::comments, [1]);
}
