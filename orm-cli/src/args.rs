//! What can be written behind the program's name.

mod check;
mod database;
mod migrate;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use check::{Checks, Queries};
pub(crate) use database::{Create, Database, Drop, Pull};
pub(crate) use migrate::{
    Answers, Baseline, Check, Deploy, Dev, Diff, Migrate, Rebase, Reset, Resolve, Rollback, Squash,
};

/// Migrations, schemas and databases of a project that uses `orm`.
#[derive(Debug, Parser)]
#[command(
    name = "orm",
    version,
    propagate_version = true,
    max_term_width = 100,
    after_help = "Exit codes: 0 done, and all is well; 1 it failed; 2 called wrongly, or a question is open and there is no terminal to \
ask; 3 something is not as it should be (pending, drifted, different)."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags that every command has.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Global {
    /// The project's file [default: orm.toml, here or in a directory above]
    #[arg(long, global = true, value_name = "FILE", help_heading = "Everywhere")]
    pub(crate) config: Option<PathBuf>,
    /// The database [default: the variable that orm.toml names, from the environment or from .env]
    #[arg(long, global = true, value_name = "URL", help_heading = "Everywhere")]
    pub(crate) database_url: Option<String>,
    /// Print one JSON document instead of text
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub(crate) json: bool,
    /// When to use colours; NO_COLOR is respected
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        help_heading = "Everywhere"
    )]
    pub(crate) color: Color,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Prepare a project: orm.toml, src/bin/orm.rs, and the alias `cargo orm`
    Init(Init),
    /// Make, apply and prove migrations
    #[command(subcommand)]
    Migrate(Migrate),
    /// Hold what the program has written by hand against its tables
    #[command(subcommand)]
    Check(Checks),
    /// Run the files of the folder `seeds`, which put rows into the tables
    Seed(Seed),
    /// Create or drop the database, or write models from what is in it
    #[command(subcommand)]
    Db(Database),
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  orm init
  orm init --dialect postgres --dialect sqlite
  orm init --dry-run")]
pub(crate) struct Init {
    /// A database that migrations are written for; several are possible [default: that of the URL]
    #[arg(long, value_name = "NAME")]
    pub(crate) dialect: Vec<String>,
    /// Write over files that are there
    #[arg(long)]
    pub(crate) force: bool,
    /// Only say what would be written
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Each file is one transaction, in the order of their names. They run every time, so they say themselves what to do
with rows that are there. Of users.sql and users.postgres.sql, the one for the database is taken.

Examples:
  cargo orm seed
  cargo orm seed --folder seeds/demo --dry-run"
)]
pub(crate) struct Seed {
    /// The folder with the files [default: seeds, beside orm.toml]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) folder: Option<PathBuf>,
    /// Only say which files would run
    #[arg(long)]
    pub(crate) dry_run: bool,
}
