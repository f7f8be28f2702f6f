//! Booleans, integers and floats.

use super::{DecodeError, EncodeError, Field, FieldType, Kind, NotNull, Raw, Value};

macro_rules! integer {
    ($($ty:ident $variant:ident),*) => {$(
        impl Field for $ty {
            const TYPE: FieldType = FieldType::new(Kind::$variant);

            #[inline]
            fn decode(raw: Raw<'_>) -> Result<Self, DecodeError> {
                match raw {
                    Raw::Int(n) => $ty::try_from(n).map_err(|_| DecodeError::range(stringify!($ty))),
                    raw => integer(&raw).and_then(|n| $ty::try_from(n).map_err(|_| DecodeError::range(stringify!($ty)))),
                }
            }

            fn encode(&self) -> Result<Value, EncodeError> {
                Ok(Value::$variant(*self))
            }
        }
        impl NotNull for $ty {}
    )*};
}

integer!(i16 I16, i32 I32, i64 I64, u32 U32);

/// An integer from what some databases give in its place: sums are decimals on MySQL, for one.
#[cold]
pub(super) fn integer(raw: &Raw<'_>) -> Result<i64, DecodeError> {
    match raw {
        Raw::Bool(b) => Ok(i64::from(*b)),
        Raw::BigUnsigned(_) => Err(DecodeError::range("i64")),
        Raw::Decimal(n) => {
            let whole = n
                .rescale(0)
                .ok_or_else(|| DecodeError("the value has a fraction".into()))?;
            i64::try_from(whole.mantissa).map_err(|_| DecodeError::range("i64"))
        }
        raw => Err(DecodeError::mismatch(raw, "an integer")),
    }
}

impl Field for bool {
    const TYPE: FieldType = FieldType::new(Kind::Bool);

    #[inline]
    fn decode(raw: Raw<'_>) -> Result<Self, DecodeError> {
        match raw {
            Raw::Bool(b) => Ok(b),
            Raw::Int(0) => Ok(false),
            Raw::Int(1) => Ok(true),
            Raw::Int(_) => Err(DecodeError("the integer is neither 0 nor 1".into())),
            raw => Err(DecodeError::mismatch(&raw, "a boolean")),
        }
    }

    fn encode(&self) -> Result<Value, EncodeError> {
        Ok(Value::Bool(*self))
    }
}
impl NotNull for bool {}

impl Field for f64 {
    const TYPE: FieldType = FieldType::new(Kind::F64);

    #[inline]
    #[expect(
        clippy::cast_precision_loss,
        reason = "an integer that a float column of SQLite gives is checked to be exact"
    )]
    fn decode(raw: Raw<'_>) -> Result<Self, DecodeError> {
        match raw {
            Raw::Float(n) => Ok(n),
            Raw::Int(n) if n.unsigned_abs() <= 1 << f64::MANTISSA_DIGITS => Ok(n as Self),
            Raw::Int(_) => Err(DecodeError(
                "the integer has more digits than an `f64`".into(),
            )),
            Raw::Decimal(n) => n.to_string().parse().map_err(|_| DecodeError::range("f64")),
            raw => Err(DecodeError::mismatch(&raw, "a float")),
        }
    }

    fn encode(&self) -> Result<Value, EncodeError> {
        Ok(Value::F64(*self))
    }
}
impl NotNull for f64 {}

impl Field for f32 {
    const TYPE: FieldType = FieldType::new(Kind::F32);

    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a narrowed value is compared with the original"
    )]
    fn decode(raw: Raw<'_>) -> Result<Self, DecodeError> {
        let wide = f64::decode(raw)?;
        let narrow = wide as Self;
        if f64::from(narrow) == wide || wide.is_nan() {
            Ok(narrow)
        } else {
            Err(DecodeError(
                "the number has more digits than an `f32`".into(),
            ))
        }
    }

    fn encode(&self) -> Result<Value, EncodeError> {
        Ok(Value::F32(*self))
    }
}
impl NotNull for f32 {}
