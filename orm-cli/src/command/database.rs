//! `db create`, `db drop`

use std::path::Path;
use std::time::Duration;

use orm_core::Db;
use orm_core::dialect::Place;
use serde_json::json;

use crate::args::{Create, Drop};
use crate::command::Session;
use crate::failure::{Failure, Result};
use crate::project::{connect, dialect_of_url, is_local, shown_url};
use crate::report::Report;

/// What SQLite keeps beside a database's file.
const BESIDE: [&str; 4] = ["", "-wal", "-shm", "-journal"];

fn place(session: &Session) -> Result<(String, Place)> {
    let project = session.find_project()?;
    let url = session.url(project.as_ref())?;
    let Some(dialect) = dialect_of_url(&url) else {
        return Err(Failure::Usage(
            "the URL names no database that is known; write `sqlite://app.db`, `postgres://…` or `mysql://…`".to_owned(),
        ));
    };
    let place = dialect.place(&url).ok_or_else(|| {
        Failure::Usage(format!(
            "{} names a server, and no database on it",
            shown_url(&url)
        ))
    })?;
    Ok((url, place))
}

pub(super) async fn create(session: &Session, args: &Create) -> Result<Report> {
    let (url, place) = place(session)?;
    let shown = shown_url(&url);
    let exists = match &place {
        Place::Memory => {
            return Err(Failure::Usage(
                "a database in memory is made by whoever uses it".to_owned(),
            ));
        }
        Place::File(path) => path.exists(),
        Place::Server { .. } => connect(&url).await.is_ok(),
    };
    if exists {
        let text = format!("{shown} is there already\n");
        return Ok(Report::new(
            text,
            json!({ "dry_run": args.dry_run, "created": false }),
        ));
    }
    if args.dry_run {
        let what = match &place {
            Place::Server { create, .. } => create.clone(),
            _ => format!("create the file of {shown}"),
        };
        return Ok(Report::new(
            format!("would {}\n", what.replacen("CREATE", "run: CREATE", 1)),
            json!({ "dry_run": true, "created": false, "what": what }),
        ));
    }
    match &place {
        Place::Server { url, create, .. } => run(url, create).await?,
        _ => connect(&url).await?.shutdown(Duration::from_secs(1)).await,
    }
    Ok(Report::new(
        format!("{shown} is created\n"),
        json!({ "dry_run": false, "created": true }),
    ))
}

pub(super) async fn drop(session: &Session, args: &Drop) -> Result<Report> {
    let (url, place) = place(session)?;
    let shown = shown_url(&url);
    refuse_remote(&url, args.allow_remote)?;
    let name = match &place {
        Place::Memory => {
            return Err(Failure::Usage(
                "a database in memory is gone when nobody uses it".to_owned(),
            ));
        }
        Place::File(path) => path.display().to_string(),
        Place::Server { name, .. } => name.clone(),
    };
    if args.dry_run {
        let text = format!("would drop {shown}, with everything in it\n");
        return Ok(Report::new(
            text,
            json!({ "dry_run": true, "dropped": false }),
        ));
    }
    if !args.yes {
        confirm_by_name(session, &shown, &name)?;
    }
    let dropped = match &place {
        Place::Server { url, drop, .. } => {
            run(url, drop).await?;
            true
        }
        Place::File(path) => remove(path)?,
        Place::Memory => false,
    };
    let text = match dropped {
        true => format!("{shown} is dropped\n"),
        false => format!("{shown} was not there\n"),
    };
    Ok(Report::new(
        text,
        json!({ "dry_run": false, "dropped": dropped }),
    ))
}

/// What destroys everything is for development, so it needs one more word where the server is another computer.
pub(super) fn refuse_remote(url: &str, allowed: bool) -> Result<()> {
    if allowed || is_local(url) {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "{} is not on this computer, and everything in it would be lost; if that is meant, say --allow-remote",
        shown_url(url)
    )))
}

/// Asks for the database's name, which nobody types by accident.
pub(super) fn confirm_by_name(session: &Session, shown: &str, name: &str) -> Result<()> {
    let question = format!("everything in {shown} will be lost; type `{name}` to go on:");
    match session.screen.ask(&question, &["--yes".to_owned()])? == name {
        true => Ok(()),
        false => Err(Failure::Declined),
    }
}

async fn run(url: &str, sql: &str) -> Result<()> {
    let db: Db = connect(url).await?;
    db.execute_script(sql).await?;
    Ok(())
}

fn remove(path: &Path) -> Result<bool> {
    let existed = path.exists();
    for end in BESIDE {
        let mut file = path.as_os_str().to_owned();
        file.push(end);
        let file = Path::new(&file);
        if file.exists() {
            std::fs::remove_file(file).map_err(|error| Failure::file(file, &error))?;
        }
    }
    Ok(existed)
}
