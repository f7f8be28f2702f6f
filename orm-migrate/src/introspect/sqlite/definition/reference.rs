//! Foreign keys.

use orm_core::schema::{Action, ForeignKey};

use super::clause::foreign_key;
use super::{Properties, Reader};
use crate::introspect::raw::RawTable;

impl Reader<'_> {
    /// `REFERENCES table (columns) ON DELETE …`.
    pub(super) fn references(
        &mut self,
        table: &str,
        given: Option<String>,
        columns: Vec<String>,
        properties: &mut Properties,
    ) -> Option<ForeignKey> {
        self.keyword("references")?;
        let target = self.name()?;
        let mut key = foreign_key(table, given, columns, target);
        if self.peek(0).is_some_and(|t| t.token.is_sign("(")) {
            key.target_columns = self.columns()?;
        }
        loop {
            if self.word("on") {
                let on_delete = self.word("delete");
                if !on_delete {
                    self.keyword("update")?;
                }
                let action = self.action()?;
                match on_delete {
                    true => key.on_delete = action,
                    false => key.on_update = action,
                }
            } else if self.word("match") {
                self.name()?;
            } else if self.peek(0).is_some_and(|t| t.token.is_word("not"))
                && self.peek(1).is_some_and(|t| t.token.is_word("deferrable"))
            {
                self.at += 2;
                self.initially();
            } else if self.word("deferrable") {
                properties.push((key.name.clone(), "DEFERRABLE".to_owned()));
                self.initially();
            } else {
                return Some(key);
            }
        }
    }

    fn initially(&mut self) {
        if self.word("initially") {
            let _ = self.word("deferred") || self.word("immediate");
        }
    }

    fn action(&mut self) -> Option<Action> {
        if self.word("set") {
            return match self.word("null") {
                true => Some(Action::SetNull),
                false => self.keyword("default").map(|()| Action::SetDefault),
            };
        }
        if self.word("no") {
            return self.keyword("action").map(|()| Action::NoAction);
        }
        match self.word("cascade") {
            true => Some(Action::Cascade),
            false => self.keyword("restrict").map(|()| Action::Restrict),
        }
    }
}

/// A foreign key that names no columns refers to the primary key; names are those of the target's definition.
pub(in crate::introspect::sqlite) fn resolve_targets(tables: &mut [RawTable]) {
    let known: Vec<_> = tables
        .iter()
        .map(|t| {
            let key = t
                .primary_key
                .as_ref()
                .map(|k| k.columns.clone())
                .unwrap_or_default();
            let columns: Vec<String> = t.columns.iter().map(|c| c.name.clone()).collect();
            (t.name.name.clone(), key, columns)
        })
        .collect();
    for key in tables.iter_mut().flat_map(|t| &mut t.foreign_keys) {
        let Some((name, primary, columns)) = known
            .iter()
            .find(|(name, ..)| name.eq_ignore_ascii_case(&key.target.name))
        else {
            continue;
        };
        key.target.name.clone_from(name);
        if key.target_columns.is_empty() {
            key.target_columns.clone_from(primary);
        }
        for column in &mut key.target_columns {
            if let Some(known) = columns.iter().find(|c| c.eq_ignore_ascii_case(column)) {
                column.clone_from(known);
            }
        }
    }
}
