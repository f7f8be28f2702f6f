//! Removes values from what a database server says.
//!
//! Which quoted parts of a message are identifiers and which are values is known only by the kind of the message.

/// What stands in place of a value.
const HIDDEN: &str = "…";

/// A PostgreSQL message, free of values.
#[cfg(feature = "postgres")]
pub(super) fn postgres(code: &str, message: &str) -> String {
    match code.get(..2) {
        // Data exceptions quote the value, as a rule behind a colon.
        Some("22") => {
            let (head, tail) = message
                .split_once(": ")
                .map_or((message, None), |(head, tail)| (head, Some(tail)));
            let head = between(head, "\"", "\"");
            match tail {
                Some(tail) if tail.contains('"') || tail.contains(|c: char| c.is_ascii_digit()) => {
                    format!("{head}: {HIDDEN}")
                }
                Some(tail) => format!("{head}: {tail}"),
                None => head,
            }
        }
        // Raised by the functions of the user, in words of their own.
        Some("P0") => between(&between(message, "\"", "\""), "'", "'"),
        // All others quote identifiers, or a piece of the statement's text, which holds no values.
        _ => message.to_owned(),
    }
}

/// A MySQL or MariaDB message, free of values.
#[cfg(feature = "mysql")]
pub(super) fn mysql(number: u16, message: &str) -> String {
    /// Errors whose quoted parts are identifiers or pieces of the statement's text.
    const NAMES: &[u16] = &[
        1007, 1008, 1044, 1045, 1046, 1048, 1049, 1050, 1051, 1052, 1054, 1055, 1059, 1060, 1061,
        1064, 1066, 1068, 1072, 1075, 1091, 1109, 1110, 1118, 1136, 1142, 1143, 1146, 1166, 1170,
        1171, 1176, 1193, 1231, 1247, 1264, 1265, 1295, 1304, 1305, 1356, 1364, 1406, 1451, 1452,
        1553, 1901, 1906, 1826, 3105, 3819, 3820, 3822, 3940, 4025, 4161,
    ];
    if NAMES.contains(&number) {
        return message.to_owned();
    }
    between(&between(message, "'", "'"), "\"", "\"")
}

/// Hides what stands between the first quote and the last one that may belong to it. A value may hold quotes itself, and servers do not
/// escape them, so rather too much is hidden than too little.
fn between(message: &str, open: &str, close: &str) -> String {
    /// What follows a value and quotes a name.
    const TAILS: &[&str] = &[" for key ", " for column ", " for function "];
    let Some(start) = message.find(open) else {
        return message.to_owned();
    };
    let start = start + open.len();
    let rest = &message[start..];
    // The last one: the value itself may hold such words.
    let tail = TAILS
        .iter()
        .filter_map(|tail| rest.rfind(&format!("{close}{tail}")))
        .max();
    match tail.or_else(|| rest.rfind(close)) {
        Some(end) => format!("{}{HIDDEN}{}", &message[..start], &rest[end..]),
        None => format!("{}{HIDDEN}", &message[..start]),
    }
}

#[cfg(test)]
mod tests {
    #[cfg(feature = "postgres")]
    #[test]
    fn postgres_messages_lose_their_values_and_keep_their_names() {
        let cases = [
            (
                "22P02",
                "invalid input syntax for type integer: \"se\"cret\"",
                "invalid input syntax for type integer: …",
            ),
            (
                "22003",
                "value \"secret\" is out of range for type integer",
                "value \"…\" is out of range for type integer",
            ),
            (
                "22008",
                "date field value out of range: 1999-13-01",
                "date field value out of range: …",
            ),
            (
                "22021",
                "invalid byte sequence for encoding \"UTF8\": 0x00",
                "invalid byte sequence for encoding \"…\": …",
            ),
            ("22003", "integer out of range", "integer out of range"),
            (
                "P0001",
                "no account \"secret\" for 'secret'",
                "no account \"…\" for '…'",
            ),
            (
                "23505",
                "duplicate key value violates unique constraint \"a_b_key\"",
                "duplicate key value violates unique constraint \"a_b_key\"",
            ),
            (
                "42703",
                "column \"a\" does not exist",
                "column \"a\" does not exist",
            ),
        ];
        for (code, message, expected) in cases {
            assert_eq!(super::postgres(code, message), expected);
        }
    }

    #[cfg(feature = "mysql")]
    #[test]
    fn mysql_messages_lose_their_values_and_keep_their_names() {
        let cases = [
            (
                1062,
                "Duplicate entry 'it's secret' for key 'users_email_key'",
                "Duplicate entry '…' for key 'users_email_key'",
            ),
            (
                1062,
                "Duplicate entry 'a' for key 'secret' for key 'k'",
                "Duplicate entry '…' for key 'k'",
            ),
            (
                1366,
                "Incorrect integer value: 'secret' for column `app`.`users`.`age` at row 1",
                "Incorrect integer value: '…' for column `app`.`users`.`age` at row 1",
            ),
            (
                1292,
                "Truncated incorrect DOUBLE value: 'secret'",
                "Truncated incorrect DOUBLE value: '…'",
            ),
            (
                3140,
                "Invalid JSON text: \"secret\" at position 1 in value for column 'a.b'.",
                "Invalid JSON text: \"…\" at position 1 in value for column '…'.",
            ),
            (
                1690,
                "BIGINT value is out of range in '(1 + 2)'",
                "BIGINT value is out of range in '…'",
            ),
            (1644, "no 'secret", "no '…"),
            (
                1054,
                "Unknown column 'a' in 'field list'",
                "Unknown column 'a' in 'field list'",
            ),
        ];
        for (number, message, expected) in cases {
            assert_eq!(super::mysql(number, message), expected);
        }
    }
}
