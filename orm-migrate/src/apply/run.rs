//! Carrying out one migration, and writing down how far it came.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use orm_core::query::{IntoBinding as _, Raw, RawPart};
use orm_core::{Db, Error, ErrorKind, Result, Tx};

use super::job::Segment;
use super::{DeployOptions, Job, Progress, Session, row, steps_checksum};
use crate::files::Direction;
use crate::history::{self, Event, Row};
use crate::lexer::{Piece, What};
use crate::{Problem, clock, step};

/// How carrying out a migration ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All of it is done.
    Done,
    /// Somebody else wrote into the history in the meantime; nothing was done.
    Outrun,
}

/// Why a segment did not come to its end.
enum Stop {
    Outrun,
    /// The step that failed.
    Failed(usize, Error),
    /// Something that no step is to blame for.
    Other(Error),
}

impl Session {
    /// Applies or undoes a migration from the step on that the job says.
    pub(crate) async fn run(&mut self, job: &Job<'_>, options: &DeployOptions) -> Result<Outcome> {
        let began = Instant::now();
        let id = || job.migration.id.clone();
        let down = job.direction == Direction::Down;
        options.tell(&Progress::Migration {
            id: id(),
            down,
            steps: job.script.pieces.len(),
        });
        let started = clock::now();
        let foreign_keys = job
            .script
            .foreign_keys_off
            .then(|| self.held.dialect().foreign_keys_off_and_on())
            .flatten();
        // It has no effect inside of a transaction, so it comes before.
        if let Some((off, _)) = foreign_keys {
            self.held.execute_script(off).await?;
        }
        let result = self.run_segments(job, &started, options).await;
        let restored = match foreign_keys {
            Some((_, on)) => self.held.execute_script(on).await,
            None => Ok(()),
        };
        let outcome = result?;
        restored?;
        if outcome == Outcome::Done {
            options.tell(&Progress::Done {
                id: id(),
                down,
                took: began.elapsed(),
            });
        }
        Ok(outcome)
    }

    async fn run_segments(
        &mut self,
        job: &Job<'_>,
        started: &str,
        options: &DeployOptions,
    ) -> Result<Outcome> {
        let mut segments: Vec<Segment> = job
            .segments
            .iter()
            .filter(|s| !job.note && s.steps.end > job.from)
            .cloned()
            .collect();
        if let Some(first) = segments.first_mut() {
            first.steps.start = first.steps.start.max(job.from);
        }
        if segments.is_empty() {
            // A note, or a script without any statement.
            segments.push(Segment {
                steps: job.script.pieces.len()..job.script.pieces.len(),
                alone: false,
            });
        }
        for (n, segment) in segments.iter().enumerate() {
            let last = n + 1 == segments.len();
            let result = match segment.alone {
                true => {
                    self.run_alone(job, segment.steps.start, last, started, options)
                        .await
                }
                false => {
                    self.run_together(job, segment, last, started, options)
                        .await
                }
            };
            match result {
                Ok(()) => {}
                // What others did in the middle of a migration is for the next look at the history to judge.
                Err(Stop::Outrun) => return Ok(Outcome::Outrun),
                Err(Stop::Other(error)) => return Err(error),
                Err(Stop::Failed(at, error)) => {
                    return Err(self
                        .failed(job, segment.steps.start, at, started, error)
                        .await);
                }
            }
        }
        Ok(Outcome::Done)
    }

    /// Carries out steps in one transaction, together with the note that they are.
    async fn run_together(
        &mut self,
        job: &Job<'_>,
        segment: &Segment,
        last: bool,
        started: &str,
        options: &DeployOptions,
    ) -> Result<(), Stop> {
        let mut attempt = 0;
        loop {
            let row = self.progress_row(job, segment.steps.end, last, started);
            match self.try_together(job, segment, last, row, options).await {
                Err(Stop::Failed(_, error)) if attempt < options.retries && again(&error) => {
                    attempt += 1;
                    pause(job, attempt, options).await;
                }
                result => return result,
            }
        }
    }

    async fn try_together(
        &mut self,
        job: &Job<'_>,
        segment: &Segment,
        last: bool,
        row: Row,
        options: &DeployOptions,
    ) -> Result<(), Stop> {
        let tx = self.begin(options).await.map_err(Stop::Other)?;
        match self
            .in_transaction(&tx, job, segment, last, &row, options)
            .await
        {
            Ok(()) => {
                let end = segment.steps.end.saturating_sub(1);
                tx.commit()
                    .await
                    .map_err(|error| Stop::Failed(end, error))?;
                self.history.push(&row);
                Ok(())
            }
            Err(stop) => {
                let _ = tx.rollback().await;
                Err(stop)
            }
        }
    }

    async fn in_transaction(
        &self,
        tx: &Tx,
        job: &Job<'_>,
        segment: &Segment,
        last: bool,
        row: &Row,
        options: &DeployOptions,
    ) -> Result<(), Stop> {
        if !self.has_lock() && history::count(tx).await.map_err(Stop::Other)? != self.history.rows()
        {
            return Err(Stop::Outrun);
        }
        let mut triggers = BTreeMap::new();
        for at in segment.steps.clone() {
            let piece = &job.script.pieces[at];
            tell_step(job, at, piece, options);
            with_triggers(tx, piece, &mut triggers)
                .await
                .map_err(|error| Stop::Failed(at, error))?;
        }
        if last && job.script.foreign_keys_off {
            refuse_broken_keys(tx, job).await.map_err(Stop::Other)?;
        }
        self.reset_path(tx).await.map_err(Stop::Other)?;
        history::add(tx, row).await.map_err(Stop::Other)
    }

    /// Carries out one statement outside of a transaction, between two notes.
    async fn run_alone(
        &mut self,
        job: &Job<'_>,
        at: usize,
        last: bool,
        started: &str,
        options: &DeployOptions,
    ) -> Result<(), Stop> {
        let piece = &job.script.pieces[at];
        let known = at == job.from
            && job.under_way
            && self.index_is_finished(job, at).await.map_err(Stop::Other)?;
        if !known {
            self.note_begin(job, at, options).await?;
            tell_step(job, at, piece, options);
            let mut attempt = 0;
            while let Err(error) = self.try_alone(job, at, piece, options).await {
                if attempt >= options.retries || !again(&error) {
                    return Err(Stop::Failed(at, error));
                }
                attempt += 1;
                pause(job, attempt, options).await;
            }
        }
        let row = self.progress_row(job, at + 1, last, started);
        self.reset_path(&self.held).await.map_err(Stop::Other)?;
        history::add(&self.held, &row).await.map_err(Stop::Other)?;
        self.history.push(&row);
        Ok(())
    }

    async fn try_alone(
        &self,
        job: &Job<'_>,
        at: usize,
        piece: &Piece,
        options: &DeployOptions,
    ) -> Result<()> {
        let dialect = self.held.dialect();
        // It waits for all transactions that are open, and holds up nobody while it does.
        let patient = piece.words().contains(&"CONCURRENTLY");
        if let Some(sql) = dialect.limit_lock_wait(None).filter(|_| patient) {
            self.held.execute_script(&sql).await?;
        }
        let result = self.after_leftovers(job, at, piece).await;
        let usual = dialect.limit_lock_wait(Some(options.lock_timeout));
        if let Some(sql) = usual.filter(|_| patient) {
            // Where the connection is lost, the error of the statement says more.
            let restored = self.held.execute_script(&sql).await;
            return result.and(restored);
        }
        result
    }

    async fn after_leftovers(&self, job: &Job<'_>, at: usize, piece: &Piece) -> Result<()> {
        let dialect = self.held.dialect();
        if let (Some(name), Some(count)) = (job.index_of(at), dialect.count_unfinished_indexes()) {
            // What an interrupted statement left behind is in the way of the next one.
            if count_of(&self.held, count, name).await? > 0
                && let Some(sql) = dialect.drop_unfinished_index(name)
            {
                self.held.execute_script(&sql).await?;
            }
        }
        carry_out(&self.held, piece).await
    }

    async fn index_is_finished(&self, job: &Job<'_>, at: usize) -> Result<bool> {
        match (
            job.index_of(at),
            self.held.dialect().count_finished_indexes(),
        ) {
            (Some(name), Some(count)) => Ok(count_of(&self.held, count, name).await? > 0),
            _ => Ok(false),
        }
    }

    async fn note_begin(
        &mut self,
        job: &Job<'_>,
        at: usize,
        options: &DeployOptions,
    ) -> Result<(), Stop> {
        let mut row = row(job.migration, &job.checksum, job.direction, Event::Begun);
        row.step = at;
        row.steps = job.script.pieces.len();
        row.statement = Some(text(&job.script.pieces[at]));
        if self.has_lock() {
            history::add(&self.held, &row).await.map_err(Stop::Other)?;
        } else {
            let tx = self.begin(options).await.map_err(Stop::Other)?;
            if history::count(&tx).await.map_err(Stop::Other)? != self.history.rows() {
                let _ = tx.rollback().await;
                return Err(Stop::Outrun);
            }
            history::add(&tx, &row).await.map_err(Stop::Other)?;
            tx.commit().await.map_err(Stop::Other)?;
        }
        self.history.push(&row);
        Ok(())
    }

    /// The note that so many steps are carried out, or all.
    fn progress_row(&self, job: &Job<'_>, done: usize, last: bool, started: &str) -> Row {
        let event = match (last, job.note) {
            (true, true) => Event::Squashed,
            (true, false) => Event::Done,
            (false, _) => Event::Step,
        };
        let mut row = row(job.migration, &job.checksum, job.direction, event);
        started.clone_into(&mut row.started);
        row.finished = Some(clock::now());
        row.step = done;
        row.steps = job.script.pieces.len();
        row.steps_checksum = (!last).then(|| steps_checksum(&job.script, done));
        row
    }

    /// Notes that a step failed, and says so.
    async fn failed(
        &mut self,
        job: &Job<'_>,
        segment: usize,
        at: usize,
        started: &str,
        error: Error,
    ) -> Error {
        let Some(piece) = job.script.pieces.get(at) else {
            return error;
        };
        if let Some(problem) = Problem::of(&error)
            && !matches!(problem, Problem::Failed { .. })
        {
            return error;
        }
        let message = error.to_string();
        let mut row = row(job.migration, &job.checksum, job.direction, Event::Failed);
        started.clone_into(&mut row.started);
        row.finished = Some(clock::now());
        row.step = segment;
        row.steps = job.script.pieces.len();
        row.statement = Some(text(piece));
        row.error = Some(message.chars().take(4000).collect());
        // Where the connection is lost, so is this note, and the next look finds a step that began and did not end.
        let _ = self.add_failure(row).await;
        Problem::Failed {
            id: job.migration.id.clone(),
            place: job.place(piece),
            step: at + 1,
            total: job.script.pieces.len(),
            stay: segment,
            statement: piece.title(),
            error: without_statement(&message),
        }
        .into_error()
    }

    async fn add_failure(&mut self, row: Row) -> Result<()> {
        self.reset_path(&self.held).await?;
        history::add(&self.held, &row).await?;
        self.history.push(&row);
        Ok(())
    }
}

/// The message without the lines that repeat the statement.
fn without_statement(message: &str) -> String {
    message
        .split("\n  statement:")
        .next()
        .unwrap_or(message)
        .to_owned()
}

fn text(piece: &Piece) -> String {
    match &piece.what {
        What::Sql { text, .. } => text.clone(),
        What::Step(_) => piece.title(),
    }
}

fn tell_step(job: &Job<'_>, at: usize, piece: &Piece, options: &DeployOptions) {
    options.tell(&Progress::Step {
        id: job.migration.id.clone(),
        step: at + 1,
        steps: job.script.pieces.len(),
        what: piece.title(),
    });
}

/// Carries out a step, and keeps the triggers that it says.
async fn with_triggers(
    tx: &Tx,
    piece: &Piece,
    kept: &mut BTreeMap<String, Vec<String>>,
) -> Result<()> {
    if let (Some(table), Some(sql)) = (&piece.save_triggers, tx.dialect().triggers_of_table()) {
        let parts = vec![RawPart::Text(sql), RawPart::Bind("table", table.binding())];
        kept.insert(table.clone(), Raw::new(parts).all(tx).await?);
    }
    carry_out(tx, piece).await?;
    let again = piece
        .restore_triggers
        .as_ref()
        .and_then(|table| kept.remove(table));
    for trigger in again.unwrap_or_default() {
        tx.execute_script(&trigger)
            .await
            .map_err(|e| e.with_sql(&trigger))?;
    }
    Ok(())
}

/// A step in Rust has a transaction always: `segments` sees to it.
pub(crate) async fn carry_out(db: &Db, piece: &Piece) -> Result<()> {
    match &piece.what {
        What::Sql { text, .. } => db.execute_script(text).await.map_err(|e| e.with_sql(text)),
        What::Step(name) => match step::find(name) {
            Some(step) => {
                // A savepoint of its own, so that the step is given a `Tx`.
                let tx = db.begin().await?;
                match (step.run)(&tx).await {
                    Ok(()) => tx.commit().await,
                    Err(error) => {
                        let _ = tx.rollback().await;
                        Err(error)
                    }
                }
            }
            None => Err(Error::invalid_query(format!("there is no step `{name}`"))),
        },
    }
}

async fn refuse_broken_keys(tx: &Tx, job: &Job<'_>) -> Result<()> {
    let Some(sql) = tx.dialect().broken_foreign_keys() else {
        return Ok(());
    };
    let between: Vec<(String, String)> = Raw::new(vec![RawPart::Text(sql)]).all(tx).await?;
    match between.is_empty() {
        true => Ok(()),
        false => Err(Problem::BrokenForeignKeys {
            id: job.migration.id.clone(),
            between,
        }
        .into_error()),
    }
}

async fn count_of(db: &Db, sql: &'static str, name: &str) -> Result<i64> {
    let parts = vec![RawPart::Text(sql), RawPart::Bind("name", name.binding())];
    Raw::new(parts).one(db).await
}

/// Whether another attempt may succeed where this one did not.
fn again(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::LockTimeout | ErrorKind::Deadlock | ErrorKind::Serialization
    )
}

async fn pause(job: &Job<'_>, attempt: u32, options: &DeployOptions) {
    let pause = Duration::from_millis(100 << attempt.min(6));
    options.tell(&Progress::Again {
        id: job.migration.id.clone(),
        attempt,
        pause,
    });
    tokio::time::sleep(pause).await;
}
