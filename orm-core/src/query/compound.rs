//! Queries put together: union, intersect, except.

use super::{Compound, Origin, Query, SelectStatement, Selected, SetOp};
use crate::expr::{ColumnRef, Node};
use crate::model::Model;
use crate::row::FromRow;

/// A query whose rows can be put together with rows of type `R`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be put together with a query whose rows are `{R}`",
    label = "the rows of both queries must have the same types, in the same order",
    note = "select the same number of values of the same types in both queries"
)]
pub trait RowsLike<R> {
    /// The plain statement.
    #[doc(hidden)]
    fn into_part(self) -> SelectStatement;
}

#[diagnostic::do_not_recommend]
impl<N: Model, R: FromRow> RowsLike<R> for Query<N, R> {
    fn into_part(self) -> SelectStatement {
        self.into_statement()
    }
}

impl<M: Model, R: FromRow> Query<M, R> {
    /// The rows of both queries, equal ones once. What follows is about the whole: filters, orderings, limits, pages, and for whole
    /// rows includes and views. The first query's columns name the values; a part keeps its own ordering and limit.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let popular = Post::query().order_by(Post::views.desc()).limit(1);
    /// let drafts = Post::query().filter(Post::published.eq(false));
    /// let posts = popular.union(drafts).order_by(Post::title).all(&db).await?;
    /// assert_eq!(posts.iter().map(|post| post.title.as_str()).collect::<Vec<_>>(), ["A draft", "Hello"]);
    ///
    /// let words = User::query().select(User::username).union(Post::query().select(Post::title));
    /// assert_eq!(words.order_by(User::username.desc()).limit(1).all(&db).await?, ["cyd"]);
    /// # Ok(()) }) }
    /// ```
    pub fn union(self, other: impl RowsLike<R>) -> Self {
        self.put_together(SetOp::Union, false, other.into_part())
    }

    /// The rows of both queries, equal ones as often as they are there. See [`union`](Self::union).
    pub fn union_all(self, other: impl RowsLike<R>) -> Self {
        self.put_together(SetOp::Union, true, other.into_part())
    }

    /// The rows that both queries have, equal ones once. See [`union`](Self::union).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let authors = || Post::query().select(Post::author_id);
    /// let (users, adults) = (User::query().select(User::id), User::query().filter(User::age.ge(18)).select(User::id));
    /// assert_eq!(authors().intersect(adults).all(&db).await?, [Id::new(1)]);
    /// assert_eq!(users.except(authors()).all(&db).await?, [Id::new(3)]);
    /// # Ok(()) }) }
    /// ```
    pub fn intersect(self, other: impl RowsLike<R>) -> Self {
        self.put_together(SetOp::Intersect, false, other.into_part())
    }

    /// The rows that both queries have, as often as they have both; not on SQLite. See [`intersect`](Self::intersect).
    pub fn intersect_all(self, other: impl RowsLike<R>) -> Self {
        self.put_together(SetOp::Intersect, true, other.into_part())
    }

    /// The rows that this query has and the other has not, equal ones once. See [`intersect`](Self::intersect).
    pub fn except(self, other: impl RowsLike<R>) -> Self {
        self.put_together(SetOp::Except, false, other.into_part())
    }

    /// The rows of this query, without as many equal ones as the other has; not on SQLite. See [`intersect`](Self::intersect).
    pub fn except_all(self, other: impl RowsLike<R>) -> Self {
        self.put_together(SetOp::Except, true, other.into_part())
    }

    fn put_together(self, op: SetOp, all: bool, other: SelectStatement) -> Self {
        let first = self.into_statement();
        let model = first.model;
        let mut whole = SelectStatement::new(model);
        let columns: Vec<Option<usize>> = match &first.selected {
            Selected::Model | Selected::Nothing => (0..model.columns.len()).map(Some).collect(),
            Selected::Nodes(nodes) => {
                let mut columns = Vec::new();
                for node in nodes {
                    let column = match node {
                        Node::Column(column) if std::ptr::eq(column.model, model) => {
                            Some(column.index)
                        }
                        _ => None,
                    };
                    columns.push(column.filter(|index| !columns.contains(&Some(*index))));
                }
                let values = columns.iter().zip(nodes).enumerate();
                whole.selected = Selected::Nodes(
                    values
                        .map(|(at, (column, node))| match column {
                            Some(index) => Node::Column(ColumnRef {
                                model,
                                index: *index,
                            }),
                            None => Node::Part(at, node.kind()),
                        })
                        .collect(),
                );
                columns
            }
        };
        whole.source = Some(Origin::Compound(Box::new(Compound {
            op,
            all,
            parts: [first, other],
            columns,
        })));
        Query::from_statement(whole)
    }
}
