//! How a database reads text that is for it alone.

/// What is not the same in all databases, as far as it decides where values stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// A backslash in quotes takes the next character its meaning.
    pub(super) backslashes: bool,
    /// `# …` to the end of the line.
    pub(super) hash_comments: bool,
    /// `--` begins a comment only in front of a blank.
    pub(super) hyphens_need_blank: bool,
    /// `/* … /* … */ … */`.
    pub(super) nested_comments: bool,
    /// `$tag$ … $tag$`.
    pub(super) dollar_quotes: bool,
}

impl Dialect {
    /// Text for all databases, where what is a mistake on one of them is found, and PostgreSQL's, which is the same.
    pub(crate) const ANY: Self = Self {
        backslashes: false,
        hash_comments: false,
        hyphens_need_blank: false,
        nested_comments: true,
        dollar_quotes: true,
    };

    /// The dialect of `mariadb: "…"`.
    pub(crate) fn of(only: Option<&str>) -> Self {
        let plain = Self {
            nested_comments: false,
            dollar_quotes: false,
            ..Self::ANY
        };
        match only {
            Some("sqlite") => plain,
            Some("mysql" | "mariadb") => Self {
                backslashes: true,
                hash_comments: true,
                hyphens_need_blank: true,
                ..plain
            },
            _ => Self::ANY,
        }
    }
}
