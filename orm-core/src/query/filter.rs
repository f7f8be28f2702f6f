//! Conditions.

use super::Query;
use crate::expr::{BinaryOp, ColumnRef, Expression, Node};
use crate::model::{Key, Model};
use crate::value::{EncodeError, Value};

/// The condition that a row has this primary key.
pub(crate) fn key<M: Model>(key: M::Key) -> Vec<Node> {
    key_values::<M>(key.into_values())
}

/// The condition that a row's primary key has these values.
pub(super) fn key_values<M: Model>(values: Vec<Result<Value, EncodeError>>) -> Vec<Node> {
    let model = M::def();
    let values = values
        .into_iter()
        .map(|v| v.map_or_else(Node::Invalid, Node::Value));
    model
        .key
        .iter()
        .zip(values)
        .map(|(index, value)| {
            let column = Node::Column(ColumnRef {
                model,
                index: *index,
            });
            Node::Binary(Box::new(column), BinaryOp::Eq, Box::new(value))
        })
        .collect()
}

/// Appends a condition; a conjunction is taken apart, so that the text stays flat.
pub(crate) fn add(to: &mut Vec<Node>, condition: Node) {
    match condition {
        Node::And(all) => to.extend(all),
        other => to.push(other),
    }
}

impl<M: Model, R> Query<M, R> {
    /// Keeps the rows that meet a condition; several calls must all be met.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let posts = Post::query().filter(Post::published.eq(true)).filter(Post::views.gt(100) | Post::title.contains("SQL")).all(&db).await?;
    /// assert_eq!(posts.len(), 2);
    /// # Ok(()) }) }
    /// ```
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let users = User::query().filter(User::logins.gt(0)).filter(User::age.lt(18) | User::username.eq("ann"));
    /// assert_eq!(users.count(&db).await?, 2);
    /// # Ok(()) }) }
    /// ```
    pub fn filter(mut self, condition: impl Expression<M, Value = bool>) -> Self {
        add(&mut self.statement.filter, condition.into_node());
        self.statement.by_key = false;
        self
    }

    /// Keeps the rows that meet a condition on a value, if there is a value.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let search: Option<String> = None;
    /// let users = User::query().filter_if(search, |text| User::username.contains(text));
    /// assert_eq!(users.count(&db).await?, 3);
    /// # Ok(()) }) }
    /// ```
    pub fn filter_if<V, E: Expression<M, Value = bool>>(
        self,
        value: Option<V>,
        condition: impl FnOnce(V) -> E,
    ) -> Self {
        match value {
            Some(value) => self.filter(condition(value)),
            None => self,
        }
    }
}
