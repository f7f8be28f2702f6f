//! What generated code names. It is no part of the public interface and changes without notice.

pub use crate::migrations::Migrations;
pub use crate::step::{MigrationStep, StepFuture};
