//! `EXPLAIN (FORMAT JSON)`: one document, with plans in plans.

use std::time::Duration;

use super::super::postgres::Postgres;
use super::{ExplainDialect, ReadPlan};
use crate::explain::json::Json;
use crate::explain::{PlanNode, without_values};

impl ExplainDialect for Postgres {
    fn explain(&self, sql: &str) -> String {
        format!("EXPLAIN (FORMAT JSON) {sql}")
    }

    fn explain_analyze(&self, sql: &str) -> Option<String> {
        Some(format!("EXPLAIN (ANALYZE, FORMAT JSON) {sql}"))
    }

    fn read_plan(&self, rows: &[Vec<Option<String>>]) -> Option<ReadPlan> {
        let text = rows.first()?.first()?.as_deref()?;
        let document = Json::parse(text)?;
        let statement = document.items().first()?;
        Some(ReadPlan {
            root: node(statement.get("Plan")?)?,
            milliseconds: statement.number("Execution Time"),
        })
    }
}

fn node(plan: &Json) -> Option<PlanNode> {
    let kind = plan.text("Node Type")?;
    let mut node = PlanNode::new(match (plan.text("Operation"), plan.text("Join Type")) {
        (Some(operation), _) => operation.to_owned(),
        (None, Some(join)) if join != "Inner" => format!("{kind} ({})", join.to_lowercase()),
        _ => kind.to_owned(),
    });
    node.table = plan
        .text("Relation Name")
        .or_else(|| plan.text("CTE Name"))
        .or_else(|| plan.text("Function Name"))
        .map(str::to_owned);
    node.index = plan.text("Index Name").map(str::to_owned);
    node.full_scan = kind == "Seq Scan";
    let conditions = [
        "Index Cond",
        "Recheck Cond",
        "Hash Cond",
        "Merge Cond",
        "Join Filter",
        "Filter",
    ];
    let conditions: Vec<String> = conditions
        .iter()
        .filter_map(|key| plan.text(key))
        .map(without_values)
        .collect();
    node.condition = (!conditions.is_empty()).then(|| conditions.join(" and "));
    node.estimated_rows = plan.number("Plan Rows");
    node.cost = plan.number("Total Cost");
    // Rows and times are those of one round.
    let rounds = plan.number("Actual Loops").unwrap_or(1.0);
    node.actual_rows = plan.number("Actual Rows").map(|rows| rows * rounds);
    node.time = plan
        .number("Actual Total Time")
        .map(|time| Duration::from_secs_f64((time * rounds / 1000.0).max(0.0)));
    node.children = plan
        .get("Plans")
        .map_or(&[][..], Json::items)
        .iter()
        .filter_map(self::node)
        .collect();
    Some(node)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::POSTGRES;

    #[test]
    fn rounds_are_counted_together() {
        let text = r#"[{"Plan": {"Node Type": "Nested Loop", "Join Type": "Left", "Total Cost": 9.5, "Plan Rows": 4, "Plans": [
            {"Node Type": "Index Scan", "Relation Name": "users", "Index Name": "users_pkey", "Index Cond": "(id = 7)",
             "Actual Rows": 2, "Actual Loops": 3, "Actual Total Time": 0.5}]}, "Execution Time": 1.25}]"#;
        let plan = POSTGRES
            .read_plan(&[vec![Some(text.to_owned())]])
            .expect("a plan");
        assert_eq!(plan.milliseconds, Some(1.25));
        assert_eq!(plan.root.operation, "Nested Loop (left)");
        let scan = &plan.root.children[0];
        assert_eq!(scan.actual_rows, Some(6.0));
        assert_eq!(scan.time, Some(Duration::from_micros(1500)));
        assert_eq!(scan.condition.as_deref(), Some("(id = ?)"));
    }
}
