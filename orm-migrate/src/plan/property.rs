//! Plans for a database that changes each property of a column by itself, undoes such statements with a transaction, and has ways to
//! add indexes and constraints while others read and write.

mod column;
mod constraint;
mod enumeration;
mod index;

use orm_core::Result;
use orm_core::schema::{ForeignKey, Schema, TableName};
use orm_core::sql::ddl::{self, alter};

use super::order::Order;
use super::pair::{Pair, foreign_keys_to_renew};
use super::{Cost, Plan, Step};
use crate::change::Change;
use crate::change::rename::{mentions, same_expression};
use crate::diff::Diff;

type Db = &'static dyn orm_core::dialect::Dialect;

/// What is known while the changes are gone through.
struct Planner<'d> {
    diff: &'d Diff,
    db: Db,
    plan: Plan,
    pairs: Vec<Pair<'d>>,
    /// The schema as the changes so far have left it.
    state: Schema,
    renewed: Vec<(usize, &'d ForeignKey)>,
}

pub(super) fn plan(diff: &Diff) -> Result<Plan> {
    let mut pairs = Pair::all(diff)?;
    for pair in &mut pairs {
        pair.recreated = recreated(diff, pair)?;
    }
    let renewed = foreign_keys_to_renew(diff, &pairs)?;
    let mut planner = Planner {
        diff,
        db: diff.dialect,
        plan: Plan::default(),
        pairs,
        state: diff.from.clone(),
        renewed,
    };
    let (carrying, rest) = diff.changes.split_at(diff.carrying);
    let (altering, rest) = rest.split_at(diff.altering - diff.carrying);
    let checks: Vec<_> = planner.pairs.iter().map(Pair::compare_checks).collect();
    planner.changes(carrying)?;
    planner.drop_renewed()?;
    planner.drop_checks(&checks)?;
    planner.changes(altering)?;
    planner.restore_recreated()?;
    planner.add_checks(&checks)?;
    planner.create_tables()?;
    let (keys, last): (Vec<_>, Vec<_>) = rest
        .iter()
        .partition(|c| matches!(c, Change::CreateTable { .. } | Change::AddForeignKey { .. }));
    planner.changes(keys)?;
    planner.add_renewed()?;
    planner.changes(last)?;
    Ok(planner.plan)
}

/// Columns that are computed anew: no statement changes an expression, and a computed column stands in the way of a change of type of
/// what it is computed from.
fn recreated(diff: &Diff, pair: &Pair<'_>) -> Result<Vec<String>> {
    let mut retyped = Vec::new();
    for (from, to) in pair.staying() {
        let before = ddl::column_type(diff.dialect, pair.carried, from)?;
        if before != ddl::column_type(diff.dialect, pair.after, to)? {
            retyped.push(to.name.as_str());
        }
    }
    let mut found = Vec::new();
    for (from, to) in pair.staying() {
        let Some(after) = &to.generated else { continue };
        let same = from.generated.as_ref().is_some_and(|before| {
            before.stored == after.stored && same_expression(&before.expression, &after.expression)
        });
        let stands = |c: &&str| *c == to.name || mentions(&after.expression, c);
        if !same || retyped.iter().any(stands) {
            found.push(to.name.clone());
        }
    }
    Ok(found)
}

impl<'d> Planner<'d> {
    fn push(&mut self, step: Step) {
        if !step.statements.is_empty() {
            self.plan.push(step);
        }
    }

    fn pair(&self, table: &TableName) -> Option<&Pair<'d>> {
        self.pairs.iter().find(|p| p.after.name == *table)
    }

    fn changes(&mut self, changes: impl IntoIterator<Item = &'d Change>) -> Result<()> {
        for change in changes {
            self.change(change)?;
            change.apply(&mut self.state);
        }
        Ok(())
    }

    fn change(&mut self, change: &'d Change) -> Result<()> {
        let db = self.db;
        match change {
            Change::CreateSchema { name } => {
                let step = Step::new(Cost::Safe, "the schema that holds new tables");
                self.push(step.run_all(ddl::create_schema(db, name)?));
            }
            Change::DropSchema { name } => {
                let why = "a schema that no table is in any more; it stays if something else is";
                self.push(Step::new(Cost::Safe, why).run_all(alter::drop_schema(db, name)?));
            }
            Change::DropTable { table } => {
                let why = format!("the rows of {} are gone with the table", table.name);
                let step = Step::new(Cost::LosesData, why).lossy_back();
                self.push(step.run(ddl::drop_table(db, &table.name)?));
            }
            Change::RenameTable { from, to } => self.rename_table(from, to)?,
            Change::RenameColumn { table, from, to } => {
                let why = format!("programs that name {table}.{from} fail from now on");
                let step = Step::new(Cost::Safe, why);
                self.push(step.run(alter::rename_column(db, table, from, to)?));
            }
            Change::AlterTableComment { table, to, .. } => {
                let step = Step::new(Cost::Safe, "a comment changes nothing else");
                self.push(step.run(alter::comment_on_table(db, table, to.as_deref())?));
            }
            Change::AlterColumnComment {
                table, column, to, ..
            } => {
                let step = Step::new(Cost::Safe, "a comment changes nothing else");
                self.push(step.run(alter::comment_on_column(db, table, column, to.as_deref())?));
            }
            Change::CreateEnum { .. }
            | Change::DropEnum { .. }
            | Change::RenameEnum { .. }
            | Change::AddEnumValue { .. }
            | Change::RenameEnumValue { .. }
            | Change::ReplaceEnum { .. } => self.enumeration(change)?,
            Change::AddColumn { .. }
            | Change::DropColumn { .. }
            | Change::AlterColumnType { .. }
            | Change::AlterColumnNullability { .. }
            | Change::AlterColumnDefault { .. }
            | Change::AlterColumnGenerated { .. }
            | Change::AlterColumnIdentity { .. }
            | Change::AlterColumnCollation { .. } => self.column(change)?,
            Change::AddIndex { .. } | Change::DropIndex { .. } | Change::RenameIndex { .. } => {
                self.index(change)?;
            }
            // Checks are compared as the database has them, and new tables are made together.
            Change::AlterColumnCheck { .. }
            | Change::AddCheck { .. }
            | Change::DropCheck { .. }
            | Change::RenameCheck { .. }
            | Change::CreateTable { .. } => {}
            _ => self.constraint(change)?,
        }
        Ok(())
    }

    fn rename_table(&mut self, from: &TableName, to: &TableName) -> Result<()> {
        let db = self.db;
        let mut step = Step::new(
            Cost::Safe,
            format!("programs that name {from} fail from now on"),
        );
        let mut between = from.clone();
        if from.schema != to.schema {
            // Without a schema, a table is where the connection looks first, and that has a name only while it runs.
            let Some(schema) = &to.schema else {
                return Err(orm_core::Error::unsupported(
                    "moving a table out of a named schema into the connection's own",
                    db.name(),
                ));
            };
            step = step.run(alter::set_schema(db, from, schema)?);
            between.schema.clone_from(&to.schema);
        }
        if between.name != to.name {
            step = step.run(alter::rename_table(db, &between, to)?);
        }
        self.push(step);
        Ok(())
    }

    /// The tables that are new, in an order in which each can refer to those before it.
    fn create_tables(&mut self) -> Result<()> {
        let created = Order::of_new(&self.diff.to, &self.diff.carried);
        let statements = super::create::tables(&created, self.db)?;
        for statement in statements {
            let step = Step::new(Cost::Safe, "a new table").lossy_back();
            self.push(step.run(statement));
        }
        Ok(())
    }
}
