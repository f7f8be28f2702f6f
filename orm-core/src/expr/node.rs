//! The plain, untyped form of an expression: what the renderer sees.

use std::sync::Arc;

use crate::model::{ColumnDef, ModelDef, RelationDef};
use crate::query::RawSql;
use crate::query::SelectStatement;
use crate::value::{EncodeError, Kind, Value};

/// An expression as plain data.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Node {
    /// A column of the query's own model.
    Column(ColumnRef),
    /// A column of a query around this one.
    Outer(ColumnRef),
    /// A value to bind.
    Value(Value),
    /// A value that could not be encoded; reported when the query is rendered, before any SQL is sent.
    Invalid(EncodeError),
    /// A mistake in the query itself; reported when the query is rendered, before any SQL is sent.
    Mistake(String),
    /// `left op right`.
    Binary(Box<Node>, BinaryOp, Box<Node>),
    /// All of these.
    And(Vec<Node>),
    /// One of these.
    Or(Vec<Node>),
    /// The opposite.
    Not(Box<Node>),
    /// Minus the number.
    Negate(Box<Node>),
    /// Whether it is NULL (`true`) or not (`false`).
    IsNull(Box<Node>, bool),
    /// Whether it is in a set (`true`) or not (`false`).
    In(Box<Node>, SetNode, bool),
    /// Whether it lies between two others, both included.
    Between(Box<[Node; 3]>),
    /// Whether text matches a pattern.
    Like(Box<Node>, Pattern),
    /// A function.
    Call(super::Call, Vec<Node>),
    /// An aggregate over rows; the kind is that of its argument.
    Aggregate {
        /// The function.
        op: AggregateOp,
        /// What it is over; nothing for `count(*)`.
        of: Option<Box<Node>>,
        /// The argument's kind.
        kind: Kind,
        /// Whether equal values count once.
        distinct: bool,
    },
    /// Whether a row of a rollup is over all values of this.
    Grouping(Box<Node>),
    /// `CASE WHEN … THEN … ELSE … END`.
    Case(Vec<(Node, Node)>, Option<Box<Node>>),
    /// The value at a path of a JSON document, read as the kind.
    Json(Box<Node>, Vec<super::JsonStep>, Kind),
    /// A path of a JSON document, in the database's own form.
    Path(Vec<super::JsonStep>),
    /// A regular expression whose matches are replaced, in the database's own form.
    Regex(Box<super::Regex>),
    /// What they are replaced by, in the database's own form.
    Replacement(super::Replacement),
    /// What is asked of a full-text index.
    Search(Box<super::SearchCall>),
    /// Whether a query has rows (`true`) or none (`false`).
    Exists(Box<SelectStatement>, bool),
    /// Whether the row is among the first ones of its group, as the query inside says.
    FirstOfGroup(Box<SelectStatement>),
    /// A query that gives one value.
    Subquery(Box<SelectStatement>),
    /// The value that an upsert would have inserted.
    Excluded(ColumnRef),
    /// An expression over the row that a relation leads to.
    Related(Join, Box<Node>),
    /// Whether a condition is anything but true: false, or unknown because of a NULL.
    NotTrue(Box<Node>),
    /// An expression in the form in which a column stores it.
    Stored(Box<Node>, ColumnRef),
    /// A value that a window of rows around the row gives.
    Window(Box<super::Window>),
    /// A value of queries that are put together, by its place and kind, where it is no column.
    Part(usize, Option<Kind>),
    /// What a tree says of the row.
    InTree(crate::query::InTree),
    /// Whether the row is among those that a query numbers or compares by a window; see [`Kept`](super::Kept).
    Kept(Box<super::Kept>),
    /// Hand-written SQL with bound values.
    Raw(RawSql),
}

/// A relation to one row, whose columns are read beside those of the query's own model.
#[derive(Debug, Clone)]
pub struct Join {
    /// The relation.
    pub relation: &'static RelationDef,
    /// Conditions that the row must meet, or it counts as missing.
    pub on: Option<Arc<Vec<Node>>>,
}

impl Join {
    /// Whether both stand for the same row, so that one join serves them.
    pub(crate) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self.relation, other.relation)
            && match (&self.on, &other.on) {
                (None, None) => true,
                (Some(a), Some(b)) => Arc::ptr_eq(a, b),
                _ => false,
            }
    }
}

impl Node {
    /// Shows the parts that it is made of; those of a query inside it are not among them.
    pub(crate) fn parts<'n>(&'n self, show: &mut dyn FnMut(&'n Node)) {
        match self {
            Self::Column(_)
            | Self::Outer(_)
            | Self::Value(_)
            | Self::Invalid(_)
            | Self::Mistake(_)
            | Self::Path(_)
            | Self::Regex(_)
            | Self::Replacement(_)
            | Self::Search(_)
            | Self::Exists(..)
            | Self::FirstOfGroup(_)
            | Self::Subquery(_)
            | Self::Excluded(_)
            | Self::Kept(_)
            | Self::Part(..)
            | Self::InTree(_)
            | Self::Raw(_) => {}
            Self::Binary(left, _, right) => {
                show(left);
                show(right);
            }
            Self::And(all) | Self::Or(all) | Self::Call(_, all) => all.iter().for_each(show),
            Self::Between(all) => all.iter().for_each(show),
            Self::Not(inner)
            | Self::Negate(inner)
            | Self::IsNull(inner, _)
            | Self::In(inner, ..)
            | Self::Like(inner, _)
            | Self::Json(inner, ..)
            | Self::Related(_, inner)
            | Self::Stored(inner, _)
            | Self::Grouping(inner)
            | Self::NotTrue(inner) => show(inner),
            Self::Window(window) => window.parts(show),
            Self::Aggregate { of, .. } => of.as_deref().into_iter().for_each(show),
            Self::Case(arms, otherwise) => {
                for (condition, value) in arms {
                    show(condition);
                    show(value);
                }
                otherwise.as_deref().into_iter().for_each(show);
            }
        }
    }

    /// Gives the parts that it is made of to be changed; those of a query inside it are not among them.
    pub(crate) fn change_parts(&mut self, change: &mut dyn FnMut(&mut Node)) {
        match self {
            Self::Column(_)
            | Self::Outer(_)
            | Self::Value(_)
            | Self::Invalid(_)
            | Self::Mistake(_)
            | Self::Path(_)
            | Self::Regex(_)
            | Self::Replacement(_)
            | Self::Search(_)
            | Self::Exists(..)
            | Self::FirstOfGroup(_)
            | Self::Subquery(_)
            | Self::Excluded(_)
            | Self::Kept(_)
            | Self::Part(..)
            | Self::InTree(_)
            | Self::Raw(_) => {}
            Self::Binary(left, _, right) => {
                change(left);
                change(right);
            }
            Self::And(all) | Self::Or(all) | Self::Call(_, all) => all.iter_mut().for_each(change),
            Self::Between(all) => all.iter_mut().for_each(change),
            Self::Not(inner)
            | Self::Negate(inner)
            | Self::IsNull(inner, _)
            | Self::In(inner, ..)
            | Self::Like(inner, _)
            | Self::Json(inner, ..)
            | Self::Related(_, inner)
            | Self::Stored(inner, _)
            | Self::Grouping(inner)
            | Self::NotTrue(inner) => change(inner),
            Self::Window(window) => window.change_parts(change),
            Self::Aggregate { of, .. } => of.as_deref_mut().into_iter().for_each(change),
            Self::Case(arms, otherwise) => {
                for (condition, value) in arms {
                    change(condition);
                    change(value);
                }
                otherwise.as_deref_mut().into_iter().for_each(change);
            }
        }
    }

    /// Whether it, or a part of it, is of this kind.
    pub(crate) fn any(&self, is: &mut dyn FnMut(&Node) -> bool) -> bool {
        if is(self) {
            return true;
        }
        let mut found = false;
        self.parts(&mut |part| found = found || part.any(is));
        found
    }
}

/// A column and the model that it belongs to.
#[derive(Clone, Copy)]
pub struct ColumnRef {
    /// The model.
    pub model: &'static ModelDef,
    /// The index in the model's columns.
    pub index: usize,
}

impl ColumnRef {
    /// The column's definition.
    pub fn def(self) -> &'static ColumnDef {
        &self.model.columns[self.index]
    }
}

impl std::fmt::Debug for ColumnRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}::{}", self.model.name, self.def().field)
    }
}

impl PartialEq for ColumnRef {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.model, other.model) && self.index == other.index
    }
}

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BinaryOp {
    /// `=`
    Eq,
    /// `<>`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `+`, on numbers of the kind.
    Add(Kind),
    /// `-`, on numbers of the kind.
    Sub(Kind),
    /// `*`, on numbers of the kind.
    Mul(Kind),
    /// `/`, on numbers of the kind; between integers it gives an integer.
    Div(Kind),
    /// Remainder.
    Rem(Kind),
}

impl BinaryOp {
    /// Whether it compares.
    pub fn is_comparison(self) -> bool {
        matches!(
            self,
            Self::Eq | Self::Ne | Self::Lt | Self::Le | Self::Gt | Self::Ge
        )
    }
}

/// What `in_` looks into.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum SetNode {
    /// A list of values of one kind, of any length.
    Values(Kind, Vec<Value>),
    /// A value of the list could not be encoded.
    Invalid(EncodeError),
    /// The rows of a query.
    Query(Box<SelectStatement>),
}

/// A pattern that text is compared with. Upper and lower case are different, but where it says otherwise.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pattern {
    /// The text begins so.
    StartsWith(String),
    /// The text ends so.
    EndsWith(String),
    /// The text holds this.
    Contains(String),
    /// An SQL pattern: `%` is any text, `_` any character, `\` takes the next character as it is.
    Like(String),
    /// The same, where upper and lower case are equal.
    InsensitiveLike(String),
    /// The text holds this, where upper and lower case are equal.
    InsensitiveContains(String),
    /// A part of the text matches a regular expression.
    Regex(super::Regex),
}

impl std::fmt::Debug for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::StartsWith(_) => "StartsWith(…)",
            Self::EndsWith(_) => "EndsWith(…)",
            Self::Contains(_) => "Contains(…)",
            Self::Like(_) => "Like(…)",
            Self::InsensitiveLike(_) => "InsensitiveLike(…)",
            Self::InsensitiveContains(_) => "InsensitiveContains(…)",
            Self::Regex(_) => "Regex(…)",
        })
    }
}

/// A function over many rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AggregateOp {
    /// How many.
    Count,
    /// The sum; NULL over no rows.
    Sum,
    /// The mean, as a float; NULL over no rows.
    Avg,
    /// The least; NULL over no rows.
    Min,
    /// The greatest; NULL over no rows.
    Max,
}
