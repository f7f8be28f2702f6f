//! Keyset pagination: pages that begin behind a row, at the same cost however far they are.

use std::fmt;
use std::panic::Location;
use std::str::FromStr;

use super::{IntoRows, Keyset, Query, SelectStatement};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::expr::Node;
use crate::model::Model;
use crate::value::{EncodeError, Kind, Numeric, Value};

/// A place in an ordering, from a row that stands there. As text it is safe in a URL. See [`Query::cursor`].
///
/// It holds the values of the ordering's columns, readable by whoever gets it; do not order by what they must not see.
#[derive(Clone, PartialEq)]
pub struct Cursor {
    values: Vec<Value>,
}

/// Rows of a query in its ordering, and where to go on from there. See [`Query::slice`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Slice<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next rows begin, if there are any.
    pub next: Option<Cursor>,
    /// Where the rows before these end, if there may be any.
    pub previous: Option<Cursor>,
}

/// Something that says where a page begins: a row, a [`Cursor`], or nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a place in an ordering of `{M}`",
    label = "expected a row (`&{M}`), a `Cursor`, or an `Option` of one"
)]
pub trait IntoCursor<M> {
    /// The values for the terms of the ordering; `None` for the beginning.
    ///
    /// # Errors
    /// When the ordering is not made of the row's own columns.
    fn into_values(self, terms: &[usize]) -> Result<Option<Vec<Value>>, EncodeError>;
}

impl<M: Model> IntoCursor<M> for &M {
    fn into_values(self, terms: &[usize]) -> Result<Option<Vec<Value>>, EncodeError> {
        row_values(self, terms).map(Some)
    }
}
impl<M: Model> IntoCursor<M> for Cursor {
    fn into_values(self, _: &[usize]) -> Result<Option<Vec<Value>>, EncodeError> {
        Ok(Some(self.values))
    }
}
impl<M: Model> IntoCursor<M> for &Cursor {
    fn into_values(self, _: &[usize]) -> Result<Option<Vec<Value>>, EncodeError> {
        Ok(Some(self.values.clone()))
    }
}
impl<M: Model, C: IntoCursor<M>> IntoCursor<M> for Option<C> {
    fn into_values(self, terms: &[usize]) -> Result<Option<Vec<Value>>, EncodeError> {
        self.map_or(Ok(None), |cursor| cursor.into_values(terms))
    }
}

fn row_values<M: Model>(row: &M, terms: &[usize]) -> Result<Vec<Value>, EncodeError> {
    terms
        .iter()
        .map(|index| match row.value(*index) {
            Some(value) => value.map_err(|e| EncodeError(e.to_string().into())),
            None => {
                let field = &M::def().columns[*index].field;
                Err(EncodeError(
                    format!(
                        "`{}::{field}` is not part of the row, so no cursor can be made from it",
                        M::def().name
                    )
                    .into(),
                ))
            }
        })
        .collect()
}

/// The keyset for a query, or why there is none.
pub(super) fn keyset<M: Model>(
    statement: &SelectStatement,
    cursor: impl IntoCursor<M>,
    before: bool,
) -> Result<Option<Keyset>, String> {
    let terms = terms(statement)?;
    let Some(values) = cursor.into_values(&terms).map_err(|e| e.0.into_owned())? else {
        return Ok(None);
    };
    if values.len() != terms.len() {
        return Err(format!(
            "the cursor is for an ordering of {} terms, and this one has {}",
            values.len(),
            terms.len()
        ));
    }
    for (value, index) in values.iter().zip(&terms) {
        let column = &statement.model.columns[*index];
        if value.kind() != column.ty.kind {
            return Err(format!(
                "the cursor is for another ordering: `{}::{}` holds no such value",
                statement.model.name, column.field
            ));
        }
        if value.is_null() && !column.nullable {
            return Err(format!(
                "the cursor is for another ordering: `{}::{}` is never NULL",
                statement.model.name, column.field
            ));
        }
    }
    Ok(Some(Keyset { values, before }))
}

/// The columns of a query's ordering, which must be unique: otherwise rows that are equal in it would be skipped or come twice.
fn terms(statement: &SelectStatement) -> Result<Vec<usize>, String> {
    let model = statement.model;
    let mut columns = Vec::new();
    for term in &statement.order_by {
        match &term.node {
            Node::Column(column) => columns.push(column.index),
            _ => return Err("a cursor needs an ordering by columns, not by expressions".into()),
        }
    }
    if columns.is_empty() {
        return Err(
            "a cursor needs an ordering: call `.order_by(…)` before `after`, `before` or `slice`"
                .into(),
        );
    }
    let ordered = |name: &str| {
        columns
            .iter()
            .any(|i| model.columns[*i].name == name && !model.columns[*i].nullable)
    };
    if model
        .unique_sets()
        .any(|set| set.iter().all(|name| ordered(name)))
    {
        return Ok(columns);
    }
    let key = model
        .key_columns()
        .map(|c| format!("{}::{}", model.name, c.field))
        .collect::<Vec<_>>()
        .join(", ");
    Err(format!(
        "the ordering is not unique, so a cursor would skip rows: end it with the primary key (`{key}`)"
    ))
}

impl<M: Model, R: IntoRows<M>> Query<M, R> {
    /// The place of a row in this query's ordering, to be sent to a client and to come back in [`after`](Query::after).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let query = Post::query().order_by(Post::id);
    /// let sent = query.cursor(&query.clone().one(&db).await?)?.to_string();
    ///
    /// let next = query.after(sent.parse::<Cursor>()?).one(&db).await?;
    /// assert_eq!(next.title, "A draft");
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the ordering is not unique, or not made of the row's own columns.
    pub fn cursor(&self, row: &M) -> Result<Cursor> {
        let terms = terms(&self.statement).map_err(Error::invalid_query)?;
        let values = row_values(row, &terms).map_err(|e| Error::invalid_query(e.0))?;
        Ok(Cursor { values })
    }

    /// The next rows of the query, with the cursors of the rows behind and before them.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let first = Post::query().order_by(Post::id).slice(3, &db).await?;
    /// let second = Post::query().order_by(Post::id).after(first.next).slice(3, &db).await?;
    /// assert_eq!((first.items.len(), second.items.len()), (3, 1));
    /// assert!(second.next.is_none() && second.previous.is_some());
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the ordering is not unique; as [`all`](Query::all).
    #[track_caller]
    pub fn slice(self, rows: u64, db: &Db) -> impl Future<Output = Result<Slice<R>>> + Send {
        let caller = Location::caller();
        async move {
            let db = &db.at(caller);
            self.sliced(rows, db)
                .await
                .map_err(|e| e.with_caller(caller))
        }
    }

    async fn sliced(self, rows: u64, db: &Db) -> Result<Slice<R>> {
        terms(&self.statement).map_err(Error::invalid_query)?;
        let length = usize::try_from(rows).unwrap_or(usize::MAX);
        let (before, began) = self
            .statement
            .keyset
            .as_ref()
            .map_or((false, false), |k| (k.before, true));
        // One row more than is asked for tells whether there is anything behind.
        let query = self.clone().limit(rows.saturating_add(1));
        let mut items: Vec<R> = db.fetch_rows(query.statement).await?;
        let more = items.len() > length;
        items.truncate(length);
        if before {
            items.reverse();
        }
        let (has_next, has_previous) = if before { (true, more) } else { (more, began) };
        let cursor = |row: Option<&R>, wanted: bool| {
            row.filter(|_| wanted)
                .map(|row| self.cursor(row.model()))
                .transpose()
        };
        let (next, previous) = (
            cursor(items.last(), has_next)?,
            cursor(items.first(), has_previous)?,
        );
        Ok(Slice {
            items,
            next,
            previous,
        })
    }
}

/// The kind as a letter, the value in hexadecimal of its text, and `.` between them.
impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, value) in self.values.iter().enumerate() {
            if i > 0 {
                f.write_str(".")?;
            }
            write!(f, "{}", letter(value.kind()))?;
            match text(value) {
                None => f.write_str("~")?,
                Some(bytes) => bytes.iter().try_for_each(|b| write!(f, "{b:02x}"))?,
            }
        }
        Ok(())
    }
}

/// Shows that it is a cursor, not the values.
impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cursor").field(&self.values).finish()
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(s: &str) -> Result<Self> {
        let values = s.split('.').map(parse).collect::<Option<Vec<_>>>();
        values
            .map(|values| Self { values })
            .ok_or_else(|| Error::invalid_query("the text is not a cursor"))
    }
}

#[cfg(feature = "json")]
impl serde::Serialize for Cursor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "json")]
impl<'de> serde::Deserialize<'de> for Cursor {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "json")]
impl<T: serde::Serialize> serde::Serialize for Slice<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let mut s = serializer.serialize_struct("Slice", 3)?;
        s.serialize_field("items", &self.items)?;
        s.serialize_field("next", &self.next)?;
        s.serialize_field("previous", &self.previous)?;
        s.end()
    }
}

/// Values as a text that is equal for equal values, and for no others.
pub(crate) fn key_text(values: Vec<Value>) -> String {
    Cursor { values }.to_string()
}

const LETTERS: [(Kind, char); 16] = [
    (Kind::Bool, 'b'),
    (Kind::I16, 'h'),
    (Kind::I32, 'i'),
    (Kind::I64, 'l'),
    (Kind::U32, 'u'),
    (Kind::F32, 'f'),
    (Kind::F64, 'd'),
    (Kind::Text, 's'),
    (Kind::Bytes, 'y'),
    (Kind::Uuid, 'g'),
    (Kind::Decimal, 'n'),
    (Kind::Json, 'j'),
    (Kind::Date, 'a'),
    (Kind::Time, 't'),
    (Kind::DateTime, 'w'),
    (Kind::Timestamp, 'z'),
];

fn letter(kind: Kind) -> char {
    LETTERS
        .iter()
        .find(|(k, _)| *k == kind)
        .map_or('?', |(_, c)| *c)
}

fn text(value: &Value) -> Option<Vec<u8>> {
    Some(match value {
        Value::Null(_) | Value::NullArray(_) | Value::Array(..) => return None,
        Value::Bool(b) => vec![u8::from(*b)],
        Value::I16(n) => n.to_be_bytes().into(),
        Value::I32(n) | Value::Date(n) => n.to_be_bytes().into(),
        Value::I64(n) | Value::Time(n) | Value::DateTime(n) | Value::Timestamp(n) => {
            n.to_be_bytes().into()
        }
        Value::U32(n) => n.to_be_bytes().into(),
        Value::F32(n) => n.to_be_bytes().into(),
        Value::F64(n) => n.to_be_bytes().into(),
        Value::Text(s) | Value::Json(s) => s.as_bytes().into(),
        Value::Bytes(b) => b.clone(),
        Value::Uuid(b) => b.to_vec(),
        Value::Decimal(n) => n.to_string().into_bytes(),
    })
}

fn parse(part: &str) -> Option<Value> {
    let mut chars = part.chars();
    let letter = chars.next()?;
    let kind = LETTERS
        .iter()
        .find(|(_, c)| *c == letter)
        .map(|(k, _)| *k)?;
    let rest = chars.as_str();
    if rest == "~" {
        return Some(Value::Null(kind));
    }
    if !rest.len().is_multiple_of(2) || !rest.is_ascii() {
        return None;
    }
    let bytes = (0..rest.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&rest[i..i + 2], 16).ok())
        .collect::<Option<Vec<u8>>>()?;
    Some(match kind {
        Kind::Bool => Value::Bool(<[u8; 1]>::try_from(bytes).ok()? == [1]),
        Kind::I16 => Value::I16(i16::from_be_bytes(bytes.try_into().ok()?)),
        Kind::I32 => Value::I32(i32::from_be_bytes(bytes.try_into().ok()?)),
        Kind::Date => Value::Date(i32::from_be_bytes(bytes.try_into().ok()?)),
        Kind::I64 => Value::I64(i64::from_be_bytes(bytes.try_into().ok()?)),
        Kind::Time => Value::Time(i64::from_be_bytes(bytes.try_into().ok()?)),
        Kind::DateTime => Value::DateTime(i64::from_be_bytes(bytes.try_into().ok()?)),
        Kind::Timestamp => Value::Timestamp(i64::from_be_bytes(bytes.try_into().ok()?)),
        Kind::U32 => Value::U32(u32::from_be_bytes(bytes.try_into().ok()?)),
        Kind::F32 => Value::F32(f32::from_be_bytes(bytes.try_into().ok()?)),
        Kind::F64 => Value::F64(f64::from_be_bytes(bytes.try_into().ok()?)),
        Kind::Text => Value::Text(String::from_utf8(bytes).ok()?),
        Kind::Json => Value::Json(String::from_utf8(bytes).ok()?),
        Kind::Bytes => Value::Bytes(bytes),
        Kind::Uuid => Value::Uuid(bytes.try_into().ok()?),
        Kind::Decimal => Value::Decimal(Numeric::parse(std::str::from_utf8(&bytes).ok()?)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_from_its_text_and_nonsense_does_not() {
        let values = vec![
            Value::I64(i64::MIN),
            Value::Null(Kind::Text),
            Value::Text("é 😀".into()),
            Value::Decimal(Numeric {
                mantissa: -125,
                scale: 2,
            }),
            Value::F64(f64::MIN_POSITIVE),
            Value::Uuid([7; 16]),
        ];
        let cursor = Cursor { values };
        let text = cursor.to_string();
        assert!(
            text.chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '~'),
            "{text}"
        );
        assert_eq!(text.parse::<Cursor>().unwrap(), cursor);
        for bad in [
            "",
            "l",
            "l00",
            "q00",
            "lzz",
            "s\u{e9}",
            "l0000000000000001x",
        ] {
            assert!(bad.parse::<Cursor>().is_err(), "{bad}");
        }
        assert_eq!(
            format!(
                "{:?}",
                Cursor {
                    values: vec![Value::Text("secret".into())]
                }
            ),
            "Cursor([<Text>])"
        );
    }
}
