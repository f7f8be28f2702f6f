//! How migrations are applied, and what is told while they are.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// What becomes of a migration that is not applied and comes before one that is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OutOfOrder {
    /// It is an error.
    #[default]
    Refuse,
    /// It is applied now.
    Accept,
}

type Tell = dyn Fn(&Progress) + Send + Sync;

/// How migrations are applied. See [`Folder::deploy_with`](crate::Folder::deploy_with).
#[derive(Clone)]
#[must_use]
pub struct DeployOptions {
    pub(crate) lock_wait: Duration,
    pub(crate) lock_timeout: Duration,
    pub(crate) retries: u32,
    pub(crate) out_of_order: OutOfOrder,
    pub(crate) up_to: Option<String>,
    pub(crate) dry_run: bool,
    pub(crate) check_drift: bool,
    pub(crate) allow_loss: bool,
    progress: Option<Arc<Tell>>,
}

impl Default for DeployOptions {
    fn default() -> Self {
        Self {
            lock_wait: Duration::from_secs(60),
            lock_timeout: Duration::from_secs(5),
            retries: 5,
            out_of_order: OutOfOrder::Refuse,
            up_to: None,
            dry_run: false,
            check_drift: true,
            allow_loss: false,
            progress: None,
        }
    }
}

impl DeployOptions {
    /// Waits a minute for others, five seconds for a lock on a table, five times, and refuses what is out of order.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long to wait for others who apply migrations.
    pub fn lock_wait(mut self, limit: Duration) -> Self {
        self.lock_wait = limit;
        self
    }

    /// How long a step waits for a lock on a table, while others wait behind it.
    pub fn lock_timeout(mut self, limit: Duration) -> Self {
        self.lock_timeout = limit;
        self
    }

    /// How often steps that got no lock, or met a deadlock, are tried again, after a pause that doubles.
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// What becomes of a migration that is not applied and comes before one that is.
    pub fn out_of_order(mut self, policy: OutOfOrder) -> Self {
        self.out_of_order = policy;
        self
    }

    /// The last migration to apply; when undoing, the last one to keep.
    pub fn up_to(mut self, id: impl Into<String>) -> Self {
        self.up_to = Some(id.into());
        self
    }

    /// Only says what would be done.
    pub fn dry_run(mut self) -> Self {
        self.dry_run = true;
        self
    }

    /// Whether to compare the database with what the migrations left before anything is applied. It is on unless it is set.
    pub fn check_drift(mut self, check: bool) -> Self {
        self.check_drift = check;
        self
    }

    /// Whether a migration may be undone although data are lost by it.
    pub fn allow_loss(mut self, allow: bool) -> Self {
        self.allow_loss = allow;
        self
    }

    /// Told of each step.
    pub fn on_progress(mut self, tell: impl Fn(&Progress) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(tell));
        self
    }

    pub(crate) fn tell(&self, progress: &Progress) {
        if let Some(tell) = &self.progress {
            tell(progress);
        }
    }
}

impl fmt::Debug for DeployOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeployOptions")
            .field("lock_wait", &self.lock_wait)
            .field("lock_timeout", &self.lock_timeout)
            .field("retries", &self.retries)
            .field("out_of_order", &self.out_of_order)
            .field("up_to", &self.up_to)
            .field("dry_run", &self.dry_run)
            .field("check_drift", &self.check_drift)
            .field("allow_loss", &self.allow_loss)
            .finish_non_exhaustive()
    }
}

/// What happens while migrations are applied. Its text is a line for a log.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// Somebody else applies migrations.
    Waiting {
        /// Since when.
        waited: Duration,
    },
    /// A migration begins.
    Migration {
        /// Which one.
        id: String,
        /// Whether it is undone.
        down: bool,
        /// How many steps it has.
        steps: usize,
    },
    /// A step begins.
    Step {
        /// The migration.
        id: String,
        /// Which step, counted from 1.
        step: usize,
        /// How many there are.
        steps: usize,
        /// The step's beginning.
        what: String,
    },
    /// A step got no lock, or met a deadlock, and is tried again.
    Again {
        /// The migration.
        id: String,
        /// How often it was tried.
        attempt: u32,
        /// How long the pause is.
        pause: Duration,
    },
    /// A migration is done.
    Done {
        /// Which one.
        id: String,
        /// Whether it was undone.
        down: bool,
        /// How long it took.
        took: Duration,
    },
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = |down: &bool| if *down { "undo" } else { "apply" };
        match self {
            Self::Waiting { waited } => write!(
                f,
                "waiting for somebody else who applies migrations ({} s)",
                waited.as_secs()
            ),
            Self::Migration { id, down, steps } => {
                write!(f, "{} {id} ({steps} steps)", verb(down))
            }
            Self::Step {
                id,
                step,
                steps,
                what,
            } => write!(f, "{id} {step}/{steps}: {what}"),
            Self::Again { id, attempt, pause } => {
                write!(
                    f,
                    "{id}: got no lock, attempt {attempt}; again in {pause:?}"
                )
            }
            Self::Done { id, down, took } => {
                write!(f, "{} {id}: done in {took:.1?}", verb(down))
            }
        }
    }
}
