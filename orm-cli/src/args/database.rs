//! `db …`

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum Database {
    /// Create the database that the URL names
    Create(Create),
    /// Drop the database that the URL names, with everything in it
    Drop(Drop),
    /// Write models from what is in the database
    Pull(Pull),
}

#[derive(Debug, Args)]
#[command(after_help = "A database that is there already stays as it is.

Examples:
  orm db create
  orm db create --database-url postgres://localhost/app_test")]
pub(crate) struct Create {
    /// Only show what would be done
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  orm db drop
  orm db drop --yes --database-url sqlite://test.db")]
pub(crate) struct Drop {
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
    /// Even if the server is not on this computer
    #[arg(long)]
    pub(crate) allow_remote: bool,
    /// Only show what would be done
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  orm db pull
  orm db pull --out src/models.rs
  orm db pull --schema billing --without legacy_import")]
pub(crate) struct Pull {
    /// Write a file instead of printing
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Read this schema as well (on MySQL: this database); several are possible
    #[arg(long, value_name = "NAME")]
    pub(crate) schema: Vec<String>,
    /// Leave this table out; several are possible
    #[arg(long, value_name = "TABLE")]
    pub(crate) without: Vec<String>,
    /// Write over a file that is there
    #[arg(long)]
    pub(crate) force: bool,
}
