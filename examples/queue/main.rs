//! A queue of jobs in a table, whose workers are killed all the time, and which loses no job.
//!
//! ```sh
//! cargo run --example queue                                   # SQLite in a temporary file
//! cargo run --example queue -- --url postgres://postgres@127.0.0.1:5432/queue_example
//! cargo run --example queue -- --url mysql://root@127.0.0.1:3306/queue_example
//! ```
//!
//! The program starts itself several times as a worker, and kills one of these processes every few moments, in the middle of whatever it
//! does. At the end it looks whether each job was done exactly once. On a server, a database that does not exist is created and dropped.

mod queue;
#[path = "../blog/scratch.rs"]
#[allow(dead_code, reason = "not everything is used here")]
mod scratch;
mod worker;

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use orm::prelude::*;

use queue::{ATTEMPTS, Job, Receipt};
use scratch::Scratch;

type Result<T = (), E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

const USAGE: &str = "usage: queue [--url <URL>]";
const JOBS: i64 = 200;
const WORKERS: usize = 4;
const KILLS: usize = 12;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["work", url] => worker::work(&Db::connect(url).await?).await,
        ["--url", url] => run(url).await,
        [] => {
            let file = std::env::temp_dir().join(format!("orm-queue-{}.db", std::process::id()));
            let result = run(&format!("sqlite://{}", file.display())).await;
            for end in ["", "-wal", "-shm"] {
                let mut file = file.clone().into_os_string();
                file.push(end);
                let _ = std::fs::remove_file(file);
            }
            result
        }
        _ => Err(USAGE.into()),
    }
}

async fn run(url: &str) -> Result {
    let scratch = Scratch::open(url).await?;
    let db = scratch.db();
    orm::create_tables(db).await?;
    let result = watch(url, db).await;
    orm::drop_tables_of(db, &orm::model::all()).await?;
    scratch.close().await?;
    result
}

/// Fills the queue, keeps workers at it and kills them, and looks at what they did.
async fn watch(url: &str, db: &Db) -> Result {
    db.transaction(async |tx| queue::put(1..=JOBS, &tx).await)
        .await?;
    println!("{JOBS} jobs are in the queue, {WORKERS} processes work on them");

    let begun = Instant::now();
    let mut workers = Workers::start(url)?;
    let mut kills = 0;
    while !queue::is_empty(db).await? {
        if begun.elapsed() > Duration::from_secs(120) {
            return Err("the queue is not empty after two minutes".into());
        }
        tokio::time::sleep(Duration::from_millis(60)).await;
        if kills < KILLS {
            workers.replace(kills % WORKERS)?;
            kills += 1;
        }
    }
    drop(workers);
    println!("{kills} of the processes were killed and replaced meanwhile");
    report(db).await
}

/// What became of the jobs; an error if one was lost, or done twice.
async fn report(db: &Db) -> Result {
    let aside = Job::query()
        .filter(Job::problem.is_not_null())
        .all(db)
        .await?;
    for job in &aside {
        let problem = job.problem.as_deref().unwrap_or_default();
        println!(
            "job {} was put aside after {} attempts: {problem}",
            job.number, job.attempts
        );
    }
    let mut receipts = Receipt::query()
        .select((Receipt::job.get(Job::number), Receipt::square))
        .all(db)
        .await?;
    receipts.sort_unstable();
    let expected: Vec<(i64, i64)> = (1..=JOBS)
        .filter(|number| *number != 13)
        .map(|number| (number, number * number))
        .collect();
    if receipts != expected || aside.len() != 1 || aside[0].attempts < ATTEMPTS {
        return Err(format!(
            "{} receipts, where {} are right",
            receipts.len(),
            expected.len()
        )
        .into());
    }
    let again = Job::query().filter(Job::attempts.gt(1)).count(db).await?;
    println!(
        "{again} jobs were begun more than once, and {} were done, each exactly once",
        receipts.len()
    );
    Ok(())
}

/// Processes that work; they are killed when this is dropped.
struct Workers<'u> {
    url: &'u str,
    processes: Vec<Child>,
}

impl<'u> Workers<'u> {
    fn start(url: &'u str) -> Result<Self> {
        let mut workers = Self {
            url,
            processes: Vec::new(),
        };
        for _ in 0..WORKERS {
            let process = workers.another()?;
            workers.processes.push(process);
        }
        Ok(workers)
    }

    fn another(&self) -> Result<Child> {
        let program = std::env::current_exe()?;
        // What a worker has to complain of when its database goes away is of no interest.
        let mut command = Command::new(program);
        command.args(["work", self.url]).stdin(Stdio::null());
        Ok(command.spawn()?)
    }

    /// Kills a process without a warning, and starts another one.
    fn replace(&mut self, index: usize) -> Result {
        let process = self.another()?;
        let mut old = std::mem::replace(&mut self.processes[index], process);
        let killed = old.kill();
        old.wait()?;
        Ok(killed?)
    }
}

impl Drop for Workers<'_> {
    fn drop(&mut self) {
        for process in &mut self.processes {
            // It may have ended by itself, which is as well.
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
