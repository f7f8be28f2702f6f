//! PostgreSQL: an index over the vector of the columns' words.

use super::super::postgres::Postgres;
use super::{Building, MakeStatement, SearchDialect};
use crate::error::Result;
use crate::expr::{ColumnRef, SearchCall, SearchPart};
use crate::model::FullTextDef;
use crate::schema::{FullText, Table, name};
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
        let words = name::words(&index.name);
        let mut all = Vec::new();
        if index.stored {
            all.push(statement(&|w| {
                alter(w, table);
                w.push("ADD COLUMN ");
                w.ident(&words);
                w.push(" TSVECTOR GENERATED ALWAYS AS (");
                let column = |w: &mut Writer, c: &String| w.ident(c);
                let language = index.language.as_deref();
                labelled(w, language, &index.columns, &index.weights, column);
                w.push(") STORED");
            })?);
        }
        all.push(statement(&|w| {
            w.push(match building {
                Building::Locked => "CREATE INDEX ",
                Building::Online => "CREATE INDEX CONCURRENTLY ",
            });
            w.ident(&index.name);
            w.push(" ON ");
            w.dialect().table_name(w, &table.name);
            w.push(" USING gin (");
            match index.stored {
                true => w.ident(&words),
                false => vector(w, index.language.as_deref(), &index.columns, |w, c| {
                    w.ident(c);
                }),
            }
            w.push(")");
        })?);
        Ok(all)
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
        let mut all = vec![sql];
        if index.stored {
            all.push(statement(&|w| {
                alter(w, table);
                w.push("DROP COLUMN IF EXISTS ");
                w.ident(&name::words(&index.name));
            })?);
        }
        Ok(all)
    }

    /// Stored words have the labels of their columns; how much a label counts is said by the query.
    fn is_same_full_text(&self, one: &FullText, other: &FullText) -> bool {
        let labels = |index: &FullText| -> Vec<&str> {
            let all: Vec<u32> = (0..index.columns.len())
                .map(|at| index.weight(at))
                .collect();
            let steps = steps(&all);
            all.iter().map(|weight| label(&steps, *weight)).collect()
        };
        one.is_like(other)
            && one.stored == other.stored
            && (!one.stored || labels(one) == labels(other))
    }

    fn full_text_is_built_online(&self) -> bool {
        true
    }

    fn full_text_follows(&self) -> bool {
        true
    }

    fn full_text_search(&self, w: &mut Writer, call: &SearchCall, index: &FullTextDef) {
        let model = call.model;
        let stored = index.stored && w.reads_table_of(model);
        let column = |w: &mut Writer, index: &usize| {
            w.column(ColumnRef {
                model,
                index: *index,
            });
        };
        let words = |w: &mut Writer| {
            w.column_beside(model, &name::words(&index.index_name(model)));
        };
        let columns = |w: &mut Writer| match stored {
            true => words(w),
            false => vector(w, index.language, &index.columns, column),
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
                if !index.weights.is_empty() {
                    counts(w, &index.weights);
                }
                match stored {
                    true => words(w),
                    false => labelled(w, index.language, &index.columns, &index.weights, column),
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

fn alter(w: &mut Writer, table: &Table) {
    w.push("ALTER TABLE ");
    w.dialect().table_name(w, &table.name);
    w.push(" ");
}

/// The different weights, the least first.
fn steps(weights: &[u32]) -> Vec<u32> {
    let mut steps = weights.to_vec();
    steps.sort_unstable();
    steps.dedup();
    steps
}

/// The label of words that count as much.
fn label(steps: &[u32], weight: u32) -> &'static str {
    let at = steps.iter().position(|step| *step == weight);
    at.and_then(|at| LABELS.get(at)).copied().unwrap_or("D")
}

/// How much each of the four labels counts, before the vector.
fn counts(w: &mut Writer, weights: &[u32]) {
    let steps = steps(weights);
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
}

/// The words under the labels of their columns, where these count differently.
fn labelled<C>(
    w: &mut Writer,
    of: Option<&str>,
    columns: &[C],
    weights: &[u32],
    column: impl Fn(&mut Writer, &C),
) {
    if weights.is_empty() {
        return vector(w, of, columns, column);
    }
    let steps = steps(weights);
    for (n, (c, weight)) in columns.iter().zip(weights).enumerate() {
        w.push(if n > 0 {
            " || setweight("
        } else {
            "setweight("
        });
        vector(w, of, std::slice::from_ref(c), &column);
        w.push(", '");
        w.push(label(&steps, *weight));
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
