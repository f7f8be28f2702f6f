//! How long a deployment takes that has nothing to do: 1000 migrations in the program, all of them applied. See README.md.

use std::time::{Duration, Instant};

use orm::migrate::{DeployOptions, Folder};
use orm::{Db, Result};

const MIGRATIONS: usize = 1000;
const ROUNDS: usize = 20;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let file = std::env::temp_dir().join(format!("orm-bench-migrations-{}.db", std::process::id()));
    let url =
        |variable: &str, usual: &str| std::env::var(variable).unwrap_or_else(|_| usual.to_owned());
    let urls = [
        ("SQLite", format!("sqlite://{}", file.display())),
        (
            "PostgreSQL",
            url(
                "ORM_BENCH_POSTGRES_URL",
                "postgres://postgres@127.0.0.1:5432/postgres",
            ),
        ),
        (
            "MariaDB",
            url("ORM_BENCH_MYSQL_URL", "mysql://root@127.0.0.1:3306/mysql"),
        ),
    ];
    println!("{MIGRATIONS} migrations   read the files   apply all   nothing to do (median)");
    for (name, url) in urls {
        // Beside the database that the URL names, but for a file.
        let result = match name {
            "SQLite" => measure(&Db::connect(&url).await?).await,
            _ => {
                let scratch = orm::migrate::Scratch::beside(&url).await?;
                let result = measure(scratch.db()).await;
                scratch.close().await?;
                result
            }
        };
        let [read, all, none] = result?;
        println!("{name:<18}{read:>14.1?}{all:>12.2?}{none:>25.1?}");
    }
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", file.display()));
    }
    Ok(())
}

/// As they are inside a program: files and their texts.
fn files() -> Vec<(String, String)> {
    let id = |n: usize| format!("{:014}_change_{n}", 20_200_101_000_000_u64 + n as u64);
    let mut files = Vec::new();
    for n in 0..MIGRATIONS {
        let parent = n
            .checked_sub(1)
            .map_or_else(String::new, |n| format!("parent = \"{}\"\n", id(n)));
        files.push((
            format!("{}/migration.toml", id(n)),
            format!("format = 1\nid = \"{}\"\n{parent}", id(n)),
        ));
        let up = format!(
            "-- Changes something.\nCREATE TABLE t{n} (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(200) NOT NULL);\n\nCREATE INDEX t{n}_name_idx ON t{n} (name);\n"
        );
        files.push((format!("{}/up.sql", id(n)), up));
        files.push((format!("{}/down.sql", id(n)), format!("DROP TABLE t{n};\n")));
    }
    files
}

async fn measure(db: &Db) -> Result<[Duration; 3]> {
    let files = files();
    let started = Instant::now();
    Folder::from_files(files.clone())?;
    let read = started.elapsed();
    let folder = Folder::from_files(files.clone())?;
    let started = Instant::now();
    folder
        .deploy_with(db, &DeployOptions::new().check_drift(false))
        .await?;
    let all = started.elapsed();
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        // With reading the files, as a program does that starts.
        let started = Instant::now();
        let done = Folder::from_files(files.clone())?.deploy(db).await?;
        rounds.push(started.elapsed());
        assert!(done.is_empty());
    }
    rounds.sort();
    Ok([read, all, rounds[ROUNDS / 2]])
}
