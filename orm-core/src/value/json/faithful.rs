//! Whether a JSON document can be read back as what it was written from.
//!
//! `serde_json` writes NaN and infinity as `null`, and writes deeper documents than it reads. A row with such a document could be
//! stored and never be read again, so it is refused instead. Both are rare, and both leave a trace in the text that is cheap to
//! look for.

use std::fmt;

use serde::ser::{self, Serialize};

use crate::value::EncodeError;

/// How many arrays and objects `serde_json` reads inside each other.
const MOST_LEVELS: usize = 127;

pub(super) fn check<T: Serialize>(value: &T, text: &str) -> Result<(), EncodeError> {
    if text.contains("null") && value.serialize(Probe).is_err() {
        return Err(EncodeError(
            "it holds a float that is not a finite number, and JSON has none".into(),
        ));
    }
    if text.bytes().filter(|b| matches!(b, b'[' | b'{')).count() > MOST_LEVELS
        && levels(text) > MOST_LEVELS
    {
        return Err(EncodeError(
            format!("it is nested deeper than {MOST_LEVELS} levels").into(),
        ));
    }
    Ok(())
}

fn levels(text: &str) -> usize {
    let (mut level, mut most) = (0_usize, 0);
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'[' | b'{' => {
                level += 1;
                most = most.max(level);
            }
            b']' | b'}' => level = level.saturating_sub(1),
            b'"' => {
                while let Some(byte) = bytes.next() {
                    match byte {
                        b'"' => break,
                        b'\\' => _ = bytes.next(),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    most
}

/// Walks through a value and stops at a float that is not finite.
struct Probe;

#[derive(Debug)]
struct NotFinite;

impl fmt::Display for NotFinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a finite number")
    }
}
impl std::error::Error for NotFinite {}
impl ser::Error for NotFinite {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

type Outcome = Result<(), NotFinite>;

macro_rules! accept {
    ($($method:ident($($ty:ty),*)),*) => {$(
        fn $method(self, $(_: $ty),*) -> Outcome {
            Ok(())
        }
    )*};
}

macro_rules! descend {
    ($($method:ident($($ty:ty),*)),*) => {$(
        fn $method(self, $(_: $ty),*) -> Result<Self, NotFinite> {
            Ok(self)
        }
    )*};
}

impl ser::Serializer for Probe {
    type Ok = ();
    type Error = NotFinite;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    accept!(
        serialize_bool(bool),
        serialize_i8(i8),
        serialize_i16(i16),
        serialize_i32(i32),
        serialize_i64(i64),
        serialize_i128(i128),
        serialize_u8(u8),
        serialize_u16(u16),
        serialize_u32(u32),
        serialize_u64(u64),
        serialize_u128(u128),
        serialize_char(char),
        serialize_str(&str),
        serialize_bytes(&[u8]),
        serialize_none(),
        serialize_unit(),
        serialize_unit_struct(&'static str),
        serialize_unit_variant(&'static str, u32, &'static str)
    );

    descend!(
        serialize_seq(Option<usize>),
        serialize_tuple(usize),
        serialize_tuple_struct(&'static str, usize),
        serialize_tuple_variant(&'static str, u32, &'static str, usize),
        serialize_map(Option<usize>),
        serialize_struct(&'static str, usize),
        serialize_struct_variant(&'static str, u32, &'static str, usize)
    );

    fn serialize_f32(self, number: f32) -> Outcome {
        if number.is_finite() {
            Ok(())
        } else {
            Err(NotFinite)
        }
    }

    fn serialize_f64(self, number: f64) -> Outcome {
        if number.is_finite() {
            Ok(())
        } else {
            Err(NotFinite)
        }
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Outcome {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Outcome {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Outcome {
        value.serialize(self)
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, _: &T) -> Outcome {
        Ok(())
    }
}

macro_rules! parts {
    ($($kind:ident $method:ident($($key:ty)?)),*) => {$(
        impl ser::$kind for Probe {
            type Ok = ();
            type Error = NotFinite;

            fn $method<T: Serialize + ?Sized>(&mut self, $(_: $key,)? value: &T) -> Outcome {
                value.serialize(Probe)
            }

            fn end(self) -> Outcome {
                Ok(())
            }
        }
    )*};
}
parts!(
    SerializeSeq serialize_element(),
    SerializeTuple serialize_element(),
    SerializeTupleStruct serialize_field(),
    SerializeTupleVariant serialize_field(),
    SerializeStruct serialize_field(&'static str),
    SerializeStructVariant serialize_field(&'static str)
);

impl ser::SerializeMap for Probe {
    type Ok = ();
    type Error = NotFinite;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Outcome {
        key.serialize(Probe)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Outcome {
        value.serialize(Probe)
    }

    fn end(self) -> Outcome {
        Ok(())
    }
}
