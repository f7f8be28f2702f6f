//! The derive macros of `orm`. Users get them through the crate `orm`; what each writes stands above its generator.
//!
//! A derive works in three steps that do not mix: `attr` reads what was written, `check` judges it, `expand` writes Rust.

mod attr;
mod check;
mod db_enum;
mod draft;
mod embed;
mod expand;
mod from_row;
mod input;
mod migrations;
mod patch;
mod serde_names;
mod sql_macro;
mod suggest;
mod test;
mod view;

use proc_macro::TokenStream;

/// Makes a struct a model: its values are rows of a table.
///
/// ```
/// use orm::prelude::*;
///
/// #[derive(Model, Debug, Clone)]
/// pub struct User {
///     pub id: Id<User>,
///     #[model(unique, length = 50)]
///     pub username: String,
///     #[model(created_at)]
///     pub created_at: DateTime<Utc>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// # let db = Db::connect("sqlite::memory:").await?;
/// # orm::create_tables_of(&db, &[User::def()]).await?;
/// let ann = User::create().username("ann").insert(&db).await?;
/// let same = User::query().filter(User::username.eq("ann")).one(&db).await?;
/// assert_eq!(ann.id, same.id);
/// # Ok(())
/// # }
/// ```
///
/// The struct gets a column for each field (`User::username`), `User::create()`, and everything of the trait `Model`. `#[model(…)]`,
/// `#[belongs_to(…)]` and `#[validate(…)]` say more; the book's chapter on models lists them all.
#[proc_macro_derive(
    Model,
    attributes(model, validate, belongs_to, has_many, has_one, many_to_many)
)]
pub fn model(input: TokenStream) -> TokenStream {
    match syn::parse(input) {
        Ok(input) => expand::model(&input).into(),
        Err(error) => error.into_compile_error().into(),
    }
}

/// Makes an enum without data a column type, stored as one of a fixed set of labels.
///
/// ```
/// use orm::prelude::*;
///
/// #[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
/// pub enum Role { Member, Editor, Admin }
///
/// #[derive(Model, Debug)]
/// pub struct Member {
///     id: Id<Member>,
///     #[model(default = Role::Member)]
///     role: Role,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// # let db = Db::connect("sqlite::memory:").await?;
/// # orm::create_tables_of(&db, &[Member::def()]).await?;
/// Member::create().role(Role::Admin).insert(&db).await?;
/// assert!(Member::query().filter(Member::role.eq(Role::Admin)).exists(&db).await?);
/// assert_eq!(Role::Admin.as_str(), "admin");
/// # Ok(())
/// # }
/// ```
#[proc_macro_derive(DbEnum, attributes(db_enum))]
pub fn db_enum(input: TokenStream) -> TokenStream {
    db_enum::expand(input.into()).into()
}

/// Makes a struct something that a model's field can hold: several columns, a document, or another spelling of one value.
///
/// ```
/// use orm::prelude::*;
///
/// #[derive(Embed, Debug, Clone)]
/// pub struct Address { street: String, city: String }
///
/// #[derive(Model, Debug)]
/// pub struct Shop {
///     id: Id<Shop>,
///     #[model(embed)]
///     address: Address,           // the columns `address_street` and `address_city`
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// # let db = Db::connect("sqlite::memory:").await?;
/// # orm::create_tables_of(&db, &[Shop::def()]).await?;
/// Shop::create().address(Address { street: "Mill Road 1".into(), city: "Bath".into() }).insert(&db).await?;
/// let shop = Shop::query().filter(Shop::address.city.eq("Bath")).one(&db).await?;
/// assert_eq!(shop.address.street, "Mill Road 1");
/// # Ok(())
/// # }
/// ```
#[proc_macro_derive(Embed, attributes(embed, model))]
pub fn embed(input: TokenStream) -> TokenStream {
    embed::expand(input.into()).into()
}

/// Makes a struct something that a row of a raw query can be read into.
///
/// ```
/// use orm::prelude::*;
///
/// #[derive(FromRow, Debug, PartialEq)]
/// pub struct Author { name: String, posts: i64 }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// # let db = Db::connect("sqlite::memory:").await?;
/// let authors: Vec<Author> = sql!("SELECT 2 AS posts, 'Ann' AS name").all(&db).await?;
/// assert_eq!(authors, [Author { name: "Ann".into(), posts: 2 }]);
/// # Ok(())
/// # }
/// ```
#[proc_macro_derive(FromRow, attributes(from_row))]
pub fn from_row(input: TokenStream) -> TokenStream {
    from_row::expand(input.into()).into()
}

/// Makes a struct an input that becomes a new row of a model: each of its fields fills the model's field of the same name.
///
/// ```
/// use orm::prelude::*;
///
/// #[derive(Model, Debug)]
/// pub struct Note {
///     id: Id<Note>,
///     author: String,
///     text: String,
///     #[model(default = false)]
///     pinned: bool,
/// }
///
/// #[derive(Draft)]
/// #[draft(Note)]
/// struct NewNote {
///     #[draft(field = text)]
///     content: String,            // fills `Note::text`
///     pinned: Option<bool>,       // the default, where it is `None`
///     #[draft(skip)]
///     captcha: String,            // is not of the model
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// # let db = Db::connect("sqlite::memory:").await?;
/// # orm::create_tables_of(&db, &[Note::def()]).await?;
/// let input = NewNote { content: "Hello".into(), pinned: None, captcha: "7".into() };
/// assert_eq!(input.captcha, "7");
/// let note = input.create().author("ann").insert(&db).await?;       // the rest comes from the handler
/// assert_eq!((note.text.as_str(), note.pinned), ("Hello", false));
/// # Ok(())
/// # }
/// ```
#[proc_macro_derive(Draft, attributes(draft))]
pub fn draft(input: TokenStream) -> TokenStream {
    draft::expand(input.into()).into()
}

/// Makes a struct an input that becomes a change of a model's rows: each of its fields changes the model's field of the same name.
///
/// ```
/// use orm::prelude::*;
///
/// #[derive(Model, Debug)]
/// pub struct Note {
///     id: Id<Note>,
///     text: String,
///     color: Option<String>,
/// }
///
/// #[derive(Patch)]
/// #[patch(Note)]
/// struct EditNote {
///     text: Option<String>,                   // keep or set
///     color: Option<Option<String>>,          // keep, clear or set
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// # let db = Db::connect("sqlite::memory:").await?;
/// # orm::create_tables_of(&db, &[Note::def()]).await?;
/// let note = Note::create().text("Hello").color("red").insert(&db).await?;
/// let note = note.update().apply(EditNote { text: None, color: Some(None) }).save(&db).await?;
/// assert_eq!((note.text.as_str(), note.color), ("Hello", None));
/// # Ok(())
/// # }
/// ```
#[proc_macro_derive(Patch, attributes(patch))]
pub fn patch(input: TokenStream) -> TokenStream {
    patch::expand(input.into()).into()
}

/// Makes a struct a view: it says what a query reads, each of its fields being a column, an expression or a relation of a model.
///
/// ```
/// use orm::prelude::*;
///
/// #[derive(Model, Debug)]
/// #[has_many(books: Book)]
/// pub struct Writer {
///     id: Id<Writer>,
///     name: String,
///     biography: String,
/// }
///
/// #[derive(Model, Debug)]
/// pub struct Book {
///     id: Id<Book>,
///     #[belongs_to(writer: Writer)]
///     writer_id: Id<Writer>,
///     title: String,
/// }
///
/// #[derive(View, Debug)]
/// #[view(Book)]
/// struct Title { title: String }
///
/// #[derive(View, Debug)]
/// #[view(Writer)]
/// struct Shelf {
///     name: String,                           // the column `Writer::name`, and no other
///     #[view(expr = Writer::books.count())]
///     count: i64,
///     #[view(with = Writer::books.order_by(Book::title).limit(10))]
///     books: Vec<Title>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// # let db = Db::connect("sqlite::memory:").await?;
/// # orm::create_tables_of(&db, &[Writer::def(), Book::def()]).await?;
/// let ann = Writer::create().name("Ann").biography("…").insert(&db).await?;
/// Book::create().writer_id(ann.id).title("SQL").insert(&db).await?;
/// let shelf: Shelf = Writer::find(ann.id).view().one(&db).await?;
/// assert_eq!((shelf.name.as_str(), shelf.count, shelf.books[0].title.as_str()), ("Ann", 1, "SQL"));
/// # Ok(())
/// # }
/// ```
///
/// `#[view(field = name)]` reads a column or relation of another name, `#[view(flatten)]` another view of the same model. The book's
/// chapter on views has it all.
#[proc_macro_derive(View, attributes(view))]
pub fn view(input: TokenStream) -> TokenStream {
    view::expand(input.into()).into()
}

/// A statement in SQL, with `{name}` for a bound value and `{..list}` for a list of them.
///
/// | in the text | is |
/// |---|---|
/// | `{name}`, `{user.id}`, `{name: i64}` | a bound value, and its type |
/// | `{..ids}`, `{..ids: i64}` | a list of values |
/// | `{User}`, `{User::email}` | the table and a column of a model |
/// | `{?name: AND age > {name}}` | a section that is there if the `Option` is `Some`, or the `bool` true |
/// | `{@query}` | a query, or what another `sql!` gives |
/// | `{{`, `}}` | braces |
///
/// `sql!(postgres: "…")` is for one database, `sql!(unchecked: "…")` is left out by `orm::testing::check_queries`, and
/// `sql!("…" as (i64, String), name = value)` says what rows are read into, and what `{name}` is.
///
/// ```
/// use orm::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// # let db = Db::connect("sqlite::memory:").await?;
/// # db.execute_script("CREATE TABLE users (id INTEGER, name TEXT); INSERT INTO users VALUES (1, 'Ann'), (2, 'Bob')").await?;
/// let (name, ids) = ("Ann", [1, 2, 3]);
/// let id: i64 = sql!("SELECT id FROM users WHERE name = {name} AND id IN ({..ids})").one(&db).await?;
/// assert_eq!(id, 1);
/// # Ok(())
/// # }
/// ```
#[proc_macro]
pub fn sql(input: TokenStream) -> TokenStream {
    sql_macro::expand(input.into()).into()
}

/// Puts the migrations of a folder into the program; the folder is relative to the crate's `Cargo.toml`, and `migrations` unless it is
/// named.
///
/// ```
/// use orm::Migrations;
///
/// static MIGRATIONS: Migrations = orm::migrations!("../tests/migrations");
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// # let db = orm::Db::connect("sqlite::memory:").await?;
/// let status = MIGRATIONS.status(&db).await?;
/// assert!(status.pending().count() > 0);
/// # Ok(())
/// # }
/// ```
///
/// A change of a file builds the program again. So that a new folder does, too, write `println!("cargo:rerun-if-changed=migrations");`
/// into the `main` of a `build.rs`.
#[proc_macro]
pub fn migrations(input: TokenStream) -> TokenStream {
    migrations::migrations(input.into()).into()
}

/// Makes an `async fn` a test with a database of its own, which is dropped when the test has ended, also by a panic.
///
/// ```test_harness
/// use orm::prelude::*;
///
/// #[derive(Model, Debug)]
/// pub struct Note {
///     id: Id<Note>,
///     text: String,
/// }
///
/// #[orm::test]
/// async fn notes_are_kept(db: Db) -> orm::Result<()> {
///     let note = Note::create().text("Milk").insert(&db).await?;
///     assert_eq!(Note::find(note.id).one(&db).await?.text, "Milk");
///     Ok(())
/// }
///
/// #[orm::test(transaction)]
/// async fn notes_are_rolled_back(tx: Tx) -> orm::Result<()> {
///     Note::create().text("Honey").insert(&tx).await?;
///     Ok(())
/// }
/// ```
///
/// The database is one in memory, or it is made beside the one that `ORM_TEST_URL` names. It has the tables of all models that are linked
/// into the program. In brackets stands what is to be otherwise:
///
/// - `transaction`: the test gets a [`Tx`] that is rolled back, on a database that is made once and stays, which is faster on servers;
/// - `database = "postgres://…"` names another URL, `database = "$NAME"` the environment variable that has it;
/// - `models(User, Post)`: the tables of these models and no others;
/// - `migrations = MIGRATIONS`: what these [`migrations!`] make, which need the feature `migrate`.
///
/// [`Tx`]: https://docs.rs/orm/latest/orm/struct.Tx.html
#[proc_macro_attribute]
pub fn test(attribute: TokenStream, item: TokenStream) -> TokenStream {
    test::expand(attribute.into(), item.into()).into()
}

/// Makes a function a step of migrations, which a script calls by `-- orm: step <name>`.
///
/// ```
/// use orm::prelude::*;
///
/// #[orm::migration_step("shout")]
/// async fn shout(tx: &Tx) -> orm::Result<()> {
///     sql!("UPDATE notes SET body = upper(body)").execute(tx).await?;
///     Ok(())
/// }
/// # fn main() {}
/// ```
///
/// It runs in order with the SQL around it, in the same transaction where the database can have both in one. Write its statements by
/// hand rather than by models: the models go on changing, and the migration stays.
#[proc_macro_attribute]
pub fn migration_step(attribute: TokenStream, item: TokenStream) -> TokenStream {
    migrations::step(attribute.into(), item.into()).into()
}
