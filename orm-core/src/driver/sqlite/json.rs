//! Whether a JSON document contains another one, as the servers know it.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use serde_json::{Number, Value};

pub(super) fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("orm_json_contains", 2, flags, |context| {
        let document = |at| {
            let text = context.get::<Option<String>>(at)?;
            let parsed = text.map(|text| serde_json::from_str::<Value>(&text));
            parsed.transpose().map_err(|_| {
                rusqlite::Error::UserFunctionError("a document is not valid JSON".into())
            })
        };
        Ok(match (document(0)?, document(1)?) {
            (Some(whole), Some(part)) => Some(contains(&whole, &part)),
            _ => None,
        })
    })
}

fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => part
            .iter()
            .all(|(key, part)| whole.get(key).is_some_and(|whole| contains(whole, part))),
        (Value::Array(whole), Value::Array(part)) => part
            .iter()
            .all(|part| whole.iter().any(|whole| contains(whole, part))),
        (Value::Number(whole), Value::Number(part)) => equal(whole, part),
        (whole, part) => whole == part,
    }
}

/// Numbers are equal by what they mean: 1 and 1.0.
fn equal(a: &Number, b: &Number) -> bool {
    a == b || (a.is_f64() || b.is_f64()) && a.as_f64() == b.as_f64()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_document_contains_what_it_has_more_of() {
        let whole = json!({"a": [1, {"b": "x", "c": null}], "d": 1.0});
        for part in [
            json!({}),
            json!({"a": [{"b": "x"}]}),
            json!({"d": 1}),
            json!({"a": [1, 1]}),
            json!({"a": []}),
        ] {
            assert!(contains(&whole, &part), "{part}");
        }
        for part in [
            json!([]),
            json!({"a": [2]}),
            json!({"b": "x"}),
            json!({"a": {"b": "x"}}),
            json!({"d": "1"}),
        ] {
            assert!(!contains(&whole, &part), "{part}");
        }
    }
}
