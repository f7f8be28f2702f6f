//! Tables before those that refer to them.

use std::collections::BTreeMap;

use orm_core::schema::{ForeignKey, Schema, Table, TableName};

/// The tables of a schema in the order in which they can be created, and the foreign keys that must be added after them.
#[derive(Debug, Default)]
pub(crate) struct Order<'s> {
    pub(crate) tables: Vec<&'s Table>,
    /// The foreign keys that lead to a table that comes later, so that a circle of tables can be created at all.
    pub(crate) cut: Vec<(&'s Table, &'s ForeignKey)>,
}

impl<'s> Order<'s> {
    /// The tables of a schema that another one does not have.
    #[cfg(feature = "migrate")]
    pub(crate) fn of_new(schema: &'s Schema, before: &Schema) -> Self {
        let new = |t: &&Table| before.table(&t.name).is_none();
        Self::among(schema.tables.iter().filter(new))
    }

    /// Among the tables that could come next it is the first by name.
    pub(crate) fn of(schema: &'s Schema) -> Self {
        Self::among(schema.tables.iter())
    }

    fn among(tables: impl Iterator<Item = &'s Table>) -> Self {
        let mut waiting: BTreeMap<&TableName, &Table> = tables.map(|t| (&t.name, t)).collect();
        let mut order = Self::default();
        while let Some(next) = next(&waiting) {
            waiting.remove(&next.name);
            let early = next
                .foreign_keys
                .iter()
                .filter(|key| waiting.contains_key(&key.target));
            order.cut.extend(early.map(|key| (next, key)));
            order.tables.push(next);
        }
        order
    }
}

fn next<'s>(waiting: &BTreeMap<&TableName, &'s Table>) -> Option<&'s Table> {
    let free = waiting
        .values()
        .find(|table| target(waiting, table).is_none());
    free.copied().or_else(|| {
        waiting
            .values()
            .next()
            .map(|first| in_circle(waiting, first))
    })
}

/// A table other than itself that this one waits for.
fn target<'s>(waiting: &BTreeMap<&TableName, &'s Table>, table: &Table) -> Option<&'s Table> {
    table
        .foreign_keys
        .iter()
        .filter(|key| key.target != table.name)
        .find_map(|key| waiting.get(&key.target).copied())
}

/// The first by name of the tables of a circle that is reached from here; every table waits for another one.
fn in_circle<'s>(waiting: &BTreeMap<&TableName, &'s Table>, from: &'s Table) -> &'s Table {
    let mut path = vec![from];
    while let Some(next) = path.last().and_then(|last| target(waiting, last)) {
        if let Some(begin) = path.iter().position(|t| t.name == next.name) {
            return path[begin..]
                .iter()
                .min_by_key(|t| &t.name)
                .copied()
                .unwrap_or(next);
        }
        path.push(next);
    }
    from
}
