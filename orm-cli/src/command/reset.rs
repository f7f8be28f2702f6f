//! `migrate reset`

use orm_core::dialect::Place;

use crate::args::Reset;
use crate::command::database::{confirm_by_name, refuse_remote};
use crate::command::{Session, apply, seed};
use crate::failure::Result;
use crate::project::{connect, dialect_of_url, shown_url};
use crate::report::Report;

pub(super) async fn run(session: &Session, args: &Reset) -> Result<Report> {
    let project = session.project()?;
    let folder = project.folder()?;
    let chain = folder.chain()?;
    let url = session.url(Some(&project))?;
    refuse_remote(&url, args.allow_remote)?;
    let options = apply::options(session, &project);
    if args.dry_run {
        let mut text = format!("would drop everything in {}, and apply:\n", shown_url(&url));
        chain
            .iter()
            .for_each(|m| text.push_str(&format!("  {}\n", m.id)));
        let ids: Vec<&str> = chain.iter().map(|m| m.id.as_str()).collect();
        return Ok(Report::new(
            text,
            serde_json::json!({ "dry_run": true, "migrations": ids }),
        ));
    }
    if !args.yes {
        let name = match dialect_of_url(&url).and_then(|d| d.place(&url)) {
            Some(Place::Server { name, .. }) => name,
            Some(Place::File(path)) => path.display().to_string(),
            _ => "yes".to_owned(),
        };
        confirm_by_name(session, &shown_url(&url), &name)?;
    }
    let db = connect(&url).await?;
    let deployed = folder.reset(&db, &options).await?;
    let mut text = apply::text(
        session,
        &deployed,
        false,
        "the database is empty, and there are no migrations",
    );
    let mut json = apply::json(&deployed);
    if args.seed {
        let seeded = seed::seed(&db, &project, None).await?;
        text.push_str(&seed::text(&seeded, false));
        json["seeds"] = serde_json::json!(seeded);
    }
    Ok(Report::new(text, json))
}
