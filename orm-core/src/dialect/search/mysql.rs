//! MySQL and MariaDB: an index over a column that is made of the others.
//!
//! A word counts as often as it stands there, so a column that counts four times as much stands there four times.
//!
//! By itself the index leaves out words of one or two letters and a list of others, and tells upper from lower case where the column
//! does. So the column holds each word in lower case behind two letters: no word is short, and none is on the list.

use super::super::mysql::Mysql;
use super::{Building, MakeStatement, SearchDialect};
use crate::error::Result;
use crate::expr::{ColumnRef, SearchCall, SearchPart};
use crate::model::FullTextDef;
use crate::schema::{FullText, Table, name};
use crate::sql::Writer;
use crate::value::Value;

/// What stands before each word.
const MARK: &str = "qq";

impl SearchDialect for Mysql {
    fn create_full_text(
        &self,
        table: &Table,
        index: &FullText,
        _building: Building,
        statement: &MakeStatement<'_>,
    ) -> Result<Vec<String>> {
        let sql = statement(&|w| {
            if index.language.is_some() {
                w.unsupported("a full-text index of a language");
            }
            w.push("ALTER TABLE ");
            w.dialect().table_name(w, &table.name);
            w.push(" ADD COLUMN ");
            w.ident(&name::words(&index.name));
            w.push(" LONGTEXT CHARACTER SET utf8mb4 COLLATE ");
            w.push(self.collation);
            w.push(" GENERATED ALWAYS AS (REGEXP_REPLACE(LOWER(CONCAT_WS(' ', ");
            let columns = index.columns.iter().enumerate();
            let columns: Vec<&String> = columns
                .flat_map(|(at, column)| (0..index.weight(at)).map(move |_| column))
                .collect();
            w.list(&columns, |w, column| w.ident(column));
            w.push(")), ");
            self.text_literal_of(w, "[^\\p{L}\\p{N}]*([\\p{L}\\p{N}]+)");
            w.push(", ");
            self.text_literal_of(w, &format!(" {MARK}{}", self.group()));
            w.push(")) STORED INVISIBLE, ADD FULLTEXT INDEX ");
            w.ident(&index.name);
            w.push(" (");
            w.ident(&name::words(&index.name));
            w.push(")");
        })?;
        Ok(vec![sql])
    }

    fn drop_full_text(
        &self,
        table: &Table,
        index: &FullText,
        _building: Building,
        statement: &MakeStatement<'_>,
    ) -> Result<Vec<String>> {
        let sql = statement(&|w| {
            w.push("ALTER TABLE ");
            w.dialect().table_name(w, &table.name);
            w.push(" DROP INDEX ");
            w.ident(&index.name);
            w.push(", DROP COLUMN ");
            w.ident(&name::words(&index.name));
        })?;
        Ok(vec![sql])
    }

    fn is_same_full_text(&self, one: &FullText, other: &FullText) -> bool {
        one.is_like(other) && one.weights == other.weights
    }

    fn full_text_search(&self, w: &mut Writer, call: &SearchCall, index: &FullTextDef) {
        if index.language.is_some() {
            return w.unsupported("full-text search in a language");
        }
        match &call.part {
            SearchPart::Matches => {
                matches(w, call, index);
                w.push(" > 0");
            }
            SearchPart::Rank => {
                w.push("CAST(");
                matches(w, call, index);
                w.push(" AS DOUBLE)");
            }
            SearchPart::Highlight {
                column,
                open,
                close,
            } => {
                w.push("REGEXP_REPLACE(");
                w.column(ColumnRef {
                    model: call.model,
                    index: *column,
                });
                w.push(", ");
                let words = call.words.join("|");
                w.bind(Value::Text(format!(
                    "(?i)(?<![\\p{{L}}\\p{{N}}])({words})(?![\\p{{L}}\\p{{N}}])"
                )));
                w.push(", ");
                let plain = |mark: &str| self.plain_replacement(mark);
                w.bind(Value::Text(format!(
                    "{}{}{}",
                    plain(open),
                    self.group(),
                    plain(close)
                )));
                w.push(")");
            }
        }
    }
}

impl Mysql {
    /// The first group of a pattern, in a replacement.
    fn group(&self) -> &'static str {
        if self.json_is_text { "\\1" } else { "$1" }
    }

    fn plain_replacement(&self, mark: &str) -> String {
        let mark = mark.replace('\\', "\\\\");
        if self.json_is_text {
            mark
        } else {
            mark.replace('$', "\\$")
        }
    }

    fn text_literal_of(&self, w: &mut Writer, text: &str) {
        let dialect = w.dialect();
        dialect.text_literal(w, text);
    }
}

fn matches(w: &mut Writer, call: &SearchCall, index: &FullTextDef) {
    w.push("MATCH(");
    w.column_beside(call.model, &name::words(&index.index_name(call.model)));
    w.push(") AGAINST(");
    let mut text = String::new();
    for (n, word) in call.words.iter().enumerate() {
        text.push_str(if n > 0 { " +" } else { "+" });
        text.push_str(MARK);
        text.extend(word.chars().flat_map(char::to_lowercase));
    }
    if call.beginning {
        text.push('*');
    }
    w.bind(Value::Text(text));
    w.push(" IN BOOLEAN MODE)");
}
