//! The commands: called inside of the test with answers from a script, and as programs of a project's own.

mod book;
mod commands;
mod project;
mod queries;
mod questions;
mod walkthrough;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use orm::cli::{Exit, Program, Terminal};
use orm::model::ModelDef;

/// What a command has printed, and how it ended.
#[derive(Debug)]
pub struct Ran {
    pub exit: Exit,
    pub out: String,
    /// Errors, warnings, questions and progress.
    pub notes: String,
}

impl Ran {
    /// The result as a program reads it.
    pub fn json(&self) -> orm::serde_json::Value {
        orm::serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }

    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.exit, Exit::Success, "{}{}", self.out, self.notes);
        self
    }
}

/// A terminal at which somebody answers by a script, or, without answers, nobody is there.
#[derive(Clone, Default)]
struct Script {
    answers: Arc<Mutex<Option<Vec<String>>>>,
    shown: Arc<Mutex<(String, String)>>,
}

impl Terminal for Script {
    fn print(&mut self, text: &str) {
        self.shown.lock().unwrap().0.push_str(text);
    }

    fn note(&mut self, text: &str) {
        self.shown.lock().unwrap().1.push_str(text);
    }

    fn ask(&mut self, question: &str) -> Option<String> {
        self.note(question);
        let answer = self.answers.lock().unwrap().as_mut()?.pop();
        self.note(&format!("{}\n", answer.as_deref().unwrap_or("(nothing)")));
        answer
    }

    fn is_interactive(&self) -> bool {
        self.answers.lock().unwrap().is_some()
    }
}

/// A folder with a project in it, gone in the end.
pub struct Project {
    pub path: PathBuf,
    pub url: String,
}

impl Project {
    pub fn new(url: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("orm-cli-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self {
            path,
            url: url.to_owned(),
        }
    }

    /// The same with an `orm.toml` for the database's own SQL.
    pub fn configured(db: &orm::Db, url: &str) -> Self {
        let project = Self::new(url);
        let key = db.dialect().file_keys()[0];
        project.write("orm.toml", &format!("dialects = [\"{key}\"]\n"));
        project
    }

    pub fn write(&self, file: &str, text: &str) {
        let path = self.path.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn read(&self, file: impl AsRef<Path>) -> String {
        std::fs::read_to_string(self.path.join(file)).unwrap()
    }

    /// The folder of the newest migration, relative to the project.
    pub fn newest(&self) -> PathBuf {
        let folder = std::fs::read_dir(self.path.join("migrations")).unwrap();
        let newest = folder
            .map(|entry| entry.unwrap().file_name())
            .max()
            .unwrap();
        Path::new("migrations").join(newest)
    }

    /// Runs a command where nobody can answer.
    pub async fn run(&self, models: &[&'static ModelDef], command: &str) -> Ran {
        self.call(Some(models), command, Script::default()).await
    }

    /// Runs a command of the program that knows no models.
    pub async fn plain(&self, command: &str) -> Ran {
        self.call(None, command, Script::default()).await
    }

    /// Runs a command at a terminal where these answers are given.
    pub async fn answering(
        &self,
        models: &[&'static ModelDef],
        command: &str,
        answers: &[&str],
    ) -> Ran {
        let script = Script::default();
        let answers = answers.iter().rev().map(|a| (*a).to_owned()).collect();
        *script.answers.lock().unwrap() = Some(answers);
        self.call(Some(models), command, script.clone()).await
    }

    async fn call(
        &self,
        models: Option<&[&'static ModelDef]>,
        command: &str,
        script: Script,
    ) -> Ran {
        let url = self.url.clone();
        let program = Program::new()
            .in_directory(&self.path)
            .with_variables(move |name| (name == "DATABASE_URL").then(|| url.clone()));
        let program = match models {
            Some(models) => program.with_models(models.to_vec()),
            None => program,
        };
        let exit = program.run(words(command), script.clone()).await;
        let (out, notes) = script.shown.lock().unwrap().clone();
        Ran { exit, out, notes }
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// The words of a command; `"…"` holds together.
fn words(command: &str) -> Vec<String> {
    let parts = command.split('"').enumerate();
    parts
        .flat_map(|(at, part)| match at % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        })
        .collect()
}
