//! Rows whose values nobody had to think of.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::fake::{self, Fake};
use crate::db::Db;
use crate::error::{Error, FieldErrors, Result};
use crate::expr::{Column, IntoField};
use crate::model::{ForeignKeyDef, Model, ModelDef};
use crate::query::{NewRow, insert};
use crate::value::{EncodeError, Value};

/// How far rows may need rows that need rows.
const DEEPEST: usize = 16;

/// How a value is made for the row with this number.
type Make = Arc<dyn Fn(u64) -> Result<Value, EncodeError> + Send + Sync>;

/// Makes rows of a model for tests: each required field gets a value of its kind, as its name suggests, which the model's rules accept
/// and no other row has where it must be unique; and rows that it refers to are made as well.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// use orm::testing::factory;
///
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let eve = factory::<User>().set(User::username, "eve").insert(&db).await?;
/// assert!(eve.email.contains('@'));
///
/// let posts = factory::<Post>().set(Post::author_id, eve.id).set_with(Post::title, |n| format!("No. {n}")).insert_many(3, &db).await?;
/// assert_eq!(User::posts.of(&eve).count(&db).await?, 3);
///
/// let post = factory::<Post>().insert(&db).await?;                     // by an author who is made for it
/// assert!(User::find(post.author_id).exists(&db).await?);
/// # Ok(()) }) }
/// ```
///
/// Optional fields, and fields with a default, stay as a new row has them unless they are set. The same numbers give the same values;
/// [`seed`](Self::seed) fixes the numbers.
#[must_use = "call `insert` and await it"]
pub struct Factory<M> {
    given: BTreeMap<usize, Make>,
    seed: Option<u64>,
    model: PhantomData<fn() -> M>,
}

impl<M> Clone for Factory<M> {
    fn clone(&self) -> Self {
        Self {
            given: self.given.clone(),
            seed: self.seed,
            model: PhantomData,
        }
    }
}

impl<M> std::fmt::Debug for Factory<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Factory")
            .field("given", &self.given.keys())
            .field("seed", &self.seed)
            .finish()
    }
}

/// A [`Factory`] of a model's rows.
pub fn factory<M: Model>() -> Factory<M> {
    Factory {
        given: BTreeMap::new(),
        seed: None,
        model: PhantomData,
    }
}

impl<M: Model> Factory<M> {
    /// Gives a field this value in every row.
    pub fn set<T>(mut self, column: Column<M, T>, value: impl IntoField<T>) -> Self {
        let value = value.into_field();
        let make: Make = Arc::new(move |_| match &value {
            Ok(value) => Ok(value.clone()),
            Err(error) => Err(EncodeError(error.0.clone())),
        });
        self.given.insert(column.index(), make);
        self
    }

    /// Gives a field a value that is made from the row's number: no two rows of a program have the same.
    pub fn set_with<T, V: IntoField<T>>(
        mut self,
        column: Column<M, T>,
        value: impl Fn(u64) -> V + Send + Sync + 'static,
    ) -> Self {
        let make: Make = Arc::new(move |number| value(number).into_field());
        self.given.insert(column.index(), make);
        self
    }

    /// Numbers the rows from this seed on, so that a run makes the same rows as the one before. Two factories with one seed make the
    /// same rows, which a unique field refuses.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// use orm::testing::factory;
    ///
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let first = factory::<User>().seed(7).insert(&db).await?;
    /// first.clone().delete(&db).await?;
    /// let again = factory::<User>().seed(7).insert(&db).await?;
    /// assert_eq!((again.username, again.email), (first.username, first.email));
    /// # Ok(()) }) }
    /// ```
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Makes a row, and those that it refers to.
    ///
    /// # Errors
    /// When no value is found that the model's rules accept, rows need each other in a circle, or the database refuses.
    pub async fn insert(self, db: &Db) -> Result<M> {
        let mut rows = self.insert_many(1, db).await?;
        rows.pop().ok_or_else(|| {
            Error::new(crate::ErrorKind::NotFound {
                what: M::def().name,
            })
        })
    }

    /// Makes several rows. They refer to the same rows, unless each must have its own.
    ///
    /// # Errors
    /// As [`insert`](Self::insert).
    pub async fn insert_many(self, count: usize, db: &Db) -> Result<Vec<M>> {
        let model = M::def();
        let mut numbers = Numbers {
            next: self.seed.map(|seed| seed.wrapping_mul(1000)),
        };
        let mut shared = BTreeMap::new();
        let mut rows = Vec::with_capacity(count);
        for _ in 0..count {
            let number = numbers.take();
            let mut values = vec![None; model.columns.len()];
            for (column, make) in &self.given {
                let value =
                    make(number).map_err(|e| crate::query::encode_failure(model, *column, e))?;
                values[*column] = Some(value);
            }
            let given: Vec<usize> = self.given.keys().copied().collect();
            refer(model, &mut values, &mut shared, &mut numbers, db, 0).await?;
            complete(model, &mut values, &given, number)?;
            let mut row = NewRow::new(model);
            for (column, value) in values.into_iter().enumerate() {
                if let Some(value) = value {
                    row.put(column, Ok(value));
                }
            }
            rows.push(insert::<M>(row, db).await?);
        }
        Ok(rows)
    }
}

/// The numbers of rows: from a seed, or such that none comes twice in a program.
struct Numbers {
    next: Option<u64>,
}

impl Numbers {
    fn take(&mut self) -> u64 {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        match &mut self.next {
            Some(next) => {
                *next = next.wrapping_add(1);
                *next
            }
            None => NEXT.fetch_add(1, Ordering::Relaxed),
        }
    }
}

/// Rows that several refer to: the columns that refer, and their values.
type Shared = BTreeMap<Vec<usize>, Vec<Value>>;

/// Makes the rows that a row must refer to, and fills in its foreign keys.
fn refer<'a>(
    model: &'static ModelDef,
    values: &'a mut [Option<Value>],
    shared: &'a mut Shared,
    numbers: &'a mut Numbers,
    db: &'a Db,
    depth: usize,
) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>> {
    Box::pin(async move {
        let wanted = |key: &&ForeignKeyDef, values: &[Option<Value>]| {
            let mut columns = key.columns.iter();
            columns.any(|c| values[*c].is_none() && !model.columns[*c].is_optional())
        };
        for key in &model.foreign_keys {
            if !wanted(&key, values) {
                continue;
            }
            if depth >= DEEPEST {
                let message = format!(
                    "a row of `{}` needs one of `{}`, and so on without end; make one by hand, and set the foreign key",
                    model.name,
                    (key.target)().name
                );
                return Err(Error::invalid_query(message));
            }
            let alone = model.unique_sets().any(|set| {
                let columns = key.columns.iter().map(|c| &model.columns[*c].name);
                set.iter().all(|name| columns.clone().any(|c| c == name))
            });
            let found = match shared.get(&key.columns).filter(|_| !alone) {
                Some(found) => found.clone(),
                None => parent(key, numbers, db, depth + 1).await?,
            };
            for (column, value) in key.columns.iter().zip(&found) {
                values[*column].get_or_insert_with(|| value.clone());
            }
            shared.insert(key.columns.clone(), found);
        }
        Ok(())
    })
}

/// Makes a row for a foreign key to refer to, and gives the values that it refers by.
async fn parent(
    key: &ForeignKeyDef,
    numbers: &mut Numbers,
    db: &Db,
    depth: usize,
) -> Result<Vec<Value>> {
    let model = (key.target)();
    let number = numbers.take();
    let mut values = vec![None; model.columns.len()];
    refer(model, &mut values, &mut Shared::new(), numbers, db, depth).await?;
    complete(model, &mut values, &[], number)?;
    let mut row = NewRow::new(model);
    for (column, value) in values.into_iter().enumerate() {
        if let Some(value) = value {
            row.put(column, Ok(value));
        }
    }
    let wanted: Vec<usize> = key
        .target_columns()
        .iter()
        .filter_map(|target| model.columns.iter().position(|c| c.name == target.name))
        .collect();
    db.insert_plain(model, row.finish(model)?, &wanted).await
}

/// Gives values to the fields that need one, and others to those whose value the model's rules refuse.
fn complete(
    model: &'static ModelDef,
    values: &mut [Option<Value>],
    given: &[usize],
    number: u64,
) -> Result<()> {
    let mut fakes: BTreeMap<usize, Fake<'_>> = BTreeMap::new();
    for (index, column) in model.columns.iter().enumerate() {
        let natural_key =
            model.key.contains(&index) && column.role == crate::model::ColumnRole::Plain;
        if values[index].is_none() && (!column.is_optional() || natural_key) {
            let unique = column.unique
                || model.key.contains(&index)
                || model
                    .indexes
                    .iter()
                    .any(|i| i.unique && i.columns.iter().any(|c| c.column() == Some(index)));
            let mut fake = Fake::new(column, unique, number);
            values[index] = Some(next(model, &mut fake)?);
            fakes.insert(index, fake);
        }
    }
    loop {
        let (mut judged, mut errors) = (values.to_vec(), FieldErrors::default());
        (model.check)(&mut judged, &mut errors);
        let mut changed = false;
        for (index, fake) in &mut fakes {
            if !given.contains(index) && errors.of(&model.columns[*index].field).next().is_some() {
                values[*index] = Some(next(model, fake)?);
                changed = true;
            }
        }
        // What is left is about values that were given, and comes up when the row is inserted.
        if !changed {
            return Ok(());
        }
    }
}

fn next(model: &'static ModelDef, fake: &mut Fake<'_>) -> Result<Value> {
    fake.next().ok_or_else(|| {
        let field = &fake.column.field;
        let kind = fake::described(fake.column);
        Error::invalid_query(format!(
            "no value of type {kind} was found that the rules of `{0}::{field}` accept; give one by `.set({0}::{field}, …)`",
            model.name
        ))
    })
}
