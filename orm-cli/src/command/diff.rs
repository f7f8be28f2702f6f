//! `migrate diff`

use orm_core::schema::Schema;
use orm_migrate::dialect_of;
use serde_json::{Value, json};

use crate::args::Diff;
use crate::command::schema::Source;
use crate::command::{Session, answer, planned};
use crate::failure::{Failure, Result};
use crate::project::{Project, Target};
use crate::report::Report;
use crate::style::Tone;

pub(super) async fn run(session: &Session, args: &Diff) -> Result<Report> {
    let project = session.project()?;
    let (source, goal) = (Source::parse(&args.from)?, Source::parse(&args.to)?);
    let (from, to, read) = schemas(session, &project, &source, &goal).await?;
    let target = target(&project, args, read)?;
    let decisions = answer::decisions(session, &args.answers)?;
    let targets = [target];
    let diffs = answer::differences(&from, &to, &decisions, &targets)?;
    let open = answer::questions(&diffs);
    let style = session.screen.style;

    let different = diffs.iter().any(|d| !d.is_empty());
    let mut text = planned::list(style, &diffs);
    for question in &open {
        let mark = style.paint(Tone::Attention, "?");
        let flags = question.flags().join(" or by ");
        text.push_str(&format!("{mark} {question}\n    answer by {flags}\n"));
    }
    let mut sql = Value::Null;
    if args.sql {
        if !open.is_empty() {
            let open = open.iter().map(|q| (q.to_string(), q.flags()));
            return Err(Failure::Open(open.collect()));
        }
        let plans = planned::planned(&diffs, &targets)?;
        text = planned::sql(style, &plans);
        sql = planned::sql_json(&plans);
    }
    if !different {
        text = format!("{} and {} are the same\n", source.shown(), goal.shown());
    }
    let questions = open
        .iter()
        .map(|q| json!({ "question": q.to_string(), "flags": q.flags() }));
    let json = json!({
        "from": source.shown(),
        "to": goal.shown(),
        "dialect": targets[0].key,
        "different": different,
        "changes": planned::changes(&diffs),
        "questions": questions.collect::<Value>(),
        "sql": sql,
    });
    Ok(Report::new(text, json).found(different))
}

/// Both schemas, and the database that one of them was read from. What is in a database is read in the other one's words.
async fn schemas(
    session: &Session,
    project: &Project,
    source: &Source,
    goal: &Source,
) -> Result<(Schema, Schema, Option<Target>)> {
    let mut from = session.offline_schema(project, source).await?;
    let mut to = session.offline_schema(project, goal).await?;
    let mut read = None;
    if goal.is_database() {
        let (schema, dialect) = session.database_schema(project, goal, &from).await?;
        (to, read) = (schema, Some(dialect));
    }
    if source.is_database() {
        let (schema, dialect) = session.database_schema(project, source, &to).await?;
        (from, read) = (schema, Some(dialect));
    }
    let target = read.map(|dialect| Target {
        key: dialect
            .file_keys()
            .first()
            .copied()
            .unwrap_or_default()
            .to_owned(),
        dialect,
    });
    Ok((from, to, target))
}

fn target(project: &Project, args: &Diff, read: Option<Target>) -> Result<Target> {
    if let Some(key) = &args.dialect {
        let Some(dialect) = dialect_of(key) else {
            let known = orm_migrate::dialect_keys().join("`, `");
            return Err(Failure::Usage(format!(
                "`{key}` is unknown; there are `{known}`"
            )));
        };
        return Ok(Target {
            key: key.clone(),
            dialect,
        });
    }
    let first = || project.targets().into_iter().next();
    read.or_else(first)
        .ok_or_else(|| Failure::message("orm.toml names no database"))
}
