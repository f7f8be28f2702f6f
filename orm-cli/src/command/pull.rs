//! `db pull`

use orm_migrate::introspect::{Options, introspect};
use serde_json::json;

use crate::args::Pull;
use crate::command::Session;
use crate::failure::{Failure, Result};
use crate::project::connect;
use crate::report::{Report, counted};

pub(super) async fn run(session: &Session, args: &Pull) -> Result<Report> {
    let project = session.find_project()?;
    let db = connect(&session.url(project.as_ref())?).await?;
    let mut options = Options::new()
        .schemas(args.schema.clone())
        .without(orm_migrate::history::TABLE)
        .without(db.dialect().other_history().0);
    for table in &args.without {
        options = options.without(table);
    }
    let found = introspect(&db, &options).await?;
    let source = orm_migrate::pull::models(&found, db.dialect());
    let tables = counted(found.schema.tables.len(), "table");
    let left: Vec<String> = found.unmanaged.iter().map(ToString::to_string).collect();
    let Some(out) = &args.out else {
        let json =
            json!({ "source": source, "tables": found.schema.tables.len(), "not_in_models": left });
        return Ok(Report::new(source, json));
    };
    let path = session.program.directory.join(out);
    if path.exists() && !args.force {
        let question = format!("{} is there already; write over it?", out.display());
        session.screen.confirm(&question, "--force")?;
    }
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(|error| Failure::file(parent, &error))?;
    }
    std::fs::write(&path, &source).map_err(|error| Failure::file(&path, &error))?;
    let mut text = format!("{tables} in {}\n", out.display());
    if !left.is_empty() {
        text.push_str("what models do not say stands at the head of the file\n");
    }
    let json = json!({ "file": out, "tables": found.schema.tables.len(), "not_in_models": left });
    Ok(Report::new(text, json))
}
