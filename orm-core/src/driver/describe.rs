//! What a database says about a statement that it has prepared and not carried out.

use crate::error::Error;
use crate::value::Kind;

/// A statement's parameters and columns.
#[derive(Debug, Default)]
pub(crate) struct Described {
    /// The parameters, in their order; none where the database gives them no types.
    pub(crate) parameters: Vec<ValueType>,
    /// The columns.
    pub(crate) columns: Vec<DescribedColumn>,
}

/// A column of a result.
#[derive(Debug)]
pub(crate) struct DescribedColumn {
    pub(crate) name: String,
    pub(crate) ty: ValueType,
    /// Whether it may be NULL, where that is known.
    pub(crate) nullable: Option<bool>,
}

/// A type of a database.
#[derive(Debug, Clone)]
pub(crate) struct ValueType {
    /// What the database calls it.
    pub(crate) name: String,
    /// The kinds of value that it can be read as and given as; none at all where that is not known.
    pub(crate) kinds: &'static [Kind],
    /// Whether it is an array of those.
    pub(crate) array: bool,
}

/// Why a statement was not prepared.
#[derive(Debug)]
pub(crate) struct Undescribed {
    pub(crate) error: Error,
    /// Where in the text, in bytes, if the database says it.
    pub(crate) at: Option<usize>,
    /// Whether it is only unclear what type a parameter has, which its value will tell.
    pub(crate) vague: bool,
}

impl From<Error> for Undescribed {
    fn from(error: Error) -> Self {
        Self {
            error,
            at: None,
            vague: false,
        }
    }
}

/// Whole numbers are read into any width, and a sum of them may be an exact number.
pub(crate) const NUMBERS: &[Kind] = &[
    Kind::Bool,
    Kind::I16,
    Kind::I32,
    Kind::I64,
    Kind::U32,
    Kind::F32,
    Kind::F64,
    Kind::Decimal,
];
