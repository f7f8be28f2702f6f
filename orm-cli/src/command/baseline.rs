//! `migrate baseline`

use orm_migrate::Standing;
use serde_json::json;

use crate::args::Baseline;
use crate::command::Session;
use crate::failure::{Failure, Result};
use crate::report::{Report, counted};

pub(super) async fn run(session: &Session, args: &Baseline) -> Result<Report> {
    let project = session.project()?;
    let folder = project.folder()?;
    let db = session.connect(&project).await?;
    let noted = if args.dry_run {
        let status = folder.status(&db).await?;
        let end = args.to.as_ref().map(|id| folder.get(id)).transpose()?;
        let mut noted = Vec::new();
        for entry in status.migrations {
            let last = end.is_some_and(|m| m.id == entry.id);
            if entry.standing == Standing::Pending {
                noted.push(entry.id);
            }
            if last {
                break;
            }
        }
        if args.sqlx {
            return Err(Failure::Usage(
                "what sqlx has applied is read and noted at once; leave --dry-run out".to_owned(),
            ));
        }
        noted
    } else if args.sqlx {
        folder.adopt(&db).await?
    } else {
        folder.baseline(&db, args.to.as_deref()).await?
    };
    let verb = if args.dry_run {
        "would be noted"
    } else {
        "noted"
    };
    let mut text: String = noted.iter().map(|id| format!("  {id}\n")).collect();
    text.push_str(&match noted.is_empty() {
        true => "there is nothing to note\n".to_owned(),
        false => format!(
            "{} {verb} as applied; nothing was run\n",
            counted(noted.len(), "migration")
        ),
    });
    Ok(Report::new(
        text,
        json!({ "dry_run": args.dry_run, "noted": noted }),
    ))
}
