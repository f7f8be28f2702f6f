//! PostgreSQL: an index over the vector of the columns' words.

use super::super::postgres::Postgres;
use super::{MakeStatement, SearchDialect};
use crate::error::Result;
use crate::expr::{ColumnRef, SearchCall, SearchPart};
use crate::model::FullTextDef;
use crate::schema::{FullText, Table};
use crate::sql::Writer;
use crate::value::Value;

/// The parser makes one word of a host, an address or a number with a point; where only spaces stand, it makes the words that there are
/// everywhere else.
const SIGNS: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

impl SearchDialect for Postgres {
    fn create_full_text(
        &self,
        table: &Table,
        index: &FullText,
        statement: &MakeStatement<'_>,
    ) -> Result<Vec<String>> {
        let sql = statement(&|w| {
            w.push("CREATE INDEX ");
            w.ident(&index.name);
            w.push(" ON ");
            w.dialect().table_name(w, &table.name);
            w.push(" USING gin (");
            vector(w, index.language.as_deref(), &index.columns, |w, c| {
                w.ident(c)
            });
            w.push(")");
        })?;
        Ok(vec![sql])
    }

    fn drop_full_text(
        &self,
        table: &Table,
        index: &FullText,
        statement: &MakeStatement<'_>,
    ) -> Result<Vec<String>> {
        let sql = statement(&|w| {
            w.push("DROP INDEX IF EXISTS ");
            if let Some(schema) = &table.name.schema {
                w.ident(schema);
                w.push(".");
            }
            w.ident(&index.name);
        })?;
        Ok(vec![sql])
    }

    fn full_text_follows(&self) -> bool {
        true
    }

    fn full_text_search(&self, w: &mut Writer, call: &SearchCall, index: &FullTextDef) {
        let model = call.model;
        let columns = |w: &mut Writer| {
            vector(w, index.language, &index.columns, |w, index| {
                w.column(ColumnRef {
                    model,
                    index: *index,
                });
            });
        };
        match &call.part {
            SearchPart::Matches => {
                columns(w);
                w.push(" @@ ");
                query(w, call, index);
            }
            SearchPart::Rank => {
                // Rows that lack a word may have a rank, too.
                w.push("CASE WHEN ");
                columns(w);
                w.push(" @@ ");
                query(w, call, index);
                w.push(" THEN CAST(ts_rank(");
                columns(w);
                w.push(", ");
                query(w, call, index);
                w.push(") AS DOUBLE PRECISION) ELSE 0 END");
            }
            SearchPart::Highlight {
                column,
                open,
                close,
            } => {
                w.push("ts_headline(");
                language(w, index.language);
                w.push(", ");
                w.column(ColumnRef {
                    model,
                    index: *column,
                });
                w.push(", ");
                query(w, call, index);
                w.push(", ");
                let quoted = |mark: &str| mark.replace('"', "\"\"");
                let options = format!(
                    "HighlightAll=true, StartSel=\"{}\", StopSel=\"{}\"",
                    quoted(open),
                    quoted(close)
                );
                w.bind(Value::Text(options));
                w.push(")");
            }
        }
    }
}

fn language(w: &mut Writer, language: Option<&str>) {
    let dialect = w.dialect();
    dialect.text_literal(w, language.unwrap_or("simple"));
}

/// The same text in the index and in queries, so that they meet.
fn vector<C>(w: &mut Writer, of: Option<&str>, columns: &[C], column: impl Fn(&mut Writer, &C)) {
    w.push("to_tsvector(");
    language(w, of);
    w.push(", translate(");
    for (n, c) in columns.iter().enumerate() {
        w.push(if n > 0 { " || ' ' || " } else { "" });
        w.push("COALESCE(");
        column(w, c);
        w.push(", '')");
    }
    w.push(", ");
    let dialect = w.dialect();
    dialect.text_literal(w, SIGNS);
    w.push(", ");
    dialect.text_literal(w, &" ".repeat(SIGNS.len()));
    w.push("))");
}

fn query(w: &mut Writer, call: &SearchCall, index: &FullTextDef) {
    let mut text = String::new();
    for (n, word) in call.words.iter().enumerate() {
        text.push_str(if n > 0 { " & '" } else { "'" });
        text.push_str(word);
        text.push('\'');
    }
    if call.beginning {
        text.push_str(":*");
    }
    w.push("to_tsquery(");
    language(w, index.language);
    w.push(", ");
    w.bind(Value::Text(text));
    w.push(")");
}
