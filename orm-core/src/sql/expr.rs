//! Expressions as SQL.

use super::{Writer, select};
use crate::expr::{AggregateOp, BinaryOp, Node, SearchPart, SetNode};
use crate::value::{Kind, Value};

impl Writer {
    /// Appends an expression.
    pub fn expr(&mut self, node: &Node) {
        match node {
            Node::Column(column) => self.column(*column),
            Node::Outer(column) => self.outer_column(*column),
            Node::Value(value) => self.bind(value.clone()),
            Node::Invalid(error) => self.invalid(error),
            Node::Mistake(message) => self.fail(crate::error::Error::invalid_query(message)),
            Node::Binary(left, op, right) => self.binary(left, *op, right),
            Node::And(all) => self.conjunction(all, " AND ", true),
            Node::Or(all) => self.conjunction(all, " OR ", false),
            Node::Not(inner) => {
                self.push("NOT ");
                self.operand(inner);
            }
            Node::Negate(inner) => self.dialect().negate(self, inner),
            Node::IsNull(inner, is) => {
                self.operand(inner);
                self.push(if *is { " IS NULL" } else { " IS NOT NULL" });
            }
            Node::In(needle, set, is) => self.set(needle, set, *is),
            Node::Between(parts) => {
                let [of, low, high] = &**parts;
                self.operand(of);
                if parts.iter().any(|part| part.kind() == Some(Kind::Decimal)) {
                    self.dialect().decimal_comparison(self);
                }
                self.push(" BETWEEN ");
                self.typed(low, of);
                self.push(" AND ");
                self.typed(high, of);
            }
            Node::Like(operand, pattern) => self.dialect().like(self, operand, pattern),
            Node::Call(function, arguments) => self.call(*function, arguments),
            Node::Aggregate {
                op,
                of,
                kind,
                distinct,
            } => self.aggregate(*op, of.as_deref(), *kind, *distinct, None),
            Node::Grouping(of) => {
                self.push("GROUPING(");
                self.expr(of);
                self.push(") = 1");
            }
            Node::Window(window) => self.window(window),
            Node::Kept(kept) => self.kept(kept),
            Node::Part(at, _) => self.part_value(*at),
            Node::InTree(what) => self.in_tree(*what),
            Node::Case(arms, otherwise) => {
                let (before, behind) = self.dialect().around_case(node);
                self.push(before);
                self.case(arms, otherwise.as_deref());
                self.push(behind);
            }
            Node::Json(document, path, kind) => {
                // A number in a document has no width, and is compared with integers of any.
                self.loosely_typed();
                self.dialect().json(self, document, path, *kind);
            }
            Node::Path(path) => self.dialect().json_path(self, path),
            Node::Regex(regex) => self.dialect().replaced(self, regex),
            Node::Replacement(with) => self.dialect().replacement(self, with),
            Node::Search(call) => self.search(call),
            Node::Exists(query, is) => {
                self.push(if *is { "EXISTS (" } else { "NOT EXISTS (" });
                select::write_existing(self, query);
                self.push(")");
            }
            Node::FirstOfGroup(query) => super::per_group::write(self, query),
            Node::Subquery(query) => {
                self.push("(");
                select::write(self, query);
                self.push(")");
            }
            Node::Excluded(column) => self.dialect().excluded(self, *column),
            Node::Related(join, of) => self.related(join, of),
            Node::NotTrue(condition) => {
                self.operand(condition);
                self.push(" IS NOT TRUE");
            }
            Node::Stored(inner, column) => self.stored(inner, *column),
            Node::Raw(raw) => super::raw::write(self, raw),
        }
    }

    /// Appends an expression, in parentheses if it has operators of its own.
    pub fn operand(&mut self, node: &Node) {
        let bare = matches!(
            node,
            Node::Column(_)
                | Node::Outer(_)
                | Node::Value(_)
                | Node::Path(_)
                | Node::Call(..)
                | Node::Aggregate { .. }
                | Node::Window(_)
                | Node::Part(..)
                | Node::InTree(_)
                | Node::Subquery(_)
                | Node::Excluded(_)
                | Node::Exists(_, true)
                | Node::Case(..)
        );
        if let Node::Related(join, of) = node {
            self.related_operand(join, of);
        } else if bare {
            self.expr(node);
        } else {
            self.push("(");
            self.expr(node);
            self.push(")");
        }
    }

    /// Appends an operand that stands beside `other`, so that a value takes the form of the column that it is compared with.
    fn typed(&mut self, node: &Node, other: &Node) {
        match (node, other.column()) {
            (Node::Value(value), Some(column)) => {
                let value = self.dialect().fit(column.def(), value.clone());
                self.bind_for(column.def(), column.model, value);
            }
            _ => self.operand(node),
        }
    }

    fn binary(&mut self, left: &Node, op: BinaryOp, right: &Node) {
        if !op.is_comparison() {
            return self.arithmetic(left, op, right);
        }
        self.typed(left, right);
        self.push(match op {
            BinaryOp::Eq => " = ",
            BinaryOp::Ne => " <> ",
            BinaryOp::Lt => " < ",
            BinaryOp::Le => " <= ",
            BinaryOp::Gt => " > ",
            _ => " >= ",
        });
        self.typed(right, left);
        let decimal = left.kind() == Some(Kind::Decimal) || right.kind() == Some(Kind::Decimal);
        if decimal {
            self.dialect().decimal_comparison(self);
        }
    }

    fn arithmetic(&mut self, left: &Node, op: BinaryOp, right: &Node) {
        match op {
            BinaryOp::Rem(Kind::F32 | Kind::F64) => {
                let message = "the remainder of floats means another thing on each database; use integers or decimals";
                self.fail(crate::error::Error::invalid_query(message));
            }
            // Most databases calculate in 64 bits; the result of two 32 bit floats has 32.
            BinaryOp::Add(Kind::F32)
            | BinaryOp::Sub(Kind::F32)
            | BinaryOp::Mul(Kind::F32)
            | BinaryOp::Div(Kind::F32) => {
                let (before, behind) = self.dialect().single_precision();
                self.push(before);
                self.dialect().arithmetic(self, left, op, right);
                self.push(behind);
            }
            _ => self.dialect().arithmetic(self, left, op, right),
        }
    }

    /// Appends conditions; none at all is true for `AND`, false for `OR`.
    pub(crate) fn conjunction(&mut self, all: &[Node], between: &str, empty: bool) {
        match all {
            [] => self.push(if empty { "1 = 1" } else { "1 = 0" }),
            [one] => self.expr(one),
            all => {
                for (i, node) in all.iter().enumerate() {
                    if i > 0 {
                        self.push(between);
                    }
                    match node {
                        Node::And(_) | Node::Or(_) | Node::Raw(_) => {
                            self.push("(");
                            self.expr(node);
                            self.push(")");
                        }
                        node => self.expr(node),
                    }
                }
            }
        }
    }

    fn set(&mut self, needle: &Node, set: &SetNode, is: bool) {
        match set {
            SetNode::Invalid(error) => self.invalid(error),
            // `IN ()` is not SQL everywhere; nothing is in an empty list, and everything, NULL too, is outside.
            SetNode::Values(_, values) if values.is_empty() => {
                self.push(if is { "1 = 0" } else { "1 = 1" })
            }
            SetNode::Values(kind, values) => {
                let (nulls, values): (Vec<Value>, Vec<Value>) =
                    values.iter().cloned().partition(Value::is_null);
                self.values(needle, *kind, values, !nulls.is_empty(), is);
            }
            SetNode::Query(query) => {
                self.operand(needle);
                if needle.kind() == Some(Kind::Decimal) {
                    self.dialect().decimal_comparison(self);
                }
                self.push(if is { " IN (" } else { " NOT IN (" });
                select::write_set(self, query, !is);
                self.push(")");
            }
        }
    }

    /// `None` in a list asks for NULL, as it does in `eq`.
    fn values(&mut self, needle: &Node, kind: Kind, values: Vec<Value>, null: bool, is: bool) {
        if !null {
            self.dialect().in_values(self, needle, kind, values, is);
            return;
        }
        let none_left = values.is_empty();
        self.push("(");
        self.operand(needle);
        self.push(if is { " IS NULL" } else { " IS NOT NULL" });
        if !none_left {
            self.push(if is { " OR " } else { " AND " });
            self.dialect().in_values(self, needle, kind, values, is);
        }
        self.push(")");
    }

    pub(super) fn aggregate(
        &mut self,
        op: AggregateOp,
        of: Option<&Node>,
        kind: Kind,
        distinct: bool,
        over: Option<&crate::expr::WindowRows>,
    ) {
        match (op, of) {
            (AggregateOp::Count, None) => {
                self.push("COUNT(*)");
                self.over(over);
            }
            (AggregateOp::Count, Some(of)) => {
                self.push(if distinct {
                    "COUNT(DISTINCT "
                } else {
                    "COUNT("
                });
                self.expr(of);
                self.push(")");
                self.over(over);
            }
            (op, Some(of)) => self.dialect().aggregate(self, op, of, kind, over),
            (_, None) => self.fail(crate::error::Error::invalid_query(
                "an aggregate other than `count` needs an argument",
            )),
        }
    }

    fn case(&mut self, arms: &[(Node, Node)], otherwise: Option<&Node>) {
        self.push("CASE");
        for (condition, value) in arms {
            self.push(" WHEN ");
            self.expr(condition);
            self.push(" THEN ");
            self.case_value(value);
        }
        if let Some(value) = otherwise {
            self.push(" ELSE ");
            self.case_value(value);
        }
        self.push(" END");
    }

    /// A database that infers the type of a bare placeholder needs to be told here, since nothing stands beside it.
    fn case_value(&mut self, value: &Node) {
        match value {
            Node::Value(v) => self.dialect().standalone(self, v.clone()),
            node => self.expr(node),
        }
    }
}

impl Node {
    /// The column, if it is one.
    pub(crate) fn column(&self) -> Option<crate::expr::ColumnRef> {
        match self {
            Self::Column(column) | Self::Outer(column) | Self::Excluded(column) => Some(*column),
            Self::Related(_, of) => of.column(),
            _ => None,
        }
    }

    /// The kind of its value, where it is known without asking the database.
    pub(crate) fn kind(&self) -> Option<Kind> {
        match self {
            Self::Column(c) | Self::Outer(c) | Self::Excluded(c) => Some(c.def().ty.kind),
            Self::Value(value) => Some(value.kind()),
            Self::Binary(
                _,
                BinaryOp::Add(k)
                | BinaryOp::Sub(k)
                | BinaryOp::Mul(k)
                | BinaryOp::Div(k)
                | BinaryOp::Rem(k),
                _,
            ) => Some(*k),
            Self::Negate(inner) => inner.kind(),
            Self::Call(call, _) => Some(call.gives()),
            Self::Aggregate { op, kind, .. } => Some(op.kind(*kind)),
            Self::Window(window) => window.kind(),
            Self::Part(_, kind) => *kind,
            Self::Grouping(_) => Some(Kind::Bool),
            Self::InTree(crate::query::InTree::Depth) => Some(Kind::I64),
            Self::InTree(crate::query::InTree::Path) => Some(Kind::Text),
            Self::Case(arms, _) => arms.first().and_then(|(_, value)| value.kind()),
            Self::Json(_, _, kind) => Some(*kind),
            Self::Search(call) => Some(match call.part {
                SearchPart::Matches => Kind::Bool,
                SearchPart::Rank => Kind::F64,
                SearchPart::Highlight { .. } => Kind::Text,
            }),
            Self::Related(_, of) | Self::Stored(of, _) => of.kind(),
            Self::Subquery(query) => match &query.selected {
                crate::query::Selected::Nodes(nodes) => nodes.first().and_then(Self::kind),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether it is an aggregate or made of one; one over a window is none.
    pub(crate) fn is_aggregate(&self) -> bool {
        self.any(&mut |part| matches!(part, Self::Aggregate { .. }))
    }

    /// Whether it is a value of a window or made of one.
    pub(crate) fn is_windowed(&self) -> bool {
        self.any(&mut |part| matches!(part, Self::Window(_)))
    }
}
