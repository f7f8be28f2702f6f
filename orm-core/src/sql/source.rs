//! What a query reads from in the place of its model's table, and queries under a name.

use super::Writer;
use super::select::{self, Names};
use super::writer::Scope;
use crate::dialect::Feature;
use crate::error::Error;
use crate::expr::{ColumnRef, Node};
use crate::query::{
    Compound, NamedQuery, Origin, SelectStatement, Selected, SetOp, Tree, WithBody,
};
use crate::value::{Kind, Value};

/// The table of the rows of a tree.
const TREE: &str = "tree";
/// The query that walks along the relation.
const WALK: &str = "walk";

impl Writer {
    /// Appends what a query reads from, behind `FROM`.
    pub(super) fn from(&mut self, statement: &SelectStatement) {
        match &statement.source {
            None => {
                self.table(statement.model);
                self.alias();
            }
            Some(Origin::Compound(compound)) => {
                self.push("(");
                self.compound(compound);
                self.push(")");
                self.alias();
            }
            Some(Origin::Tree(tree)) => {
                self.table(statement.model);
                self.alias();
                self.tree(tree);
            }
        }
    }

    fn compound(&mut self, compound: &Compound) {
        if compound.all
            && compound.op != SetOp::Union
            && !self.dialect().supports(Feature::SetsOfEqualRows)
        {
            return self.unsupported(
                "`intersect_all` and `except_all`, which count equal rows; `intersect` and `except` do not",
            );
        }
        let [first, second] = &compound.parts;
        let model = first.model;
        let names: Vec<String> = compound
            .columns
            .iter()
            .enumerate()
            .map(|(at, column)| match column {
                Some(index) => model.columns[*index].name.clone().into_owned(),
                None => format!("c{at}"),
            })
            .collect();
        let equal = !(compound.all && compound.op == SetOp::Union);
        self.part(first, Names::Given(&names), equal);
        self.push(match (compound.op, compound.all) {
            (SetOp::Union, false) => " UNION ",
            (SetOp::Union, true) => " UNION ALL ",
            (SetOp::Intersect, false) => " INTERSECT ",
            (SetOp::Intersect, true) => " INTERSECT ALL ",
            (SetOp::Except, false) => " EXCEPT ",
            (SetOp::Except, true) => " EXCEPT ALL ",
        });
        self.part(second, Names::Given(&names), equal);
    }

    /// Appends a query that stands beside another one, or under a name. What it ends with is put into a query around it, since not
    /// every database takes parentheses here.
    fn part(&mut self, statement: &SelectStatement, names: Names<'_>, compared: bool) {
        if !statement.loads.is_empty() || !statement.extra.is_empty() {
            let message =
                "a query that is put together with another one reads plain rows; include behind it";
            return self.fail(Error::invalid_query(message));
        }
        if statement.lock.is_some() {
            let message = "rows of a query that stands inside of another one cannot be locked";
            return self.fail(Error::invalid_query(message));
        }
        let correlated = |node: &Node| node.any(&mut |part| matches!(part, Node::Outer(_)));
        if select::nodes(statement).any(correlated) {
            let message = "a query that is put together with others, or stands under a name, cannot see the row around it";
            return self.fail(Error::invalid_query(message));
        }
        let ends = !statement.order_by.is_empty()
            || statement.limit.is_some()
            || statement.offset.is_some()
            || !statement.with.is_empty();
        let mut whole;
        let mut statement = statement;
        if matches!(statement.selected, Selected::Model) {
            // Columns that are no part of the struct may be filtered by behind it.
            let model = statement.model;
            whole = statement.clone();
            let columns = (0..model.columns.len()).map(|index| ColumnRef { model, index });
            whole.selected = Selected::Nodes(columns.map(Node::Column).collect());
            statement = &whole;
        }
        if ends {
            self.push("SELECT * FROM (");
        }
        select::write_part(self, statement, names, compared);
        if ends {
            self.push(") AS ");
            self.ident("part");
        }
    }

    /// Appends queries under names, in front of the one that reads them. What it gives back is for [`end_with`](Self::end_with).
    pub(super) fn with(&mut self, all: &[NamedQuery]) -> usize {
        let before = self.named_queries.len();
        if all.is_empty() {
            return before;
        }
        self.number_all();
        let recursive = all
            .iter()
            .any(|with| matches!(with.body, WithBody::Recursive(_)));
        self.push(if recursive {
            "WITH RECURSIVE "
        } else {
            "WITH "
        });
        for (i, with) in all.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            self.ident(with.model.table);
            self.push(" (");
            self.list(with.model.visible_columns(), |w, column| {
                w.ident(&column.name)
            });
            self.push(") AS (");
            match &with.body {
                WithBody::Query(query) => self.part(query, Names::None, false),
                WithBody::Recursive(parts) => {
                    let [first, next] = &**parts;
                    self.part(first, Names::None, true);
                    self.push(" UNION ");
                    self.named_queries.push(with.model);
                    self.next_rows(next);
                }
                WithBody::Values(rows) => self.rows_of_values(with, rows),
                WithBody::Invalid(error) => self.fail(Error::invalid_query(error)),
            }
            self.push(")");
            self.named_queries.push(with.model);
        }
        self.push(" ");
        before
    }

    /// Forgets the names of queries.
    pub(super) fn end_with(&mut self, before: usize) {
        self.named_queries.truncate(before);
    }

    /// Databases agree on plain steps only.
    fn next_rows(&mut self, next: &SelectStatement) {
        let plain = next.order_by.is_empty()
            && next.limit.is_none()
            && next.offset.is_none()
            && next.group_by.is_empty()
            && next.with.is_empty()
            && next.source.is_none()
            && !next.distinct
            && !select::nodes(next).any(|node| node.is_aggregate() || node.is_windowed());
        if !plain {
            let message = "the second query of a recursion has filters only: no order, limit, group, aggregate or window";
            return self.fail(Error::invalid_query(message));
        }
        self.part(next, Names::None, true);
    }

    fn rows_of_values(&mut self, with: &NamedQuery, rows: &[Vec<Value>]) {
        let columns = with.model.visible_columns();
        if rows.is_empty() {
            self.push("SELECT ");
            self.list(columns, |w, column| {
                w.dialect().standalone(w, Value::null(column.ty));
            });
            let nothing = self.dialect().no_rows();
            return self.push(nothing);
        }
        // A union of selects is what all databases take, and what says which type a value has.
        for (i, row) in rows.iter().enumerate() {
            self.push(if i == 0 {
                "SELECT "
            } else {
                " UNION ALL SELECT "
            });
            self.list(columns.iter().zip(row), |w, (column, value)| {
                let value = w.dialect().fit(column, value.clone());
                w.dialect().standalone(w, value);
            });
        }
    }

    /// Appends the rows of a tree, with the place of each, behind the table.
    fn tree(&mut self, tree: &Tree) {
        let Some(own) = self.current() else { return };
        let model = own.model;
        let ([hop], [key]) = (tree.relation.hops(), model.key.as_slice()) else {
            let message = format!(
                "a tree needs a relation of one step and a key of one column; `{}::{}` leads further",
                model.name,
                tree.relation.name()
            );
            return self.fail(Error::invalid_query(message));
        };
        let kind = model.columns[*key].ty.kind;
        if !matches!(kind, Kind::I16 | Kind::I32 | Kind::I64 | Kind::U32) {
            let message = format!(
                "the rows of a tree are told apart by integers, and the key of `{}` is none",
                model.name
            );
            return self.fail(Error::invalid_query(message));
        }
        self.push(" JOIN (WITH RECURSIVE ");
        self.ident(WALK);
        self.push(" (");
        self.list(["k0", "depth", "path"], Self::ident);
        self.push(") AS (SELECT ");
        self.enter(model, false);
        for root in &tree.roots {
            self.join_for(root);
        }
        let Some(root) = self.current() else { return };
        self.column_of(root, *key);
        self.push(", ");
        self.dialect().standalone(self, Value::I64(0));
        self.push(", ");
        self.dialect().path_of(self, &|w| w.column_of(root, *key));
        self.push(" FROM ");
        self.table(model);
        self.alias();
        self.write_joins();
        select::filter(self, &tree.roots, None, &[]);
        self.leave();
        self.push(" UNION ALL SELECT ");
        let (from, to) = (self.scope(model, None), self.scope(model, None));
        self.step(from, to, *key);
        self.push(" FROM ");
        self.ident(WALK);
        self.push(" JOIN ");
        self.table(model);
        self.alias_of(from);
        self.push(" ON ");
        self.column_of(from, *key);
        self.push(" = ");
        self.walk("k0");
        self.push(" JOIN ");
        self.table(model);
        self.alias_of(to);
        self.push(" ON ");
        self.equal(to, &hop.to_columns, from, &hop.from_columns);
        self.push(" WHERE ");
        self.dialect()
            .path_lacks(self, &|w| w.walk("path"), &|w| w.column_of(to, *key));
        // A row that is reached in several ways comes once, with the shortest.
        self.push(") SELECT * FROM (SELECT ");
        self.list(["k0", "depth", "path"], Self::walk);
        self.push(", ROW_NUMBER() OVER (PARTITION BY ");
        self.walk("k0");
        self.push(" ORDER BY ");
        self.walk("depth");
        self.push(", ");
        self.walk("path");
        self.push(") AS ");
        self.ident("way");
        self.push(" FROM ");
        self.ident(WALK);
        self.push(") AS ");
        self.ident("ways");
        self.push(" WHERE ");
        self.ident("way");
        self.push(" = 1) AS ");
        self.ident(TREE);
        self.push(" ON ");
        self.ident(TREE);
        self.push(".");
        self.ident("k0");
        self.push(" = ");
        self.column_of(own, *key);
    }

    /// Appends what one step of a tree gives.
    fn step(&mut self, _from: Scope, to: Scope, key: usize) {
        self.column_of(to, key);
        self.push(", ");
        self.walk("depth");
        self.push(" + 1, ");
        self.dialect()
            .path_on(self, &|w| w.walk("path"), &|w| w.column_of(to, key));
    }

    fn walk(&mut self, column: &str) {
        self.ident(WALK);
        self.push(".");
        self.ident(column);
    }

    /// Appends what a tree says of a row.
    pub(super) fn in_tree(&mut self, what: crate::query::InTree) {
        self.ident(TREE);
        self.push(".");
        self.ident(match what {
            crate::query::InTree::Depth => "depth",
            crate::query::InTree::Path => "path",
        });
    }

    /// Appends a value of queries that are put together which is no column.
    pub(super) fn part_value(&mut self, at: usize) {
        if let Some(scope) = self.current() {
            self.prefix(scope.alias);
        }
        self.ident(&format!("c{at}"));
    }
}
