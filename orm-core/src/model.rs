//! What the program's structs declare: models, their columns, keys and indexes.

mod column;
mod field;
mod full_text;
mod id;
mod join_table;
mod registry;
mod relation;

use std::borrow::Cow;

pub use column::{
    Action, CheckDef, ColumnDef, ColumnRole, DefaultDef, ForeignKeyDef, GeneratedDef,
    IndexColumnDef, IndexDef, Normalize,
};
#[cfg(feature = "json")]
#[doc(hidden)]
pub use field::JsonField;
#[doc(hidden)]
pub use field::{Fixed, ModelField};
pub use full_text::{FullTextDef, full_text_column};
pub use id::{Id, IntoKey, Key, KeyOf, KeyValue};
#[doc(hidden)]
pub use join_table::join_table;
pub use registry::{Registered, all, by_table};
pub use relation::{
    Ambiguous, AnyNumber, AtMostOne, BackOf, Cardinality, End, ExactlyOne, Hop, Inverse,
    ManyToMany, Named, OneToOne, RefersTo, Relation, RelationDef,
};
#[doc(hidden)]
pub use relation::{back_of, ends_at, one_to_one};

use crate::error::{FieldErrors, Result};
use crate::query::{Create, IntoCreate, Query};
use crate::row::FromRow;
use crate::value::Value;

/// A struct whose values are rows of a table; made by `#[derive(Model)]`.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// #[derive(Model, Debug)]
/// struct Tag {
///     id: Id<Tag>,
///     label: String,
/// }
/// orm::create_tables_of(&db, &[Tag::def()]).await?;
///
/// let tag = Tag::create().label("rust").insert(&db).await?;
/// assert_eq!(tag.key(), tag.id);
/// assert_eq!(Tag::def().table, "tags");
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "add `#[derive(Model)]` to `{Self}`"
)]
pub trait Model: FromRow + Sync {
    /// The primary key's type.
    type Key: Key<Self>;
    /// The builder of a new row, with no field set.
    type Create;
    /// The builder of a change.
    type Update<S>: From<crate::query::Update<Self, S>>;

    /// The first columns of the fields that a new row needs.
    #[doc(hidden)]
    const REQUIRED: &'static [usize] = &[];
    /// The columns that a draft or a patch may not give.
    #[doc(hidden)]
    const FIXED: &'static [(usize, Fixed)] = &[];

    /// The table that the model stands for.
    fn def() -> &'static ModelDef;

    /// The primary key of this row.
    fn key(&self) -> Self::Key;

    /// The value of the column with this index in [`ModelDef::columns`]; `None` if the struct does not hold it.
    fn value(&self, column: usize) -> Option<Result<Value>>;

    /// Brings the values of a new or changed row into form (trim, lowercase, …) and judges them, adding to `errors` what is wrong.
    /// Only columns that are present are looked at.
    fn check(values: &mut [Option<Value>], errors: &mut FieldErrors);

    /// Nothing: a plain row holds its columns and no more. Rows [`With`](crate::With) included ones have a `get` that gives them.
    #[doc(hidden)]
    fn get<N: crate::query::Keyed>(&self, _: N) -> &<Self as crate::query::Holds<N>>::Value
    where
        Self: crate::query::Holds<N>,
    {
        self.held()
    }

    /// Starts a query for all rows.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let popular = Post::query().filter(Post::views.gt(100)).all(&db).await?;
    /// assert_eq!(popular[0].title, "Hello");
    /// # Ok(()) }) }
    /// ```
    fn query() -> Query<Self> {
        Query::new()
    }

    /// Starts a query for the row with this key.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let ann = User::find(1).one(&db).await?;
    /// assert_eq!(ann.username, "ann");
    /// # Ok(()) }) }
    /// ```
    fn find(key: impl IntoKey<Self>) -> Query<Self> {
        Query::by_key(key.into_key())
    }

    /// Starts a change of this row.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let ann = User::find(1).one(&db).await?;
    /// let ann = ann.update().email("ann@example.org").save(&db).await?;
    /// assert_eq!(ann.email, "ann@example.org");
    /// # Ok(()) }) }
    /// ```
    fn update(&self) -> Self::Update<crate::query::One> {
        crate::query::Update::by_key(self.key()).into()
    }

    /// Starts a change of the row with this key, which need not be read for that.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let bob = User::change(2).age(44).save(&db).await?;
    /// assert_eq!((bob.username.as_str(), bob.age), ("bob", Some(44)));
    /// # Ok(()) }) }
    /// ```
    fn change(key: impl IntoKey<Self>) -> Self::Update<crate::query::One> {
        crate::query::Update::by_key(key.into_key()).into()
    }

    /// Changes many rows at once, each to values of its own, in one statement for some thousands of them: all or none. An item is a
    /// change of one row (`user.update().age(30)`, `User::change(1).age(30)`), or a key with a [`Patch`](crate::Patch). The values are
    /// brought into form and validated, and `updated_at` is set, as by [`update`](Self::update).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let users = User::query().order_by(User::id).all(&db).await?;
    /// let older = users.iter().map(|user| user.update().age(user.age.map(|age| age + 1)));
    /// assert_eq!(User::update_many(older).exec(&db).await?, 3);
    /// assert_eq!(User::query().order_by(User::id).select(User::age).all(&db).await?, [Some(35), None, Some(18)]);
    /// # Ok(()) }) }
    /// ```
    fn update_many<U: crate::query::IntoChange<Self>>(
        changes: impl IntoIterator<Item = U>,
    ) -> crate::query::UpdateMany<Self> {
        crate::query::UpdateMany::new(changes)
    }

    /// Keeps an eye on this row, so that [`save`](crate::query::Tracked::save) writes the fields that were changed, and no others.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let mut ann = User::find(1).one(&db).await?.track();
    /// ann.email = "ann@example.org".into();
    /// assert!(ann.is_changed(User::email) && !ann.is_changed(User::username));
    /// ann.save(&db).await?;
    /// # Ok(()) }) }
    /// ```
    fn track(self) -> crate::query::Tracked<Self> {
        crate::query::Tracked::new(self)
    }

    /// Deletes this row.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let draft = Post::find(2).one(&db).await?;
    /// draft.delete(&db).await?;
    /// assert!(draft.delete(&db).await.is_err_and(|error| error.is_not_found()));
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// [`is_not_found`](crate::Error::is_not_found) when the row is gone already.
    #[track_caller]
    fn delete(&self, db: &crate::Db) -> impl Future<Output = Result<()>> + Send {
        crate::query::Delete::<Self>::by_key(self.key()).one(db)
    }

    /// Inserts the rows that a query finds, without reading them: the columns are named first, and the query selects a value for each.
    /// A type that does not fit does not compile. Columns that are not named get their defaults; a column that needs a value and is
    /// not named is an error before anything is sent. The database judges the values, they are not brought into form or validated.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let drafts = User::query().select((User::id, User::username.upper()));
    /// assert_eq!(Post::insert_from((Post::author_id, Post::title), drafts).exec(&db).await?, 3);
    /// assert!(Post::query().filter(Post::title.eq("CYD")).one(&db).await?.views == 0);
    /// # Ok(()) }) }
    /// ```
    fn insert_from<N: Model, R>(
        columns: impl crate::query::InsertColumns<Self, R>,
        query: Query<N, R>,
    ) -> crate::query::InsertFrom<Self> {
        crate::query::InsertFrom::new(columns, query)
    }

    /// Lets the database number further rows behind the greatest number that is there.
    ///
    /// Databases number the rows of a key such as `Id<User>`, and go on behind numbers that a program gave. PostgreSQL's sequences do not;
    /// everything in this crate that inserts rows with their numbers moves the sequence on, so this is for tables that were filled in
    /// another way, by hand-written SQL or another program. On other databases, and for keys of another kind, it does nothing. A sequence
    /// is never set back.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// sql!("INSERT INTO users (id, username, email, logins) VALUES (40, 'dan', 'dan@example.com', 0)").execute(&db).await?;
    /// User::sync_sequence(&db).await?;
    /// assert_eq!(User::create().username("eve").email("eve@example.com").insert(&db).await?.id.get(), 41);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// Whatever the database reports.
    #[track_caller]
    fn sync_sequence(db: &crate::Db) -> impl Future<Output = Result<()>> + Send {
        let caller = std::panic::Location::caller();
        let db = db.clone();
        async move {
            let done = db.at(caller).advance_identity(Self::def()).await;
            done.map_err(|e| e.with_caller(caller))
        }
    }

    /// Inserts the rows of a stream, any number of them in constant memory: all or none, by the fastest way that the database has, which
    /// is `COPY` on PostgreSQL. An item is a builder, a [`Draft`](crate::Draft), or a `Result` of one. The stream is asked for rows as fast
    /// as the database takes them. Each row gets its defaults, is brought into form and is validated as by [`insert_many`](Self::insert_many).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let other = Db::connect("sqlite::memory:").await?;
    /// orm::create_tables_of(&other, &[User::def()]).await?;
    /// # struct Map<S, F>(S, F);
    /// # impl<S: futures_core::Stream + Unpin, T, F: FnMut(S::Item) -> T + Unpin> futures_core::Stream for Map<S, F> {
    /// #     type Item = T;
    /// #     fn poll_next(mut self: std::pin::Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> std::task::Poll<Option<T>> {
    /// #         let item = std::pin::Pin::new(&mut self.0).poll_next(cx);
    /// #         item.map(|item| item.map(|item| (self.1)(item)))
    /// #     }
    /// # }
    /// # trait MapExt: Sized { fn map<F>(self, f: F) -> Map<Self, F> { Map(self, f) } }
    /// # impl<R> MapExt for orm::query::RowStream<R> {}
    ///
    /// // `map` is that of `StreamExt`, from the crate `futures`.
    /// let rows = User::query().stream(&db).map(|user: orm::Result<User>| {
    ///     let user = user?;
    ///     Ok(User::create().username(user.username).email(user.email))
    /// });
    /// assert_eq!(User::import(rows).run(&other).await?, 3);
    /// # Ok(()) }) }
    /// ```
    fn import<'i, S: futures_core::Stream + Send + 'i>(rows: S) -> crate::query::Import<'i, Self>
    where
        S::Item: crate::query::ImportRow<Self>,
    {
        crate::query::Import::stream(rows)
    }

    /// Inserts the rows of an iterator, any number of them in constant memory. See [`import`](Self::import).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let posts = (0..5000).map(|n| Post::create().author_id(1).title(format!("Post {n}")));
    /// assert_eq!(Post::import_iter(posts).run(&db).await?, 5000);
    /// # Ok(()) }) }
    /// ```
    fn import_iter<'i, I: IntoIterator<IntoIter: Send + 'i>>(
        rows: I,
    ) -> crate::query::Import<'i, Self>
    where
        I::Item: crate::query::ImportRow<Self>,
    {
        crate::query::Import::iterator(rows.into_iter())
    }

    /// Inserts the rows of a CSV file, any number of them in constant memory: all or none. The first line names the columns; columns that
    /// it does not name get their defaults, and one that the database computes is left out. Each row is brought into form and validated.
    /// A thread reads the file, so anything that can be read will do: a `File`, bytes, a decoder.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let file = "username,email,age\ndan,Dan@example.com,\n\"E, Eve\",eve@example.com,30\n";
    /// assert_eq!(User::import_csv(file.as_bytes()).run(&db).await?, 2);
    /// let eve = User::query().filter(User::username.eq("E, Eve")).one(&db).await?;
    /// assert_eq!((eve.email.as_str(), eve.age, eve.logins), ("eve@example.com", Some(30), 0));
    ///
    /// let error = User::import_csv("username,email,age\nfay,fay@example.com,old\n".as_bytes()).run(&db).await.unwrap_err();
    /// assert_eq!(error.row(), Some(1));
    /// # Ok(()) }) }
    /// ```
    fn import_csv(
        file: impl std::io::Read + Send + 'static,
    ) -> crate::query::Import<'static, Self> {
        crate::query::Import::file(crate::transfer::Format::Csv, Box::new(file))
    }

    /// Inserts the rows of a file that has a JSON object on each line. See [`import_csv`](Self::import_csv).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let file = r#"{"username": "dan", "email": "dan@example.com", "age": null}"#;
    /// assert_eq!(User::import_json_lines(file.as_bytes()).run(&db).await?, 1);
    /// # Ok(()) }) }
    /// ```
    #[cfg(feature = "json")]
    fn import_json_lines(
        file: impl std::io::Read + Send + 'static,
    ) -> crate::query::Import<'static, Self> {
        crate::query::Import::file(crate::transfer::Format::JsonLines, Box::new(file))
    }

    /// Inserts many rows at once, by the fastest way that the database has. A row is a builder, or a [`Draft`](crate::Draft).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let names = ["dan", "eve"];
    /// let users = names.map(|name| User::create().username(name).email(format!("{name}@example.com")));
    /// assert_eq!(User::insert_many(users).exec(&db).await?, 2);
    /// # Ok(()) }) }
    /// ```
    fn insert_many<R: IntoCreate>(
        rows: impl IntoIterator<Item = R>,
    ) -> crate::query::InsertMany<Self>
    where
        R::Create: Create<Model = Self>,
    {
        crate::query::InsertMany::new(rows)
    }
}

/// The table that a model stands for.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let user = User::def();
/// assert_eq!((user.name, user.table), ("User", "users"));
/// assert!(user.column("email").is_some_and(|column| column.unique));
/// # Ok(()) }) }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct ModelDef {
    /// The struct's name.
    pub name: &'static str,
    /// The schema that holds the table, where it is not the connection's default.
    pub schema: Option<&'static str>,
    /// The table's name.
    pub table: &'static str,
    /// Whether it stands for the rows of a query, and not for a table of the database.
    pub of_query: bool,
    /// The columns, in the order of the struct's fields; those that are not part of the struct come last.
    pub columns: Vec<ColumnDef>,
    /// How many of the columns are part of the struct.
    pub visible: usize,
    /// The indexes in [`columns`](Self::columns) of the primary key.
    pub key: Vec<usize>,
    /// Indexes and unique constraints over one or several columns.
    pub indexes: Vec<IndexDef>,
    /// The indexes over the words of columns.
    pub full_texts: Vec<FullTextDef>,
    /// Foreign keys.
    pub foreign_keys: Vec<ForeignKeyDef>,
    /// Checks of the whole table.
    pub checks: Vec<CheckDef>,
    /// The tables that link the model with others, made for relations of many to many that name no model for it.
    pub join_tables: Vec<fn() -> &'static ModelDef>,
    /// The table's comment.
    pub comment: Option<&'static str>,
    /// The name of the primary key's constraint, if the model gives one.
    pub key_constraint: Option<&'static str>,
    /// The name that the table had before.
    pub renamed_from: Option<&'static str>,
    /// Brings values into form and judges them, as [`Model::check`] does.
    pub check: fn(&mut [Option<Value>], &mut FieldErrors),
}

impl ModelDef {
    /// A table without columns; the derive fills in the rest.
    pub fn new(name: &'static str, table: &'static str) -> Self {
        Self {
            name,
            schema: None,
            table,
            of_query: false,
            columns: Vec::new(),
            visible: 0,
            key: Vec::new(),
            indexes: Vec::new(),
            full_texts: Vec::new(),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
            join_tables: Vec::new(),
            comment: None,
            key_constraint: None,
            renamed_from: None,
            check: |_, _| {},
        }
    }

    /// The column with this name in the database.
    pub fn column(&self, name: &str) -> Option<&ColumnDef> {
        self.columns.iter().find(|c| c.name == name)
    }

    /// The columns that are part of the struct.
    pub fn visible_columns(&self) -> &[ColumnDef] {
        &self.columns[..self.visible]
    }

    /// The columns of the primary key.
    pub fn key_columns(&self) -> impl Iterator<Item = &ColumnDef> {
        self.key.iter().map(|i| &self.columns[*i])
    }

    /// The column that the database numbers by itself, if there is one.
    pub fn identity(&self) -> Option<usize> {
        self.columns
            .iter()
            .position(|c| c.role == ColumnRole::Identity)
    }

    /// Sets of columns that are unique and never NULL together: the key, and each unique index without a condition.
    pub fn unique_sets(&self) -> impl Iterator<Item = Vec<Cow<'static, str>>> {
        let key = (!self.key.is_empty()).then(|| {
            self.key_columns()
                .map(|c| c.name.clone())
                .collect::<Vec<_>>()
        });
        let single = self
            .columns
            .iter()
            .filter(|c| c.unique)
            .map(|c| vec![c.name.clone()]);
        let indexes = self
            .indexes
            .iter()
            .filter(|i| i.unique && i.condition.is_none())
            .filter_map(|i| {
                i.columns
                    .iter()
                    .map(|c| c.column().map(|at| self.columns[at].name.clone()))
                    .collect::<Option<Vec<_>>>()
            });
        key.into_iter().chain(single).chain(indexes)
    }
}
