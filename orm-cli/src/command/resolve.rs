//! `migrate resolve`

use orm_migrate::Resolution;
use serde_json::json;

use crate::args::Resolve;
use crate::command::Session;
use crate::failure::{Failure, Result};
use crate::report::Report;

pub(super) async fn run(session: &Session, args: &Resolve) -> Result<Report> {
    let choices = [
        (&args.applied, Resolution::Applied, "applied"),
        (&args.rolled_back, Resolution::RolledBack, "rolled back"),
        (
            &args.step_applied,
            Resolution::StepApplied,
            "applied up to the step that was under way",
        ),
        (
            &args.step_rolled_back,
            Resolution::StepRolledBack,
            "applied up to the step before the one that was under way",
        ),
    ];
    let chosen = choices
        .into_iter()
        .find_map(|(id, resolution, words)| Some((id.as_ref()?, resolution, words)));
    let Some((id, resolution, words)) = chosen else {
        return Err(Failure::Usage("say how it ended: --applied, --rolled-back, --step-applied or --step-rolled-back, each with the id".to_owned()));
    };
    let project = session.project()?;
    let folder = project.folder()?;
    let id = folder.get(id)?.id.clone();
    let db = session.connect(&project).await?;
    folder.resolve(&db, &id, resolution).await?;
    let text = format!("`{id}` is noted as {words}\n");
    Ok(Report::new(text, json!({ "id": id, "noted": words })))
}
