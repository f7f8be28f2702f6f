//! From a schema to the statements that create it. Users depend on the crate `orm`, which re-exports what is public here.

mod create;
#[cfg(feature = "migrate")]
pub mod introspect;
pub mod plan;

pub use create::{create_tables, create_tables_of, drop_tables_of};
#[cfg(feature = "migrate")]
pub use introspect::{Introspection, canonical, introspect};
