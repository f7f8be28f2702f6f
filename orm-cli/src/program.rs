//! A program with commands: what it knows, and where it runs.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use clap::{CommandFactory as _, FromArgMatches as _};
use orm_core::model::ModelDef;
use serde_json::json;

use crate::args::{Arguments, Color};
use crate::command::Session;
use crate::screen::Screen;
use crate::style::{Style, Tone};
use crate::{Exit, Terminal, command};

type Variables = dyn Fn(&str) -> Option<String> + Send + Sync;

/// A program with commands: the models that it knows, and the directory and environment that it runs in.
pub struct Program {
    pub(crate) models: Option<Vec<&'static ModelDef>>,
    pub(crate) directory: PathBuf,
    variables: Box<Variables>,
}

impl Default for Program {
    fn default() -> Self {
        Self {
            models: None,
            directory: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            variables: Box::new(|name| std::env::var(name).ok()),
        }
    }
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program")
            .field("models", &self.models.as_ref().map(Vec::len))
            .field("directory", &self.directory)
            .finish_non_exhaustive()
    }
}

impl Program {
    /// A program without models, in the directory and environment of the process.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with models.
    #[must_use]
    pub fn with_models(mut self, models: Vec<&'static ModelDef>) -> Self {
        self.models = Some(models);
        self
    }

    /// The same in another directory.
    #[must_use]
    pub fn in_directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = directory.into();
        self
    }

    /// The same in another environment.
    #[must_use]
    pub fn with_variables(
        mut self,
        variables: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.variables = Box::new(variables);
        self
    }

    /// How it is called: `cargo orm` in a project's own program, `orm` by itself.
    pub(crate) fn name(&self) -> &'static str {
        match self.models {
            Some(_) => "cargo orm",
            None => "orm",
        }
    }

    /// A variable of the environment, or of the file `.env` in a directory.
    pub(crate) fn variable(&self, name: &str, root: &Path) -> Option<String> {
        let own = (self.variables)(name).filter(|value| !value.is_empty());
        own.or_else(|| {
            let text = std::fs::read_to_string(root.join(".env")).ok()?;
            crate::variables::lookup(&text, name)
        })
    }

    /// Runs one command. The arguments do not begin with the program's name.
    ///
    /// ```
    /// # #[derive(Clone, Default)]
    /// # struct Silent;
    /// # impl orm_cli::Terminal for Silent {
    /// #     fn print(&mut self, _: &str) {}
    /// #     fn note(&mut self, _: &str) {}
    /// #     fn ask(&mut self, _: &str) -> Option<String> { None }
    /// #     fn is_interactive(&self) -> bool { false }
    /// # }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use orm_cli::{Exit, Program};
    ///
    /// let exit = Program::new().run(["migrate", "--help"], Silent).await;
    /// assert_eq!(exit, Exit::Success);
    /// # }
    /// ```
    pub async fn run(
        self,
        args: impl IntoIterator<Item = impl Into<OsString>>,
        terminal: impl Terminal + 'static,
    ) -> Exit {
        let mut screen = Screen::new(terminal);
        let command = Arguments::command().bin_name(self.name());
        let args =
            std::iter::once(OsString::from(self.name())).chain(args.into_iter().map(Into::into));
        let parsed = command
            .try_get_matches_from(args)
            .and_then(|matches| Arguments::from_arg_matches(&matches));
        let arguments = match parsed {
            Ok(arguments) => arguments,
            Err(error) if error.use_stderr() => {
                screen.note(&error.render().to_string());
                return Exit::Usage;
            }
            Err(help) => {
                screen.print(&help.render().to_string());
                return Exit::Success;
            }
        };
        screen.json = arguments.global.json;
        let colors = match arguments.global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                screen.has_colors() && (self.variables)("NO_COLOR").is_none_or(|v| v.is_empty())
            }
        };
        screen.style = Style { colors };
        let session = Session {
            program: self,
            screen: screen.clone(),
            global: arguments.global,
        };
        match command::run(&session, arguments.command).await {
            Ok(report) => {
                match screen.json {
                    true => screen.print(&format!("{:#}\n", report.json)),
                    false => screen.print(&report.text),
                }
                report.exit
            }
            Err(failure) => {
                if screen.json {
                    let questions = failure.questions().iter();
                    let questions =
                        questions.map(|(q, flags)| json!({ "question": q, "flags": flags }));
                    let error = json!({ "error": {
                        "kind": failure.kind(),
                        "message": failure.to_string(),
                        "questions": questions.collect::<serde_json::Value>(),
                    }});
                    screen.print(&format!("{error:#}\n"));
                } else {
                    let word = screen.style.paint(Tone::Bad, "error:");
                    screen.note(&format!("{word} {failure}\n"));
                }
                failure.exit()
            }
        }
    }
}
