//! SQLite: a table of FTS5 beside the model's, which triggers keep in step.

use super::super::sqlite::Sqlite;
use super::{Building, MakeStatement, SearchDialect};
use crate::error::Result;
use crate::expr::{ColumnRef, SearchCall, SearchPart};
use crate::model::FullTextDef;
use crate::schema::{ColumnType, FullText, Table};
use crate::sql::Writer;
use crate::value::Value;

const TRIGGERS: [(&str, &str); 3] = [
    ("insert", "INSERT"),
    ("update", "UPDATE"),
    ("delete", "DELETE"),
];

impl SearchDialect for Sqlite {
    fn create_full_text(
        &self,
        table: &Table,
        index: &FullText,
        _building: Building,
        statement: &MakeStatement<'_>,
    ) -> Result<Vec<String>> {
        let mut all = vec![statement(&|w| virtual_table(w, table, index))?];
        all.push(statement(&|w| {
            into(w, index, &[]);
            w.push(" VALUES ('rebuild')");
        })?);
        for (name, event) in TRIGGERS {
            all.push(statement(&|w| trigger(w, table, index, name, event))?);
        }
        Ok(all)
    }

    fn drop_full_text(
        &self,
        _table: &Table,
        index: &FullText,
        _building: Building,
        statement: &MakeStatement<'_>,
    ) -> Result<Vec<String>> {
        let mut all = Vec::new();
        for (name, _) in TRIGGERS {
            all.push(statement(&|w| {
                w.push("DROP TRIGGER IF EXISTS ");
                w.ident(&format!("{}_{name}", index.name));
            })?);
        }
        all.push(statement(&|w| {
            w.push("DROP TABLE IF EXISTS ");
            w.ident(&index.name);
        })?);
        Ok(all)
    }

    fn full_text_is_beside(&self) -> bool {
        true
    }

    fn full_text_search(&self, w: &mut Writer, call: &SearchCall, index: &FullTextDef) {
        let name = index.index_name(call.model);
        let [key] = call.model.key.as_slice() else {
            return no_number(w);
        };
        let key = ColumnRef {
            model: call.model,
            index: *key,
        };
        let found = |w: &mut Writer| {
            w.push(" FROM ");
            w.ident(&name);
            w.push(" WHERE ");
            w.ident(&name);
            w.push(" MATCH ");
            w.bind(Value::Text(words(call)));
        };
        // The row of the query, whose name is not that of the index.
        let this = |w: &mut Writer| {
            w.push(" AND rowid = ");
            w.column(key);
            w.push(")");
        };
        match &call.part {
            SearchPart::Matches => {
                w.column(key);
                w.push(" IN (SELECT rowid");
                found(w);
                w.push(")");
            }
            SearchPart::Rank => {
                w.push("COALESCE((SELECT -bm25(");
                w.ident(&name);
                for weight in &index.weights {
                    w.push(", ");
                    w.push_number(u64::from(*weight));
                }
                w.push(")");
                found(w);
                this(w);
                w.push(", 0e0)");
            }
            SearchPart::Highlight {
                column,
                open,
                close,
            } => {
                let place = index
                    .columns
                    .iter()
                    .position(|c| c == column)
                    .unwrap_or_default();
                w.push("COALESCE((SELECT highlight(");
                w.ident(&name);
                w.push(", ");
                w.push_number(place as u64);
                w.push(", ");
                w.bind(Value::Text(open.clone()));
                w.push(", ");
                w.bind(Value::Text(close.clone()));
                w.push(")");
                found(w);
                this(w);
                w.push(", ");
                w.column(ColumnRef {
                    model: call.model,
                    index: *column,
                });
                w.push(")");
            }
        }
    }
}

fn no_number(w: &mut Writer) {
    w.unsupported("a full-text index of a table whose key is not one number");
}

fn virtual_table(w: &mut Writer, table: &Table, index: &FullText) {
    let dialect = w.dialect();
    let key = table.primary_key.as_ref().map_or(&[][..], |k| &k.columns);
    let number = |name: &str| {
        table
            .column(name)
            .is_some_and(|c| matches!(c.ty, ColumnType::BigInt | ColumnType::Integer))
    };
    let [key] = key else { return no_number(w) };
    if !number(key) {
        return no_number(w);
    }
    w.push("CREATE VIRTUAL TABLE ");
    w.ident(&index.name);
    w.push(" USING fts5(");
    w.list(&index.columns, |w, column| w.ident(column));
    w.push(", content=");
    dialect.text_literal(w, &table.name.name);
    w.push(", content_rowid=");
    dialect.text_literal(w, key);
    match index.language.as_deref() {
        None => w.push(", tokenize='unicode61 remove_diacritics 0')"),
        Some("english") => w.push(", tokenize='porter unicode61 remove_diacritics 0')"),
        Some(_) => w.unsupported("a full-text index of a language other than english"),
    }
}

/// `INSERT INTO index(index, …)`, which is a command.
fn into(w: &mut Writer, index: &FullText, columns: &[String]) {
    w.push("INSERT INTO ");
    w.ident(&index.name);
    w.push(" (");
    w.ident(&index.name);
    for column in columns {
        w.push(", ");
        w.ident(column);
    }
    w.push(")");
}

fn trigger(w: &mut Writer, table: &Table, index: &FullText, name: &str, event: &str) {
    let key = table.primary_key.as_ref().and_then(|k| k.columns.first());
    let Some(key) = key else { return no_number(w) };
    let row = |w: &mut Writer, of: &str| {
        for (n, column) in [key].into_iter().chain(&index.columns).enumerate() {
            w.push(if n > 0 { ", " } else { "" });
            w.push(of);
            w.push(".");
            w.ident(column);
        }
    };
    w.push("CREATE TRIGGER ");
    w.ident(&format!("{}_{name}", index.name));
    w.push(" AFTER ");
    w.push(event);
    w.push(" ON ");
    w.ident(&table.name.name);
    w.push(" BEGIN ");
    if event != "INSERT" {
        let mut columns = vec!["rowid".to_owned()];
        columns.extend(index.columns.iter().cloned());
        into(w, index, &columns);
        w.push(" VALUES ('delete', ");
        row(w, "old");
        w.push("); ");
    }
    if event != "DELETE" {
        w.push("INSERT INTO ");
        w.ident(&index.name);
        w.push(" (rowid, ");
        w.list(&index.columns, |w, column| w.ident(column));
        w.push(") VALUES (");
        row(w, "new");
        w.push("); ");
    }
    w.push("END");
}

/// Each word between quotes, where nothing has a meaning.
fn words(call: &SearchCall) -> String {
    let quoted: Vec<String> = call
        .words
        .iter()
        .map(|word| format!("\"{word}\""))
        .collect();
    quoted.join(" ") + if call.beginning { "*" } else { "" }
}
