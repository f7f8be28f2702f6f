//! Columns.

use orm_core::Result;
use orm_core::schema::{Column, ColumnType, Table, TableName, name};
use orm_core::sql::ddl;
use orm_core::sql::ddl::alter::{self, Property, Validity};

use super::Planner;
use crate::change::{Change, with};
use crate::plan::{Cost, Step, cost, value};

impl<'d> Planner<'d> {
    pub(super) fn column(&mut self, change: &'d Change) -> Result<()> {
        match change {
            Change::AddColumn { table, column } => {
                self.add_column(table, column)?;
                self.comment(table, column)
            }
            Change::DropColumn { table, column } => {
                let (cost, why) = match column.generated {
                    None => (
                        Cost::LosesData,
                        format!("the values of {table}.{} are gone", column.name),
                    ),
                    Some(_) => (
                        Cost::Safe,
                        "a computed column holds nothing of its own".to_owned(),
                    ),
                };
                let step = Step::new(cost, why).lossy_back();
                self.drop_column(step, table, &column.name)
            }
            Change::AlterColumnType {
                table,
                column,
                from,
                to,
            } => self.retype(table, column, Some((from, to))),
            Change::AlterColumnCollation { table, column, .. } => {
                // With the type, if that changes as well.
                match self.types_differ(table, column)? {
                    true => Ok(()),
                    false => self.retype(table, column, None),
                }
            }
            Change::AlterColumnNullability {
                table,
                column,
                nullable,
            } => match (nullable, self.is_recreated(table, column)) {
                (_, true) => Ok(()),
                (true, false) => {
                    let why = "NULL was refused until now, and is allowed from now on";
                    let step = Step::new(Cost::Safe, why).lossy_back();
                    self.set(step, table, column, Property::Nullable)
                }
                (false, false) => self.require(table, column),
            },
            Change::AlterColumnDefault {
                table,
                column,
                from,
                ..
            } => {
                // With the type, if that changes and there was one.
                let handled = from.is_some() && self.types_differ(table, column)?;
                if handled || self.is_recreated(table, column) {
                    return Ok(());
                }
                self.set_default(table, column)
            }
            Change::AlterColumnGenerated {
                table, column, to, ..
            } => {
                if to.is_none() {
                    let why = "the values stay, and are computed no more";
                    let step = Step::new(Cost::Safe, why);
                    return self.set(step, table, column, Property::NotGenerated);
                }
                Ok(())
            }
            Change::AlterColumnIdentity {
                table,
                column,
                identity,
            } => self.identity(table, column, *identity),
            _ => Ok(()),
        }
    }

    fn is_recreated(&self, table: &TableName, column: &str) -> bool {
        let recreated = self.pair(table).map(|p| &p.recreated);
        recreated.is_some_and(|r| r.iter().any(|c| c == column))
    }

    fn set(
        &mut self,
        step: Step,
        table: &TableName,
        column: &str,
        property: Property<'_>,
    ) -> Result<()> {
        let clause = alter::column_clause(self.db, column, property)?;
        self.push(step.run(alter::table(self.db, table, &[clause])?));
        Ok(())
    }

    fn drop_column(&mut self, step: Step, table: &TableName, column: &str) -> Result<()> {
        let clause = alter::drop_clause(self.db, "COLUMN", column)?;
        self.push(step.run(alter::table(self.db, table, &[clause])?));
        Ok(())
    }

    fn after(&self, table: &TableName, column: &str) -> Option<(&'d Table, &'d Column)> {
        let table = self.diff.to.table(table)?;
        Some((table, table.column(column)?))
    }

    fn add_column(&mut self, name: &TableName, column: &'d Column) -> Result<()> {
        let Some((table, _)) = self.after(name, &column.name) else {
            return Ok(());
        };
        let fallback = value::fallback(self.diff, table, column)?;
        let volatile = value::is_volatile(column);
        let stands_alone = column.nullable
            || column.default.is_some()
            || column.generated.is_some()
            || column.identity
            || fallback.is_none();
        let (cost, why) = if column.generated.is_some() || column.identity {
            (
                Cost::Rewrites,
                format!("{name}.{} is computed for each row", column.name),
            )
        } else if !column.nullable && column.default.is_none() && fallback.is_none() {
            (
                Cost::NeedsDecision,
                format!("it fails if {name} has rows, since they have no value"),
            )
        } else {
            (
                Cost::Safe,
                "a column whose value is known takes no rewrite".to_owned(),
            )
        };
        let step = Step::new(cost, why).lossy_back();
        if stands_alone && !volatile {
            let clause = alter::add_column_clause(self.db, table, column, None)?;
            self.push(step.run(alter::table(self.db, name, &[clause])?));
            return Ok(());
        }
        let empty = with(column, |c| {
            c.nullable = true;
            c.default = None;
        });
        let clause = alter::add_column_clause(self.db, table, &empty, None)?;
        self.push(step.run(alter::table(self.db, name, &[clause])?));
        if volatile {
            self.set_default(name, &column.name)?;
        }
        if let Some(value) = fallback {
            self.fill(name, &column.name, &value)?;
        }
        if !column.nullable {
            self.not_null(name, &column.name)?;
        }
        Ok(())
    }

    /// A new column's comment is a statement of its own.
    fn comment(&mut self, table: &TableName, column: &Column) -> Result<()> {
        if let Some(comment) = &column.comment {
            let step = Step::new(Cost::Safe, "a comment changes nothing else");
            let sql = alter::comment_on_column(self.db, table, &column.name, Some(comment))?;
            self.push(step.run(sql));
        }
        Ok(())
    }

    fn fill(&mut self, table: &TableName, column: &str, value: &str) -> Result<()> {
        let empty = format!("{} IS NULL", ddl::quoted(self.db, column));
        let why = format!("the rows that are there get a value in {table}.{column}");
        // Not under the lock of what was done before.
        let step = Step::new(Cost::Safe, why).outside();
        self.push(step.run(alter::update(self.db, table, column, value, Some(&empty))?));
        Ok(())
    }

    fn set_default(&mut self, table: &TableName, column: &str) -> Result<()> {
        let Some((after, to)) = self.after(table, column) else {
            return Ok(());
        };
        let default = ddl::default_expression(self.db, after, to)?;
        let step = Step::new(Cost::Safe, "rows that are there keep what they have");
        match &default {
            Some(sql) => self.set(step, table, column, Property::Default(sql)),
            None => self.set(step, table, column, Property::NoDefault),
        }
    }

    /// A column that could be NULL and cannot any more.
    fn require(&mut self, table: &TableName, column: &str) -> Result<()> {
        if let Some((after, to)) = self.after(table, column)
            && let Some(value) = value::fallback(self.diff, after, to)?
        {
            self.fill(table, column, &value)?;
        }
        self.not_null(table, column)
    }

    /// By a check that is validated while others write: with it, `SET NOT NULL` need not read the table under its lock.
    fn not_null(&mut self, table: &TableName, column: &str) -> Result<()> {
        let db = self.db;
        let check = name::not_null(&table.name, column);
        let condition = format!("{} IS NOT NULL", ddl::quoted(db, column));
        let why = format!(
            "it fails if {table}.{column} is NULL in a row; others go on to read and write"
        );
        let added = alter::add_check(db, table, &check, &condition, Validity::Later)?;
        self.push(Step::new(Cost::Safe, "new rows must have a value from now on").run(added));
        let step = Step::new(Cost::NeedsDecision, why).outside();
        self.push(step.run(alter::validate(db, table, &check)?));
        let step = Step::new(
            Cost::Safe,
            "the validated check makes it unnecessary to read the table",
        );
        let clause = alter::column_clause(db, column, Property::NotNull)?;
        self.push(
            step.run(alter::table(db, table, &[clause])?)
                .run(alter::drop_constraint(db, table, &check)?),
        );
        Ok(())
    }

    fn types_differ(&self, table: &TableName, column: &str) -> Result<bool> {
        let (Some(pair), Some((after, to))) = (self.pair(table), self.after(table, column)) else {
            return Ok(false);
        };
        let Some(from) = pair.carried.column(column) else {
            return Ok(false);
        };
        let plain = |c: &Column| with(c, |c| c.collation = None);
        let before = ddl::column_type(self.db, pair.carried, &plain(from))?;
        Ok(before != ddl::column_type(self.db, after, &plain(to))?)
    }

    fn retype(
        &mut self,
        table: &TableName,
        column: &str,
        types: Option<(&ColumnType, &ColumnType)>,
    ) -> Result<()> {
        let db = self.db;
        let (Some(pair), Some((after, to))) = (self.pair(table), self.after(table, column)) else {
            return Ok(());
        };
        let Some(carried) = pair.carried.column(column) else {
            return Ok(());
        };
        if self.is_recreated(table, column) {
            return Ok(());
        }
        let using = match types {
            Some(_) => value::converted(self.diff, pair, to)?,
            None => None,
        };
        if types.is_some() && !self.types_differ(table, column)? {
            // The type is the same in the database, and only what it demands is different, or the labels that rows have.
            if let Some(value) = using.filter(|v| *v != ddl::quoted(db, column)) {
                let why = format!("the labels of {table}.{column} have other names");
                let mut step = Step::new(Cost::Safe, why).outside();
                step.reverse_is_lossy = value::merges(self.diff, carried, to);
                self.push(step.run(alter::update(db, table, column, &value, None)?));
            }
            return Ok(());
        }
        let narrows = types.is_some_and(|(from, to)| cost::narrows(from, to));
        let given_up = types.is_some() && value::is_given_up(self.diff, carried, to);
        let loses = given_up || types.is_some_and(|(from, to)| cost::loses(from, to));
        let (cost, why) = match types {
            None => (Cost::Rewrites, "indexes over the column are built anew"),
            Some(_) if loses => (
                Cost::LosesData,
                "values are rounded or cut to what the new type holds",
            ),
            Some(_) if narrows => (
                Cost::NeedsDecision,
                "it fails if a row has a value that the new type cannot hold",
            ),
            Some((from, to)) if is_free(from, to) => {
                (Cost::Safe, "the new type holds every value as it is")
            }
            Some(_) => (Cost::Rewrites, "others wait until each row is written anew"),
        };
        let back = types.is_some_and(|(from, to)| cost::narrows(to, from));
        let ty = ddl::column_type(db, after, to)?;
        let clause = |property| alter::column_clause(db, column, property);
        let mut clauses = Vec::new();
        if carried.default.is_some() {
            clauses.push(clause(Property::NoDefault)?);
        }
        clauses.push(clause(Property::Type(&ty, using.as_deref()))?);
        if carried.default.is_some()
            && let Some(default) = ddl::default_expression(db, after, to)?
        {
            clauses.push(clause(Property::Default(&default))?);
        }
        let mut step = Step::new(cost, format!("{table}.{column}: {why}"));
        step.reverse_is_lossy = back;
        self.push(step.run(alter::table(db, table, &clauses)?));
        Ok(())
    }

    fn identity(&mut self, table: &TableName, column: &str, identity: bool) -> Result<()> {
        let property = match identity {
            true => Property::Identity,
            false => Property::NoIdentity,
        };
        let clause = alter::column_clause(self.db, column, property)?;
        let mut step = Step::new(Cost::Safe, format!("who numbers the rows of {table}"));
        step = step.run(alter::table(self.db, table, &[clause])?);
        if identity {
            step = step.run(alter::continue_numbering(self.db, table, column)?);
        }
        self.push(step);
        Ok(())
    }

    /// Columns that are made anew, and what was over them and goes with them.
    pub(super) fn restore_recreated(&mut self) -> Result<()> {
        let mut work = Vec::new();
        for pair in &self.pairs {
            work.extend(pair.recreated.iter().map(|c| (pair.after, c.clone())));
        }
        for (table, column) in work {
            let Some(to) = table.column(&column) else {
                continue;
            };
            let held = self
                .pair(&table.name)
                .and_then(|p| p.carried.column(&column));
            let plain = held.is_some_and(|c| c.generated.is_none());
            let (cost, why) = match plain {
                true => (
                    Cost::LosesData,
                    format!(
                        "{}.{column} is computed from now on, and what it held is gone",
                        table.name
                    ),
                ),
                false => (
                    Cost::Rewrites,
                    format!("{}.{column} is computed anew for each row", table.name),
                ),
            };
            let drop = alter::drop_clause(self.db, "COLUMN", &column)?;
            let add = alter::add_column_clause(self.db, table, to, None)?;
            let step = Step::new(cost, why).lossy_back();
            let step = step.run(alter::table(self.db, &table.name, &[drop])?);
            self.push(step.run(alter::table(self.db, &table.name, &[add])?));
            self.comment(&table.name, to)?;
            self.restore_over(table, &column)?;
        }
        Ok(())
    }
}

/// Whether the database need not look at the rows.
fn is_free(from: &ColumnType, to: &ColumnType) -> bool {
    use ColumnType::{Decimal, Text, Varchar};
    match (from, to) {
        (Varchar(a), Varchar(b)) => a <= b,
        (Varchar(_), Text) => true,
        (Decimal(Some((p, s))), Decimal(Some((q, t)))) => s == t && p <= q,
        (Decimal(Some(_)), Decimal(None)) => true,
        _ => false,
    }
}
