//! The keys by which related rows find their owners.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};

use crate::error::{Error, ErrorKind, Result};
use crate::query::Keys;
use crate::row::RowSource;
use crate::value::{Kind, Value};

/// Where a key's columns stand in a row, and of which kind they are.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeyPlaces(pub(crate) Vec<(usize, Kind)>);

/// A key in a form that can be looked up. Integers, which most keys are, need no allocation.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Int(i64),
    Other(String),
}

impl KeyPlaces {
    /// The key of a row; `None` if a part of it is NULL, so that nothing is related.
    fn read(&self, row: &dyn RowSource) -> Result<Option<Key>> {
        if let [(place, Kind::I64 | Kind::I32 | Kind::I16 | Kind::U32)] = self.0.as_slice() {
            return match row.raw(*place) {
                Ok(crate::value::Raw::Int(n)) => Ok(Some(Key::Int(n))),
                Ok(crate::value::Raw::Null) => Ok(None),
                Ok(raw) => Err(failed(
                    row,
                    *place,
                    &format!("the key is {}, and no integer", raw.describe()),
                )),
                Err(error) => Err(failed(row, *place, &error.0)),
            };
        }
        Ok(self
            .values(row)?
            .map(|values| Key::Other(crate::query::key_text(values))))
    }

    fn values(&self, row: &dyn RowSource) -> Result<Option<Vec<Value>>> {
        let mut values = Vec::with_capacity(self.0.len());
        for (place, kind) in &self.0 {
            let value = row
                .raw(*place)
                .and_then(|raw| raw.to_value(*kind))
                .map_err(|error| failed(row, *place, &error.0))?;
            if value.is_null() {
                return Ok(None);
            }
            values.push(value.of_kind(*kind));
        }
        Ok(Some(values))
    }
}

#[cold]
fn failed(row: &dyn RowSource, place: usize, reason: &str) -> Error {
    Error::new(ErrorKind::Decode {
        column: row.column(place),
        target: "a key",
        reason: reason.to_owned().into(),
    })
}

const NONE: u32 = u32::MAX;

/// The rows that own related rows, by their keys.
pub(crate) struct Owners {
    places: KeyPlaces,
    /// The first row with each key.
    first: HashMap<Key, u32, BuildHasherDefault<KeyHasher>>,
    /// For each row, the next one with the same key.
    next: Vec<u32>,
    /// For the first row with a key, the last one with it, so that rows stay in order.
    last: Vec<u32>,
    /// The different keys, as values to bind.
    values: Keys,
    /// What the last row's key was, and which row owns it first: related rows often come together.
    recent: Option<(i64, u32)>,
}

impl Owners {
    pub(crate) fn new(places: KeyPlaces) -> Self {
        Self {
            values: Keys::new(places.0.len()),
            places,
            first: HashMap::default(),
            next: Vec::new(),
            last: Vec::new(),
            recent: None,
        }
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::new(std::mem::take(&mut self.places));
    }

    /// Notes the key of the next row.
    pub(crate) fn push(&mut self, row: &dyn RowSource) -> Result<()> {
        let key = self.places.read(row)?;
        if let Some(key) = self.note(key) {
            match (&key, self.places.0.as_slice()) {
                (Key::Int(n), [(_, kind)]) => self.values.push([Value::I64(*n).of_kind(*kind)]),
                _ => self
                    .values
                    .push(self.places.values(row)?.into_iter().flatten()),
            }
        }
        Ok(())
    }

    /// Notes the key of the next row, which is known as values.
    pub(crate) fn push_values(&mut self, values: Option<Vec<Value>>) {
        let key =
            values.as_ref().map(
                |values| match (values.as_slice(), self.places.0.as_slice()) {
                    ([value], [(_, Kind::I64 | Kind::I32 | Kind::I16 | Kind::U32)]) => {
                        match value.as_raw() {
                            crate::value::Raw::Int(n) => Key::Int(n),
                            _ => Key::Other(String::new()),
                        }
                    }
                    _ => Key::Other(crate::query::key_text(values.clone())),
                },
            );
        if self.note(key).is_some() {
            self.values.push(values.into_iter().flatten());
        }
    }

    /// Notes the key of the next row, and gives it back if no row has had it before.
    fn note(&mut self, key: Option<Key>) -> Option<Key> {
        let at = u32::try_from(self.next.len()).unwrap_or(NONE);
        // `last` is kept for the first row with a key.
        self.next.push(NONE);
        self.last.push(at);
        let key = key?;
        match self.first.entry(key) {
            Entry::Occupied(first) => {
                let first = *first.get() as usize;
                let before = self.last[first] as usize;
                self.next[before] = at;
                self.last[first] = at;
                None
            }
            Entry::Vacant(place) => {
                let key = place.key().clone();
                place.insert(at);
                Some(key)
            }
        }
    }

    /// The different keys, in the order in which they came.
    pub(crate) fn take_values(&mut self) -> Keys {
        std::mem::replace(&mut self.values, Keys::new(self.places.0.len()))
    }

    /// The rows that own a related row, whose key stands at these places.
    pub(crate) fn of(&mut self, row: &dyn RowSource, places: &KeyPlaces) -> Result<OwnersOf> {
        let Some(key) = places.read(row)? else {
            return Ok(OwnersOf(NONE));
        };
        if let (Key::Int(n), Some((recent, first))) = (&key, self.recent)
            && *n == recent
        {
            return Ok(OwnersOf(first));
        }
        let first = self.first.get(&key).copied().unwrap_or(NONE);
        if let Key::Int(n) = key {
            self.recent = Some((n, first));
        }
        Ok(OwnersOf(first))
    }
}

/// A walk over the rows that own a row.
pub(crate) struct OwnersOf(u32);

impl OwnersOf {
    pub(crate) fn next(&mut self, owners: &Owners) -> Option<u32> {
        let at = self.0;
        if at == NONE {
            return None;
        }
        self.0 = owners.next.get(at as usize).copied().unwrap_or(NONE);
        Some(at)
    }
}

/// A hash for integers that are mostly small and in a row; texts go through the same multiplication, eight bytes at a time.
#[derive(Default)]
struct KeyHasher(u64);

impl KeyHasher {
    fn add(&mut self, word: u64) {
        // The golden ratio spreads neighbours; the rotation keeps earlier words.
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.add(u64::from_le_bytes(word));
        }
    }

    fn write_i64(&mut self, n: i64) {
        self.add(n.cast_unsigned());
    }
}
