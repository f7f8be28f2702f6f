//! A migration about to be applied or undone: its steps, and which of them stand in one transaction. Pure.

use std::ops::Range;
use std::time::Duration;

use orm_core::Result;
use orm_core::dialect::Dialect;

use super::{Done, Pending, Way};
use crate::files::{Direction, Migration, Transaction};
use crate::lexer::{Piece, Script, What};
use crate::{Problem, digest, step};

/// A migration about to be applied or undone.
pub(crate) struct Job<'m> {
    pub(crate) migration: &'m Migration,
    pub(crate) direction: Direction,
    pub(crate) checksum: String,
    /// The path of the script, for messages.
    pub(crate) path: String,
    pub(crate) script: Script,
    pub(crate) segments: Vec<Segment>,
    /// The step to begin at.
    pub(crate) from: usize,
    /// Whether it is not known if that step was carried out.
    pub(crate) under_way: bool,
    /// Whether a note is all that there is to do.
    pub(crate) note: bool,
}

/// Steps that are carried out together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) steps: Range<usize>,
    /// A single statement outside of a transaction.
    pub(crate) alone: bool,
}

impl<'m> Job<'m> {
    pub(crate) fn up(pending: Pending<'m>, dialect: &dyn Dialect) -> Result<Self> {
        Self::new(pending.migration, Direction::Up, pending.way, dialect)
    }

    pub(crate) fn new(
        migration: &'m Migration,
        direction: Direction,
        way: Way,
        dialect: &dyn Dialect,
    ) -> Result<Self> {
        let (path, script) = migration.script(direction, dialect)?;
        let mut job = Self {
            migration,
            direction,
            checksum: migration.checksum(dialect)?,
            segments: segments(&script, dialect, migration.meta.transaction),
            path,
            script,
            from: 0,
            under_way: false,
            note: way == Way::Note,
        };
        job.check(dialect)?;
        if let Way::From {
            step,
            under_way,
            steps_checksum,
        } = way
        {
            let changed = steps_checksum.is_some_and(|sum| {
                step > job.script.pieces.len() || sum != steps_checksum_of(&job.script, step)
            });
            if changed {
                return Err(Problem::EditedSteps {
                    id: migration.id.clone(),
                    step,
                }
                .into_error());
            }
            job.from = step;
            job.under_way = under_way;
            if under_way && !job.can_be_looked_at(dialect) {
                return Err(job.interrupted());
            }
        }
        Ok(job)
    }

    fn check(&self, dialect: &dyn Dialect) -> Result<()> {
        for piece in &self.script.pieces {
            let place = self.place(piece);
            match &piece.what {
                What::Step(name) if step::find(name).is_none() => {
                    return Err(Problem::NoStep {
                        place,
                        step: name.clone(),
                        known: step::names(),
                    }
                    .into_error());
                }
                What::Step(name) if step::is_ambiguous(name) => {
                    return Err(Problem::Malformed {
                        path: place,
                        message: format!(
                            "the program has two steps `{name}`; give one of them another name"
                        ),
                    }
                    .into_error());
                }
                What::Sql { .. } if is_transaction_control(&piece.words()) => {
                    return Err(Problem::OwnTransaction {
                        place,
                        statement: piece.title(),
                    }
                    .into_error());
                }
                _ => {}
            }
        }
        self.check_triggers()?;
        if self.script.foreign_keys_off && dialect.foreign_keys_off_and_on().is_none() {
            return Err(Problem::Malformed {
                path: self.path.clone(),
                message: format!(
                    "`-- orm: foreign keys off` is not needed on {}, and cannot be done there; remove it",
                    dialect.name()
                ),
            }
            .into_error());
        }
        Ok(())
    }

    fn check_triggers(&self) -> Result<()> {
        let mut alone = self
            .segments
            .iter()
            .filter(|s| s.alone)
            .map(|s| &self.script.pieces[s.steps.start]);
        match alone.find(|piece| piece.save_triggers.is_some() || piece.restore_triggers.is_some())
        {
            None => Ok(()),
            Some(piece) => Err(Problem::Malformed {
                path: self.place(piece),
                message: "triggers can be kept only inside of a transaction".to_owned(),
            }
            .into_error()),
        }
    }

    /// Whether the database itself can be asked whether the first step was carried out.
    fn can_be_looked_at(&self, dialect: &dyn Dialect) -> bool {
        dialect.count_finished_indexes().is_some() && self.index_of(self.from).is_some()
    }

    /// The index that a step makes outside of transactions.
    pub(crate) fn index_of(&self, step: usize) -> Option<&str> {
        let piece = self.script.pieces.get(step)?;
        let words = piece.words();
        let rest = match words.as_slice() {
            ["CREATE", "INDEX", "CONCURRENTLY", rest @ ..]
            | ["CREATE", "UNIQUE", "INDEX", "CONCURRENTLY", rest @ ..] => rest,
            _ => return None,
        };
        let at = match rest {
            ["IF", "NOT", "EXISTS", ..] => 3,
            _ => 0,
        };
        let name = *rest.get(at)?;
        // A name without quotes is kept in small letters.
        let What::Sql { text, words } = &piece.what else {
            return None;
        };
        let word = words.iter().find(|word| *word == name)?;
        (name != "ON").then_some(match text.contains(&format!("\"{word}\"")) {
            true => word.as_str(),
            false => lowered(text, word)?,
        })
    }

    pub(crate) fn interrupted(&self) -> orm_core::Error {
        let statement = self.script.pieces.get(self.from).map(Piece::title);
        Problem::Interrupted {
            id: self.migration.id.clone(),
            done: self.from,
            total: self.script.pieces.len(),
            statement: statement.unwrap_or_default(),
        }
        .into_error()
    }

    pub(crate) fn place(&self, piece: &Piece) -> String {
        format!("{}:{}", self.path, piece.line)
    }

    pub(crate) fn done(&self, took: Duration) -> Done {
        let steps = match self.note {
            true => Vec::new(),
            false => self
                .script
                .pieces
                .iter()
                .skip(self.from)
                .map(Piece::title)
                .collect(),
        };
        Done {
            id: self.migration.id.clone(),
            steps,
            took,
        }
    }
}

/// The name as it stands in the text, if all of it is in small letters.
fn lowered<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    text.split(|c: char| !(c == '_' || c == '$' || c.is_alphanumeric()))
        .find(|part| part.to_uppercase() == word && part.to_lowercase() == *part)
}

fn is_transaction_control(words: &[&str]) -> bool {
    match words {
        ["BEGIN", "NOT", ..] => false,
        ["BEGIN" | "COMMIT" | "END" | "ABORT", ..] | ["START", "TRANSACTION", ..] => true,
        ["ROLLBACK", rest @ ..] => !rest.contains(&"TO"),
        _ => false,
    }
}

fn segments(script: &Script, dialect: &dyn Dialect, transaction: Transaction) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    for (at, piece) in script.pieces.iter().enumerate() {
        // A step in Rust is given a transaction always.
        let alone = matches!(piece.what, What::Sql { .. })
            && (piece.alone
                || transaction == Transaction::None
                || dialect.runs_alone(&piece.words()));
        match segments.last_mut() {
            Some(last) if !alone && !last.alone => last.steps.end = at + 1,
            _ => segments.push(Segment {
                steps: at..at + 1,
                alone,
            }),
        }
    }
    segments
}

/// The checksum of the first steps of a script.
pub(crate) fn steps_checksum(script: &Script, steps: usize) -> String {
    steps_checksum_of(script, steps)
}

fn steps_checksum_of(script: &Script, steps: usize) -> String {
    let mut all = String::new();
    for piece in script.pieces.iter().take(steps) {
        match &piece.what {
            What::Sql { text, .. } => all.push_str(text),
            What::Step(name) => {
                all.push_str("-- orm: step ");
                all.push_str(name);
            }
        }
        all.push_str(";\n");
    }
    digest::of(&all)
}
