//! PostgreSQL: an index over the vector of the columns' words.

use super::super::postgres::Postgres;
use super::{Building, MakeStatement, SearchDialect};
use crate::error::Result;
use crate::expr::{ColumnRef, SearchCall, SearchPart};
use crate::model::FullTextDef;
use crate::schema::{FullText, Table};
use crate::sql::Writer;
use crate::value::Value;

/// The parser makes one word of a host, an address or a number with a point; where only spaces stand, it makes the words that there are
/// everywhere else.
const SIGNS: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/// What words can be labelled with, from the one that counts least by default.
const LABELS: [&str; 4] = ["D", "C", "B", "A"];

impl SearchDialect for Postgres {
    fn create_full_text(
        &self,
        table: &Table,
        index: &FullText,
        building: Building,
        statement: &MakeStatement<'_>,
    ) -> Result<Vec<String>> {
        let sql = statement(&|w| {
            w.push(match building {
                Building::Locked => "CREATE INDEX ",
                Building::Online => "CREATE INDEX CONCURRENTLY ",
            });
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
        building: Building,
        statement: &MakeStatement<'_>,
    ) -> Result<Vec<String>> {
        let sql = statement(&|w| {
            w.push(match building {
                Building::Locked => "DROP INDEX IF EXISTS ",
                Building::Online => "DROP INDEX CONCURRENTLY IF EXISTS ",
            });
            if let Some(schema) = &table.name.schema {
                w.ident(schema);
                w.push(".");
            }
            w.ident(&index.name);
        })?;
        Ok(vec![sql])
    }

    fn full_text_is_built_online(&self) -> bool {
        true
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
                match index.weights.as_slice() {
                    [] => columns(w),
                    weights => weighted(w, call, index, weights),
                }
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

/// How much each of the four labels of words counts, and the words under the labels of their columns: as many as there are weights.
fn weighted(w: &mut Writer, call: &SearchCall, index: &FullTextDef, weights: &[u32]) {
    let mut steps = weights.to_vec();
    steps.sort_unstable();
    steps.dedup();
    let most = steps.last().copied().unwrap_or(1).max(1);
    w.push("CAST(ARRAY[");
    for n in 0..LABELS.len() {
        w.push(if n > 0 { ", " } else { "" });
        w.push_number(u64::from(steps.get(n).copied().unwrap_or(most)));
        w.push(" / ");
        w.push_number(u64::from(most));
        w.push("e0");
    }
    w.push("] AS REAL[]), ");
    for (n, (column, weight)) in index.columns.iter().zip(weights).enumerate() {
        w.push(if n > 0 {
            " || setweight("
        } else {
            "setweight("
        });
        vector(w, index.language, &[*column], |w, index| {
            w.column(ColumnRef {
                model: call.model,
                index: *index,
            });
        });
        w.push(", '");
        let step = steps.iter().position(|step| step == weight);
        w.push(step.and_then(|n| LABELS.get(n)).unwrap_or(&"A"));
        w.push("')");
    }
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
