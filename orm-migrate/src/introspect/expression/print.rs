//! Writing a tree as SQL, with parentheses around each operator inside another.

use orm_core::dialect::Dialect;
use orm_core::sql::Writer;

use super::Node;

impl Node {
    /// The expression in SQL of the database.
    pub(in crate::introspect) fn to_sql(&self, dialect: &'static dyn Dialect) -> String {
        let mut w = Writer::new(dialect);
        write(&mut w, self);
        // Nothing that is written here can be refused.
        w.into_parts().map(|(sql, _)| sql).unwrap_or_default()
    }

    fn is_operator(&self) -> bool {
        matches!(
            self,
            Self::Unary(..)
                | Self::Binary(..)
                | Self::And(_)
                | Self::Or(_)
                | Self::Not(_)
                | Self::In(..)
                | Self::Is(..)
                | Self::Collate(..)
        )
    }
}

fn operand(w: &mut Writer, node: &Node) {
    let negative = matches!(node, Node::Number(n) if n.starts_with('-'));
    if node.is_operator() || negative {
        w.push("(");
        write(w, node);
        w.push(")");
    } else {
        write(w, node);
    }
}

fn joined(w: &mut Writer, parts: &[Node], word: &str) {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            w.push(word);
        }
        match (part, word) {
            (Node::And(_) | Node::Or(_), _) => operand(w, part),
            _ => write(w, part),
        }
    }
}

fn write(w: &mut Writer, node: &Node) {
    match node {
        Node::Column(name) => w.ident(name),
        Node::Text(text) => w.dialect().text_literal(w, text),
        Node::Blob(digits) => {
            w.push("X'");
            w.push(digits);
            w.push("'");
        }
        Node::Number(text) => w.push(text),
        Node::Word(word) => w.push(&word.to_uppercase()),
        Node::Call(name, arguments) => call(w, name, arguments),
        Node::Cast(inner, to) => {
            w.push("CAST(");
            write(w, inner);
            w.push(" AS ");
            w.push(to);
            w.push(")");
        }
        Node::Unary(op, inner) => {
            w.push(op);
            w.push(" ");
            operand(w, inner);
        }
        Node::Binary(op, a, b) => {
            operand(w, a);
            w.push(" ");
            w.push(&op.to_uppercase());
            w.push(" ");
            operand(w, b);
        }
        Node::And(parts) => joined(w, parts, " AND "),
        Node::Or(parts) => joined(w, parts, " OR "),
        Node::Not(inner) => {
            w.push("NOT ");
            operand(w, inner);
        }
        Node::In(needle, list) => {
            operand(w, needle);
            w.push(" IN (");
            w.list(list, write);
            w.push(")");
        }
        Node::Is(inner, what) => {
            operand(w, inner);
            w.push(" IS ");
            w.push(&what.to_uppercase());
        }
        Node::Case(operand, arms, other) => case(w, operand.as_deref(), arms, other.as_deref()),
        Node::Array(items) => {
            w.push("ARRAY[");
            w.list(items, write);
            w.push("]");
        }
        Node::Row(items) => {
            w.push("(");
            w.list(items, write);
            w.push(")");
        }
        Node::Collate(inner, collation) => {
            operand(w, inner);
            w.push(" COLLATE ");
            w.ident(collation);
        }
    }
}

/// Some calls are written with words between their arguments, or without parentheses.
fn call(w: &mut Writer, name: &str, arguments: &[Node]) {
    match (name, arguments) {
        ("timezone", [zone, of]) => {
            operand(w, of);
            w.push(" AT TIME ZONE ");
            operand(w, zone);
        }
        ("escape", [pattern, escape]) => {
            write(w, pattern);
            w.push(" ESCAPE ");
            operand(w, escape);
        }
        ("extract", [part, of]) => {
            w.push("extract(");
            write(w, part);
            w.push(" FROM ");
            write(w, of);
            w.push(")");
        }
        ("position", [part, of]) => {
            w.push("position(");
            operand(w, part);
            w.push(" IN ");
            operand(w, of);
            w.push(")");
        }
        (
            "current_timestamp" | "current_date" | "current_time" | "localtimestamp" | "localtime"
            | "current_user" | "session_user",
            [],
        ) => {
            w.push(&name.to_uppercase());
        }
        _ => {
            w.push(name);
            w.push("(");
            w.list(arguments, write);
            w.push(")");
        }
    }
}

fn case(w: &mut Writer, of: Option<&Node>, arms: &[(Node, Node)], other: Option<&Node>) {
    w.push("CASE");
    if let Some(of) = of {
        w.push(" ");
        operand(w, of);
    }
    for (condition, result) in arms {
        w.push(" WHEN ");
        write(w, condition);
        w.push(" THEN ");
        write(w, result);
    }
    if let Some(other) = other {
        w.push(" ELSE ");
        write(w, other);
    }
    w.push(" END");
}
