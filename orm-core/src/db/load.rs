//! Reading rows together with related rows: each relation to many by one statement for all rows.

use std::any::Any;
use std::pin::Pin;
use std::task::Poll;

use super::Db;
use super::sink::Gathering;
use crate::driver::Access;
use crate::error::Result;
use crate::expr::Node;
use crate::query::{Link, LinkTo, Load, SelectStatement, Selected};
use crate::shape::{
    Gather, GatherRows, GatherSpec, KeyPlaces, NewGather, Owners, Parts, Shape, gather,
};
use crate::value::Value;

/// A future that may be one of a list, or call itself.
type Boxed<'d, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'd>>;

impl Db {
    /// All rows of a query, with what it includes.
    pub(crate) async fn fetch_rows<R: Shape>(&self, statement: SelectStatement) -> Result<Vec<R>> {
        if statement.loads.is_empty() {
            return self
                .fetch_all(crate::sql::select(&statement, self.dialect())?)
                .await;
        }
        let rows = self
            .gathered(statement, None, gather::<R>)
            .await?
            .into_part();
        // The type is the one that made it.
        Ok(rows
            .downcast::<Gather<R>>()
            .map_or_else(|_| Vec::new(), |rows| rows.into_rows().0))
    }

    /// The related rows of rows whose keys are these.
    pub(crate) async fn load_for(
        &self,
        load: Load,
        keys: Vec<Option<Vec<Value>>>,
    ) -> Result<Parts> {
        let (from, key) = (load.relation.from(), load.relation.key());
        let places = key
            .iter()
            .enumerate()
            .map(|(at, column)| (at, from.columns[*column].ty.kind));
        let mut owners = Owners::new(KeyPlaces(places.collect()));
        for values in keys {
            owners.push_values(values);
        }
        let mut parts = Parts::default();
        parts.push(self.loaded(load, owners).await?);
        Ok(parts)
    }

    /// The rows that a load reads for their owners.
    fn loaded(&self, load: Load, mut owners: Owners) -> Boxed<'_, Box<dyn Any + Send>> {
        Box::pin(async move {
            let keys = owners.take_values();
            if keys.is_empty() {
                let spec = GatherSpec {
                    loads: Vec::new(),
                    parent: None,
                };
                return Ok((load.gather)(spec).into_part());
            }
            let mut statement = load.statement;
            statement.link = Some(Link {
                relation: load.relation,
                to: LinkTo::Rows(keys),
            });
            let rows = self.gathered(statement, Some(owners), load.gather).await?;
            Ok(rows.into_part())
        })
    }

    /// The rows of a statement, with all that it loads.
    fn gathered<'d>(
        &'d self,
        mut statement: SelectStatement,
        parent: Option<Owners>,
        make: NewGather,
    ) -> Boxed<'d, Box<dyn GatherRows>> {
        Box::pin(async move {
            let pinned = self.pinned();
            let db = pinned.as_ref().unwrap_or(self);
            let loads = std::mem::take(&mut statement.loads);
            let spec = spec(&mut statement, &loads, parent);
            let mut rows = db.run_gather(statement, make(spec)).await?;
            let parts = db.load_all(loads, rows.as_mut()).await?;
            rows.fill(parts)?;
            Ok(rows)
        })
    }

    /// Runs a statement that finds rows by keys: one statement, unless there are more keys of several columns than it can bind.
    async fn run_gather(
        &self,
        mut statement: SelectStatement,
        mut rows: Box<dyn GatherRows>,
    ) -> Result<Box<dyn GatherRows>> {
        let lots = lots(&mut statement, self.dialect().keys_per_statement());
        let alone = lots.len() <= 1;
        for keys in lots {
            if let Some(link) = &mut statement.link {
                link.to = keys;
            }
            let mut sql = crate::sql::select(&statement, self.dialect())?;
            if !alone {
                // Rows of an earlier lot must not be forgotten by a read that begins again.
                sql.access = Access::Unknown;
            }
            rows = self.run(&sql, Gathering(rows)).await?.0.0;
        }
        Ok(rows)
    }

    /// Reads what rows load, one relation after the other, or at the same time where connections are idle. In a transaction there is
    /// one connection.
    pub(super) async fn load_all(
        &self,
        loads: Vec<Load>,
        rows: &mut dyn GatherRows,
    ) -> Result<Parts> {
        let owners: Vec<Owners> = (0..loads.len()).map(|at| rows.take_owners(at)).collect();
        let mut parts = Parts::default();
        let idle = || self.shared.primary_pool().stats().idle >= loads.len();
        if loads.len() > 1 && self.session.is_none() && idle() {
            let all = loads
                .into_iter()
                .zip(owners)
                .map(|(load, owners)| self.loaded(load, owners));
            join(all.collect())
                .await?
                .into_iter()
                .for_each(|part| parts.push(part));
        } else {
            for (load, owners) in loads.into_iter().zip(owners) {
                parts.push(self.loaded(load, owners).await?);
            }
        }
        Ok(parts)
    }
}

/// The keys of a statement's link in lots that one statement can bind.
fn lots(statement: &mut SelectStatement, most: usize) -> Vec<LinkTo> {
    match statement
        .link
        .as_mut()
        .map(|link| std::mem::replace(&mut link.to, LinkTo::Outer))
    {
        // A list of single values is one value to bind, however long it is.
        Some(LinkTo::Rows(keys)) => match keys.width() {
            1 => vec![LinkTo::Rows(keys)],
            _ => keys.lots(most).into_iter().map(LinkTo::Rows).collect(),
        },
        Some(to) => vec![to],
        None => vec![LinkTo::Outer],
    }
}

/// Adds the keys of what is loaded to what a statement reads, and says where they stand.
pub(super) fn spec(
    statement: &mut SelectStatement,
    loads: &[Load],
    parent: Option<Owners>,
) -> GatherSpec {
    let base = match &statement.selected {
        Selected::Model => statement.model.visible,
        Selected::Nodes(nodes) => nodes.len(),
        Selected::Nothing => 1,
    };
    let visible = match statement.selected {
        Selected::Model => statement.model.visible,
        _ => 0,
    };
    let selected: &[Node] = match &statement.selected {
        Selected::Nodes(nodes) => nodes,
        _ => &[],
    };
    let mut place = |node: &Node| {
        let kind = node
            .column()
            .map_or(crate::value::Kind::I64, |column| column.def().ty.kind);
        let at = match node {
            Node::Column(column) if column.index < visible => column.index,
            node => {
                let mut read = selected.iter().chain(&statement.extra);
                let known = read.position(|read| same_column(read, node));
                base - selected.len()
                    + known.unwrap_or_else(|| {
                        statement.extra.push(node.clone());
                        selected.len() + statement.extra.len() - 1
                    })
            }
        };
        (at, kind)
    };
    let loads = loads
        .iter()
        .map(|load| KeyPlaces(load.key.iter().map(&mut place).collect()))
        .collect();
    let behind = base + statement.extra.len();
    let parent = parent.zip(statement.link.as_ref()).map(|(owners, link)| {
        let (model, columns) = link.relation.near();
        let known = statement.owner_places();
        let places = columns.iter().enumerate().map(|(at, column)| {
            let place = known.map_or(behind + at, |known| known[at]);
            (place, model.columns[*column].ty.kind)
        });
        (owners, KeyPlaces(places.collect()))
    });
    GatherSpec { loads, parent }
}

fn same_column(a: &Node, b: &Node) -> bool {
    match (a, b) {
        (Node::Column(a), Node::Column(b)) => a == b,
        (Node::Related(a, x), Node::Related(b, y)) => a.is(b) && same_column(x, y),
        _ => false,
    }
}

/// Runs several futures at the same time, until all are done or one fails.
async fn join<T: Send>(mut futures: Vec<Boxed<'_, T>>) -> Result<Vec<T>> {
    let mut done: Vec<Option<T>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(|cx| {
        let mut pending = false;
        for (future, done) in futures.iter_mut().zip(&mut done) {
            if done.is_none() {
                match future.as_mut().poll(cx)? {
                    Poll::Ready(value) => *done = Some(value),
                    Poll::Pending => pending = true,
                }
            }
        }
        if pending {
            Poll::Pending
        } else {
            Poll::Ready(Ok::<(), crate::Error>(()))
        }
    })
    .await?;
    Ok(done.into_iter().flatten().collect())
}
