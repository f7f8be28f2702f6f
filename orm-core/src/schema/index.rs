//! Indexes.

/// An index.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "migrate", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "migrate",
    serde(default = "super::serial::new_index", deny_unknown_fields)
)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// What is indexed, in order.
    pub parts: Vec<IndexPart>,
    /// Columns that the index holds beside them, so that a query that needs no others reads the index alone.
    pub include: Vec<String>,
    /// Whether no two rows may have the same values.
    pub unique: bool,
    /// The condition in SQL that a row must meet to be in the index.
    pub condition: Option<String>,
    /// The access method, where it is not the database's usual one.
    pub method: Option<String>,
}

/// One part of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "migrate", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "migrate", serde(rename_all = "snake_case"))]
pub enum IndexPart {
    /// A column.
    Column {
        /// Its name.
        name: String,
        /// Whether it is in descending order.
        descending: bool,
    },
    /// An expression in SQL.
    Expression(String),
}

impl IndexPart {
    /// The column, if it is one.
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::Column { name, .. } => Some(name),
            Self::Expression(_) => None,
        }
    }
}

impl Index {
    /// An index over nothing yet.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            parts: Vec::new(),
            include: Vec::new(),
            unique: false,
            condition: None,
            method: None,
        }
    }

    /// An index over these columns.
    pub fn over(name: impl Into<String>, columns: &[String]) -> Self {
        let parts = columns
            .iter()
            .map(|c| IndexPart::Column {
                name: c.clone(),
                descending: false,
            })
            .collect();
        Self {
            parts,
            ..Self::new(name)
        }
    }

    /// The columns, if it is over columns only and holds every row in the usual way.
    pub fn plain_columns(&self) -> Option<Vec<String>> {
        if self.condition.is_some() || self.method.is_some() || !self.include.is_empty() {
            return None;
        }
        self.parts
            .iter()
            .map(|p| p.column().map(str::to_owned))
            .collect()
    }

    pub(super) fn begins_with(&self, columns: &[String]) -> bool {
        let whole =
            self.condition.is_none() && self.method.is_none() && self.parts.len() >= columns.len();
        whole
            && self
                .parts
                .iter()
                .zip(columns)
                .all(|(p, c)| p.column() == Some(c))
    }
}
