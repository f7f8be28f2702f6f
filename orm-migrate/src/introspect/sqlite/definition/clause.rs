//! Columns, constraints and options of a table.

use orm_core::schema::{ForeignKey, Generated, PrimaryKey, TableName, Unique, name};

use super::Properties;
use super::reader::{COLUMN_CONSTRAINTS, Reader};
use crate::introspect::canonical::RawColumn;
use crate::introspect::raw::{RawCheck, RawTable};
use crate::introspect::recognise::Storage;
use crate::introspect::sqlite::FAMILY;
use crate::introspect::token::Token;

impl Reader<'_> {
    pub(super) fn on_conflict(&mut self) {
        if self.word("on") {
            let _ = self.word("conflict") && self.name().is_some();
        }
    }

    pub(super) fn column(
        &mut self,
        table: &mut RawTable,
        properties: &mut Properties,
    ) -> Option<()> {
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

    pub(super) fn column_constraint(
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
    pub(super) fn default(&mut self) -> Option<String> {
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

    pub(super) fn table_constraint(
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

    pub(super) fn options(
        &mut self,
        table: &mut RawTable,
        properties: &mut Properties,
    ) -> Option<()> {
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
pub(super) fn foreign_key(
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
