//! What is different about two schemas. Pure and ordered: the same schemas and decisions give the same changes.

mod columns;
mod constraints;
mod enums;
mod full_text;
mod matching;
mod sequence;

use std::collections::{BTreeMap, BTreeSet};

use orm_core::dialect::Dialect;
use orm_core::schema::{Schema, Table, TableName};
use orm_core::{Error, Result};

use crate::change::Change;
use crate::decision::{Decisions, Question};
use crate::plan::Order;

/// The changes that lead from one schema to another, and what must be known about them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Diff {
    /// The changes, in an order in which each can be made.
    pub changes: Vec<Change>,
    /// What is still open; as long as there is anything, there is no plan.
    pub questions: Vec<Question>,
    /// The schema before.
    pub from: Schema,
    /// The schema after.
    pub to: Schema,
    /// The schema after all renames, and after what had to go before them.
    pub(crate) carried: Schema,
    /// How many of the changes lead to it.
    pub(crate) carrying: usize,
    /// How many of the changes come before new tables, foreign keys, and what goes last.
    pub(crate) altering: usize,
    pub(crate) matched: matching::Matched,
    /// For each enum, labels and what they become in rows.
    pub(crate) labels: BTreeMap<String, Vec<(String, String)>>,
    pub(crate) decisions: Decisions,
    pub(crate) dialect: &'static dyn Dialect,
}

/// The changes that lead from one schema to another in this database. What the database stores alike is no difference.
///
/// ```
/// use orm::{dialect, schema::{Column, ColumnType, Schema, Table, TableName}};
/// use orm_migrate::{Decisions, diff};
///
/// let table = |column: &str| {
///     let mut schema = Schema::default();
///     let mut users = Table::new(TableName::new("users"));
///     users.columns.push(Column::new(column, ColumnType::Text));
///     schema.tables.push(users);
///     schema
/// };
/// let (before, after) = (table("name"), table("full_name"));
///
/// // Whether a column was renamed is never guessed.
/// let open = diff(&before, &after, &Decisions::new(), dialect::POSTGRES)?;
/// assert_eq!(open.questions[0].to_string(), "is users.name gone, or is it now users.full_name?");
///
/// let mut decisions = Decisions::new();
/// decisions.rename("users.name=users.full_name")?;
/// let diff = diff(&before, &after, &decisions, dialect::POSTGRES)?;
/// assert_eq!(diff.changes[0].to_string(), "rename the column users.name to full_name");
/// # Ok::<(), orm::Error>(())
/// ```
///
/// # Errors
/// When a decision is about nothing that is there, or the database cannot have a part of a schema.
pub fn diff(
    from: &Schema,
    to: &Schema,
    decisions: &Decisions,
    dialect: &'static dyn Dialect,
) -> Result<Diff> {
    let (matched, mut questions) = matching::find(from, to, decisions, dialect)?;
    let mut walk = Walk {
        state: from.clone(),
        to,
        decisions,
        dialect,
        changes: Vec::new(),
        questions: Vec::new(),
        matched: &matched,
        labels: BTreeMap::new(),
    };
    walk.schemas_to_create();
    walk.enums();
    walk.drop_full_texts();
    walk.early_drops();
    walk.renames();
    let (carried, carrying) = (walk.state.clone(), walk.changes.len());
    walk.tables()?;
    let altering = walk.changes.len();
    walk.rest();
    questions.append(&mut walk.questions);
    if decisions.assume {
        questions.clear();
    }
    let (changes, labels) = (walk.changes, walk.labels);
    Ok(Diff {
        changes,
        questions,
        from: from.clone(),
        to: to.clone(),
        carried,
        carrying,
        altering,
        matched,
        labels,
        decisions: decisions.clone(),
        dialect,
    })
}

impl Diff {
    /// Whether the schemas are the same for this database.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.questions.is_empty()
    }

    /// Says what is still open, if anything is, and how it is answered.
    ///
    /// # Errors
    /// As long as there are questions.
    pub fn settled(&self) -> Result<()> {
        if self.questions.is_empty() {
            return Ok(());
        }
        let open: Vec<_> = self
            .questions
            .iter()
            .map(|q| format!("{q} Say so by {}", q.flags().join(", or by ")))
            .collect();
        Err(Error::invalid_query(open.join("\n")))
    }

    /// The columns that stay, as tables and names before and after.
    pub fn staying_columns(&self) -> Vec<((TableName, String), (TableName, String))> {
        let mut found = Vec::new();
        for (old, new) in &self.matched.tables {
            for (from, to) in self.matched.columns_of(old) {
                found.push(((old.clone(), from), (new.clone(), to)));
            }
        }
        found
    }

    /// The way back: the changes that lead from the schema after to the one before. Nothing is asked; what is lost is lost.
    ///
    /// # Errors
    /// When the database cannot have a part of the schema before.
    pub fn reversed(&self) -> Result<Self> {
        let mut decisions = self.matched.reversed();
        for (name, labels) in &self.labels {
            for (from, to) in labels {
                // Of labels that became one, nobody knows which it was.
                let once = labels.iter().filter(|(_, t)| t == to).count() == 1;
                let new = |label: &str, schema: &Schema| {
                    enums::labels_of(schema, name).iter().any(|l| l == label)
                };
                if once && !new(to, &self.from) && !new(from, &self.to) {
                    decisions
                        .renames
                        .push((format!("{name}.{to}"), format!("{name}.{from}")));
                }
            }
        }
        diff(&self.to, &self.from, &decisions, self.dialect)
    }
}

/// The changes so far, and the schema that they lead to.
struct Walk<'d> {
    state: Schema,
    to: &'d Schema,
    decisions: &'d Decisions,
    dialect: &'static dyn Dialect,
    changes: Vec<Change>,
    questions: Vec<Question>,
    matched: &'d matching::Matched,
    labels: BTreeMap<String, Vec<(String, String)>>,
}

impl Walk<'_> {
    fn push(&mut self, change: Change) {
        change.apply(&mut self.state);
        self.changes.push(change);
    }

    /// The table with this name as it is now, and as it shall be; `None` if there is no difference.
    fn pair(&self, name: &TableName) -> Option<(Table, Table)> {
        let (now, then) = (self.state.table(name)?, self.to.table(name)?);
        (now != then).then(|| (now.clone(), then.clone()))
    }

    /// The tables that stay, by their names after.
    fn staying(&self) -> Vec<TableName> {
        let stays = |t: &&Table| self.state.table(&t.name).is_some();
        self.to
            .tables
            .iter()
            .filter(stays)
            .map(|t| t.name.clone())
            .collect()
    }

    fn schemas_to_create(&mut self) {
        let there = schemas(&self.state);
        for name in schemas(self.to).difference(&there).cloned() {
            self.push(Change::CreateSchema { name });
        }
    }

    /// Tables whose names, or whose constraints' and indexes' names, others take over.
    fn early_drops(&mut self) {
        let taken: BTreeSet<&str> = self.to.tables.iter().flat_map(names).collect();
        let kept: BTreeSet<TableName> = self
            .matched
            .tables
            .iter()
            .map(|(old, _)| old.clone())
            .collect();
        let dropped: Vec<Table> = self
            .state
            .tables
            .iter()
            .filter(|t| !kept.contains(&t.name))
            .filter(|t| self.to.table(&t.name).is_some() || names(t).any(|n| taken.contains(n)))
            .cloned()
            .collect();
        for table in dropped {
            self.drop_table(table);
        }
        for (old, new) in self.matched.tables.clone() {
            self.early_columns(&old, &new);
        }
    }

    /// Drops a table after the foreign keys of others that lead to it.
    fn drop_table(&mut self, table: Table) {
        let others: Vec<_> = self
            .state
            .tables
            .iter()
            .filter(|t| t.name != table.name)
            .flat_map(|t| t.foreign_keys.iter().map(|k| (t.name.clone(), k.clone())))
            .filter(|(_, key)| key.target == table.name)
            .collect();
        for (from, key) in others {
            self.push(Change::DropForeignKey { table: from, key });
        }
        for index in table.full_texts.clone() {
            self.drop_full_text(&table.name, index);
        }
        let table = self.state.table(&table.name).cloned().unwrap_or(table);
        self.push(Change::DropTable { table });
    }

    /// Columns that go and whose name another column takes over.
    fn early_columns(&mut self, old: &TableName, new: &TableName) {
        let (Some(before), Some(after)) = (self.state.table(old), self.to.table(new)) else {
            return;
        };
        let goes = |name: &str| self.matched.column_after(old, name).is_none();
        let collide = |name: &str| after.columns.iter().any(|c| c.name == name);
        let columns: Vec<_> = before
            .columns
            .iter()
            .filter(|c| goes(&c.name) && collide(&c.name))
            .cloned()
            .collect();
        for column in columns {
            self.drop_column(old, column);
        }
    }

    fn renames(&mut self) {
        for (from, to) in sequence::renames(&self.matched.tables, |name, n| TableName {
            schema: name.schema.clone(),
            name: format!("_orm_{n}_{}", name.name),
        }) {
            self.push(Change::RenameTable { from, to });
        }
        for (old, new) in self.matched.tables.clone() {
            let pairs = self.matched.columns_of(&old);
            for (from, to) in sequence::renames(&pairs, |name, n| format!("_orm_{n}_{name}")) {
                self.push(Change::RenameColumn {
                    table: new.clone(),
                    from,
                    to,
                });
            }
        }
    }

    /// The tables that stay, in two rounds: what goes, and what comes.
    fn tables(&mut self) -> Result<()> {
        let staying = self.staying();
        self.rename_constraints(&staying)?;
        for name in &staying {
            self.drop_foreign_keys(name);
        }
        for name in &staying {
            self.drop_constraints(name)?;
        }
        for name in &staying {
            self.add_columns(name)?;
            self.alter_columns(name)?;
            self.add_constraints(name)?;
        }
        Ok(())
    }

    fn rest(&mut self) {
        let mut new = Schema::default();
        new.tables = missing(self.to, &self.state);
        for table in Order::of(&new).tables.into_iter().cloned() {
            self.push(Change::CreateTable { table });
        }
        for name in self.staying() {
            self.add_foreign_keys(&name);
        }
        for name in self.staying() {
            self.drop_columns(&name);
        }
        let mut gone = Schema::default();
        gone.tables = missing(&self.state, self.to);
        for table in Order::of(&gone).tables.into_iter().rev().cloned() {
            self.drop_table(table);
        }
        self.drop_enums();
        let needed = schemas(self.to);
        for name in schemas(&self.state_before()).difference(&needed).cloned() {
            self.push(Change::DropSchema { name });
        }
        for name in self.staying() {
            self.comments(&name);
        }
        self.add_full_texts();
    }

    /// The schema before all changes.
    fn state_before(&self) -> Schema {
        let mut schema = Schema::default();
        schema.tables = self
            .matched
            .before
            .iter()
            .map(|name| Table::new(name.clone()))
            .collect();
        schema
    }
}

/// The tables that are in the one schema and not in the other.
fn missing(from: &Schema, other: &Schema) -> Vec<Table> {
    let missing = |t: &&Table| other.table(&t.name).is_none();
    from.tables.iter().filter(missing).cloned().collect()
}

/// The schemas that tables name.
fn schemas(schema: &Schema) -> BTreeSet<String> {
    let named = schema.tables.iter().filter_map(|t| t.name.schema.clone());
    named.collect()
}

/// The names of a table's indexes and of the constraints that are indexes, which all tables share.
fn names(table: &Table) -> impl Iterator<Item = &str> {
    let key = table.primary_key.iter().map(|k| k.name.as_str());
    let uniques = table.uniques.iter().map(|u| u.name.as_str());
    key.chain(uniques)
        .chain(table.indexes.iter().map(|i| i.name.as_str()))
}
