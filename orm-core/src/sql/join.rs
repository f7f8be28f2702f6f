//! Tables that are joined to a query's own, since its expressions name columns of related rows.
//!
//! The joins of a query are found before its text is written: its expressions say which ways they go, and a way that occurs twice is
//! joined once.

use super::Writer;
use super::writer::Scope;
use crate::expr::{Join, Node};

/// A table that is joined to another one.
pub(super) struct Joined {
    /// The scope that it is joined to.
    to: usize,
    join: Join,
    scope: Scope,
    /// Whether its row may be missing.
    optional: bool,
}

impl Writer {
    /// Notes what the query that was entered last must join for an expression.
    pub(super) fn join_for(&mut self, node: &Node) {
        if let Some(scope) = self.current() {
            self.join_from(scope, false, node);
        }
    }

    fn join_from(&mut self, from: Scope, optional: bool, node: &Node) {
        let Node::Related(join, of) = node else {
            return node.parts(&mut |part| self.join_from(from, optional, part));
        };
        let (scope, optional) = match self.joined(from, join) {
            Some(known) => known,
            None => {
                let optional = optional || join.on.is_some() || join.relation.is_optional();
                let scope = self.scope(join.relation.to(), None);
                self.joins.push(Joined {
                    to: from.id,
                    join: join.clone(),
                    scope,
                    optional,
                });
                for condition in join.on.iter().flat_map(|on| on.iter()) {
                    self.join_from(scope, true, condition);
                }
                (scope, optional)
            }
        };
        self.join_from(scope, optional, of);
    }

    fn joined(&self, from: Scope, join: &Join) -> Option<(Scope, bool)> {
        let mut joins = self.joins.iter();
        joins
            .find(|j| j.to == from.id && j.join.is(join))
            .map(|j| (j.scope, j.optional))
    }

    /// Whether the query that was entered last joins other tables.
    pub(super) fn has_joins(&self) -> bool {
        self.current()
            .is_some_and(|scope| self.joins.iter().any(|j| j.to == scope.id))
    }

    /// Appends the joins of the query that was entered last, behind its table.
    pub(super) fn write_joins(&mut self) {
        if let Some(scope) = self.current() {
            self.joins_of(scope);
        }
    }

    fn joins_of(&mut self, from: Scope) {
        let mut at = 0;
        while let Some(joined) = self.joins.get(at) {
            at += 1;
            if joined.to != from.id {
                continue;
            }
            let (join, scope, optional) = (joined.join.clone(), joined.scope, joined.optional);
            // A condition on the row may need rows behind it. They come before it, in brackets, so that they are missing together.
            let nested = join.on.is_some() && self.joins.iter().any(|j| j.to == scope.id);
            self.push(if optional { " LEFT JOIN " } else { " JOIN " });
            if nested {
                self.push("(");
            }
            self.table(scope.model);
            self.alias_of(scope);
            if nested {
                self.joins_of(scope);
                self.push(")");
            }
            self.push(" ON ");
            if let [hop] = join.relation.hops() {
                self.equal(scope, &hop.to_columns, from, &hop.from_columns);
            }
            if let Some(on) = &join.on {
                self.push(" AND ");
                self.beside(scope, |w| w.grouped(on));
            }
            if !nested {
                self.joins_of(scope);
            }
        }
    }

    /// Appends conditions that stand beside others.
    pub(super) fn grouped(&mut self, all: &[Node]) {
        match all {
            [Node::Or(_) | Node::Raw(_)] => self.operand(&all[0]),
            all => self.conjunction(all, " AND ", true),
        }
    }

    /// Appends an expression over a related row.
    pub(super) fn related(&mut self, join: &Join, of: &Node) {
        self.through(join, of, Self::expr);
    }

    /// The same, where operators stand beside it.
    pub(super) fn related_operand(&mut self, join: &Join, of: &Node) {
        self.through(join, of, Self::operand);
    }

    fn through(&mut self, join: &Join, of: &Node, write: fn(&mut Self, &Node)) {
        let Some(from) = self.current() else { return };
        match self.joined(from, join) {
            Some((scope, _)) => self.beside(scope, |w| write(w, of)),
            None => self.related_subquery(from, join, of),
        }
    }

    /// The value of a related row as a subquery: a change joins no tables.
    fn related_subquery(&mut self, from: Scope, join: &Join, of: &Node) {
        let [hop] = join.relation.hops() else { return };
        self.push("(SELECT ");
        let model = join.relation.to();
        self.enter(model, false);
        self.join_for(of);
        self.expr(of);
        self.push(" FROM ");
        self.table(model);
        self.alias();
        self.write_joins();
        self.push(" WHERE ");
        if let Some(scope) = self.current() {
            self.equal(scope, &hop.to_columns, from, &hop.from_columns);
        }
        if let Some(on) = &join.on {
            self.push(" AND ");
            self.grouped(on);
        }
        self.leave();
        self.push(")");
    }
}
