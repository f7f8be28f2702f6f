//! Writing rows that refer to each other: batch after batch, each taking what it refers to from those before.

use std::collections::BTreeMap;

use super::Db;
use super::insert::number;
use super::sink::Values;
use crate::dialect::Feature;
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{ColumnRef, Node};
use crate::model::{ColumnRole, Model, ModelDef, RelationDef};
use crate::query::nested::plan::{Batch, Connect, Graph, Taken, same};
use crate::query::nested::{Nesting, typed};
use crate::query::{
    Assignment, DeleteStatement, InsertStatement, Pair, SelectStatement, Selected, UpdateStatement,
    given_columns, now, same_columns,
};
use crate::value::Value;

impl Db {
    /// Writes all rows or none, and reads those back that were asked for.
    pub(crate) async fn insert_graph<M: Model>(&self, mut graph: Graph) -> Result<Vec<M>> {
        let tx = self.begin_alone().await?;
        let batches = std::mem::take(&mut graph.batches);
        let mut roots = Vec::new();
        for batch in &batches {
            if batch.roots {
                graph.take_over(&batch.rows);
                let groups = graph.groups(batch);
                roots = tx.insert_groups::<M>(&groups).await?;
                graph.learn_from(&batch.rows, &roots)?;
            } else {
                tx.write_batch(&mut graph, batch).await?;
            }
        }
        tx.connect_all(&graph).await?;
        tx.commit().await?;
        Ok(roots)
    }

    /// Writes new rows in the place of those that belong to the row with these values.
    pub(crate) async fn replace_graph<M: Model>(
        &self,
        relation: &'static RelationDef,
        near: Vec<Value>,
        graph: Graph,
    ) -> Result<Vec<M>> {
        let tx = self.begin_alone().await?;
        tx.release(relation, near).await?;
        let rows = tx.insert_graph(graph).await?;
        tx.commit().await?;
        Ok(rows)
    }

    /// Makes rows belong to nothing that belong to the row with these values, or deletes them where they cannot, and says how many there
    /// were.
    pub(crate) async fn release(
        &self,
        relation: &'static RelationDef,
        near: Vec<Value>,
    ) -> Result<u64> {
        let (model, columns) = relation.near();
        let filter = crate::sql::by_keys(model, columns, vec![near]);
        let nullable: Vec<usize> = columns
            .iter()
            .copied()
            .filter(|column| model.columns[*column].nullable)
            .collect();
        if nullable.is_empty() {
            return self
                .delete(&DeleteStatement {
                    model,
                    filter,
                    all_rows: false,
                })
                .await;
        }
        let null = |column: &usize| (*column, Value::null(model.columns[*column].ty));
        self.update(&UpdateStatement {
            model,
            assignments: assignments(model, nullable.iter().map(null)),
            filter,
            all_rows: false,
            returning: false,
        })
        .await
    }

    /// Writes all rows or none, and says how many were asked for.
    pub(crate) async fn write_graph(&self, mut graph: Graph) -> Result<u64> {
        let tx = self.begin_alone().await?;
        let batches = std::mem::take(&mut graph.batches);
        for batch in &batches {
            tx.write_batch(&mut graph, batch).await?;
        }
        tx.connect_all(&graph).await?;
        tx.commit().await?;
        let roots = batches.iter().filter(|batch| batch.roots);
        Ok(roots.map(|batch| batch.rows.len() as u64).sum())
    }

    /// Inserts the rows of a batch, and learns what others will take from them.
    async fn write_batch(&self, graph: &mut Graph, batch: &Batch) -> Result<()> {
        graph.take_over(&batch.rows);
        // Where nothing is returned, only rows whose numbers somebody asks for are inserted one by one.
        let apart = !self.dialect().supports(Feature::InsertReturning);
        let mut rest = batch.rows.as_slice();
        while let Some(first) = rest.first() {
            let columns: Vec<usize> = given_columns(&graph.rows[*first].values).collect();
            let alike = |row: &&usize| {
                let other = &graph.rows[**row];
                let known = |row: usize| graph.unknown(row).next().is_none();
                same_columns(&columns, &other.values) && (!apart || known(**row) == known(*first))
            };
            let length = rest.iter().take_while(alike).count();
            let (run, others) = rest.split_at(length);
            rest = others;
            let statement = InsertStatement::plain(batch.model, columns);
            self.write_run(graph, statement, run).await?;
        }
        Ok(())
    }

    /// Inserts rows that give the same columns.
    async fn write_run(
        &self,
        graph: &mut Graph,
        mut statement: InsertStatement,
        rows: &[usize],
    ) -> Result<()> {
        let mut unknown: Vec<usize> = rows.iter().flat_map(|row| graph.unknown(*row)).collect();
        unknown.sort_unstable();
        unknown.dedup();
        if unknown.is_empty() {
            statement.rows = rows.iter().map(|row| graph.give(*row)).collect();
            return self.insert_chunks(vec![statement]).await.map(drop);
        }
        let length = self.dialect().rows_per_insert(statement.columns.len());
        for rows in rows.chunks(length) {
            let values = rows.iter().map(|row| graph.give(*row)).collect();
            let learned = self.insert_for(&statement, values, &unknown).await?;
            if learned.len() != rows.len() {
                return Err(Error::new(ErrorKind::NotFound {
                    what: statement.model.name,
                }));
            }
            for (row, values) in rows.iter().zip(learned) {
                graph.learn(*row, &unknown, values);
            }
        }
        Ok(())
    }

    /// Inserts rows, and gives the values of these columns, which the database makes, in the order of the rows.
    pub(super) async fn insert_for(
        &self,
        statement: &InsertStatement,
        rows: Vec<Vec<Value>>,
        columns: &[usize],
    ) -> Result<Vec<Vec<Value>>> {
        let model = statement.model;
        if let Some(hidden) = columns.iter().find(|column| **column >= model.visible) {
            return Err(unreadable(model, *hidden));
        }
        if !self.dialect().supports(Feature::InsertReturning) {
            let keys = self.insert_for_keys(statement, &rows).await?;
            let places: Option<Vec<usize>> = columns
                .iter()
                .map(|column| model.key.iter().position(|key| key == column))
                .collect();
            return match places {
                Some(at) => Ok(keys
                    .into_iter()
                    .map(|key| at.iter().map(|at| key[*at].clone()).collect())
                    .collect()),
                None => self.values_of(model, &keys, columns).await,
            };
        }
        let (asked, width) = ([columns, &model.key].concat(), columns.len());
        let positions = statement.positions(&model.key);
        let keys: Option<Vec<String>> = positions.map(|at| {
            let key = |row: &Vec<Value>| at.iter().map(|i| row[*i].clone()).collect::<Vec<_>>();
            rows.iter().map(|row| same(&key(row))).collect()
        });
        self.number_behind(statement, &rows).await?;
        let sql = crate::sql::insert(statement, rows, true, true, self.dialect())?;
        let (sink, _) = self
            .run(&sql, Values::among(model, &asked))
            .await
            .map_err(|e| self.hint(e, model, &statement.columns))?;
        let mut written = sink.rows;
        match keys {
            Some(keys) => {
                let place: BTreeMap<&String, usize> = keys.iter().zip(0..).collect();
                written.sort_by_cached_key(|row| place.get(&same(&row[width..])).copied());
            }
            None if model.identity().is_some() => {
                written.sort_by_key(|row| number(row.get(width)));
            }
            // As the databases do return them, in the order in which they were given.
            None => {}
        }
        for row in &mut written {
            row.truncate(width);
        }
        Ok(written)
    }

    /// The values that rows with these keys have in these columns, in the order of the keys.
    ///
    /// # Errors
    /// When there is no row with one of the keys.
    pub(super) async fn values_of(
        &self,
        model: &'static ModelDef,
        keys: &[Vec<Value>],
        columns: &[usize],
    ) -> Result<Vec<Vec<Value>>> {
        let asked = [columns, &model.key].concat();
        let mut found = BTreeMap::new();
        for lot in keys.chunks(self.keys_at_once(model.key.len())) {
            let mut select = SelectStatement::new(model);
            select.filter = crate::sql::by_keys(model, &model.key, lot.to_vec());
            let node = |index: &usize| {
                Node::Column(ColumnRef {
                    model,
                    index: *index,
                })
            };
            select.selected = Selected::Nodes(asked.iter().map(node).collect());
            let sql = crate::sql::select(&select, self.dialect())?;
            let (sink, _) = self.run(&sql, Values::selected(model, &asked)).await?;
            for mut row in sink.rows {
                let key = row.split_off(columns.len());
                found.insert(same(&key), row);
            }
        }
        let value = |key: &Vec<Value>| {
            let row = found.get(&same(key)).cloned();
            row.ok_or_else(|| Error::new(ErrorKind::NotFound { what: model.name }))
        };
        keys.iter().map(value).collect()
    }

    /// How many keys of so many columns one statement takes.
    pub(super) fn keys_at_once(&self, width: usize) -> usize {
        match width {
            0 | 1 => usize::MAX,
            width => (self.dialect().keys_per_statement() / width).max(1),
        }
    }

    /// Relates rows that are there already to those that have been written.
    async fn connect_all(&self, graph: &Graph) -> Result<()> {
        for Connect {
            relation,
            nesting,
            row,
            keys,
        } in &graph.connects
        {
            let row = &graph.rows[*row];
            let value = |column: &usize| {
                let null = || Value::null(row.model.columns[*column].ty);
                row.values[*column].clone().unwrap_or_else(null)
            };
            let values: Vec<Value> = relation.key().iter().map(value).collect();
            match nesting {
                Nesting::Links => {
                    let pair = Pair::of(relation);
                    self.link(&pair, &values, keys.clone()).await?;
                }
                _ => self.adopt(relation, values, keys).await?,
            }
        }
        Ok(())
    }

    /// Gives the rows with these keys a foreign key.
    ///
    /// # Errors
    /// When there is no row with one of the keys.
    async fn adopt(
        &self,
        relation: &'static RelationDef,
        values: Vec<Value>,
        keys: &[Vec<Value>],
    ) -> Result<()> {
        let (model, columns) = relation.near();
        let values = columns.iter().copied().zip(values);
        let assignments = assignments(model, values);
        let mut changed = 0;
        for lot in keys.chunks(self.keys_at_once(model.key.len())) {
            let statement = UpdateStatement {
                model,
                assignments: assignments.clone(),
                filter: crate::sql::by_keys(model, &model.key, lot.to_vec()),
                all_rows: false,
                returning: false,
            };
            changed += self.update(&statement).await?;
        }
        match changed < keys.len() as u64 {
            true => Err(Error::new(ErrorKind::NotFound { what: model.name })),
            false => Ok(()),
        }
    }
}

/// New values for columns, and for those that hold the time of the change.
fn assignments(
    model: &'static ModelDef,
    values: impl Iterator<Item = (usize, Value)>,
) -> Vec<Assignment> {
    let of = |(index, value)| Assignment {
        column: ColumnRef { model, index },
        value: Node::Value(value),
    };
    let typed =
        |(index, value): (usize, Value)| (index, typed(value, model.columns[index].ty.kind));
    let mut all: Vec<Assignment> = values.map(typed).map(of).collect();
    let columns = model.columns.iter().enumerate();
    let times = columns.filter(|(_, def)| def.role == ColumnRole::UpdatedAt);
    all.extend(times.map(|(index, def)| of((index, now(def)))));
    all
}

impl Graph {
    /// Gives rows what they take from rows that have been written.
    fn take_over(&mut self, rows: &[usize]) {
        for at in rows {
            for Taken {
                column,
                row,
                source,
            } in std::mem::take(&mut self.rows[*at].taken)
            {
                let def = &self.rows[*at].model.columns[column];
                let value = self.rows[row].values[source].clone();
                let value = value.map_or(Value::null(def.ty), |value| typed(value, def.ty.kind));
                self.rows[*at].values[column] = Some(value);
            }
        }
    }

    /// The columns of a row that others take from it, and that the database makes.
    fn unknown(&self, row: usize) -> impl Iterator<Item = usize> {
        let row = &self.rows[row];
        let wanted = row.wanted.iter().copied();
        wanted.filter(|column| row.values[*column].is_none())
    }

    /// The values of a row that is about to be written; what others take from it stays.
    fn give(&mut self, row: usize) -> Vec<Value> {
        let row = &mut self.rows[row];
        let wanted = &row.wanted;
        let give = |(at, value): (usize, &mut Option<Value>)| match wanted.contains(&at) {
            true => value.clone(),
            false => value.take(),
        };
        row.values.iter_mut().enumerate().filter_map(give).collect()
    }

    fn learn(&mut self, row: usize, columns: &[usize], values: Vec<Value>) {
        let row = &mut self.rows[row];
        for (column, value) in columns.iter().zip(values) {
            row.values[*column] = Some(value);
        }
    }

    /// The statements for the rows of a batch, in order.
    fn groups(&mut self, batch: &Batch) -> Vec<InsertStatement> {
        let mut groups: Vec<InsertStatement> = Vec::new();
        for row in &batch.rows {
            let values = &self.rows[*row].values;
            let same = groups
                .last()
                .is_some_and(|g| same_columns(&g.columns, values));
            if !same {
                let columns = given_columns(values).collect();
                groups.push(InsertStatement::plain(batch.model, columns));
            }
            let values = self.give(*row);
            if let Some(group) = groups.last_mut() {
                group.rows.push(values);
            }
        }
        groups
    }

    /// Learns from rows that were read back.
    fn learn_from<M: Model>(&mut self, rows: &[usize], read: &[M]) -> Result<()> {
        for (at, read) in rows.iter().zip(read) {
            let unknown: Vec<usize> = self.unknown(*at).collect();
            for column in unknown {
                let value = read.value(column);
                let value = value.ok_or_else(|| unreadable(M::def(), column))??;
                self.rows[*at].values[column] = Some(value);
            }
        }
        Ok(())
    }
}

/// A related row was to take over what cannot be read back.
fn unreadable(model: &ModelDef, column: usize) -> Error {
    Error::invalid_query(format!(
        "`{}::{}` is made by the database and hidden, so no related row can take it over",
        model.name, model.columns[column].field
    ))
}
