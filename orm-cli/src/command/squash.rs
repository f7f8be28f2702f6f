//! `migrate squash`

use orm_core::dialect::Dialect;
use serde_json::json;

use crate::args::Squash;
use crate::command::Session;
use crate::failure::{Failure, Result};
use crate::report::{Report, counted};

pub(super) fn run(session: &Session, args: &Squash) -> Result<Report> {
    let project = session.project()?;
    let folder = project.folder()?;
    let chain = folder.chain()?;
    let end = match (&args.to, chain.last()) {
        (Some(id), _) => folder.get(id)?.id.clone(),
        (None, Some(last)) => last.id.clone(),
        (None, None) => return Err(Failure::message("there are no migrations to put together")),
    };
    let place = chain.iter().position(|m| m.id == end).unwrap_or(0);
    let replaced: Vec<&str> = chain[..=place].iter().map(|m| m.id.as_str()).collect();
    let list: String = replaced.iter().map(|id| format!("  {id}\n")).collect();
    let count = counted(replaced.len(), "migration");
    if args.dry_run {
        let text = format!("{count} would be put together:\n{list}");
        return Ok(Report::new(
            text,
            json!({ "dry_run": true, "replaces": replaced }),
        ));
    }
    if !args.yes {
        session.screen.say(&format!(
            "{count} will be put together, and their folders removed:\n{list}"
        ));
        session.screen.confirm("go on?", "--yes")?;
    }
    let targets = project.targets();
    let dialects: Vec<&'static dyn Dialect> = targets.iter().map(|t| t.dialect).collect();
    let squashed = folder.squash(&end, &args.name, &dialects)?;
    let path = project.shown(&squashed.made.path);
    let mut text = format!("{count} are one now: {path}\n");
    if !squashed.left_out.is_empty() {
        text.push_str("\nthe schema does not say these; write what is still needed into the new one, before it is deployed anywhere:\n");
        squashed
            .left_out
            .iter()
            .for_each(|line| text.push_str(&format!("  {line}\n")));
    }
    let json = json!({
        "dry_run": false,
        "id": squashed.made.id,
        "files": squashed.made.files,
        "replaces": squashed.replaces,
        "left_out": squashed.left_out,
    });
    Ok(Report::new(text, json))
}
