//! What can be written into a column: a value into a new row, a value or an expression into a changed one.

use super::{Column, Expr, Node};
use crate::model::{Id, Model};
use crate::query::Query;
use crate::row::FromRow;
use crate::value::{EncodeError, Field, NotNull, Value};

/// A value for a field of type `T`.
#[diagnostic::on_unimplemented(
    message = "a field of type `{T}` cannot be set from `{Self}`",
    label = "expected a value for `{T}`"
)]
pub trait IntoField<T> {
    /// The value to write.
    ///
    /// # Errors
    /// When it cannot be stored without loss.
    fn into_field(self) -> Result<Value, EncodeError>;
}

#[diagnostic::do_not_recommend]
impl<T: Field> IntoField<T> for T {
    fn into_field(self) -> Result<Value, EncodeError> {
        self.into_value()
    }
}
#[diagnostic::do_not_recommend]
impl<T: NotNull> IntoField<Option<T>> for T {
    fn into_field(self) -> Result<Value, EncodeError> {
        self.into_value()
    }
}
#[diagnostic::do_not_recommend]
impl IntoField<String> for &str {
    fn into_field(self) -> Result<Value, EncodeError> {
        Ok(Value::Text(self.to_owned()))
    }
}
#[diagnostic::do_not_recommend]
impl IntoField<Option<String>> for &str {
    fn into_field(self) -> Result<Value, EncodeError> {
        Ok(Value::Text(self.to_owned()))
    }
}
#[diagnostic::do_not_recommend]
impl IntoField<Option<String>> for Option<&str> {
    fn into_field(self) -> Result<Value, EncodeError> {
        self.map(str::to_owned).into_value()
    }
}
#[diagnostic::do_not_recommend]
impl IntoField<String> for &String {
    fn into_field(self) -> Result<Value, EncodeError> {
        self.encode()
    }
}
#[diagnostic::do_not_recommend]
impl IntoField<Vec<u8>> for &[u8] {
    fn into_field(self) -> Result<Value, EncodeError> {
        Ok(Value::Bytes(self.to_owned()))
    }
}
#[diagnostic::do_not_recommend]
impl<M: 'static, K: NotNull> IntoField<Id<M, K>> for K {
    fn into_field(self) -> Result<Value, EncodeError> {
        self.into_value()
    }
}

/// A value or an expression over `M` for a field of type `T`.
#[diagnostic::on_unimplemented(
    message = "a field of type `{T}` of `{M}` cannot be set from `{Self}`",
    label = "expected a value for `{T}`, or an expression of that type"
)]
pub trait IntoAssignment<M, T> {
    /// The plain node.
    fn into_assignment(self) -> Node;
}

/// A value as the right side of an assignment.
pub fn assigned<T>(value: impl IntoField<T>) -> Node {
    value.into_field().map_or_else(Node::Invalid, Node::Value)
}

#[diagnostic::do_not_recommend]
impl<M, T: NotNull> IntoAssignment<M, Self> for Option<T> {
    fn into_assignment(self) -> Node {
        assigned::<Self>(self)
    }
}
#[diagnostic::do_not_recommend]
impl<M> IntoAssignment<M, String> for &str {
    fn into_assignment(self) -> Node {
        assigned::<String>(self)
    }
}
#[diagnostic::do_not_recommend]
impl<M> IntoAssignment<M, String> for &String {
    fn into_assignment(self) -> Node {
        assigned::<String>(self)
    }
}
#[diagnostic::do_not_recommend]
impl<M> IntoAssignment<M, Option<String>> for &str {
    fn into_assignment(self) -> Node {
        assigned::<String>(self)
    }
}
#[diagnostic::do_not_recommend]
impl<M> IntoAssignment<M, Option<String>> for Option<&str> {
    fn into_assignment(self) -> Node {
        assigned::<Option<String>>(self)
    }
}
#[diagnostic::do_not_recommend]
impl<M> IntoAssignment<M, Vec<u8>> for &[u8] {
    fn into_assignment(self) -> Node {
        assigned::<Vec<u8>>(self)
    }
}
#[diagnostic::do_not_recommend]
impl<M: Model, T> IntoAssignment<M, T> for Column<M, T> {
    fn into_assignment(self) -> Node {
        self.node()
    }
}
#[diagnostic::do_not_recommend]
impl<M: Model, T: NotNull> IntoAssignment<M, Option<T>> for Column<M, T> {
    fn into_assignment(self) -> Node {
        self.node()
    }
}
#[diagnostic::do_not_recommend]
impl<M: Model, T, K> IntoAssignment<M, T> for Expr<M, T, K> {
    fn into_assignment(self) -> Node {
        self.node
    }
}
#[diagnostic::do_not_recommend]
impl<M: Model, T: NotNull, K> IntoAssignment<M, Option<T>> for Expr<M, T, K> {
    fn into_assignment(self) -> Node {
        self.node
    }
}

/// A query that selects one value stands for that value: `.logins(Post::query().select(count()))`. Where it has no row, the value is NULL.
#[diagnostic::do_not_recommend]
impl<M, N: Model, T: FromRow> IntoAssignment<M, T> for Query<N, T> {
    fn into_assignment(self) -> Node {
        Node::Subquery(Box::new(self.into_statement()))
    }
}
#[diagnostic::do_not_recommend]
impl<M, N: Model, T: NotNull> IntoAssignment<M, Option<T>> for Query<N, T> {
    fn into_assignment(self) -> Node {
        Node::Subquery(Box::new(self.into_statement()))
    }
}
