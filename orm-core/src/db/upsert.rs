//! Upserts for databases whose own form cannot name the unique key that it is about.

use super::Db;
use crate::driver::{NoRows, Statement};
use crate::error::{Error, Result};
use crate::expr::Node;
use crate::model::Model;
use crate::query::{Conflict, ConflictAction, InsertStatement, UpdateStatement};
use crate::value::Value;

impl Db {
    pub(super) async fn upsert_each(&self, groups: Vec<InsertStatement>) -> Result<u64> {
        let mut affected = 0;
        for group in groups {
            for row in &group.rows {
                affected += u64::from(self.upsert_row(&group, row).await?.is_some());
            }
        }
        Ok(affected)
    }

    pub(super) async fn upsert_by_hand<M: Model>(
        &self,
        mut statement: InsertStatement,
    ) -> Result<Vec<M>> {
        let tx = self.begin_alone().await?;
        let mut rows = Vec::new();
        for row in std::mem::take(&mut statement.rows) {
            if let Some(filter) = tx.upsert_row(&statement, &row).await? {
                rows.extend(
                    tx.fetch_all::<M>(crate::sql::select_filtered(
                        statement.model,
                        filter,
                        tx.dialect(),
                    )?)
                    .await?,
                );
            }
        }
        tx.commit().await?;
        Ok(rows)
    }

    /// An upsert for databases whose own form cannot name the unique key that it is about: insert, and if exactly that key is taken,
    /// change the row that has it. Gives the condition that finds the row, or `None` if it was left as it was.
    async fn upsert_row(
        &self,
        statement: &InsertStatement,
        row: &[Value],
    ) -> Result<Option<Vec<Node>>> {
        let Some(Conflict {
            target,
            action,
            condition,
        }) = &statement.conflict
        else {
            return Err(Error::invalid_query("an upsert needs a conflict target"));
        };
        let model = statement.model;
        let plain = InsertStatement {
            conflict: None,
            rows: Vec::new(),
            columns: statement.columns.clone(),
            ..*statement
        };
        let insert = crate::sql::insert(&plain, vec![row.to_vec()], false, true, self.dialect())?;
        let values = statement
            .positions(target)
            .map(|at| at.iter().map(|at| row[*at].clone()).collect::<Vec<_>>());
        // NULL is in conflict with nothing, and neither is a value that the database makes.
        let Some(values) = values.filter(|values| !values.iter().any(Value::is_null)) else {
            return self.insert_fresh(&plain, row, &insert).await.map(Some);
        };
        let filter = crate::sql::by_keys(model, target, vec![values]);
        // The row may be deleted between the failed insert and the change, so it is tried again.
        for _ in 0..3 {
            match self.run(&insert, NoRows).await {
                Ok(_) => return Ok(Some(filter)),
                Err(error) if error.is_unique_violation() && is_about(&error, model, target) => {}
                Err(error) => return Err(error),
            }
            let assignments = match action {
                ConflictAction::Update(assignments) if !assignments.is_empty() => assignments,
                ConflictAction::Nothing | ConflictAction::Update(_) => return Ok(None),
            };
            let assignments = assignments
                .iter()
                .map(|a| crate::query::Assignment {
                    column: a.column,
                    value: inserted(&a.value, statement, row),
                })
                .collect();
            let condition = condition.iter().map(|c| inserted(c, statement, row));
            let update = UpdateStatement {
                model,
                assignments,
                filter: filter.iter().cloned().chain(condition).collect(),
                all_rows: false,
                returning: false,
            };
            if self.update(&update).await? > 0 {
                return Ok(Some(filter));
            }
            let there = crate::sql::select_filtered(model, filter.clone(), self.dialect())?;
            let there = super::sink::Values::among(model, &model.key)
                .read(self, &there)
                .await?;
            if !there.is_empty() {
                return Ok(None);
            }
        }
        Err(Error::new(crate::error::ErrorKind::Serialization))
    }

    /// Inserts a row that nothing can be in conflict with, and gives the condition that finds it.
    async fn insert_fresh(
        &self,
        plain: &InsertStatement,
        row: &[Value],
        insert: &Statement,
    ) -> Result<Vec<Node>> {
        let model = plain.model;
        let identity = model.identity();
        let known = |column: &usize| plain.position(*column).is_some() || identity == Some(*column);
        if !model.key.iter().all(known) {
            return Err(super::insert::unknown_key(self.dialect()));
        }
        let (_, done) = self.run(insert, NoRows).await?;
        let number = Value::I64(done.inserted.unwrap_or(0));
        let value = |column: &usize| {
            plain
                .position(*column)
                .map_or(number.clone(), |at| row[at].clone())
        };
        let key = model.key.iter().map(value).collect();
        Ok(crate::sql::by_keys(model, &model.key, vec![key]))
    }
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

/// Whether a unique violation is about these columns, and not about another unique key of the row.
fn is_about(error: &Error, model: &crate::model::ModelDef, target: &[usize]) -> bool {
    let Some(constraint) = error.constraint() else {
        return false;
    };
    let mut columns: Vec<&str> = constraint.columns.iter().map(String::as_str).collect();
    let mut wanted: Vec<&str> = target.iter().map(|i| &*model.columns[*i].name).collect();
    columns.sort_unstable();
    wanted.sort_unstable();
    columns == wanted
}
