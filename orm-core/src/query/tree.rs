//! Trees: the rows that a relation of a model with itself leads to, step by step.

use super::{InTree, Origin, Query, SelectStatement, ToMany, ToOne, Tree};
use crate::expr::{Expr, Node};
use crate::model::{Model, Relation, RelationDef};

impl<M: Model> Query<M, M> {
    /// The rows of this query and all below them: those that a relation leads to, and those that it leads to from there, to the end. A
    /// row that is reached in several ways comes once, with the shortest way, so that a circle has an end. [`depth`] and [`path`]
    /// say where a row stands. What follows is about the whole: filters, orderings, includes, views, pages.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// use orm::query::{depth, path};
    ///
    /// #[derive(Model)]
    /// #[has_many(replies: Comment, via = parent)]
    /// struct Comment {
    ///     id: Id<Comment>,
    ///     #[belongs_to(parent: Comment)]
    ///     parent_id: Option<Id<Comment>>,
    ///     text: String,
    /// }
    /// # orm::create_tables_of(&db, &[Comment::def()]).await?;
    /// let first = Comment::create().text("First!").insert(&db).await?;
    /// let reply = Comment::create().parent_id(first.id).text("Really?").insert(&db).await?;
    /// Comment::create().parent_id(reply.id).text("Yes").insert(&db).await?;
    ///
    /// let thread = Comment::find(first.id).descend(Comment::replies).order_by(path()).select((Comment::text, depth())).all(&db).await?;
    /// assert_eq!(thread[2], ("Yes".to_owned(), 2));
    /// let above = Comment::find(3).ascend(Comment::parent).filter(depth().gt(0)).order_by(depth()).all(&db).await?;
    /// assert_eq!(above[0].text, "Really?");
    /// # Ok(()) }) }
    /// ```
    pub fn descend<R: Relation<From = M, To = M>>(self, _: ToMany<R>) -> Self {
        self.tree(R::def(), "descend()")
    }

    /// The rows of this query and all above them: the row that a relation leads to, and the one that it leads to from there, to the
    /// end. See [`descend`](Self::descend).
    pub fn ascend<R: Relation<From = M, To = M>, C>(self, _: ToOne<R, C>) -> Self {
        self.tree(R::def(), "ascend()")
    }

    fn tree(mut self, relation: &'static RelationDef, what: &str) -> Self {
        let mut statement = SelectStatement::new(M::def());
        statement.with = std::mem::take(&mut self.statement.with);
        let sourced = self.statement.source.take().is_some();
        let mut roots = self.into_filter(what);
        if sourced {
            roots.push(Node::Mistake(format!(
                "`{what}` takes a query over the model's own table"
            )));
        }
        statement.source = Some(Origin::Tree(Box::new(Tree { roots, relation })));
        Query::from_statement(statement)
    }
}

/// How many steps lead to a row of a tree: 0 for those that it begins with. See [`Query::descend`].
pub fn depth<M: Model>() -> Expr<M, i64> {
    Expr::new(Node::InTree(InTree::Depth))
}

/// The keys on the way to a row of a tree, and its own: `/1/5/12/`. Ordered by it, rows stand behind the rows that they hang on, in
/// the order of the keys' text. See [`Query::descend`].
pub fn path<M: Model>() -> Expr<M, String> {
    Expr::new(Node::InTree(InTree::Path))
}
