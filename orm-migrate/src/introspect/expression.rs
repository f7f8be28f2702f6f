//! Expressions as trees in a normal form, so that two spellings of one condition are equal.
//!
//! A database does not keep what was written: PostgreSQL gives `CHECK (((age)::integer >= 0))` back for `age >= 0`, MariaDB quotes names
//! and writes functions small. What all of them only spell in another way is the same tree. What is a matter of meaning is never
//! brought together: where a spelling cannot be judged, [`settle`](super::settle) asks the database.

mod parse;
mod print;

use std::collections::BTreeSet;

use orm_core::dialect::Family;

use super::type_name;

pub(super) use parse::parse;

/// An expression in its normal form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    /// A column, in the case in which the database compares names.
    Column(String),
    Text(String),
    Blob(String),
    Number(String),
    /// `null`, `true`, `false`, `*`, `default`.
    Word(String),
    Call(String, Vec<Node>),
    Cast(Box<Node>, String),
    Unary(String, Box<Node>),
    Binary(String, Box<Node>, Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    In(Box<Node>, Vec<Node>),
    /// `x IS …`, with what it is.
    Is(Box<Node>, String),
    Case(Option<Box<Node>>, Vec<(Node, Node)>, Option<Box<Node>>),
    Array(Vec<Node>),
    Row(Vec<Node>),
    Collate(Box<Node>, String),
}

/// What has to be known to read an expression.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) family: Family,
    /// The columns that hold text, which a cast to text does not change.
    pub(super) texts: &'a BTreeSet<String>,
}

impl Context<'_> {
    /// A name in the case in which it is compared.
    pub(super) fn fold(&self, name: &str, quoted: bool) -> String {
        match self.family {
            Family::Postgres if quoted => name.to_owned(),
            _ => name.to_lowercase(),
        }
    }
}

impl Node {
    /// Conditions that must all be met.
    pub(super) fn and(parts: impl IntoIterator<Item = Node>) -> Node {
        flat(
            parts,
            |n| match n {
                Node::And(inner) => Ok(inner),
                other => Err(other),
            },
            Node::And,
        )
    }

    fn or(parts: impl IntoIterator<Item = Node>) -> Node {
        flat(
            parts,
            |n| match n {
                Node::Or(inner) => Ok(inner),
                other => Err(other),
            },
            Node::Or,
        )
    }

    /// The opposite. A comparison turns around, which is the same for NULL as well.
    fn not(self) -> Node {
        match self {
            Node::Not(inner) => *inner,
            Node::Binary(op, a, b) => match opposite(&op) {
                Some(other) => Node::Binary(other.to_owned(), a, b),
                None => Node::Not(Box::new(Node::Binary(op, a, b))),
            },
            Node::Is(inner, what) => {
                let what = match what.strip_prefix("not ") {
                    Some(positive) => positive.to_owned(),
                    None => format!("not {what}"),
                };
                Node::Is(inner, what)
            }
            other => Node::Not(Box::new(other)),
        }
    }

    fn between(self, low: Node, high: Node) -> Node {
        let at_least = Node::binary(">=", self.clone(), low);
        Node::and([at_least, Node::binary("<=", self, high)])
    }

    fn within(self, mut list: Vec<Node>) -> Node {
        match (list.len(), list.pop()) {
            (1, Some(one)) => Node::binary("=", self, one),
            (_, last) => {
                list.extend(last);
                Node::In(Box::new(self), list)
            }
        }
    }

    fn binary(op: &str, a: Node, b: Node) -> Node {
        let op = match op {
            "!=" => "<>",
            "==" => "=",
            "~~" => "like",
            "~~*" => "ilike",
            "!~~" => return Node::binary("like", a, b).not(),
            "!~~*" => return Node::binary("ilike", a, b).not(),
            "rlike" => "regexp",
            op => op,
        };
        Node::Binary(op.to_owned(), Box::new(a), Box::new(b))
    }

    fn negative(self) -> Node {
        match self {
            Node::Number(n) => match n.strip_prefix('-') {
                Some(positive) => Node::Number(positive.to_owned()),
                None => Node::Number(format!("-{n}")),
            },
            other => Node::Unary("-".to_owned(), Box::new(other)),
        }
    }

    /// A cast. That of a literal only says what the literal is; that of text to text does nothing.
    fn cast(self, to: String, context: &Context<'_>) -> Node {
        let text = matches!(to.as_str(), "text" | "varchar" | "char");
        match self {
            Node::Text(t) if type_name::is_number(&to) && is_number(&t) => {
                Node::Number(t.trim().to_owned())
            }
            Node::Text(t) if context.family == Family::Postgres => Node::Text(t),
            Node::Number(n) if type_name::is_number(&to) => Node::Number(n),
            Node::Word(w) if w == "null" => Node::Word(w),
            Node::Array(items) if to.ends_with("[]") && !items.is_empty() => Node::Array(items),
            Node::Column(c) if text && context.texts.contains(&c) => Node::Column(c),
            other => Node::Cast(Box::new(other), to),
        }
    }

    /// The conditions that must all be met, one after the other.
    pub(super) fn conjuncts(self) -> Vec<Node> {
        match self {
            Node::And(parts) => parts,
            other => vec![other],
        }
    }
}

fn flat(
    parts: impl IntoIterator<Item = Node>,
    open: impl Fn(Node) -> Result<Vec<Node>, Node>,
    close: impl Fn(Vec<Node>) -> Node,
) -> Node {
    let mut all = Vec::new();
    for part in parts {
        match open(part) {
            Ok(inner) => all.extend(inner),
            Err(other) => all.push(other),
        }
    }
    match (all.len(), all.pop()) {
        (1, Some(one)) => one,
        (_, last) => {
            all.extend(last);
            close(all)
        }
    }
}

fn opposite(op: &str) -> Option<&'static str> {
    Some(match op {
        "=" => "<>",
        "<>" => "=",
        "<" => ">=",
        ">=" => "<",
        ">" => "<=",
        "<=" => ">",
        _ => return None,
    })
}

/// Whether the text is a decimal number.
pub(super) fn is_number(text: &str) -> bool {
    let digits = text.trim().trim_start_matches(['-', '+']);
    digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | '-' | '+'))
}

#[cfg(test)]
mod tests;
