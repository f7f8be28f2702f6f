//! Measures `orm` beside other libraries and the drivers used by hand. See README.md.

mod args;
mod contender;
mod contenders;
mod input;
mod pin;
mod report;
mod runner;
mod schema;
mod store;
mod verify;

use std::process::ExitCode;

use args::{Args, Database};
use contender::Result;
#[cfg(feature = "sqlx")]
use store::MySqlStore;
use store::{PostgresStore, SqliteStore, Store};

fn main() -> ExitCode {
    let args = match Args::parse(std::env::args().skip(1)) {
        Ok(Some(args)) => args,
        Ok(None) => {
            println!("{}", args::USAGE);
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("{message}\n\n{}", args::USAGE);
            return ExitCode::FAILURE;
        }
    };
    match start(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("orm-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn start(args: &Args) -> Result<()> {
    // Before any thread exists, so that all of them inherit it.
    let core = args.pin.map(pin::this_process).transpose()?;
    let runtime = match args.threads {
        0 => tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?,
        threads => tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads)
            .enable_all()
            .build()?,
    };
    runtime.block_on(async {
        for &database in &args.databases {
            if let Some(tables) = args.schema {
                schema::measure(database, tables).await?;
                continue;
            }
            // Runs in sequence: two databases never compete for the core.
            match database {
                Database::Sqlite => compare::<SqliteStore>(args, core).await?,
                Database::Postgres => compare::<PostgresStore>(args, core).await?,
                #[cfg(feature = "sqlx")]
                Database::MySql => compare::<MySqlStore>(args, core).await?,
                #[cfg(not(feature = "sqlx"))]
                Database::MySql => {
                    return Err("nobody takes part on MySQL without the feature `sqlx`".into());
                }
            }
        }
        Ok(())
    })
}

async fn compare<S: Store>(args: &Args, core: Option<usize>) -> Result<()> {
    let mut store = S::create().await?;
    let measured = measure(&mut store, args, core).await;
    // The database goes away whether or not the run succeeded.
    let removed = store.remove().await;
    let table = measured?;
    removed?;
    if args.json {
        print!("{}", table.json());
    } else {
        print!("{}", table.text());
    }
    Ok(())
}

async fn measure<S: Store>(
    store: &mut S,
    args: &Args,
    core: Option<usize>,
) -> Result<report::Table> {
    let mut contenders = store.contenders().await?;
    contenders.retain(|contender| {
        let name = contender.name().to_lowercase();
        args.with.is_empty() || args.with.iter().any(|word| name.contains(word))
    });
    if contenders.is_empty() {
        return Err(format!("nobody on {} has such a name", S::NAME).into());
    }
    let mut table = report::Table::new(
        S::NAME,
        contenders.iter().map(|c| c.name().to_owned()).collect(),
    );
    for &workload in &args.workloads {
        eprintln!("{}: {}", S::NAME, workload.title());
        table.columns.push((
            workload,
            runner::run(store, &mut contenders, workload, args.seconds, core).await?,
        ));
    }
    Ok(table)
}
