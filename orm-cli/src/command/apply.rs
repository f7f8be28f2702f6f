//! What deploying, undoing and resetting have in common.

use orm_migrate::{DeployOptions, Deployed, Progress};
use serde_json::{Value, json};

use crate::command::Session;
use crate::project::Project;
use crate::report::counted;
use crate::style::Tone;

/// The options of orm.toml, with progress shown.
pub(super) fn options(session: &Session, project: &Project) -> DeployOptions {
    let screen = session.screen.clone();
    let style = screen.style;
    let tell = move |progress: &Progress| {
        let text = match progress {
            Progress::Step {
                id,
                step,
                steps,
                what,
            } => format!(
                "{} {what}",
                style.paint(Tone::Faint, &format!("{id} {step}/{steps}"))
            ),
            // What is behind it is told in the end.
            Progress::Migration { .. } | Progress::Done { .. } => return,
            other => other.to_string(),
        };
        screen.progress(&text);
    };
    project.config.deploy_options().on_progress(tell)
}

/// The migrations that were, or would be, applied or undone; `nothing` is said if there are none.
pub(super) fn text(session: &Session, deployed: &Deployed, undone: bool, nothing: &str) -> String {
    let style = session.screen.style;
    if deployed.is_empty() {
        return format!("{nothing}\n");
    }
    let (sign, verb, would) = match undone {
        false => ("+", "applied", "would be applied"),
        true => ("-", "undone", "would be undone"),
    };
    let mut out = String::new();
    for done in &deployed.migrations {
        let sign = style.paint(Tone::Good, sign);
        let took = match deployed.dry_run {
            true => String::new(),
            false => style.paint(Tone::Faint, &format!("  {:.1?}", done.took)),
        };
        out.push_str(&format!("{sign} {}{took}\n", done.id));
        if deployed.dry_run {
            for step in &done.steps {
                out.push_str(&format!("    {step}\n"));
            }
        }
    }
    let count = counted(deployed.migrations.len(), "migration");
    let verb = if deployed.dry_run { would } else { verb };
    out.push_str(&format!("{count} {verb}\n"));
    out
}

pub(super) fn json(deployed: &Deployed) -> Value {
    let migrations = deployed.migrations.iter().map(|done| {
        json!({
            "id": done.id,
            "steps": done.steps,
            "milliseconds": u64::try_from(done.took.as_millis()).unwrap_or(u64::MAX),
        })
    });
    json!({ "dry_run": deployed.dry_run, "migrations": migrations.collect::<Value>() })
}
