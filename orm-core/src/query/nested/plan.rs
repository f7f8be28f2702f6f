//! Rows that are written together, brought into the order in which they can be.

use std::collections::BTreeSet;

use super::super::create::{NewRow, Now, complete, encode_error, present};
use super::super::input::renamed;
use super::super::link::Pair;
use super::{GIVEN, Nesting, Related};
use crate::error::{Error, FieldErrors, Result};
use crate::model::{ModelDef, RelationDef};
use crate::value::Value;

/// Rows that refer to each other, all of them judged. A row stands behind those that it refers to.
pub(crate) struct Graph {
    pub(crate) rows: Vec<GraphRow>,
    /// What is inserted together, one after the other.
    pub(crate) batches: Vec<Batch>,
    /// What ties rows that are there already to new ones, in the end.
    pub(crate) connects: Vec<Connect>,
}

/// A new row.
pub(crate) struct GraphRow {
    pub(crate) model: &'static ModelDef,
    pub(crate) values: Vec<Option<Value>>,
    /// What it takes from other rows.
    pub(crate) taken: Vec<Taken>,
    /// The columns that other rows take from it.
    pub(crate) wanted: Vec<usize>,
}

/// A value that a row takes from another.
#[derive(Clone, Copy)]
pub(crate) struct Taken {
    pub(crate) column: usize,
    /// The other row, and its column.
    pub(crate) row: usize,
    pub(crate) source: usize,
}

/// Rows of one model that refer to nothing in their own batch or behind it.
pub(crate) struct Batch {
    pub(crate) model: &'static ModelDef,
    pub(crate) rows: Vec<usize>,
    /// Whether these are the rows that were asked for, and not what is related to them.
    pub(crate) roots: bool,
}

/// Rows that are there already, and will be related to a new one.
pub(crate) struct Connect {
    pub(crate) relation: &'static RelationDef,
    pub(crate) nesting: Nesting,
    pub(crate) row: usize,
    pub(crate) keys: Vec<Vec<Value>>,
}

/// Judges rows with all that is nested in them. `path` says what a row is called in errors; none is for the one row of an `insert`.
///
/// # Errors
/// All fields that were refused, of all rows at once.
pub(crate) fn plan(
    model: &'static ModelDef,
    rows: Vec<NewRow>,
    path: Option<&str>,
) -> Result<Graph> {
    let mut planner = Planner {
        rows: Vec::with_capacity(rows.len()),
        connects: Vec::new(),
        now: Now::new(present),
    };
    let mut roots = Vec::with_capacity(rows.len());
    let mut refused = FieldErrors::default();
    for (number, row) in rows.into_iter().enumerate() {
        let (root, errors) = planner.add(model, row, None)?;
        roots.push(root);
        refused.extend(match path {
            Some(path) => errors.under(&format!("{path}[{number}]")),
            None => errors,
        });
    }
    refused.into_result()?;
    Ok(planner.finish(&roots))
}

struct Planner {
    rows: Vec<GraphRow>,
    connects: Vec<Connect>,
    now: Now,
}

impl Planner {
    /// Adds a row, behind the rows that it refers to and before those that refer to it. `outer` is the row around it that it refers to.
    fn add(
        &mut self,
        model: &'static ModelDef,
        row: NewRow,
        outer: Option<(&'static RelationDef, usize)>,
    ) -> Result<(usize, FieldErrors)> {
        let mut row = row.into_parts();
        if let Some((column, error)) = row.refused.into_iter().next() {
            return Err(encode_error(model, column, error));
        }
        let (mut errors, mut below) = (FieldErrors::default(), FieldErrors::default());
        let mut taken: Vec<Taken> = Vec::new();
        if let Some((relation, outer)) = outer {
            taken.extend(pairs(relation).map(|(source, column)| Taken {
                column,
                row: outer,
                source,
            }));
        }
        let (parents, others): (Vec<_>, Vec<_>) = row
            .related
            .into_iter()
            .partition(|related| related.nesting == Nesting::Parent);
        for Related { relation, rows, .. } in parents {
            let (parent, refused) = self.add(relation.to(), single(relation, rows)?, None)?;
            below.extend(refused.under(relation.name()));
            taken.extend(pairs(relation).map(|(column, source)| Taken {
                column,
                row: parent,
                source,
            }));
        }
        for Taken { column, .. } in &taken {
            // A NULL is what an input gives that says nothing.
            if row.values[*column].take().is_some_and(|v| !v.is_null()) {
                let field = model.columns[*column].field.clone();
                errors.add(field, "foreign_key", GIVEN);
            }
        }
        let leave: Vec<usize> = taken.iter().map(|taken| taken.column).collect();
        complete(model, &mut row.values, &self.now, &leave, &mut errors)?;
        let at = self.push(model, row.values, taken);
        for related in others {
            self.add_related(at, related, &mut below)?;
        }
        errors.extend(below);
        Ok((at, renamed(errors, &row.names)))
    }

    /// Adds the rows that refer to a row, and those that it is linked with.
    fn add_related(&mut self, at: usize, related: Related, below: &mut FieldErrors) -> Result<()> {
        let Related {
            relation,
            nesting,
            rows,
            keys,
        } = related;
        let name = relation.name();
        let path = |number: usize| format!("{name}[{number}]");
        match nesting {
            Nesting::Child => {
                let child = single(relation, rows)?;
                let (_, refused) = self.add(relation.to(), child, Some((relation, at)))?;
                below.extend(refused.under(name));
            }
            // Parents have been added before.
            Nesting::Children | Nesting::Parent => {
                for (number, row) in rows.into_iter().enumerate() {
                    let (_, refused) = self.add(relation.to(), row, Some((relation, at)))?;
                    below.extend(refused.under(&path(number)));
                }
                self.connect(at, relation, nesting, keys)?;
            }
            Nesting::Links => {
                let pair = Pair::of(relation);
                pair.judge(relation)?;
                for (number, row) in rows.into_iter().enumerate() {
                    let (other, refused) = self.add(relation.to(), row, None)?;
                    below.extend(refused.under(&path(number)));
                    let there = pair.there.iter().zip(&pair.to_columns);
                    let there = there.map(|(column, source)| Taken {
                        column: *column,
                        row: other,
                        source: *source,
                    });
                    self.link(&pair, at, there.collect(), &[], below)?;
                }
                // Where links name the key of what they lead to, they are rows like others.
                match pair.key_order() {
                    Some(order) => {
                        for key in distinct(relation, keys)? {
                            let there: Vec<_> = pair
                                .there
                                .iter()
                                .copied()
                                .zip(order.iter().map(|at| key[*at].clone()))
                                .collect();
                            self.link(&pair, at, Vec::new(), &there, below)?;
                        }
                    }
                    None => self.connect(at, relation, nesting, keys)?,
                }
            }
        }
        Ok(())
    }

    /// Adds the row between two rows.
    fn link(
        &mut self,
        pair: &Pair,
        here: usize,
        mut taken: Vec<Taken>,
        given: &[(usize, Value)],
        below: &mut FieldErrors,
    ) -> Result<()> {
        let near = pair.here.iter().zip(&pair.from_columns);
        taken.extend(near.map(|(column, source)| Taken {
            column: *column,
            row: here,
            source: *source,
        }));
        let mut values = vec![None; pair.between.columns.len()];
        for (column, value) in given {
            values[*column] = Some(value.clone());
        }
        let leave: Vec<usize> = taken.iter().map(|taken| taken.column).collect();
        complete(pair.between, &mut values, &self.now, &leave, below)?;
        self.push(pair.between, values, taken);
        Ok(())
    }

    fn connect(
        &mut self,
        row: usize,
        relation: &'static RelationDef,
        nesting: Nesting,
        keys: Vec<Result<Vec<Value>, crate::value::EncodeError>>,
    ) -> Result<()> {
        let keys = distinct(relation, keys)?;
        if !keys.is_empty() {
            self.want(row, relation.key());
            self.connects.push(Connect {
                relation,
                nesting,
                row,
                keys,
            });
        }
        Ok(())
    }

    fn push(
        &mut self,
        model: &'static ModelDef,
        values: Vec<Option<Value>>,
        taken: Vec<Taken>,
    ) -> usize {
        for Taken { row, source, .. } in &taken {
            self.want(*row, &[*source]);
        }
        self.rows.push(GraphRow {
            model,
            values,
            taken,
            wanted: Vec::new(),
        });
        self.rows.len() - 1
    }

    fn want(&mut self, row: usize, columns: &[usize]) {
        let wanted = &mut self.rows[row].wanted;
        let new = columns.iter().filter(|column| !wanted.contains(column));
        let new: Vec<usize> = new.copied().collect();
        wanted.extend(new);
    }

    /// Puts the rows into batches: each row behind what it refers to, and all that were asked for together.
    fn finish(self, roots: &[usize]) -> Graph {
        let is_root: BTreeSet<usize> = roots.iter().copied().collect();
        let levels = self.levels(&is_root, 0);
        let lowest = roots.iter().map(|root| levels[*root]).max();
        let levels = self.levels(&is_root, lowest.unwrap_or_default());
        let deepest = levels.iter().copied().max().unwrap_or_default();
        let mut batches: Vec<Vec<Batch>> = (0..=deepest).map(|_| Vec::new()).collect();
        for (at, row) in self.rows.iter().enumerate() {
            let (level, root) = (&mut batches[levels[at]], is_root.contains(&at));
            let batch = level
                .iter_mut()
                .find(|batch| std::ptr::eq(batch.model, row.model) && batch.roots == root);
            match batch {
                Some(batch) => batch.rows.push(at),
                None => level.push(Batch {
                    model: row.model,
                    rows: vec![at],
                    roots: root,
                }),
            }
        }
        Graph {
            rows: self.rows,
            batches: batches.into_iter().flatten().collect(),
            connects: self.connects,
        }
    }

    /// How many rows must be written before each row, one after the other; at least `lowest` for those that were asked for.
    fn levels(&self, roots: &BTreeSet<usize>, lowest: usize) -> Vec<usize> {
        let mut levels: Vec<usize> = Vec::with_capacity(self.rows.len());
        for (at, row) in self.rows.iter().enumerate() {
            let above = row.taken.iter().map(|taken| levels[taken.row] + 1).max();
            let least = if roots.contains(&at) { lowest } else { 0 };
            levels.push(above.unwrap_or_default().max(least));
        }
        levels
    }
}

/// The columns at the beginning of a relation of one step, each with the one at its end.
fn pairs(relation: &'static RelationDef) -> impl Iterator<Item = (usize, usize)> {
    let hop = relation.hops().first();
    hop.into_iter().flat_map(|hop| {
        let columns = hop.from_columns.iter().zip(&hop.to_columns);
        columns.map(|(from, to)| (*from, *to))
    })
}

/// The one row of a relation to one.
fn single(relation: &'static RelationDef, mut rows: Vec<NewRow>) -> Result<NewRow> {
    match (rows.pop(), rows.is_empty()) {
        (Some(row), true) => Ok(row),
        _ => Err(Error::invalid_query(format!(
            "`{relation:?}` leads to one row, and more than one was given"
        ))),
    }
}

/// The keys, each of them once.
pub(crate) fn distinct(
    relation: &RelationDef,
    keys: impl IntoIterator<Item = Result<Vec<Value>, crate::value::EncodeError>>,
) -> Result<Vec<Vec<Value>>> {
    let model = relation.to();
    let mut seen = BTreeSet::new();
    let mut kept = Vec::new();
    for key in keys {
        let first = model.key.first().copied().unwrap_or_default();
        let key = key.map_err(|error| encode_error(model, first, error))?;
        if seen.insert(same(&key)) {
            kept.push(key);
        }
    }
    Ok(kept)
}

/// A text that is equal for equal keys, whatever kind of integer they are made of.
pub(crate) fn same(key: &[Value]) -> String {
    let values = key.iter().map(|value| match value {
        Value::I16(n) => Value::I64((*n).into()),
        Value::I32(n) => Value::I64((*n).into()),
        Value::U32(n) => Value::I64((*n).into()),
        value => value.clone(),
    });
    super::super::key_text(values.collect())
}
