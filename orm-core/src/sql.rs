//! Rendering: from plain statements to text and bound values. SQL text is appended here and in the dialects, nowhere else.

pub mod ddl;
mod expr;
mod function;
mod ident;
mod identity;
mod insert_from;
mod join;
mod known;
mod link;
mod per_group;
mod raw;
mod rollup;
pub mod scan;
mod scopes;
mod search;
mod select;
mod share;
mod source;
mod transaction;
mod update_many;
mod window;
mod write;
mod writer;

pub use ident::Ident;
pub use writer::Writer;

pub(crate) use identity::{advance_identity, advance_identity_to};
pub(crate) use insert_from::{insert_from, repeated_keys};
pub(crate) use known::{Known, Parameter, count as count_sections};
pub(crate) use raw::{first_word, name_of, placeholders_at, raw};
pub(crate) use select::{count, exists, select};
pub(crate) use transaction::{release_savepoint, roll_back_to_savepoint, savepoint};
pub(crate) use update_many::update_many;
pub(crate) use write::{
    by_keys, can_return_both, delete, guard, insert, select_filtered, select_locked, update,
    update_key_filter,
};
