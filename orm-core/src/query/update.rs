//! Changes of rows, by filter or of one row.

use std::marker::PhantomData;
use std::panic::Location;

use super::create::{encode_error, judge, now};
use super::input::InputName;
use super::{Assignment, Query, UpdateStatement, filter};
use crate::db::Db;
use crate::dialect::Dialect;
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Column, ColumnRef, Expression, IntoAssignment, Node};
use crate::model::{ColumnRole, Key, Model};
use crate::value::{EncodeError, Value};

/// What a change of one row consists of.
pub(super) type OneParts = (
    Vec<Result<Value, EncodeError>>,
    Vec<InputName>,
    Vec<Assignment>,
);

/// A change of all rows that meet a condition.
pub struct Many(());
/// A change of one row.
pub struct One(());

/// A row before and after a change. See [`Update::returning_both`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed<M> {
    /// The row as it was.
    pub old: M,
    /// The row as it is.
    pub new: M,
}

/// A change of rows of `M`. The derive wraps it, so that each field has a method of its own. See [`Query::update`].
#[must_use = "a change does nothing until `exec`, `save` or `returning` is called and awaited"]
pub struct Update<M, S> {
    statement: UpdateStatement,
    /// The key of the row, if it is one.
    key: Vec<Result<Value, EncodeError>>,
    /// What fields are called in the patch that their values came from.
    pub(super) names: Vec<InputName>,
    types: PhantomData<fn() -> (M, S)>,
}

impl<M: Model> Query<M, M> {
    /// Starts a change of all rows that the query finds.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let changed = Post::query().filter(Post::author_id.eq(Id::new(1))).update().published(true).views(Post::views + 1).exec(&db).await?;
    /// assert_eq!(changed, 2);
    /// # Ok(()) }) }
    /// ```
    pub fn update(self) -> M::Update<Many> {
        Update::new(self.into_filter("update()"), false).into()
    }

    /// The filter of a query that has nothing else which a change would silently drop.
    pub(super) fn into_filter(self, what: &str) -> Vec<Node> {
        let s = self.statement;
        if s.only_filters() && s.with.is_empty() {
            return s.filter;
        }
        let mut message = format!("`{what}` takes a query with filters only");
        if let [key] = s.model.key.as_slice() {
            let (model, field) = (s.model.name, &s.model.columns[*key].field);
            message += &format!(
                "; for `limit`, `offset` or an ordering, select the keys first: `.filter({model}::{field}.in_(query.select({model}::{field})))`"
            );
        }
        vec![Node::Mistake(message)]
    }
}

impl<M: Model, S> Update<M, S> {
    fn new(filter: Vec<Node>, all_rows: bool) -> Self {
        let statement = UpdateStatement {
            model: M::def(),
            assignments: Vec::new(),
            filter,
            all_rows,
            returning: false,
        };
        Self {
            statement,
            key: Vec::new(),
            names: Vec::new(),
            types: PhantomData,
        }
    }

    /// The same change once more.
    pub(super) fn copy(&self) -> Self {
        Self {
            statement: self.statement.clone(),
            key: self.key.clone(),
            names: self.names.clone(),
            types: PhantomData,
        }
    }

    /// Gives a column another value: a value of its type, or an expression over the row as it was.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let user = User::find(1).one(&db).await?.update().set(User::logins, User::logins + 1).save(&db).await?;
    /// assert_eq!(user.logins, 8);
    /// # Ok(()) }) }
    /// ```
    pub fn set<T>(self, column: Column<M, T>, value: impl IntoAssignment<M, T>) -> Self {
        self.assign(column.reference().index, value.into_assignment())
    }

    /// Gives the column with this index another value; a later value for the same column replaces an earlier one.
    pub fn assign(mut self, column: usize, value: Node) -> Self {
        let column = ColumnRef {
            model: M::def(),
            index: column,
        };
        self.statement.assignments.retain(|a| a.column != column);
        self.names.retain(|name| name.column != column.index);
        self.statement
            .assignments
            .push(Assignment { column, value });
        self
    }

    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.statement.assignments.is_empty()
    }

    /// The SQL that `exec` sends to a database, and the values for its placeholders. Nothing is sent. See [`Query::to_sql`].
    ///
    /// # Errors
    /// When a value is refused, when there is no filter and no `all_rows`, or the database lacks something.
    pub fn to_sql(&self, dialect: &'static dyn Dialect) -> Result<(String, Vec<Value>)> {
        self.rendered(dialect).map(|s| (s.sql, s.binds))
    }

    pub(super) fn rendered(
        &self,
        dialect: &'static dyn Dialect,
    ) -> Result<crate::driver::Statement> {
        crate::sql::update(&self.finished()?, dialect)
    }

    /// The statement of this change, with its values judged.
    pub(super) fn finished(&self) -> Result<UpdateStatement> {
        self.copy().finish()
    }

    /// The statement as it was built.
    pub(super) fn unfinished(&self) -> UpdateStatement {
        self.statement.clone()
    }

    /// The statement that reads the rows which a change without any assignment leaves as they are.
    pub(super) fn read(&self, dialect: &'static dyn Dialect) -> Result<crate::driver::Statement> {
        crate::sql::guard(
            self.statement.model,
            &self.statement.filter,
            self.statement.all_rows,
            "update",
        )?;
        crate::sql::select_filtered(self.statement.model, self.statement.filter.clone(), dialect)
    }

    /// Judges the values and adds the time of the update.
    fn finish(mut self) -> Result<UpdateStatement> {
        let model = self.statement.model;
        judge_assignments::<M>(&mut self.statement.assignments, &self.names)?;
        for (index, column) in model.columns.iter().enumerate() {
            let given = self
                .statement
                .assignments
                .iter()
                .any(|a| a.column.index == index);
            if column.role == ColumnRole::UpdatedAt && !given {
                let column_ref = ColumnRef { model, index };
                self.statement.assignments.push(Assignment {
                    column: column_ref,
                    value: Node::Value(now(column)),
                });
            }
        }
        Ok(self.statement)
    }
}

impl<M: Model> Update<M, Many> {
    /// Allows the change of every row of the table, where there is no filter.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// assert_eq!(User::query().update().logins(0).all_rows().exec(&db).await?, 3);
    /// # Ok(()) }) }
    /// ```
    pub fn all_rows(mut self) -> Self {
        self.statement.all_rows = true;
        self
    }

    /// Adds a condition that a changed row must meet.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let aged = User::query().update().age(18).filter(User::age.eq(17)).exec(&db).await?;
    /// assert_eq!(aged, 1);
    /// # Ok(()) }) }
    /// ```
    pub fn filter(mut self, condition: impl Expression<M, Value = bool>) -> Self {
        filter::add(&mut self.statement.filter, condition.into_node());
        self
    }

    /// Changes the rows, and says how many there were. Without any assignment nothing is sent, and the answer is 0. See [`Query::update`].
    ///
    /// # Errors
    /// When a value is refused, when there is no filter and no [`all_rows`](Self::all_rows), or when the database refuses it.
    #[track_caller]
    pub fn exec(self, db: &Db) -> impl Future<Output = Result<u64>> + Send {
        let caller = Location::caller();
        async move {
            let db = &db.at(caller);
            if self.is_empty() {
                return Ok(0);
            }
            let statement = self.finish().map_err(|e| e.with_caller(caller))?;
            db.update(&statement)
                .await
                .map_err(|e| e.with_caller(caller))
        }
    }

    /// Changes the rows, and gives them back as they are then. Without any assignment they are read only.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let published = Post::query().filter(Post::published.eq(false)).update().published(true).returning(&db).await?;
    /// assert_eq!(published[0].title, "A draft");
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`exec`](Self::exec).
    #[track_caller]
    pub fn returning(self, db: &Db) -> impl Future<Output = Result<Vec<M>>> + Send {
        let caller = Location::caller();
        async move {
            let db = &db.at(caller);
            if self.is_empty() {
                let statement = self.read(db.dialect()).map_err(|e| e.with_caller(caller))?;
                return db
                    .fetch_all(statement)
                    .await
                    .map_err(|e| e.with_caller(caller));
            }
            let mut statement = self.finish().map_err(|e| e.with_caller(caller))?;
            statement.returning = true;
            db.update_returning::<M>(&statement)
                .await
                .map_err(|e| e.with_caller(caller))
        }
    }
}

impl<M: Model> Update<M, Many> {
    /// Changes the rows, and gives back both what they were and what they are. The rows are locked and read before they are changed, so
    /// nobody changes them in between, on any database. Without any assignment both are the same.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let ann = User::query().filter(User::username.eq("ann"));
    /// let changed = ann.update().logins(User::logins + 1).returning_both(&db).await?;
    /// assert_eq!((changed[0].old.logins, changed[0].new.logins), (7, 8));
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`exec`](Self::exec), and when the primary key is changed.
    #[track_caller]
    pub fn returning_both(self, db: &Db) -> impl Future<Output = Result<Vec<Changed<M>>>> + Send {
        let caller = Location::caller();
        async move {
            let db = &db.at(caller);
            let statement = match self.is_empty() {
                true => self.statement,
                false => self.finish().map_err(|e| e.with_caller(caller))?,
            };
            db.update_returning_both::<M>(&statement)
                .await
                .map_err(|e| e.with_caller(caller))
        }
    }
}

impl<M: Model> Update<M, One> {
    /// A change of the row whose key has these values.
    pub(super) fn by_key_values(values: Vec<Value>) -> Self {
        let model = M::def();
        let key = values.iter().cloned().map(Ok).collect();
        let filter = crate::sql::by_keys(model, &model.key, vec![values]);
        Self {
            key,
            ..Self::new(filter, false)
        }
    }

    pub(crate) fn by_key(key: M::Key) -> Self {
        let key = key.into_values();
        Self {
            key: key.clone(),
            ..Self::new(filter::key_values::<M>(key), false)
        }
    }

    /// The row's key, what fields are called, and what is assigned.
    pub(super) fn into_parts(self) -> OneParts {
        (self.key, self.names, self.statement.assignments)
    }

    /// Changes the row, and gives it back as it is then. Without any assignment it is read only.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let bob = User::find(2).one(&db).await?.update().age(50).save(&db).await?;
    /// assert_eq!(bob.age, Some(50));
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// [`is_not_found`](crate::Error::is_not_found) when the row is gone; when a value is refused; when the database refuses it.
    #[track_caller]
    pub fn save(self, db: &Db) -> impl Future<Output = Result<M>> + Send {
        let caller = Location::caller();
        async move {
            let db = &db.at(caller);
            let mut rows = if self.is_empty() {
                db.fetch_all(self.read(db.dialect()).map_err(|e| e.with_caller(caller))?)
                    .await
            } else {
                let mut statement = self.finish().map_err(|e| e.with_caller(caller))?;
                statement.returning = true;
                db.update_returning::<M>(&statement).await
            }
            .map_err(|e| e.with_caller(caller))?;
            rows.pop().ok_or_else(|| gone::<M>(caller))
        }
    }

    /// Changes the row without reading it back. See [`save`](Self::save).
    ///
    /// # Errors
    /// As [`save`](Self::save).
    #[track_caller]
    pub fn exec(self, db: &Db) -> impl Future<Output = Result<()>> + Send {
        let caller = Location::caller();
        async move {
            let db = &db.at(caller);
            if self.is_empty() {
                return Ok(());
            }
            let statement = self.finish().map_err(|e| e.with_caller(caller))?;
            match db
                .update(&statement)
                .await
                .map_err(|e| e.with_caller(caller))?
            {
                0 => Err(gone::<M>(caller)),
                _ => Ok(()),
            }
        }
    }
}

/// Brings the plain values among assignments (of different columns) into form, and refuses those that their fields do not take.
pub(super) fn judge_assignments<M: Model>(
    assignments: &mut [Assignment],
    names: &[InputName],
) -> Result<()> {
    let model = M::def();
    let mut values: Vec<Option<Value>> = vec![None; model.columns.len()];
    for assignment in &mut *assignments {
        match std::mem::replace(&mut assignment.value, Node::And(Vec::new())) {
            Node::Value(value) => values[assignment.column.index] = Some(value),
            Node::Invalid(error) => {
                return Err(encode_error(model, assignment.column.index, error));
            }
            expression => assignment.value = expression,
        }
    }
    judge(model, &mut values, names)?;
    for assignment in assignments {
        if let Some(value) = values[assignment.column.index].take() {
            assignment.value = Node::Value(value);
        }
    }
    Ok(())
}

pub(super) fn gone<M: Model>(caller: &'static Location<'static>) -> Error {
    Error::new(ErrorKind::NotFound {
        what: M::def().name,
    })
    .with_caller(caller)
}
