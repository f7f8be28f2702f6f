//! Statements as plain data: what the builders fill in and the renderer reads.

use crate::expr::{ColumnRef, Node, OrderTerm};
use crate::model::{ModelDef, RelationDef};
use crate::value::Value;

/// A `SELECT`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SelectStatement {
    /// The model whose table is read.
    pub model: &'static ModelDef,
    /// What stands in the place of the model's table, if anything does.
    pub source: Option<super::Origin>,
    /// Queries under a name, which this one and those inside of it read.
    pub with: Vec<super::NamedQuery>,
    /// What is read of each row.
    pub selected: Selected,
    /// What is read of each row beside that, behind it.
    pub extra: Vec<Node>,
    /// The rows that other statements read for the rows of this one.
    pub loads: Vec<Load>,
    /// The rows that these rows are related to, and by what.
    pub link: Option<Link>,
    /// Whether equal rows are given once.
    pub distinct: bool,
    /// Conditions that all must hold.
    pub filter: Vec<Node>,
    /// Whether the filter is the primary key, so that there is one row at most.
    pub by_key: bool,
    /// What rows are grouped by.
    pub group_by: Vec<Node>,
    /// Whether there are groups of fewer columns as well, up to one of all rows.
    pub rollup: bool,
    /// Conditions on groups that all must hold.
    pub having: Vec<Node>,
    /// The ordering.
    pub order_by: Vec<OrderTerm>,
    /// At most this many rows.
    pub limit: Option<u64>,
    /// Leave out this many rows.
    pub offset: Option<u64>,
    /// Begin behind, or end before, a row.
    pub keyset: Option<Keyset>,
    /// Only the first rows of each group.
    pub per_group: Option<PerGroup>,
    /// Lock the rows.
    pub lock: Option<Lock>,
}

impl SelectStatement {
    /// All rows of the model.
    pub fn new(model: &'static ModelDef) -> Self {
        Self {
            model,
            source: None,
            with: Vec::new(),
            selected: Selected::Model,
            extra: Vec::new(),
            loads: Vec::new(),
            link: None,
            distinct: false,
            filter: Vec::new(),
            by_key: false,
            group_by: Vec::new(),
            rollup: false,
            having: Vec::new(),
            order_by: Vec::new(),
            limit: None,
            offset: None,
            keyset: None,
            per_group: None,
            lock: None,
        }
    }

    /// Whether it says nothing about the rows of its table but conditions.
    pub(crate) fn only_filters(&self) -> bool {
        self.limit.is_none()
            && self.offset.is_none()
            && self.keyset.is_none()
            && self.per_group.is_none()
            && self.order_by.is_empty()
            && self.group_by.is_empty()
            && self.having.is_empty()
            && !self.distinct
            && self.source.is_none()
            && self.lock.is_none()
    }

    /// Where the columns by which related rows find the rows they belong to stand among what is selected; `None` if they are not
    /// selected, and are read behind everything else.
    pub(crate) fn owner_places(&self) -> Option<&[usize]> {
        let [hop] = self.link.as_ref()?.relation.hops() else {
            return None;
        };
        let visible = match self.selected {
            Selected::Model => self.model.visible,
            Selected::Nodes(_) | Selected::Nothing => 0,
        };
        let columns = hop.to_columns.as_slice();
        columns
            .iter()
            .all(|index| *index < visible)
            .then_some(columns)
    }
}

/// Related rows that are read by a statement of their own, for all rows together.
#[derive(Debug, Clone)]
pub struct Load {
    /// The relation.
    pub relation: &'static RelationDef,
    /// The columns by which a row's related rows are found.
    pub key: Vec<Node>,
    /// What is read of the related rows; limit and offset count for the rows of each one by itself.
    pub statement: SelectStatement,
    /// Makes what takes the related rows.
    pub(crate) gather: crate::shape::NewGather,
}

/// What makes the rows of a query related rows.
#[derive(Debug, Clone)]
pub struct Link {
    /// The relation that leads to them.
    pub relation: &'static RelationDef,
    /// The rows that have it.
    pub to: LinkTo,
}

/// The rows that have a relation.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum LinkTo {
    /// The row of the query around this one.
    Outer,
    /// Rows with these values in the relation's columns, one for each of the rows; the query gives the values behind all else.
    Rows(super::Keys),
}

/// What a `SELECT` reads of each row.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Selected {
    /// The columns of the model's struct.
    Model,
    /// These expressions.
    Nodes(Vec<Node>),
    /// Nothing: it is only asked whether there are rows.
    Nothing,
}

/// Where a page begins or ends, in the ordering of the query.
#[derive(Debug, Clone)]
pub struct Keyset {
    /// The row's values for the terms of the ordering.
    pub values: Vec<Value>,
    /// Whether the rows before it are wanted, not those behind it.
    pub before: bool,
}

/// How many rows of each group are kept, the first ones by the query's ordering.
#[derive(Debug, Clone)]
pub struct PerGroup {
    /// At most this many.
    pub rows: u64,
    /// What the rows of a group have in common.
    pub by: Vec<Node>,
}

/// A lock on the rows that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lock {
    /// What others may still do.
    pub strength: LockStrength,
    /// What to do about rows that others have locked.
    pub wait: LockWait,
}

/// What others may still do with locked rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LockStrength {
    /// Nothing but read.
    Update,
    /// Read, and lock them in the same way.
    Share,
}

/// What to do about rows that others have locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LockWait {
    /// Wait.
    Wait,
    /// Leave them out.
    SkipLocked,
    /// Fail at once.
    NoWait,
}

/// An `INSERT` of one or more rows.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct InsertStatement {
    /// The model whose table is written.
    pub model: &'static ModelDef,
    /// The columns that are written, by index in the model's columns.
    pub columns: Vec<usize>,
    /// One value a column, row after row.
    pub rows: Vec<Vec<Value>>,
    /// What to do when a row is there already.
    pub conflict: Option<Conflict>,
}

impl InsertStatement {
    /// An insert of these columns, without rows yet.
    pub(crate) fn plain(model: &'static ModelDef, columns: Vec<usize>) -> Self {
        Self {
            model,
            columns,
            rows: Vec::new(),
            conflict: None,
        }
    }

    /// Where each row has its value for a column of the model; `None` if the database makes it.
    pub(crate) fn position(&self, column: usize) -> Option<usize> {
        self.columns.iter().position(|c| *c == column)
    }

    /// Where each row has the values of these columns; `None` if the database makes one of them.
    pub(crate) fn positions(&self, columns: &[usize]) -> Option<Vec<usize>> {
        columns
            .iter()
            .map(|column| self.position(*column))
            .collect()
    }
}

/// What an `INSERT` does when a row is there already.
#[derive(Debug, Clone)]
pub struct Conflict {
    /// The unique columns, by index.
    pub target: Vec<usize>,
    /// What to do.
    pub action: ConflictAction,
    /// Conditions that the row must meet to be changed.
    pub condition: Vec<Node>,
}

impl Conflict {
    /// What a row that is there already is changed to.
    pub(crate) fn assignments(&self) -> &[Assignment] {
        match &self.action {
            ConflictAction::Update(assignments) => assignments,
            ConflictAction::Nothing => &[],
        }
    }
}

/// What to do with a row that is there already.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ConflictAction {
    /// Leave it as it is.
    Nothing,
    /// Change it.
    Update(Vec<Assignment>),
}

/// `column = value`.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// The column.
    pub column: ColumnRef,
    /// The value or expression.
    pub value: Node,
}

/// An `UPDATE`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct UpdateStatement {
    /// The model whose table is written.
    pub model: &'static ModelDef,
    /// What is assigned.
    pub assignments: Vec<Assignment>,
    /// Conditions that all must hold.
    pub filter: Vec<Node>,
    /// Whether every row may be changed although there is no condition.
    pub all_rows: bool,
    /// Whether the changed rows are read back.
    pub returning: bool,
}

/// A `DELETE`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DeleteStatement {
    /// The model whose table is written.
    pub model: &'static ModelDef,
    /// Conditions that all must hold.
    pub filter: Vec<Node>,
    /// Whether every row may be deleted although there is no condition.
    pub all_rows: bool,
}
