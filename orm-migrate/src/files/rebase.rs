//! Migrations of one branch put behind those of another.

use std::collections::BTreeSet;
use std::time::SystemTime;

use orm_core::schema::Schema;
use orm_core::{Error, Result};
use serde::Deserialize as _;
use toml::{Table as Object, Value};

use super::{Folder, Migration, disk};
use crate::drift::named;
use crate::{Problem, snapshot};

/// A migration that got another place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Its id before. Where it is applied, it has to be undone with this id first.
    pub from: String,
    /// Its id now.
    pub to: String,
}

impl Folder {
    /// Puts a migration, and those that follow it, behind the end of the other branch: with new ids, parents and schemas. Their SQL
    /// stays as it is.
    ///
    /// # Errors
    /// When there is no other branch, both change the same part of the schema (then nothing is changed), or the file system refuses.
    pub fn rebase(&self, id: &str) -> Result<Vec<Moved>> {
        let first = self.get(id)?;
        let mine = self.branch(first);
        let other = self
            .migrations
            .iter()
            .find(|m| m.id != first.id && m.parent() == first.parent());
        let Some(other) = other else {
            return Err(Problem::WrongState {
                id: first.id.clone(),
                message:
                    "is the only one that follows its parent, so there is nothing to put it behind"
                        .to_owned(),
            }
            .into_error());
        };
        let theirs = self.branch(other);
        let head = theirs.last().copied().unwrap_or(other);
        if let Some(flat) = mine.iter().find(|m| m.flat) {
            self.rewrite_meta(flat, |_| {})?;
        }
        let schemas = self.schemas(first, head, &mine)?;
        let mut moved: Vec<Moved> = Vec::new();
        let mut known = self.clone();
        let mut parent = head.id.clone();
        for (migration, schema) in mine.iter().zip(schemas) {
            let to = known.new_id(migration.name(), SystemTime::now());
            self.write_moved(migration, &to, &parent, schema)?;
            let mut placed = (*migration).clone();
            placed.id.clone_from(&to);
            known.migrations.push(placed);
            moved.push(Moved {
                from: migration.id.clone(),
                to: to.clone(),
            });
            parent = to;
        }
        Ok(moved)
    }

    /// A migration and all that follow it. If they fork again, the first branch.
    fn branch<'f>(&'f self, first: &'f Migration) -> Vec<&'f Migration> {
        let mut seen = BTreeSet::new();
        let next = |m: &&'f Migration| {
            self.migrations
                .iter()
                .find(|other| other.parent() == Some(m.id.as_str()))
        };
        std::iter::successors(Some(first), next)
            .take_while(|m| seen.insert(m.id.clone()))
            .collect()
    }

    /// The schemas after the moved migrations: what each changes, changed in what the other branch leads to.
    fn schemas(
        &self,
        first: &Migration,
        head: &Migration,
        mine: &[&Migration],
    ) -> Result<Vec<Option<Schema>>> {
        let base = match first.parent() {
            None => Some(Schema::default()),
            Some(parent) => self.get(parent)?.schema()?,
        };
        let (Some(mut before), Some(mut onto)) = (base, head.schema()?) else {
            return Ok(vec![None; mine.len()]);
        };
        let mut schemas = Vec::new();
        for migration in mine {
            let Some(after) = migration.schema()? else {
                return Ok(vec![None; mine.len()]);
            };
            let mut conflicts = Vec::new();
            onto = merge(&before, &after, &onto, &mut conflicts)?;
            if !conflicts.is_empty() {
                return Err(Problem::Conflict {
                    first: head.id.clone(),
                    second: migration.id.clone(),
                    what: conflicts,
                }
                .into_error());
            }
            schemas.push(Some(onto.clone()));
            before = after;
        }
        Ok(schemas)
    }

    fn write_moved(
        &self,
        migration: &Migration,
        id: &str,
        parent: &str,
        schema: Option<Schema>,
    ) -> Result<()> {
        let hash = schema.as_ref().map(snapshot::hash).transpose()?;
        let folder = self.path.join(&migration.id);
        if let Some(schema) = &schema {
            disk::rewrite(&folder.join("schema.toml"), &snapshot::write(schema)?)?;
        }
        self.rewrite_meta(migration, |meta| {
            id.clone_into(&mut meta.id);
            meta.parent = Some(parent.to_owned());
            meta.schema = hash.or_else(|| meta.schema.take());
        })?;
        disk::rename(&folder, &self.path.join(id))
    }
}

/// Three schemas of one origin to one: what only one side changed is as it left it. What both changed is a conflict.
pub(crate) fn merge(
    base: &Schema,
    mine: &Schema,
    theirs: &Schema,
    conflicts: &mut Vec<String>,
) -> Result<Schema> {
    let value = |schema: &Schema| {
        Object::try_from(snapshot::sorted(schema))
            .map(Value::Table)
            .map_err(|error| Error::invalid_query(error.to_string()))
    };
    let (base, mine, theirs) = (value(base)?, value(mine)?, value(theirs)?);
    let merged = merge_values(Some(&base), Some(&mine), Some(&theirs), "", conflicts);
    let merged = merged.unwrap_or_else(|| Value::Table(Object::new()));
    let schema =
        Schema::deserialize(merged).map_err(|error| Error::invalid_query(error.to_string()))?;
    Ok(snapshot::sorted(&schema))
}

fn merge_values(
    base: Option<&Value>,
    mine: Option<&Value>,
    theirs: Option<&Value>,
    path: &str,
    conflicts: &mut Vec<String>,
) -> Option<Value> {
    if mine == base || mine == theirs {
        return theirs.cloned();
    }
    if theirs == base {
        return mine.cloned();
    }
    match (base, mine, theirs) {
        (Some(Value::Table(base)), Some(Value::Table(mine)), Some(Value::Table(theirs))) => {
            let keys: BTreeSet<_> = base
                .keys()
                .chain(mine.keys())
                .chain(theirs.keys())
                .collect();
            let entries = keys.into_iter().filter_map(|key| {
                let place = format!("{path}{key} ");
                merge_values(
                    base.get(key),
                    mine.get(key),
                    theirs.get(key),
                    &place,
                    conflicts,
                )
                .map(|value| (key.clone(), value))
            });
            Some(Value::Table(entries.collect()))
        }
        (Some(Value::Array(base)), Some(Value::Array(mine)), Some(Value::Array(theirs)))
            if named(base).is_some() && named(mine).is_some() && named(theirs).is_some() =>
        {
            Some(Value::Array(merge_lists(
                base, mine, theirs, path, conflicts,
            )))
        }
        _ => {
            conflicts.push(path.trim_end().to_owned());
            theirs.cloned()
        }
    }
}

/// In their order, with what is mine behind it, as a database adds columns.
fn merge_lists(
    base: &[Value],
    mine: &[Value],
    theirs: &[Value],
    path: &str,
    conflicts: &mut Vec<String>,
) -> Vec<Value> {
    let names = |list: &[Value]| {
        named(list)
            .unwrap_or_default()
            .into_iter()
            .map(|(n, v)| (n, v.clone()))
            .collect::<std::collections::BTreeMap<_, _>>()
    };
    let (base, mine_by, theirs_by) = (names(base), names(mine), names(theirs));
    let order = |list: &[Value]| -> Vec<String> {
        list.iter()
            .filter_map(|item| named(std::slice::from_ref(item))?.into_keys().next())
            .collect()
    };
    let mut all = order(theirs);
    all.extend(
        order(mine)
            .into_iter()
            .filter(|name| !theirs_by.contains_key(name)),
    );
    all.into_iter()
        .filter_map(|name| {
            let place = format!("{path}{name} ");
            // Two that only have the name in common are no one thing.
            let (b, m, t) = (base.get(&name), mine_by.get(&name), theirs_by.get(&name));
            merge_values(b, m, t, &place, conflicts)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use orm_core::schema::{Column, ColumnType, Table, TableName};

    use super::*;

    fn schema(tables: &[(&str, &[(&str, ColumnType)])]) -> Schema {
        let tables = tables.iter().map(|(name, columns)| {
            let mut table = Table::new(TableName::new(*name));
            table.columns = columns
                .iter()
                .map(|(name, ty)| Column::new(*name, ty.clone()))
                .collect();
            table
        });
        Schema::from_parts(vec![], tables.collect())
    }

    fn merged(base: &Schema, mine: &Schema, theirs: &Schema) -> (Schema, Vec<String>) {
        let mut conflicts = Vec::new();
        let schema = merge(base, mine, theirs, &mut conflicts).unwrap();
        (schema, conflicts)
    }

    #[test]
    fn what_different_sides_changed_comes_together() {
        use ColumnType::{BigInt, Text};
        let base = schema(&[
            ("a", &[("id", BigInt), ("old", Text)]),
            ("gone", &[("id", BigInt)]),
        ]);
        let mine = schema(&[
            ("a", &[("id", BigInt), ("mine", Text)]),
            ("gone", &[("id", BigInt)]),
            ("m", &[("x", Text)]),
        ]);
        let theirs = schema(&[
            ("a", &[("id", BigInt), ("old", Text), ("theirs", Text)]),
            ("t", &[("x", Text)]),
        ]);
        let (found, conflicts) = merged(&base, &mine, &theirs);
        assert_eq!(conflicts, Vec::<String>::new());
        assert_eq!(
            found,
            schema(&[
                ("a", &[("id", BigInt), ("theirs", Text), ("mine", Text)]),
                ("m", &[("x", Text)]),
                ("t", &[("x", Text)])
            ])
        );
    }

    #[test]
    fn what_both_sides_changed_is_a_conflict() {
        use ColumnType::{BigInt, Integer, SmallInt, Text};
        let base = schema(&[("a", &[("id", BigInt)])]);
        let (_, conflicts) = merged(
            &base,
            &schema(&[("a", &[("id", Integer)])]),
            &schema(&[("a", &[("id", SmallInt)])]),
        );
        assert_eq!(conflicts, ["tables a columns id type"]);
        let (_, conflicts) = merged(&base, &schema(&[]), &schema(&[("a", &[("id", SmallInt)])]));
        assert_eq!(conflicts, ["tables a"]);
        let both = schema(&[("a", &[("id", BigInt), ("n", Text)])]);
        assert_eq!(merged(&base, &both, &both).1, Vec::<String>::new());
    }
}
