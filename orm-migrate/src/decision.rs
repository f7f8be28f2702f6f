//! What only a person can know about a change: that something was renamed, what rows get that have nothing yet.

use std::collections::BTreeMap;
use std::fmt;

use orm_core::model::ModelDef;
use orm_core::{Error, Result};

/// What was decided about a change, by flags, by the models, or on a terminal.
///
/// Things are named by their path: `users`, `users.email`, `schema.users.email`, and a label of an enum `role.member`. A path that
/// stands for what was there before has the old names, any other the new ones.
///
/// ```
/// use orm_migrate::Decisions;
///
/// let mut decisions = Decisions::new();
/// decisions.rename("users.name=users.full_name")?;
/// decisions.drop("users.age");
/// decisions.backfill("users.country", "'de'");
/// # Ok::<(), orm::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Decisions {
    pub(crate) renames: Vec<(String, String)>,
    /// Renames that the models tell of; they say nothing once they are carried out.
    pub(crate) hints: Vec<(String, String)>,
    pub(crate) dropped: Vec<String>,
    /// SQL for the rows that are there; `None` says that there are none.
    pub(crate) backfills: BTreeMap<String, Option<String>>,
    pub(crate) casts: BTreeMap<String, String>,
    /// Whether nothing is asked: a way back is taken as it is.
    pub(crate) assume: bool,
}

impl Decisions {
    /// Nothing is decided.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes up what the models say by `renamed_from`.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// #[derive(Model)]
    /// #[model(renamed_from = "accounts")]
    /// struct User { id: Id<User>, #[model(renamed_from = "name")] full_name: String }
    ///
    /// let decisions = orm_migrate::Decisions::of_models(&[User::def()]);
    /// ```
    pub fn of_models(models: &[&'static ModelDef]) -> Self {
        let mut decisions = Self::new();
        let mut models = models.to_vec();
        models.sort_by_key(|m| (m.schema, m.table));
        for model in models {
            let path = |table: &str| match model.schema {
                Some(schema) => format!("{schema}.{table}"),
                None => table.to_owned(),
            };
            let new = path(model.table);
            let old = model.renamed_from.map_or_else(|| new.clone(), path);
            if old != new {
                decisions.hints.push((old.clone(), new.clone()));
            }
            for column in &model.columns {
                if let Some(from) = column.renamed_from {
                    let to = format!("{new}.{}", column.name);
                    decisions.hints.push((format!("{old}.{from}"), to.clone()));
                    // The table may have its new name already.
                    if old != new {
                        decisions.hints.push((format!("{new}.{from}"), to));
                    }
                }
            }
        }
        decisions
    }

    /// Says that something has another name now: `users.name=users.full_name`, `role.member=role.user`.
    ///
    /// # Errors
    /// When it is not of the form `old=new`.
    pub fn rename(&mut self, renamed: &str) -> Result<()> {
        match renamed.split_once('=') {
            Some((from, to)) if !from.trim().is_empty() && !to.trim().is_empty() => {
                let pair = (from.trim().to_owned(), to.trim().to_owned());
                self.renames.retain(|(from, _)| *from != pair.0);
                self.renames.push(pair);
                Ok(())
            }
            _ => Err(Error::invalid_query(format!(
                "`{renamed}` is no rename; write `old=new`, as in `users.name=users.full_name`"
            ))),
        }
    }

    /// Says that something is gone, and was not renamed.
    pub fn drop(&mut self, path: &str) {
        self.dropped.push(path.trim().to_owned());
    }

    /// Gives the value, in SQL, that rows get in a column that needs one.
    pub fn backfill(&mut self, column: &str, sql: &str) {
        self.backfills
            .insert(column.trim().to_owned(), Some(sql.to_owned()));
    }

    /// Says that no row needs a value in this column; if one does, the migration fails.
    pub fn no_rows(&mut self, column: &str) {
        self.backfills.insert(column.trim().to_owned(), None);
    }

    /// Gives the expression, in SQL over the column's old value, that is its new value.
    pub fn cast(&mut self, column: &str, sql: &str) {
        self.casts.insert(column.trim().to_owned(), sql.to_owned());
    }

    /// Keeps the answer to a question.
    ///
    /// ```
    /// # use orm_migrate::{Answer, Decisions, Question};
    /// # let question = Question::Renamed {
    /// #     from: "users.name".into(),
    /// #     candidates: vec!["users.full_name".into()],
    /// # };
    /// let mut decisions = Decisions::new();
    /// decisions.answer(&question, Answer::Renamed("users.full_name".into()))?;
    /// # Ok::<(), orm::Error>(())
    /// ```
    ///
    /// # Errors
    /// When it is no answer to this question.
    pub fn answer(&mut self, question: &Question, answer: Answer) -> Result<()> {
        match (question, answer) {
            (Question::Renamed { from, .. }, Answer::Renamed(to)) => {
                self.rename(&format!("{from}={to}"))
            }
            (Question::Renamed { from, .. }, Answer::Dropped) => {
                self.drop(from);
                Ok(())
            }
            (Question::Backfill { column, .. }, Answer::Sql(sql)) => {
                self.backfill(column, &sql);
                Ok(())
            }
            (Question::Backfill { column, .. }, Answer::NoRows) => {
                self.no_rows(column);
                Ok(())
            }
            (Question::Cast { column, .. }, Answer::Sql(sql)) => {
                self.cast(column, &sql);
                Ok(())
            }
            (question, _) => Err(Error::invalid_query(format!(
                "this does not answer the question: {question}"
            ))),
        }
    }
}

/// What must be known before a change can be planned.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Question {
    /// Something is gone, and something that it may be now is new.
    Renamed {
        /// The path of what is gone.
        from: String,
        /// The paths of what it may be now, the most similar first.
        candidates: Vec<String>,
    },
    /// A column needs a value in the rows that are there.
    Backfill {
        /// The column's path.
        column: String,
        /// Whether the column itself is new.
        new: bool,
    },
    /// A column's values must become those of another type, and there is more than one way, or none that is known.
    Cast {
        /// The column's path.
        column: String,
        /// The type before, in words of the database.
        from: String,
        /// The type after.
        to: String,
    },
}

/// An answer to a [`Question`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// It has this path now.
    Renamed(String),
    /// It is gone, with what it held.
    Dropped,
    /// A value or an expression, in SQL.
    Sql(String),
    /// There is no row that it matters for.
    NoRows,
}

impl Question {
    /// The answers that can be chosen from, each with its words. Where an expression in SQL is an answer, too,
    /// [`takes_sql`](Self::takes_sql) says so.
    pub fn choices(&self) -> Vec<(String, Answer)> {
        match self {
            Self::Renamed { from, candidates } => {
                let renamed = candidates.iter().map(|to| {
                    (
                        format!("{from} was renamed to {to}"),
                        Answer::Renamed(to.clone()),
                    )
                });
                let dropped = (
                    format!("{from} is gone, with everything in it"),
                    Answer::Dropped,
                );
                renamed.chain([dropped]).collect()
            }
            Self::Backfill { .. } => vec![(
                "no row needs a value; fail if one does".to_owned(),
                Answer::NoRows,
            )],
            Self::Cast { .. } => Vec::new(),
        }
    }

    /// Whether an expression in SQL is an answer.
    pub fn takes_sql(&self) -> bool {
        matches!(self, Self::Backfill { .. } | Self::Cast { .. })
    }

    /// The flags of the command line that answer it, one for each way.
    pub fn flags(&self) -> Vec<String> {
        match self {
            Self::Renamed { from, candidates } => candidates
                .iter()
                .map(|to| format!("--rename {from}={to}"))
                .chain([format!("--drop {from}")])
                .collect(),
            Self::Backfill { column, .. } => vec![
                format!("--backfill {column}=<SQL>"),
                format!("--no-rows {column}"),
            ],
            Self::Cast { column, .. } => vec![format!("--cast {column}=<SQL>")],
        }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Renamed { from, candidates } => {
                write!(
                    f,
                    "is {from} gone, or is it now {}?",
                    candidates.join(" or ")
                )
            }
            Self::Backfill { column, new: true } => {
                write!(
                    f,
                    "which value do the rows that are there get in the new column {column}?"
                )
            }
            Self::Backfill { column, new: false } => {
                write!(
                    f,
                    "which value do the rows get that have none in {column}, which needs one now?"
                )
            }
            Self::Cast { column, from, to } => {
                write!(
                    f,
                    "how do the values of {column} change from {from} to {to}?"
                )
            }
        }
    }
}
