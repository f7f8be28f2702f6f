//! Reading `CREATE TABLE` and `CREATE INDEX`.

use orm_core::schema::{
    ForeignKey, Generated, Index, IndexPart, PrimaryKey, TableName, Unique, name,
};

use super::FAMILY;
use crate::introspect::canonical::RawColumn;
use crate::introspect::raw::{RawCheck, RawTable};
use crate::introspect::recognise::Storage;
use crate::introspect::token::{Spanned, Token, tokens};

mod reference;

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

const CONSTRAINTS: &[&str] = &["constraint", "primary", "unique", "check", "foreign"];
const COLUMN_CONSTRAINTS: &[&str] = &[
    "constraint",
    "primary",
    "not",
    "null",
    "unique",
    "check",
    "default",
    "collate",
    "references",
    "generated",
    "as",
];

struct Reader<'t> {
    sql: &'t str,
    tokens: &'t [Spanned],
    at: usize,
}

impl<'t> Reader<'t> {
    fn peek(&self, ahead: usize) -> Option<&'t Spanned> {
        self.tokens.get(self.at + ahead)
    }

    fn word(&mut self, keyword: &str) -> bool {
        let found = self.peek(0).is_some_and(|t| t.token.is_word(keyword));
        self.at += usize::from(found);
        found
    }

    fn keyword(&mut self, keyword: &str) -> Option<()> {
        self.word(keyword).then_some(())
    }

    fn sign(&mut self, sign: &str) -> Option<()> {
        let found = self.peek(0).is_some_and(|t| t.token.is_sign(sign));
        self.at += usize::from(found);
        found.then_some(())
    }

    fn is_one_of(&self, words: &[&str]) -> bool {
        self.peek(0)
            .is_some_and(|t| words.iter().any(|w| t.token.is_word(w)))
    }

    fn begins_constraint(&self) -> bool {
        self.is_one_of(CONSTRAINTS)
    }

    fn if_not_exists(&mut self) -> Option<()> {
        if self.word("if") {
            self.keyword("not")?;
            self.keyword("exists")?;
        }
        Some(())
    }

    /// A name, which may stand between the quotes of text as well.
    fn name(&mut self) -> Option<String> {
        let name = match &self.peek(0)?.token {
            Token::Word { text, .. } | Token::Text(text) => text.clone(),
            _ => return None,
        };
        self.at += 1;
        Some(name)
    }

    fn qualified_name(&mut self) -> Option<String> {
        let first = self.name()?;
        match self.sign(".") {
            Some(()) => self.name(),
            None => Some(first),
        }
    }

    fn comment(&mut self) -> Option<String> {
        let Token::Comment(text) = &self.peek(0)?.token else {
            return None;
        };
        self.at += 1;
        let text = text.strip_prefix(' ').unwrap_or(text);
        Some(text.strip_suffix(' ').unwrap_or(text).to_owned())
    }

    fn skip_comments(&mut self) {
        while self.comment().is_some() {}
    }

    /// What stands between parentheses.
    fn parenthesised(&mut self) -> Option<&'t [Spanned]> {
        self.sign("(")?;
        let start = self.at;
        let mut depth = 1_u32;
        while depth > 0 {
            let token = &self.peek(0)?.token;
            if token.is_sign("(") {
                depth += 1;
            } else if token.is_sign(")") {
                depth -= 1;
            }
            self.at += 1;
        }
        self.tokens.get(start..self.at - 1)
    }

    fn text_of(&self, tokens: &[Spanned]) -> Option<String> {
        let text = self.sql.get(tokens.first()?.start..tokens.last()?.end)?;
        Some(text.to_owned())
    }

    fn expression(&mut self) -> Option<String> {
        let inside = self.parenthesised()?;
        self.text_of(inside)
    }

    /// The names of columns between parentheses, without what stands behind each.
    fn columns(&mut self) -> Option<Vec<String>> {
        let inside = self.parenthesised()?;
        split(inside)
            .into_iter()
            .map(|part| {
                match &part
                    .iter()
                    .find(|t| !matches!(t.token, Token::Comment(_)))?
                    .token
                {
                    Token::Word { text, .. } | Token::Text(text) => Some(text.clone()),
                    _ => None,
                }
            })
            .collect()
    }

    fn on_conflict(&mut self) {
        if self.word("on") {
            let _ = self.word("conflict") && self.name().is_some();
        }
    }

    fn column(&mut self, table: &mut RawTable, properties: &mut Properties) -> Option<()> {
        let name = self.name()?;
        let start = self.at;
        while let Some(next) = self.peek(0) {
            let ends = self.is_one_of(COLUMN_CONSTRAINTS)
                || next.token.is_sign(",")
                || next.token.is_sign(")");
            if ends || matches!(next.token, Token::Comment(_)) {
                break;
            }
            match next.token.is_sign("(") {
                true => drop(self.parenthesised()?),
                false => self.at += 1,
            }
        }
        let ty = self
            .text_of(self.tokens.get(start..self.at)?)
            .unwrap_or_default();
        let mut column = RawColumn {
            name,
            storage: Storage::new(&ty, FAMILY),
            nullable: true,
            default: None,
            identity: false,
            generated: None,
            collation: None,
            comment: None,
        };
        loop {
            let mut given = None;
            if let Some(comment) = self.comment() {
                column.comment = Some(comment);
                continue;
            }
            if self.word("constraint") {
                given = Some(self.name()?);
            }
            if !self.column_constraint(given, &ty, &mut column, table, properties)? {
                break;
            }
        }
        table.columns.push(column);
        Some(())
    }

    fn column_constraint(
        &mut self,
        given: Option<String>,
        ty: &str,
        column: &mut RawColumn,
        table: &mut RawTable,
        properties: &mut Properties,
    ) -> Option<bool> {
        let own = vec![column.name.clone()];
        if self.word("primary") {
            self.keyword("key")?;
            let descending = self.word("desc");
            let _ = self.word("asc");
            self.on_conflict();
            let numbered = self.word("autoincrement");
            // Alone of all, this type makes the key the row's number.
            column.identity = ty.eq_ignore_ascii_case("integer") && !descending;
            if column.identity && !numbered {
                properties.push((
                    column.name.clone(),
                    "numbered without AUTOINCREMENT".to_owned(),
                ));
            }
            column.nullable = false;
            table.primary_key = Some(PrimaryKey {
                name: given.unwrap_or_else(|| name::primary_key(&table.name.name)),
                columns: own,
            });
        } else if self.word("not") {
            self.keyword("null")?;
            self.on_conflict();
            column.nullable = false;
        } else if self.word("null") {
            column.nullable = true;
        } else if self.word("unique") {
            self.on_conflict();
            table.uniques.push(unique(&table.name.name, given, own));
        } else if self.word("check") {
            let expression = self.expression()?;
            table.checks.push(RawCheck {
                name: given,
                column: Some(column.name.clone()),
                expression,
            });
        } else if self.word("default") {
            column.default = Some(self.default()?);
        } else if self.word("collate") {
            column.collation = Some(self.name()?.to_lowercase()).filter(|c| c != "binary");
        } else if self.is_one_of(&["references"]) {
            let key = self.references(&table.name.name, given, own, properties)?;
            table.foreign_keys.push(key);
        } else if self.is_one_of(&["generated", "as"]) {
            if self.word("generated") {
                self.keyword("always")?;
            }
            self.keyword("as")?;
            let expression = self.expression()?;
            let stored = self.word("stored");
            let _ = self.word("virtual");
            column.generated = Some(Generated { expression, stored });
        } else {
            return Some(false);
        }
        Some(true)
    }

    /// An expression in parentheses, or a value, which may have a sign.
    fn default(&mut self) -> Option<String> {
        if self.peek(0)?.token.is_sign("(") {
            return self.expression();
        }
        let start = self.at;
        let _ = self.sign("-").or_else(|| self.sign("+"));
        self.peek(0)?;
        self.at += 1;
        let text = self.text_of(self.tokens.get(start..self.at)?)?;
        // A word that is no constant is text.
        Some(match &self.tokens[start].token {
            Token::Word { text: word, quoted } if *quoted || !is_constant(word) => {
                format!("'{}'", word.replace('\'', "''"))
            }
            _ => text,
        })
    }

    fn table_constraint(
        &mut self,
        table: &mut RawTable,
        properties: &mut Properties,
    ) -> Option<()> {
        let mut given = None;
        while self.word("constraint") {
            given = Some(self.name()?);
        }
        if self.word("primary") {
            self.keyword("key")?;
            let columns = self.columns()?;
            for column in table
                .columns
                .iter_mut()
                .filter(|c| columns.iter().any(|k| k.eq_ignore_ascii_case(&c.name)))
            {
                column.nullable = false;
            }
            table.primary_key = Some(PrimaryKey {
                name: given.unwrap_or_else(|| name::primary_key(&table.name.name)),
                columns,
            });
        } else if self.word("unique") {
            let columns = self.columns()?;
            table.uniques.push(unique(&table.name.name, given, columns));
        } else if self.word("check") {
            let expression = self.expression()?;
            table.checks.push(RawCheck {
                name: given,
                column: None,
                expression,
            });
        } else {
            self.keyword("foreign")?;
            self.keyword("key")?;
            let columns = self.columns()?;
            let key = self.references(&table.name.name, given, columns, properties)?;
            table.foreign_keys.push(key);
        }
        self.on_conflict();
        Some(())
    }

    fn options(&mut self, table: &mut RawTable, properties: &mut Properties) -> Option<()> {
        let mut strict = false;
        while let Some(next) = self.peek(0) {
            if matches!(next.token, Token::Comment(_))
                || next.token.is_sign(",")
                || next.token.is_sign(";")
            {
                self.at += 1;
            } else if self.word("strict") {
                strict = true;
            } else if self.word("without") {
                self.keyword("rowid")?;
                properties.push((table.name.name.clone(), "WITHOUT ROWID".to_owned()));
            } else {
                return None;
            }
        }
        if !strict {
            properties.push((table.name.name.clone(), "not STRICT".to_owned()));
        }
        Some(())
    }
}

fn is_constant(word: &str) -> bool {
    [
        "null",
        "true",
        "false",
        "current_timestamp",
        "current_date",
        "current_time",
    ]
    .iter()
    .any(|c| word.eq_ignore_ascii_case(c))
}

fn unique(table: &str, given: Option<String>, columns: Vec<String>) -> Unique {
    Unique {
        name: given.unwrap_or_else(|| name::unique(table, &columns)),
        columns,
    }
}

/// A foreign key without a name gets the one that a model would give it.
fn foreign_key(
    table: &str,
    given: Option<String>,
    columns: Vec<String>,
    target: String,
) -> ForeignKey {
    ForeignKey {
        name: given.unwrap_or_else(|| name::foreign_key(table, &columns)),
        columns,
        target: TableName::new(target),
        target_columns: Vec::new(),
        on_delete: orm_core::schema::Action::NoAction,
        on_update: orm_core::schema::Action::NoAction,
    }
}
