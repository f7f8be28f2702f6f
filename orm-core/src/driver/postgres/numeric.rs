//! `numeric` in its binary form: a count, the weight of the first digit, sign and scale, then digits of base 10 000.

use crate::value::{Numeric, Raw};

const BASE: u128 = 10_000;
const POSITIVE: u16 = 0x0000;
const NEGATIVE: u16 = 0x4000;

/// PostgreSQL allows as many digits after the point.
const MAX_SCALE: u32 = 16_383;

pub(super) fn write(number: Numeric, out: &mut Vec<u8>) -> Result<(), &'static str> {
    if number.scale > MAX_SCALE {
        return Err("the number has too many digits after the point");
    }
    // Digits after the point come in groups of four.
    let groups = number.scale.div_ceil(4);
    let fill = 10_u128.pow(groups * 4 - number.scale);
    let mut rest = number.mantissa.unsigned_abs();
    let mut digits = Vec::with_capacity(12);
    // The last group is the only one that must be filled up, so that the whole number need not be multiplied.
    if fill > 1 {
        let part = BASE / fill;
        digits.push((rest % part) * fill);
        rest /= part;
    }
    while rest > 0 {
        digits.push(rest % BASE);
        rest /= BASE;
    }
    let count = i32::try_from(digits.len()).map_err(|_| "the number is too long")?;
    let weight = count - 1 - i32::try_from(groups).map_err(|_| "the number is too long")?;
    let trailing = digits.iter().take_while(|d| **d == 0).count();
    let kept = digits.get(trailing..).unwrap_or_default();
    let sign = if number.mantissa < 0 {
        NEGATIVE
    } else {
        POSITIVE
    };
    let mut field = |number: i64| {
        u16::try_from(number & 0xffff)
            .map(|n| out.extend_from_slice(&n.to_be_bytes()))
            .map_err(|_| "the number is too long")
    };
    field(i64::try_from(kept.len()).map_err(|_| "the number is too long")?)?;
    field(if kept.is_empty() { 0 } else { weight.into() })?;
    field(sign.into())?;
    field(number.scale.into())?;
    for digit in kept.iter().rev() {
        field(i64::try_from(*digit).map_err(|_| "the number is too long")?)?;
    }
    Ok(())
}

/// Reads a number; `None` if the bytes are none.
pub(super) fn read(bytes: &[u8]) -> Option<Raw<'_>> {
    let (head, digits) = bytes.split_first_chunk::<8>()?;
    let word = |at: usize| u16::from_be_bytes([head[at], head[at + 1]]);
    let weight = i32::from(i16::from_be_bytes([head[2], head[3]]));
    let (sign, scale) = (word(4), u32::from(word(6)));
    if sign != POSITIVE && sign != NEGATIVE {
        return Some(Raw::Other(if sign == 0xC000 {
            "numeric that is not a number"
        } else {
            "numeric that is infinite"
        }));
    }
    Some(
        magnitude(digits, weight, scale)
            .and_then(|m| i128::try_from(m).ok())
            .map_or(
                Raw::Other("numeric with more than 38 digits"),
                |magnitude| {
                    Raw::Decimal(Numeric {
                        mantissa: if sign == NEGATIVE {
                            -magnitude
                        } else {
                            magnitude
                        },
                        scale,
                    })
                },
            ),
    )
}

/// The number without its point; `None` if it has too many digits.
fn magnitude(digits: &[u8], weight: i32, scale: u32) -> Option<u128> {
    let mut mantissa = 0_u128;
    // How many digits after the point the mantissa has after each group.
    let mut written = -4 * (weight + 1);
    let wanted = i32::try_from(scale).ok()?;
    for pair in digits.chunks_exact(2) {
        let digit = u128::from(u16::from_be_bytes([pair[0], pair[1]]));
        written += 4;
        if written <= wanted {
            mantissa = mantissa.checked_mul(BASE)?.checked_add(digit)?;
        } else {
            // The last group reaches beyond the scale; what is cut off is zeros.
            let cut = u32::try_from(written - wanted).ok()?.min(4);
            mantissa = mantissa
                .checked_mul(10_u128.pow(4 - cut))?
                .checked_add(digit / 10_u128.pow(cut))?;
            written = wanted;
        }
    }
    if mantissa == 0 {
        return Some(0);
    }
    let missing = u32::try_from(wanted - written).ok()?;
    mantissa.checked_mul(10_u128.checked_pow(missing)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_with_their_scale() {
        let cases = [
            "0",
            "0.00",
            "1",
            "-1",
            "10000",
            "12.50",
            "0.0001",
            "-0.00000001",
            "123456789.123456789",
            "10000000000000000",
            "1.000",
            "99999999999999999999999999999999999999",
            "-170141183460469231731687303715884105727",
            "0.12345678901234567890123456789012345678",
            "1234567890123456789.0123456789",
            "100000000.00000001",
        ];
        for text in cases {
            let number = Numeric::parse(text).unwrap();
            let mut bytes = Vec::new();
            write(number, &mut bytes).unwrap();
            assert_eq!(read(&bytes), Some(Raw::Decimal(number)), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_said_to_be_none() {
        assert_eq!(
            read(&[0, 0, 0, 0, 0xC0, 0, 0, 0]),
            Some(Raw::Other("numeric that is not a number"))
        );
        assert_eq!(
            read(&[0, 0, 0, 0, 0xD0, 0, 0, 0]),
            Some(Raw::Other("numeric that is infinite"))
        );
        assert_eq!(
            read(&[0, 1, 0, 30, 0, 0, 0, 0, 0, 1]),
            Some(Raw::Other("numeric with more than 38 digits"))
        );
        assert_eq!(read(&[0, 0]), None);
    }
}
