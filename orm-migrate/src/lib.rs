//! From a schema to the statements that create it, and migrations. Users depend on the crate `orm`, which re-exports what is public
//! here.

#[cfg(feature = "migrate")]
mod adopt;
#[cfg(feature = "migrate")]
mod apply;
#[cfg(feature = "migrate")]
pub mod change;
#[cfg_attr(
    not(feature = "migrate"),
    allow(dead_code, reason = "ids and histories are those of migrations")
)]
mod clock;
#[cfg(feature = "migrate")]
pub mod config;
mod create;
#[cfg(feature = "migrate")]
mod decision;
#[cfg(feature = "migrate")]
mod dialects;
#[cfg(feature = "migrate")]
mod diff;
#[cfg(feature = "migrate")]
mod digest;
#[cfg(feature = "migrate")]
mod drift;
#[cfg(feature = "migrate")]
pub mod files;
#[cfg(feature = "migrate")]
#[doc(hidden)]
pub mod generated;
#[cfg(feature = "migrate")]
pub mod history;
#[cfg(feature = "migrate")]
pub mod introspect;
#[cfg(feature = "migrate")]
pub mod lexer;
#[cfg(feature = "migrate")]
mod migrations;
pub mod plan;
#[cfg(feature = "migrate")]
mod problem;
#[cfg(feature = "migrate")]
pub mod pull;
#[cfg(feature = "migrate")]
mod reset;
#[cfg(feature = "migrate")]
mod resolve;
#[cfg(feature = "migrate")]
mod rollback;
mod scratch;
#[cfg(feature = "migrate")]
mod seed;
#[cfg(feature = "migrate")]
pub mod snapshot;
#[cfg(feature = "migrate")]
mod status;
#[cfg(feature = "migrate")]
mod step;
#[doc(hidden)]
pub mod testing;
#[cfg(feature = "migrate")]
mod verify;

#[cfg(feature = "migrate")]
pub use change::Change;
pub use create::{create_tables, create_tables_of, drop_tables_of};

#[cfg(feature = "migrate")]
pub use apply::{DeployOptions, Deployed, Done, OutOfOrder, Progress};
#[cfg(feature = "migrate")]
pub use config::Config;
#[cfg(feature = "migrate")]
pub use decision::{Answer, Decisions, Question};
#[cfg(feature = "migrate")]
pub use dialects::{dialect_keys, dialect_of};
#[cfg(feature = "migrate")]
pub use diff::{Diff, diff};
#[cfg(feature = "migrate")]
pub use files::{Folder, Made, Migration, Moved, NewMigration, Sql, Squashed};
#[cfg(feature = "migrate")]
pub use introspect::{Introspection, canonical, introspect};
#[cfg(feature = "migrate")]
pub use migrations::Migrations;
#[cfg(feature = "migrate")]
pub use plan::{Cost, Plan, Step, Transaction, plan};
#[cfg(feature = "migrate")]
pub use problem::Problem;
#[cfg(feature = "migrate")]
pub use reset::drop_everything;
#[cfg(feature = "migrate")]
pub use resolve::Resolution;
pub use scratch::Scratch;
#[cfg(feature = "migrate")]
pub use seed::seed;
#[cfg(feature = "migrate")]
pub use status::{Entry, Standing, Status};
#[cfg(feature = "migrate")]
pub use step::{MigrationStep, StepFuture};
#[cfg(feature = "migrate")]
pub use verify::Verified;
