//! Functions: what each one is on every database stands in a file of this folder, beside the method that calls it.

mod null;
mod number;
mod table;
mod text;
mod time;

pub(crate) use table::functions;
pub use table::{Call, Form, Function, Gives};
pub use text::TextValue;
pub use time::{HasDate, HasTime};

/// All functions, in the order of the reference.
///
/// ```
/// assert!(orm::expr::functions().any(|function| function.name == "lower"));
/// ```
pub fn functions() -> impl Iterator<Item = &'static Function> {
    // One line a file.
    let files: [&'static [&'static Function]; 4] = [null::ALL, text::ALL, number::ALL, time::ALL];
    files.into_iter().flatten().copied()
}
