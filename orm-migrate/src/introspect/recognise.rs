//! Which type a column has, by how it is stored and by what its values must meet.
//!
//! A database often has fewer types than there are: SQLite keeps a truth value as an integer with the check `IN (0, 1)`. How a type is
//! stored is written by the dialect; here the same is read backwards. Types that are stored alike, as the two kinds of times on
//! SQLite, become one of them, so that no difference is seen where there is none.

use orm_core::dialect::{Dialect, Family};
use orm_core::schema::{Column, ColumnType, EnumType, Table, TableName};
use orm_core::sql::ddl;

use super::expression::{Context, Node, parse};
use super::type_name;

/// How a column is stored.
#[derive(Debug, Clone)]
pub(super) struct Storage {
    /// The type's name in its one spelling.
    pub(super) name: String,
    /// The database's own enum type, of the column or of an array's elements.
    pub(super) enumeration: Option<EnumType>,
}

impl Storage {
    pub(super) fn new(name: &str, family: Family) -> Self {
        let mut normal = type_name::normal(name, family);
        if family == Family::Mysql {
            normal = without_width(normal);
        }
        // A quoted name would lose its meaning with its quotes.
        if family == Family::Postgres && name.contains('"') {
            normal = name.to_owned();
        }
        Self {
            name: normal,
            enumeration: None,
        }
    }

    /// Whether it is text, which a cast to text does not change.
    pub(super) fn is_text(&self) -> bool {
        ["varchar", "char", "text", "longtext"].contains(&type_name::arguments(&self.name).0)
    }
}

/// The width in which an integer is shown says nothing about it, but for `tinyint(1)`.
fn without_width(name: String) -> String {
    let (plain, numbers, behind) = type_name::arguments(&name);
    let integer = [
        "integer",
        "bigint",
        "smallint",
        "mediumint",
        "tinyint",
        "year",
    ]
    .contains(&plain);
    match integer
        && numbers.len() == 1
        && !(plain == "tinyint" && numbers == [1])
        && !behind.contains("zerofill")
    {
        true => format!("{plain}{behind}"),
        false => name,
    }
}

/// The type, and those of the conditions that are not its own.
pub(super) fn recognise(
    dialect: &'static dyn Dialect,
    column: &str,
    storage: &Storage,
    conditions: Vec<Node>,
    context: Context<'_>,
) -> (ColumnType, Vec<Node>) {
    for candidate in candidates(context.family, storage, column, &conditions, context) {
        let of = Column::new(column, candidate);
        let Some(own) = own_conditions(dialect, &of, context) else {
            continue;
        };
        if conditions.starts_with(&own) && is_stored_so(dialect, &of, storage, context.family) {
            let rest = conditions.get(own.len()..).unwrap_or_default().to_vec();
            return (of.ty, rest);
        }
    }
    (ColumnType::Other(storage.name.clone()), conditions)
}

/// What the type of the column demands of its values; `None` if the database cannot have it.
fn own_conditions(
    dialect: &'static dyn Dialect,
    column: &Column,
    context: Context<'_>,
) -> Option<Vec<Node>> {
    let sql = ddl::condition_of(dialect, column).ok()?;
    match sql.is_empty() {
        true => Some(Vec::new()),
        false => Some(parse(&sql, context)?.conjuncts()),
    }
}

/// Whether a list of labels is stored so; its length decides how.
fn is_stored_so(
    dialect: &'static dyn Dialect,
    column: &Column,
    storage: &Storage,
    family: Family,
) -> bool {
    if !matches!(column.ty, ColumnType::Enum(_)) || storage.enumeration.is_some() {
        return true;
    }
    let table = Table::new(TableName::new(""));
    ddl::type_of(dialect, &table, column)
        .is_ok_and(|name| Storage::new(&name, family).name == storage.name)
}

/// The types that are stored so, those with the most conditions first.
fn candidates(
    family: Family,
    storage: &Storage,
    column: &str,
    conditions: &[Node],
    context: Context<'_>,
) -> Vec<ColumnType> {
    let hints = Hints {
        column: context.fold(column, true),
        conditions,
    };
    let (plain, numbers, behind) = type_name::arguments(&storage.name);
    let behind = if storage.enumeration.is_some() && storage.name.ends_with("[]") {
        "[]"
    } else {
        behind
    };
    match family {
        Family::Sqlite => of_sqlite(plain, &numbers, behind, &hints),
        Family::Postgres => of_postgres(plain, &numbers, behind, storage, &hints),
        Family::Mysql => of_mysql(plain, &numbers, behind, &hints),
        // A system that is not known here has no types that are.
        _ => Vec::new(),
    }
}

fn of_sqlite(plain: &str, numbers: &[u32], behind: &str, hints: &Hints<'_>) -> Vec<ColumnType> {
    use ColumnType as T;
    if !numbers.is_empty() || !behind.is_empty() {
        return Vec::new();
    }
    match plain {
        "integer" => vec![T::Bool, T::SmallInt, T::Integer, T::Unsigned, T::BigInt],
        "real" => vec![T::Double],
        "blob" => [
            Some(T::Uuid),
            hints.length().map(T::Varbinary),
            Some(T::Bytes),
        ]
        .into_iter()
        .flatten()
        .collect(),
        "text" => {
            let first = [
                hints.decimal().map(|d| T::Decimal(Some(d))),
                Some(T::Decimal(None)),
                Some(T::Json),
            ];
            let times = [T::Date, T::Time, T::Timestamp].map(Some);
            let last = [
                hints.labels().map(T::Enum),
                hints.length().map(T::Varchar),
                Some(T::Text),
            ];
            first
                .into_iter()
                .chain(times)
                .chain(last)
                .flatten()
                .collect()
        }
        _ => Vec::new(),
    }
}

fn of_postgres(
    plain: &str,
    numbers: &[u32],
    behind: &str,
    storage: &Storage,
    hints: &Hints<'_>,
) -> Vec<ColumnType> {
    use ColumnType as T;
    let list = behind == "[]";
    if !list && !behind.is_empty() {
        return Vec::new();
    }
    let exact = |digits: &[u32]| digits.is_empty() || digits == [6];
    let elements = match (plain, numbers) {
        _ if storage.enumeration.is_some() => storage
            .enumeration
            .clone()
            .map(T::Enum)
            .into_iter()
            .collect(),
        ("boolean", []) => vec![T::Bool],
        ("smallint", []) => vec![T::SmallInt],
        ("integer", []) => vec![T::Integer],
        ("bigint", []) => vec![T::Unsigned, T::BigInt],
        ("real", []) => vec![T::Real],
        ("double precision", []) => vec![T::Double],
        ("text", []) => [
            hints.labels().map(T::Enum),
            hints.length().map(T::Varchar),
            Some(T::Text),
        ]
        .into_iter()
        .flatten()
        .collect(),
        // Without a length it is text under another name.
        ("varchar", []) => vec![T::Text],
        ("varchar", [length]) => vec![T::Varchar(*length)],
        ("bytea", []) => hints
            .length()
            .map(T::Varbinary)
            .into_iter()
            .chain([T::Bytes])
            .collect(),
        ("uuid", []) => vec![T::Uuid],
        ("numeric", []) => vec![T::Decimal(None)],
        ("numeric", [precision, scale]) => vec![T::Decimal(Some((*precision, *scale)))],
        ("jsonb", []) => vec![T::Json],
        ("date", []) => vec![T::Date],
        ("time", digits) if exact(digits) => vec![T::Time],
        ("timestamp", digits) if exact(digits) => vec![T::DateTime],
        ("timestamptz", digits) if exact(digits) => vec![T::Timestamp],
        _ => Vec::new(),
    };
    match list {
        true => elements
            .into_iter()
            .map(|e| T::Array(Box::new(e)))
            .collect(),
        false => elements,
    }
}

fn of_mysql(plain: &str, numbers: &[u32], behind: &str, hints: &Hints<'_>) -> Vec<ColumnType> {
    use ColumnType as T;
    match (plain, numbers, behind) {
        ("tinyint", [1], "") => vec![T::Bool],
        ("smallint", [], "") => vec![T::SmallInt],
        ("integer", [], "") => vec![T::Integer],
        ("integer unsigned", [], "") | ("integer", [], " unsigned") => vec![T::Unsigned],
        ("bigint", [], "") => vec![T::BigInt],
        ("float", [], "") => vec![T::Real],
        ("double", [], "") => vec![T::Double],
        ("varchar", [length], "") => hints
            .labels()
            .map(T::Enum)
            .into_iter()
            .chain([T::Varchar(*length)])
            .collect(),
        ("varbinary", [length], "") => vec![T::Varbinary(*length)],
        ("binary", [16], "") => vec![T::Uuid],
        ("numeric", [precision, scale], "") => vec![T::Decimal(Some((*precision, *scale)))],
        ("json", [], "") => vec![T::Json],
        ("longtext", [], "") => [hints.length().map(T::Varchar), Some(T::Text)]
            .into_iter()
            .flatten()
            .collect(),
        ("longblob", [], "") => [hints.length().map(T::Varbinary), Some(T::Bytes)]
            .into_iter()
            .flatten()
            .collect(),
        ("date", [], "") => vec![T::Date],
        ("time", [6], "") => vec![T::Time],
        ("datetime", [6], "") => vec![T::Timestamp],
        _ => Vec::new(),
    }
}

/// What the conditions say about the parts of a type that its name does not hold.
struct Hints<'c> {
    column: String,
    conditions: &'c [Node],
}

impl Hints<'_> {
    fn is_column(&self, node: &Node) -> bool {
        matches!(node, Node::Column(name) if *name == self.column)
    }

    /// The number on the right side of a `<=`.
    fn limit(&self, at: usize) -> Option<u32> {
        match self.conditions.get(at)? {
            Node::Binary(op, _, right) if op == "<=" => match &**right {
                Node::Number(n) => n.parse().ok(),
                _ => None,
            },
            _ => None,
        }
    }

    fn length(&self) -> Option<u32> {
        self.limit(0)
    }

    /// How SQLite's check of a decimal is made says what the numbers in it are.
    fn decimal(&self) -> Option<(u32, u32)> {
        let (before, scale) = (self.limit(2)?, self.limit(3)?);
        Some((before.checked_sub(1)?.checked_add(scale)?, scale))
    }

    fn labels(&self) -> Option<EnumType> {
        let text = |node: &Node| match node {
            Node::Text(text) => Some(text.clone()),
            _ => None,
        };
        let labels: Option<Vec<String>> = match self.conditions.first()? {
            Node::In(of, list) if self.is_column(of) => list.iter().map(text).collect(),
            Node::Binary(op, of, label) if op == "=" && self.is_column(of) => {
                text(label).map(|l| vec![l])
            }
            Node::Binary(op, of, list) if op == "<@" && self.is_column(of) => match &**list {
                Node::Array(items) => items.iter().map(text).collect(),
                _ => None,
            },
            _ => None,
        };
        Some(EnumType {
            name: self.column.clone(),
            labels: labels?,
            native: false,
        })
    }
}
