//! A row with what was included, serialized as one map: the row's own fields, then each included thing under its name.

use std::fmt::Display;

use serde::ser::{Error as _, Impossible, Serialize, SerializeMap, SerializeStruct, Serializer};

use super::{Slot, With};
use crate::expr::Name;
use crate::query::Held;

impl<M: Serialize, L: SerializeSlots> Serialize for With<M, L> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.model.serialize(Fields(&mut map))?;
        self.slots.serialize_into(&mut map)?;
        map.end()
    }
}

/// A list of what was included, all of which can be serialized.
pub trait SerializeSlots {
    /// Adds each name with what it holds, in the order in which it was included.
    ///
    /// # Errors
    /// Those of the format.
    fn serialize_into<S: SerializeMap>(&self, map: &mut S) -> Result<(), S::Error>;
}
impl SerializeSlots for () {
    fn serialize_into<S: SerializeMap>(&self, _: &mut S) -> Result<(), S::Error> {
        Ok(())
    }
}
impl<K: Name, H: Held<Value: Serialize>, L: SerializeSlots> SerializeSlots for Slot<K, H, L> {
    fn serialize_into<S: SerializeMap>(&self, map: &mut S) -> Result<(), S::Error> {
        self.rest.serialize_into(map)?;
        map.serialize_entry(&*K::name(), &self.value)
    }
}

/// Takes the fields of a struct, and adds them to a map that is being written.
struct Fields<'m, S>(&'m mut S);

impl<S: SerializeMap> Fields<'_, S> {
    fn refuse<T>(what: impl Display) -> Result<T, S::Error> {
        Err(S::Error::custom(format!(
            "a model with included rows is serialized as a map of its fields, and this one serializes as {what}"
        )))
    }
}

macro_rules! refused {
    ($($method:ident($($arg:ty),*) $what:literal;)*) => {$(
        fn $method(self, $(_: $arg),*) -> Result<Self::Ok, Self::Error> {
            Self::refuse($what)
        }
    )*};
}

impl<'m, S: SerializeMap> Serializer for Fields<'m, S> {
    type Ok = ();
    type Error = S::Error;
    type SerializeSeq = Impossible<(), S::Error>;
    type SerializeTuple = Impossible<(), S::Error>;
    type SerializeTupleStruct = Impossible<(), S::Error>;
    type SerializeTupleVariant = Impossible<(), S::Error>;
    type SerializeMap = Entries<'m, S>;
    type SerializeStruct = Entries<'m, S>;
    type SerializeStructVariant = Impossible<(), S::Error>;

    refused! {
        serialize_bool(bool) "a boolean";
        serialize_i8(i8) "a number";
        serialize_i16(i16) "a number";
        serialize_i32(i32) "a number";
        serialize_i64(i64) "a number";
        serialize_u8(u8) "a number";
        serialize_u16(u16) "a number";
        serialize_u32(u32) "a number";
        serialize_u64(u64) "a number";
        serialize_f32(f32) "a number";
        serialize_f64(f64) "a number";
        serialize_char(char) "a character";
        serialize_str(&str) "text";
        serialize_bytes(&[u8]) "bytes";
        serialize_none() "nothing";
        serialize_unit_variant(&'static str, u32, &'static str) "a variant";
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), S::Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), S::Error> {
        Self::refuse("nothing")
    }

    /// A model has fields, but all of them may be left out.
    fn serialize_unit_struct(self, _: &'static str) -> Result<(), S::Error> {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), S::Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), S::Error> {
        Self::refuse("a variant")
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, S::Error> {
        Self::refuse("a list")
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, S::Error> {
        Self::refuse("a tuple")
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, S::Error> {
        Self::refuse("a tuple")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, S::Error> {
        Self::refuse("a variant")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, S::Error> {
        Ok(Entries(self.0))
    }

    fn serialize_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStruct, S::Error> {
        Ok(Entries(self.0))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, S::Error> {
        Self::refuse("a variant")
    }
}

/// The fields of the struct, one after the other.
struct Entries<'m, S>(&'m mut S);

impl<S: SerializeMap> SerializeMap for Entries<'_, S> {
    type Ok = ();
    type Error = S::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), S::Error> {
        self.0.serialize_key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), S::Error> {
        self.0.serialize_value(value)
    }

    fn end(self) -> Result<(), S::Error> {
        Ok(())
    }
}

impl<S: SerializeMap> SerializeStruct for Entries<'_, S> {
    type Ok = ();
    type Error = S::Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), S::Error> {
        self.0.serialize_entry(key, value)
    }

    fn end(self) -> Result<(), S::Error> {
        Ok(())
    }
}
