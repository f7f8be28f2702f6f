//! What the codes of databases mean: the one table by which errors are named, and by which it is decided what may be tried again.

/// What a database's code means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(dead_code, reason = "not every database has all of them")]
pub(super) enum Class {
    Unique,
    ForeignKey,
    Check,
    NotNull,
    /// The transaction collided with another one: run it again.
    Serialization,
    /// The transaction was the victim of a deadlock: run it again.
    Deadlock,
    /// A lock was not granted in time.
    LockTimeout,
    /// The statement was stopped.
    Cancelled,
    /// The connection is gone; whether the statement was carried out is not known.
    Lost,
    /// Nothing was carried out, and later it may be: the server starts, or has too many connections.
    NotNow,
    /// The server, or the transaction, only reads.
    ReadOnly,
    /// Trying it again changes nothing.
    Permanent,
}

/// An SQLSTATE of PostgreSQL.
#[cfg(feature = "postgres")]
pub(super) fn postgres(code: &str) -> Class {
    match code {
        "23505" | "23P01" => Class::Unique,
        "23503" => Class::ForeignKey,
        "23514" => Class::Check,
        "23502" => Class::NotNull,
        // On a replica it is a conflict with what the primary has removed.
        "40001" => Class::Serialization,
        "40P01" => Class::Deadlock,
        "55P03" => Class::LockTimeout,
        "57014" => Class::Cancelled,
        "57P03" | "53300" => Class::NotNow,
        "57P01" | "57P02" | "57P05" | "25P03" | "25P04" => Class::Lost,
        "25006" => Class::ReadOnly,
        // 08P01 is a wrong number of values.
        code if code.starts_with("08") && code != "08P01" => Class::Lost,
        _ => Class::Permanent,
    }
}

/// A number of MySQL or MariaDB. Its SQLSTATE decides only where the two use one number for different things.
#[cfg(feature = "mysql")]
pub(super) fn mysql(number: u16, state: &str) -> Class {
    match number {
        1022 | 1062 | 1169 | 1586 | 1859 => Class::Unique,
        1216 | 1217 | 1451 | 1452 | 1761 | 1762 => Class::ForeignKey,
        3819 => Class::Check,
        // MySQL uses the number for something else.
        4025 if state == "23000" => Class::Check,
        1048 | 1364 => Class::NotNull,
        // The number of locks was exceeded, or the transaction is the victim of a deadlock.
        1206 | 1213 | 1614 => Class::Deadlock,
        // The row has changed since the snapshot was taken.
        1020 => Class::Serialization,
        1205 | 3572 => Class::LockTimeout,
        1317 | 1969 | 3024 => Class::Cancelled,
        1040 | 1203 => Class::NotNow,
        1053 | 1077 | 1079 | 1080 | 1927 | 2006 | 2013 | 4031 => Class::Lost,
        1290 | 1792 | 1836 => Class::ReadOnly,
        _ => Class::Permanent,
    }
}

/// An extended result code of SQLite.
#[cfg(feature = "sqlite")]
pub(super) fn sqlite(code: i32) -> Class {
    use rusqlite::ffi;
    match code {
        ffi::SQLITE_CONSTRAINT_UNIQUE
        | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
        | ffi::SQLITE_CONSTRAINT_ROWID => Class::Unique,
        ffi::SQLITE_CONSTRAINT_NOTNULL => Class::NotNull,
        ffi::SQLITE_CONSTRAINT_CHECK => Class::Check,
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY | ffi::SQLITE_CONSTRAINT_TRIGGER => Class::ForeignKey,
        // A read transaction cannot become a write transaction when another one wrote in between.
        ffi::SQLITE_BUSY_SNAPSHOT => Class::Serialization,
        ffi::SQLITE_INTERRUPT => Class::Cancelled,
        code => match code & 0xff {
            ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => Class::LockTimeout,
            ffi::SQLITE_READONLY => Class::ReadOnly,
            _ => Class::Permanent,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "postgres")]
    #[test]
    fn sqlstates_of_postgres() {
        for (code, class) in [
            ("40001", Class::Serialization),
            ("40P01", Class::Deadlock),
            ("55P03", Class::LockTimeout),
            ("57P03", Class::NotNow),
            ("53300", Class::NotNow),
            ("57P01", Class::Lost),
            ("57P02", Class::Lost),
            ("08006", Class::Lost),
            ("08003", Class::Lost),
            ("25006", Class::ReadOnly),
            ("57014", Class::Cancelled),
            ("08P01", Class::Permanent),
            ("28P01", Class::Permanent),
            ("3D000", Class::Permanent),
            ("42P01", Class::Permanent),
            ("23505", Class::Unique),
            ("23503", Class::ForeignKey),
            ("23514", Class::Check),
            ("23502", Class::NotNull),
        ] {
            assert_eq!(postgres(code), class, "{code}");
        }
    }

    #[cfg(feature = "mysql")]
    #[test]
    fn numbers_of_mysql_and_mariadb() {
        for (number, class) in [
            (1213, Class::Deadlock),
            (1020, Class::Serialization),
            (1205, Class::LockTimeout),
            (3572, Class::LockTimeout),
            (1040, Class::NotNow),
            (2006, Class::Lost),
            (2013, Class::Lost),
            (1053, Class::Lost),
            (1290, Class::ReadOnly),
            (1836, Class::ReadOnly),
            (1317, Class::Cancelled),
            (3024, Class::Cancelled),
            (1969, Class::Cancelled),
            (1045, Class::Permanent),
            (1049, Class::Permanent),
            (1064, Class::Permanent),
            (1062, Class::Unique),
            (1452, Class::ForeignKey),
            (1048, Class::NotNull),
        ] {
            assert_eq!(mysql(number, "HY000"), class, "{number}");
        }
        assert_eq!(mysql(4025, "23000"), Class::Check);
        assert_eq!(mysql(4025, "HY000"), Class::Permanent);
    }

    #[cfg(feature = "sqlite")]
    #[test]
    fn extended_codes_of_sqlite() {
        for (code, class) in [
            (517, Class::Serialization),
            (5, Class::LockTimeout),
            (6, Class::LockTimeout),
            (261, Class::LockTimeout),
            (262, Class::LockTimeout),
            (9, Class::Cancelled),
            (8, Class::ReadOnly),
            (2067, Class::Unique),
            (1555, Class::Unique),
            (787, Class::ForeignKey),
            (275, Class::Check),
            (1299, Class::NotNull),
            (1, Class::Permanent),
            (11, Class::Permanent),
        ] {
            assert_eq!(sqlite(code), class, "{code}");
        }
    }
}
