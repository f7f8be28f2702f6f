//! What was found in the program's statements.

use std::fmt;

/// What [`check_queries`](super::check_queries) found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct QueryReport {
    /// How many statements the database was asked about.
    pub checked: usize,
    /// How many were left out, because a part of them is known only when they run, or they are for another database.
    pub skipped: usize,
    /// What is wrong, by file and line.
    pub problems: Vec<QueryProblem>,
}

/// Something wrong with a statement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct QueryProblem {
    /// The file that the statement stands in.
    pub file: &'static str,
    /// The line that its `sql!` begins at.
    pub line: u32,
    /// What is wrong.
    pub message: String,
    /// What was probably meant.
    pub nearest: Option<String>,
    /// The statement, as it was written.
    pub sql: String,
    /// Where in it, in bytes, if that is known.
    pub at: Option<usize>,
}

impl fmt::Display for QueryProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)?;
        if let Some(nearest) = &self.nearest {
            write!(f, "; did you mean `{nearest}`?")?;
        }
        let at = self.at.filter(|at| self.sql.is_char_boundary(*at));
        let start = at.map_or(0, |at| self.sql[..at].rfind('\n').map_or(0, |n| n + 1));
        let line = self.sql[start..].lines().next().unwrap_or_default();
        write!(f, "\n    {}", line.trim())?;
        if let Some(at) = at {
            let indent = line.len() - line.trim_start().len();
            let before = self.sql[start..at].chars().count().saturating_sub(indent);
            write!(f, "\n    {}^", " ".repeat(before))?;
        }
        Ok(())
    }
}

impl fmt::Display for QueryReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.problems.len();
        write!(
            f,
            "{} checked, {} not checked, {count} {}",
            statements(self.checked),
            self.skipped,
            if count == 1 { "problem" } else { "problems" }
        )?;
        for problem in &self.problems {
            write!(f, "\n\n{problem}")?;
        }
        Ok(())
    }
}

fn statements(count: usize) -> String {
    match count {
        1 => "1 statement".to_owned(),
        count => format!("{count} statements"),
    }
}
