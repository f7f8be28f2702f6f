//! The derive macros of `orm`. Users get them through the crate `orm`; what each writes stands above its generator.
//!
//! A derive works in three steps that do not mix: `attr` reads what was written, `check` judges it, `expand` writes Rust.

mod attr;
mod check;
mod db_enum;
mod embed;
mod expand;
mod from_row;
mod sql_macro;
mod suggest;

use proc_macro::TokenStream;

/// Makes a struct a model: its values are rows of a table.
///
/// ```ignore
/// #[derive(Model, Debug, Clone)]
/// pub struct User {
///     pub id: Id<User>,
///     #[model(unique, length = 50)]
///     pub username: String,
///     #[model(created_at)]
///     pub created_at: DateTime<Utc>,
/// }
/// ```
///
/// The struct gets a column for each field (`User::username`), `User::create()`, and everything of the trait `Model`. `#[model(…)]`,
/// `#[belongs_to(…)]` and `#[validate(…)]` say more; the book's chapter on models lists them all.
#[proc_macro_derive(Model, attributes(model, validate, belongs_to))]
pub fn model(input: TokenStream) -> TokenStream {
    match syn::parse(input) {
        Ok(input) => expand::model(&input).into(),
        Err(error) => error.into_compile_error().into(),
    }
}

/// Makes an enum without data a column type, stored as one of a fixed set of labels.
#[proc_macro_derive(DbEnum, attributes(db_enum))]
pub fn db_enum(input: TokenStream) -> TokenStream {
    db_enum::expand(input.into()).into()
}

/// Makes a struct something that a model's field can hold: several columns, a document, or another spelling of one value.
#[proc_macro_derive(Embed, attributes(embed, model))]
pub fn embed(input: TokenStream) -> TokenStream {
    embed::expand(input.into()).into()
}

/// Makes a struct something that a row of a raw query can be read into.
#[proc_macro_derive(FromRow, attributes(from_row))]
pub fn from_row(input: TokenStream) -> TokenStream {
    from_row::expand(input.into()).into()
}

/// A statement in SQL, with `{name}` for a bound value and `{..list}` for a list of them.
#[proc_macro]
pub fn sql(input: TokenStream) -> TokenStream {
    sql_macro::expand(input.into()).into()
}
