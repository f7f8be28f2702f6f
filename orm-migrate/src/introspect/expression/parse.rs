//! Reading expressions by operator precedence.

use orm_core::dialect::Family;

use super::{Context, Node};
use crate::introspect::token::{Token, tokens};
use crate::introspect::type_name;

/// The tree of an expression; `None` for a form that is not known here.
pub(in crate::introspect) fn parse(sql: &str, context: Context<'_>) -> Option<Node> {
    let all = tokens(sql, context.family)?;
    let tokens: Vec<_> = all
        .iter()
        .map(|t| &t.token)
        .filter(|t| !matches!(t, Token::Comment(_)))
        .collect();
    let mut parser = Parser {
        tokens: &tokens,
        at: 0,
        context,
    };
    let node = parser.expression(0)?;
    (parser.at == tokens.len()).then_some(node)
}

const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const COMPARE: u8 = 5;
const PATTERN: u8 = 6;
const UNARY: u8 = 12;

struct Parser<'t> {
    tokens: &'t [&'t Token],
    at: usize,
    context: Context<'t>,
}

impl Parser<'_> {
    fn peek(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at + ahead).copied()
    }

    fn word(&mut self, keyword: &str) -> bool {
        let found = self.peek(0).is_some_and(|t| t.is_word(keyword));
        self.at += usize::from(found);
        found
    }

    fn sign(&mut self, sign: &str) -> bool {
        let found = self.peek(0).is_some_and(|t| t.is_sign(sign));
        self.at += usize::from(found);
        found
    }

    /// The next word in lower case, if it is no quoted name.
    fn keyword(&self) -> Option<String> {
        match self.peek(0)? {
            Token::Word {
                text,
                quoted: false,
            } => Some(text.to_ascii_lowercase()),
            _ => None,
        }
    }

    /// An expression of operators that bind at least so tightly.
    fn expression(&mut self, least: u8) -> Option<Node> {
        let mut left = self.prefix()?;
        while let Some(next) = self.infix(&left, least)? {
            left = next;
        }
        Some(left)
    }

    /// What follows an operand; `Some(None)` if that is not part of it.
    fn infix(&mut self, left: &Node, least: u8) -> Option<Option<Node>> {
        let family = self.context.family;
        let operator = match self.peek(0) {
            Some(Token::Sign(sign)) => sign.clone(),
            Some(Token::Word { quoted: false, .. }) => self.keyword()?,
            _ => return Some(None),
        };
        let negated = operator == "not" && {
            let next = self.peek(1);
            let follows = |w: &str| next.is_some_and(|t| t.is_word(w));
            [
                "in", "like", "ilike", "between", "glob", "regexp", "rlike", "similar", "match",
            ]
            .iter()
            .any(|w| follows(w))
        };
        let start = self.at;
        self.at += usize::from(negated);
        let word = if negated { self.keyword()? } else { operator };
        let Some(level) = level(&word, family).filter(|l| *l >= least && *l > 0) else {
            self.at = start;
            return Some(None);
        };
        self.at += 1;
        let left = left.clone();
        let node = match word.as_str() {
            "::" => {
                let to = self.type_name()?;
                left.cast(to, &self.context)
            }
            "collate" => Node::Collate(Box::new(left), self.name()?),
            "at" => {
                (self.word("time") && self.word("zone")).then_some(())?;
                let zone = self.expression(level + 1)?;
                Node::Call("timezone".to_owned(), vec![zone, left])
            }
            "is" => self.is(left)?,
            "isnull" => Node::Is(Box::new(left), "null".to_owned()),
            "notnull" => Node::Is(Box::new(left), "not null".to_owned()),
            "in" => {
                self.sign("(").then_some(())?;
                let list = self.list(")")?;
                left.within(list)
            }
            "between" => {
                let low = self.expression(PATTERN + 1)?;
                self.word("and").then_some(())?;
                let high = self.expression(PATTERN + 1)?;
                left.between(low, high)
            }
            "or" | "||" if level == OR => Node::or([left, self.expression(OR + 1)?]),
            "and" => Node::and([left, self.expression(AND + 1)?]),
            _ => self.operator(&word, left, level)?,
        };
        Some(Some(if negated { node.not() } else { node }))
    }

    /// An operator between two operands; `= ANY (ARRAY[…])` and `<> ALL (ARRAY[…])` are lists.
    fn operator(&mut self, op: &str, left: Node, level: u8) -> Option<Node> {
        let quantifier = self
            .keyword()
            .filter(|w| ["any", "all", "some"].contains(&w.as_str()));
        if let Some(quantifier) =
            quantifier.filter(|_| self.peek(1).is_some_and(|t| t.is_sign("(")))
        {
            self.at += 2;
            let of = self.expression(0)?;
            self.sign(")").then_some(())?;
            return Some(match (op, quantifier.as_str(), of) {
                ("=", "any" | "some", Node::Array(items)) => left.within(items),
                ("<>", "all", Node::Array(items)) => left.within(items).not(),
                (op, quantifier, of) => {
                    Node::binary(op, left, Node::Call(quantifier.to_owned(), vec![of]))
                }
            });
        }
        let right = self.expression(level + 1)?;
        let node = Node::binary(op, left, right);
        if self.word("escape") {
            let escape = self.expression(level + 1)?;
            return Some(Node::Call("escape".to_owned(), vec![node, escape]));
        }
        Some(node)
    }

    fn is(&mut self, left: Node) -> Option<Node> {
        let negated = self.word("not");
        let what = self
            .keyword()
            .filter(|w| ["null", "true", "false", "unknown", "distinct"].contains(&w.as_str()));
        let node = match what.as_deref() {
            Some("distinct") => {
                self.at += 1;
                self.word("from").then_some(())?;
                let same = match self.context.family {
                    Family::Postgres => "is not distinct from",
                    _ => "is",
                };
                Node::binary(same, left, self.expression(COMPARE + 1)?).not()
            }
            Some(what) => {
                self.at += 1;
                Node::Is(Box::new(left), what.to_owned())
            }
            None => Node::binary("is", left, self.expression(COMPARE + 1)?),
        };
        Some(if negated { node.not() } else { node })
    }

    fn prefix(&mut self) -> Option<Node> {
        let token = self.peek(0)?.clone();
        self.at += 1;
        match token {
            Token::Number(n) => Some(Node::Number(n)),
            Token::Text(text) => Some(Node::Text(text)),
            Token::Blob(digits) => Some(Node::Blob(digits)),
            Token::Comment(_) => None,
            Token::Sign(sign) => match sign.as_str() {
                "(" => {
                    let mut list = self.list(")")?;
                    match (list.len(), list.pop()) {
                        (1, one) => one,
                        (0, _) => None,
                        (_, last) => {
                            list.extend(last);
                            Some(Node::Row(list))
                        }
                    }
                }
                "-" => Some(self.expression(UNARY)?.negative()),
                "+" => self.expression(UNARY),
                "*" => Some(Node::Word("*".to_owned())),
                "~" | "!" => Some(Node::Unary(sign, Box::new(self.expression(UNARY)?))),
                _ => None,
            },
            Token::Word {
                text,
                quoted: false,
            } => self.after_word(&text),
            Token::Word { text, quoted: true } => self.named(&text, true),
        }
    }

    fn after_word(&mut self, text: &str) -> Option<Node> {
        let word = text.to_ascii_lowercase();
        let before_text = matches!(self.peek(0), Some(Token::Text(_) | Token::Blob(_)));
        match word.as_str() {
            "null" => Some(Node::Word(word)),
            // MySQL has no truth values but 1 and 0, and says so.
            "true" | "false" if self.context.family != Family::Postgres => Some(Node::Number(
                if word == "true" { "1" } else { "0" }.to_owned(),
            )),
            "true" | "false" => Some(Node::Word(word)),
            "not" => Some(self.expression(NOT)?.not()),
            "case" => self.case(),
            "cast" if self.sign("(") => {
                let inner = self.expression(0)?;
                self.word("as").then_some(())?;
                let to = self.type_name()?;
                self.sign(")").then_some(())?;
                Some(inner.cast(to, &self.context))
            }
            "array" if self.sign("[") => Some(Node::Array(self.list("]")?)),
            "binary" if self.context.family == Family::Mysql => {
                Some(Node::Unary(word, Box::new(self.expression(UNARY)?)))
            }
            "date" | "time" | "timestamp" | "timestamptz" | "interval" if before_text => {
                self.prefix()
            }
            introducer if introducer.starts_with('_') && before_text => self.prefix(),
            "select" | "exists" | "interval" | "distinct" => None,
            _ => self.named(text, false),
        }
    }

    /// A column or a call, behind its first name.
    fn named(&mut self, first: &str, quoted: bool) -> Option<Node> {
        let (mut name, mut quoted) = (first.to_owned(), quoted);
        while self.sign(".") {
            let Some(Token::Word { text, quoted: q }) = self.peek(0).cloned() else {
                return None;
            };
            self.at += 1;
            (name, quoted) = (text, q);
        }
        let folded = self.context.fold(&name, quoted);
        if self.sign("(") {
            return self.call(folded.to_lowercase());
        }
        const WITHOUT_PARENTHESES: &[&str] = &[
            "current_timestamp",
            "current_date",
            "current_time",
            "localtimestamp",
            "localtime",
            "current_user",
            "session_user",
        ];
        match folded.as_str() {
            word if !quoted && WITHOUT_PARENTHESES.contains(&word) => {
                Some(Node::Call(folded, Vec::new()))
            }
            _ => Some(Node::Column(folded)),
        }
    }

    /// The arguments of a call. Words between them, as in `substring(a FROM 1 FOR 2)`, are commas.
    fn call(&mut self, name: String) -> Option<Node> {
        let worded =
            ["extract", "trim", "substring", "position", "overlay"].contains(&name.as_str());
        let mut arguments = Vec::new();
        if worded {
            self.word("both");
            while !self.sign(")") {
                let separated = self.sign(",")
                    || ["from", "for", "in", "placing"]
                        .iter()
                        .any(|w| self.word(w));
                if !separated || arguments.is_empty() {
                    arguments.push(self.expression(PATTERN + 1)?);
                }
            }
        } else {
            arguments = self.list(")")?;
        }
        if let ("unhex", [Node::Text(digits)]) = (name.as_str(), arguments.as_slice()) {
            return Some(Node::Blob(digits.to_lowercase()));
        }
        let name = match name.as_str() {
            "now" => "current_timestamp".to_owned(),
            "btrim" => "trim".to_owned(),
            "substr" => "substring".to_owned(),
            _ => name,
        };
        Some(Node::Call(name, arguments))
    }

    /// Expressions between commas, up to the sign.
    fn list(&mut self, end: &str) -> Option<Vec<Node>> {
        let mut list = Vec::new();
        if self.sign(end) {
            return Some(list);
        }
        loop {
            list.push(self.expression(0)?);
            if self.sign(end) {
                return Some(list);
            }
            self.sign(",").then_some(())?;
        }
    }

    fn case(&mut self) -> Option<Node> {
        let operand = match self.peek(0)?.is_word("when") {
            true => None,
            false => Some(Box::new(self.expression(0)?)),
        };
        let mut arms = Vec::new();
        while self.word("when") {
            let condition = self.expression(0)?;
            self.word("then").then_some(())?;
            arms.push((condition, self.expression(0)?));
        }
        let other = match self.word("else") {
            true => Some(Box::new(self.expression(0)?)),
            false => None,
        };
        // PostgreSQL writes what it would be without.
        let other = other.filter(|node| **node != Node::Word("null".to_owned()));
        self.word("end").then_some(Node::Case(operand, arms, other))
    }

    fn name(&mut self) -> Option<String> {
        let Some(Token::Word { text, quoted }) = self.peek(0).cloned() else {
            return None;
        };
        self.at += 1;
        if self.sign(".") {
            return self.name();
        }
        Some(self.context.fold(&text, quoted))
    }

    fn type_name(&mut self) -> Option<String> {
        let (name, length) = type_name::read(&self.tokens[self.at..])?;
        self.at += length;
        Some(name)
    }
}

/// How tightly an operator binds; the higher, the tighter. 0 and `None` end an expression.
fn level(op: &str, family: Family) -> Option<u8> {
    use Family::{Mysql, Postgres, Sqlite};
    Some(match (op, family) {
        ("or", _) | ("||", Mysql) => OR,
        ("and" | "&&", Mysql) | ("and", _) => AND,
        ("is" | "isnull" | "notnull", Postgres) => 4,
        ("in" | "like" | "ilike" | "between" | "similar", Postgres) => PATTERN,
        ("=" | "<" | ">" | "<=" | ">=" | "<>" | "!=", Postgres) => COMPARE,
        (
            "=" | "==" | "<>" | "!=" | "is" | "isnull" | "notnull" | "in" | "like" | "glob"
            | "match" | "regexp" | "between",
            Sqlite,
        ) => 4,
        ("<" | ">" | "<=" | ">=", Sqlite) => COMPARE,
        (
            "=" | "<" | ">" | "<=" | ">=" | "<>" | "!=" | "<=>" | "is" | "in" | "like" | "regexp"
            | "rlike" | "between",
            Mysql,
        ) => COMPARE,
        ("|", Mysql) => PATTERN,
        ("&" | "|" | "<<" | ">>", Sqlite | Mysql) => 7,
        ("||" | "->" | "->>", Sqlite) | ("^" | "->" | "->>", Mysql) | ("^", Postgres) => 11,
        ("+" | "-", _) => 9,
        ("*" | "/" | "%", _) | ("div" | "mod", Mysql) => 10,
        ("at", Postgres) => UNARY,
        ("collate", _) => 13,
        ("::", Postgres) => 14,
        (op, Postgres) if op.chars().all(|c| "+-*/<>=~!@#%^&|?".contains(c)) => 8,
        _ => return None,
    })
}
