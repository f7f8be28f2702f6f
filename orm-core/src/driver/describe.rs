//! What a database says about a statement that it has prepared and not carried out.

use crate::error::Error;
use crate::value::Kind;

/// A statement's parameters and columns.
#[derive(Debug, Default)]
pub(crate) struct Described {
    /// The parameters, in their order; none where the database gives them no types.
    pub(crate) parameters: Vec<ValueType>,
    /// How many parameters there are, where the text alone may have made some.
    pub(crate) count: usize,
    /// The columns.
    pub(crate) columns: Vec<DescribedColumn>,
}

/// A column of a result.
#[derive(Debug)]
pub(crate) struct DescribedColumn {
    pub(crate) name: String,
    pub(crate) ty: ValueType,
    /// Which column of a table it is, if it is one.
    pub(crate) origin: Option<Origin>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(dead_code, reason = "each database has one way")]
pub(crate) enum Origin {
    /// By name.
    Named {
        table: String,
        /// Whether the table is called as it is in the statement, and not by its own name.
        alias: bool,
        column: String,
    },
    /// By the database's numbers.
    Numbered { table: u32, column: i16 },
}

/// The tables that statements can name.
#[derive(Debug, Default)]
pub(crate) struct Catalog {
    /// The schema that tables are in whose name stands alone, if it can be written before them.
    pub(crate) schema: Option<String>,
    pub(crate) tables: Vec<CatalogTable>,
}

/// A table or view.
#[derive(Debug, Default)]
pub(crate) struct CatalogTable {
    pub(crate) name: String,
    /// Its number, where the database gives it one.
    pub(crate) number: u32,
    /// Whether its name finds it without a schema.
    pub(crate) visible: bool,
    pub(crate) columns: Vec<CatalogColumn>,
}

/// A column of a table or view.
#[derive(Debug)]
pub(crate) struct CatalogColumn {
    pub(crate) name: String,
    pub(crate) number: i16,
    /// What can be compared with it and written into it.
    pub(crate) takes: ValueType,
    /// What it is read as, where the table says that better than a statement.
    pub(crate) read: Option<ValueType>,
    /// Whether it may be NULL, where that is known.
    pub(crate) nullable: Option<bool>,
    /// Whether `INSERT` without names has a value for it.
    pub(crate) listed: bool,
}

impl Catalog {
    /// The table that a name alone finds. Databases disagree about capitals, so two that differ in them alone are none.
    pub(crate) fn table(&self, name: &str) -> Option<&CatalogTable> {
        let mut found = self
            .tables
            .iter()
            .filter(|table| table.visible && table.name.eq_ignore_ascii_case(name));
        found.next().filter(|_| found.next().is_none())
    }

    /// The table and column that numbers or the table's own name stand for.
    pub(crate) fn origin(&self, origin: &Origin) -> Option<(&CatalogTable, &CatalogColumn)> {
        match origin {
            Origin::Named { table, column, .. } => {
                let table = self.table(table)?;
                Some((table, table.column(column)?))
            }
            Origin::Numbered { table, column } => {
                let table = self.tables.iter().find(|t| t.number == *table)?;
                Some((table, table.columns.iter().find(|c| c.number == *column)?))
            }
        }
    }
}

impl CatalogTable {
    pub(crate) fn column(&self, name: &str) -> Option<&CatalogColumn> {
        self.columns
            .iter()
            .find(|column| column.name.eq_ignore_ascii_case(name))
    }
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
