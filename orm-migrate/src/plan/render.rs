//! A plan as a file that a reviewer likes to read.

use super::{Cost, Directive, Plan, Statement, Step, Transaction};

impl Plan {
    /// The plan as SQL: one paragraph a statement, a comment where it is not obvious what it is for or costs, and the directives that
    /// the program which runs it must follow.
    ///
    /// ```
    /// # use orm::{dialect, schema::{Column, ColumnType, Schema, Table, TableName}};
    /// # use orm_migrate::{Decisions, diff, plan};
    /// let mut after = Schema::default();
    /// after.tables.push(Table::new(TableName::new("notes")));
    /// after.tables[0].columns.push(Column::new("body", ColumnType::Text));
    /// let diff = diff(&Schema::default(), &after, &Decisions::new(), dialect::POSTGRES)?;
    /// assert_eq!(plan(&diff)?.to_sql(), "CREATE TABLE \"notes\" (\n    \"body\" TEXT NOT NULL\n);\n");
    /// # Ok::<(), orm::Error>(())
    /// ```
    pub fn to_sql(&self) -> String {
        let mut paragraphs = Vec::new();
        if self.foreign_keys_off {
            paragraphs.push(Directive::ForeignKeysOff.to_string());
        }
        for step in &self.steps {
            for (at, statement) in step.statements.iter().enumerate() {
                paragraphs.push(paragraph(step, at == 0, statement));
            }
        }
        let mut sql = paragraphs.join("\n\n");
        if !sql.is_empty() {
            sql.push('\n');
        }
        sql
    }
}

fn paragraph(step: &Step, first: bool, statement: &Statement) -> String {
    let mut lines = Vec::new();
    if first && step.cost > Cost::Safe {
        lines.push(format!(
            "-- {}: {}",
            capital(&step.cost.to_string()),
            step.why
        ));
    } else if first && step.statements.len() > 1 {
        lines.push(format!("-- {}", capital(&step.why)));
    }
    lines.extend(statement.comment.iter().map(|c| format!("-- {c}")));
    if step.transaction == Transaction::Outside {
        lines.push(Directive::NoTransaction.to_string());
    }
    let (after, before): (Vec<_>, Vec<_>) = statement
        .directives
        .iter()
        .partition(|d| matches!(d, Directive::RestoreTriggers(_)));
    lines.extend(before.into_iter().chain(after).map(ToString::to_string));
    lines.push(format!("{};", statement.sql));
    lines.join("\n")
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
