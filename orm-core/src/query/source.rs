//! What a query reads its rows from in the place of its model's table, as plain data.

use super::SelectStatement;
use crate::expr::Node;
use crate::model::{ModelDef, RelationDef};
use crate::value::Value;

/// A query under a name, which a model of rows (`#[model(query)]`) stands for.
#[derive(Debug, Clone)]
pub struct NamedQuery {
    /// The model: its table is the name, its columns are those of the query.
    pub model: &'static ModelDef,
    /// What the name stands for.
    pub body: WithBody,
}

/// What the name of a query stands for.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum WithBody {
    /// The rows of a query.
    Query(Box<SelectStatement>),
    /// The rows of the first query, and those that the second finds for rows that are there, until it finds no others.
    Recursive(Box<[SelectStatement; 2]>),
    /// These rows.
    Values(Vec<Vec<Value>>),
    /// A value of a row could not be encoded; why.
    Invalid(String),
}

/// What stands in the place of the model's table.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Origin {
    /// The rows of two queries.
    Compound(Box<Compound>),
    /// The table, and beside each row its place in a tree.
    Tree(Box<Tree>),
}

/// The rows of two queries, put together.
#[derive(Debug, Clone)]
pub struct Compound {
    /// How.
    pub op: SetOp,
    /// Whether equal rows count by themselves.
    pub all: bool,
    /// The queries.
    pub parts: [SelectStatement; 2],
    /// The columns of the model that the rows have, in order; `None` for a value that is no column, which has the name `c` and its
    /// number.
    pub columns: Vec<Option<usize>>,
}

/// How the rows of two queries are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SetOp {
    /// The rows of both.
    Union,
    /// The rows that both have.
    Intersect,
    /// The rows that the first has and the second has not.
    Except,
}

/// The rows that a relation of a model with itself leads to, step by step.
#[derive(Debug, Clone)]
pub struct Tree {
    /// The rows to begin with.
    pub roots: Vec<Node>,
    /// The relation.
    pub relation: &'static RelationDef,
}

/// What a tree says of each row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InTree {
    /// How many steps lead to it.
    Depth,
    /// The keys of the rows on the way to it, and its own.
    Path,
}
