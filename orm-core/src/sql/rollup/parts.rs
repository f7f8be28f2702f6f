//! The parts of a query that its groups have a value for: what it groups by, and aggregates.

use crate::expr::{AggregateOp, BinaryOp, Join, Node, SetNode};
use crate::query::{LinkTo, SelectStatement};
use crate::sql::{Writer, select};
use crate::value::{Kind, Value};

/// An expression as it is written by itself, by which it is known again.
type Text = (String, Vec<Value>);

/// What is found while a query's expressions become ones over its groups.
pub(super) struct Parts<'w> {
    w: &'w Writer,
    statement: &'w SelectStatement,
    native: bool,
    groups: Vec<Text>,
    aggregates: Vec<(Text, Node)>,
    mistake: Option<String>,
    unsupported: Option<&'static str>,
}

impl<'w> Parts<'w> {
    pub(super) fn new(w: &'w Writer, statement: &'w SelectStatement, native: bool) -> Self {
        let model = statement.model;
        let groups = statement.group_by.iter().map(|node| w.alone(model, node));
        Self {
            w,
            statement,
            native,
            groups: groups.collect(),
            aggregates: Vec::new(),
            mistake: None,
            unsupported: None,
        }
    }

    /// The aggregates that are needed; what is wrong with the query; what the database lacks for it.
    pub(super) fn end(self) -> (Vec<Node>, Option<String>, Option<&'static str>) {
        let mut aggregates: Vec<Node> = self.aggregates.into_iter().map(|(_, node)| node).collect();
        if aggregates.is_empty() {
            // A query without groups and aggregates would give each row by itself.
            aggregates.push(Node::Aggregate {
                op: AggregateOp::Count,
                of: None,
                kind: Kind::I64,
                distinct: false,
            });
        }
        (aggregates, self.mistake, self.unsupported)
    }

    /// The expressions, over groups.
    pub(super) fn over_all(&mut self, nodes: &[Node]) -> Vec<Node> {
        nodes.iter().map(|node| self.over(node)).collect()
    }

    /// The expression, over groups.
    pub(super) fn over(&mut self, node: &Node) -> Node {
        self.through(&mut Vec::new(), node)
    }

    /// The expression over the row that a way leads to, over groups.
    fn through(&mut self, way: &mut Vec<Join>, node: &Node) -> Node {
        let whole = at_end_of(way, node);
        if let Some(at) = self.group(&whole) {
            return Node::Part(at, whole.kind());
        }
        match node {
            Node::Aggregate { .. } => {
                let at = self.aggregate(whole);
                Node::Part(at, node.kind())
            }
            Node::Grouping(of) => self.grouping(&at_end_of(way, of)),
            Node::Related(join, of) => {
                way.push(join.clone());
                let over = self.through(way, of);
                way.pop();
                over
            }
            Node::Column(column) => {
                let message = format!(
                    "`{}::{}` is used beside the groups of a rollup, and has many values there; add it to `.group_by(…)`",
                    column.model.name,
                    column.def().field
                );
                self.wrong(message)
            }
            Node::Raw(_) if !super::is_for(self.w, self.statement) => whole,
            Node::Raw(_) => {
                self.unsupported =
                    Some("hand-written SQL beside the groups of a `rollup`; group by it");
                whole
            }
            Node::InTree(_)
            | Node::Part(..)
            | Node::Search(_)
            | Node::Kept(_)
            | Node::FirstOfGroup(_) => self.of_rows(),
            Node::Exists(query, _) | Node::Subquery(query) if depends(query) => self.of_rows(),
            Node::In(_, SetNode::Query(query), _) if depends(query) => self.of_rows(),
            node => {
                let mut over = node.clone();
                over.change_parts(&mut |part| *part = self.through(way, part));
                over
            }
        }
    }

    fn group(&self, node: &Node) -> Option<usize> {
        let text = self.w.alone(self.statement.model, node);
        self.groups.iter().position(|group| *group == text)
    }

    /// The column of an aggregate.
    fn aggregate(&mut self, node: Node) -> usize {
        let text = self.w.alone(self.statement.model, &node);
        let known = self.aggregates.iter().position(|(of, _)| *of == text);
        let at = known.unwrap_or(self.aggregates.len());
        if known.is_none() {
            if node.any(&mut |part| matches!(part, Node::Grouping(_))) {
                self.wrong("`grouping` is known of groups, and an aggregate is over rows".into());
            }
            self.aggregates.push((text, node));
        }
        self.groups.len() + usize::from(!self.native) + at
    }

    fn grouping(&mut self, of: &Node) -> Node {
        let Some(at) = self.group(of) else {
            return self.wrong("`grouping` asks about something that `.group_by(…)` lacks".into());
        };
        if self.native {
            return Node::IsNull(Box::new(Node::Part(at, of.kind())), true);
        }
        let level = Node::Part(self.groups.len(), Some(Kind::I64));
        let needed = Node::Value(Value::I64(i64::try_from(at).unwrap_or(i64::MAX)));
        Node::Binary(Box::new(level), BinaryOp::Le, Box::new(needed))
    }

    fn of_rows(&mut self) -> Node {
        self.wrong("what is said of single rows stands beside the groups of a rollup; add it to `.group_by(…)`".into())
    }

    fn wrong(&mut self, message: String) -> Node {
        self.mistake.get_or_insert(message.clone());
        Node::Mistake(message)
    }
}

fn at_end_of(way: &[Join], node: &Node) -> Node {
    way.iter().rev().fold(node.clone(), |of, join| {
        Node::Related(join.clone(), Box::new(of))
    })
}

/// Whether a query has something to do with the row around it.
fn depends(query: &SelectStatement) -> bool {
    let linked = query.link.as_ref();
    linked.is_some_and(|link| matches!(link.to, LinkTo::Outer))
        || select::nodes(query).any(|node| node.any(&mut |part| matches!(part, Node::Outer(_))))
}
