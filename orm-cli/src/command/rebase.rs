//! `migrate rebase`

use orm_migrate::Folder;
use serde_json::{Value, json};

use crate::args::Rebase;
use crate::command::Session;
use crate::failure::Result;
use crate::report::Report;

pub(super) fn run(session: &Session, args: &Rebase) -> Result<Report> {
    let project = session.project()?;
    let folder = project.folder()?;
    let first = folder.get(&args.id)?;
    if args.dry_run {
        let branch = branch(&folder, &first.id);
        let lines: String = branch.iter().map(|id| format!("  {id}\n")).collect();
        let text = format!("would be put behind the other branch, with new ids:\n{lines}");
        return Ok(Report::new(
            text,
            json!({ "dry_run": true, "moves": branch }),
        ));
    }
    let moved = folder.rebase(&first.id)?;
    let mut text = String::new();
    for one in &moved {
        text.push_str(&format!("{} is {} now\n", one.from, one.to));
    }
    text.push_str(
        "where one of them is applied with its old id, undo it there with the old files first\n",
    );
    let moves: Value = moved
        .iter()
        .map(|m| json!({ "from": m.from, "to": m.to }))
        .collect();
    Ok(Report::new(
        text,
        json!({ "dry_run": false, "moves": moves }),
    ))
}

/// A migration and those that follow it.
fn branch(folder: &Folder, first: &str) -> Vec<String> {
    let mut ids = vec![first.to_owned()];
    while let Some(next) = folder
        .migrations()
        .iter()
        .find(|m| m.parent() == ids.last().map(String::as_str) && !ids.contains(&m.id))
    {
        ids.push(next.id.clone());
    }
    ids
}
