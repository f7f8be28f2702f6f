//! Full-text search.

use super::Writer;
use crate::error::Error;
use crate::expr::{ColumnRef, SearchCall, SearchPart};

impl Writer {
    /// Appends what is asked of a full-text index. Without a word there is nothing to ask the database.
    pub(super) fn search(&mut self, call: &SearchCall) {
        let Some(index) = call.index() else {
            let message = format!("`{}` has no such full-text index", call.model.name);
            return self.fail(Error::invalid_query(message));
        };
        if let SearchPart::Highlight { column, .. } = &call.part
            && !index.columns.contains(column)
        {
            let field = call.model.columns.get(*column).map_or("", |c| &c.field);
            let (name, constant) = (call.model.name, index.constant);
            let message = format!(
                "`{name}::{field}` is no field of the full-text index `{name}::{constant}`"
            );
            return self.fail(Error::invalid_query(message));
        }
        match (&call.part, call.words.is_empty()) {
            (SearchPart::Matches, true) => self.push("1 = 0"),
            (SearchPart::Rank, true) => self.push("0e0"),
            (SearchPart::Highlight { column, .. }, true) => self.column(ColumnRef {
                model: call.model,
                index: *column,
            }),
            (_, false) => {
                self.loosely_typed();
                self.dialect().full_text_search(self, call, index);
            }
        }
    }
}
