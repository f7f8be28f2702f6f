//! Exact decimals: functions, aggregates and an ordering over their text.

use std::cmp::Ordering;

use rusqlite::Connection;
use rusqlite::functions::{Aggregate, Context, FunctionFlags, WindowAggregate};
use rusqlite::types::ValueRef;

use crate::value::Numeric;

/// How many digits behind the point a quotient has at least.
const QUOTIENT_SCALE: u32 = 16;

pub(super) fn register(connection: &Connection) -> rusqlite::Result<()> {
    connection.create_collation("orm_decimal", |a, b| {
        match (Numeric::parse(a), Numeric::parse(b)) {
            (Some(a), Some(b)) => compare(a, b),
            // What is no number stands behind the numbers, in the order of its text.
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => a.cmp(b),
        }
    })?;
    binary(connection, "orm_decimal_add", add)?;
    binary(connection, "orm_decimal_sub", |a, b| add(a, negated(b)?))?;
    binary(connection, "orm_decimal_mul", multiply)?;
    binary(connection, "orm_decimal_div", divide)?;
    binary(connection, "orm_decimal_rem", remainder)?;
    integers(connection, "orm_add", i64::checked_add)?;
    integers(connection, "orm_sub", i64::checked_sub)?;
    integers(connection, "orm_mul", i64::checked_mul)?;
    unary(connection, "orm_decimal_neg", negated)?;
    unary(connection, "orm_decimal_abs", |n| {
        if n.mantissa < 0 { negated(n) } else { Some(n) }
    })?;
    unary(connection, "orm_decimal_sign", |n| {
        Some(Numeric {
            mantissa: n.mantissa.signum(),
            scale: 0,
        })
    })?;
    unary(connection, "orm_decimal_trunc", |n| toward(n, |_| 0))?;
    unary(connection, "orm_decimal_floor", |n| {
        toward(n, |rest| -i128::from(rest < 0))
    })?;
    unary(connection, "orm_decimal_ceil", |n| {
        toward(n, |rest| i128::from(rest > 0))
    })?;
    connection.create_scalar_function("orm_decimal_round", 2, FLAGS, |context| {
        let Some(number) = argument(context, 0)? else {
            return Ok(None);
        };
        let scale = context.get::<u32>(1)?;
        round(number, scale)
            .map(|n| Some(n.to_string()))
            .ok_or_else(overflow)
    })?;
    connection.create_window_function("orm_decimal_sum", 1, FLAGS, Sum)?;
    connection.create_window_function("orm_decimal_avg", 1, FLAGS, Mean)?;
    connection.create_scalar_function("orm_single", 1, FLAGS, |context| {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "rounding to 32 bits is what it is for"
        )]
        Ok(context.get::<Option<f64>>(0)?.map(|n| f64::from(n as f32)))
    })?;
    connection.create_scalar_function("orm_decimal_integer", 1, FLAGS, |context| {
        let whole = argument(context, 0)?.and_then(|n| toward(n, |_| 0));
        Ok(whole.and_then(|n| i64::try_from(n.mantissa).ok()))
    })
}

const FLAGS: FunctionFlags = FunctionFlags::SQLITE_UTF8
    .union(FunctionFlags::SQLITE_DETERMINISTIC)
    .union(FunctionFlags::SQLITE_INNOCUOUS);

fn unary(
    connection: &Connection,
    name: &str,
    of: fn(Numeric) -> Option<Numeric>,
) -> rusqlite::Result<()> {
    connection.create_scalar_function(name, 1, FLAGS, move |context| {
        let Some(number) = argument(context, 0)? else {
            return Ok(None);
        };
        of(number).map(|n| Some(n.to_string())).ok_or_else(overflow)
    })
}

/// A function of two numbers; NULL if one of them is, or where a division has no result.
fn binary(
    connection: &Connection,
    name: &str,
    of: fn(Numeric, Numeric) -> Option<Numeric>,
) -> rusqlite::Result<()> {
    let divides = matches!(name, "orm_decimal_div" | "orm_decimal_rem");
    connection.create_scalar_function(name, 2, FLAGS, move |context| {
        let (Some(a), Some(b)) = (argument(context, 0)?, argument(context, 1)?) else {
            return Ok(None);
        };
        if divides && b.mantissa == 0 {
            return Ok(None);
        }
        of(a, b).map(|n| Some(n.to_string())).ok_or_else(overflow)
    })
}

/// A function of two integers, NULL if one of them is.
fn integers(
    connection: &Connection,
    name: &str,
    of: fn(i64, i64) -> Option<i64>,
) -> rusqlite::Result<()> {
    connection.create_scalar_function(name, 2, FLAGS, move |context| {
        let (Some(a), Some(b)) = (
            context.get::<Option<i64>>(0)?,
            context.get::<Option<i64>>(1)?,
        ) else {
            return Ok(None);
        };
        of(a, b)
            .map(Some)
            .ok_or_else(|| rusqlite::Error::UserFunctionError("integer overflow".into()))
    })
}

fn argument(context: &Context<'_>, at: usize) -> rusqlite::Result<Option<Numeric>> {
    let number = match context.get_raw(at) {
        ValueRef::Null => return Ok(None),
        ValueRef::Integer(n) => Some(Numeric {
            mantissa: n.into(),
            scale: 0,
        }),
        // A float of a foreign schema: the shortest text that gives the same float is the number that was meant.
        ValueRef::Real(n) if n.is_finite() => Numeric::parse(&n.to_string()),
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok().and_then(Numeric::parse),
        _ => None,
    };
    number
        .map(Some)
        .ok_or_else(|| rusqlite::Error::UserFunctionError("a value is not a decimal number".into()))
}

fn overflow() -> rusqlite::Error {
    rusqlite::Error::UserFunctionError("decimal overflow".into())
}

fn aligned(a: Numeric, b: Numeric) -> Option<(i128, i128, u32)> {
    let scale = a.scale.max(b.scale);
    Some((
        a.rescale(scale)?.mantissa,
        b.rescale(scale)?.mantissa,
        scale,
    ))
}

fn compare(a: Numeric, b: Numeric) -> Ordering {
    match aligned(a, b) {
        Some((a, b, _)) => a.cmp(&b),
        // One of them has too many digits to be written at the other's scale: the signs and the whole parts tell.
        None => a.mantissa.signum().cmp(&b.mantissa.signum()).then_with(|| {
            let by_size = a.integer_digits().cmp(&b.integer_digits());
            if a.mantissa < 0 {
                by_size.reverse()
            } else {
                by_size
            }
        }),
    }
}

fn add(a: Numeric, b: Numeric) -> Option<Numeric> {
    let (a, b, scale) = aligned(a, b)?;
    Some(Numeric {
        mantissa: a.checked_add(b)?,
        scale,
    })
}

fn negated(n: Numeric) -> Option<Numeric> {
    Some(Numeric {
        mantissa: n.mantissa.checked_neg()?,
        scale: n.scale,
    })
}

fn multiply(a: Numeric, b: Numeric) -> Option<Numeric> {
    Some(Numeric {
        mantissa: a.mantissa.checked_mul(b.mantissa)?,
        scale: a.scale + b.scale,
    })
}

/// Rounded half away from zero, as other databases do.
fn divide(a: Numeric, b: Numeric) -> Option<Numeric> {
    let scale = a.scale.max(b.scale).max(QUOTIENT_SCALE);
    let dividend = a
        .rescale(scale + b.scale)
        .or_else(|| a.rescale(a.scale.max(b.scale)))?;
    let scale = dividend.scale - b.scale;
    let (quotient, rest) = (
        dividend.mantissa / b.mantissa,
        dividend.mantissa % b.mantissa,
    );
    let up = rest.unsigned_abs() * 2 >= b.mantissa.unsigned_abs();
    let sign = if (dividend.mantissa < 0) == (b.mantissa < 0) {
        1
    } else {
        -1
    };
    Some(Numeric {
        mantissa: if up {
            quotient.checked_add(sign)?
        } else {
            quotient
        },
        scale,
    })
}

/// As a column with this many digits behind the point keeps it: rounded half away from zero, as other databases do.
fn round(n: Numeric, scale: u32) -> Option<Numeric> {
    let lost = n.scale.saturating_sub(scale);
    if lost == 0 {
        return n.rescale(scale);
    }
    // All of its digits and one more: nothing is left.
    let Some(unit) = 10_i128.checked_pow(lost) else {
        return Some(Numeric { mantissa: 0, scale });
    };
    let (kept, rest) = (n.mantissa / unit, n.mantissa % unit);
    let up = rest.unsigned_abs() >= unit.unsigned_abs() / 2;
    Some(Numeric {
        mantissa: if up { kept + n.mantissa.signum() } else { kept },
        scale,
    })
}

/// The whole part, and what is added to it because of the rest.
fn toward(n: Numeric, add: fn(i128) -> i128) -> Option<Numeric> {
    let (whole, rest) = match 10_i128.checked_pow(n.scale) {
        Some(unit) => (n.mantissa / unit, n.mantissa % unit),
        None => (0, n.mantissa),
    };
    Some(Numeric {
        mantissa: whole + add(rest),
        scale: 0,
    })
}

fn remainder(a: Numeric, b: Numeric) -> Option<Numeric> {
    let (a, b, scale) = aligned(a, b)?;
    Some(Numeric {
        mantissa: a % b,
        scale,
    })
}

/// The sum of numbers, and how many there are.
type Total = (Numeric, u64);

fn nothing() -> Total {
    let zero = Numeric {
        mantissa: 0,
        scale: 0,
    };
    (zero, 0)
}

fn enter(context: &mut Context<'_>, total: &mut Total) -> rusqlite::Result<()> {
    if let Some(number) = argument(context, 0)? {
        *total = (add(total.0, number).ok_or_else(overflow)?, total.1 + 1);
    }
    Ok(())
}

/// A row leaves the window.
fn leave(context: &mut Context<'_>, total: &mut Total) -> rusqlite::Result<()> {
    if let Some(number) = argument(context, 0)? {
        let rest = negated(number).and_then(|number| add(total.0, number));
        *total = (rest.ok_or_else(overflow)?, total.1.saturating_sub(1));
    }
    Ok(())
}

struct Sum;

impl Sum {
    fn of(total: Option<&Total>) -> Option<String> {
        total
            .filter(|(_, count)| *count > 0)
            .map(|(sum, _)| sum.to_string())
    }
}

impl Aggregate<Total, Option<String>> for Sum {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<Total> {
        Ok(nothing())
    }

    fn step(&self, context: &mut Context<'_>, total: &mut Total) -> rusqlite::Result<()> {
        enter(context, total)
    }

    fn finalize(
        &self,
        _: &mut Context<'_>,
        total: Option<Total>,
    ) -> rusqlite::Result<Option<String>> {
        Ok(Self::of(total.as_ref()))
    }
}

impl WindowAggregate<Total, Option<String>> for Sum {
    fn value(&self, total: Option<&mut Total>) -> rusqlite::Result<Option<String>> {
        Ok(Self::of(total.as_deref()))
    }

    fn inverse(&self, context: &mut Context<'_>, total: &mut Total) -> rusqlite::Result<()> {
        leave(context, total)
    }
}

struct Mean;

impl Mean {
    fn of(total: Option<&Total>) -> rusqlite::Result<Option<f64>> {
        let Some((sum, count @ 1..)) = total.copied() else {
            return Ok(None);
        };
        let count = Numeric {
            mantissa: count.into(),
            scale: 0,
        };
        let mean = divide(sum, count).ok_or_else(overflow)?;
        Ok(mean.to_string().parse().ok())
    }
}

impl Aggregate<Total, Option<f64>> for Mean {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<Total> {
        Ok(nothing())
    }

    fn step(&self, context: &mut Context<'_>, total: &mut Total) -> rusqlite::Result<()> {
        enter(context, total)
    }

    fn finalize(&self, _: &mut Context<'_>, total: Option<Total>) -> rusqlite::Result<Option<f64>> {
        Self::of(total.as_ref())
    }
}

impl WindowAggregate<Total, Option<f64>> for Mean {
    fn value(&self, total: Option<&mut Total>) -> rusqlite::Result<Option<f64>> {
        Self::of(total.as_deref())
    }

    fn inverse(&self, context: &mut Context<'_>, total: &mut Total) -> rusqlite::Result<()> {
        leave(context, total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(connection: &Connection, sql: &str) -> Option<String> {
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn decimals_are_exact() {
        let connection = Connection::open_in_memory().unwrap();
        register(&connection).unwrap();
        assert_eq!(
            one(&connection, "SELECT orm_decimal_add('0.1', '0.20')").as_deref(),
            Some("0.30")
        );
        assert_eq!(
            one(&connection, "SELECT orm_decimal_sub('1', '0.001')").as_deref(),
            Some("0.999")
        );
        assert_eq!(
            one(&connection, "SELECT orm_decimal_mul('1.5', '-1.5')").as_deref(),
            Some("-2.25")
        );
        assert_eq!(
            one(&connection, "SELECT orm_decimal_div('1', '3')").as_deref(),
            Some("0.3333333333333333")
        );
        assert_eq!(
            one(&connection, "SELECT orm_decimal_div('-2', '3')").as_deref(),
            Some("-0.6666666666666667")
        );
        assert_eq!(one(&connection, "SELECT orm_decimal_div('1', '0')"), None);
        assert_eq!(one(&connection, "SELECT orm_decimal_add('1', NULL)"), None);
        assert_eq!(
            one(
                &connection,
                "SELECT orm_decimal_sum(value) FROM json_each('[0.99, 0.99, 1.99]')"
            )
            .as_deref(),
            Some("3.97")
        );
        assert_eq!(
            one(
                &connection,
                "SELECT orm_decimal_sum(value) FROM json_each('[]')"
            ),
            None
        );
        let order = "SELECT group_concat(value, ' ') FROM (SELECT value FROM json_each('[\"10\", \"9\", \"-1.5\", \"9.00\"]') ORDER BY value COLLATE orm_decimal)";
        assert_eq!(one(&connection, order).as_deref(), Some("-1.5 9 9.00 10"));
    }

    #[test]
    fn a_decimal_is_rounded_half_away_from_zero_to_exactly_the_scale() {
        let connection = Connection::open_in_memory().unwrap();
        register(&connection).unwrap();
        for (number, scale, rounded) in [
            ("'1.005'", 2, "1.01"),
            ("'-1.005'", 2, "-1.01"),
            ("'1.0049999'", 2, "1.00"),
            ("'-0.004'", 2, "0.00"),
            ("'-0.005'", 2, "-0.01"),
            ("'2.5'", 0, "3"),
            ("'1.5'", 2, "1.50"),
            ("7", 2, "7.00"),
            ("0.1", 2, "0.10"),
            ("'99.995'", 2, "100.00"),
            (
                "'170141183460469231731687303715884105727'",
                0,
                "170141183460469231731687303715884105727",
            ),
            ("'0.00000000000000000000000000000000000000004'", 2, "0.00"),
            ("'1e-38'", 2, "0.00"),
        ] {
            assert_eq!(
                one(
                    &connection,
                    &format!("SELECT orm_decimal_round({number}, {scale})")
                )
                .as_deref(),
                Some(rounded),
                "{number}"
            );
        }
        assert_eq!(one(&connection, "SELECT orm_decimal_round(NULL, 2)"), None);
        let too_long = "SELECT orm_decimal_round('170141183460469231731687303715884105727', 1)";
        assert!(
            connection
                .query_row(too_long, [], |row| row.get::<_, String>(0))
                .is_err()
        );
        assert!(
            connection
                .query_row("SELECT orm_decimal_round('abc', 1)", [], |row| row
                    .get::<_, String>(0))
                .is_err()
        );
    }
}
