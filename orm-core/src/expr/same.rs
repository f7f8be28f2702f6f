//! Whether two expressions are written alike, so that a group has one value of both.

use super::node::{Node, SetNode};

impl Node {
    /// Whether both have the same value in the same row, as far as their form tells. Of queries inside and of hand-written SQL it tells
    /// nothing, and these are taken for the same: the database has the last word.
    pub(crate) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Column(a), Self::Column(b))
            | (Self::Outer(a), Self::Outer(b))
            | (Self::Excluded(a), Self::Excluded(b)) => a == b,
            (Self::Value(a), Self::Value(b)) => a == b,
            (Self::Binary(a, op, b), Self::Binary(c, other, d)) => {
                op == other && a.same(c) && b.same(d)
            }
            (Self::And(a), Self::And(b)) | (Self::Or(a), Self::Or(b)) => all(a, b),
            (Self::Not(a), Self::Not(b))
            | (Self::Negate(a), Self::Negate(b))
            | (Self::Grouping(a), Self::Grouping(b))
            | (Self::NotTrue(a), Self::NotTrue(b)) => a.same(b),
            (Self::IsNull(a, is), Self::IsNull(b, other)) => is == other && a.same(b),
            (Self::In(a, set, is), Self::In(b, others, other)) => {
                is == other && a.same(b) && same_set(set, others)
            }
            (Self::Between(a), Self::Between(b)) => all(&**a, &**b),
            (Self::Like(a, pattern), Self::Like(b, other)) => pattern == other && a.same(b),
            (Self::Call(call, a), Self::Call(other, b)) => {
                std::ptr::eq(call.function, other.function) && call.kind == other.kind && all(a, b)
            }
            (
                Self::Aggregate {
                    op,
                    of,
                    kind,
                    distinct,
                },
                Self::Aggregate {
                    op: other,
                    of: over,
                    kind: other_kind,
                    distinct: other_distinct,
                },
            ) => {
                (op, kind, distinct) == (other, other_kind, other_distinct)
                    && both(of.as_deref(), over.as_deref())
            }
            (Self::Case(arms, otherwise), Self::Case(others, other)) => {
                let mut pairs = arms.iter().zip(others);
                arms.len() == others.len()
                    && pairs.all(|(a, b)| a.0.same(&b.0) && a.1.same(&b.1))
                    && both(otherwise.as_deref(), other.as_deref())
            }
            (Self::Json(a, path, kind), Self::Json(b, other, other_kind)) => {
                path == other && kind == other_kind && a.same(b)
            }
            (Self::Path(a), Self::Path(b)) => a == b,
            (Self::Regex(a), Self::Regex(b)) => a == b,
            (Self::Replacement(a), Self::Replacement(b)) => a == b,
            (Self::Related(join, a), Self::Related(other, b)) => join.is(other) && a.same(b),
            (Self::Stored(a, column), Self::Stored(b, other)) => column == other && a.same(b),
            (Self::Part(a, _), Self::Part(b, _)) => a == b,
            (Self::InTree(a), Self::InTree(b)) => a == b,
            (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
        }
    }
}

fn all(a: &[Node], b: &[Node]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b))
}

fn both(a: Option<&Node>, b: Option<&Node>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.same(b),
        (a, b) => a.is_none() && b.is_none(),
    }
}

fn same_set(a: &SetNode, b: &SetNode) -> bool {
    match (a, b) {
        (SetNode::Values(_, a), SetNode::Values(_, b)) => a == b,
        (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}
