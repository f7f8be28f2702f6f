//! `check queries`

use orm_core::Db;
use orm_core::testing::{QueryReport, inspect_queries_in};
use orm_migrate::{DeployOptions, Scratch};
use serde_json::{Value, json};

use crate::args::Queries;
use crate::command::Session;
use crate::failure::Result;
use crate::project::shown_url;
use crate::report::Report;
use crate::style::Tone;

/// Where there is no database to be beside.
const MEMORY: &str = "sqlite::memory:";

pub(super) async fn run(session: &Session, args: &Queries) -> Result<Report> {
    // Without the program's own models, neither are its statements there.
    session.models()?;
    let project = session.find_project()?;
    let url = session
        .find_url(project.as_ref())
        .unwrap_or_else(|| MEMORY.to_owned());
    session
        .screen
        .progress(&format!("asking {}", shown_url(&url)));
    let scratch = Scratch::beside(&url).await?;
    let found = inspected(session, args, scratch.db()).await;
    scratch.close().await?;
    let report = found?;
    let style = session.screen.style;
    let clean = report.problems.is_empty();
    let mark = match clean {
        true => style.paint(Tone::Good, "✓"),
        false => style.paint(Tone::Bad, "✗"),
    };
    let problems = report.problems.iter().map(|problem| {
        json!({
            "file": problem.file,
            "line": problem.line,
            "message": problem.message,
            "nearest": problem.nearest,
            "sql": problem.sql,
            "at": problem.at,
        })
    });
    let json = json!({
        "clean": clean,
        "checked": report.checked,
        "skipped": report.skipped,
        "problems": problems.collect::<Vec<Value>>(),
    });
    Ok(Report::new(format!("{mark} {report}\n"), json).found(!clean))
}

async fn inspected(session: &Session, args: &Queries, db: &Db) -> Result<QueryReport> {
    if args.migrations {
        let folder = session.project()?.folder()?;
        folder
            .deploy_with(db, &DeployOptions::new().check_drift(false))
            .await?;
    } else {
        orm_migrate::create_tables_of(db, session.models()?).await?;
    }
    Ok(inspect_queries_in(db, args.file.as_deref().unwrap_or_default()).await?)
}
