//! Queries for related rows: from the row around them, or for many rows at once, with a limit for each.

use super::Writer;
use super::writer::Scope;
use crate::dialect::KEY_TABLE;
use crate::expr::{ColumnRef, Node};
use crate::model::{Hop, RelationDef};
use crate::query::{Keys, Link, LinkTo};

/// The tables between the two ends of a relation, and the condition that they make.
pub(super) struct Linked<'s> {
    relation: &'static RelationDef,
    to: &'s LinkTo,
    /// The scope of the row that has the relation.
    around: Option<Scope>,
    /// The scopes of the tables between, the nearest to that row first.
    between: Vec<Scope>,
    own: Scope,
    /// Whether the values of the rows come from a table of their own, which stands before the query.
    lateral: bool,
}

impl<'s> Linked<'s> {
    /// Prepares the link of the query that was entered last; `around` is the row around it.
    pub(super) fn new(
        w: &mut Writer,
        link: &'s Link,
        around: Option<Scope>,
        lateral: bool,
    ) -> Option<Self> {
        let own = w.current()?;
        let hops = link.relation.hops();
        let between = hops[..hops.len() - 1]
            .iter()
            .map(|hop| w.scope(hop.to, None))
            .collect();
        Some(Self {
            relation: link.relation,
            to: &link.to,
            around,
            between,
            own,
            lateral,
        })
    }

    /// The table whose columns refer to the rows that have the relation.
    fn near(&self) -> Scope {
        self.between.first().copied().unwrap_or(self.own)
    }

    fn first(&self) -> &'static Hop {
        &self.relation.hops()[0]
    }

    /// Whether the tables between are joined. A row that is reached in two ways would come twice by that.
    fn joins(&self) -> bool {
        self.relation.is_unique()
    }

    /// Appends the joins, behind the query's own table.
    pub(super) fn write_joins(&self, w: &mut Writer) {
        if self.between.is_empty() {
            return;
        }
        if self.joins() {
            return self.chain(w, self.own);
        }
        if matches!(self.to, LinkTo::Rows(_)) {
            // Each pair of rows once, however many ways lead from the one to the other.
            let (last, hop) = self.far();
            w.push(" JOIN (SELECT DISTINCT ");
            w.list(
                self.first().to_columns.iter().enumerate(),
                |w, (i, column)| {
                    w.column_of(self.near(), *column);
                    w.push(" AS ");
                    w.ident(&format!("p{i}"));
                },
            );
            for (i, column) in hop.from_columns.iter().enumerate() {
                w.push(", ");
                w.column_of(last, *column);
                w.push(" AS ");
                w.ident(&format!("k{i}"));
            }
            w.push(" FROM ");
            w.table(last.model);
            w.alias_of(last);
            self.chain_before(w);
            w.push(" WHERE ");
            self.rows_condition(w);
            w.push(") AS ");
            w.ident("link");
            w.push(" ON ");
            for (i, column) in hop.to_columns.iter().enumerate() {
                if i > 0 {
                    w.push(" AND ");
                }
                w.ident("link");
                w.push(".");
                w.ident(&format!("k{i}"));
                w.push(" = ");
                w.column_of(self.own, *column);
            }
        }
    }

    /// The table that leads to the query's own, and the step from it.
    fn far(&self) -> (Scope, &'static Hop) {
        let hops = self.relation.hops();
        (
            self.between.last().copied().unwrap_or(self.own),
            &hops[hops.len() - 1],
        )
    }

    /// Joins the tables between, from the far end to the near one.
    fn chain(&self, w: &mut Writer, own: Scope) {
        let (last, hop) = self.far();
        w.push(" JOIN ");
        w.table(last.model);
        w.alias_of(last);
        w.push(" ON ");
        w.equal(last, &hop.from_columns, own, &hop.to_columns);
        self.chain_before(w);
    }

    fn chain_before(&self, w: &mut Writer) {
        let hops = self.relation.hops();
        for at in (1..self.between.len()).rev() {
            let (near, far, hop) = (self.between[at - 1], self.between[at], &hops[at]);
            w.push(" JOIN ");
            w.table(near.model);
            w.alias_of(near);
            w.push(" ON ");
            w.equal(near, &hop.from_columns, far, &hop.to_columns);
        }
    }

    /// Whether the rows that have the relation are found by a condition, and not by a join already.
    pub(super) fn has_condition(&self) -> bool {
        self.joins() || matches!(self.to, LinkTo::Outer)
    }

    /// Appends the condition on the rows that have the relation.
    pub(super) fn condition(&self, w: &mut Writer) {
        match self.to {
            LinkTo::Outer if self.joins() => self.outer_condition(w),
            LinkTo::Outer => {
                let (last, hop) = self.far();
                w.push("EXISTS (SELECT 1 FROM ");
                w.table(last.model);
                w.alias_of(last);
                self.chain_before(w);
                w.push(" WHERE ");
                w.equal(last, &hop.from_columns, self.own, &hop.to_columns);
                w.push(" AND ");
                self.outer_condition(w);
                w.push(")");
            }
            LinkTo::Rows(_) => self.rows_condition(w),
        }
    }

    fn outer_condition(&self, w: &mut Writer) {
        match self.around {
            Some(around) => w.equal(
                self.near(),
                &self.first().to_columns,
                around,
                &self.first().from_columns,
            ),
            None => w.fail(crate::Error::invalid_query(format!(
                "`{:?}` is seen from a row of `{}`, and there is none around",
                self.relation,
                self.relation.from().name
            ))),
        }
    }

    fn rows_condition(&self, w: &mut Writer) {
        let LinkTo::Rows(rows) = self.to else { return };
        let (near, columns) = (self.near(), &self.first().to_columns);
        if self.lateral {
            for (i, column) in columns.iter().enumerate() {
                if i > 0 {
                    w.push(" AND ");
                }
                w.column_of(near, *column);
                w.push(" = ");
                Self::key_name(w, i);
            }
            return;
        }
        let needle = |index: usize| {
            Node::Column(ColumnRef {
                model: near.model,
                index,
            })
        };
        w.beside(near, |w| match (columns.as_slice(), rows.len()) {
            ([column], 1) => w.expr(&Node::Binary(
                Box::new(needle(*column)),
                crate::expr::BinaryOp::Eq,
                Box::new(Node::Value(rows.column(0).remove(0))),
            )),
            ([column], _) => {
                let kind = near.model.columns[*column].ty.kind;
                w.dialect()
                    .in_values(w, &needle(*column), kind, rows.column(0), true);
            }
            (columns, _) => {
                let needles: Vec<Node> = columns.iter().map(|column| needle(*column)).collect();
                w.dialect().in_rows(w, &needles, rows);
            }
        });
    }

    /// Appends the columns that say for which row a related row is, behind everything that is selected.
    pub(super) fn parent(&self, w: &mut Writer) {
        if !matches!(self.to, LinkTo::Rows(_)) {
            return;
        }
        for (i, column) in self.first().to_columns.iter().enumerate() {
            w.push(", ");
            if self.joins() {
                w.column_of(self.near(), *column);
            } else {
                w.ident("link");
                w.push(".");
                w.ident(&format!("p{i}"));
            }
        }
    }

    /// Appends the same columns for a window over the related rows of each row.
    pub(super) fn partition(&self, w: &mut Writer) {
        w.list(
            self.first().to_columns.iter().enumerate(),
            |w, (i, column)| {
                if self.joins() {
                    w.column_of(self.near(), *column);
                } else {
                    w.ident("link");
                    w.push(".");
                    w.ident(&format!("p{i}"));
                }
            },
        );
    }

    /// The columns that refer to the rows that have the relation, for a table of their values.
    pub(super) fn key_columns(link: &Link) -> Vec<ColumnRef> {
        let (model, columns) = link.relation.near();
        columns
            .iter()
            .map(|index| ColumnRef {
                model,
                index: *index,
            })
            .collect()
    }

    /// Appends a column of a table of keys.
    pub(super) fn key_name(w: &mut Writer, column: usize) {
        w.ident(KEY_TABLE);
        w.push(".");
        w.ident(&format!("k{column}"));
    }

    /// How many rows the query is for; `None` if it is for the row around it.
    pub(super) fn rows(link: &Link) -> Option<&Keys> {
        match &link.to {
            LinkTo::Outer => None,
            LinkTo::Rows(rows) => Some(rows),
        }
    }
}
