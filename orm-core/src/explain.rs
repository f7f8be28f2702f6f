//! How a database carries out a statement, as a tree that is the same on every database.

pub(crate) mod json;

use std::fmt;
use std::time::Duration;

/// How a database carries out a query: one plan for each statement that it sends.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let plan = User::query().filter(User::email.eq("ann@example.com")).explain(&db).await?;
/// assert!(plan.full_scans().is_empty(), "{plan}");
/// assert_eq!(User::query().explain(&db).await?.full_scans(), ["users"]);
/// # Ok(()) }) }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Explain {
    /// The plan of each statement, in the order in which they are sent.
    pub statements: Vec<StatementPlan>,
}

/// How one statement is carried out.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StatementPlan {
    /// The statement, with placeholders.
    pub sql: String,
    /// The relation whose rows the statement reads for the rows of another one.
    pub relation: Option<String>,
    /// How long the whole took, where it was run.
    pub time: Option<Duration>,
    /// The last step, from which the others hang.
    pub root: PlanNode,
}

/// A step of a plan. The steps that it takes its rows from are its children.
///
/// What a database does not tell is `None`.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct PlanNode {
    /// What is done, in the database's words.
    pub operation: String,
    /// The table whose rows are read or changed.
    pub table: Option<String>,
    /// The index by which they are found.
    pub index: Option<String>,
    /// Whether the whole table is read.
    pub full_scan: bool,
    /// What rows must meet, without values.
    pub condition: Option<String>,
    /// How many rows the database expects.
    pub estimated_rows: Option<f64>,
    /// How many rows there were, all rounds together.
    pub actual_rows: Option<f64>,
    /// How long it took, all rounds and children together.
    pub time: Option<Duration>,
    /// What the database expects it to cost, in a unit of its own.
    pub cost: Option<f64>,
    /// The steps that it takes its rows from.
    pub children: Vec<PlanNode>,
}

impl PlanNode {
    pub(crate) fn new(operation: impl Into<String>) -> Self {
        Self {
            operation: operation.into(),
            ..Self::default()
        }
    }

    /// This step and all below it, from the root on.
    pub fn steps(&self) -> Vec<&Self> {
        let mut all = vec![self];
        let mut at = 0;
        while at < all.len() {
            let node = all[at];
            all.extend(&node.children);
            at += 1;
        }
        all
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, before: &str, own: &str) -> fmt::Result {
        write!(f, "{own}{}", self.operation)?;
        if let Some(table) = &self.table {
            write!(f, " {table}")?;
        }
        if let Some(index) = &self.index {
            write!(f, " by {index}")?;
        }
        if let Some(condition) = &self.condition {
            write!(f, " where {condition}")?;
        }
        let mut facts = Vec::new();
        if let Some(rows) = self.estimated_rows {
            facts.push(format!("~{} rows", number(rows)));
        }
        if let Some(rows) = self.actual_rows {
            facts.push(format!("{} rows", number(rows)));
        }
        if let Some(time) = self.time {
            facts.push(format!("{:.3} ms", time.as_secs_f64() * 1000.0));
        }
        if let Some(cost) = self.cost {
            facts.push(format!("cost {}", number(cost)));
        }
        if !facts.is_empty() {
            write!(f, "  ({})", facts.join(", "))?;
        }
        for (at, child) in self.children.iter().enumerate() {
            let last = at + 1 == self.children.len();
            writeln!(f)?;
            let own = format!("{before}{}", if last { "└─ " } else { "├─ " });
            let below = format!("{before}{}", if last { "   " } else { "│  " });
            child.write(f, &below, &own)?;
        }
        Ok(())
    }
}

/// A number with no more digits than a reader cares for.
fn number(n: f64) -> String {
    let text = format!("{n:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl fmt::Display for PlanNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, "", "")
    }
}

impl fmt::Display for StatementPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(relation) = &self.relation {
            write!(f, "{relation}: ")?;
        }
        writeln!(f, "{}", self.sql)?;
        write!(f, "{}", self.root)?;
        match self.time {
            Some(time) => write!(f, "\ntook {:.3} ms", time.as_secs_f64() * 1000.0),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Explain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, statement) in self.statements.iter().enumerate() {
            if at > 0 {
                f.write_str("\n\n")?;
            }
            write!(f, "{statement}")?;
        }
        Ok(())
    }
}

impl Explain {
    /// The tables that are read from one end to the other, in the order of the statements.
    pub fn full_scans(&self) -> Vec<&str> {
        let steps = self.statements.iter().flat_map(|s| s.root.steps());
        steps
            .filter(|step| step.full_scan)
            .filter_map(|step| step.table.as_deref())
            .collect()
    }

    /// The indexes that are used, in the order of the statements.
    pub fn indexes(&self) -> Vec<&str> {
        let steps = self.statements.iter().flat_map(|s| s.root.steps());
        steps.filter_map(|step| step.index.as_deref()).collect()
    }
}

/// A condition without the values that a server has put into it.
pub(crate) fn without_values(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut word = false;
    while let Some(c) = chars.next() {
        match c {
            '\'' => {
                // Up to the quote that is not doubled.
                while let Some(inner) = chars.next() {
                    if inner == '\\' {
                        chars.next();
                    } else if inner == '\'' && chars.next_if_eq(&'\'').is_none() {
                        break;
                    }
                }
                out.push('?');
                word = false;
            }
            '"' | '`' => {
                out.push(c);
                for inner in chars.by_ref() {
                    out.push(inner);
                    if inner == c {
                        break;
                    }
                }
                word = true;
            }
            c if c.is_ascii_digit() && !word => {
                while chars
                    .next_if(|c| c.is_ascii_alphanumeric() || *c == '.')
                    .is_some()
                {}
                out.push('?');
            }
            c => {
                word = c.is_alphanumeric() || matches!(c, '_' | '$');
                out.push(c);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_keeps_names_and_loses_values() {
        for (text, expected) in [
            ("(age > 18)", "(age > ?)"),
            ("(name = 'O''Neil'::text)", "(name = ?::text)"),
            (
                "((t1.c2 = 1.5e3) AND (\"a 1\" = $1))",
                "((t1.c2 = ?) AND (\"a 1\" = $1))",
            ),
            ("`x`.`y2` = 'a\\'b' and 3 < z", "`x`.`y2` = ? and ? < z"),
            ("'never closed", "?"),
        ] {
            assert_eq!(without_values(text), expected);
        }
    }

    #[test]
    fn a_tree_is_read_from_the_top() {
        let mut root = PlanNode::new("Sort");
        root.estimated_rows = Some(10.0);
        let mut scan = PlanNode::new("Seq Scan");
        scan.table = Some("users".into());
        scan.condition = Some("(age > ?)".into());
        scan.actual_rows = Some(2.5);
        root.children = vec![scan.clone(), scan];
        root.children[0].children = vec![PlanNode::new("Init")];
        assert_eq!(
            root.to_string(),
            "Sort  (~10 rows)\n\
             ├─ Seq Scan users where (age > ?)  (2.5 rows)\n\
             │  └─ Init\n\
             └─ Seq Scan users where (age > ?)  (2.5 rows)"
        );
    }
}
