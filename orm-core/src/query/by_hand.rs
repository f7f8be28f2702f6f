//! An upsert as the statements for databases whose own form cannot name the unique key that it is about.

use super::{Assignment, InsertStatement, UpdateStatement};
use crate::error::{Error, Result};
use crate::expr::Node;
use crate::value::Value;

/// What is sent for one row: the insert, and where exactly this key is taken the change of the row that has it.
pub(crate) struct ByHand {
    /// The insert, without rows.
    pub(crate) insert: InsertStatement,
    /// The unique columns, and the condition that finds the row that is there; `None` where the row is in conflict with nothing.
    pub(crate) found: Option<(Vec<usize>, Vec<Node>)>,
    /// The change, if a row that is there is changed.
    pub(crate) update: Option<UpdateStatement>,
}

/// The steps of an upsert of this row.
pub(crate) fn by_hand(statement: &InsertStatement, row: &[Value]) -> Result<ByHand> {
    let Some(conflict) = &statement.conflict else {
        return Err(Error::invalid_query("an upsert needs a conflict target"));
    };
    let (target, condition) = (&conflict.target, &conflict.condition);
    let model = statement.model;
    let insert = InsertStatement::plain(model, statement.columns.clone());
    let values = statement
        .positions(target)
        .map(|at| at.iter().map(|at| row[*at].clone()).collect::<Vec<_>>());
    // NULL is in conflict with nothing, and neither is a value that the database makes.
    let Some(values) = values.filter(|values| !values.iter().any(Value::is_null)) else {
        return Ok(ByHand {
            insert,
            found: None,
            update: None,
        });
    };
    let filter = crate::sql::by_keys(model, target, vec![values]);
    let update = match conflict.assignments() {
        [] => None,
        assignments => {
            let assignments = assignments.iter().map(|a| Assignment {
                column: a.column,
                value: inserted(&a.value, statement, row),
            });
            let condition = condition.iter().map(|c| inserted(c, statement, row));
            Some(UpdateStatement {
                model,
                assignments: assignments.collect(),
                filter: filter.iter().cloned().chain(condition).collect(),
                all_rows: false,
                returning: false,
            })
        }
    };
    Ok(ByHand {
        insert,
        found: Some((target.clone(), filter)),
        update,
    })
}

/// The expression with the values of the new row in place of what the database would call excluded.
fn inserted(node: &Node, statement: &InsertStatement, row: &[Value]) -> Node {
    let mut node = node.clone();
    put_in(&mut node, statement, row);
    node
}

fn put_in(node: &mut Node, statement: &InsertStatement, row: &[Value]) {
    match node {
        Node::Excluded(column) => {
            let at = statement.position(column.index);
            let value = at.map_or(Value::null(column.def().ty), |at| row[at].clone());
            *node = Node::Value(value);
        }
        node => node.change_parts(&mut |part| put_in(part, statement, row)),
    }
}
