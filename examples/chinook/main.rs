//! A report on the sales of a shop for music: the Chinook database, loaded from its script.
//!
//! ```sh
//! cargo run --example chinook -- path/to/sqlite.sql
//! cargo run --example chinook -- --url postgres://postgres@127.0.0.1:5432/chinook_example path/to/postgresql.sql
//! cargo run --example chinook -- --url mysql://root@127.0.0.1:3306/chinook_example path/to/mysql.sql
//! ```
//!
//! The database is in memory unless a URL is given. On a server, a database that does not exist is created, and dropped again at the
//! end unless there is `--keep`; in one that exists the tables are created, and stay.
//!
//! Each figure is computed by a query of the builder and by a statement in SQL; if they differ, the exit code is 1.

mod catalogue;
mod checks;
mod forms;
mod load;
mod models;
mod music;
#[path = "../blog/output.rs"]
mod output;
mod sales;
#[path = "../blog/scratch.rs"]
mod scratch;

use std::process::ExitCode;

use orm::prelude::*;

use checks::Checks;
use output::{heading, say};
use scratch::Scratch;

type Result<T = (), E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

const USAGE: &str = "usage: chinook [--url <URL>] [--keep] <SCRIPT>";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chinook: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result {
    let (mut url, mut keep, mut path) = ("sqlite::memory:".to_owned(), false, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--url" => url = arguments.next().ok_or(USAGE)?,
            "--keep" => keep = true,
            _ if argument.starts_with('-') => return Err(USAGE.into()),
            _ => path = Some(argument),
        }
    }
    let path = path.ok_or(USAGE)?;
    let script = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let mut scratch = Scratch::open(&url).await?;
    if keep {
        scratch.keep();
    }
    let result = report(scratch.db(), &script).await;
    scratch.close().await?;
    result
}

async fn report(db: &Db, script: &str) -> Result {
    db.execute_script(&load::translated(script)).await?;
    let mut checks = Checks::default();

    catalogue::counts(db, &mut checks).await?;
    catalogue::genres(db, &mut checks).await?;
    catalogue::albums(db, &mut checks).await?;
    catalogue::playlists(db, &mut checks).await?;
    catalogue::lengths(db, &mut checks).await?;

    music::discography(db, &mut checks).await?;
    music::playlists(db, &mut checks).await?;
    music::staff(db, &mut checks).await?;

    sales::totals(db, &mut checks).await?;
    sales::countries(db, &mut checks).await?;
    sales::artists(db, &mut checks).await?;
    sales::customers(db, &mut checks).await?;
    sales::months(db, &mut checks).await?;
    sales::agents(db, &mut checks).await?;
    sales::unsold(db, &mut checks).await?;

    forms::running_totals(db, &mut checks).await?;
    forms::top_three(db, &mut checks).await?;
    forms::tree(db, &mut checks).await?;
    forms::years(db, &mut checks).await?;

    heading("Checks");
    say(format!(
        "{} figures were computed by SQL as well, and are equal",
        checks.finish()?
    ));
    Ok(())
}
