//! What is read, in which order, and how much of it.

use super::{Lock, LockStrength, LockWait, Query, Selected};
use crate::expr::{Expression, IntoOrder, Selection};
use crate::model::Model;
use crate::row::FromRow;

impl<M: Model, R: FromRow> Query<M, R> {
    /// Orders the rows; a further call adds terms behind the ones there are.
    ///
    /// ```ignore
    /// User::query().order_by((User::created_at.desc(), User::id.asc()));
    /// ```
    pub fn order_by(mut self, order: impl IntoOrder<M>) -> Self {
        self.statement.order_by.extend(order.into_terms());
        self
    }

    /// Gives at most this many rows.
    pub fn limit(mut self, rows: u64) -> Self {
        self.statement.limit = Some(rows);
        self
    }

    /// Leaves out the first rows.
    pub fn offset(mut self, rows: u64) -> Self {
        self.statement.offset = Some(rows);
        self
    }

    /// Gives equal rows once.
    pub fn distinct(mut self) -> Self {
        self.statement.distinct = true;
        self
    }

    /// Reads other things than the whole row: one expression, or a tuple of them.
    ///
    /// ```ignore
    /// let names: Vec<String> = User::query().select(User::username).all(&db).await?;
    /// let pairs: Vec<(Id<User>, String)> = User::query().select((User::id, User::username)).all(&db).await?;
    /// ```
    pub fn select<S: Selection<M>>(mut self, selection: S) -> Query<M, S::Row> {
        self.statement.selected = Selected::Nodes(selection.into_nodes());
        Query::from_statement(self.statement)
    }

    /// Reads into a struct with `#[derive(FromRow)]`, whose fields are filled in their order. A type that does not fit does not
    /// compile.
    ///
    /// ```ignore
    /// #[derive(FromRow)]
    /// struct Author { id: Id<User>, posts: i64 }
    /// let authors = Post::query().group_by(Post::user_id).select_as::<Author, _>((Post::user_id, count())).all(&db).await?;
    /// ```
    pub fn select_as<T, S>(mut self, selection: S) -> Query<M, T>
    where
        T: FromRow + FromFields<Fields = S::Row>,
        S: Selection<M>,
    {
        self.statement.selected = Selected::Nodes(selection.into_nodes());
        Query::from_statement(self.statement)
    }

    /// Makes one row of all rows with equal values.
    pub fn group_by<S: Selection<M>>(mut self, by: S) -> Self {
        self.statement.group_by.extend(by.into_nodes());
        self
    }

    /// Keeps the groups that meet a condition.
    pub fn having(mut self, condition: impl Expression<M, Value = bool>) -> Self {
        super::filter::add(&mut self.statement.having, condition.into_node());
        self
    }

    /// Locks the rows until the transaction ends, so that nobody else changes, deletes or locks them.
    pub fn for_update(self) -> Self {
        self.lock(LockStrength::Update)
    }

    /// Locks the rows until the transaction ends, so that nobody changes or deletes them; others may lock them in the same way.
    pub fn for_share(self) -> Self {
        self.lock(LockStrength::Share)
    }

    /// Leaves out rows that others have locked. It needs [`for_update`](Self::for_update) or [`for_share`](Self::for_share) before it.
    pub fn skip_locked(self) -> Self {
        self.wait(LockWait::SkipLocked)
    }

    /// Fails at once if others have locked one of the rows. It needs [`for_update`](Self::for_update) or
    /// [`for_share`](Self::for_share) before it.
    pub fn no_wait(self) -> Self {
        self.wait(LockWait::NoWait)
    }

    fn lock(mut self, strength: LockStrength) -> Self {
        let wait = self.statement.lock.map_or(LockWait::Wait, |l| l.wait);
        self.statement.lock = Some(Lock { strength, wait });
        self
    }

    fn wait(mut self, wait: LockWait) -> Self {
        let strength = self.statement.lock.map_or(LockStrength::Update, |l| l.strength);
        self.statement.lock = Some(Lock { strength, wait });
        self
    }
}

/// A struct with `#[derive(FromRow)]`, as the tuple of its fields.
#[diagnostic::on_unimplemented(
    message = "the selected values do not fill `{Self}`",
    note = "`select_as` needs a struct with `#[derive(FromRow)]` whose fields have the types of the selected values, in the same order"
)]
pub trait FromFields {
    /// The types of the fields, in order.
    type Fields;
}
