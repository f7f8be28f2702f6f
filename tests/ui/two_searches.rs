// errors: 4, lines: 40
use orm::prelude::*;

#[derive(Model)]
#[model(fulltext(fields(title)), fulltext(fields(body)), fulltext(name = create, fields(body)))]
struct Post {
    id: Id<Post>,
    title: String,
    body: String,
}

#[derive(Model)]
#[model(fulltext(fields(title), weights(body = 4, title = 100)))]
struct Page {
    id: Id<Page>,
    title: String,
    body: String,
}

fn main() {}
