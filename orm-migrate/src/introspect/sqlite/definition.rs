//! Reading `CREATE TABLE` and `CREATE INDEX`.

use orm_core::schema::{Index, IndexPart, TableName};

use super::FAMILY;
use crate::introspect::raw::RawTable;
use crate::introspect::token::{Spanned, Token, tokens};

mod clause;
mod reader;
mod reference;

use reader::Reader;
pub(super) use reference::resolve_targets;

/// Properties that a model does not have: of what, and the words.
type Properties = Vec<(String, String)>;

/// The table that the statement makes.
pub(super) fn table(sql: &str) -> Option<(RawTable, Properties)> {
    let tokens = tokens(sql, FAMILY)?;
    let mut reader = Reader {
        sql,
        tokens: &tokens,
        at: 0,
    };
    reader.keyword("create")?;
    let _ = reader.word("temp") || reader.word("temporary");
    reader.keyword("table")?;
    reader.if_not_exists()?;
    let name = reader.qualified_name()?;
    let mut table = RawTable::new(TableName::new(name));
    table.comment = reader.comment();
    let mut properties = Vec::new();
    reader.sign("(")?;
    loop {
        reader.skip_comments();
        if reader.begins_constraint() {
            reader.table_constraint(&mut table, &mut properties)?;
        } else {
            reader.column(&mut table, &mut properties)?;
        }
        reader.skip_comments();
        if reader.sign(")").is_some() {
            break;
        }
        // Between constraints, the comma may be left out.
        if reader.sign(",").is_none() && !reader.begins_constraint() {
            return None;
        }
    }
    reader.options(&mut table, &mut properties)?;
    Some((table, properties))
}

/// The index that the statement makes, and whether a model does not say all of it.
pub(super) fn index(name: &str, sql: &str) -> Option<(Index, bool)> {
    let tokens: Vec<_> = tokens(sql, FAMILY)?
        .into_iter()
        .filter(|t| !matches!(t.token, Token::Comment(_)))
        .collect();
    let mut reader = Reader {
        sql,
        tokens: &tokens,
        at: 0,
    };
    let mut index = Index::new(name);
    reader.keyword("create")?;
    index.unique = reader.word("unique");
    reader.keyword("index")?;
    reader.if_not_exists()?;
    reader.qualified_name()?;
    reader.keyword("on")?;
    reader.name()?;
    let inside = reader.parenthesised()?;
    let mut unusual = false;
    for part in split(inside) {
        let (part, descending) = index_part(sql, part)?;
        unusual |= descending && part.column().is_none();
        index.parts.push(part);
    }
    if reader.word("where") {
        let start = reader.peek(0)?.start;
        index.condition = Some(sql.get(start..)?.trim().to_owned());
    }
    Some((index, unusual))
}

/// A part, and whether it is in descending order.
fn index_part(sql: &str, part: &[Spanned]) -> Option<(IndexPart, bool)> {
    let (last, before) = part.split_last()?;
    let descending = last.token.is_word("desc");
    let part = if descending || last.token.is_word("asc") {
        before
    } else {
        part
    };
    if let [
        Spanned {
            token: Token::Word { text, .. },
            ..
        },
    ] = part
    {
        return Some((
            IndexPart::Column {
                name: text.clone(),
                descending,
            },
            descending,
        ));
    }
    let expression = sql.get(part.first()?.start..part.last()?.end)?.to_owned();
    Some((IndexPart::Expression(expression), descending))
}

/// The parts between commas that stand in no parentheses.
fn split(tokens: &[Spanned]) -> Vec<&[Spanned]> {
    let mut depth = 0_u32;
    tokens
        .split(|t| {
            if t.token.is_sign("(") {
                depth += 1;
            } else if t.token.is_sign(")") {
                depth = depth.saturating_sub(1);
            }
            depth == 0 && t.token.is_sign(",")
        })
        .filter(|part| !part.is_empty())
        .collect()
}
