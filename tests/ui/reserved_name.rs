use orm::prelude::*;

#[derive(Model)]
struct Job {
    id: Id<Job>,
    query: String,
}

fn main() {
    _ = Job::query();
}
