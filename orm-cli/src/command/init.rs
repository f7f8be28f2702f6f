//! `init`

mod edit;

use std::path::{Path, PathBuf};

use orm_migrate::dialect_of;
use serde_json::{Value, json};

use crate::args::Init;
use crate::command::Session;
use crate::failure::{Failure, Result};
use crate::project::{FILE, connect, dialect_of_url};
use crate::report::Report;
use crate::style::Tone;

/// The binary of a project that knows its models.
fn binary(library: &str) -> String {
    format!(
        "//! The commands `cargo orm …`, which know the models of `{library}`.\n\nuse std::process::ExitCode;\n\nuse {library} as _;\n\nfn main() -> ExitCode {{\n    orm::cli::main()\n}}\n"
    )
}

fn config(dialects: &[String]) -> String {
    let list: Vec<String> = dialects.iter().map(|d| format!("\"{d}\"")).collect();
    format!(
        r#"# The databases that migrations are written for: "sqlite", "postgres", "mariadb", "mysql".
dialects = [{}]

[database]
url_env = "DATABASE_URL"                # the variable with the URL, in the environment or in .env

[migrations]
folder = "migrations"
out_of_order = "refuse"                 # or "accept": what comes before something that is applied already
lock_wait = 60                          # seconds to wait for others who deploy
lock_timeout = 5                        # seconds to wait for a lock on a table
"#,
        list.join(", ")
    )
}

/// A file to be written, and how it is there already.
struct Planned {
    path: PathBuf,
    text: String,
    there: There,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum There {
    /// It is new.
    Not,
    /// It is there, and only gets something more.
    Extended,
    /// It is there with another text.
    Other,
}

pub(super) async fn run(session: &Session, args: &Init) -> Result<Report> {
    let root = session.program.directory.clone();
    let manifest = root.join("Cargo.toml");
    let text = std::fs::read_to_string(&manifest).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::message(
            "there is no Cargo.toml here; call `init` in the directory of the package that has the models",
        ),
        _ => Failure::file(&manifest, &error),
    })?;
    let package = edit::Package::parse(&text).map_err(Failure::message)?;
    let dialects = dialects(session, args, &root).await?;
    let alias = root.join(".cargo/config.toml");
    let aliases = std::fs::read_to_string(&alias).unwrap_or_default();
    let has_main = root.join("src/main.rs").is_file();

    let mut files = Vec::new();
    plan(&mut files, root.join(FILE), Some(config(&dialects)), false);
    plan(
        &mut files,
        root.join("src/bin/orm.rs"),
        Some(binary(&package.library)),
        false,
    );
    plan(
        &mut files,
        alias,
        edit::alias(&aliases).map_err(Failure::message)?,
        true,
    );
    plan(
        &mut files,
        manifest,
        edit::manifest(&text, &package, has_main).map_err(Failure::message)?,
        true,
    );

    let mut out = String::new();
    let mut done = Vec::new();
    for file in &files {
        let shown = shown(&root, &file.path);
        let word = match file.there {
            There::Not => "write",
            There::Extended => "extend",
            There::Other => "write over",
        };
        if args.dry_run {
            out.push_str(&format!("would {word} {shown}\n"));
            continue;
        }
        if file.there == There::Other && !args.force {
            let question = format!("{shown} is there already, with another text; write over it?");
            match session.screen.confirm(&question, "--force") {
                Err(Failure::Declined) => continue,
                other => other?,
            }
        }
        write(file)?;
        done.push(shown.clone());
        let past = match file.there {
            There::Not => "wrote",
            There::Extended => "extended",
            There::Other => "wrote over",
        };
        out.push_str(&format!(
            "{} {shown}\n",
            session.screen.style.paint(Tone::Good, past)
        ));
    }
    if files.is_empty() {
        out.push_str("everything is there already\n");
    }
    if !args.dry_run {
        out.push_str(&next(session, &root, &package));
    }
    let planned: Value = files.iter().map(|f| shown(&root, &f.path)).collect();
    Ok(Report::new(
        out,
        json!({ "dry_run": args.dry_run, "dialects": dialects, "files": planned, "written": done }),
    ))
}

/// What a file should be, if it is not that yet.
fn plan(files: &mut Vec<Planned>, path: PathBuf, text: Option<String>, extends: bool) {
    let Some(text) = text else { return };
    let there = match std::fs::read_to_string(&path) {
        Ok(old) if old == text => return,
        Ok(_) if extends => There::Extended,
        Ok(_) => There::Other,
        Err(_) if path.exists() => There::Other,
        Err(_) => There::Not,
    };
    files.push(Planned { path, text, there });
}

fn write(file: &Planned) -> Result<()> {
    let failed = |error: std::io::Error| Failure::file(&file.path, &error);
    if let Some(parent) = file.path.parent() {
        std::fs::create_dir_all(parent).map_err(failed)?;
    }
    std::fs::write(&file.path, &file.text).map_err(failed)
}

fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root)
        .unwrap_or(path)
        .display()
        .to_string()
}

/// The databases that were named, or the one of the URL. Which of two that share a scheme it is, only the server knows.
async fn dialects(session: &Session, args: &Init, root: &Path) -> Result<Vec<String>> {
    let unknown = args.dialect.iter().find(|key| dialect_of(key).is_none());
    if let Some(key) = unknown {
        let known = orm_migrate::dialect_keys().join("`, `");
        return Err(Failure::Usage(format!(
            "`{key}` is unknown; there are `{known}`"
        )));
    }
    if !args.dialect.is_empty() {
        return Ok(args.dialect.clone());
    }
    let given = session.global.database_url.clone();
    let Some(url) = given.or_else(|| session.program.variable("DATABASE_URL", root)) else {
        return match session.screen.is_interactive() {
            false => Ok(vec!["sqlite".to_owned()]),
            true => {
                let answer = session.screen.ask(
                    "which database is it for: sqlite, postgres, mariadb, mysql? [sqlite]",
                    &[],
                )?;
                match dialect_of(&answer) {
                    Some(_) => Ok(vec![answer]),
                    None if answer.is_empty() => Ok(vec!["sqlite".to_owned()]),
                    None => Err(Failure::Usage(format!("`{answer}` is unknown"))),
                }
            }
        };
    };
    let by_url = dialect_of_url(&url)
        .ok_or_else(|| Failure::Usage("the scheme of the URL is unknown".to_owned()))?;
    let is_file = by_url.scratch("", "").create.is_none();
    let dialect = match is_file {
        true => by_url,
        false => connect(&url).await.map_or(by_url, |db| db.dialect()),
    };
    Ok(dialect
        .file_keys()
        .first()
        .map(|key| (*key).to_owned())
        .into_iter()
        .collect())
}

/// What is left to do.
fn next(session: &Session, root: &Path, package: &edit::Package) -> String {
    let mut out = String::from("\nnext:\n");
    if !package.has_orm {
        out.push_str(
            "  cargo add orm                              # with the features of your databases\n",
        );
    }
    if !root.join("src/lib.rs").is_file() {
        out.push_str(&format!(
            "  src/lib.rs is missing: the commands see the models of the library `{}`, not those of src/main.rs\n",
            package.library
        ));
    }
    if session.program.variable("DATABASE_URL", root).is_none() {
        out.push_str("  set DATABASE_URL, in the environment or in .env\n");
    }
    out.push_str(
        "  cargo orm migrate dev --name init          # the first migration, from your models\n",
    );
    out
}
