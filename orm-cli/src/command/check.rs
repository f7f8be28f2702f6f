//! `migrate check`

use orm_migrate::{Folder, Problem};
use serde_json::{Value, json};

use crate::args::{Answers, Check};
use crate::command::{Session, answer, planned};
use crate::failure::{Failure, Result};
use crate::project::{Project, shown_url};
use crate::report::{Report, counted, messages, problems};
use crate::style::Tone;

pub(super) async fn run(session: &Session, args: &Check) -> Result<Report> {
    let project = session.project()?;
    let folder = project.folder()?;
    let style = session.screen.style;
    let good = style.paint(Tone::Good, "✓");
    let bad = style.paint(Tone::Bad, "✗");
    let mut found = folder.check();
    let mut text = String::new();
    let count = counted(folder.migrations().len(), "migration");
    if found.is_empty() {
        text.push_str(&format!("{good} {count}, one after the other\n"));
    }

    let changes = match session.program.models {
        Some(_) if found.is_empty() => Some(changes(session, &project, &folder).await?),
        _ => None,
    };
    match &changes {
        Some(changes) if changes.is_empty() => text.push_str(&format!(
            "{good} the models are as the newest migration says\n"
        )),
        Some(changes) => {
            text.push_str(&format!(
                "{bad} the models were changed, and no migration says so:\n"
            ));
            changes
                .iter()
                .for_each(|line| text.push_str(&format!("    {line}\n")));
            text.push_str("  `cargo orm migrate dev --name …` makes one\n");
        }
        None => {}
    }

    let mut verified = Vec::new();
    if args.verify && found.is_empty() {
        for (key, url) in servers(session, &project, args)? {
            session
                .screen
                .progress(&format!("replaying {count} on {}", shown_url(&url)));
            let result = folder.verify(&url).await?;
            if result.problems.is_empty() {
                text.push_str(&format!(
                    "{good} proved on {key}: {} applied, {} undone and applied again\n",
                    result.migrations, result.undone
                ));
            }
            let own: Vec<Problem> = result
                .problems
                .into_iter()
                .filter(|p| !found.contains(p))
                .collect();
            verified.push(json!({ "dialect": key, "migrations": result.migrations, "undone": result.undone, "proved": own.is_empty() }));
            found.extend(own);
        }
    }
    text.push_str(&problems(style, &found));
    let clean = found.is_empty() && changes.as_ref().is_none_or(Vec::is_empty);
    let json = json!({
        "clean": clean,
        "problems": messages(&found),
        "changes": changes,
        "verified": match args.verify { true => json!(verified), false => Value::Null },
    });
    Ok(Report::new(text, json).found(!clean))
}

/// What `dev` would make a migration of.
async fn changes(session: &Session, project: &Project, folder: &Folder) -> Result<Vec<String>> {
    let to = session.model_schema()?;
    let from = session
        .schema_after(project, folder, folder.head()?, Some(&to))
        .await?;
    let decisions = answer::decisions(session, &Answers::default())?;
    let diffs = answer::differences(&from, &to, &decisions, &project.targets())?;
    let mut changes = planned::changes(&diffs);
    changes.extend(answer::questions(&diffs).iter().map(ToString::to_string));
    Ok(changes)
}

/// A server for each database that orm.toml lists.
fn servers(session: &Session, project: &Project, args: &Check) -> Result<Vec<(String, String)>> {
    let mut servers: Vec<(String, String)> = Vec::new();
    for target in project.targets() {
        let Some(url) = session.server_for(project, &target, &args.verify_on) else {
            return Err(Failure::Usage(format!(
                "orm.toml lists `{}`, and there is no server to prove its migrations on; name one by --verify-on",
                target.key
            )));
        };
        if !servers.iter().any(|(_, known)| *known == url) {
            servers.push((target.key, url));
        }
    }
    Ok(servers)
}
