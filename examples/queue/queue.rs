//! The queue: a table of jobs, and what is done with it.
//!
//! A worker *claims* jobs for a while, does them, and *finishes* each in the transaction that writes its result. While it works it says so
//! again and again; if it dies, its claim runs out, and another worker takes the job. So a job may be begun more than once, and is
//! finished exactly once.

use std::time::Duration;

use orm::db::Channel;
use orm::dialect::Feature;
use orm::prelude::*;

/// How long a claim holds, unless it is renewed.
pub(crate) const CLAIM: Duration = Duration::from_secs(1);
/// How often a job is tried before it is put aside.
pub(crate) const ATTEMPTS: i32 = 5;

/// Wakes the workers that wait for jobs, where the database has such a thing.
const NEW_JOBS: Channel<()> = Channel::new("queue_example_jobs");

#[derive(Model, Debug, Clone, PartialEq)]
#[model(index(fields(finished_at, run_at)))]
pub(crate) struct Job {
    pub(crate) id: Id<Job>,
    /// What is to be done.
    pub(crate) number: i64,
    /// Not before this time.
    pub(crate) run_at: DateTime<Utc>,
    #[model(default = 0)]
    pub(crate) attempts: i32,
    /// The claim: whose it is, and until when.
    pub(crate) claimed_by: Option<Uuid>,
    pub(crate) claimed_until: Option<DateTime<Utc>>,
    pub(crate) finished_at: Option<DateTime<Utc>>,
    /// Why it was tried for the last time.
    pub(crate) problem: Option<String>,
}

/// What a job has brought forth.
#[derive(Model, Debug, Clone, PartialEq)]
pub(crate) struct Receipt {
    pub(crate) id: Id<Receipt>,
    #[belongs_to(job: Job, on_delete = Cascade)]
    pub(crate) job_id: Id<Job>,
    pub(crate) square: i64,
}

fn after(pause: Duration) -> DateTime<Utc> {
    orm::now() + pause
}

/// Puts jobs into the queue. In a transaction with other changes, they are there when these are, or not at all.
pub(crate) async fn put(numbers: impl IntoIterator<Item = i64>, db: &Db) -> orm::Result<()> {
    let jobs = numbers
        .into_iter()
        .map(|number| Job::create().number(number).run_at(orm::now()));
    Job::insert_many(jobs).exec(db).await?;
    if db.dialect().notify().is_some() {
        NEW_JOBS.notify(&(), db).await?;
    }
    Ok(())
}

/// Takes up to `most` jobs that are due, for a while.
pub(crate) async fn claim(worker: Uuid, most: u64, db: &Db) -> orm::Result<Vec<Job>> {
    db.transaction(async |tx| {
        let now = orm::now();
        let free = Job::claimed_until.is_null() | Job::claimed_until.lt(now);
        let mut due = Job::query()
            .filter(Job::finished_at.is_null() & Job::run_at.le(now) & free)
            .order_by((Job::run_at, Job::id))
            .limit(most);
        // Several workers claim at once and get different jobs. In SQLite, transactions that write take turns anyway.
        if tx.dialect().supports(Feature::RowLocks) {
            due = due.for_update().skip_locked();
        }
        let ids = due.select(Job::id).all(&tx).await?;
        Job::query()
            .filter(Job::id.in_(ids))
            .update()
            .claimed_by(worker)
            .claimed_until(now + CLAIM)
            .attempts(Job::attempts + 1)
            .returning(&tx)
            .await
    })
    .await
}

/// The job, as long as the worker has it.
fn claimed(job: &Job, worker: Uuid) -> Query<Job> {
    Job::find(job).filter(Job::claimed_by.eq(worker) & Job::finished_at.is_null())
}

/// Says that the worker is still at it. `false` when the claim has run out and the job is somebody else's.
pub(crate) async fn renew(job: &Job, worker: Uuid, db: &Db) -> orm::Result<bool> {
    let renewed = claimed(job, worker)
        .update()
        .claimed_until(after(CLAIM))
        .exec(db)
        .await?;
    Ok(renewed == 1)
}

/// Writes the result and ends the job, both or neither. `false` when the job is somebody else's.
pub(crate) async fn finish(job: &Job, square: i64, worker: Uuid, db: &Db) -> orm::Result<bool> {
    let tx = db.begin().await?;
    let finished = claimed(job, worker)
        .update()
        .finished_at(orm::now())
        .claimed_until(None)
        .exec(&tx)
        .await?;
    if finished == 0 {
        tx.rollback().await?;
        return Ok(false);
    }
    Receipt::create()
        .job_id(job.id)
        .square(square)
        .insert(&tx)
        .await?;
    tx.commit().await?;
    Ok(true)
}

/// Lets the job be tried again later, or puts it aside after too many attempts.
pub(crate) async fn give_back(job: &Job, problem: &str, worker: Uuid, db: &Db) -> orm::Result<()> {
    let change = claimed(job, worker).update().claimed_until(None);
    let change = match job.attempts < ATTEMPTS {
        true => change.run_at(after(
            Duration::from_millis(20) * job.attempts.unsigned_abs(),
        )),
        false => change.finished_at(orm::now()).problem(problem),
    };
    change.exec(db).await?;
    Ok(())
}

/// Whether there is nothing left to do.
pub(crate) async fn is_empty(db: &Db) -> orm::Result<bool> {
    let left = Job::query().filter(Job::finished_at.is_null());
    Ok(!left.exists(db).await?)
}

/// Waits for jobs: for a message where there are any, and no longer than a moment, since claims run out without one.
pub(crate) struct Waiting(Option<orm::db::Listener<()>>);

impl Waiting {
    pub(crate) async fn new(db: &Db) -> orm::Result<Self> {
        match db.dialect().notify() {
            Some(_) => NEW_JOBS
                .listen(db)
                .await
                .map(|listener| Self(Some(listener))),
            None => Ok(Self(None)),
        }
    }

    pub(crate) async fn wait(&mut self) -> orm::Result<()> {
        let moment = Duration::from_millis(50);
        match &mut self.0 {
            Some(listener) => match tokio::time::timeout(moment * 4, listener.next()).await {
                Ok(notice) => notice.map(drop),
                Err(_) => Ok(()),
            },
            None => {
                tokio::time::sleep(moment).await;
                Ok(())
            }
        }
    }
}
