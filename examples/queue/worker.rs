//! A worker: claims jobs and does them, until somebody kills it.

use std::time::Duration;

use orm::prelude::*;

use crate::queue::{self, CLAIM, Job, Waiting};

/// Works as long as it is let.
pub(crate) async fn work(db: &Db) -> crate::Result {
    let me = Uuid::now_v7();
    let mut waiting = Waiting::new(db).await?;
    loop {
        let jobs = queue::claim(me, 4, db).await?;
        if jobs.is_empty() {
            waiting.wait().await?;
        }
        for job in jobs {
            attempt(&job, me, db).await?;
        }
    }
}

/// Does one job, and renews its claim meanwhile.
async fn attempt(job: &Job, me: Uuid, db: &Db) -> crate::Result {
    tokio::select! {
        done = square(job) => match done {
            Ok(square) => drop(queue::finish(job, square, me, db).await?),
            Err(problem) => queue::give_back(job, problem, me, db).await?,
        },
        // The job is somebody else's now, or the database cannot be reached.
        lost = renew(job, me, db) => lost?,
    }
    Ok(())
}

/// Renews the claim until it is lost.
async fn renew(job: &Job, me: Uuid, db: &Db) -> orm::Result<()> {
    loop {
        tokio::time::sleep(CLAIM / 3).await;
        if !queue::renew(job, me, db).await? {
            return Ok(());
        }
    }
}

/// The work. Every tenth job fails at first, and one of them always.
async fn square(job: &Job) -> Result<i64, &'static str> {
    tokio::time::sleep(Duration::from_millis(10)).await;
    match job.number {
        13 => Err("thirteen cannot be done"),
        number if number % 10 == 0 && job.attempts < 2 => Err("not at the first attempt"),
        number => Ok(number * number),
    }
}
