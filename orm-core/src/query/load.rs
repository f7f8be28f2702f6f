//! Related rows of rows that are there already.

use std::panic::Location;

use super::{
    Held, Include, Includes, Query, Rows, SelectStatement, Slot, Slots, ToMany, ToOne, With,
};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::expr::{BinaryOp, ColumnRef, Node, SetNode};
use crate::model::{Model, Relation, RelationDef};
use crate::shape::{Parts, Shape};
use crate::value::Value;

/// Rows of a model, with or without what was included: what related rows can be loaded for.
#[diagnostic::on_unimplemented(
    message = "related rows of `{M}` cannot be loaded for a row of type `{Self}`",
    label = "expected rows of `{M}`"
)]
pub trait IntoRows<M: Model>: Includes<M> {
    /// The model's row.
    #[doc(hidden)]
    fn model(&self) -> &M;

    /// The row with one more thing that it holds.
    #[doc(hidden)]
    fn with<K: crate::expr::Name, H: Held>(self, value: H::Value) -> Self::And<K, H>;

    /// What it holds then.
    #[doc(hidden)]
    fn held<K: crate::expr::Name, H: Held>(row: &mut Self::And<K, H>) -> &mut H::Value;
}
#[diagnostic::do_not_recommend]
impl<M: Model> IntoRows<M> for M {
    fn model(&self) -> &M {
        self
    }

    fn with<K: crate::expr::Name, H: Held>(self, value: H::Value) -> With<M, Slot<K, H>> {
        With::new(self, Slot::new(value, ()))
    }

    fn held<K: crate::expr::Name, H: Held>(row: &mut With<M, Slot<K, H>>) -> &mut H::Value {
        row.slots_mut().value_of()
    }
}
#[diagnostic::do_not_recommend]
impl<M: Model, L: Slots> IntoRows<M> for With<M, L> {
    fn model(&self) -> &M {
        self
    }

    fn with<K: crate::expr::Name, H: Held>(self, value: H::Value) -> With<M, Slot<K, H, L>> {
        let (model, slots) = self.split();
        With::new(model, Slot::new(value, slots))
    }

    fn held<K: crate::expr::Name, H: Held>(row: &mut With<M, Slot<K, H, L>>) -> &mut H::Value {
        row.slots_mut().value_of()
    }
}

impl<R: Relation> ToMany<R> {
    /// A query for the related rows of one row.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let ann = User::find(1).one(&db).await?;
    /// let published = User::posts.of(&ann).filter(Post::published.eq(true)).all(&db).await?;
    /// assert_eq!(published.len(), 1);
    /// # Ok(()) }) }
    /// ```
    pub fn of(self, row: &R::From) -> Query<R::To> {
        of(R::def(), row)
    }

    /// The related rows of each of these rows, read by one statement; the result has the order of the rows.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let users = User::query().order_by(User::id).all(&db).await?;
    /// let posts = User::posts.load(&users, &db).await?;
    /// assert_eq!((posts[0].len(), posts[2].len()), (2, 0));
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// Whatever the database reports.
    #[track_caller]
    pub fn load<'a, T: IntoRows<R::From> + Sync>(
        self,
        rows: &'a [T],
        db: &'a Db,
    ) -> impl Future<Output = Result<Vec<Vec<R::To>>>> + Send + 'a
    where
        R::To: Shape,
    {
        self.include_all().load(rows, db)
    }

    /// The rows with their related rows, as if they had been included; they are read by one statement.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let users = User::query().order_by(User::id).all(&db).await?;
    /// let users = User::posts.attach(users, &db).await?;
    /// assert_eq!(users[0].get(User::posts).len(), 2);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// Whatever the database reports.
    #[track_caller]
    #[allow(clippy::type_complexity, reason = "it says what the rows hold")]
    pub fn attach<T: IntoRows<R::From>>(
        self,
        rows: Vec<T>,
        db: &Db,
    ) -> impl Future<Output = Result<Vec<T::And<R, Rows<R::To>>>>> + Send
    where
        R::To: Shape,
    {
        self.include_all().attach(rows, db)
    }
}

impl<R: Relation, C> ToOne<R, C> {
    /// A query for the related row of one row. See [`ToMany::of`](crate::ToMany::of).
    pub fn of(self, row: &R::From) -> Query<R::To> {
        of(R::def(), row)
    }

    /// The related row of each of these rows, if there is one, read by one statement; the result has the order of the rows.
    /// See [`ToMany::load`](crate::ToMany::load).
    ///
    /// # Errors
    /// Whatever the database reports.
    #[track_caller]
    pub fn load<'a, T: IntoRows<R::From> + Sync>(
        self,
        rows: &'a [T],
        db: &'a Db,
    ) -> impl Future<Output = Result<Vec<Option<R::To>>>> + Send + 'a
    where
        R::To: Shape,
    {
        let rows = Include::<R, Rows<R::To>>::new().load(rows, db);
        async move {
            Ok(rows
                .await?
                .into_iter()
                .map(|rows| rows.into_iter().next())
                .collect())
        }
    }
}

impl<R: Relation, Row: Shape, K: crate::expr::Name> Include<R, Rows<Row>, K> {
    /// The related rows of each of these rows. See [`ToMany::load`](crate::ToMany::load).
    ///
    /// # Errors
    /// Whatever the database reports.
    #[track_caller]
    pub fn load<'a, T: IntoRows<R::From> + Sync>(
        self,
        rows: &'a [T],
        db: &'a Db,
    ) -> impl Future<Output = Result<Vec<Vec<Row>>>> + Send + 'a
    where
        R: 'a,
    {
        let caller = Location::caller();
        let statement = self.into_statement();
        async move {
            let db = &db.at(caller);
            let keys = rows
                .iter()
                .map(|row| key(R::def(), row.model()))
                .collect::<Result<Vec<_>>>();
            let mut lists: Vec<Vec<Row>> = rows.iter().map(|_| Vec::new()).collect();
            let mut parts = related::<R, Row>(keys, statement, db)
                .await
                .map_err(|e| e.with_caller(caller))?;
            Rows::<Row>::fill(lists.iter_mut().map(Some).collect(), &mut parts)?;
            Ok(lists)
        }
    }

    /// The rows with their related rows. See [`ToMany::attach`](crate::ToMany::attach).
    ///
    /// # Errors
    /// Whatever the database reports.
    #[track_caller]
    pub fn attach<T: IntoRows<R::From>>(
        self,
        rows: Vec<T>,
        db: &Db,
    ) -> impl Future<Output = Result<Vec<T::And<K, Rows<Row>>>>> + Send {
        let caller = Location::caller();
        let statement = self.into_statement();
        async move {
            let db = &db.at(caller);
            let keys = rows
                .iter()
                .map(|row| key(R::def(), row.model()))
                .collect::<Result<Vec<_>>>();
            let mut rows: Vec<_> = rows
                .into_iter()
                .map(|row| row.with::<K, Rows<Row>>(Vec::new()))
                .collect();
            let mut parts = related::<R, Row>(keys, statement, db)
                .await
                .map_err(|e| e.with_caller(caller))?;
            let held = rows
                .iter_mut()
                .map(|row| Some(T::held::<K, Rows<Row>>(row)));
            Rows::<Row>::fill(held.collect(), &mut parts)?;
            Ok(rows)
        }
    }
}

/// The values by which a row's related rows are found; `None` if one is NULL, so that there are none.
pub(super) fn key<M: Model>(relation: &'static RelationDef, row: &M) -> Result<Option<Vec<Value>>> {
    let mut values = Vec::with_capacity(relation.key().len());
    for column in relation.key() {
        let value = row.value(*column).ok_or_else(|| {
            let field = &relation.from().columns[*column].field;
            Error::invalid_query(format!(
                "`{relation:?}` is found by `{field}`, which is not part of the row; include the relation in the query that reads it"
            ))
        })??;
        if value.is_null() {
            return Ok(None);
        }
        values.push(value);
    }
    Ok(Some(values))
}

async fn related<R: Relation, Row: Shape>(
    keys: Result<Vec<Option<Vec<Value>>>>,
    statement: SelectStatement,
    db: &Db,
) -> Result<Parts> {
    let load = super::Load {
        relation: R::def(),
        key: Vec::new(),
        statement,
        gather: crate::shape::gather::<Row>,
    };
    db.load_for(load, keys?).await
}

/// The rows that a row's relation leads to.
fn of<M: Model, N: Model>(relation: &'static RelationDef, row: &M) -> Query<N> {
    let mut query = Query::new();
    query.statement.filter = match key(relation, row) {
        Ok(Some(values)) => related_to(relation, values),
        Ok(None) => vec![Node::Or(Vec::new())],
        Err(error) => vec![Node::Mistake(error.to_string())],
    };
    query
}

/// The condition that a row is related to the row with these values, step after step from the far end.
pub(crate) fn related_to(relation: &'static RelationDef, values: Vec<Value>) -> Vec<Node> {
    let mut condition: Option<Vec<Node>> = None;
    for hop in relation.hops() {
        let column = |index: &usize| {
            Node::Column(ColumnRef {
                model: hop.to,
                index: *index,
            })
        };
        condition = Some(match condition {
            None => hop
                .to_columns
                .iter()
                .zip(&values)
                .map(|(index, value)| {
                    let value = Box::new(Node::Value(value.clone()));
                    Node::Binary(Box::new(column(index)), BinaryOp::Eq, value)
                })
                .collect(),
            Some(before) => {
                let mut near = SelectStatement::new(hop.from);
                near.filter = before;
                let pairs = hop.from_columns.iter().zip(&hop.to_columns);
                if let ([from], [to]) = (hop.from_columns.as_slice(), hop.to_columns.as_slice()) {
                    let from = Node::Column(ColumnRef {
                        model: hop.from,
                        index: *from,
                    });
                    near.selected = super::Selected::Nodes(vec![from]);
                    vec![Node::In(
                        Box::new(column(to)),
                        SetNode::Query(Box::new(near)),
                        true,
                    )]
                } else {
                    near.filter.extend(pairs.map(|(from, to)| {
                        let (from, to) = (
                            ColumnRef {
                                model: hop.from,
                                index: *from,
                            },
                            ColumnRef {
                                model: hop.to,
                                index: *to,
                            },
                        );
                        Node::Binary(
                            Box::new(Node::Column(from)),
                            BinaryOp::Eq,
                            Box::new(Node::Outer(to)),
                        )
                    }));
                    near.selected = super::Selected::Nothing;
                    vec![Node::Exists(Box::new(near), true)]
                }
            }
        });
    }
    condition.unwrap_or_default()
}
