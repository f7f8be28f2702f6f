//! What was done in a database: rows that are only ever added to, and the states of migrations that follow from them.

mod state;
mod table;

use orm_core::query::{IntoBinding as _, Raw, RawPart};
use orm_core::{Db, Result};

pub use state::{Failure, History, Partial, Recorded, State};
pub(crate) use table::{create, exists};

/// The name of the table.
pub const TABLE: &str = "_orm_migrations";

/// What is written into every row: which program did it.
pub(crate) const TOOL: &str = concat!("orm ", env!("CARGO_PKG_VERSION"));

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A step that stands in no transaction has begun.
    Begun,
    /// So many steps are carried out.
    Step,
    /// A step failed.
    Failed,
    /// All steps are carried out.
    Done,
    /// It was in the database before there was a history.
    Baseline,
    /// It was taken over from the history of another tool.
    Adopted,
    /// The migrations that it stands for were applied.
    Squashed,
    /// Somebody says that all steps are carried out.
    ResolvedApplied,
    /// Somebody says that no step is carried out.
    ResolvedRolledBack,
    /// Somebody says that the interrupted step was carried out.
    StepApplied,
    /// Somebody says that the interrupted step was not carried out.
    StepRolledBack,
}

const EVENTS: &[(Event, &str)] = &[
    (Event::Begun, "begun"),
    (Event::Step, "step"),
    (Event::Failed, "failed"),
    (Event::Done, "done"),
    (Event::Baseline, "baseline"),
    (Event::Adopted, "adopted"),
    (Event::Squashed, "squashed"),
    (Event::ResolvedApplied, "resolved: applied"),
    (Event::ResolvedRolledBack, "resolved: rolled back"),
    (Event::StepApplied, "resolved: step applied"),
    (Event::StepRolledBack, "resolved: step rolled back"),
];

impl Event {
    /// The word for it in the table.
    pub fn word(self) -> &'static str {
        EVENTS
            .iter()
            .find(|(event, _)| *event == self)
            .map_or("", |(_, word)| word)
    }

    fn parse(word: &str) -> Option<Self> {
        EVENTS
            .iter()
            .find(|(_, known)| *known == word)
            .map(|(event, _)| *event)
    }
}

/// A row of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// The migration.
    pub id: String,
    /// What it follows.
    pub parent: Option<String>,
    /// `up` or `down`.
    pub direction: crate::files::Direction,
    /// What happened.
    pub event: Event,
    /// The checksum of its `up`.
    pub checksum: String,
    /// The hash of the schema after it.
    pub schema_hash: Option<String>,
    /// When this began.
    pub started: String,
    /// When it ended.
    pub finished: Option<String>,
    /// How many steps are carried out.
    pub step: usize,
    /// How many steps there are.
    pub steps: usize,
    /// The statement that it is about.
    pub statement: Option<String>,
    /// The checksum of the steps that are carried out.
    pub steps_checksum: Option<String>,
    /// What the database said.
    pub error: Option<String>,
    /// The program that wrote it.
    pub tool: String,
}

type Columns = (
    (String, Option<String>, String, String),
    (String, Option<String>, String, Option<String>),
    (i64, i64),
    (Option<String>, Option<String>, Option<String>, String),
);

/// All rows, in the order in which they were written; none if there is no table.
pub(crate) async fn read(db: &Db) -> Result<Vec<Row>> {
    if !exists(db, TABLE).await? {
        return Ok(Vec::new());
    }
    let sql = "SELECT id, parent, direction, event, checksum, schema_hash, started, finished, step, steps, statement, steps_checksum, error, tool FROM _orm_migrations ORDER BY seq";
    let rows: Vec<Columns> = Raw::new(vec![RawPart::Text(sql)]).all(db).await?;
    rows.into_iter().map(row).collect()
}

fn row(columns: Columns) -> Result<Row> {
    let (
        (id, parent, direction, event),
        (checksum, schema_hash, started, finished),
        (step, steps),
        (statement, steps_checksum, error, tool),
    ) = columns;
    let Some(known) = Event::parse(&event) else {
        return Err(crate::Problem::WrongState {
            id,
            message: format!(
                "has an entry `{event}` in the history, which `{tool}` wrote and this program does not know; use that version, or a newer one"
            ),
        }
        .into_error());
    };
    Ok(Row {
        id,
        parent,
        direction: match direction.as_str() {
            "down" => crate::files::Direction::Down,
            _ => crate::files::Direction::Up,
        },
        event: known,
        checksum,
        schema_hash,
        started,
        finished,
        step: usize::try_from(step).unwrap_or(0),
        steps: usize::try_from(steps).unwrap_or(0),
        statement,
        steps_checksum,
        error,
        tool,
    })
}

/// How many rows there are. Since none is ever changed or removed, this is the version of the history.
pub(crate) async fn count(db: &Db) -> Result<usize> {
    let sql = "SELECT count(*) FROM _orm_migrations";
    let rows: i64 = Raw::new(vec![RawPart::Text(sql)]).one(db).await?;
    Ok(usize::try_from(rows).unwrap_or(0))
}

/// Adds a row.
pub(crate) async fn add(db: &Db, row: &Row) -> Result<()> {
    let name = row
        .id
        .split_once('_')
        .map_or(row.id.as_str(), |(_, name)| name);
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let values = [
        row.id.binding(),
        name.binding(),
        row.parent.binding(),
        row.direction.word().binding(),
        row.event.word().binding(),
        "all".binding(),
        row.checksum.binding(),
        row.schema_hash.binding(),
        row.started.binding(),
        row.finished.binding(),
        number(row.step).binding(),
        number(row.steps).binding(),
        row.statement.binding(),
        row.steps_checksum.binding(),
        row.error.binding(),
        row.tool.binding(),
    ];
    let mut parts = Vec::with_capacity(2 * values.len() + 1);
    let mut before = "INSERT INTO _orm_migrations (id, name, parent, direction, event, phase, checksum, schema_hash, started, finished, step, steps, statement, steps_checksum, error, tool) VALUES (";
    for value in values {
        parts.push(RawPart::Text(before));
        parts.push(RawPart::Bind("value", value));
        before = ", ";
    }
    parts.push(RawPart::Text(")"));
    Raw::new(parts).execute(db).await.map(drop)
}
