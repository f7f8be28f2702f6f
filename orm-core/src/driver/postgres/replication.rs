//! What a PostgreSQL server says of itself as one of several.
//!
//! Nothing of it needs more than the right to connect.

use std::time::Duration;

use sqlx::Row;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{Either, Executor};

use super::connect::PostgresServer;
use super::error;
use crate::driver::node::{Facts, Position};
use crate::driver::server::{Failure, Outcome, Replicated, next};
use crate::error::{Error, ErrorKind};

/// The timeline of a primary is taken from the file that it writes now: its control file names an older one for minutes after a promotion.
const FACTS: &str = "SELECT recovering, \
    (CASE WHEN recovering THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END)::text, \
    CASE WHEN recovering THEN NULL ELSE substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) END, \
    (SELECT system_identifier::text FROM pg_control_system()), \
    CASE WHEN recovering THEN greatest(0, extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()))::float8 END \
    FROM (SELECT pg_is_in_recovery() AS recovering) AS server";
const WRITTEN: &str = "SELECT pg_current_wal_insert_lsn()::text";
const REPEATED: &str = "SELECT pg_last_wal_replay_lsn()::text";

impl Replicated for PostgresServer {
    async fn facts(connection: &mut PgConnection) -> Result<Facts, Failure> {
        let row = one(connection, FACTS).await?;
        let recovering: Option<bool> = get(&row, 0)?;
        let position: Option<String> = get(&row, 1)?;
        let timeline: Option<String> = get(&row, 2)?;
        let system: Option<String> = get(&row, 3)?;
        let quiet: Option<f64> = get(&row, 4)?;
        let timeline = timeline.and_then(|digits| u32::from_str_radix(&digits, 16).ok());
        Ok(Facts {
            primary: recovering == Some(false),
            system: system.and_then(|number| number.parse().ok()),
            timeline: timeline.unwrap_or_default(),
            position: position.and_then(|text| parse(&text)).map(Position::single),
            quiet: quiet.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
        })
    }

    async fn position(connection: &mut PgConnection) -> Result<Position, Failure> {
        let row = one(connection, WRITTEN).await?;
        let position: Option<String> = get(&row, 0)?;
        position
            .and_then(|text| parse(&text))
            .map(Position::single)
            .ok_or_else(unreadable)
    }

    /// The server has no statement that waits, so it is asked again and again.
    async fn reach(
        connection: &mut PgConnection,
        position: &Position,
        limit: Duration,
    ) -> Result<bool, Failure> {
        let begun = tokio::time::Instant::now();
        let mut pause = Duration::from_millis(1);
        loop {
            let row = one(connection, REPEATED).await?;
            let repeated: Option<String> = get(&row, 0)?;
            let repeated = repeated
                .and_then(|text| parse(&text))
                .map(Position::single)
                .unwrap_or_default();
            if repeated.has(position) {
                return Ok(true);
            }
            let left = limit.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return Ok(false);
            }
            tokio::time::sleep(pause.min(left)).await;
            pause = (pause * 2).min(Duration::from_millis(10));
        }
    }
}

async fn one(connection: &mut PgConnection, sql: &'static str) -> Result<PgRow, Failure> {
    let mut results = connection.fetch_many(sqlx::query(sql));
    let mut found = None;
    while let Some(result) = next(&mut results).await {
        match result.map_err(|error| error::map(error, None))? {
            Either::Right(row) => found = Some(row),
            Either::Left(_) => {}
        }
    }
    found.ok_or_else(unreadable)
}

fn get<'r, T>(row: &'r PgRow, at: usize) -> Result<T, Failure>
where
    T: sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    row.try_get(at)
        .map_err(|error| (error::map(error, None).0, Outcome::Done))
}

fn unreadable() -> Failure {
    let cause = "the server did not say how far it has written";
    (
        Error::new(ErrorKind::Database).with_source(cause),
        Outcome::Done,
    )
}

/// `16/B374D848`: two numbers of 32 bits.
fn parse(text: &str) -> Option<u64> {
    let (high, low) = text.split_once('/')?;
    let half = |digits| u32::from_str_radix(digits, 16).ok().map(u64::from);
    Some(half(high)? << 32 | half(low)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_log_is_one_number() {
        assert_eq!(parse("16/B374D848"), Some(0x0016_B374_D848));
        assert_eq!(parse("0/0"), Some(0));
        for wrong in ["", "16", "16/", "16/1B374D848", "x/1"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
