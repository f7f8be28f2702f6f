//! Which statements a difference takes, in which order, and what each of them costs. Pure: the same difference gives the same plan.
//!
//! A plan is written to a file by `Plan::to_sql`, one paragraph a statement. What a program that runs the file must know and SQL
//! cannot say stands in lines that begin with `-- orm:`, see `Directive`.

#[cfg(feature = "migrate")]
mod cost;
mod create;
#[cfg(feature = "migrate")]
mod definition;
#[cfg(feature = "migrate")]
mod directive;
#[cfg(feature = "migrate")]
mod full_text;
mod order;
#[cfg(feature = "migrate")]
mod pair;
#[cfg(feature = "migrate")]
mod property;
#[cfg(feature = "migrate")]
mod rebuild;
#[cfg(feature = "migrate")]
mod render;
#[cfg(feature = "migrate")]
mod step;
#[cfg(feature = "migrate")]
mod value;

#[cfg(feature = "migrate")]
use orm_core::Result;
#[cfg(feature = "migrate")]
use orm_core::dialect::Alteration;

pub(crate) use create::create_beside_others;
pub use create::{create, drop};
#[cfg(feature = "migrate")]
pub use directive::Directive;
#[cfg(feature = "migrate")]
pub(crate) use order::Order;
#[cfg(feature = "migrate")]
pub use step::{Cost, Plan, Statement, Step, Transaction};

#[cfg(feature = "migrate")]
use crate::diff::Diff;

/// The steps that carry out a difference, in an order in which each can be taken.
///
/// For tables that existed before, each step has the form that keeps others reading and writing where the database has one.
///
/// ```
/// use orm::{dialect, schema::{Column, ColumnType, Index, Schema, Table, TableName}};
/// use orm_migrate::{Decisions, diff, plan};
///
/// let mut users = Table::new(TableName::new("users"));
/// users.columns.push(Column::new("email", ColumnType::Text));
/// let (mut before, mut after) = (Schema::default(), Schema::default());
/// before.tables.push(users.clone());
/// users.indexes.push(Index::over("users_email_idx", &["email".into()]));
/// after.tables.push(users);
///
/// let diff = diff(&before, &after, &Decisions::new(), dialect::POSTGRES)?;
/// let plan = plan(&diff)?;
/// assert!(plan.to_sql().contains("CREATE INDEX CONCURRENTLY"));
/// # Ok::<(), orm::Error>(())
/// ```
///
/// # Errors
/// As long as the difference has open questions, and when the database cannot have a part of the schema.
#[cfg(feature = "migrate")]
pub fn plan(diff: &Diff) -> Result<Plan> {
    diff.settled()?;
    if full_text::concerns(diff) {
        return full_text::plan(diff);
    }
    of_tables(diff)
}

/// The steps without those of full-text indexes.
#[cfg(feature = "migrate")]
fn of_tables(diff: &Diff) -> Result<Plan> {
    let mut plan = match diff.dialect.alteration() {
        Alteration::Definition => definition::plan(diff)?,
        Alteration::Rebuild => rebuild::plan(diff)?,
        _ => property::plan(diff)?,
    };
    plan.lossy = plan.steps.iter().any(|s| s.cost == Cost::LosesData);
    Ok(plan)
}
