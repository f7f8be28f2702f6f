//! The commands, one file each.

mod answer;
mod apply;
mod baseline;
mod check;
mod database;
mod deploy;
mod dev;
mod diff;
mod init;
mod planned;
mod pull;
mod queries;
mod rebase;
mod reset;
mod resolve;
mod rollback;
mod schema;
mod seed;
mod squash;
mod status;

use crate::Program;
use crate::args::{Checks, Command, Database, Global, Migrate};
use crate::failure::Result;
use crate::report::Report;
use crate::screen::Screen;

/// One call of the program.
pub(crate) struct Session {
    pub(crate) program: Program,
    pub(crate) screen: Screen,
    pub(crate) global: Global,
}

pub(crate) async fn run(session: &Session, command: Command) -> Result<Report> {
    match command {
        Command::Init(args) => init::run(session, &args).await,
        Command::Check(Checks::Queries(args)) => queries::run(session, &args).await,
        Command::Seed(args) => seed::run(session, &args).await,
        Command::Db(Database::Create(args)) => database::create(session, &args).await,
        Command::Db(Database::Drop(args)) => database::drop(session, &args).await,
        Command::Db(Database::Pull(args)) => pull::run(session, &args).await,
        Command::Migrate(command) => migrate(session, command).await,
    }
}

async fn migrate(session: &Session, command: Migrate) -> Result<Report> {
    match command {
        Migrate::Dev(args) => dev::run(session, &args).await,
        Migrate::Deploy(args) => deploy::run(session, &args).await,
        Migrate::Status => status::run(session).await,
        Migrate::Rollback(args) => rollback::run(session, &args).await,
        Migrate::Reset(args) => reset::run(session, &args).await,
        Migrate::Diff(args) => diff::run(session, &args).await,
        Migrate::Check(args) => check::run(session, &args).await,
        Migrate::Resolve(args) => resolve::run(session, &args).await,
        Migrate::Squash(args) => squash::run(session, &args),
        Migrate::Baseline(args) => baseline::run(session, &args).await,
        Migrate::Rebase(args) => rebase::run(session, &args),
    }
}
