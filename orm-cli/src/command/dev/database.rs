//! The development database, before and while a migration is made: whether it is as it should be, and what to do if not.

use orm_core::Db;
use orm_migrate::{Folder, Problem, Standing, Status};

use crate::args::Dev;
use crate::command::planned::LOSSY;
use crate::command::{Session, apply, schema};
use crate::failure::{Failure, Result};
use crate::project::Project;
use crate::report::problems;
use crate::screen::Chosen;

/// SQL is written for the databases that orm.toml lists, so the one at hand must be among them.
pub(super) fn refuse_unlisted(project: &Project, db: &Db) -> Result<()> {
    let own = db
        .dialect()
        .file_keys()
        .first()
        .copied()
        .unwrap_or_default();
    let listed = &project.config.dialects;
    if listed.iter().any(|key| key == own) {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "the database is {}, and orm.toml lists {}; add `{own}` to its `dialects`, or name another database by --database-url",
        db.dialect().name(),
        listed.join(", ")
    )))
}

/// Looks whether the database is as its migrations left it, and offers ways out if it is not.
pub(super) async fn prepare(
    session: &Session,
    project: &Project,
    folder: &Folder,
    db: &Db,
    args: &Dev,
) -> Result<()> {
    let status = folder.status(db).await?;
    // A deployment goes on where it stopped.
    let serious = |p: &&Problem| !matches!(p, Problem::Stopped { .. });
    let wrong: Vec<&Problem> = status.problems.iter().filter(serious).collect();
    if !wrong.is_empty() {
        let text = problems(session.screen.style, &wrong);
        return Err(Failure::message(format!(
            "the database does not fit the migrations:\n{}\nin development, `cargo orm migrate reset` begins anew, and loses what is in the database",
            text.trim_end()
        )));
    }
    unknown_tables(session, folder, &status, db).await?;
    let drift = status.drift.unwrap_or_default();
    if drift.is_empty() || args.ignore_drift {
        return Ok(());
    }
    let mut text =
        "the database is not as its migrations left it; somebody changed it without a migration:\n"
            .to_owned();
    drift
        .iter()
        .for_each(|line| text.push_str(&format!("  {line}\n")));
    session.screen.say(&text);
    let choices = [
        "stop here, to undo that by hand, or to put it into the models".to_owned(),
        "drop everything in the database, and apply all migrations again".to_owned(),
        "go on regardless".to_owned(),
    ];
    let flags = [
        "--ignore-drift".to_owned(),
        "`cargo orm migrate reset`".to_owned(),
    ];
    match session
        .screen
        .choose("what is to be done?", &choices, &flags)?
    {
        Chosen::Number(1) => {
            let url = session.url(Some(project))?;
            let question = format!(
                "everything in {} will be lost; go on?",
                crate::project::shown_url(&url)
            );
            crate::command::database::refuse_remote(&url, false)?;
            session
                .screen
                .confirm(&question, "`cargo orm migrate reset`")?;
            folder.reset(db, &apply::options(session, project)).await?;
            Ok(())
        }
        Chosen::Number(2) => Ok(()),
        _ => Err(Failure::Declined),
    }
}

/// A database that has tables, and no history, was made by something else.
async fn unknown_tables(
    session: &Session,
    folder: &Folder,
    status: &Status,
    db: &Db,
) -> Result<()> {
    let untouched = status
        .migrations
        .iter()
        .all(|m| m.standing == Standing::Pending);
    if !untouched {
        return Ok(());
    }
    let wanted = session.model_schema()?;
    let found = schema::read(db, &wanted).await?;
    let known = |name: &&orm_core::schema::TableName| wanted.table(name).is_some();
    let tables: Vec<String> = found
        .tables
        .iter()
        .map(|t| &t.name)
        .filter(known)
        .map(ToString::to_string)
        .collect();
    if tables.is_empty() {
        return Ok(());
    }
    let how = match folder.migrations().is_empty() {
        true => {
            "make the first migration with `cargo orm migrate dev --name init --create-only`, and note it as applied with `cargo orm migrate baseline`"
        }
        false => "note the migrations as applied with `cargo orm migrate baseline`",
    };
    Err(Failure::message(format!(
        "the database has tables of the models ({}), and no migration made them; if they are as they should be, {how}; if nothing in them is to be kept, begin anew with `cargo orm migrate reset`",
        tables.join(", ")
    )))
}

/// Asks before something is lost.
pub(super) fn confirm_losses(session: &Session, what: &str, losses: &[String]) -> Result<()> {
    if losses.is_empty() {
        return Ok(());
    }
    let mut text = format!("{what} loses data:\n");
    losses
        .iter()
        .for_each(|line| text.push_str(&format!("  {line}\n")));
    session.screen.say(&text);
    session
        .screen
        .confirm("is that what you want?", "--accept-data-loss")
}

/// Asks for what migrations that are there already would lose. `made` was asked for.
pub(super) async fn confirm_pending(
    session: &Session,
    folder: &Folder,
    db: &Db,
    made: Option<&str>,
) -> Result<()> {
    let status = folder.status(db).await?;
    for id in status.pending().filter(|id| Some(*id) != made) {
        let migration = folder.get(id)?;
        let Some((file, _)) = migration.sql(orm_migrate::files::Direction::Up, db.dialect()) else {
            continue;
        };
        let notes = migration.meta.steps.iter();
        let lossy = notes.filter(|note| note.safety == LOSSY && note.file == file);
        let losses: Vec<String> = lossy
            .map(|n| n.reason.clone().unwrap_or_else(|| n.sql.clone()))
            .collect();
        confirm_losses(
            session,
            &format!("`{id}`, which is not applied yet,"),
            &losses,
        )?;
    }
    Ok(())
}
