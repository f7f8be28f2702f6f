//! Many tasks on few connections, for a while: how much gets done, how long each has to wait, and whether memory stays as it is.
//! See README.md.

#[path = "../../../../tests/suite/support/cluster.rs"]
#[allow(dead_code, reason = "tests do more with these servers")]
mod cluster;
mod histogram;
mod outage;
mod work;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use histogram::Histogram;
use orm::Db;
use sqlx::Connection as _;
use sqlx::postgres::{PgConnection, PgPoolOptions};
use tokio::sync::Mutex;
use work::{Hands, ROWS, Result};

const USAGE: &str = "usage: load [--seconds N] [--tasks N] [--connections N] [--outage]
  30 seconds, 1000 tasks and 20 connections unless said otherwise; four reads to a write
  --outage: with two replicas, on servers of its own, one of which is stopped in the middle
  ORM_BENCH_POSTGRES_URL   default postgres://postgres@127.0.0.1:5432/postgres";

/// Time before the measurement, for connections and prepared statements.
const WARM_UP: Duration = Duration::from_secs(2);

struct Args {
    seconds: u64,
    tasks: usize,
    connections: usize,
    outage: bool,
}

fn args() -> Option<Args> {
    let mut args = Args {
        seconds: 30,
        tasks: 1000,
        connections: 20,
        outage: false,
    };
    let mut given = std::env::args().skip(1);
    while let Some(name) = given.next() {
        if name == "--outage" {
            args.outage = true;
            continue;
        }
        let number: usize = given.next()?.parse().ok().filter(|n| *n > 0)?;
        match name.as_str() {
            "--seconds" => args.seconds = number as u64,
            "--tasks" => args.tasks = number,
            "--connections" => args.connections = number,
            _ => return None,
        }
    }
    Some(args)
}

#[tokio::main]
async fn main() -> Result {
    let Some(args) = args() else {
        eprintln!("{USAGE}");
        std::process::exit(2);
    };
    if args.outage {
        return outage::run(&args).await;
    }
    let usual = "postgres://postgres@127.0.0.1:5432/postgres";
    let url = std::env::var("ORM_BENCH_POSTGRES_URL").unwrap_or_else(|_| usual.to_owned());
    let admin = Db::builder(&url).max_connections(1).connect().await?;
    work::prepare(&admin).await?;

    let Args { seconds, tasks, connections, .. } = args;
    println!("{seconds} s each, reads and writes 4 : 1, {ROWS} rows");
    println!(
        "| | tasks | connections | operations/s | p50 | p99 | longest | errors | memory, first and most |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|");

    let cores = std::thread::available_parallelism()?.get();
    let mut own = Vec::new();
    for _ in 0..cores {
        own.push(Hands::Connection(Arc::new(Mutex::new(
            PgConnection::connect(&url).await?,
        ))));
    }
    report(
        "sqlx, a connection per core",
        &own,
        cores,
        cores,
        seconds,
        &admin,
    )
    .await?;
    drop(own);

    let options = || {
        PgPoolOptions::new()
            .max_connections(connections as u32)
            .acquire_timeout(Duration::from_secs(60))
    };
    for (name, options) in [
        ("sqlx, its pool", options()),
        (
            "sqlx, its pool without pings",
            options().test_before_acquire(false),
        ),
    ] {
        let pool = options.connect(&url).await?;
        report(
            name,
            &[Hands::Pool(pool.clone())],
            tasks,
            connections,
            seconds,
            &admin,
        )
        .await?;
        pool.close().await;
    }

    let db = Db::builder(&url)
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(60))
        .connect()
        .await?;
    report(
        "orm",
        &[Hands::Orm(db.clone())],
        tasks,
        connections,
        seconds,
        &admin,
    )
    .await?;
    db.shutdown(Duration::from_secs(5)).await;

    admin.execute_script("DROP TABLE load_accounts").await?;
    Ok(())
}

/// Runs the load and prints a line of the table.
async fn report(
    name: &str,
    hands: &[Hands],
    tasks: usize,
    connections: usize,
    seconds: u64,
    admin: &Db,
) -> Result {
    report_with(name, hands, tasks, connections, seconds, admin, async || {}).await
}

/// The same, with something that happens when half of the time is over.
#[allow(clippy::too_many_arguments, reason = "a line of the table has many columns")]
async fn report_with(
    name: &str,
    hands: &[Hands],
    tasks: usize,
    connections: usize,
    seconds: u64,
    admin: &Db,
    halfway: impl AsyncFnOnce(),
) -> Result {
    let run = Arc::new(Run::default());
    let mut halfway = Some(halfway);
    let workers: Vec<_> = (0..tasks)
        .map(|n| {
            tokio::spawn(worker(
                hands[n % hands.len()].clone(),
                Arc::clone(&run),
                n as u64,
            ))
        })
        .collect();
    tokio::time::sleep(WARM_UP).await;
    run.measuring.store(true, Ordering::Relaxed);
    let begun = Instant::now();
    let first = memory();
    let mut most = first;
    while begun.elapsed() < Duration::from_secs(seconds) {
        tokio::time::sleep(Duration::from_millis(250)).await;
        most = most.max(memory());
        if begun.elapsed() * 2 > Duration::from_secs(seconds) && let Some(halfway) = halfway.take() {
            halfway().await;
        }
    }
    run.measuring.store(false, Ordering::Relaxed);
    let elapsed = begun.elapsed();
    run.ended.store(true, Ordering::Relaxed);
    for worker in workers {
        worker.await?;
    }
    let (total, written) = (
        work::take_total(admin).await?,
        run.written.load(Ordering::Relaxed),
    );
    if total != written as i64 {
        return Err(format!("{name}: {written} changes were made, and {total} are there").into());
    }
    let times = &run.times;
    println!(
        "| {name} | {tasks} | {connections} | {:.0} | {:.1?} | {:.1?} | {:.1?} | {} | {} → {} MiB |",
        times.count() as f64 / elapsed.as_secs_f64(),
        times.percentile(0.5),
        times.percentile(0.99),
        times.longest(),
        run.errors.load(Ordering::Relaxed),
        first / 1024 / 1024,
        most / 1024 / 1024,
    );
    if let Some(error) = run.error.lock().await.take() {
        println!("  the first error: {error}");
    }
    Ok(())
}

struct Run {
    times: Histogram,
    measuring: AtomicBool,
    ended: AtomicBool,
    written: AtomicU64,
    errors: AtomicU64,
    error: Mutex<Option<String>>,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            times: Histogram::new(),
            measuring: false.into(),
            ended: false.into(),
            written: 0.into(),
            errors: 0.into(),
            error: Mutex::default(),
        }
    }
}

/// Reads and writes until the end; the time of each operation has the waiting for a connection in it.
async fn worker(hands: Hands, run: Arc<Run>, number: u64) {
    // A sequence that needs no lock and is the same in each run.
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    while !run.ended.load(Ordering::Relaxed) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let id = (state >> 33) as i64 % ROWS + 1;
        let begun = Instant::now();
        let result = if state % 5 == 0 {
            let result = hands.write(id).await;
            if result.is_ok() {
                run.written.fetch_add(1, Ordering::Relaxed);
            }
            result
        } else {
            hands.read(id).await
        };
        if run.measuring.load(Ordering::Relaxed) {
            run.times.add(begun.elapsed());
        }
        if let Err(error) = result {
            run.errors.fetch_add(1, Ordering::Relaxed);
            run.error
                .lock()
                .await
                .get_or_insert_with(|| error.to_string());
        }
    }
}

/// The process's memory, in bytes.
fn memory() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u64 = statm
        .split_whitespace()
        .nth(1)
        .and_then(|pages| pages.parse().ok())
        .unwrap_or(0);
    pages * 4096
}
