//! A blog: its tables, a few hundred rows, and the queries that it needs, each with its code and its result.
//!
//! ```sh
//! cargo run --example blog                                   # SQLite in memory
//! cargo run --example blog -- --url postgres://postgres@127.0.0.1:5432/blog_example
//! cargo run --example blog -- --url mysql://root@127.0.0.1:3306/blog_example
//! ```
//!
//! On a server, a database that does not exist is created, and dropped again at the end. In one that exists, the tables are created
//! and dropped. With `--keep` everything stays.

mod graphs;
mod models;
mod output;
mod reading;
mod relating;
mod scratch;
mod seed;
mod shown;
mod writing;

use orm::prelude::*;

use output::{heading, say};
use scratch::Scratch;

type Result<T = (), E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

const USAGE: &str = "usage: blog [--url <URL>] [--keep]";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result {
    let (mut url, mut keep) = ("sqlite::memory:".to_owned(), false);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--url" => url = arguments.next().ok_or(USAGE)?,
            "--keep" => keep = true,
            _ => return Err(USAGE.into()),
        }
    }
    let mut scratch = Scratch::open(&url).await?;
    if keep {
        scratch.keep();
    }
    let result = blog(scratch.db(), keep).await;
    scratch.close().await?;
    result
}

async fn blog(db: &Db, keep: bool) -> Result {
    orm::create_tables(db).await?;
    let result = tour(db).await;
    if !keep {
        orm::drop_tables_of(db, &orm::model::all()).await?;
    }
    result
}

async fn tour(db: &Db) -> Result {
    heading("The tables and their rows");
    let seeded = seed::seed(db).await?;
    say(format!("users      {:>4}", seeded.users));
    say(format!("profiles   {:>4}", seeded.profiles));
    say(format!("posts      {:>4}", seeded.posts));
    say(format!("tags       {:>4}", seeded.tags));
    say(format!("post_tags  {:>4}", seeded.post_tags));
    say(format!("comments   {:>4}", seeded.comments));

    reading::by_key(db).await?;
    reading::by_email(db).await?;
    reading::search(db).await?;
    reading::page(db).await?;
    reading::slices(db).await?;
    reading::latest(db).await?;
    reading::most_read(db).await?;
    reading::aggregates(db).await?;
    reading::by_month(db).await?;
    reading::preferences(db).await?;
    reading::stream(db).await?;

    relating::authors(db).await?;
    relating::without_posts(db).await?;
    relating::tagged(db).await?;
    relating::tags_by_use(db).await?;
    relating::whole_post(db).await?;
    relating::dashboard(db).await?;
    relating::statistics(db).await?;

    writing::one_user(db).await?;
    graphs::nested(db).await?;
    graphs::input(db).await?;
    writing::expression(db).await?;
    writing::many_rows(db).await?;
    writing::upsert(db).await?;
    writing::refused_fields(db).await?;
    writing::taken_values(db).await?;
    writing::missing_rows(db).await?;
    writing::handover(db).await?;
    writing::rolled_back(db).await?;
    writing::deletion(db).await?;
    Ok(())
}
