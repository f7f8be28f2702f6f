//! Exact decimal numbers of `rust_decimal`.

use rust_decimal::Decimal;

use super::{
    ArrayItem, DecodeError, EncodeError, Field, FieldType, Kind, NotNull, Numeric, Raw, Value,
};

/// The same number as a `Decimal`, with the same scale where that fits, and with fewer zeros behind the point where it does not.
fn decimal(mut number: Numeric) -> Result<Decimal, DecodeError> {
    loop {
        match Decimal::try_from_i128_with_scale(number.mantissa, number.scale) {
            Ok(decimal) => return Ok(decimal),
            Err(_) if number.mantissa == 0 => return Ok(Decimal::ZERO),
            Err(_) if number.scale > 0 && number.mantissa % 10 == 0 => {
                number = Numeric {
                    mantissa: number.mantissa / 10,
                    scale: number.scale - 1,
                };
            }
            Err(_) => return Err(too_many_digits()),
        }
    }
}

#[cold]
fn too_many_digits() -> DecodeError {
    DecodeError(
        "the number is out of the range of `Decimal`, which has 28 digits, with at most 28 of them behind the point".into(),
    )
}

/// A number as text, where the database has no exact type of its own.
fn parse(text: &str) -> Result<Decimal, DecodeError> {
    match Numeric::parse(text) {
        Some(number) => decimal(number),
        None if text.contains(|c: char| c.is_ascii_digit()) && text.parse::<f64>().is_ok() => {
            Err(too_many_digits())
        }
        None => Err(DecodeError("the text is not a decimal number".into())),
    }
}

impl Field for Decimal {
    const TYPE: FieldType = FieldType::new(Kind::Decimal);

    #[inline]
    fn decode(raw: Raw<'_>) -> Result<Self, DecodeError> {
        match raw {
            Raw::Decimal(number) => decimal(number),
            Raw::Text(text) => parse(text),
            Raw::Int(n) => Ok(Self::from(n)),
            Raw::BigUnsigned(n) => Ok(Self::from(n)),
            // The shortest text that means this float is what was written into the column.
            Raw::Float(n) if n.is_finite() => parse(&format!("{n:e}")),
            Raw::Float(_) => Err(DecodeError("the float is not a finite number".into())),
            raw => Err(DecodeError::mismatch(&raw, "a decimal number")),
        }
    }

    fn encode(&self) -> Result<Value, EncodeError> {
        Ok(Value::Decimal(Numeric {
            mantissa: self.mantissa(),
            scale: self.scale(),
        }))
    }
}
impl NotNull for Decimal {}
impl ArrayItem for Decimal {}

#[cfg(test)]
mod tests {
    use super::*;

    fn back(number: Decimal) -> Decimal {
        match number.encode().unwrap() {
            Value::Decimal(numeric) => Decimal::decode(Raw::Decimal(numeric)).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn numbers_come_back_with_their_scale() {
        let smallest = Decimal::new(1, 28);
        for number in [
            Decimal::MAX,
            Decimal::MIN,
            Decimal::ZERO,
            Decimal::ONE,
            smallest,
            -smallest,
            Decimal::new(1_250, 2),
        ] {
            assert_eq!(back(number), number);
            assert_eq!(back(number).scale(), number.scale());
            assert_eq!(Decimal::decode(Raw::Text(&number.to_string())), Ok(number));
        }
        let finest = Decimal::from_i128_with_scale(79_228_162_514_264_337_593_543_950_335, 28);
        assert_eq!(back(finest), finest);
    }

    #[test]
    fn zero_has_no_sign() {
        let mut zero = Decimal::new(0, 2);
        zero.set_sign_negative(true);
        assert_eq!(
            zero.encode(),
            Ok(Value::Decimal(Numeric {
                mantissa: 0,
                scale: 2
            }))
        );
        assert_eq!(back(zero).to_string(), "0.00");
        assert_eq!(Decimal::decode(Raw::Text("-0")).unwrap().to_string(), "0");
    }

    #[test]
    fn zeros_behind_the_point_make_no_number_too_long() {
        let long = Numeric {
            mantissa: 15 * 10_i128.pow(34),
            scale: 35,
        };
        assert_eq!(Decimal::decode(Raw::Decimal(long)), Ok(Decimal::new(15, 1)));
        assert_eq!(
            Decimal::decode(Raw::Decimal(Numeric {
                mantissa: 0,
                scale: 1000
            })),
            Ok(Decimal::ZERO)
        );
    }

    #[test]
    fn a_number_that_does_not_fit_is_refused_and_not_rounded() {
        let max = 79_228_162_514_264_337_593_543_950_335_i128;
        for number in [
            Numeric {
                mantissa: max + 1,
                scale: 0,
            },
            Numeric {
                mantissa: -max - 1,
                scale: 0,
            },
            Numeric {
                mantissa: 1,
                scale: 29,
            },
            Numeric {
                mantissa: i128::MAX,
                scale: 38,
            },
            Numeric {
                mantissa: i128::MIN,
                scale: 0,
            },
        ] {
            let error = Decimal::decode(Raw::Decimal(number)).unwrap_err();
            assert!(error.0.contains("out of the range"), "{number:?}");
        }
        for text in [
            "79228162514264337593543950336",
            "1e29",
            "1e-29",
            "1e-2000000000",
            "0.00000000000000000000000000001",
        ] {
            assert!(
                Decimal::decode(Raw::Text(text))
                    .unwrap_err()
                    .0
                    .contains("out of the range"),
                "{text}"
            );
        }
        for text in ["", "NaN", "Infinity", "1,5", "0x10", "1.5 "] {
            assert!(Decimal::decode(Raw::Text(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn integers_and_floats_are_read_as_what_was_written() {
        assert_eq!(
            Decimal::decode(Raw::Int(i64::MIN)),
            Ok(Decimal::from(i64::MIN))
        );
        assert_eq!(
            Decimal::decode(Raw::BigUnsigned(u64::MAX)),
            Ok(Decimal::from(u64::MAX))
        );
        for (float, text) in [
            (0.1, "0.1"),
            (-2.5, "-2.5"),
            (1e20, "100000000000000000000"),
            (1.5e-10, "0.00000000015"),
            (-0.0, "0"),
        ] {
            assert_eq!(
                Decimal::decode(Raw::Float(float)).unwrap().to_string(),
                text
            );
        }
        for float in [
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::MAX,
            f64::MIN_POSITIVE,
        ] {
            assert!(Decimal::decode(Raw::Float(float)).is_err(), "{float}");
        }
        assert!(Decimal::decode(Raw::Bool(true)).is_err());
        assert!(Decimal::decode(Raw::Null).unwrap_err().0.contains("NULL"));
    }
}
