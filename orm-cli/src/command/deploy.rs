//! `migrate deploy`

use crate::args::Deploy;
use crate::command::{Session, apply};
use crate::failure::Result;
use crate::report::Report;

pub(super) async fn run(session: &Session, args: &Deploy) -> Result<Report> {
    let project = session.project()?;
    let folder = project.folder()?;
    let mut options = apply::options(session, &project).check_drift(!args.ignore_drift);
    if let Some(id) = &args.to {
        options = options.up_to(&folder.get(id)?.id);
    }
    if args.dry_run {
        options = options.dry_run();
    }
    let db = session.connect(&project).await?;
    let deployed = folder.deploy_with(&db, &options).await?;
    let text = apply::text(session, &deployed, false, "all migrations are applied");
    Ok(Report::new(text, apply::json(&deployed)))
}
