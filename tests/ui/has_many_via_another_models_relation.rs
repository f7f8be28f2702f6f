use orm::prelude::*;

#[derive(Model)]
#[has_many(posts: Post, via = team)]
struct User {
    id: Id<User>,
}

#[derive(Model)]
struct Team {
    id: Id<Team>,
}

#[derive(Model)]
struct Post {
    id: Id<Post>,
    #[belongs_to(author: User)]
    author_id: Id<User>,
    #[belongs_to(team: Team)]
    team_id: Id<Team>,
}

fn main() {}
