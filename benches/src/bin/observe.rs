//! What it costs to watch statements: a row by its key from SQLite in memory, with nobody who watches and with more and more of it.
//!
//! ```sh
//! cargo run --release --bin observe
//! ```

use std::hint::black_box;
use std::time::{Duration, Instant};

use orm::prelude::*;
use orm::observe::Observer;

#[derive(Model, Debug)]
#[model(table = "observed_users")]
struct User {
    id: Id<User>,
    name: String,
}

/// Hears of everything, and does nothing about it.
struct Nobody;
impl Observer for Nobody {}

const ROUNDS: usize = 30;
const STATEMENTS: u32 = 2_000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> orm::Result<()> {
    let memory = || Db::builder("sqlite::memory:");
    let slow = Duration::from_secs(1);
    let all = [
        ("nobody watches", memory()),
        ("statistics", memory().statistics()),
        ("statistics, slow statements", memory().statistics().slow_query(slow)),
        ("and an observer, and repeats", memory().statistics().slow_query(slow).observer(Nobody).warn_on_repeats(1_000_000_000)),
    ];
    let mut watched = Vec::new();
    for (name, builder) in all {
        let db = builder.connect().await?;
        orm::create_tables_of(&db, &[User::def()]).await?;
        User::create().name("Ann").insert(&db).await?;
        watched.push((name, db, Vec::new()));
    }
    // They take turns, so that each has its share of what else the computer does.
    for _ in 0..ROUNDS {
        for (_, db, times) in &mut watched {
            let began = Instant::now();
            for _ in 0..STATEMENTS {
                black_box(User::find(1).one(db).await?);
            }
            times.push(began.elapsed().as_secs_f64() * 1e6 / f64::from(STATEMENTS));
        }
    }
    let mut base = 0.0;
    println!("{:<32}{:>10}{:>10}", "", "µs", "more");
    for (name, _, mut times) in watched {
        times.sort_by(f64::total_cmp);
        let median = times[times.len() / 2];
        if base == 0.0 {
            base = median;
        }
        println!("{name:<32}{median:>10.2}{:>10.2}", median - base);
    }
    Ok(())
}
