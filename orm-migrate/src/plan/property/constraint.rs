//! Keys, checks and foreign keys.

use orm_core::Result;
use orm_core::schema::{ForeignKey, Index, PrimaryKey, Table, TableName, Unique, name};
use orm_core::sql::ddl::alter::{self, Validity};

use super::Planner;
use crate::change::Change;
use crate::plan::pair::Checks;
use crate::plan::{Cost, Step};

impl<'d> Planner<'d> {
    pub(super) fn constraint(&mut self, change: &Change) -> Result<()> {
        let renamed = "a constraint under another name is the same constraint";
        match change {
            Change::AddPrimaryKey { table, key } => self.primary_key(table, key, None),
            Change::AlterPrimaryKey { table, from, to } => {
                self.primary_key(table, to, Some(&from.name))
            }
            Change::DropPrimaryKey { table, key } => {
                let why = format!("nothing keeps two rows of {table} apart any more");
                self.drop_constraint(table, &key.name, &why)
            }
            Change::AddUnique { table, unique } => self.unique(table, unique),
            Change::DropUnique { table, unique } => self.drop_constraint(
                table,
                &unique.name,
                "two rows may have the same values from now on",
            ),
            Change::DropForeignKey { table, key } => {
                self.drop_constraint(table, &key.name, "references are not looked at any more")
            }
            Change::AddForeignKey { table, key } => self.add_foreign_key(table, key),
            Change::RenamePrimaryKey { table, from, to }
            | Change::RenameUnique { table, from, to }
            | Change::RenameForeignKey { table, from, to } => {
                let step = Step::new(Cost::Safe, renamed);
                self.push(step.run(alter::rename_constraint(self.db, table, from, to)?));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn drop_constraint(&mut self, table: &TableName, name: &str, why: &str) -> Result<()> {
        let step = Step::new(Cost::Safe, why);
        self.push(step.run(alter::drop_constraint(self.db, table, name)?));
        Ok(())
    }

    /// A unique index that is built while others write becomes the constraint.
    fn adopt(
        &mut self,
        table: &TableName,
        (name, columns): (&str, &[String]),
        kind: &str,
        replaced: Option<&str>,
    ) -> Result<()> {
        let Some(after) = self.diff.to.table(table) else {
            return Ok(());
        };
        // The old key has the name until the new one takes its place.
        let built = match replaced {
            Some(old) if old == name => name::incoming(name),
            _ => name.to_owned(),
        };
        let mut index = Index::over(&built, columns);
        index.unique = true;
        let why = format!(
            "it fails if two rows of {table} have the same {}",
            columns.join(", ")
        );
        self.build(after, &index, Cost::NeedsDecision, why)?;
        let mut clauses = Vec::new();
        if let Some(old) = replaced {
            clauses.push(alter::drop_clause(self.db, "CONSTRAINT", old)?);
        }
        clauses.push(alter::adopt_index(self.db, name, kind, &built)?);
        let step = Step::new(
            Cost::Safe,
            "the index that is there already becomes the constraint",
        );
        self.push(step.run(alter::table(self.db, table, &clauses)?));
        Ok(())
    }

    fn primary_key(
        &mut self,
        table: &TableName,
        key: &PrimaryKey,
        replaced: Option<&str>,
    ) -> Result<()> {
        self.adopt(table, (&key.name, &key.columns), "PRIMARY KEY", replaced)
    }

    fn unique(&mut self, table: &TableName, unique: &Unique) -> Result<()> {
        self.adopt(table, (&unique.name, &unique.columns), "UNIQUE", None)
    }

    fn add_foreign_key(&mut self, table: &TableName, key: &ForeignKey) -> Result<()> {
        let db = self.db;
        let added = alter::add_foreign_key(db, table, key, Validity::Later)?;
        self.push(
            Step::new(
                Cost::Safe,
                "new rows must refer to what is there from now on",
            )
            .run(added),
        );
        let why = format!(
            "it fails if a row of {table} refers to what is not in {}; others go on to read and write",
            key.target
        );
        let step = Step::new(Cost::NeedsDecision, why).outside();
        self.push(step.run(alter::validate(db, table, &key.name)?));
        Ok(())
    }

    /// Foreign keys that stand in the way of a change at one of their ends.
    pub(super) fn drop_renewed(&mut self) -> Result<()> {
        for (at, key) in self.renewed.clone() {
            let Some(pair) = self.pairs.get(at) else {
                continue;
            };
            let same = |k: &&ForeignKey| {
                k.columns == key.columns
                    && k.target == key.target
                    && k.target_columns == key.target_columns
            };
            let there = pair.carried.foreign_keys.iter().find(same);
            let table = pair.after.name.clone();
            // One that is different itself is dropped anyway.
            if let Some(there) =
                there.filter(|k| k.on_delete == key.on_delete && k.on_update == key.on_update)
            {
                let name = there.name.clone();
                let why = "what it leads from or to changes; it comes back below";
                self.drop_constraint(&table, &name, why)?;
            }
        }
        Ok(())
    }

    pub(super) fn add_renewed(&mut self) -> Result<()> {
        for (at, key) in self.renewed.clone() {
            let Some(pair) = self.pairs.get(at) else {
                continue;
            };
            let table = pair.after.name.clone();
            let added = self.diff.changes.iter().any(|c| {
                matches!(c, Change::AddForeignKey { table: t, key: k } if *t == table && k == key)
            });
            if !added {
                self.add_foreign_key(&table, key)?;
            }
        }
        Ok(())
    }

    pub(super) fn drop_checks(&mut self, checks: &[Checks]) -> Result<()> {
        for (at, checks) in checks.iter().enumerate() {
            let Some(table) = self.pairs.get(at).map(|p| p.after.name.clone()) else {
                continue;
            };
            for (from, to) in &checks.renamed {
                let step = Step::new(
                    Cost::Safe,
                    "a constraint under another name is the same constraint",
                );
                self.push(step.run(alter::rename_constraint(self.db, &table, from, to)?));
            }
            for name in &checks.dropped {
                self.drop_constraint(&table, name, "the condition is another one, or gone")?;
            }
        }
        Ok(())
    }

    pub(super) fn add_checks(&mut self, checks: &[Checks]) -> Result<()> {
        let db = self.db;
        for (at, checks) in checks.iter().enumerate() {
            let Some(table) = self.pairs.get(at).map(|p| p.after.name.clone()) else {
                continue;
            };
            for check in &checks.added {
                let added =
                    alter::add_check(db, &table, &check.name, &check.expression, Validity::Later)?;
                self.push(Step::new(Cost::Safe, "new rows must meet it from now on").run(added));
                let why = format!(
                    "it fails if a row of {table} does not meet it; others go on to read and write"
                );
                let step = Step::new(Cost::NeedsDecision, why).outside();
                self.push(step.run(alter::validate(db, &table, &check.name)?));
            }
        }
        Ok(())
    }

    /// What was over a column that is made anew, and stays. (Checks are seen to with the others.)
    pub(super) fn restore_over(&mut self, table: &'d Table, column: &str) -> Result<()> {
        let over = |columns: &[String]| columns.iter().any(|c| c == column);
        let new = |change: &dyn Fn(&Change) -> bool| self.diff.changes.iter().any(change);
        let uniques: Vec<_> = table
            .uniques
            .iter()
            .filter(|u| over(&u.columns))
            .filter(|u| !new(&|c| matches!(c, Change::AddUnique { table: t, unique } if *t == table.name && unique.name == u.name)))
            .collect();
        let indexes: Vec<_> = table
            .indexes
            .iter()
            .filter(|i| super::index::mentions_column(i, column))
            .filter(|i| !new(&|c| matches!(c, Change::AddIndex { table: t, index } if *t == table.name && index.name == i.name)))
            .collect();
        for unique in uniques {
            self.unique(&table.name, unique)?;
        }
        for index in indexes {
            let why = "it went with the column that is computed anew".to_owned();
            self.build(table, index, Cost::Safe, why)?;
        }
        Ok(())
    }
}
