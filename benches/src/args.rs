//! The command line.

use std::time::Duration;

use crate::contender::Workload;

pub const USAGE: &str = "\
usage: orm-bench [options]

  --db LIST        sqlite, postgres, mysql; comma-separated (default: sqlite,postgres)
  --only LIST      pk, all1, all100, all10k, insert1, bulk100, bulk10k, update, page, relations, newest1, newest100,
                   deep (default: all of them)
  --with LIST      contenders whose names contain one of these words, regardless of case (default: all of them)
  --seconds N      time for each cell of a table, fractions allowed (default: 2)
  --pin[=CORE]     run on one core, the client and where possible the server's processes for it
  --threads N      a multi-thread runtime with N workers (default: a current-thread runtime)
  --schema[=N]     read a schema of N tables (default: 500) of ten columns instead
  --json           one JSON object per database instead of tables
  --help

  ORM_BENCH_POSTGRES_URL   default postgres://postgres@127.0.0.1:5432/postgres
  ORM_BENCH_MYSQL_URL      default mysql://root@127.0.0.1:3306/mysql
  TMPDIR                   where the SQLite files are put";

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Database {
    Sqlite,
    Postgres,
    MySql,
}

/// The core to run on.
#[derive(Clone, Copy, Debug)]
pub enum Pin {
    Any,
    Core(usize),
}

#[derive(Debug)]
pub struct Args {
    pub databases: Vec<Database>,
    pub workloads: Vec<Workload>,
    /// Lower-case parts of contenders' names; if there are none, all take part.
    pub with: Vec<String>,
    pub seconds: Duration,
    pub pin: Option<Pin>,
    pub threads: usize,
    pub json: bool,
    /// How many tables to read, if that is what is measured.
    pub schema: Option<usize>,
}

impl Args {
    /// `None` if the user asked for help.
    pub fn parse(words: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut args = Self {
            databases: vec![Database::Sqlite, Database::Postgres],
            workloads: Workload::ALL.to_vec(),
            with: Vec::new(),
            seconds: Duration::from_secs(2),
            pin: None,
            threads: 0,
            json: false,
            schema: None,
        };
        let mut words = words.peekable();
        while let Some(word) = words.next() {
            let (option, inline) = match word.split_once('=') {
                Some((option, value)) => (option.to_owned(), Some(value.to_owned())),
                None => (word, None),
            };
            if option == "--pin" {
                args.pin = Some(match inline {
                    Some(core) => Pin::Core(number(&option, &core)?),
                    None => Pin::Any,
                });
                continue;
            }
            if option == "--schema" {
                args.schema = Some(match inline {
                    Some(tables) => number(&option, &tables)?,
                    None => 500,
                });
                continue;
            }
            let mut value = || {
                inline
                    .clone()
                    .or_else(|| words.next())
                    .ok_or_else(|| format!("{option} needs a value"))
            };
            match option.as_str() {
                "--db" => args.databases = list(&value()?, database)?,
                "--only" => args.workloads = list(&value()?, workload)?,
                "--with" => args.with = list(&value()?, |word| Ok(word.to_lowercase()))?,
                "--seconds" => {
                    let seconds = number(&option, &value()?)?;
                    args.seconds = Duration::try_from_secs_f64(seconds)
                        .map_err(|error| format!("--seconds: {error}"))?;
                }
                "--threads" => args.threads = number(&option, &value()?)?,
                "--json" => args.json = true,
                "--help" | "-h" => return Ok(None),
                _ => return Err(format!("unknown option {option}")),
            }
        }
        Ok(Some(args))
    }
}

fn number<T: std::str::FromStr>(option: &str, text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|_| format!("{option} does not take `{text}`"))
}

fn list<T>(text: &str, item: fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    text.split(',').map(|name| item(name.trim())).collect()
}

fn database(name: &str) -> Result<Database, String> {
    match name {
        "sqlite" => Ok(Database::Sqlite),
        "postgres" => Ok(Database::Postgres),
        "mysql" => Ok(Database::MySql),
        _ => Err(format!("unknown database {name}")),
    }
}

fn workload(name: &str) -> Result<Workload, String> {
    let found = Workload::ALL
        .into_iter()
        .find(|workload| workload.key() == name);
    found.ok_or_else(|| format!("unknown workload {name}"))
}
