//! The text and the values of a statement, while it is written.

use super::Ident;
use super::scopes::Scopes;
use crate::dialect::Dialect;
use crate::driver::{Access, Statement};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::ColumnRef;
use crate::model::{ColumnDef, ModelDef};
use crate::value::{EncodeError, Value};

/// Appends SQL text and collects the values that it binds.
///
/// The first error is kept and everything after it is written in vain: the renderer reads like SQL, and the end
/// reports it before anything is sent.
pub struct Writer {
    sql: String,
    binds: Vec<Value>,
    dialect: &'static dyn Dialect,
    pub(super) scopes: Scopes,
    /// The tables that are joined to the queries so far.
    pub(super) joins: Vec<super::join::Joined>,
    /// How many scopes there have been, so that each has a name of its own.
    named: usize,
    error: Option<Error>,
    /// Whether equal values share a placeholder, where placeholders have numbers: an expression that is both selected and grouped
    /// by must be the same text twice.
    share_binds: bool,
    /// The models that stand for queries under their names.
    pub(super) named_queries: Vec<&'static ModelDef>,
    /// Whether every table has a name with a number.
    all_numbered: bool,
    /// Whether a part of the text says nothing about the types of its values.
    loosely_typed: bool,
    /// How many of the outermost queries cannot be seen from where it stands.
    wall: usize,
}

/// A query whose columns can be named, or a table that is joined to it.
#[derive(Clone, Copy)]
pub(super) struct Scope {
    pub(super) model: &'static ModelDef,
    pub(super) alias: Alias,
    /// A number of its own, by which the tables that are joined to it are found.
    pub(super) id: usize,
    /// Whether it is a table beside the query's own.
    joined: bool,
    /// Whether its rows are those of queries put together, which have the model's columns and no others.
    compound: bool,
}

#[derive(Clone, Copy)]
pub(super) enum Alias {
    /// Columns stand alone: there is one table.
    Bare,
    /// Columns are prefixed with the table's own name.
    Table,
    /// Columns are prefixed with `t` and this number.
    Number(usize),
}

/// Bytes of text, and values, for which memory is asked at once; a longer statement asks again.
const TEXT: usize = 1024;
const VALUES: usize = 16;

impl Writer {
    /// An empty statement for a database.
    pub fn new(dialect: &'static dyn Dialect) -> Self {
        Self {
            sql: String::with_capacity(TEXT),
            binds: Vec::new(),
            dialect,
            scopes: Scopes::default(),
            joins: Vec::new(),
            named: 0,
            error: None,
            share_binds: false,
            named_queries: Vec::new(),
            all_numbered: false,
            loosely_typed: false,
            wall: 0,
        }
    }

    /// The database that the text is for.
    pub fn dialect(&self) -> &'static dyn Dialect {
        self.dialect
    }

    /// Appends text of this crate's own.
    pub fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    /// Appends a number of this crate's own.
    pub fn push_number(&mut self, number: u64) {
        use std::fmt::Write as _;
        // Writing into a `String` cannot fail.
        let _ = write!(self.sql, "{number}");
    }

    /// Appends a quoted name.
    pub fn ident(&mut self, name: &str) {
        Ident(name).write(&mut self.sql, self.dialect.quote());
    }

    /// Appends the quoted name of a model's table, with its schema if it has one.
    pub fn table(&mut self, model: &ModelDef) {
        let known = |named: &&ModelDef| std::ptr::eq(*named, model);
        if model.of_query && !self.named_queries.iter().any(known) {
            let message = format!(
                "`{}` stands for the rows of a query and has no table: read it by `{}::from_query(…)`, or name it with `.with(…)`",
                model.name, model.name
            );
            self.fail(Error::invalid_query(message));
        }
        if let Some(schema) = model.schema {
            self.ident(schema);
            self.push(".");
        }
        self.ident(model.table);
    }

    /// Appends a list with commas between its items.
    pub fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut each: impl FnMut(&mut Self, T),
    ) {
        for (i, item) in items.into_iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            each(self, item);
        }
    }

    /// Appends a placeholder for a value.
    pub fn bind(&mut self, value: Value) {
        if let Err(reason) = self.dialect.check_value(&value) {
            self.refuse("a bound value", reason.into());
            return;
        }
        let n = self.number(value);
        self.dialect.placeholder(&mut self.sql, n);
    }

    /// The number of the value's placeholder: its own, or one that it shares with an equal value.
    fn number(&mut self, value: Value) -> usize {
        if self.share_binds
            && self.dialect.numbered_placeholders()
            && let Some(at) = self
                .binds
                .iter()
                .position(|b| *b == value && b.kind() == value.kind())
        {
            return at + 1;
        }
        if self.binds.is_empty() {
            self.binds.reserve(VALUES);
        }
        self.binds.push(value);
        self.binds.len()
    }

    /// Appends a placeholder for a value that has been checked already.
    pub fn bind_unchecked(&mut self, value: Value) {
        self.binds.push(value);
        self.dialect.placeholder(&mut self.sql, self.binds.len());
    }

    /// Appends a placeholder for a list, where the driver binds lists as such. Its values have been checked already.
    pub fn push_list(&mut self, kind: crate::value::Kind, values: Vec<Value>) {
        self.bind_unchecked(Value::Array(kind, values));
    }

    /// Appends a placeholder for a value that is stored in a column.
    pub fn bind_for(&mut self, column: &ColumnDef, model: &ModelDef, value: Value) {
        if let Err(reason) = self.dialect.check_value(&value) {
            self.refuse(
                &format!("`{}::{}`", model.name, column.field),
                reason.into(),
            );
            return;
        }
        let n = self.number(value);
        self.dialect.column_placeholder(&mut self.sql, n, column);
    }

    fn refuse(&mut self, field: &str, reason: std::borrow::Cow<'static, str>) {
        self.fail(Error::new(ErrorKind::Encode {
            field: field.to_owned().into(),
            reason,
        }));
    }

    /// Reports a value that could not be encoded.
    pub fn invalid(&mut self, error: &EncodeError) {
        self.refuse("a bound value", error.0.clone());
    }

    /// Reports an error; the first one counts.
    pub fn fail(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }

    /// Reports that the database lacks a feature.
    pub fn unsupported(&mut self, feature: &str) {
        let backend = self.dialect.name();
        self.fail(Error::unsupported(feature, backend));
    }

    /// How many values are bound so far.
    pub fn bound(&self) -> usize {
        self.binds.len()
    }

    pub(crate) fn loosely_typed(&mut self) {
        self.loosely_typed = true;
    }

    pub(crate) fn share_binds(&mut self) {
        self.share_binds = true;
    }

    /// Enters the query over a model. `alone` says that no other query can be meant by a bare column.
    pub(crate) fn enter(&mut self, model: &'static ModelDef, alone: bool) {
        let scope = match (self.scopes.is_empty() && !self.all_numbered, alone) {
            (true, true) => self.scope(model, Some(Alias::Bare)),
            (true, false) => self.scope(model, Some(Alias::Table)),
            (false, _) => self.scope(model, None),
        };
        self.scopes.push(scope);
    }

    /// Enters a statement over a table that has no other name in it.
    pub(super) fn enter_table(&mut self, model: &'static ModelDef) {
        let scope = self.scope(model, Some(Alias::Table));
        self.scopes.push(scope);
    }

    /// Enters a query whose table is no table of the database, so that it needs a name.
    pub(super) fn enter_named(&mut self, model: &'static ModelDef) {
        let scope = self.scope(model, None);
        self.scopes.push(scope);
    }

    /// Enters a query again that was left.
    pub(super) fn enter_again(&mut self, scope: Scope) {
        self.scopes.push(scope);
    }

    /// Hides the queries around from what stands inside of `FROM`, if the database does. What it gives back is for
    /// [`tear_down`](Self::tear_down).
    pub(super) fn build_wall(&mut self) -> usize {
        let before = self.wall;
        if !self
            .dialect
            .supports(crate::dialect::Feature::CorrelatedSource)
        {
            self.wall = self.scopes.innermost_first().count();
        }
        before
    }

    /// Ends what [`build_wall`](Self::build_wall) began.
    pub(super) fn tear_down(&mut self, wall: usize) {
        self.wall = wall;
    }

    /// An expression over a model as it is written by itself, and what it joins.
    pub(super) fn alone(
        &self,
        model: &'static ModelDef,
        node: &crate::expr::Node,
    ) -> (String, Vec<Value>) {
        let mut w = Self::new(self.dialect);
        w.scopes = self.scopes.clone();
        w.named = self.named;
        w.named_queries.clone_from(&self.named_queries);
        w.enter_named(model);
        w.join_for(node);
        w.expr(node);
        w.write_joins();
        (w.sql, w.binds)
    }

    /// Enters a query over queries that are put together.
    pub(super) fn enter_compound(&mut self, model: &'static ModelDef) {
        let scope = self.scope(model, None);
        self.scopes.push(Scope {
            compound: true,
            ..scope
        });
    }

    /// From here on every table has a name with a number: several queries stand beside each other.
    pub(super) fn number_all(&mut self) {
        self.all_numbered = true;
    }

    /// A scope with a name of its own, unless it is given one.
    pub(super) fn scope(&mut self, model: &'static ModelDef, alias: Option<Alias>) -> Scope {
        // The first query has the number 0, and a name without one.
        let id = self.named + usize::from(alias.is_none());
        self.named = id;
        Scope {
            model,
            alias: alias.unwrap_or(Alias::Number(id)),
            id,
            joined: false,
            compound: false,
        }
    }

    /// Appends something whose columns are those of a table beside the query's own.
    pub(super) fn beside(&mut self, scope: Scope, write: impl FnOnce(&mut Self)) {
        self.scopes.push(Scope {
            joined: true,
            ..scope
        });
        write(self);
        self.scopes.pop();
    }

    /// The table whose columns are named without more ado.
    pub(super) fn current(&self) -> Option<Scope> {
        self.scopes.last().copied()
    }

    /// Leaves the query that was entered last.
    pub(crate) fn leave(&mut self) {
        self.scopes.pop();
    }

    /// Appends the alias of the query that was entered last, behind its table's name, if it has one.
    pub(crate) fn alias(&mut self) {
        if let Some(scope) = self.current() {
            self.alias_of(scope);
        }
    }

    /// Appends the alias of a table behind its name, if it has one.
    pub(super) fn alias_of(&mut self, scope: Scope) {
        if let Alias::Number(n) = scope.alias {
            self.push(" AS ");
            self.alias_name(n);
        }
    }

    /// Appends columns of two tables, equal in pairs.
    pub(super) fn equal(
        &mut self,
        left: Scope,
        left_columns: &[usize],
        right: Scope,
        right_columns: &[usize],
    ) {
        for (i, (a, b)) in left_columns.iter().zip(right_columns).enumerate() {
            if i > 0 {
                self.push(" AND ");
            }
            self.column_of(left, *a);
            self.push(" = ");
            self.column_of(right, *b);
        }
    }

    /// Appends a column of a table.
    pub(super) fn column_of(&mut self, scope: Scope, index: usize) {
        let column = ColumnRef {
            model: scope.model,
            index,
        };
        self.prefixed(scope.alias, column);
    }

    /// Appends a column of the innermost query.
    pub(crate) fn column(&mut self, column: ColumnRef) {
        match self.scopes.last() {
            Some(scope) if std::ptr::eq(scope.model, column.model) => {
                let alias = scope.alias;
                self.prefixed(alias, column);
            }
            Some(scope) => {
                let message = format!(
                    "`{}::{}` is a column of `{}`, and the query is over `{}`",
                    column.model.name,
                    column.def().field,
                    column.model.name,
                    scope.model.name
                );
                self.fail(Error::invalid_query(message));
            }
            None => self.ident(&column.def().name),
        }
    }

    /// Appends a column that hand-written SQL names: with the prefix of the query over its model, if there is one around it.
    pub(super) fn named_column(&mut self, column: ColumnRef, alone: bool) {
        let around = self
            .scopes
            .innermost_first()
            .find(|scope| std::ptr::eq(scope.model, column.model));
        match around.map(|scope| scope.alias) {
            Some(alias) if !alone => self.prefixed(alias, column),
            _ => self.ident(&column.def().name),
        }
    }

    /// Appends a column of a query around the innermost one.
    pub(crate) fn outer_column(&mut self, column: ColumnRef) {
        let height = self.scopes.innermost_first().count();
        let around = self
            .scopes
            .innermost_first()
            .zip((0..height).rev())
            .skip_while(|(s, _)| s.joined)
            .skip(1)
            .find(|(s, _)| std::ptr::eq(s.model, column.model));
        match around.map(|(s, at)| (s.alias, at)) {
            Some((_, at)) if at < self.wall => {
                self.unsupported("`outer()` inside of a query with a `rollup`");
            }
            Some((alias, _)) => self.prefixed(alias, column),
            None => {
                let (model, field) = (column.model.name, &column.def().field);
                let message = format!(
                    "`{model}::{field}.outer()` stands in no subquery of a query over `{model}`"
                );
                self.fail(Error::invalid_query(message));
            }
        }
    }

    /// Appends the prefix of a table's columns that is a number.
    pub(super) fn prefix(&mut self, alias: Alias) {
        if let Alias::Number(n) = alias {
            self.alias_name(n);
            self.push(".");
        }
    }

    /// Whether the innermost query reads the model's table itself, so that columns can be named that the model does not have.
    pub(crate) fn reads_table_of(&self, model: &'static ModelDef) -> bool {
        self.table_itself(model).is_some()
    }

    fn table_itself(&self, model: &'static ModelDef) -> Option<Alias> {
        let scope = self.scopes.last()?;
        (std::ptr::eq(scope.model, model) && !scope.compound).then_some(scope.alias)
    }

    /// Appends a column of the innermost query's table that the model does not have.
    pub(crate) fn column_beside(&mut self, model: &'static ModelDef, name: &str) {
        if let Some(alias) = self.table_itself(model) {
            self.prefix_of(alias, model);
            return self.ident(name);
        }
        let message = format!(
            "the full-text index of `{}` is asked in a query that is not over it",
            model.name
        );
        self.fail(Error::invalid_query(message));
    }

    /// Appends `t` and a number as a quoted name.
    fn alias_name(&mut self, n: usize) {
        use std::fmt::Write as _;
        let quote = self.dialect.quote();
        // Writing into a `String` cannot fail.
        let _ = write!(self.sql, "{quote}t{n}{quote}");
    }

    fn prefixed(&mut self, alias: Alias, column: ColumnRef) {
        self.prefix_of(alias, column.model);
        self.ident(&column.def().name);
    }

    fn prefix_of(&mut self, alias: Alias, model: &ModelDef) {
        match alias {
            Alias::Bare => {}
            Alias::Table => {
                self.table(model);
                self.push(".");
            }
            Alias::Number(n) => {
                self.alias_name(n);
                self.push(".");
            }
        }
    }

    /// The finished statement.
    pub(crate) fn finish(
        self,
        access: Access,
        keep: bool,
        model: Option<&'static ModelDef>,
    ) -> Result<Statement> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let limit = self.dialect.bind_limit();
        if self.binds.len() > limit {
            let message = format!(
                "the statement binds {} values; {} takes {limit} at most",
                self.binds.len(),
                self.dialect.name()
            );
            return Err(Error::invalid_query(message));
        }
        let loosely_typed = self.loosely_typed;
        Ok(Statement {
            sql: self.sql,
            binds: self.binds,
            access,
            loosely_typed,
            keep,
            relation: None,
            model,
        })
    }

    /// The text and the values, for a look at what would be sent.
    pub fn into_parts(self) -> Result<(String, Vec<Value>)> {
        match self.error {
            Some(error) => Err(error),
            None => Ok((self.sql, self.binds)),
        }
    }
}

/// A scope for tests, told apart by its number.
#[cfg(test)]
pub(super) fn tests_scope(id: usize) -> Scope {
    Scope {
        model: Box::leak(Box::new(ModelDef::new("Model", "table"))),
        alias: Alias::Number(id),
        id,
        joined: false,
        compound: false,
    }
}
