//! The keys of many rows.

use crate::value::Value;

/// Keys of rows, each of so many values. They stand one after the other in one list, since there may be very many.
#[derive(Debug, Clone)]
pub struct Keys {
    width: usize,
    values: Vec<Value>,
}

impl Keys {
    pub(crate) fn new(width: usize) -> Self {
        Self {
            width: width.max(1),
            values: Vec::new(),
        }
    }

    /// Adds a key, which has as many values as the others.
    pub(crate) fn push(&mut self, key: impl IntoIterator<Item = Value>) {
        self.values.extend(key);
    }

    /// How many values each key has.
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.values.len() / self.width
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The values of each key.
    pub fn iter(&self) -> impl Iterator<Item = &[Value]> {
        self.values.chunks_exact(self.width)
    }

    /// One value of each key.
    pub fn column(&self, at: usize) -> Vec<Value> {
        self.values
            .iter()
            .skip(at)
            .step_by(self.width)
            .cloned()
            .collect()
    }

    /// The same keys in lots that have no more than so many values each, and one key at least.
    pub(crate) fn lots(self, most: usize) -> Vec<Self> {
        let lot = (most / self.width).max(1);
        if self.len() <= lot {
            return vec![self];
        }
        let lots = self.values.chunks(lot * self.width);
        lots.map(|values| Self {
            width: self.width,
            values: values.to_vec(),
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_several_values_come_in_lots_of_whole_keys() {
        let mut keys = Keys::new(2);
        for n in 0..5 {
            keys.push([Value::I64(n), Value::I64(-n)]);
        }
        let read = |keys: &Keys| keys.iter().map(<[Value]>::to_vec).collect::<Vec<_>>();
        let all = read(&keys);
        assert_eq!((keys.len(), all.len()), (5, 5));
        assert_eq!(keys.column(1)[4], Value::I64(-4));
        let lots = keys.lots(5);
        assert_eq!(lots.iter().map(Keys::len).collect::<Vec<_>>(), [2, 2, 1]);
        assert_eq!(lots.iter().flat_map(read).collect::<Vec<_>>(), all);
        assert_eq!(Keys::new(3).lots(1).len(), 1);
    }
}
