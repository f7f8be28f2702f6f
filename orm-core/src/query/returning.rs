//! The SQL of changes and deletions that give their rows back.

use super::insert::texts;
use super::update::Many;
use super::{Delete, DeleteStatement, Update, UpdateStatement};
use crate::db::explain::made_up;
use crate::dialect::{Dialect, Feature};
use crate::driver::Statement;
use crate::error::Result;
use crate::expr::Node;
use crate::model::{Model, ModelDef};
use crate::value::Value;

impl<M: Model, S> Update<M, S> {
    /// The statements that `returning` and `save` send to a database, each with the values for its placeholders. Nothing is sent. A
    /// database that does not return what it changes is asked for the keys first and for the rows behind it, and a made-up key stands for
    /// those that are found.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let update = Post::query().filter(Post::views.gt(100)).update().views(0);
    /// let sent = update.returning_to_sql(orm::dialect::POSTGRES)?;
    /// assert!(sent[0].0.starts_with(r#"UPDATE "posts" SET "views" = $1 WHERE "views" > $2 RETURNING "id", "#));
    /// assert_eq!(update.returning_to_sql(orm::dialect::MYSQL)?.len(), 3);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`to_sql`](Self::to_sql).
    pub fn returning_to_sql(
        &self,
        dialect: &'static dyn Dialect,
    ) -> Result<Vec<(String, Vec<Value>)>> {
        if self.is_empty() {
            return Ok(texts(vec![self.read(dialect)?]));
        }
        let statement = self.finished()?;
        Ok(texts(changed_and_read(statement, dialect)?))
    }
}

impl<M: Model> Update<M, Many> {
    /// The statements that [`returning_both`](Self::returning_both) sends to a database, each with the values for its placeholders.
    /// Nothing is sent. A made-up key stands for those of the rows that are found and locked.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let update = Post::query().filter(Post::views.gt(100)).update().views(0);
    /// let sent = update.returning_both_to_sql(orm::dialect::POSTGRES)?;
    /// assert!(sent[0].0.ends_with(r#"WHERE "views" > $1 FOR UPDATE"#));
    /// assert!(sent[1].0.starts_with(r#"UPDATE "posts" SET "views" = $1 WHERE "id" = $2 RETURNING "#));
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`to_sql`](Self::to_sql), and when the primary key is changed.
    pub fn returning_both_to_sql(
        &self,
        dialect: &'static dyn Dialect,
    ) -> Result<Vec<(String, Vec<Value>)>> {
        let mut statement = match self.is_empty() {
            true => self.unfinished(),
            false => self.finished()?,
        };
        crate::sql::can_return_both(&statement)?;
        let (model, filter) = (statement.model, std::mem::take(&mut statement.filter));
        let mut all = vec![crate::sql::select_locked(model, filter, dialect)?];
        statement.filter = a_key(model);
        if statement.assignments.is_empty() {
            all.push(crate::sql::select_locked(model, statement.filter, dialect)?);
        } else {
            all.extend(changed_and_read(statement, dialect)?);
        }
        Ok(texts(all))
    }
}

impl<M: Model> Delete<M> {
    /// The statements that [`returning`](Self::returning) sends to a database, each with the values for its placeholders. Nothing is
    /// sent. A database that does not return what it deletes is asked for the rows first, and a made-up key stands for those that are
    /// found.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let sent = Post::query().filter(Post::views.eq(0)).delete().returning_to_sql(orm::dialect::MYSQL)?;
    /// assert!(sent[0].0.ends_with("WHERE `views` = ? FOR UPDATE"));
    /// assert_eq!(sent[1].0, "DELETE FROM `posts` WHERE `id` = ?");
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`to_sql`](Self::to_sql).
    pub fn returning_to_sql(
        &self,
        dialect: &'static dyn Dialect,
    ) -> Result<Vec<(String, Vec<Value>)>> {
        let statement = self.statement();
        let returning = dialect.supports(Feature::DeleteReturning);
        let sql = crate::sql::delete(statement, returning, dialect)?;
        if returning {
            return Ok(texts(vec![sql]));
        }
        let (model, filter) = (statement.model, statement.filter.clone());
        let by_key = DeleteStatement {
            filter: a_key(model),
            ..*statement
        };
        Ok(texts(vec![
            crate::sql::select_locked(model, filter, dialect)?,
            crate::sql::delete(&by_key, false, dialect)?,
        ]))
    }
}

/// A change, and what reads its rows where they are not returned.
fn changed_and_read(
    mut statement: UpdateStatement,
    dialect: &'static dyn Dialect,
) -> Result<Vec<Statement>> {
    statement.returning = true;
    let sql = crate::sql::update(&statement, dialect)?;
    if dialect.supports(Feature::UpdateReturning) {
        return Ok(vec![sql]);
    }
    let model = statement.model;
    Ok(vec![
        crate::sql::select(&crate::sql::update_key_filter(&statement), dialect)?,
        sql,
        crate::sql::select_filtered(model, a_key(model), dialect)?,
    ])
}

/// The condition that a row has a key that is made up here.
fn a_key(model: &'static ModelDef) -> Vec<Node> {
    let columns = model.key_columns();
    let key = columns.map(|column| made_up(column.ty.kind)).collect();
    crate::sql::by_keys(model, &model.key, vec![key])
}
