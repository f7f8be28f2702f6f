//! Full-text indexes: one that is different, or in the way of other changes of its table, is dropped before them and made behind them.

use orm_core::schema::{FullText, Table, TableName};

use super::Walk;
use crate::change::Change;

impl Walk<'_> {
    pub(super) fn drop_full_texts(&mut self) {
        for (old, new) in self.matched.tables.clone() {
            let (Some(before), Some(after)) = (self.state.table(&old), self.to.table(&new)) else {
                continue;
            };
            let goes = |index: &&FullText| {
                let same = |other: &FullText| self.dialect.is_same_full_text(index, other);
                let stays = after.full_texts.iter().any(same);
                !stays || self.is_in_the_way(before, after, index)
            };
            let gone: Vec<_> = before.full_texts.iter().filter(goes).cloned().collect();
            for index in gone {
                self.drop_full_text(&old, index);
            }
        }
    }

    pub(super) fn drop_full_text(&mut self, table: &TableName, index: FullText) {
        let table = table.clone();
        self.push(Change::DropFullText { table, index });
    }

    pub(super) fn add_full_texts(&mut self) {
        for table in self.staying() {
            let there = |t: &Table| t.full_texts.clone();
            let now = self.state.table(&table).map_or_else(Vec::new, there);
            let wanted = self.to.table(&table).map_or_else(Vec::new, there);
            for index in wanted {
                if now.iter().all(|other| other.name != index.name) {
                    let table = table.clone();
                    self.push(Change::AddFullText { table, index });
                }
            }
        }
    }

    /// Whether the changes of the table would break the index, or be refused because of it.
    fn is_in_the_way(&self, before: &Table, after: &Table, index: &FullText) -> bool {
        let column = |name: &String| before.column(name) != after.column(name);
        if before.name != after.name || index.columns.iter().any(column) {
            return true;
        }
        let others = before.columns != after.columns
            || before.primary_key != after.primary_key
            || before.uniques != after.uniques
            || before.foreign_keys != after.foreign_keys
            || before.checks != after.checks;
        others && !self.dialect.full_text_follows()
    }
}
