//! `seed`

use std::path::{Path, PathBuf};

use orm_core::Db;
use serde_json::json;

use crate::args::Seed;
use crate::command::Session;
use crate::failure::{Failure, Result};
use crate::project::Project;
use crate::report::{Report, counted};

/// Where seeds are, unless something else is said.
const FOLDER: &str = "seeds";

pub(super) async fn run(session: &Session, args: &Seed) -> Result<Report> {
    let project = session.project()?;
    let folder = args
        .folder
        .as_ref()
        .map(|f| session.program.directory.join(f));
    if args.dry_run {
        let names = names(&path(&project, folder))?;
        return Ok(Report::new(
            text(&names, true),
            json!({ "dry_run": true, "files": names }),
        ));
    }
    let db = session.connect(&project).await?;
    let done = seed(&db, &project, folder).await?;
    Ok(Report::new(
        text(&done, false),
        json!({ "dry_run": false, "files": done }),
    ))
}

/// Runs the seeds, and gives the names of the files.
pub(super) async fn seed(
    db: &Db,
    project: &Project,
    folder: Option<PathBuf>,
) -> Result<Vec<String>> {
    Ok(orm_migrate::seed(db, path(project, folder)).await?)
}

pub(super) fn text(files: &[String], dry_run: bool) -> String {
    let verb = if dry_run { "would run" } else { "ran" };
    match files {
        [] => "there are no seeds\n".to_owned(),
        _ => {
            let lines: String = files.iter().map(|f| format!("  {f}\n")).collect();
            format!("{lines}{} {verb}\n", counted(files.len(), "seed"))
        }
    }
}

fn path(project: &Project, folder: Option<PathBuf>) -> PathBuf {
    folder.unwrap_or_else(|| project.root.join(FOLDER))
}

fn names(path: &Path) -> Result<Vec<String>> {
    let failed = |error: std::io::Error| Failure::file(path, &error);
    let mut names = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let name = entry
            .map_err(failed)?
            .file_name()
            .to_string_lossy()
            .into_owned();
        if name.ends_with(".sql") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
