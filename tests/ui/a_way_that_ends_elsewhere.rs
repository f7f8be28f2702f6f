use orm::prelude::*;

#[derive(Model)]
#[has_many(posts: Post)]
#[has_many(comments: Post, through(posts, comments))]
struct User {
    id: Id<User>,
}

#[derive(Model)]
#[has_many(comments: Comment)]
struct Post {
    id: Id<Post>,
    #[belongs_to(author: User)]
    user_id: Id<User>,
}

#[derive(Model)]
struct Comment {
    id: Id<Comment>,
    #[belongs_to(post: Post)]
    post_id: Id<Post>,
}

fn main() {}
