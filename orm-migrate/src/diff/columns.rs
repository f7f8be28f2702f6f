//! The columns of a table that stays.

use orm_core::Result;
use orm_core::schema::{Column, ColumnType, DefaultValue, Generated, Table, TableName};
use orm_core::sql::ddl::{self, EffectiveCheck, alter};

use super::Walk;
use crate::change::rename::{mentions, same_expression};
use crate::change::{Change, with};
use crate::decision::Question;

impl Walk<'_> {
    pub(super) fn add_columns(&mut self, name: &TableName) -> Result<()> {
        let Some((before, after)) = self.pair(name) else {
            return Ok(());
        };
        for column in &after.columns {
            if before.column(&column.name).is_some() {
                continue;
            }
            if needs_value(column) {
                self.ask_for_value(name, column, true);
            }
            self.push(Change::AddColumn {
                table: name.clone(),
                column: column.clone(),
            });
        }
        Ok(())
    }

    fn ask_for_value(&mut self, table: &TableName, column: &Column, new: bool) {
        let path = format!("{table}.{}", column.name);
        if !self.decisions.backfills.contains_key(&path) {
            self.questions
                .push(Question::Backfill { column: path, new });
        }
    }

    pub(super) fn alter_columns(&mut self, name: &TableName) -> Result<()> {
        let Some((before, after)) = self.pair(name) else {
            return Ok(());
        };
        let checks = (
            ddl::checks(self.dialect, &before)?,
            ddl::checks(self.dialect, &after)?,
        );
        for to in &after.columns {
            if let Some(from) = before.column(&to.name).filter(|from| *from != to) {
                self.alter_column((&before, from), (&after, to), &checks)?;
            }
        }
        Ok(())
    }

    fn alter_column(
        &mut self,
        (before, from): (&Table, &Column),
        (after, to): (&Table, &Column),
        checks: &(Vec<EffectiveCheck>, Vec<EffectiveCheck>),
    ) -> Result<()> {
        let dialect = self.dialect;
        let (table, column) = (after.name.clone(), to.name.clone());
        let same_check = same_effective(&checks.0, &checks.1, &to.name);
        let same_type = {
            let plain = |column: &Column| with(column, |c| c.collation = None);
            // Of a type that depends on indexes, the difference is none of the column's own.
            let alike = from.ty == to.ty
                || ddl::column_type(dialect, before, &plain(from))?
                    == ddl::column_type(dialect, after, &plain(to))?;
            alike && (same_check || from.ty == to.ty)
        };
        let computed = |a: &Option<Generated>, b: &Option<Generated>| match (a, b) {
            (Some(a), Some(b)) => {
                a.stored == b.stored && same_expression(&a.expression, &b.expression)
            }
            (a, b) => a.is_none() && b.is_none(),
        };
        let regenerated = !computed(&from.generated, &to.generated);
        if !same_type {
            self.labels_of_columns(&from.ty, &to.ty);
            if to.generated.is_none() && from.generated.is_none() {
                self.ask_for_cast((before, from), (after, to))?;
            }
            self.push(Change::AlterColumnType {
                table: table.clone(),
                column: column.clone(),
                from: from.ty.clone(),
                to: to.ty.clone(),
            });
        }
        if regenerated {
            self.push(Change::AlterColumnGenerated {
                table: table.clone(),
                column: column.clone(),
                from: from.generated.clone(),
                to: to.generated.clone(),
            });
        }
        if from.identity != to.identity {
            self.push(Change::AlterColumnIdentity {
                table: table.clone(),
                column: column.clone(),
                identity: to.identity,
            });
        }
        // Some databases do not mind how it is written.
        let lower = |c: &Option<String>| c.as_ref().map(|c| c.to_lowercase());
        if lower(&from.collation) != lower(&to.collation) {
            self.push(Change::AlterColumnCollation {
                table: table.clone(),
                column: column.clone(),
                from: from.collation.clone(),
                to: to.collation.clone(),
            });
        }
        if !self.same_default((before, from), (after, to))? {
            self.push(Change::AlterColumnDefault {
                table: table.clone(),
                column: column.clone(),
                from: from.default.clone(),
                to: to.default.clone(),
            });
        }
        if from.nullable != to.nullable {
            if needs_value(to) {
                self.ask_for_value(&table, to, false);
            }
            self.push(Change::AlterColumnNullability {
                table: table.clone(),
                column: column.clone(),
                nullable: to.nullable,
            });
        }
        let own_check = match (&from.check, &to.check) {
            (Some(a), Some(b)) => same_expression(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        if !own_check && !same_check {
            self.push(Change::AlterColumnCheck {
                table,
                column,
                from: from.check.clone(),
                to: to.check.clone(),
            });
        }
        Ok(())
    }

    /// The labels of a column that holds them as text; those of a type are compared with the type.
    fn labels_of_columns(&mut self, from: &ColumnType, to: &ColumnType) {
        if let (Some(from), Some(to)) = (from.enumeration(), to.enumeration())
            && !(from.native && to.native)
            && from.labels != to.labels
        {
            self.compare_labels(&from.clone(), &to.clone());
        }
    }

    fn ask_for_cast(
        &mut self,
        (before, from): (&Table, &Column),
        (after, to): (&Table, &Column),
    ) -> Result<()> {
        let path = format!("{}.{}", after.name, to.name);
        let known = self.decisions.casts.contains_key(&path);
        if known || alter::convert(self.dialect, from, to).is_ok() {
            return Ok(());
        }
        self.questions.push(Question::Cast {
            column: path,
            from: ddl::column_type(self.dialect, before, from)?,
            to: ddl::column_type(self.dialect, after, to)?,
        });
        Ok(())
    }

    fn same_default(
        &self,
        (before, from): (&Table, &Column),
        (after, to): (&Table, &Column),
    ) -> Result<bool> {
        Ok(match (&from.default, &to.default) {
            (a, b) if a == b => true,
            (None, _) | (_, None) => false,
            (Some(DefaultValue::Sql(a)), Some(DefaultValue::Sql(b))) => same_expression(a, b),
            (Some(_), Some(_)) => {
                let a = ddl::default_expression(self.dialect, before, from)?;
                let b = ddl::default_expression(self.dialect, after, to)?;
                match (a, b) {
                    (Some(a), Some(b)) => same_expression(&a, &b),
                    _ => false,
                }
            }
        })
    }

    /// Columns that go, those that are computed from others first.
    pub(super) fn drop_columns(&mut self, name: &TableName) {
        let Some((before, after)) = self.pair(name) else {
            return;
        };
        let mut gone: Vec<Column> = before
            .columns
            .iter()
            .filter(|c| after.column(&c.name).is_none())
            .cloned()
            .collect();
        gone.sort_by_key(|c| c.generated.is_none());
        for column in gone {
            self.push(Change::DropColumn {
                table: name.clone(),
                column,
            });
        }
    }

    /// Drops a column, and before it what is over it, where that cannot wait.
    pub(super) fn drop_column(&mut self, name: &TableName, column: Column) {
        let Some(table) = self.state.table(name).cloned() else {
            return;
        };
        let over = |columns: &[String]| columns.contains(&column.name);
        let others = self.state.tables.iter();
        let referring: Vec<_> = others
            .flat_map(|t| t.foreign_keys.iter().map(|k| (t.name.clone(), k.clone())))
            .filter(|(from, key)| {
                (from == name && over(&key.columns))
                    || (key.target == *name && over(&key.target_columns))
            })
            .collect();
        for (from, key) in referring {
            self.push(Change::DropForeignKey { table: from, key });
        }
        for unique in table.uniques.iter().filter(|u| over(&u.columns)) {
            self.push(Change::DropUnique {
                table: name.clone(),
                unique: unique.clone(),
            });
        }
        for index in table
            .indexes
            .iter()
            .filter(|i| index_mentions(i, &column.name))
        {
            self.push(Change::DropIndex {
                table: name.clone(),
                index: index.clone(),
            });
        }
        for check in table
            .checks
            .iter()
            .filter(|c| mentions(&c.expression, &column.name))
        {
            self.push(Change::DropCheck {
                table: name.clone(),
                check: check.clone(),
            });
        }
        if let Some(key) = table.primary_key.as_ref().filter(|k| over(&k.columns)) {
            self.push(Change::DropPrimaryKey {
                table: name.clone(),
                key: key.clone(),
            });
        }
        for computed in &table.columns {
            let from_it = |g: &Generated| mentions(&g.expression, &column.name);
            if computed.name != column.name && computed.generated.as_ref().is_some_and(from_it) {
                self.push(Change::DropColumn {
                    table: name.clone(),
                    column: computed.clone(),
                });
            }
        }
        self.push(Change::DropColumn {
            table: name.clone(),
            column,
        });
    }

    pub(super) fn comments(&mut self, name: &TableName) {
        let Some((before, after)) = self.pair(name) else {
            return;
        };
        if before.comment != after.comment {
            self.push(Change::AlterTableComment {
                table: name.clone(),
                from: before.comment.clone(),
                to: after.comment.clone(),
            });
        }
        for to in &after.columns {
            if let Some(from) = before.column(&to.name).filter(|c| c.comment != to.comment) {
                self.push(Change::AlterColumnComment {
                    table: name.clone(),
                    column: to.name.clone(),
                    from: from.comment.clone(),
                    to: to.comment.clone(),
                });
            }
        }
    }
}

/// Whether a row that gives no value is refused.
fn needs_value(column: &Column) -> bool {
    !column.nullable && !column.identity && column.default.is_none() && column.generated.is_none()
}

fn index_mentions(index: &orm_core::schema::Index, column: &str) -> bool {
    use orm_core::schema::IndexPart;
    let part = |part: &IndexPart| match part {
        IndexPart::Column { name, .. } => name == column,
        IndexPart::Expression(sql) => mentions(sql, column),
    };
    index.parts.iter().any(part)
        || index.include.iter().any(|c| c == column)
        || index
            .condition
            .as_ref()
            .is_some_and(|c| mentions(c, column))
}

/// Whether what the database checks of a column is the same before and after. A check of the table that has the name and the text of
/// one that a type brings along is this one.
fn same_effective(before: &[EffectiveCheck], after: &[EffectiveCheck], column: &str) -> bool {
    let own = |checks: &[EffectiveCheck]| -> Option<EffectiveCheck> {
        checks
            .iter()
            .find(|c| c.column.as_deref() == Some(column))
            .cloned()
    };
    let there = |check: &EffectiveCheck, checks: &[EffectiveCheck]| {
        checks.iter().any(|c| {
            c.column.is_none()
                && c.name == check.name
                && same_expression(&c.expression, &check.expression)
        })
    };
    match (own(before), own(after)) {
        (None, None) => true,
        (Some(a), Some(b)) => same_expression(&a.expression, &b.expression),
        (Some(a), None) => there(&a, after),
        (None, Some(b)) => there(&b, before),
    }
}
