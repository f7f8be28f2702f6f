//! Cases: a schema before and after, the changes that are found, and the SQL that makes them on each database, both ways.
//!
//! Each case is a file in `cases/`. What stands in it behind `== changes` is written by the test itself with `ORM_CASES=overwrite`; read
//! the difference then.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use orm::dialect::{Dialect, MARIADB, POSTGRES, SQLITE};
use orm::schema::Schema;
use orm_migrate::{Decisions, Diff, diff, plan};

use super::notation;

/// A case as it is written.
pub struct Case {
    pub name: String,
    pub path: PathBuf,
    pub before: Schema,
    pub after: Schema,
    pub decisions: Decisions,
    /// The databases that it is not for.
    pub without: Vec<String>,
    /// What is wrong with the rows that the live test makes.
    pub rows: Vec<String>,
    /// The text up to what the test writes.
    head: String,
    rest: String,
}

pub const DIALECTS: [(&str, &dyn Dialect); 3] = [
    ("postgres", POSTGRES),
    ("sqlite", SQLITE),
    ("mariadb", MARIADB),
];

/// All cases, by name.
pub fn all() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/migrate/cases");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
        .collect();
    paths.sort();
    paths.into_iter().map(read).collect()
}

fn read(path: PathBuf) -> Case {
    let text = std::fs::read_to_string(&path).unwrap();
    let (head, rest) = text.split_once("== changes\n").unwrap_or((&text, ""));
    let mut case = Case {
        name: path.file_stem().unwrap().to_string_lossy().into_owned(),
        path: path.clone(),
        before: Schema::default(),
        after: Schema::default(),
        decisions: Decisions::new(),
        without: Vec::new(),
        rows: Vec::new(),
        head: head.to_owned(),
        rest: rest.to_owned(),
    };
    for section in head.split("== ").skip(1) {
        let (title, body) = section.split_once('\n').unwrap();
        let lines = || body.lines().map(str::trim).filter(|l| !l.is_empty());
        match title.trim() {
            "before" => case.before = notation::schema(body),
            "after" => case.after = notation::schema(body),
            "decisions" => lines().for_each(|l| decide(&mut case.decisions, l)),
            "without" => case.without = lines().map(str::to_owned).collect(),
            "rows" => case.rows = lines().map(str::to_owned).collect(),
            other => panic!("{}: `{other}` is no part of a case", case.name),
        }
    }
    case
}

fn decide(decisions: &mut Decisions, line: &str) {
    let (word, rest) = line.split_once(' ').unwrap();
    match word {
        "rename" => decisions.rename(rest).unwrap(),
        "drop" => decisions.drop(rest),
        "no-rows" => decisions.no_rows(rest),
        "backfill" | "cast" => {
            let (column, sql) = rest.split_once('=').unwrap();
            match word {
                "cast" => decisions.cast(column, sql),
                _ => decisions.backfill(column, sql),
            }
        }
        other => panic!("`{other}` is no decision"),
    }
}

fn describe(case: &Case) -> String {
    let mut text = String::from("== changes\n");
    let diffs: Vec<(&str, Result<Diff, orm::Error>)> = DIALECTS
        .into_iter()
        .map(|(name, dialect)| {
            (
                name,
                diff(&case.before, &case.after, &case.decisions, dialect),
            )
        })
        .collect();
    let lists: Vec<(String, String)> = diffs
        .iter()
        .map(|(name, diff)| ((*name).to_owned(), changes(diff)))
        .collect();
    if lists.iter().all(|(_, list)| *list == lists[0].1) {
        text.push_str(&lists[0].1);
    } else {
        for (name, list) in lists {
            let _ = write!(text, "({name})\n{list}");
        }
    }
    for (name, diff) in diffs {
        let Ok(diff) = diff else { continue };
        if case.without.iter().any(|w| w == name) || diff.settled().is_err() {
            continue;
        }
        for (way, diff) in [("up", Ok(diff.clone())), ("down", diff.reversed())] {
            let _ = write!(text, "\n== {name} {way}");
            let sql = match diff.and_then(|d| plan(&d)) {
                Ok(plan) => {
                    let back = if plan.reverse_is_lossy() {
                        ""
                    } else {
                        ", can be undone"
                    };
                    format!(" ({}{back})\n{}", plan.cost(), plan.to_sql())
                }
                Err(error) => format!("\nerror: {error}\n"),
            };
            text.push_str(&sql);
        }
    }
    text
}

fn changes(diff: &Result<Diff, orm::Error>) -> String {
    let mut text = String::new();
    match diff {
        Ok(diff) => {
            for change in &diff.changes {
                let _ = writeln!(text, "{change}");
            }
            for question in &diff.questions {
                let _ = writeln!(text, "? {question} {}", question.flags().join(" | "));
            }
        }
        Err(error) => {
            let _ = writeln!(text, "error: {error}");
        }
    }
    text
}

#[test]
fn each_case_has_the_changes_and_the_sql_that_its_file_says() {
    let overwrite = std::env::var("ORM_CASES").is_ok_and(|v| v == "overwrite");
    let mut wrong = Vec::new();
    let cases = all();
    assert!(cases.len() >= 40, "there are {} cases", cases.len());
    for case in &cases {
        let found = describe(case);
        let written = format!("== changes\n{}", case.rest);
        if found == written {
            continue;
        }
        if overwrite {
            std::fs::write(&case.path, format!("{}{found}", case.head)).unwrap();
        } else {
            wrong.push(format!("--- {}\n{found}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn changes_lead_from_one_schema_to_the_other_in_memory() {
    for case in all() {
        for (name, dialect) in DIALECTS {
            if case.without.iter().any(|w| w == name) {
                continue;
            }
            let Ok(there) = diff(&case.before, &case.after, &case.decisions, dialect) else {
                continue;
            };
            let mut schema = case.before.clone();
            for change in &there.changes {
                change.apply(&mut schema);
            }
            let left = diff(&schema, &case.after, &Decisions::new(), dialect).unwrap();
            assert!(
                left.is_empty(),
                "{} on {name}: {:#?} {:?}",
                case.name,
                left.changes,
                left.questions
            );
        }
    }
}

#[test]
fn a_file_is_read_as_the_plan_that_it_was_written_from() {
    use orm_migrate::Transaction;
    use orm_migrate::lexer::{Script, What};
    use orm_migrate::plan::Directive;

    for case in all() {
        for (name, dialect) in DIALECTS {
            let found = diff(&case.before, &case.after, &case.decisions, dialect);
            let Some(plan) = found.ok().and_then(|d| plan(&d).ok()) else {
                continue;
            };
            let script = Script::parse(&plan.to_sql(), dialect).unwrap();
            assert_eq!(script.foreign_keys_off, plan.foreign_keys_off);
            let mut pieces = script.pieces.iter();
            for step in &plan.steps {
                for statement in &step.statements {
                    let piece = pieces.next().unwrap();
                    let What::Sql { text, .. } = &piece.what else {
                        panic!("{}: {piece:?}", case.name);
                    };
                    assert_eq!(*text, statement.sql, "{} on {name}", case.name);
                    assert_eq!(piece.alone, step.transaction == Transaction::Outside);
                    let saved = statement.directives.iter().find_map(|d| match d {
                        Directive::SaveTriggers(table) => Some(table.clone()),
                        _ => None,
                    });
                    let restored = statement.directives.iter().find_map(|d| match d {
                        Directive::RestoreTriggers(table) => Some(table.clone()),
                        _ => None,
                    });
                    assert_eq!(piece.save_triggers, saved);
                    assert_eq!(piece.restore_triggers, restored);
                }
            }
            assert!(pieces.next().is_none());
        }
    }
}
