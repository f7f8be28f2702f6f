//! `migrate status`

use orm_migrate::{Entry, Standing};
use serde_json::{Value, json};

use crate::command::Session;
use crate::failure::Result;
use crate::report::{Report, counted, messages, problems};
use crate::style::Tone;
use crate::table::Table;

/// A migration's state: a word for programs, what is shown, and more about it.
struct Shown {
    state: &'static str,
    tone: Tone,
    at: Option<String>,
    more: String,
}

pub(super) async fn run(session: &Session) -> Result<Report> {
    let project = session.project()?;
    let folder = project.folder()?;
    let db = session.connect(&project).await?;
    let status = folder.status(&db).await?;
    let style = session.screen.style;

    let mut table = Table::new(&["migration", "state", "since", ""]);
    for entry in &status.migrations {
        let shown = shown(entry);
        table.row([
            (entry.id.clone(), Tone::Plain),
            (shown.state.to_owned(), shown.tone),
            (shown.at.unwrap_or_default(), Tone::Faint),
            (shown.more, Tone::Plain),
        ]);
    }
    let mut text = match status.migrations.is_empty() {
        true => "there are no migrations\n".to_owned(),
        false => table.text(style),
    };
    text.push('\n');
    text.push_str(&problems(style, &status.problems));
    let drift = status.drift.clone().unwrap_or_default();
    if !drift.is_empty() {
        let mark = style.paint(Tone::Bad, "✗");
        text.push_str(&format!(
            "{mark} the database is not as its migrations left it:\n"
        ));
        drift
            .iter()
            .for_each(|line| text.push_str(&format!("    {line}\n")));
        text.push_str("  undo that by hand, or put it into the models and let `migrate dev` make a migration of it\n");
    }
    let pending = status.pending().count();
    if pending > 0 {
        let mark = style.paint(Tone::Attention, "•");
        let verb = if pending == 1 { "is" } else { "are" };
        let counted = counted(pending, "migration");
        text.push_str(&format!(
            "{mark} {counted} {verb} not applied; `{} migrate deploy` applies them\n",
            session.program.name()
        ));
    }
    if status.is_clean() {
        let mark = style.paint(Tone::Good, "✓");
        text.push_str(&format!("{mark} the database is as the migrations say\n"));
    }
    let migrations: Value = status.migrations.iter().map(entry_json).collect();
    let json = json!({
        "clean": status.is_clean(),
        "pending": pending,
        "migrations": migrations,
        "problems": messages(&status.problems),
        "drift": status.drift,
    });
    Ok(Report::new(text, json).found(!status.is_clean()))
}

fn shown(entry: &Entry) -> Shown {
    let plain = |state, tone| Shown {
        state,
        tone,
        at: None,
        more: String::new(),
    };
    match &entry.standing {
        Standing::Pending => plain("pending", Tone::Attention),
        Standing::Squashed => plain("squashed", Tone::Faint),
        Standing::Applied(recorded) => Shown {
            at: recorded
                .finished
                .clone()
                .or_else(|| Some(recorded.started.clone())),
            ..plain("applied", Tone::Good)
        },
        Standing::Missing(recorded) => Shown {
            at: recorded.finished.clone(),
            ..plain("missing", Tone::Bad)
        },
        Standing::Failed(failure) => Shown {
            more: format!("{}: {}", failure.statement, failure.error),
            ..plain("failed", Tone::Bad)
        },
        Standing::Stopped(partial) => Shown {
            at: Some(partial.at.clone()),
            more: format!(
                "{} of {} steps are carried out",
                partial.done, partial.total
            ),
            ..plain("stopped", Tone::Bad)
        },
        Standing::Interrupted(partial) => Shown {
            at: Some(partial.at.clone()),
            more: format!(
                "{} of {} steps are carried out",
                partial.done, partial.total
            ),
            ..plain("interrupted", Tone::Bad)
        },
        _ => plain("unknown", Tone::Plain),
    }
}

fn entry_json(entry: &Entry) -> Value {
    let shown = shown(entry);
    let mut json = json!({ "id": entry.id, "state": shown.state, "at": shown.at });
    match &entry.standing {
        Standing::Failed(failure) => {
            json["statement"] = json!(failure.statement);
            json["error"] = json!(failure.error);
        }
        Standing::Stopped(partial) | Standing::Interrupted(partial) => {
            json["steps_done"] = json!(partial.done);
            json["steps"] = json!(partial.total);
        }
        _ => {}
    }
    json
}
