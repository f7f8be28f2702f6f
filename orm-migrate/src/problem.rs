//! What can be wrong with migrations, each with what to do about it.

use std::fmt;

use orm_core::{Error, ErrorKind};

/// Why migrations cannot be read, applied or undone.
///
/// It is the source of an [`Error`] of the kind [`ErrorKind::Migration`]; [`Problem::of`] finds it there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// A file or folder cannot be read or written.
    File {
        /// Which one.
        path: String,
        /// What is wrong with it.
        message: String,
    },
    /// The file of a migration does not say what it should.
    Malformed {
        /// Which file.
        path: String,
        /// What is wrong, and where.
        message: String,
    },
    /// The folder's name is not the id that the migration was made with.
    Renamed {
        /// The folder.
        folder: String,
        /// The id.
        id: String,
    },
    /// There are two migrations with one id.
    Duplicated {
        /// The id.
        id: String,
    },
    /// Two migrations were made from the same state.
    Forked {
        /// The migration that both follow; `None` for the empty database.
        parent: Option<String>,
        /// The one.
        first: String,
        /// The other.
        second: String,
    },
    /// A migration follows one that is not there.
    NoParent {
        /// The migration.
        id: String,
        /// What it follows.
        parent: String,
    },
    /// Migrations follow each other in a circle.
    Circle {
        /// One of them.
        id: String,
    },
    /// A schema was changed by hand.
    EditedSchema {
        /// The migration.
        id: String,
    },
    /// There is no SQL for this database.
    NoSql {
        /// The migration.
        id: String,
        /// The file that is looked for.
        file: String,
    },
    /// A migration was changed after it had been applied.
    Edited {
        /// The migration.
        id: String,
    },
    /// A migration was applied and is not there any more.
    Missing {
        /// The migration.
        id: String,
    },
    /// A migration was applied after another one than it follows now.
    Diverged {
        /// The migration.
        id: String,
        /// What it followed when it was applied.
        recorded: Option<String>,
        /// What it follows now.
        parent: Option<String>,
    },
    /// A migration that is not applied comes before one that is.
    OutOfOrder {
        /// The migration.
        id: String,
        /// The one behind it that is applied.
        applied: String,
    },
    /// An earlier attempt stopped at a statement, and something of it stays.
    Stopped {
        /// The migration.
        id: String,
        /// How many of its steps were carried out.
        done: usize,
        /// How many it has.
        total: usize,
        /// The step that failed, counted from 1, and its beginning.
        step: usize,
        /// Its beginning.
        statement: String,
        /// What the database said.
        error: String,
    },
    /// An earlier attempt ended in the middle of a statement, and it is not known whether that was carried out.
    Interrupted {
        /// The migration.
        id: String,
        /// How many of its steps were carried out for certain.
        done: usize,
        /// How many it has.
        total: usize,
        /// The statement's beginning.
        statement: String,
    },
    /// The steps of a migration that were carried out already have been changed since.
    EditedSteps {
        /// The migration.
        id: String,
        /// The first changed step, counted from 1.
        step: usize,
    },
    /// A statement failed.
    Failed {
        /// The migration.
        id: String,
        /// The file and line of the statement.
        place: String,
        /// The step, counted from 1.
        step: usize,
        /// How many steps the migration has.
        total: usize,
        /// How many steps stay carried out.
        stay: usize,
        /// The statement's beginning.
        statement: String,
        /// What the database said.
        error: String,
    },
    /// Somebody else applies migrations, and did not end in time.
    Locked {
        /// How long this one waited.
        waited: std::time::Duration,
    },
    /// A script names a step in Rust that the program does not have.
    NoStep {
        /// The file and line.
        place: String,
        /// The step.
        step: String,
        /// The steps that there are.
        known: Vec<String>,
    },
    /// A script begins or ends a transaction by itself.
    OwnTransaction {
        /// The file and line.
        place: String,
        /// The statement.
        statement: String,
    },
    /// Rows refer to nothing after a script that ran with foreign keys off.
    BrokenForeignKeys {
        /// The migration.
        id: String,
        /// The tables, and the tables that they refer to.
        between: Vec<(String, String)>,
    },
    /// The database is not as the migrations left it.
    Drift {
        /// The migration that was applied last.
        id: String,
        /// What is different.
        differences: Vec<String>,
    },
    /// There is no migration with this id.
    Unknown {
        /// The id.
        id: String,
        /// The nearest one.
        nearest: Option<String>,
    },
    /// A migration cannot be undone.
    NoDown {
        /// The migration.
        id: String,
    },
    /// Undoing a migration would lose data.
    Lossy {
        /// The migration.
        id: String,
    },
    /// A `down` was made for another `up`.
    StaleDown {
        /// The migration.
        id: String,
        /// The file that was changed.
        file: String,
    },
    /// What was asked for does not fit the state of a migration.
    WrongState {
        /// The migration.
        id: String,
        /// What it is, and what to do.
        message: String,
    },
    /// The same part of the schema was changed by two branches.
    Conflict {
        /// The one.
        first: String,
        /// The other.
        second: String,
        /// What both changed.
        what: Vec<String>,
    },
    /// A replay has shown that a migration does not do what it says.
    Unproved {
        /// The migration.
        id: String,
        /// What was expected, and what to do.
        message: String,
        /// What is different.
        differences: Vec<String>,
    },
}

impl Problem {
    /// The problem behind an error.
    ///
    /// ```
    /// use orm::migrate::{Folder, Problem};
    ///
    /// let error = Folder::load("no/such/folder").unwrap_err();
    /// assert!(matches!(Problem::of(&error), Some(Problem::File { .. })));
    /// ```
    pub fn of(error: &Error) -> Option<&Self> {
        std::error::Error::source(error).and_then(|source| source.downcast_ref())
    }
}

impl Problem {
    /// The problem as the crate's one error.
    ///
    /// It is no `From`: a second type that turns into the error would leave `?` behind a closure without a type.
    pub(crate) fn into_error(self) -> Error {
        Error::new(ErrorKind::Migration).with_source(self)
    }
}

impl std::error::Error for Problem {}

fn or_nothing(id: Option<&str>) -> String {
    id.map_or_else(|| "the empty database".to_owned(), |id| format!("`{id}`"))
}

impl fmt::Display for Problem {
    #[expect(clippy::too_many_lines, reason = "one arm a problem, and nothing else")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, message } => write!(f, "{path}: {message}"),
            Self::Malformed { path, message } => {
                write!(f, "{path} is not as it should be: {message}")
            }
            Self::Renamed { folder, id } => write!(
                f,
                "the folder `{folder}` holds the migration `{id}`; give the folder that name again, or, if it was copied, make a new migration instead"
            ),
            Self::Duplicated { id } => {
                write!(f, "there are two migrations `{id}`; keep one of them")
            }
            Self::Forked {
                parent,
                first,
                second,
            } => write!(
                f,
                "`{first}` and `{second}` both follow {}: they come from two branches; put the one that is not deployed yet behind the other with `migrate rebase {second}`",
                or_nothing(parent.as_deref())
            ),
            Self::NoParent { id, parent } => write!(
                f,
                "`{id}` follows `{parent}`, which is not there; bring that folder back (is a branch not merged yet?), or put `{id}` elsewhere with `migrate rebase {id}`"
            ),
            Self::Circle { id } => write!(
                f,
                "`{id}` follows itself by way of its parents; correct `parent` in its migration.toml"
            ),
            Self::EditedSchema { id } => write!(
                f,
                "the schema.toml of `{id}` was changed by hand: it is what `up.sql` leads to, so undo the change, and change the models instead; `check --verify` shows what `up.sql` leads to"
            ),
            Self::NoSql { id, file } => write!(
                f,
                "`{id}` has no SQL for this database; write `{file}`, or list the database in orm.toml before making migrations"
            ),
            Self::Edited { id } => write!(
                f,
                "`{id}` was changed after it had been applied; undo the change, and put what is to be different into a new migration"
            ),
            Self::Missing { id } => write!(
                f,
                "`{id}` is applied in this database, and its folder is not there; bring it back (is a branch not merged yet?), or undo it with `rollback` where it still is"
            ),
            Self::Diverged {
                id,
                recorded,
                parent,
            } => write!(
                f,
                "`{id}` was applied after {}, and follows {} now; undo the change of its `parent`, or of the migrations before it",
                or_nothing(recorded.as_deref()),
                or_nothing(parent.as_deref())
            ),
            Self::OutOfOrder { id, applied } => write!(
                f,
                "`{id}` is not applied, and `{applied}`, which comes after it, is; put it behind with `migrate rebase {id}`, or accept it where it is with `out_of_order = \"accept\"`"
            ),
            Self::Stopped {
                id,
                done,
                total,
                step,
                statement,
                error,
            } => write!(
                f,
                "`{id}` stopped at step {step} of {total} ({done} are carried out and stay): `{statement}`: {error}\nset right what hindered it and deploy again, which goes on at that step; or undo the {done} by hand and say so with `resolve --rolled-back {id}`; or do the rest by hand and say so with `resolve --applied {id}`"
            ),
            Self::Interrupted {
                id,
                done,
                total,
                statement,
            } => write!(
                f,
                "`{id}` was interrupted after {done} of {total} steps, in the middle of `{statement}`; look whether that was carried out, and say so with `resolve --step-applied {id}` or `resolve --step-rolled-back {id}`, then deploy again, which goes on from there"
            ),
            Self::EditedSteps { id, step } => write!(
                f,
                "`{id}` stopped in the middle, and its step {step}, which is carried out, was changed since; undo that change (steps from the failed one on may change), or undo the steps in the database and say so with `resolve --rolled-back {id}`"
            ),
            Self::Failed {
                id,
                place,
                step,
                total,
                stay,
                statement,
                error,
            } => {
                writeln!(
                    f,
                    "`{id}` failed at step {step} of {total}, {place}: `{statement}`: {error}"
                )?;
                match stay {
                    0 => f.write_str("nothing of it stays; correct it and deploy again"),
                    stay => write!(
                        f,
                        "the first {stay} steps stay; correct the failed one and deploy again, which goes on there"
                    ),
                }
            }
            Self::Locked { waited } => write!(
                f,
                "somebody else is applying migrations and did not end within {waited:?}; look who, wait, or allow more time"
            ),
            Self::NoStep { place, step, known } => {
                write!(
                    f,
                    "{place}: the program has no step `{step}`; write `#[orm::migration_step(\"{step}\")]` above its function and link its crate"
                )?;
                match known.as_slice() {
                    [] => Ok(()),
                    known => write!(f, " (it has: {})", known.join(", ")),
                }
            }
            Self::OwnTransaction { place, statement } => write!(
                f,
                "{place}: `{statement}` begins or ends a transaction, which is our part; remove it, or write `transaction = \"none\"` in migration.toml if the steps must not be in one"
            ),
            Self::BrokenForeignKeys { id, between } => {
                write!(
                    f,
                    "`{id}` leaves rows that refer to nothing, and was undone: "
                )?;
                let mut first = true;
                for (table, target) in between {
                    write!(f, "{}`{table}` → `{target}`", if first { "" } else { ", " })?;
                    first = false;
                }
                f.write_str("; delete or correct these rows, in the migration or before it")
            }
            Self::Drift { id, differences } => {
                write!(
                    f,
                    "the database is not as `{id}` left it, so somebody changed it by hand:"
                )?;
                list(f, differences)?;
                f.write_str("\nundo these changes, or make them a migration of their own, or go on regardless with `check_drift(false)`")
            }
            Self::Unknown { id, nearest } => {
                write!(f, "there is no migration `{id}`")?;
                match nearest {
                    Some(nearest) => write!(f, "; did you mean `{nearest}`?"),
                    None => Ok(()),
                }
            }
            Self::NoDown { id } => write!(
                f,
                "`{id}` has no `down`, so it cannot be undone; write one, or make a migration that sets right what is wrong"
            ),
            Self::Lossy { id } => write!(
                f,
                "undoing `{id}` would lose data; allow it by `allow_loss` if that is meant"
            ),
            Self::StaleDown { id, file } => write!(
                f,
                "the `{file}` of `{id}` was changed after its `down` had been made; look whether `down` still undoes it, and write the checksum that `check` shows into `undoes` of migration.toml"
            ),
            Self::WrongState { id, message } => write!(f, "`{id}` {message}"),
            Self::Conflict {
                first,
                second,
                what,
            } => {
                write!(f, "`{first}` and `{second}` both change the same:")?;
                list(f, what)?;
                f.write_str("\ntake one of them back, and make its migration again from the models")
            }
            Self::Unproved {
                id,
                message,
                differences,
            } => {
                write!(f, "`{id}`: {message}")?;
                list(f, differences)
            }
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, lines: &[String]) -> fmt::Result {
    lines.iter().try_for_each(|line| write!(f, "\n  {line}"))
}
