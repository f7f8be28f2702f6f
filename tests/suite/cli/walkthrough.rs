//! The book's chapter about migrations, done as a reader would: its files written, its commands run, and what they print compared.
//!
//! What a command prints is compared on SQLite, for which it stands in the book; on the others, that it ends well. After a change that is
//! meant, `ORM_BOOK=overwrite cargo test --test suite walkthrough` writes the chapter anew.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Project;
use super::project::program;

const CHAPTER: &str = "book/src/migrating.md";

/// The program `orm` as it is installed.
const INSTALLED: &str =
    "fn main() -> std::process::ExitCode {\n    orm::cli::main_without_models()\n}\n";

/// A piece of the chapter.
enum Piece {
    /// What is not run.
    Text(String),
    /// A file to be written: its name and text.
    File(String, String),
    /// Commands, each with what it prints.
    Console(Vec<(String, String)>),
}

fn chapter() -> Vec<Piece> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(CHAPTER);
    let text = std::fs::read_to_string(path).unwrap();
    let mut pieces = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        pieces.push(Piece::Text(format!("{line}\n")));
        let Some(language) = line.strip_prefix("```").filter(|l| !l.is_empty()) else {
            continue;
        };
        let block: Vec<&str> = lines.by_ref().take_while(|l| *l != "```").collect();
        let file = block.first().and_then(|first| {
            let name = first.strip_prefix("// ").or(first.strip_prefix("# "))?;
            (name.contains('.') && !name.contains(' ')).then_some(name)
        });
        pieces.push(match (language, file) {
            ("console", _) => Piece::Console(commands(&block)),
            (_, Some(name)) => Piece::File(name.to_owned(), block.join("\n") + "\n"),
            _ => Piece::Text(block.join("\n") + "\n"),
        });
        pieces.push(Piece::Text("```\n".to_owned()));
    }
    pieces
}

fn commands(block: &[&str]) -> Vec<(String, String)> {
    let mut commands: Vec<(String, String)> = Vec::new();
    for line in block {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push((command.to_owned(), String::new())),
            (None, Some((_, printed))) => {
                printed.push_str(line);
                printed.push('\n');
            }
            (None, None) => panic!("a block of commands begins with `$ `, not with `{line}`"),
        }
    }
    commands
}

/// What a command prints, without what is another every time.
fn normalized(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut line = line.trim_end().to_owned();
        // How long something took.
        if let Some((start, took)) = line.rsplit_once("  ")
            && (took.ends_with("ms") || took.ends_with("µs") || took.ends_with('s'))
            && took.starts_with(|c: char| c.is_ascii_digit())
        {
            line = start.to_owned();
        }
        out.push_str(&digits(&line));
        out.push('\n');
    }
    out
}

/// Ids and times, which are long, as those of the first of January; the first migration comes before the second one.
fn digits(line: &str) -> String {
    let mut out = String::new();
    let mut run = String::new();
    for c in line.chars().chain([' ']) {
        if c.is_ascii_digit() {
            run.push(c);
            continue;
        }
        out.push_str(if run.len() == 14 {
            "20260101120000"
        } else {
            &run
        });
        run.clear();
        out.push(c);
    }
    out.pop();
    moments(&out)
}

/// `2026-01-01T12:00:00…` for every moment.
fn moments(line: &str) -> String {
    let words = line.split(' ').map(|word| {
        let moment = word.len() >= 19 && word.as_bytes()[4] == b'-' && word.as_bytes()[10] == b'T';
        if moment { "2026-01-01T12:00:00Z" } else { word }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A project, and the programs that the commands find.
struct Shell {
    project: Project,
    programs: PathBuf,
}

impl Shell {
    fn new(url: &str) -> Self {
        let project = Project::new(url);
        let programs = project.path.join(".programs");
        std::fs::create_dir(&programs).unwrap();
        let shell = Self { project, programs };
        shell.provide("orm", &program("", INSTALLED), "");
        shell
    }

    /// A program by this name that calls another one; `skip` words are left out.
    fn provide(&self, name: &str, program: &Path, skip: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.programs.join(name);
        let script = format!("#!/bin/sh\n{skip}\nexec '{}' \"$@\"\n", program.display());
        std::fs::write(&path, script).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn write(&self, name: &str, text: &str) {
        // The database is another one than the book's.
        let text = match name {
            ".env" => format!("DATABASE_URL={}\n", self.project.url),
            _ => text.to_owned(),
        };
        self.project.write(name, &text);
    }

    /// Runs a command, and gives what it prints.
    fn run(&self, command: &str) -> String {
        if command.starts_with("cargo ") {
            // What cargo does: it builds the binary, and calls it with the words behind `orm`.
            let binary = self.project.read("src/bin/orm.rs");
            let program = program(&self.project.read("src/lib.rs"), &binary);
            self.provide("cargo", &program, "shift");
        }
        let path = format!(
            "{}:{}",
            self.programs.display(),
            std::env::var("PATH").unwrap()
        );
        let output = Command::new("sh")
            .args(["-c", command])
            .current_dir(&self.project.path)
            .env("PATH", path)
            .env_remove("DATABASE_URL")
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "$ {command}\n{out}{errors}");
        normalized(&out)
    }
}

/// Does everything in the chapter, and gives it with what was really printed.
fn walk(url: &str) -> (String, String) {
    let shell = Shell::new(url);
    let (mut expected, mut found) = (String::new(), String::new());
    for piece in chapter() {
        match piece {
            Piece::Text(text) => {
                expected.push_str(&text);
                found.push_str(&text);
            }
            Piece::File(name, text) => {
                expected.push_str(&text);
                found.push_str(&text);
                shell.write(&name, &text);
            }
            Piece::Console(commands) => {
                for (command, printed) in commands {
                    expected.push_str(&format!("$ {command}\n{printed}"));
                    found.push_str(&format!("$ {command}\n{}", shell.run(&command)));
                }
            }
        }
    }
    (expected, found)
}

on_every_database! {
    only sqlite_file, postgres, mariadb;

    async fn the_chapter_about_migrations_does_what_it_says(db: Db) {
        let (expected, found) = walk(&db.url);
        if !db.is_sqlite() {
            return Ok(());
        }
        if std::env::var("ORM_BOOK").is_ok_and(|value| value == "overwrite") {
            std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(CHAPTER), found).unwrap();
        } else {
            assert_eq!(found, expected, "the chapter {CHAPTER} shows what is not so");
        }
    }
}
