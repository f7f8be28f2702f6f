//! Holding one statement against a database.

use std::collections::BTreeSet;

use super::reading::{Output, Reading, expected, outputs, read};
use super::{QueryProblem, QueryReport};
use crate::db::Db;
use crate::driver::describe::{Catalog, Described, DescribedColumn, Undescribed};
use crate::error::{DatabaseError, Error, Result};
use crate::model::{self, ModelDef};
use crate::nearest::nearest;
use crate::query::{ResultCells, SqlText};
use crate::row::{CellType, RowColumns};
use crate::sql::{Known, Parameter, count_sections, first_word};

/// Up to so many sections, each combination of them is a text of its own; of more, all, none, and each alone are.
const SECTIONS: usize = 4;

pub(super) async fn all(db: &Db, file: &str) -> Result<QueryReport> {
    let mut report = QueryReport::default();
    let catalog = db.catalog().await?;
    let mut problems = BTreeSet::new();
    let within = |text: &&SqlText| text.file.replace('\\', "/").contains(file);
    for text in inventory::iter::<SqlText>.into_iter().filter(within) {
        let own = text.only.is_none_or(|only| only == db.dialect().family());
        match if own { texts(text, db) } else { None } {
            None => report.skipped += 1,
            Some(texts) => {
                report.checked += 1;
                for known in texts {
                    problems.extend(one(text, &known, db, &catalog).await?);
                }
            }
        }
    }
    report.problems = problems.into_iter().collect();
    Ok(report)
}

/// The texts that a statement may have; `None` if it is not known what it will be, or it is only a piece of one.
fn texts(text: &SqlText, db: &Db) -> Option<Vec<Known>> {
    let dialect = db.dialect();
    let sections = count_sections(text.pieces);
    let full = Known::new(text.pieces, dialect, &|_| true)?;
    let word = first_word(&full.sql);
    let whole = matches!(
        word.as_str(),
        "SELECT" | "WITH" | "VALUES" | "INSERT" | "UPDATE" | "DELETE" | "REPLACE" | "MERGE"
    );
    if !whole && text.result.is_none() {
        return None;
    }
    let mut all = vec![full];
    let mut add = |with: &dyn Fn(usize) -> bool| {
        all.extend(Known::new(text.pieces, dialect, with));
    };
    if sections > SECTIONS {
        add(&|_| false);
        (0..sections).for_each(|one| add(&|at| at == one));
    } else {
        (0..(1_usize << sections) - 1).for_each(|mask| add(&|at| mask & (1 << at) != 0));
    }
    Some(all)
}

/// What is wrong with a text.
async fn one(
    text: &SqlText,
    known: &Known,
    db: &Db,
    catalog: &Catalog,
) -> Result<Vec<QueryProblem>> {
    let problem = |message: String, nearest: Option<String>, at: Option<usize>| QueryProblem {
        file: text.file,
        line: text.line,
        message,
        nearest,
        sql: known.written.clone(),
        at,
    };
    let described = match db.describe(&known.sql).await {
        Ok(described) => described,
        Err(Undescribed { vague: true, .. }) => return Ok(Vec::new()),
        Err(refused) if refused.error.is_connection() || refused.error.is_timeout() => {
            return Err(refused.error);
        }
        Err(refused) => {
            let message = message(&refused.error);
            let name = unknown_name(&message);
            let at = refused.at.map(|at| known.written_at(at));
            let at = at.or_else(|| find(&known.written, name.as_ref()?.rsplit('.').next()?));
            let near = name.and_then(|name| meant(&name, &message, known));
            return Ok(vec![problem(message, near, at)]);
        }
    };
    let values: Vec<_> = known
        .parameters
        .iter()
        .map(|p| p.placeholder.clone())
        .collect();
    let reading = read(&known.sql, &values, db.dialect().lexical());
    let mut problems = Vec::new();
    if described.count > known.parameters.len() {
        let message = "the text has a placeholder that nothing is bound to; write `{name}` there";
        problems.push(problem(message.to_owned(), None, None));
    }
    for (parameter, what) in unfit(known, &described, &reading, catalog) {
        problems.push(problem(what, None, Some(parameter.at)));
    }
    if let Some(result) = text.result {
        let outputs = outputs(&reading, &described, catalog);
        let found = columns(&result(), &described, &outputs);
        problems.extend(found.into_iter().map(|(column, message, near)| {
            let at = column.and_then(|column| find(&known.written, &column));
            problem(message, near, at)
        }));
    }
    Ok(problems)
}

/// The values whose type is told and does not fit, and what is to be said about them.
fn unfit<'k>(
    known: &'k Known,
    described: &Described,
    reading: &Reading<'_>,
    catalog: &Catalog,
) -> Vec<(&'k Parameter, String)> {
    let typed = |at: &usize| Some((&known.parameters[*at], known.parameters[*at].ty?));
    let all = 0..known.parameters.len();
    // Where the database itself knows, nobody else is asked.
    if !described.parameters.is_empty() {
        let pairs = all.zip(&described.parameters);
        let pairs = pairs.filter_map(|(at, wanted)| Some((typed(&at)?, wanted)));
        return pairs
            .filter(|((_, ty), wanted)| {
                let fits = wanted.array == ty.ty.array && wanted.kinds.contains(&ty.ty.kind);
                !fits && !wanted.kinds.is_empty()
            })
            .map(|((parameter, ty), wanted)| {
                let (value, rust) = (parameter.name, ty.name);
                let what = format!(
                    "`{{{value}}}` is `{rust}`, and the database takes {} there",
                    wanted.name
                );
                (parameter, what)
            })
            .collect();
    }
    let expected = expected(reading, known.parameters.len(), catalog);
    let pairs = all.zip(&expected);
    let pairs = pairs.filter_map(|(at, wanted)| Some((typed(&at)?, wanted.as_ref()?)));
    pairs
        .filter(|((_, ty), wanted)| !ty.ty.array && !wanted.kinds.contains(&ty.ty.kind))
        .map(|((parameter, ty), wanted)| {
            let what = format!(
                "`{{{}}}` is `{}`, and {}",
                parameter.name, ty.name, wanted.what
            );
            (parameter, what)
        })
        .collect()
}

type Found = (Option<String>, String, Option<String>);

/// What is wrong with the columns that a row type reads: the column's name, the message, and what was meant.
fn columns(result: &ResultCells, described: &Described, outputs: &[Output]) -> Vec<Found> {
    let row = short(result.name);
    let given = &described.columns;
    let places: Vec<usize> = match &result.columns {
        RowColumns::All => return Vec::new(),
        RowColumns::Positional(width) if *width == given.len() => (0..*width).collect(),
        RowColumns::Positional(width) => {
            let message = format!(
                "the statement gives {} columns, and `{row}` reads {width}",
                given.len()
            );
            return vec![(None, message, None)];
        }
        RowColumns::Named(names) => {
            let mut found = Vec::new();
            let mut places = Vec::new();
            for name in names {
                let mut at = (0..given.len()).filter(|at| given[*at].name == *name);
                match (at.next(), at.next()) {
                    (Some(at), None) => places.push(at),
                    (Some(_), Some(_)) => found.push((
                        Some(name.to_string()),
                        format!(
                            "the statement gives the column `{name}` twice, and `{row}` reads it"
                        ),
                        None,
                    )),
                    (None, _) => {
                        let near = nearest(name, given.iter().map(|column| &*column.name));
                        found.push((
                            near.map(str::to_owned),
                            format!("`{row}` reads the column `{name}`, which the statement does not give"),
                            near.map(|near| format!("{near} AS {name}")),
                        ));
                    }
                }
            }
            if !found.is_empty() {
                return found;
            }
            places
        }
    };
    let types = result.types.as_deref().unwrap_or_default();
    let pairs = places.into_iter().zip(types);
    pairs
        .filter_map(|(at, cell)| misfit(&given[at], outputs.get(at)?, cell))
        .collect()
}

fn misfit(column: &DescribedColumn, output: &Output, cell: &CellType) -> Option<Found> {
    let (name, ty) = (&column.name, short(cell.name));
    let given = output.ty.as_ref().unwrap_or(&column.ty);
    let known = !given.kinds.is_empty();
    let fits = given.kinds.contains(&cell.ty.kind) && given.array == cell.ty.array;
    let message = if known && !fits {
        format!(
            "the column `{name}` is {}, and is read into `{ty}`",
            given.name
        )
    } else if output.nullable && !cell.nullable {
        format!("the column `{name}` may be NULL, and is read into `{ty}`; write `Option<{ty}>`")
    } else {
        return None;
    };
    Some((Some(name.clone()), message, None))
}

/// The database's own words.
fn message(error: &Error) -> String {
    let source = std::error::Error::source(error);
    source
        .and_then(|source| source.downcast_ref::<DatabaseError>())
        .map_or_else(|| error.to_string(), |error| error.message().to_owned())
}

/// The name that a database does not know, if the message is about one.
fn unknown_name(message: &str) -> Option<String> {
    let lower = message.to_lowercase();
    for before in [
        "no such column: ",
        "no such table: ",
        "has no column named ",
    ] {
        if let Some(at) = lower.find(before) {
            let rest = &message[at + before.len()..];
            return Some(rest.split_whitespace().next()?.trim_matches('"').to_owned());
        }
    }
    let about = ["does not exist", "doesn't exist", "unknown column"];
    if !about.iter().any(|words| lower.contains(words)) {
        return None;
    }
    let quoted = |quote: char| message.split(quote).nth(1).map(str::to_owned);
    quoted('"')
        .or_else(|| quoted('\''))
        .or_else(|| quoted('`'))
        .or_else(|| {
            let mut words = message.split_whitespace();
            words.find(|word| matches!(*word, "column" | "relation"))?;
            words.next().map(str::to_owned)
        })
}

/// The name of a column or table that was probably meant.
fn meant(name: &str, message: &str, known: &Known) -> Option<String> {
    let name = name.rsplit('.').next()?;
    let models = model::all();
    let lower = message.to_lowercase();
    if lower.contains("table") && !lower.contains("column")
        || lower.contains("relation \"") && !lower.contains("of relation")
    {
        return nearest(name, models.iter().map(|model| model.table)).map(str::to_owned);
    }
    let mentioned = |model: &&&'static ModelDef| {
        find(&known.sql, model.table).is_some()
            || known.models.iter().any(|m| std::ptr::eq(*m, **model))
    };
    let columns = models
        .iter()
        .filter(mentioned)
        .flat_map(|model| &model.columns);
    nearest(name, columns.map(|column| &*column.name)).map(str::to_owned)
}

/// Where a word stands in a text.
fn find(text: &str, word: &str) -> Option<usize> {
    let part = |c: char| c == '_' || c.is_alphanumeric();
    text.match_indices(word)
        .map(|(at, _)| at)
        .find(|at| !text[..*at].ends_with(part) && !text[at + word.len()..].starts_with(part))
}

/// A type's name without the paths in it.
fn short(name: &str) -> String {
    let mut out = String::new();
    for part in name.split_inclusive(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | ':'))) {
        out.push_str(part.rsplit("::").next().unwrap_or(part));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unknown_name_is_found_in_the_words_of_each_database() {
        for (message, name) in [
            ("no such column: u.emial", "u.emial"),
            ("no such table: uesrs", "uesrs"),
            ("table users has no column named emial", "emial"),
            ("column \"emial\" does not exist", "emial"),
            ("column u.emial does not exist", "u.emial"),
            (
                "column \"emial\" of relation \"users\" does not exist",
                "emial",
            ),
            ("relation \"uesrs\" does not exist", "uesrs"),
            ("Unknown column 'u.emial' in 'SELECT'", "u.emial"),
            ("Table 'app.uesrs' doesn't exist", "app.uesrs"),
        ] {
            assert_eq!(unknown_name(message).as_deref(), Some(name), "{message}");
        }
        assert_eq!(unknown_name("syntax error at or near \"FORM\""), None);
    }

    #[test]
    fn types_are_told_without_their_paths() {
        assert_eq!(
            short("core::option::Option<app::Id<app::User>>"),
            "Option<Id<User>>"
        );
        assert_eq!(short("(i64, alloc::string::String)"), "(i64, String)");
    }

    #[test]
    fn words_are_found_whole() {
        assert_eq!(find("SELECT ages, age", "age"), Some(13));
        assert_eq!(find("SELECT ages", "age"), None);
    }
}
