//! The rows between two models of many to many.

use std::collections::BTreeSet;

use super::Db;
use super::sink::Values;
use crate::dialect::Feature;
use crate::driver::Access;
use crate::error::Result;
use crate::expr::Node;
use crate::query::nested::plan::same;
use crate::query::nested::typed;
use crate::query::{
    Conflict, ConflictAction, DeleteStatement, InsertStatement, Lock, LockStrength, LockWait,
    NewRow, Pair, SelectStatement, Selected, given_columns,
};
use crate::value::Value;

impl Db {
    /// Links a row with those that have these keys, and says how many links are new.
    pub(crate) async fn link(
        &self,
        pair: &Pair,
        near: &[Value],
        keys: Vec<Vec<Value>>,
    ) -> Result<u64> {
        if keys.is_empty() {
            return Ok(0);
        }
        if pair.is_unique() && self.dialect().supports(Feature::ConflictTarget) {
            let far = self.far(pair, keys).await?;
            return self.insert(links(pair, near, far)?).await;
        }
        // Without a unique key, or a way to name it, it is looked at what is there; others who link the same row wait.
        let tx = self.begin_alone().await?;
        tx.lock_near(pair, near).await?;
        let far = tx.far(pair, keys).await?;
        let there = tx.linked(pair, near).await?;
        let there: BTreeSet<String> = there.iter().map(|far| same(far)).collect();
        let new = far.into_iter().filter(|far| !there.contains(&same(far)));
        let linked = tx.insert(links(pair, near, new.collect())?).await?;
        tx.commit().await?;
        Ok(linked)
    }

    /// Takes the links between a row and those that have these keys away.
    pub(crate) async fn unlink(
        &self,
        pair: &Pair,
        near: &[Value],
        keys: Vec<Vec<Value>>,
    ) -> Result<u64> {
        if keys.is_empty() {
            return Ok(0);
        }
        // What does not exist is not linked.
        let far = match pair.key_order() {
            Some(_) => self.far(pair, keys).await?,
            None => self.known(pair, keys).await?,
        };
        self.delete_links(pair, near, &far).await
    }

    /// Links a row with exactly those that have these keys.
    pub(crate) async fn set_links(
        &self,
        pair: &Pair,
        near: &[Value],
        keys: Vec<Vec<Value>>,
    ) -> Result<()> {
        let tx = self.begin_alone().await?;
        tx.lock_near(pair, near).await?;
        let far = tx.far(pair, keys).await?;
        let wanted: BTreeSet<String> = far.iter().map(|far| same(far)).collect();
        let there = tx.linked(pair, near).await?;
        let is: BTreeSet<String> = there.iter().map(|far| same(far)).collect();
        let old = there.into_iter().filter(|far| !wanted.contains(&same(far)));
        tx.delete_links(pair, near, &old.collect::<Vec<_>>())
            .await?;
        let new = far.into_iter().filter(|far| !is.contains(&same(far)));
        tx.insert(links(pair, near, new.collect())?).await?;
        tx.commit().await
    }

    /// Takes all links of a row away.
    pub(crate) async fn clear_links(&self, pair: &Pair, near: &[Value]) -> Result<u64> {
        self.delete(&DeleteStatement {
            model: pair.between,
            filter: here(pair, near),
            all_rows: false,
        })
        .await
    }

    async fn delete_links(&self, pair: &Pair, near: &[Value], far: &[Vec<Value>]) -> Result<u64> {
        let lots: Vec<_> = far.chunks(self.keys_at_once(pair.there.len())).collect();
        let delete = |lot: &[Vec<Value>]| {
            let mut filter = here(pair, near);
            filter.extend(crate::sql::by_keys(pair.between, &pair.there, lot.to_vec()));
            DeleteStatement {
                model: pair.between,
                filter,
                all_rows: false,
            }
        };
        if let [lot] = lots.as_slice() {
            return self.delete(&delete(lot)).await;
        }
        if lots.is_empty() {
            return Ok(0);
        }
        let tx = self.begin_alone().await?;
        let mut deleted = 0;
        for lot in lots {
            deleted += tx.delete(&delete(lot)).await?;
        }
        tx.commit().await?;
        Ok(deleted)
    }

    /// What links to the rows with these keys hold of them: the keys, or what is read from the rows.
    async fn far(&self, pair: &Pair, keys: Vec<Vec<Value>>) -> Result<Vec<Vec<Value>>> {
        let Some(order) = pair.key_order() else {
            return self.values_of(pair.to, &keys, &pair.to_columns).await;
        };
        let ordered = |key: Vec<Value>| order.iter().map(|at| key[*at].clone()).collect();
        Ok(keys.into_iter().map(ordered).collect())
    }

    /// The same for those rows that there are.
    async fn known(&self, pair: &Pair, keys: Vec<Vec<Value>>) -> Result<Vec<Vec<Value>>> {
        let mut far = Vec::with_capacity(keys.len());
        for key in keys {
            match self.values_of(pair.to, &[key], &pair.to_columns).await {
                Ok(values) => far.extend(values),
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(far)
    }

    /// What a row is linked with.
    async fn linked(&self, pair: &Pair, near: &[Value]) -> Result<Vec<Vec<Value>>> {
        let mut select = SelectStatement::new(pair.between);
        select.filter = here(pair, near);
        select.selected = Selected::Nodes(pair.there.iter().map(|at| column(pair, *at)).collect());
        let sql = crate::sql::select(&select, self.dialect())?;
        let sink = Values::selected(pair.between, &pair.there);
        Ok(self.run(&sql, sink).await?.0.rows)
    }

    /// Makes others wait who change the links of the same row. Where rows cannot be locked, writers take turns anyway.
    async fn lock_near(&self, pair: &Pair, near: &[Value]) -> Result<()> {
        if !self.dialect().supports(Feature::RowLocks) {
            return Ok(());
        }
        let mut select = SelectStatement::new(pair.from);
        select.filter = crate::sql::by_keys(pair.from, &pair.from_columns, vec![near.to_vec()]);
        let key = |index: &usize| {
            Node::Column(crate::expr::ColumnRef {
                model: pair.from,
                index: *index,
            })
        };
        select.selected = Selected::Nodes(pair.from.key.iter().map(key).collect());
        select.lock = Some(Lock {
            strength: LockStrength::Update,
            wait: LockWait::Wait,
        });
        let mut sql = crate::sql::select(&select, self.dialect())?;
        sql.access = Access::Write;
        self.execute(sql).await.map(drop)
    }
}

fn column(pair: &Pair, index: usize) -> Node {
    Node::Column(crate::expr::ColumnRef {
        model: pair.between,
        index,
    })
}

/// The condition that a link is one of this row.
fn here(pair: &Pair, near: &[Value]) -> Vec<Node> {
    crate::sql::by_keys(pair.between, &pair.here, vec![near.to_vec()])
}

/// The inserts of new links, which leave those alone that another has made meanwhile.
fn links(pair: &Pair, near: &[Value], far: Vec<Vec<Value>>) -> Result<Vec<InsertStatement>> {
    let mut groups: Vec<InsertStatement> = Vec::new();
    for far in far {
        let mut row = NewRow::new(pair.between);
        let columns = pair.here.iter().chain(&pair.there);
        for (column, value) in columns.zip(near.iter().chain(&far)) {
            let kind = pair.between.columns[*column].ty.kind;
            row.put(*column, Ok(typed(value.clone(), kind)));
        }
        let values = row.finish(pair.between)?;
        if groups.is_empty() {
            let columns = given_columns(&values).collect();
            let mut group = InsertStatement::plain(pair.between, columns);
            group.conflict = pair.is_unique().then(|| Conflict {
                condition: Vec::new(),
                target: pair.columns(),
                action: ConflictAction::Nothing,
            });
            groups.push(group);
        }
        // All of them give the same columns.
        if let Some(group) = groups.first_mut() {
            group.rows.push(values.into_iter().flatten().collect());
        }
    }
    Ok(groups)
}
