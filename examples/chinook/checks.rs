//! Each figure of the report is computed twice: by a query of the builder, and by a statement in SQL.

use std::fmt::Debug;

use orm::prelude::*;

/// The comparisons that were made.
#[derive(Default)]
pub(crate) struct Checks {
    equal: usize,
    different: Vec<String>,
}

impl Checks {
    /// Compares what the builder found with what the statement found.
    pub(crate) fn same<T: PartialEq + Debug>(&mut self, what: &str, built: &T, written: &T) {
        if built == written {
            self.equal += 1;
        } else {
            self.different.push(format!(
                "{what}:\n    builder: {built:?}\n    SQL:     {written:?}"
            ));
        }
    }

    /// How many figures were equal, or which were not.
    pub(crate) fn finish(self) -> Result<usize, String> {
        match self.different.as_slice() {
            [] => Ok(self.equal),
            different => Err(format!(
                "{} figures differ:\n  {}",
                different.len(),
                different.join("\n  ")
            )),
        }
    }
}

/// An amount of money that SQL has added up. SQLite does that with floats, so the cents have to be found again.
pub(crate) fn cents(sum: Option<Decimal>) -> Decimal {
    let mut sum = sum.unwrap_or_default().round_dp(2);
    sum.rescale(2);
    sum
}
