//! `migrate rollback`

use orm_migrate::Problem;

use crate::args::Rollback;
use crate::command::{Session, apply};
use crate::failure::{Failure, Result};
use crate::report::Report;

pub(super) async fn run(session: &Session, args: &Rollback) -> Result<Report> {
    let project = session.project()?;
    let folder = project.folder()?;
    let mut options = apply::options(session, &project).allow_loss(args.accept_data_loss);
    if let Some(id) = &args.to {
        options = options.up_to(&folder.get(id)?.id);
    }
    let db = session.connect(&project).await?;
    // What would be undone, and whether it may be, is known before anything happens.
    let planned = folder.rollback(&db, &options.clone().dry_run()).await;
    let planned = match planned {
        Err(error) => match Problem::of(&error) {
            Some(Problem::Lossy { id }) => {
                let question =
                    format!("undoing `{id}` loses what its tables and columns hold; undo it?");
                match args.dry_run {
                    true => session.screen.warn(&format!(
                        "undoing `{id}` loses what its tables and columns hold"
                    )),
                    false => session.screen.confirm(&question, "--accept-data-loss")?,
                }
                options = options.allow_loss(true);
                folder.rollback(&db, &options.clone().dry_run()).await?
            }
            _ => return Err(Failure::Error(error)),
        },
        Ok(planned) => planned,
    };
    let deployed = match args.dry_run {
        true => planned,
        false => folder.rollback(&db, &options).await?,
    };
    let text = apply::text(session, &deployed, true, "there is nothing to undo");
    Ok(Report::new(text, apply::json(&deployed)))
}
