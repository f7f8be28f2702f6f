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
    let boxed = |node: &Node| Box::new(inserted(node, statement, row));
    let each = |nodes: &[Node]| {
        nodes
            .iter()
            .map(|node| inserted(node, statement, row))
            .collect::<Vec<_>>()
    };
    match node {
        Node::Excluded(column) => {
            let at = statement.position(column.index);
            Node::Value(at.map_or(Value::null(column.def().ty), |at| row[at].clone()))
        }
        Node::Binary(left, op, right) => Node::Binary(boxed(left), *op, boxed(right)),
        Node::And(all) => Node::And(each(all)),
        Node::Or(all) => Node::Or(each(all)),
        Node::Not(inner) => Node::Not(boxed(inner)),
        Node::Negate(inner) => Node::Negate(boxed(inner)),
        Node::IsNull(inner, is) => Node::IsNull(boxed(inner), *is),
        Node::In(needle, set, is) => Node::In(boxed(needle), set.clone(), *is),
        Node::Between(parts) => {
            let [of, low, high] = &**parts;
            let of_row = |node| inserted(node, statement, row);
            Node::Between(Box::new([of_row(of), of_row(low), of_row(high)]))
        }
        Node::Like(inner, pattern) => Node::Like(boxed(inner), pattern.clone()),
        Node::Call(function, arguments) => Node::Call(*function, each(arguments)),
        Node::Case(arms, otherwise) => Node::Case(
            arms.iter()
                .map(|(c, v)| (inserted(c, statement, row), inserted(v, statement, row)))
                .collect(),
            otherwise.as_deref().map(boxed),
        ),
        Node::Json(document, path, kind) => Node::Json(boxed(document), path.clone(), *kind),
        Node::Related(join, of) => Node::Related(join.clone(), boxed(of)),
        Node::NotTrue(inner) => Node::NotTrue(boxed(inner)),
        Node::Stored(inner, column) => Node::Stored(boxed(inner), *column),
        // These hold no value of the new row: the database refuses aggregates here, and a query inside has rows of its own.
        Node::Column(_)
        | Node::Outer(_)
        | Node::Value(_)
        | Node::Path(_)
        | Node::Regex(_)
        | Node::Replacement(_)
        | Node::Search(_)
        | Node::Invalid(_)
        | Node::Mistake(_)
        | Node::Aggregate { .. }
        | Node::Grouping(_)
        | Node::Exists(..)
        | Node::FirstOfGroup(_)
        | Node::Subquery(_)
        | Node::Window(_)
        | Node::Kept(_)
        | Node::Part(..)
        | Node::InTree(_)
        | Node::Raw(_) => node.clone(),
    }
}
