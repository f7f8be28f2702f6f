//! Enum types.

use orm_core::Result;
use orm_core::schema::{Column, EnumType, Table, TableName, name};
use orm_core::sql::ddl::{self, alter};

use super::Planner;
use crate::change::Change;
use crate::plan::{Cost, Step};

impl<'d> Planner<'d> {
    pub(super) fn enumeration(&mut self, change: &Change) -> Result<()> {
        let db = self.db;
        if !db.has_enum_types() {
            return Ok(());
        }
        let safe = |why: &str| Step::new(Cost::Safe, why);
        match change {
            Change::CreateEnum { enumeration } => {
                let step = safe("a new type");
                self.push(step.run_all(ddl::create_enum(db, enumeration)?));
            }
            Change::DropEnum { enumeration } => {
                let step = safe("a type that no column has any more");
                self.push(step.run_all(ddl::drop_enum(db, enumeration)?));
            }
            Change::RenameEnum { from, to } => {
                let step = safe("the columns keep the type under its new name");
                self.push(step.run(alter::rename_type(db, from, to)?));
            }
            Change::AddEnumValue {
                name,
                label,
                before,
            } => {
                // A label that a transaction adds can be used only after it.
                let step = Step::new(
                    Cost::Safe,
                    "a label cannot be taken away again without a new type",
                )
                .outside();
                self.push(step.run(alter::add_value(db, name, label, before.as_deref())?));
            }
            Change::RenameEnumValue { name, from, to } => {
                let step = safe("the rows have the label under its new name");
                self.push(step.run(alter::rename_value(db, name, from, to)?));
            }
            Change::ReplaceEnum { from, to, replaced } => self.replace_enum(from, to, replaced)?,
            _ => {}
        }
        Ok(())
    }

    /// The type steps aside, a new one takes its name, and each column moves over.
    fn replace_enum(
        &mut self,
        from: &EnumType,
        to: &EnumType,
        replaced: &[(String, String)],
    ) -> Result<()> {
        let db = self.db;
        let aside = name::aside(&from.name);
        let gone: Vec<_> = from
            .labels
            .iter()
            .filter(|l| !to.labels.contains(l) && !replaced.iter().any(|(old, _)| old == *l))
            .map(|l| format!("'{l}'"))
            .collect();
        let (cost, why) = if gone.is_empty() {
            let why = format!("a new type takes the place of {}", from.name);
            (Cost::Rewrites, why)
        } else {
            let why = format!(
                "it fails if a row still has the label {}",
                gone.join(" or ")
            );
            (Cost::NeedsDecision, why)
        };
        let mut step = Step::new(cost, why).lossy_back();
        step = step.run(alter::rename_type(db, &from.name, &aside)?);
        step = step.run_all(ddl::create_enum(db, to)?);
        let uses = |c: &&Column| {
            c.ty.enumeration()
                .is_some_and(|e| e.native && e.name == from.name)
        };
        for table in &self.state.tables {
            for column in table.columns.iter().filter(uses) {
                let clauses = self.move_over(table, column, to, replaced)?;
                step = step.run(alter::table(db, &table.name, &clauses)?);
            }
        }
        step = step.run_all(ddl::drop_enum(
            db,
            &EnumType {
                name: aside,
                ..from.clone()
            },
        )?);
        self.push(step);
        Ok(())
    }

    fn move_over(
        &self,
        table: &Table,
        column: &Column,
        to: &EnumType,
        replaced: &[(String, String)],
    ) -> Result<Vec<String>> {
        let db = self.db;
        let clause = |property| alter::column_clause(db, &column.name, property);
        let using = alter::set_enum(db, &column.name, &column.ty, &to.name, replaced)?;
        let ty = ddl::column_type(db, table, column)?;
        let retype = clause(alter::Property::Type(&ty, Some(&using)))?;
        if column.default.is_none() {
            return Ok(vec![retype]);
        }
        // The default is of the old type.
        let mut clauses = vec![clause(alter::Property::NoDefault)?, retype];
        let after = self.target(&table.name, &column.name);
        if let Some((table, column)) = after
            && let Some(default) = ddl::default_expression(db, table, column)?
        {
            clauses.push(clause(alter::Property::Default(&default))?);
        }
        Ok(clauses)
    }

    /// The table and column as they shall be, from their names as they are, perhaps before a rename.
    fn target(&self, table: &TableName, column: &str) -> Option<(&'d Table, &'d Column)> {
        let matched = &self.diff.matched;
        let (_, name) = matched.tables.iter().find(|(old, _)| old == table)?;
        let table_after = self.diff.to.table(name)?;
        let column = matched.column_after(table, column)?;
        Some((table_after, table_after.column(column)?))
    }
}
