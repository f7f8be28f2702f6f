// lines: 18
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
#[view(User, params(least: i64))]
struct Card {
    #[view(expr = User::posts.filter(Post::id.ge(Id::new(least))).count())]
    posts: i64,
}

fn cards() -> orm::Query<User, Card> {
    User::query().view::<Card>()
}

fn main() {}
