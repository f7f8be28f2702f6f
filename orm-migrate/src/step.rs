//! Steps of migrations that are written in Rust.

use std::pin::Pin;

use orm_core::{Result, Tx};

/// What a step returns.
pub type StepFuture<'t> = Pin<Box<dyn Future<Output = Result<()>> + Send + 't>>;

/// A step in Rust, as `#[orm::migration_step]` registers it.
#[derive(Debug, Clone, Copy)]
pub struct MigrationStep {
    /// The name by which scripts call it.
    pub name: &'static str,
    /// The function.
    pub run: for<'t> fn(&'t Tx) -> StepFuture<'t>,
}

inventory::collect!(MigrationStep);

/// The step with this name.
pub(crate) fn find(name: &str) -> Option<&'static MigrationStep> {
    inventory::iter::<MigrationStep>
        .into_iter()
        .find(|step| step.name == name)
}

/// Whether two steps have this name, so that it does not say which one is meant.
pub(crate) fn is_ambiguous(name: &str) -> bool {
    inventory::iter::<MigrationStep>
        .into_iter()
        .filter(|step| step.name == name)
        .count()
        > 1
}

/// The names of all steps of the program, sorted.
pub(crate) fn names() -> Vec<String> {
    let mut names: Vec<String> = inventory::iter::<MigrationStep>
        .into_iter()
        .map(|step| step.name.to_owned())
        .collect();
    names.sort();
    names
}
