//! Full-text indexes.

/// An index over the words of columns.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "migrate", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "migrate", serde(deny_unknown_fields))]
pub struct FullText {
    /// Its name.
    pub name: String,
    /// The columns, in order.
    pub columns: Vec<String>,
    /// How much a word in each of the columns counts; empty where all are equal.
    #[cfg_attr(
        feature = "migrate",
        serde(default, skip_serializing_if = "Vec::is_empty")
    )]
    pub weights: Vec<u32>,
    /// Whether the words of each row are kept beside it where the database would read them anew.
    #[cfg_attr(
        feature = "migrate",
        serde(default, skip_serializing_if = "std::ops::Not::not")
    )]
    pub stored: bool,
    /// The language whose forms of a word are one word; without it, words are taken as they stand.
    #[cfg_attr(
        feature = "migrate",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    pub language: Option<String>,
}

impl FullText {
    /// An index over the words of these columns, as they stand.
    pub fn new(name: impl Into<String>, columns: Vec<String>) -> Self {
        Self {
            name: name.into(),
            columns,
            weights: Vec::new(),
            stored: false,
            language: None,
        }
    }

    /// Whether it differs in nothing but what not every database keeps: weights, and whether words are stored.
    pub fn is_like(&self, other: &Self) -> bool {
        self.name == other.name && self.columns == other.columns && self.language == other.language
    }

    /// How much a word in the column at this place counts.
    pub fn weight(&self, at: usize) -> u32 {
        self.weights.get(at).copied().unwrap_or(1)
    }
}
