//! `EXPLAIN QUERY PLAN`: rows of a number, the number of the row above, and a sentence.

use super::super::sqlite::Sqlite;
use super::{ExplainDialect, ReadPlan};
use crate::explain::PlanNode;

impl ExplainDialect for Sqlite {
    fn explain(&self, sql: &str) -> String {
        format!("EXPLAIN QUERY PLAN {sql}")
    }

    fn read_plan(&self, rows: &[Vec<Option<String>>]) -> Option<ReadPlan> {
        let rows = rows
            .iter()
            .map(|row| match row.as_slice() {
                [Some(id), Some(parent), _, Some(detail)] => {
                    Some((id.as_str(), parent.as_str(), detail.as_str()))
                }
                _ => None,
            })
            .collect::<Option<Vec<_>>>()?;
        let mut root = PlanNode::new("Statement");
        root.children = below(&rows, "0", 0);
        Some(ReadPlan {
            root,
            milliseconds: None,
        })
    }
}

fn below(rows: &[(&str, &str, &str)], parent: &str, depth: usize) -> Vec<PlanNode> {
    // Row numbers are not trusted to make a tree.
    if depth > rows.len() {
        return Vec::new();
    }
    rows.iter()
        .filter(|(_, above, _)| *above == parent)
        .map(|(id, _, detail)| {
            let mut node = step(detail);
            node.children = below(rows, id, depth + 1);
            node
        })
        .collect()
}

/// Reads `SEARCH users AS t1 USING COVERING INDEX name (email=?)`, `SCAN users`, `USE TEMP B-TREE FOR ORDER BY`.
fn step(detail: &str) -> PlanNode {
    let Some((verb, rest)) = detail
        .split_once(' ')
        .filter(|(verb, _)| matches!(*verb, "SEARCH" | "SCAN"))
    else {
        return PlanNode::new(sentence(detail));
    };
    let mut node = PlanNode::new(sentence(verb));
    let (rest, condition) = match rest.split_once(" (") {
        Some((before, condition)) if condition.ends_with(')') => {
            (before, Some(format!("({condition}")))
        }
        _ => (rest, None),
    };
    let (table, way) = match rest.split_once(" USING ") {
        Some((table, way)) => (table, Some(way)),
        None => (rest, None),
    };
    node.full_scan = verb == "SCAN" && table != "CONSTANT ROW" && !table.starts_with('(');
    node.table = Some(table.split(" AS ").next().unwrap_or(table).to_owned());
    node.condition = condition;
    node.index = way.map(|way| {
        let name = way.rsplit(' ').next().unwrap_or(way);
        match way.ends_with("PRIMARY KEY") {
            true => "primary key".to_owned(),
            false => name.to_owned(),
        }
    });
    node
}

/// `USE TEMP B-TREE` as `Use temp b-tree`.
fn sentence(text: &str) -> String {
    let lower = text.to_lowercase();
    let mut chars = lower.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::step;

    #[test]
    fn sentences_are_taken_apart() {
        let found =
            step("SEARCH users AS t1 USING COVERING INDEX users_email_key (email=? AND age>?)");
        assert_eq!(
            (
                found.table.as_deref(),
                found.index.as_deref(),
                found.condition.as_deref(),
                found.full_scan
            ),
            (
                Some("users"),
                Some("users_email_key"),
                Some("(email=? AND age>?)"),
                false
            )
        );
        let key = step("SEARCH posts USING INTEGER PRIMARY KEY (rowid=?)");
        assert_eq!(
            (key.operation.as_str(), key.index.as_deref()),
            ("Search", Some("primary key"))
        );
        assert!(step("SCAN users").full_scan);
        assert_eq!(
            step("USE TEMP B-TREE FOR ORDER BY").operation,
            "Use temp b-tree for order by"
        );
    }
}
