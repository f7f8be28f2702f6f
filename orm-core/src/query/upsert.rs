//! Inserts that may find the row there already.

use std::marker::PhantomData;
use std::panic::Location;

use super::create::{Create, NewRow};
use super::insert::{InsertMany, group, single, statements};
use super::update::judge_assignments;
use super::{Assignment, ByHand, Conflict, ConflictAction, InsertStatement, by_hand};
use crate::db::Db;
use crate::db::explain::Explained;
use crate::dialect::{Dialect, Feature};
use crate::error::{Error, Result};
use crate::expr::{Column, ColumnRef, Expression, IntoAssignment, Node};
use crate::model::{ColumnRole, Model};
use crate::value::Value;

/// Columns that name a unique key or are to be changed: one column, or a tuple of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name columns of `{M}`",
    label = "expected a column of `{M}` or a tuple of them"
)]
pub trait UpsertColumns<M> {
    /// The columns' indexes.
    fn indexes(self) -> Vec<usize>;
}

#[diagnostic::do_not_recommend]
impl<M, T> UpsertColumns<M> for Column<M, T> {
    fn indexes(self) -> Vec<usize> {
        vec![self.index()]
    }
}
macro_rules! tuple {
    ($($name:ident)+) => {
        #[diagnostic::do_not_recommend]
        impl<M, $($name: UpsertColumns<M>),+> UpsertColumns<M> for ($($name,)+) {
            #[allow(non_snake_case, reason = "the tuple's parts are named after their types")]
            fn indexes(self) -> Vec<usize> {
                let ($($name,)+) = self;
                [$($name.indexes()),+].concat()
            }
        }
    };
}
tuple!(A);
tuple!(A B);
tuple!(A B C);
tuple!(A B C D);
tuple!(A B C D E);
tuple!(A B C D E F);
tuple!(A B C D E F G);
tuple!(A B C D E F G H);

/// Rows to insert, and the unique columns by which one of them may be there already. See [`InsertMany::on_conflict`]. `W` is what is
/// written: new rows, or the rows of a query.
#[must_use = "say what to do on a conflict: `do_nothing()` or `update(…)`"]
pub struct OnConflict<M, W = Vec<NewRow>> {
    rows: W,
    target: Vec<usize>,
    model: PhantomData<fn() -> M>,
}

impl<M, W> OnConflict<M, W> {
    pub(super) fn new(rows: W, target: impl UpsertColumns<M>) -> Self {
        Self {
            rows,
            target: target.indexes(),
            model: PhantomData,
        }
    }
}

/// Starts an upsert of one row. The derive's builders call it.
pub fn on_conflict<C: Create>(
    row: C,
    target: impl UpsertColumns<C::Model>,
) -> OnConflict<C::Model> {
    OnConflict::new(vec![row.into_row()], target)
}

impl<M: Model> InsertMany<M> {
    /// Says by which unique columns a row may be there already.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let users = ["ann", "dan"].map(|name| User::create().username(name).email(format!("{name}@example.com")));
    /// assert_eq!(User::insert_many(users).on_conflict(User::email).do_nothing().exec(&db).await?, 1);
    /// # Ok(()) }) }
    /// ```
    pub fn on_conflict(self, target: impl UpsertColumns<M>) -> OnConflict<M> {
        OnConflict::new(self.into_rows(), target)
    }
}

impl<M: Model, W> OnConflict<M, W> {
    /// Leaves a row as it is that is there already.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let again = User::create().username("ann").email("ann@example.com");
    /// let inserted = again.on_conflict(User::username).do_nothing().insert(&db).await?;
    /// assert!(inserted.is_none());
    /// # Ok(()) }) }
    /// ```
    pub fn do_nothing(self) -> Upsert<M, W> {
        Upsert {
            rows: self.rows,
            conflict: Conflict {
                target: self.target,
                action: ConflictAction::Nothing,
                condition: Vec::new(),
            },
            model: PhantomData,
        }
    }

    /// Gives these columns of a row that is there already the values that would have been inserted.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let renamed = User::create().email("ann@example.com").username("anna");
    /// let anna = renamed.on_conflict(User::email).update(User::username).insert(&db).await?;
    /// assert_eq!(anna.map(|user| (user.id, user.username)), Some((Id::new(1), "anna".into())));
    /// # Ok(()) }) }
    /// ```
    pub fn update(self, columns: impl UpsertColumns<M>) -> Upsert<M, W> {
        let assignments = columns.indexes().into_iter().map(excluded::<M>).collect();
        self.updating(assignments)
    }

    /// Gives every column of a row that is there already the value that would have been inserted, but for the conflict's own columns,
    /// the primary key, and the time of creation.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let ann = User::create().username("anna").email("ann@example.com").age(35);
    /// let ann = ann.on_conflict(User::email).update_all().insert(&db).await?.expect("a row");
    /// assert_eq!((ann.id.get(), ann.username.as_str(), ann.age), (1, "anna", Some(35)));
    /// # Ok(()) }) }
    /// ```
    pub fn update_all(self) -> Upsert<M, W> {
        let model = M::def();
        let assignments = (0..model.columns.len())
            .filter(|i| !self.target.contains(i) && !model.key.contains(i))
            .filter(|i| {
                matches!(
                    model.columns[*i].role,
                    ColumnRole::Plain | ColumnRole::UpdatedAt
                )
            })
            .map(excluded::<M>)
            .collect();
        self.updating(assignments)
    }

    /// Gives one column of a row that is there already a value of its own; `User::logins + 1` is computed from the row that is there,
    /// `User::email.excluded()` is the value that would have been inserted.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let again = || User::create().username("ann").email("ann@example.com").logins(1);
    /// let ann = again().on_conflict(User::email).set(User::logins, User::logins + User::logins.excluded()).insert(&db).await?;
    /// assert_eq!(ann.map(|user| user.logins), Some(8));
    /// # Ok(()) }) }
    /// ```
    pub fn set<T>(self, column: Column<M, T>, value: impl IntoAssignment<M, T>) -> Upsert<M, W> {
        let column = ColumnRef {
            model: M::def(),
            index: column.index(),
        };
        self.updating(vec![Assignment {
            column,
            value: value.into_assignment(),
        }])
    }

    fn updating(self, assignments: Vec<Assignment>) -> Upsert<M, W> {
        Upsert {
            rows: self.rows,
            conflict: Conflict {
                target: self.target,
                action: ConflictAction::Update(assignments),
                condition: Vec::new(),
            },
            model: PhantomData,
        }
    }
}

/// The statements for one row, where the database's own upsert cannot name the unique key that it is about.
pub(super) fn each_step(
    statement: &InsertStatement,
    row: &[Value],
    dialect: &'static dyn Dialect,
) -> Result<Vec<Explained>> {
    let ByHand { insert, update, .. } = by_hand(statement, row)?;
    let mut all = vec![crate::sql::insert(
        &insert,
        vec![row.to_vec()],
        false,
        true,
        dialect,
    )?];
    if let Some(update) = update {
        all.push(crate::sql::update(&update, dialect)?);
    }
    Ok(all.into_iter().map(Explained::planned).collect())
}

fn excluded<M: Model>(index: usize) -> Assignment {
    let column = ColumnRef {
        model: M::def(),
        index,
    };
    Assignment {
        column,
        value: Node::Excluded(column),
    }
}

/// An insert that says what to do with rows that are there already. See [`OnConflict::update`].
#[must_use = "nothing is inserted until `insert` or `exec` is called and awaited"]
pub struct Upsert<M, W = Vec<NewRow>> {
    pub(super) rows: W,
    pub(super) conflict: Conflict,
    model: PhantomData<fn() -> M>,
}

impl<M: Model, W> Upsert<M, W> {
    /// Gives one more column of a row that is there already a value of its own.
    pub fn set<T>(mut self, column: Column<M, T>, value: impl IntoAssignment<M, T>) -> Self {
        let column = ColumnRef {
            model: M::def(),
            index: column.index(),
        };
        let assignment = Assignment {
            column,
            value: value.into_assignment(),
        };
        match &mut self.conflict.action {
            ConflictAction::Update(all) => {
                all.retain(|a| a.column != column);
                all.push(assignment);
            }
            action @ ConflictAction::Nothing => *action = ConflictAction::Update(vec![assignment]),
        }
        self
    }

    /// Changes a row that is there already only if it meets a condition; otherwise it stays as it is. A plain column is the row that is
    /// there, [`excluded`](Column::excluded) what would have been inserted.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let seen = |logins| User::create().username("ann").email("ann@example.com").logins(logins);
    /// let newer = User::logins.lt(User::logins.excluded());
    /// let kept = seen(5).on_conflict(User::email).update(User::logins).filter(newer.clone()).insert(&db).await?;
    /// let ann = seen(9).on_conflict(User::email).update(User::logins).filter(newer).insert(&db).await?;
    /// assert_eq!((kept, ann.map(|ann| ann.logins)), (None, Some(9)));
    /// # Ok(()) }) }
    /// ```
    pub fn filter(mut self, condition: impl Expression<M, Value = bool>) -> Self {
        super::filter::add(&mut self.conflict.condition, condition.into_node());
        self
    }

    /// The same upsert once more.
    pub(super) fn copy(&self) -> Self
    where
        W: Clone,
    {
        Self {
            rows: self.rows.clone(),
            conflict: self.conflict.clone(),
            model: PhantomData,
        }
    }

    /// Judges the target, and the values for a row that is there already.
    pub(super) fn finish(&mut self) -> Result<()> {
        self.check()?;
        match &mut self.conflict.action {
            ConflictAction::Update(assignments) => judge_assignments::<M>(assignments, &[]),
            ConflictAction::Nothing => Ok(()),
        }
    }

    fn check(&self) -> Result<()> {
        let model = M::def();
        let mut target: Vec<_> = self
            .conflict
            .target
            .iter()
            .map(|i| model.columns[*i].name.clone())
            .collect();
        target.sort();
        let known = model.unique_sets().any(|mut set| {
            set.sort();
            set == target
        });
        if known {
            return Ok(());
        }
        let fields: Vec<_> = self
            .conflict
            .target
            .iter()
            .map(|i| &*model.columns[*i].field)
            .collect();
        Err(Error::invalid_query(format!(
            "`{}::({})` is not unique, so no row can be in conflict with it; name the primary key, a `unique` field, or the fields of a unique index",
            model.name,
            fields.join(", ")
        )))
    }
}

impl<M: Model> Upsert<M> {
    /// Inserts or changes the one row, and gives it back; `None` where a row was left as it was, by
    /// [`do_nothing`](OnConflict::do_nothing) or a [`filter`](Self::filter). See [`OnConflict::update`].
    ///
    /// # Errors
    /// When a field is refused, when the columns are not a unique key of the model, when another key is taken, or when the database
    /// refuses the row.
    #[track_caller]
    pub fn insert(mut self, db: &Db) -> impl Future<Output = Result<Option<M>>> + Send {
        let caller = Location::caller();
        async move {
            let db = &db.at(caller);
            self.finish().map_err(|e| e.with_caller(caller))?;
            if self.rows.len() != 1 {
                let message = "`insert` takes one row; use `exec` for the rows of `insert_many`";
                return Err(Error::invalid_query(message).with_caller(caller));
            }
            let Some(row) = self.rows.pop() else {
                return Ok(None);
            };
            let statement =
                single::<M>(row, Some(self.conflict)).map_err(|e| e.with_caller(caller))?;
            let rows = db
                .insert_returning::<M>(statement)
                .await
                .map_err(|e| e.with_caller(caller))?;
            Ok(rows.into_iter().next())
        }
    }

    /// Inserts or changes the rows, and says how many were written. See [`InsertMany::on_conflict`].
    ///
    /// # Errors
    /// As [`insert`](Self::insert).
    #[track_caller]
    pub fn exec(mut self, db: &Db) -> impl Future<Output = Result<u64>> + Send {
        let caller = Location::caller();
        async move {
            let db = &db.at(caller);
            self.finish().map_err(|e| e.with_caller(caller))?;
            let groups =
                group::<M>(self.rows, Some(&self.conflict)).map_err(|e| e.with_caller(caller))?;
            db.insert(groups).await.map_err(|e| e.with_caller(caller))
        }
    }

    /// The statements that [`exec`](Self::exec) sends to a database, each with the values for its placeholders. Nothing is sent.
    /// See [`Query::to_sql`](crate::Query::to_sql). Where the database's own upsert cannot name the unique key that it is about, each
    /// row has two: the insert, and the change that follows if the key is taken.
    ///
    /// # Errors
    /// As [`exec`](Self::exec).
    pub fn to_sql(&self, dialect: &'static dyn Dialect) -> Result<Vec<(String, Vec<Value>)>> {
        let statements = self.rendered(dialect)?.into_iter();
        Ok(statements.map(Explained::into_text).collect())
    }

    pub(super) fn rendered(&self, dialect: &'static dyn Dialect) -> Result<Vec<Explained>> {
        let mut upsert = self.copy();
        upsert.finish()?;
        let groups = group::<M>(upsert.rows, Some(&upsert.conflict))?;
        if dialect.supports(Feature::ConflictTarget) {
            return statements(&groups, dialect).map(Explained::each);
        }
        let mut all = Vec::new();
        for group in &groups {
            for row in &group.rows {
                all.extend(each_step(group, row, dialect)?);
            }
        }
        Ok(all)
    }
}
