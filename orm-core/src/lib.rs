//! Models, typed queries, SQL and databases of `orm`. Users depend on the crate `orm`, which re-exports what is public here.

#[doc(hidden)]
pub mod __private;
pub mod db;
pub mod dialect;
mod driver;
mod embed;
mod error;
pub mod explain;
pub mod expr;
pub mod model;
#[doc(hidden)]
pub mod nearest;
pub mod observe;
pub mod query;
mod row;
pub mod schema;
mod shape;
pub mod sql;
pub mod testing;
mod transfer;
#[doc(hidden)]
pub mod validate;
pub mod value;

pub use db::{Db, DbBuilder, Isolation, Tx, TxOptions};
pub use embed::Embedded;
pub use error::{Constraint, DatabaseError, Error, ErrorKind, FieldError, FieldErrors, Result};
pub use explain::{Explain, PlanNode, StatementPlan};
pub use model::{Id, Model};
pub use query::{
    Change, Cursor, DangerousSql, Draft, Include, Page, Patch, Query, Slice, ToMany, ToOne,
    Tracked, View, With,
};
pub use row::{CellType, Cells, FromRow, RowColumns, RowSource};
pub use shape::{Parts, Shape};
pub use value::{Field, Kind, Value};
