//! The numbers that a database gives to rows.

use super::Writer;
use crate::dialect::Dialect;
use crate::driver::{Access, Statement};
use crate::error::Result;
use crate::model::ModelDef;

/// Lets a table's numbering go on behind the greatest number that is there; `None` where the database sees to that itself.
pub(crate) fn advance_identity(
    model: &'static ModelDef,
    dialect: &'static dyn Dialect,
) -> Result<Option<Statement>> {
    let Some(column) = model.identity() else {
        return Ok(None);
    };
    let mut w = Writer::new(dialect);
    if !dialect.advance_identity(&mut w, model, &model.columns[column]) {
        return Ok(None);
    }
    w.finish(Access::Unknown, true, Some(model)).map(Some)
}

/// Lets a table's numbering go on behind this number, if it has not come so far; `None` where the database sees to that itself.
pub(crate) fn advance_identity_to(
    model: &'static ModelDef,
    number: i64,
    dialect: &'static dyn Dialect,
) -> Result<Option<Statement>> {
    let Some(column) = model.identity() else {
        return Ok(None);
    };
    let mut w = Writer::new(dialect);
    if !dialect.advance_identity_to(&mut w, model, &model.columns[column], number) {
        return Ok(None);
    }
    w.finish(Access::Write, true, Some(model)).map(Some)
}
