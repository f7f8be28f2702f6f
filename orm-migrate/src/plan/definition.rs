//! Plans for a database that gives a column its whole definition anew and cannot undo the definition of a table: what changes about a
//! table is one statement, which happens or does not. Only what the rows need in between stands apart.

mod clauses;

use orm_core::Result;
use orm_core::schema::{Column, ForeignKey, TableName, name};
use orm_core::sql::ddl;
use orm_core::sql::ddl::alter::{self, Validity};

use super::order::Order;
use super::pair::{Pair, foreign_keys_to_renew};
use super::{Cost, Plan, Step, value};
use crate::change::Change;
use crate::diff::Diff;

type Db = &'static dyn orm_core::dialect::Dialect;

struct Planner<'d> {
    diff: &'d Diff,
    db: Db,
    plan: Plan,
}

pub(super) fn plan(diff: &Diff) -> Result<Plan> {
    let mut pairs = Pair::all(diff)?;
    for pair in &mut pairs {
        pair.recreated = clauses::recreated(diff, pair)?;
    }
    let renewed = foreign_keys_to_renew(diff, &pairs)?;
    let mut planner = Planner {
        diff,
        db: diff.dialect,
        plan: Plan::default(),
    };
    let (carrying, rest) = diff.changes.split_at(diff.carrying);
    for change in carrying {
        planner.carry(change)?;
    }
    let dropped = rest.iter().filter_map(|c| match c {
        Change::DropForeignKey { table, key } => Some((table, key.name.as_str())),
        // Nothing renames one.
        Change::RenameForeignKey { table, from, .. } => pairs
            .iter()
            .find(|p| p.after.name == *table)
            .map(|p| (&p.after.name, from.as_str())),
        _ => None,
    });
    for (table, name) in dropped {
        planner.drop_foreign_key(table, name)?;
    }
    for (at, key) in &renewed {
        if let Some(old) = planner.kept(&pairs, *at, key) {
            planner.drop_foreign_key(&pairs[*at].after.name, &old)?;
        }
    }
    for pair in pairs.iter().filter(|p| p.is_changed()) {
        planner.alter(pair)?;
    }
    planner.create_tables()?;
    planner.add_foreign_keys(&pairs, &renewed, rest)?;
    for change in rest {
        planner.finish(change)?;
    }
    Ok(planner.plan)
}

impl<'d> Planner<'d> {
    fn push(&mut self, step: Step) {
        if !step.statements.is_empty() {
            self.plan.push(step);
        }
    }

    /// What comes before the tables' own changes.
    fn carry(&mut self, change: &'d Change) -> Result<()> {
        let db = self.db;
        match change {
            Change::CreateSchema { name } => {
                let step = Step::new(Cost::Safe, "the database that holds new tables");
                self.push(step.run_all(ddl::create_schema(db, name)?));
            }
            Change::DropForeignKey { table, key } => self.drop_foreign_key(table, &key.name)?,
            Change::DropTable { table } => self.drop_table(&table.name)?,
            Change::RenameTable { from, to } => {
                let why = format!("programs that name {from} fail from now on");
                let step = Step::new(Cost::Safe, why);
                self.push(step.run(alter::rename_table(db, from, to)?));
            }
            Change::RenameColumn { table, from, to } => self.rename_column(table, from, to)?,
            Change::DropColumn { table, column } => {
                let why = format!("the values of {table}.{} are gone", column.name);
                let step = Step::new(Cost::LosesData, why).lossy_back();
                let clause = alter::drop_clause(db, "COLUMN", &column.name)?;
                self.push(step.run(alter::table(db, table, &[clause])?));
            }
            Change::DropIndex { table, index } => self.drop(table, "INDEX", &index.name)?,
            Change::DropUnique { table, unique } => self.drop(table, "INDEX", &unique.name)?,
            Change::DropCheck { table, check } => self.drop(table, "CONSTRAINT", &check.name)?,
            Change::DropPrimaryKey { table, .. } => {
                let step = Step::new(Cost::Rewrites, "the rows are in the order of the key");
                self.push(step.run(alter::table(db, table, &["DROP PRIMARY KEY".to_owned()])?));
            }
            _ => {}
        }
        Ok(())
    }

    fn drop(&mut self, table: &TableName, what: &str, name: &str) -> Result<()> {
        let clause = alter::drop_clause(self.db, what, name)?;
        let step = Step::new(Cost::Safe, "what is over a column goes before it");
        self.push(step.run(alter::table(self.db, table, &[clause])?));
        Ok(())
    }

    fn drop_table(&mut self, table: &TableName) -> Result<()> {
        let why = format!("the rows of {table} are gone with the table");
        let step = Step::new(Cost::LosesData, why).lossy_back();
        self.push(step.run(ddl::drop_table(self.db, table)?));
        Ok(())
    }

    fn drop_foreign_key(&mut self, table: &TableName, name: &str) -> Result<()> {
        let clause = alter::drop_clause(self.db, "FOREIGN KEY", name)?;
        let step = Step::new(
            Cost::Safe,
            "references are not looked at any more, or come back below",
        );
        self.push(step.run(alter::table(self.db, table, &[clause])?));
        Ok(())
    }

    fn rename_column(&mut self, table: &TableName, from: &str, to: &str) -> Result<()> {
        let db = self.db;
        let why = format!("programs that name {table}.{from} fail from now on");
        let step = Step::new(Cost::Safe, why);
        self.push(step.run(alter::rename_column(db, table, from, to)?));
        Ok(())
    }

    /// The name of a foreign key that stays but must be made anew.
    fn kept(&self, pairs: &[Pair<'_>], at: usize, key: &ForeignKey) -> Option<String> {
        let carried = pairs.get(at)?.carried;
        carried
            .foreign_keys
            .iter()
            .find(|k| k.name == key.name && *k == key)
            .map(|k| k.name.clone())
    }

    fn alter(&mut self, pair: &Pair<'_>) -> Result<()> {
        let clauses::Parts {
            first,
            updates,
            swaps,
            main,
            cost,
            why,
            reverse_is_lossy,
        } = clauses::of(self.diff, pair)?;
        let db = self.db;
        let table = &pair.after.name;
        if !first.is_empty() {
            let why = format!("{table} is prepared for the rows to be changed");
            self.push(Step::new(Cost::Safe, why).run(alter::table(db, table, &first)?));
        }
        for update in updates {
            let why = format!("the rows of {table} that are there are changed");
            self.push(Step::new(Cost::Locks, why).run(update));
        }
        for (column, aside) in swaps {
            let drop = alter::drop_clause(db, "COLUMN", &column)?;
            let why = format!("what {table}.{column} held is kept in another form");
            let step = Step::new(Cost::Rewrites, why).lossy_back();
            let step = step.run(alter::table(db, table, &[drop])?);
            self.push(step.run(alter::rename_column(db, table, &aside, &column)?));
        }
        if !main.is_empty() {
            let mut step = Step::new(cost, why);
            step.reverse_is_lossy = reverse_is_lossy;
            self.push(step.run(alter::table(db, table, &main)?));
        }
        Ok(())
    }

    fn create_tables(&mut self) -> Result<()> {
        let created = Order::of_new(&self.diff.to, &self.diff.carried);
        for statement in super::create::tables(&created, self.db)? {
            self.push(
                Step::new(Cost::Safe, "a new table")
                    .lossy_back()
                    .run(statement),
            );
        }
        Ok(())
    }

    fn add_foreign_keys(
        &mut self,
        pairs: &[Pair<'d>],
        renewed: &[(usize, &'d ForeignKey)],
        changes: &'d [Change],
    ) -> Result<()> {
        let mut keys: Vec<(TableName, ForeignKey)> = Vec::new();
        for change in changes {
            match change {
                Change::AddForeignKey { table, key } => keys.push((table.clone(), key.clone())),
                Change::RenameForeignKey { table, to, .. } => {
                    let after = self.diff.to.table(table);
                    let key = after.and_then(|t| t.foreign_keys.iter().find(|k| k.name == *to));
                    keys.extend(key.map(|k| (table.clone(), k.clone())));
                }
                _ => {}
            }
        }
        for (at, key) in renewed {
            if self.kept(pairs, *at, key).is_some() {
                keys.push((pairs[*at].after.name.clone(), (*key).clone()));
            }
        }
        let mut seen: Vec<(TableName, String)> = Vec::new();
        for (table, key) in keys {
            let id = (table.clone(), key.name.clone());
            if seen.contains(&id) {
                continue;
            }
            seen.push(id);
            let why = format!(
                "it fails if a row of {table} refers to what is not in {}",
                key.target
            );
            let step = Step::new(Cost::NeedsDecision, why);
            let sql = alter::add_foreign_key(self.db, &table, &key, Validity::Checked)?;
            self.push(step.run(sql));
        }
        Ok(())
    }

    /// What goes last.
    fn finish(&mut self, change: &'d Change) -> Result<()> {
        if let Change::DropTable { table } = change {
            self.drop_table(&table.name)?;
        }
        Ok(())
    }
}

/// The name of a column while it takes another one's place.
fn aside(column: &Column) -> String {
    name::incoming(&column.name)
}

/// The value of rows that have none, if there is one to give.
fn filling(diff: &Diff, pair: &Pair<'_>, column: &Column) -> Result<Option<String>> {
    value::fallback(diff, pair.after, column)
}
