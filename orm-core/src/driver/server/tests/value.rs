//! Values on their way to a server and back.

use super::*;

/// Sends a value and says how it comes back.
async fn echo(lease: &mut Lease, sql: &str, value: Value) -> String {
    struct Shown(String);
    impl RowSink for Shown {
        fn start(&mut self, columns: &dyn Columns) -> Result<()> {
            assert_eq!((columns.len(), columns.name(0)), (1, "it"));
            Ok(())
        }

        fn row(&mut self, row: &dyn RowSource) -> Result<()> {
            assert!(row.raw(1).is_err() && row.column(0) == "it");
            self.0 = format!("{:?}", row.raw(0));
            Ok(())
        }
    }
    let hand_written = Statement {
        access: Access::Unknown,
        ..statement(sql, vec![value])
    };
    match lease.fetch(&hand_written, Shown(String::new())).await {
        Ok((shown, _)) => shown.0,
        Err(error) => format!("{error}"),
    }
}

#[test]
fn values_of_each_kind_go_there_and_back() {
    let decimal = |text| Value::Decimal(Numeric::parse(text).unwrap());
    on_each(async |words, pool| {
        let mut lease = pool.lease().await.unwrap();
        let cases = [
            (Value::Bool(true), "Bool(true)", "Int(1)"),
            (Value::I16(-2), "Int(-2)", "Int(-2)"),
            (Value::I32(i32::MIN), "Int(-2147483648)", "Int(-2147483648)"),
            (
                Value::I64(i64::MAX),
                "Int(9223372036854775807)",
                "Int(9223372036854775807)",
            ),
            (Value::U32(u32::MAX), "Int(4294967295)", "Int(4294967295)"),
            (Value::F32(1.5), "Float(1.5)", "Float(1.5)"),
            (Value::F64(-0.1), "Float(-0.1)", "Float(-0.1)"),
            (
                Value::Text("ä€😀".into()),
                "Text(\"ä€😀\")",
                "Text(\"ä€😀\")",
            ),
            (
                Value::Bytes(vec![0, 255]),
                "Bytes([0, 255])",
                "Bytes([0, 255])",
            ),
            (Value::Null(Kind::I64), "Null", "Null"),
            (Value::Null(Kind::Json), "Null", "Null"),
            (
                Value::Json("{\"a\": 1}".into()),
                "Json(\"{\\\"a\\\": 1}\")",
                "Text(\"{\\\"a\\\": 1}\")",
            ),
            (
                decimal("-12345678901234567.50"),
                "Decimal(Numeric { mantissa: -1234567890123456750, scale: 2 })",
                "Decimal(Numeric { mantissa: -1234567890123456750, scale: 2 })",
            ),
            (Value::Date(20_000), "Date(20000)", "Date(20000)"),
            (Value::Time(1), "Time(1)", "Time(1)"),
            (
                Value::DateTime(1_795_468_062_123_456),
                "DateTime(1795468062123456)",
                "DateTime(1795468062123456)",
            ),
            (Value::Timestamp(-1), "Timestamp(-1)", "DateTime(-1)"),
        ];
        for (value, postgres, mysql) in cases {
            let shown = format!("{value:?}");
            let (expected, sql) = if words.name == "postgres" {
                (postgres, "SELECT $1 AS it")
            } else {
                (mysql, "SELECT ? AS it")
            };
            assert_eq!(
                echo(&mut lease, sql, value).await,
                format!("Ok({expected})"),
                "{} {shown}",
                words.name
            );
        }
    });
}

#[test]
fn types_that_are_not_sent_are_read_as_well() {
    on_each(async |words, pool| {
        let mut lease = pool.lease().await.unwrap();
        let cases: &[(&str, &str)] = if words.name == "postgres" {
            lease.script("CREATE TYPE pg_temp.mood AS ENUM ('sad', 'glad'); CREATE DOMAIN pg_temp.small AS int2").await.unwrap();
            &[
                ("'infinity'::date", "Ok(Other(\"date that is infinite\"))"),
                (
                    "'NaN'::numeric",
                    "Ok(Other(\"numeric that is not a number\"))",
                ),
                ("'1 day'::interval", "Ok(Other(\"INTERVAL\"))"),
                ("'1'::money", "Ok(Other(\"MONEY\"))"),
                ("ARRAY[1, NULL, 3]", "Ok(Array([Int(1), Null, Int(3)]))"),
                (
                    "ARRAY[[1], [2]]",
                    "Ok(Other(\"array with several dimensions\"))",
                ),
                (
                    "ARRAY['{\"a\": 1}'::jsonb]",
                    "Ok(Array([Json(\"{\\\"a\\\": 1}\")]))",
                ),
                ("'glad'::pg_temp.mood", "Ok(Text(\"glad\"))"),
                ("ARRAY['glad'::pg_temp.mood]", "Ok(Array([Text(\"glad\")]))"),
                ("1::pg_temp.small", "Ok(Int(1))"),
                ("ARRAY[1::pg_temp.small]", "Ok(Array([Int(1)]))"),
                ("'a'::char(3)", "Ok(Text(\"a  \"))"),
                ("'name'::name", "Ok(Text(\"name\"))"),
                (
                    "1e20::numeric",
                    "Ok(Decimal(Numeric { mantissa: 100000000000000000000, scale: 0 }))",
                ),
                (
                    "0.000012::numeric(20, 10)",
                    "Ok(Decimal(Numeric { mantissa: 120000, scale: 10 }))",
                ),
                (
                    "(10::numeric ^ 100)::numeric(200, 0)",
                    "Ok(Other(\"numeric with more than 38 digits\"))",
                ),
            ]
        } else {
            &[
                (
                    "CAST(-1 AS UNSIGNED)",
                    "Ok(BigUnsigned(18446744073709551615))",
                ),
                ("b'100000000'", "Ok(Bytes([1, 0]))"),
                ("CAST('12:00:00.5' AS TIME(6))", "Ok(Time(43200500000))"),
                (
                    "CAST('-12:00:00' AS TIME)",
                    "Ok(Other(\"time that is not within a day\"))",
                ),
                (
                    "CAST(9 AS DECIMAL(65, 30))",
                    "Ok(Decimal(Numeric { mantissa: 9000000000000000000000000000000, scale: 30 }))",
                ),
                (
                    "CAST(1e50 AS DECIMAL(65, 0))",
                    "Ok(Other(\"decimal with more than 38 digits\"))",
                ),
                ("CONVERT('a' USING latin1)", "Ok(Text(\"a\"))"),
                ("'a' COLLATE utf8mb4_bin", "Ok(Text(\"a\"))"),
                ("CAST('a' AS BINARY)", "Ok(Bytes([97]))"),
                ("POINT(1, 2)", "Ok(Other(\"GEOMETRY\"))"),
                ("TRUE", "Ok(Int(1))"),
            ]
        };
        for (expression, expected) in cases {
            let (sql, value) = (
                format!("SELECT {expression} AS it"),
                statement("", Vec::new()).binds,
            );
            assert!(value.is_empty());
            let mark = if words.name == "postgres" { "$1" } else { "?" };
            let sql = format!("{sql} FROM (SELECT 1) t WHERE 1 = {mark}");
            assert_eq!(
                echo(&mut lease, &sql, Value::I32(1)).await,
                *expected,
                "{} {expression}",
                words.name
            );
        }
    });
}

#[test]
fn one_hand_written_text_takes_values_of_several_types() {
    on_each(async |words, pool| {
        let mut lease = pool.lease().await.unwrap();
        let sql = if words.name == "postgres" {
            "SELECT $1::text AS it"
        } else {
            "SELECT CONCAT(?) AS it"
        };
        for (value, expected) in [
            (Value::I32(7), "7"),
            (Value::Text("a".into()), "a"),
            (Value::I64(8), "8"),
            (Value::Bool(true), "t"),
        ] {
            let expected = if expected == "t" && words.name == "postgres" {
                "true"
            } else {
                expected
            };
            if expected != "t" {
                assert_eq!(
                    echo(&mut lease, sql, value).await,
                    format!("Ok(Text({expected:?}))"),
                    "{}",
                    words.name
                );
            }
        }
    });
}
