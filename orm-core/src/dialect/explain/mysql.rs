//! `EXPLAIN FORMAT=JSON`: one document, whose keys are the steps.

use std::time::Duration;

use super::super::mysql::Mysql;
use super::{ExplainDialect, ReadPlan};
use crate::explain::json::Json;
use crate::explain::{PlanNode, without_values};

impl ExplainDialect for Mysql {
    fn explain(&self, sql: &str) -> String {
        format!("EXPLAIN FORMAT=JSON {sql}")
    }

    fn explain_analyze(&self, sql: &str) -> Option<String> {
        // MySQL's own form is a text for people, and knows no changes.
        let known = self.name == Self::MARIADB.name;
        known.then(|| format!("ANALYZE FORMAT=JSON {sql}"))
    }

    fn read_plan(&self, rows: &[Vec<Option<String>>]) -> Option<ReadPlan> {
        let text = rows.first()?.first()?.as_deref()?;
        let document = Json::parse(text)?;
        let block = document.get("query_block")?;
        let mut root = step("Statement", block);
        root.children = below(block);
        // The time of the whole is told beside the tree, so one step needs nothing above it.
        if root.children.len() == 1 {
            let cost = root.cost;
            root = root.children.remove(0);
            root.cost = root.cost.or(cost);
        }
        Some(ReadPlan {
            root,
            milliseconds: block.number("r_total_time_ms"),
        })
    }
}

/// The steps inside of one.
fn below(value: &Json) -> Vec<PlanNode> {
    let mut found = Vec::new();
    for (key, inner) in value.entries() {
        match (key.as_str(), inner) {
            ("table", table) => found.push(self::table(table)),
            (
                "used_key_parts" | "possible_keys" | "ref" | "optimization" | "query_optimization"
                | "cost_info" | "r_engine_stats",
                _,
            ) => {}
            ("nested_loop", list) => {
                let parts: Vec<PlanNode> = list.items().iter().flat_map(below).collect();
                if parts.len() > 1 {
                    let mut node = PlanNode::new("Nested loop");
                    node.children = parts;
                    found.push(node);
                } else {
                    found.extend(parts);
                }
            }
            (_, Json::List(items)) => found.extend(items.iter().flat_map(below)),
            (key, Json::Object(_)) => {
                let mut node = step(&words(key), inner);
                node.children = below(inner);
                // What only wraps something is not worth a line.
                if matches!(key, "query_block" | "read_sorted_file") && node.children.len() == 1 {
                    found.append(&mut node.children);
                } else {
                    found.push(node);
                }
            }
            _ => {}
        }
    }
    found
}

fn step(operation: &str, value: &Json) -> PlanNode {
    let mut node = PlanNode::new(operation);
    node.cost = value.number("cost");
    node.actual_rows = value.number("r_output_rows");
    node.time = value.number("r_total_time_ms").and_then(time);
    node
}

fn table(table: &Json) -> PlanNode {
    let way = table.text("access_type").unwrap_or_default();
    let mut node = step(
        match way {
            "ALL" => "Scan",
            "index" => "Scan index",
            "range" => "Range",
            "ref" | "ref_or_null" => "Lookup",
            "eq_ref" => "Unique lookup",
            "const" | "system" => "Constant",
            "" => match (
                table.get("insert"),
                table.get("update"),
                table.get("delete"),
            ) {
                (Some(_), _, _) => "Insert",
                (_, Some(_), _) => "Update",
                (_, _, Some(_)) => "Delete",
                _ => "Table",
            },
            other => other,
        },
        table,
    );
    node.table = table
        .text("table_name")
        .or_else(|| table.text("message"))
        .map(str::to_owned);
    node.full_scan = way == "ALL";
    node.index = table.text("key").map(str::to_owned);
    node.condition = table.text("attached_condition").map(without_values);
    // Rows are counted as they are read; how many of them meet the condition is a percentage.
    let part = |key: &str| table.number(key).unwrap_or(100.0) / 100.0;
    let expected = table
        .number("rows")
        .or_else(|| table.number("rows_examined_per_scan"));
    node.estimated_rows = expected.map(|rows| (rows * part("filtered")).round());
    let rounds = table.number("r_loops").unwrap_or(1.0);
    let read = table.number("r_rows");
    node.actual_rows = read.map(|rows| (rows * rounds * part("r_filtered")).round());
    node.time = table
        .number("r_total_time_ms")
        .or_else(|| table.number("r_table_time_ms"))
        .and_then(time);
    node.children = below(table);
    node
}

fn time(milliseconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(milliseconds / 1000.0).ok()
}

/// `temporary_table` as `Temporary table`.
fn words(key: &str) -> String {
    let text = key.replace(['_', '-'], " ");
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

#[cfg(test)]
mod tests {
    use crate::dialect::MARIADB;

    #[test]
    fn steps_are_found_wherever_they_stand() {
        let text = r#"{"query_block": {"select_id": 1, "cost": 0.5, "r_total_time_ms": 2, "filesort": {"sort_key": "a", "temporary_table":
            {"nested_loop": [{"table": {"table_name": "t", "access_type": "ALL", "rows": 3, "r_rows": 2, "r_loops": 2, "r_filtered": 25,
              "attached_condition": "t.a > 5"}},
             {"table": {"table_name": "u", "access_type": "eq_ref", "key": "PRIMARY", "used_key_parts": ["id"]}}]}}}}"#;
        let plan = MARIADB
            .read_plan(&[vec![Some(text.to_owned())]])
            .expect("a plan");
        assert_eq!(plan.milliseconds, Some(2.0));
        assert_eq!(
            plan.root.to_string(),
            "Filesort  (cost 0.5)\n\
             └─ Temporary table\n   \
                └─ Nested loop\n      \
                   ├─ Scan t where t.a > ?  (~3 rows, 1 rows)\n      \
                   └─ Unique lookup u by PRIMARY"
        );
    }
}
