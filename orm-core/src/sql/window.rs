//! Windows: functions with their `OVER`, and rows that are kept by them.

use super::{Writer, select};
use crate::error::Error;
use crate::expr::{AggregateOp, Frame, Kept, Node, Window, WindowFunction, WindowRows};
use crate::query::SelectStatement;

impl Writer {
    /// Appends a function over a window.
    pub(super) fn window(&mut self, window: &Window) {
        use WindowFunction as F;
        if window.over.frame.is_some_and(Frame::is_empty) {
            let message = "a frame whose end lies before its beginning has no rows";
            return self.fail(Error::invalid_query(message));
        }
        let over = Some(&window.over);
        let of = window.of.as_ref();
        match window.function {
            F::RowNumber => self.window_call("ROW_NUMBER", None, None, over),
            F::Rank => self.window_call("RANK", None, None, over),
            F::DenseRank => self.window_call("DENSE_RANK", None, None, over),
            F::Ntile(parts) => {
                let (before, behind) = self.dialect().ntile_cast();
                self.push(before);
                self.window_call("NTILE", None, Some(parts), over);
                self.push(behind);
            }
            F::Lag(rows) => self.window_call("LAG", of, Some(rows), over),
            F::Lead(rows) => self.window_call("LEAD", of, Some(rows), over),
            F::First => self.window_call("FIRST_VALUE", of, None, over),
            F::Last => self.window_call("LAST_VALUE", of, None, over),
            F::Nth(row) => self.window_call("NTH_VALUE", of, Some(row), over),
            F::Aggregate(op, kind) => self.aggregate(op, of, kind, false, over),
        }
    }

    /// The number is the program's own and no value of a user's: not every database takes a placeholder here.
    fn window_call(
        &mut self,
        name: &str,
        of: Option<&Node>,
        number: Option<u32>,
        over: Option<&WindowRows>,
    ) {
        self.push(name);
        self.push("(");
        if let Some(of) = of {
            self.expr(of);
        }
        if let Some(number) = number {
            if of.is_some() {
                self.push(", ");
            }
            self.push_number(number.into());
        }
        self.push(")");
        self.over(over);
    }

    /// Appends ` OVER (…)` behind a function, if it has a window.
    pub fn over(&mut self, over: Option<&WindowRows>) {
        let Some(over) = over else { return };
        self.push(" OVER (");
        let mut space = "";
        if !over.partition.is_empty() {
            self.push("PARTITION BY ");
            self.list(&over.partition, |w, node| {
                w.expr(node);
                if node.kind() == Some(crate::value::Kind::Decimal) {
                    w.dialect().decimal_comparison(w);
                }
            });
            space = " ";
        }
        if !over.order.is_empty() {
            self.push(space);
            self.push("ORDER BY ");
            self.list(&over.order, |w, term| w.dialect().order_term(w, term));
            space = " ";
        }
        if let Some(frame) = over.frame {
            self.push(space);
            self.push("ROWS BETWEEN ");
            self.frame_end(frame.from, "UNBOUNDED PRECEDING");
            self.push(" AND ");
            self.frame_end(frame.to, "UNBOUNDED FOLLOWING");
        }
        self.push(")");
    }

    fn frame_end(&mut self, distance: Option<i64>, unbounded: &str) {
        match distance {
            None => self.push(unbounded),
            Some(0) => self.push("CURRENT ROW"),
            Some(n) => {
                self.push_number(n.unsigned_abs());
                self.push(if n < 0 { " PRECEDING" } else { " FOLLOWING" });
            }
        }
    }

    /// Appends whether the row is among those that a window keeps.
    pub(super) fn kept(&mut self, kept: &Kept) {
        let Kept { rows, condition } = kept;
        let key = select::selected_nodes(rows);
        if key.is_empty() {
            let message = format!(
                "`{}` has no primary key by which a window could keep its rows",
                rows.model.name
            );
            return self.fail(Error::invalid_query(message));
        }
        let several = key.len() > 1;
        self.push(if several { "(" } else { "" });
        self.list(key, Self::expr);
        self.push(if several { ") IN (" } else { " IN (" });
        self.push("SELECT ");
        self.list(0..key.len(), |w, i| w.ident(&format!("c{i}")));
        self.push(" FROM (");
        let mut inner: SelectStatement = rows.clone();
        inner.extra.push(condition.clone());
        select::write_named(self, &inner);
        self.push(") AS ");
        self.ident("kept");
        self.push(" WHERE ");
        self.ident(&format!("c{}", key.len()));
        self.push(")");
    }
}

impl AggregateOp {
    /// The kind of the aggregate of values of a kind.
    pub(crate) fn kind(self, of: crate::value::Kind) -> crate::value::Kind {
        use crate::value::Kind;
        match (self, of) {
            (Self::Count, _) => Kind::I64,
            (Self::Avg, _) => Kind::F64,
            (Self::Sum, Kind::I16 | Kind::I32 | Kind::U32) => Kind::I64,
            (Self::Sum, Kind::F32) => Kind::F64,
            (_, kind) => kind,
        }
    }
}
