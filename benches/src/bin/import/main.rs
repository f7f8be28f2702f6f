//! How long it takes to bring many rows into a table and out of it again, and how much memory, beside the drivers used by hand. See
//! README.md.
//!
//! Each measurement is a process of its own, so that the greatest memory it had is that of one contender.

mod hand;
mod ours;
mod row;

use std::process::Command;

pub type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

const USAGE: &str = "usage: import [--rows N] [--rounds N] [--db sqlite,postgres,mysql]
  1000000 rows and 3 rounds unless said otherwise; every round runs every contender once
  ORM_BENCH_POSTGRES_URL   default postgres://postgres@127.0.0.1:5432/postgres
  ORM_BENCH_MYSQL_URL      default mysql://root@127.0.0.1:3306/mysql";

/// What may be measured: the database, and what is done by whom. The first of each database is what the others are compared with.
const CONTENDERS: &[(&str, &str)] = &[
    ("postgres", "import, COPY by hand (tokio-postgres)"),
    ("postgres", "import, COPY by hand (sqlx)"),
    ("postgres", "import, UNNEST by hand (sqlx)"),
    ("postgres", "import, orm"),
    ("postgres", "export to CSV, orm"),
    ("postgres", "stream, by hand (tokio-postgres)"),
    ("postgres", "stream, orm"),
    ("sqlite", "import, rusqlite by hand"),
    ("sqlite", "import, orm"),
    ("sqlite", "export to CSV, orm"),
    ("sqlite", "stream, rusqlite by hand"),
    ("sqlite", "stream, orm"),
    ("mysql", "import, INSERT of 1000 rows by hand (sqlx)"),
    ("mysql", "import, orm"),
    ("mysql", "export to CSV, orm"),
    ("mysql", "stream, by hand (sqlx)"),
    ("mysql", "stream, orm"),
];

fn main() -> Result {
    let mut given = std::env::args().skip(1);
    let (mut rows, mut rounds, mut databases) = (1_000_000_u64, 3_usize, String::new());
    while let Some(name) = given.next() {
        let Some(value) = given.next() else {
            return Err(USAGE.into());
        };
        match name.as_str() {
            "--rows" => rows = value.parse()?,
            "--rounds" => rounds = value.parse::<usize>()?.max(1),
            "--db" => databases = value,
            "--one" => return one(value.parse()?, rows),
            _ => return Err(USAGE.into()),
        }
    }
    let wanted = |database: &str| databases.is_empty() || databases.split(',').any(|d| d == database);
    let mut times = vec![Vec::new(); CONTENDERS.len()];
    let mut memory = vec![0_u64; CONTENDERS.len()];
    for round in 0..rounds {
        for (at, (database, what)) in CONTENDERS.iter().enumerate() {
            if !wanted(database) {
                continue;
            }
            eprintln!("round {}: {database}: {what}", round + 1);
            let output = Command::new(std::env::current_exe()?)
                .args(["--rows", &rows.to_string(), "--one", &at.to_string()])
                .output()?;
            let text = String::from_utf8_lossy(&output.stdout);
            let mut words = text.split_whitespace();
            let (Some(seconds), Some(peak)) = (words.next(), words.next()) else {
                return Err(format!("{what}: {}", String::from_utf8_lossy(&output.stderr)).into());
            };
            times[at].push(seconds.parse::<f64>()?);
            memory[at] = memory[at].max(peak.parse()?);
        }
    }
    println!("{rows} rows, median of {rounds} rounds\n");
    println!("| database | what | s | rows/s | by the fastest by hand | peak MiB |\n|---|---|---|---|---|---|");
    for (at, (database, what)) in CONTENDERS.iter().enumerate() {
        let Some(seconds) = median(&times[at]) else { continue };
        let work = |what: &'static str| what.split(',').next();
        let hand = CONTENDERS
            .iter()
            .zip(&times)
            .filter(|((other, name), _)| other == database && work(name) == work(what) && name.contains("by hand"))
            .filter_map(|(_, times)| median(times))
            .min_by(f64::total_cmp);
        let ratio = hand.map(|hand| format!("{:.2}", seconds / hand)).unwrap_or_default();
        println!(
            "| {database} | {what} | {seconds:.2} | {:.0} | {ratio} | {} |",
            rows as f64 / seconds,
            memory[at] / 1024
        );
    }
    Ok(())
}

fn median(times: &[f64]) -> Option<f64> {
    let mut times = times.to_vec();
    times.sort_unstable_by(f64::total_cmp);
    times.get(times.len() / 2).copied()
}

/// Measures one contender, and prints its seconds and its memory.
fn one(at: usize, rows: u64) -> Result {
    let (database, what) = CONTENDERS.get(at).ok_or(USAGE)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let seconds = runtime.block_on(async {
        let place = ours::prepare(database, !what.starts_with("import"), rows).await?;
        let measured = match *what {
            "import, COPY by hand (tokio-postgres)" => hand::copy_tokio(&place.url, rows).await,
            "import, COPY by hand (sqlx)" => hand::copy_sqlx(&place.url, rows).await,
            "import, UNNEST by hand (sqlx)" => hand::unnest(&place.url, rows).await,
            "import, rusqlite by hand" => hand::rusqlite(&place.url, rows),
            "import, INSERT of 1000 rows by hand (sqlx)" => hand::mysql(&place.url, rows).await,
            "stream, by hand (tokio-postgres)" => hand::stream_tokio(&place.url, rows).await,
            "stream, rusqlite by hand" => hand::stream_rusqlite(&place.url, rows),
            "stream, by hand (sqlx)" => hand::stream_mysql(&place.url, rows).await,
            "import, orm" => ours::import(&place.url, rows).await,
            "export to CSV, orm" => ours::export(&place.url, rows).await,
            _ => ours::stream(&place.url, rows).await,
        };
        let seconds = match measured {
            Ok(seconds) => place.check(rows).await.map(|()| seconds),
            Err(error) => Err(error),
        };
        place.remove().await?;
        seconds
    })?;
    println!("{seconds} {}", peak());
    Ok(())
}

/// The most memory that this process had, in KiB; 0 where the system does not say.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next())
        .and_then(|number| number.parse().ok())
        .unwrap_or_default()
}
