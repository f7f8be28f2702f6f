//! The same input gives the same bytes: a hash map iterates in another order on every run.

use crate::source::words;
use crate::tree::{Finding, Tree};

pub(super) const STATEMENT: &str = "schemas and migrations are ordered: no hash maps there";

/// A file or folder whose path begins so is ordered.
const ORDERED: &[&str] = &["orm-migrate/src/", "orm-core/src/schema"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.sources
        .iter()
        .filter(|source| ORDERED.iter().any(|place| source.path.starts_with(place)))
        .flat_map(|source| {
            // Tests are held to it, too: one that iterates a hash map fails now and then.
            words(&source.code)
                .filter(|word| word.text.ends_with("HashMap") || word.text.ends_with("HashSet"))
                .map(|word| {
                    let ordered = word.text.replace("Hash", "BTree");
                    let message = format!(
                        "`{}` has no order; use `{ordered}`, or a sorted `Vec`",
                        word.text
                    );
                    Finding::at(source, word.at, message)
                })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invariant::places;

    #[test]
    fn hash_maps_are_found_where_order_counts() {
        let text = "use std::collections::BTreeMap;\nuse std::collections::{HashMap, HashSet};";
        for path in [
            "orm-migrate/src/plan.rs",
            "orm-core/src/schema.rs",
            "orm-core/src/schema/table.rs",
        ] {
            assert_eq!(
                places(check, &[(path, text)]),
                [format!("{path}:2"), format!("{path}:2")]
            );
        }
        assert_eq!(
            places(
                check,
                &[("orm-migrate/src/plan.rs", "FxHashMap::default()")]
            )
            .len(),
            1
        );
    }

    #[test]
    fn tests_are_ordered_too() {
        let text = "#[cfg(test)] mod tests { use std::collections::HashMap; }";
        assert_eq!(places(check, &[("orm-migrate/src/plan.rs", text)]).len(), 1);
    }

    #[test]
    fn elsewhere_and_in_comments_they_are_not_found() {
        let text = "use std::collections::HashMap;";
        assert!(places(check, &[("orm-core/src/db.rs", text)]).is_empty());
        assert!(
            places(
                check,
                &[("orm-migrate/src/plan.rs", "// not a HashMap\nBTreeMap")]
            )
            .is_empty()
        );
    }
}
