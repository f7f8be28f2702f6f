//! What is watched, and by whom.

use std::time::{Duration, Instant};

use super::{
    Call, Comments, Ended, Observer, Outcome, Repetition, StatementStats, Target, TransactionStep,
};
use super::{advice, comment, fingerprint, statistics::Statistics, trace};
use crate::driver::{Done, Statement};
use crate::error::{Error, Result};

/// What the builder was told to watch.
#[derive(Default)]
pub(crate) struct Observation {
    pub(crate) statistics: bool,
    pub(crate) slow: Option<Duration>,
    pub(crate) repeats: Option<Repeats>,
    pub(crate) comments: Option<Comments>,
    pub(crate) observers: Vec<Box<dyn Observer>>,
    numbers: Statistics,
}

/// From how many equal statements of one place on something is done about it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Repeats {
    pub(crate) limit: usize,
    pub(crate) fail: bool,
}

impl Observation {
    /// Whether there is anything to do.
    pub(crate) fn is_any(&self) -> bool {
        self.statistics
            || self.slow.is_some()
            || self.repeats.is_some()
            || self.comments.is_some()
            || !self.observers.is_empty()
    }

    pub(crate) fn stats(&self) -> Vec<StatementStats> {
        self.numbers.all()
    }

    pub(crate) fn forget(&self) {
        self.numbers.clear();
    }

    pub(crate) fn step(&self, step: &TransactionStep<'_>) {
        self.observers
            .iter()
            .for_each(|observer| observer.transaction(step));
    }

    /// The statement with a comment behind it.
    pub(crate) fn commented(&self, statement: &Statement, call: &Call<'_>) -> Option<Statement> {
        let (comment, again) = comment::comment(self.comments?, call)?;
        Some(Statement {
            sql: statement.sql.trim_end_matches([';', ' ', '\n']).to_owned() + &comment,
            binds: statement.binds.clone(),
            keep: statement.keep && again,
            ..*statement
        })
    }

    /// Counts a statement of a request, and tells, or fails, if it has come too often.
    fn count(&self, call: &Call<'_>, statement: &Statement) -> Result<()> {
        let (Some(repeats), Some(request)) = (self.repeats, call.request) else {
            return Ok(());
        };
        let times = request.count(call);
        if times <= repeats.limit || call.operation != "SELECT" {
            return Ok(());
        }
        // Told once of each place; an error comes each time, since the first one may have been caught.
        if times > repeats.limit + 1 && !repeats.fail {
            return Ok(());
        }
        let repetition = Repetition {
            summary: call.summary(),
            sql: call.sql,
            times,
            caller: call.caller,
            request,
            includes: advice::includes(statement, request),
        };
        self.observers
            .iter()
            .for_each(|observer| observer.repeated(&repetition));
        trace::repeated(&repetition);
        match repeats.fail {
            true => Err(Error::invalid_query(repetition.to_string())),
            false => Ok(()),
        }
    }
}

/// A statement that is being watched until it ends; if this is dropped before, the statement was.
pub(crate) struct Watched<'c> {
    observation: Option<&'c Observation>,
    call: Call<'c>,
    begun: Instant,
    ended: bool,
}

impl<'c> Watched<'c> {
    /// Tells that a statement begins.
    pub(crate) fn begin(
        observation: Option<&'c Observation>,
        mut call: Call<'c>,
        statement: Option<&Statement>,
    ) -> Result<Self> {
        if let Some(observation) = observation {
            call.fingerprint = fingerprint::of(call.sql);
            if let Some(statement) = statement {
                observation.count(&call, statement)?;
            }
            observation
                .observers
                .iter()
                .for_each(|observer| observer.began(&call));
        }
        Ok(Self {
            observation,
            call,
            begun: Instant::now(),
            ended: false,
        })
    }

    pub(crate) fn call(&self) -> &Call<'c> {
        &self.call
    }

    /// The server that it has gone to, where that was not known before.
    pub(crate) fn has_gone_to(&mut self, target: &'c Target) {
        self.call.target = target;
    }

    /// Tells how it has ended.
    pub(crate) fn end(mut self, result: Result<Done, &Error>) {
        let (rows, outcome) = match result {
            Ok(done) if done.rows > 0 => (done.rows, Outcome::Done),
            Ok(done) => (done.affected, Outcome::Done),
            Err(error) => (0, Outcome::Failed(error)),
        };
        self.tell(rows, outcome);
    }

    fn tell(&mut self, rows: u64, outcome: Outcome<'_>) {
        self.ended = true;
        let Some(observation) = self.observation else {
            return;
        };
        let end = Ended {
            duration: self.begun.elapsed(),
            rows,
            outcome,
        };
        if observation.statistics {
            observation.numbers.add(&self.call, &end);
        }
        let slow = observation.slow.is_some_and(|limit| end.duration >= limit);
        if slow {
            trace::slow(&self.call, &end);
        }
        for observer in &observation.observers {
            observer.ended(&self.call, &end);
            if slow {
                observer.slow(&self.call, &end);
            }
        }
    }
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.tell(0, Outcome::Dropped);
        }
    }
}
