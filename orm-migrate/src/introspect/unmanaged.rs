//! What a database has beside tables: kept, reported, and never changed.

use std::fmt;

use orm_core::dialect::Family;
use sha2::{Digest as _, Sha256};

use super::token::{Token, tokens};

/// Something that a database has and models do not say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Unmanaged {
    /// What it is.
    pub kind: UnmanagedKind,
    /// The schema that holds it, where it is not the connection's default.
    pub schema: Option<String>,
    /// The table that it belongs to.
    pub table: Option<String>,
    /// Its name.
    pub name: String,
    /// What it is made of, in the database's words.
    pub definition: String,
    /// A hash of the definition without its spaces and comments, in hexadecimal digits.
    pub hash: String,
}

/// The kinds of what is not managed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum UnmanagedKind {
    /// An extension, with its version.
    Extension,
    /// A type that is no enum: a domain, a composite or a range.
    Type,
    /// A function or procedure.
    Routine,
    /// A sequence that belongs to no column.
    Sequence,
    /// A virtual table of SQLite.
    VirtualTable,
    /// A table that another program keeps for itself: a part of a virtual table.
    ShadowTable,
    /// A table of another server.
    ForeignTable,
    /// A partition of a table.
    Partition,
    /// A table whose definition could not be read.
    UnreadTable,
    /// A view, materialized or not.
    View,
    /// A trigger.
    Trigger,
    /// A rule that rewrites statements.
    Rule,
    /// A policy for the rows of a table.
    Policy,
    /// A constraint that models cannot have.
    Constraint,
    /// Something that runs by the clock.
    Event,
    /// A property of a table, a column or an index that models cannot have.
    Property,
}

impl fmt::Display for UnmanagedKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Extension => "extension",
            Self::Type => "type",
            Self::Routine => "routine",
            Self::Sequence => "sequence",
            Self::VirtualTable => "virtual table",
            Self::ShadowTable => "shadow table",
            Self::ForeignTable => "foreign table",
            Self::Partition => "partition",
            Self::UnreadTable => "unread table",
            Self::View => "view",
            Self::Trigger => "trigger",
            Self::Rule => "rule",
            Self::Policy => "policy",
            Self::Constraint => "constraint",
            Self::Event => "event",
            Self::Property => "property",
        })
    }
}

impl fmt::Display for Unmanaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.kind)?;
        if let Some(schema) = &self.schema {
            write!(f, "{schema}.")?;
        }
        f.write_str(&self.name)?;
        if let Some(table) = self.table.as_ref().filter(|table| **table != self.name) {
            write!(f, " of {table}")?;
        }
        if self.kind == UnmanagedKind::Property {
            write!(f, ": {}", self.definition)?;
        }
        Ok(())
    }
}

impl Unmanaged {
    pub(super) fn new(
        kind: UnmanagedKind,
        name: impl Into<String>,
        definition: impl Into<String>,
        family: Family,
    ) -> Self {
        let definition = definition.into();
        Self {
            kind,
            schema: None,
            table: None,
            name: name.into(),
            hash: hash(&definition, family),
            definition,
        }
    }

    pub(super) fn within(mut self, schema: Option<String>, table: Option<String>) -> Self {
        (self.schema, self.table) = (schema, table);
        self
    }

    /// A property of a table, or of a part of it.
    pub(super) fn property(
        schema: Option<String>,
        table: &str,
        of: &str,
        what: impl Into<String>,
        family: Family,
    ) -> Self {
        Self::new(UnmanagedKind::Property, of, what, family).within(schema, Some(table.to_owned()))
    }
}

fn hash(definition: &str, family: Family) -> String {
    let words = tokens(definition, family).map(|tokens| {
        let mut text = String::new();
        for spanned in tokens
            .iter()
            .filter(|t| !matches!(t.token, Token::Comment(_)))
        {
            text.push_str(
                definition
                    .get(spanned.start..spanned.end)
                    .unwrap_or_default(),
            );
            text.push(' ');
        }
        text
    });
    let text = words.unwrap_or_else(|| definition.split_whitespace().collect::<Vec<_>>().join(" "));
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_and_comments_are_not_a_part_of_it() {
        let hash = |sql| super::hash(sql, Family::Sqlite);
        assert_eq!(
            hash("CREATE VIEW a AS\n  SELECT 1 -- one"),
            hash("CREATE VIEW a AS SELECT /* */ 1")
        );
        assert_ne!(
            hash("CREATE VIEW a AS SELECT ' 1'"),
            hash("CREATE VIEW a AS SELECT '1'")
        );
    }
}
