//! `check …`

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum Checks {
    /// Hold every `sql!` of the program against the tables of its models; none is run
    Queries(Queries),
}

#[derive(Debug, Args)]
#[command(
    after_help = "The tables are made in a database for a while, beside the one that the URL names, or in memory where there is no URL. What is
wrong is told with its file and line, and the exit code is 3 then.

Examples:
  cargo orm check queries
  cargo orm check queries --migrations --file src/
  cargo orm check queries --database-url postgres://localhost/app --json"
)]
pub(crate) struct Queries {
    /// Take the tables that the migrations make, rather than those that the models need
    #[arg(long)]
    pub(crate) migrations: bool,
    /// Look only at files whose path has this in it
    #[arg(long, value_name = "TEXT")]
    pub(crate) file: Option<String>,
}
