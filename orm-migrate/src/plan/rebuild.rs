//! Plans for a database that can change little about a table in place. For the rest, a new table is made, filled, and takes the old
//! one's place, as <https://www.sqlite.org/lang_altertable.html#otheralter> describes in twelve steps: foreign keys are off from before
//! the transaction (or dropping the old table would delete what refers to it), and checked before it is committed.

mod copy;
mod in_place;

use std::collections::BTreeSet;

use orm_core::Result;
use orm_core::schema::{Table, TableName};
use orm_core::sql::ddl::{self, alter};

use super::order::Order;
use super::pair::Pair;
use super::{Cost, Directive, Plan, Statement, Step};
use crate::change::Change;
use crate::diff::Diff;

type Db = &'static dyn orm_core::dialect::Dialect;

struct Planner<'d> {
    diff: &'d Diff,
    db: Db,
    plan: Plan,
}

pub(super) fn plan(diff: &Diff) -> Result<Plan> {
    let pairs = Pair::all(diff)?;
    let mut planner = Planner {
        diff,
        db: diff.dialect,
        plan: Plan::default(),
    };
    let carrying = &diff.changes[..diff.carrying];
    // Where a column goes and another one takes its name, the copy does both; whatever refers to such a table is written anew as well.
    let mapped: BTreeSet<&TableName> = carrying
        .iter()
        .filter_map(|c| match c {
            Change::DropColumn { table, .. } => Some(table),
            _ => None,
        })
        .filter_map(|old| diff.matched.tables.iter().find(|(name, _)| name == old))
        .map(|(_, new)| new)
        .collect();
    planner.carry(carrying, &mapped)?;
    let mut rebuilt = BTreeSet::new();
    for pair in &pairs {
        let name = &pair.after.name;
        let refers = pair
            .carried
            .foreign_keys
            .iter()
            .any(|k| mapped.contains(&k.target) && k.target != *name);
        let by_copy = mapped.contains(name);
        if by_copy || refers || (pair.is_changed() && in_place::steps(diff, pair)?.is_none()) {
            rebuilt.insert(name.clone());
        }
    }
    // Indexes that go first, since their names may be taken by others.
    for pair in pairs.iter().filter(|p| !rebuilt.contains(&p.after.name)) {
        planner.drop_indexes(pair)?;
    }
    planner.create_tables()?;
    for pair in &pairs {
        let name = &pair.after.name;
        if rebuilt.contains(name) {
            planner.rebuild(pair, mapped.contains(name))?;
        } else if pair.is_changed() {
            for step in in_place::steps(diff, pair)?.unwrap_or_default() {
                planner.push(step);
            }
        }
    }
    let dropped: BTreeSet<&TableName> = carrying
        .iter()
        .filter_map(|c| match c {
            Change::DropTable { table } => Some(&table.name),
            _ => None,
        })
        .collect();
    for change in &diff.changes[diff.carrying..] {
        if let Change::DropTable { table } = change
            && !dropped.contains(&table.name)
        {
            planner.drop_table(table)?;
        }
    }
    planner.plan.foreign_keys_off = !rebuilt.is_empty()
        || planner.plan.steps.iter().any(|s| {
            s.cost == Cost::LosesData
                && s.statements.iter().any(|s| s.sql.starts_with("DROP TABLE"))
        });
    Ok(planner.plan)
}

impl<'d> Planner<'d> {
    fn push(&mut self, step: Step) {
        if !step.statements.is_empty() {
            self.plan.push(step);
        }
    }

    /// Renames, and tables whose names are needed. Foreign keys, keys and checks are part of a table's text, and change with it.
    fn carry(&mut self, changes: &'d [Change], mapped: &BTreeSet<&TableName>) -> Result<()> {
        let db = self.db;
        for change in changes {
            match change {
                Change::DropTable { table } => self.drop_table(table)?,
                Change::RenameTable { from, to } => {
                    let why = format!("programs that name {from} fail from now on");
                    let step = Step::new(Cost::Safe, why);
                    self.push(step.run(alter::rename_table(db, from, to)?));
                }
                Change::RenameColumn { table, from, to } if !mapped.contains(table) => {
                    let why = format!("programs that name {table}.{from} fail from now on");
                    let step = Step::new(Cost::Safe, why);
                    self.push(step.run(alter::rename_column(db, table, from, to)?));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn drop_table(&mut self, table: &Table) -> Result<()> {
        let why = format!("the rows of {} are gone with the table", table.name);
        let step = Step::new(Cost::LosesData, why).lossy_back();
        self.push(step.run(ddl::drop_table(self.db, &table.name)?));
        Ok(())
    }

    fn create_tables(&mut self) -> Result<()> {
        let mut created = Order::of_new(&self.diff.to, &self.diff.carried);
        // A table may refer to one that is not there yet.
        created.cut.clear();
        for statement in super::create::tables(&created, self.db)? {
            self.push(
                Step::new(Cost::Safe, "a new table")
                    .lossy_back()
                    .run(statement),
            );
        }
        Ok(())
    }

    fn drop_indexes(&mut self, pair: &Pair<'_>) -> Result<()> {
        for index in pair
            .carried
            .indexes
            .iter()
            .filter(|i| !pair.after.indexes.contains(i))
        {
            let step = Step::new(Cost::Safe, "queries that used it read the whole table");
            let sql = alter::drop_index(self.db, &pair.after.name, &index.name, "")?;
            self.push(step.run(sql));
        }
        Ok(())
    }

    fn rebuild(&mut self, pair: &Pair<'_>, mapped: bool) -> Result<()> {
        let db = self.db;
        let name = &pair.after.name;
        let beside = TableName {
            schema: name.schema.clone(),
            name: format!("_orm_new_{}", name.name),
        };
        let copy = copy::of(self.diff, pair, mapped)?;
        let mut step = Step::new(copy.cost, copy.why);
        step.reverse_is_lossy = copy.reverse_is_lossy;
        step = step.run(ddl::create_table_as(db, pair.after, &beside)?);
        if !copy.columns.is_empty() {
            step = step.run(alter::copy_rows(db, name, &beside, &copy.columns)?);
        }
        let numbered = |t: &Table| t.columns.iter().any(|c| c.identity);
        if numbered(pair.carried) && numbered(pair.after) {
            step = step.run_all(alter::keep_numbering(db, &name.name, &beside.name)?);
        }
        let mut drop = Statement::new(ddl::drop_table(db, name)?);
        drop.directives
            .push(Directive::SaveTriggers(name.name.clone()));
        step.statements.push(drop);
        let renamed = alter::rename_strictly(db, &beside, name)?;
        for (at, sql) in renamed.into_iter().enumerate() {
            let mut statement = Statement::new(sql);
            if at == 0 {
                statement.comment = Some("Views and triggers that name the table must not be looked at while it is away.".into());
            }
            step.statements.push(statement);
        }
        let indexes = ddl::create_indexes(db, pair.after)?;
        step = step.run_all(indexes);
        if let Some(last) = step.statements.last_mut() {
            last.directives
                .push(Directive::RestoreTriggers(name.name.clone()));
        }
        self.push(step);
        Ok(())
    }
}
