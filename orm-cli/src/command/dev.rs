//! `migrate dev`

mod database;

use orm_core::Db;
use orm_core::schema::Schema;
use orm_migrate::{Deployed, Diff, Folder, Made, NewMigration, Sql};
use serde_json::{Value, json};

use crate::args::Dev;
use crate::command::planned::Planned;
use crate::command::{Session, answer, apply, planned};
use crate::failure::{Failure, Result};
use crate::project::{Project, Target};
use crate::report::Report;
use crate::style::Tone;

/// What is to be made of the models.
struct Draft {
    /// The schema that they need.
    schema: Schema,
    targets: Vec<Target>,
    diffs: Vec<Diff>,
    plans: Vec<Planned>,
    /// Whether there is no migration yet.
    first: bool,
}

pub(super) async fn run(session: &Session, args: &Dev) -> Result<Report> {
    let project = session.project()?;
    session.models()?;
    let folder = folder(&project, args)?;
    // A fault in the files is told before anybody is asked anything.
    folder.chain()?;
    let db = match args.create_only || args.dry_run {
        true => None,
        false => {
            let db = session.connect(&project).await?;
            database::refuse_unlisted(&project, &db)?;
            database::prepare(session, &project, &folder, &db, args).await?;
            Some(db)
        }
    };
    let draft = draft(session, &project, &folder, args).await?;
    if args.dry_run {
        return Ok(shown(session, &draft));
    }
    let style = session.screen.style;
    let mut text = String::new();
    let changed = draft.diffs.iter().any(|d| !d.is_empty()) || args.empty;
    let (made, losses) = match changed {
        false => (None, Vec::new()),
        true => {
            session.screen.say(&planned::list(style, &draft.diffs));
            let losses = planned::losses(&draft.plans);
            if db.is_some() && !args.accept_data_loss {
                database::confirm_losses(session, "this migration", &losses)?;
            }
            (Some(write(session, &project, &draft, args)?), losses)
        }
    };
    match &made {
        None => text.push_str("the models are as the newest migration says\n"),
        Some(made) => {
            let path = project.shown(&made.path);
            text.push_str(&format!("{} {path}\n", style.paint(Tone::Good, "wrote")));
            made.files
                .iter()
                .for_each(|file| text.push_str(&format!("    {file}\n")));
        }
    }
    if draft.plans.iter().any(|p| p.down.is_none()) {
        session
            .screen
            .warn("this cannot be undone by a generated `down`; write one, if it must be");
    }
    let deployed = match &db {
        None => Deployed::default(),
        Some(db) => deploy(session, &project, db, args, made.as_ref()).await?,
    };
    match &db {
        None if made.is_some() => text.push_str("nothing is applied; look the files over, and apply them with `migrate dev` or `migrate deploy`\n"),
        None => {}
        Some(_) => text.push_str(&apply::text(session, &deployed, false, "all migrations are applied")),
    }
    Ok(Report::new(
        text,
        json(&draft, made.as_ref(), &losses, &deployed, false),
    ))
}

/// The migrations; none, if there is no folder yet.
fn folder(project: &Project, args: &Dev) -> Result<Folder> {
    let path = project.path();
    if path.is_dir() {
        return project.folder();
    }
    if args.dry_run {
        return Ok(Folder::default());
    }
    std::fs::create_dir_all(&path).map_err(|error| Failure::file(&path, &error))?;
    project.folder()
}

async fn draft(session: &Session, project: &Project, folder: &Folder, args: &Dev) -> Result<Draft> {
    let schema = session.model_schema()?;
    let head = folder.head()?;
    let before = session
        .schema_after(project, folder, head, Some(&schema))
        .await?;
    let decisions = answer::decisions(session, &args.answers)?;
    let targets = project.targets();
    let diffs = answer::settled(session, &before, &schema, decisions, &targets)?;
    let plans = planned::planned(&diffs, &targets)?;
    Ok(Draft {
        first: head.is_none(),
        schema,
        targets,
        diffs,
        plans,
    })
}

fn write(session: &Session, project: &Project, draft: &Draft, args: &Dev) -> Result<Made> {
    let name = name(session, draft, args)?;
    let new = match args.empty && draft.diffs.iter().all(Diff::is_empty) {
        true => empty(&name, draft),
        false => planned::migration(&name, draft.schema.clone(), &draft.diffs, &draft.plans),
    };
    let new = new.ok_or_else(|| Failure::message("orm.toml names no database"))?;
    Ok(project.folder()?.add(new)?)
}

/// A migration to be filled by hand.
fn empty(name: &str, draft: &Draft) -> Option<NewMigration> {
    let several = draft.targets.len() > 1;
    let mut files = draft.targets.iter().map(|target| Sql {
        key: several.then(|| target.key.clone()),
        up: "-- Write here what is to be done.\n".to_owned(),
        down: None,
    });
    let mut new = NewMigration::new(name, files.next()?);
    for sql in files {
        new = new.also(sql);
    }
    Some(new.schema(draft.schema.clone()))
}

fn name(session: &Session, draft: &Draft, args: &Dev) -> Result<String> {
    if let Some(name) = &args.name {
        return Ok(name.clone());
    }
    let suggested = planned::suggested_name(&draft.diffs, draft.first);
    if !session.screen.is_interactive() {
        return Ok(suggested);
    }
    let question = format!("what is the migration called? [{suggested}]");
    let answer = session.screen.ask(&question, &["--name".to_owned()])?;
    Ok(if answer.is_empty() { suggested } else { answer })
}

async fn deploy(
    session: &Session,
    project: &Project,
    db: &Db,
    args: &Dev,
    made: Option<&Made>,
) -> Result<Deployed> {
    let folder = project.folder()?;
    if !args.accept_data_loss {
        database::confirm_pending(session, &folder, db, made.map(|m| m.id.as_str())).await?;
    }
    // Drift was looked at in the beginning.
    let options = apply::options(session, project).check_drift(false);
    Ok(folder.deploy_with(db, &options).await?)
}

fn shown(session: &Session, draft: &Draft) -> Report {
    let style = session.screen.style;
    let mut text = planned::list(style, &draft.diffs);
    match text.is_empty() {
        true => text.push_str("the models are as the newest migration says\n"),
        false => {
            text.push('\n');
            text.push_str(&planned::sql(style, &draft.plans));
        }
    }
    let losses = planned::losses(&draft.plans);
    let json = json(draft, None, &losses, &Deployed::default(), true);
    Report::new(text, json)
}

fn json(
    draft: &Draft,
    made: Option<&Made>,
    losses: &[String],
    deployed: &Deployed,
    dry_run: bool,
) -> Value {
    let applied = deployed.migrations.iter().map(|m| m.id.as_str());
    json!({
        "dry_run": dry_run,
        "changes": planned::changes(&draft.diffs),
        "loses": losses,
        "sql": planned::sql_json(&draft.plans),
        "created": made.map(|m| json!({ "id": m.id, "path": m.path, "files": m.files })),
        "applied": applied.collect::<Vec<_>>(),
    })
}
