//! What a MySQL or MariaDB server says of itself as one of several.
//!
//! A server that takes no writes (`read_only`) is a replica, any other a primary: what it repeats, and from whom, is told to privileged
//! users alone. Positions are MariaDB's, a number for each domain; MySQL counts otherwise, so its positions are not known here.

use std::fmt::Write as _;
use std::time::Duration;

use sqlx::mysql::{MySqlConnection, MySqlRow};
use sqlx::{AssertSqlSafe, Either, Executor, Row};

use super::connect::MysqlServer;
use super::error;
use crate::driver::node::{Facts, Position};
use crate::driver::server::{Failure, Outcome, Replicated, next};
use crate::error::Error;

/// The last column is read by MariaDB alone.
const FACTS: &str = "SELECT CAST(@@global.read_only AS SIGNED), CAST(@@global.log_bin AS SIGNED) \
    /*M! , CAST(@@global.gtid_current_pos AS CHAR) */";

impl Replicated for MysqlServer {
    async fn facts(connection: &mut MySqlConnection) -> Result<Facts, Failure> {
        let (primary, position) = look(connection).await?;
        Ok(Facts {
            primary,
            system: None,
            timeline: 0,
            position,
            quiet: None,
        })
    }

    async fn position(connection: &mut MySqlConnection) -> Result<Position, Failure> {
        let (_, position) = look(connection).await?;
        position.ok_or_else(|| {
            let missing = "saying how far it has written, without MariaDB's GTIDs and a binary log";
            (Error::unsupported(missing, "this server"), Outcome::Done)
        })
    }

    async fn reach(
        connection: &mut MySqlConnection,
        position: &Position,
        limit: Duration,
    ) -> Result<bool, Failure> {
        // Which server wrote it does not matter to the one that waits.
        let mut list = String::new();
        for (domain, number) in position.streams().filter(|(_, number)| *number > 0) {
            let comma = if list.is_empty() { "" } else { "," };
            let _ = write!(list, "{comma}{domain}-1-{number}");
        }
        if list.is_empty() {
            return Ok(true);
        }
        let sql = format!("SELECT MASTER_GTID_WAIT('{list}', {})", limit.as_secs_f64());
        let row = one(connection, sql).await?;
        let reached: Option<i64> = get(&row, 0)?;
        Ok(reached == Some(0))
    }
}

/// Whether it takes writes, and how far it has come.
async fn look(connection: &mut MySqlConnection) -> Result<(bool, Option<Position>), Failure> {
    let row = one(connection, FACTS.to_owned()).await?;
    let primary = get::<i64>(&row, 0)? == 0;
    let log: i64 = get(&row, 1)?;
    // Without a log, a primary does not count what it writes.
    let position = if row.len() < 3 || primary && log == 0 {
        None
    } else {
        parse(&get::<Option<String>>(&row, 2)?.unwrap_or_default())
    };
    Ok((primary, position))
}

async fn one(connection: &mut MySqlConnection, sql: String) -> Result<MySqlRow, Failure> {
    let mut results = connection.fetch_many(sqlx::raw_sql(AssertSqlSafe(sql)));
    let mut found = None;
    while let Some(result) = next(&mut results).await {
        match result.map_err(|error| error::map(error, None))? {
            Either::Right(row) => found = Some(row),
            Either::Left(_) => {}
        }
    }
    found.ok_or_else(|| error::map(sqlx::Error::RowNotFound, None))
}

fn get<'r, T>(row: &'r MySqlRow, at: usize) -> Result<T, Failure>
where
    T: sqlx::Decode<'r, sqlx::MySql> + sqlx::Type<sqlx::MySql>,
{
    row.try_get(at)
        .map_err(|error| (error::map(error, None).0, Outcome::Done))
}

/// `0-1-270,3-2-5`: domain, server and number.
fn parse(text: &str) -> Option<Position> {
    let mut position = Position::default();
    for part in text.split(',').filter(|part| !part.trim().is_empty()) {
        let mut numbers = part.trim().split('-');
        let domain = numbers.next()?.parse().ok()?;
        let _server: u32 = numbers.next()?.parse().ok()?;
        position.set(domain, numbers.next()?.parse().ok()?);
        if numbers.next().is_some() {
            return None;
        }
    }
    Some(position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_transactions_is_a_number_for_each_domain() {
        let streams = |text| parse(text).map(|position| position.streams().collect::<Vec<_>>());
        assert_eq!(streams(""), Some(vec![]));
        assert_eq!(streams("0-1-270"), Some(vec![(0, 270)]));
        assert_eq!(streams("0-1-270,\n3-2-5"), Some(vec![(0, 270), (3, 5)]));
        // Of two servers of one domain, the later one has all of the earlier one.
        assert_eq!(streams("0-1-270,0-2-271"), Some(vec![(0, 271)]));
        for wrong in ["x", "0-1", "0-1-2-3", "0-1-"] {
            assert_eq!(streams(wrong), None, "{wrong}");
        }
    }
}
