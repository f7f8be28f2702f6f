//! Which tables become models, and what everything is called there.

use std::collections::BTreeMap;

use orm_core::dialect::Dialect;
use orm_core::schema::{Column, ColumnType, EnumType, ForeignKey, Schema, Table, TableName};
use orm_core::sql::ddl;

use super::enumeration::Enumeration;
use super::name;
use crate::introspect::values_of;

/// The names of all models, fields and enums, before anything is written.
pub(super) struct Plan<'s> {
    schema: &'s Schema,
    pub(super) dialect: &'static dyn Dialect,
    models: BTreeMap<&'s TableName, Names>,
    enums: Vec<Enumeration>,
}

/// The names of one model.
struct Names {
    model: String,
    /// The fields, in the order of the columns.
    fields: Vec<String>,
    /// For each column the enum that it holds.
    enums: Vec<Option<usize>>,
}

/// How a column is spelled as a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spelling {
    /// The Rust type, without `Option`.
    pub(super) rust: String,
    /// The type in the database's words, where the Rust type would get another one.
    pub(super) sql_type: Option<String>,
    /// The type whose values it holds.
    pub(super) values: ColumnType,
}

impl<'s> Plan<'s> {
    pub(super) fn new(schema: &'s Schema, dialect: &'static dyn Dialect) -> Self {
        let mut plan = Self {
            schema,
            dialect,
            models: BTreeMap::new(),
            enums: Vec::new(),
        };
        let mut taken = Vec::new();
        for table in schema
            .tables
            .iter()
            .filter(|t| why_not(t, dialect).is_none())
        {
            let model = name::distinct(name::model(&table.name.name), &taken);
            taken.push(model.clone());
            let mut fields = Vec::new();
            for column in &table.columns {
                let field = name::distinct(name::field(&column.name), &fields);
                fields.push(field);
            }
            plan.models.insert(
                &table.name,
                Names {
                    model,
                    fields,
                    enums: Vec::new(),
                },
            );
        }
        for table in &schema.tables {
            let Some(model) = plan.models.get(&table.name).map(|n| n.model.clone()) else {
                continue;
            };
            let enums = table
                .columns
                .iter()
                .map(|c| plan.enumeration(&model, c, &mut taken))
                .collect();
            if let Some(names) = plan.models.get_mut(&table.name) {
                names.enums = enums;
            }
        }
        plan
    }

    /// The enum that the column holds: one of its own, or the one of a type that other columns have, too.
    fn enumeration(
        &mut self,
        model: &str,
        column: &Column,
        taken: &mut Vec<String>,
    ) -> Option<usize> {
        let values = values(&column.ty, self.dialect)?;
        let ty = values.enumeration()?;
        if ty.native
            && let Some(known) = self.enums.iter().position(|e| e.ty == *ty)
        {
            return Some(known);
        }
        let wanted = match ty.native {
            true => name::type_name(&ty.name),
            false => format!("{model}{}", name::type_name(&column.name)),
        };
        let name = name::distinct(wanted, taken);
        taken.push(name.clone());
        self.enums.push(Enumeration {
            name,
            ty: ty.clone(),
        });
        Some(self.enums.len() - 1)
    }

    pub(super) fn enums(&self) -> &[Enumeration] {
        &self.enums
    }

    /// The tables that become models.
    pub(super) fn tables(&self) -> impl Iterator<Item = &'s Table> {
        let known = |t: &&'s Table| self.models.contains_key(&t.name);
        self.schema
            .tables
            .iter()
            .filter(known)
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// What is said about those that do not, and about types that no column has.
    pub(super) fn left_out(&self) -> Vec<String> {
        let tables = self.schema.tables.iter().filter_map(|t| {
            let columns: Vec<_> = t.columns.iter().map(|c| c.name.as_str()).collect();
            let reason = why_not(t, self.dialect)?;
            Some(format!(
                "The table `{}` ({}) is left out: {reason}.",
                t.name,
                columns.join(", ")
            ))
        });
        let unused = |e: &&EnumType| !self.enums.iter().any(|known| known.ty == **e);
        let enums = self.schema.enums.iter().filter(unused).map(|e| {
            format!(
                "The type `{}` ({}) is left out: no column has it.",
                e.name,
                e.labels.join(", ")
            )
        });
        tables.chain(enums).collect()
    }

    pub(super) fn model(&self, table: &TableName) -> Option<&str> {
        self.models.get(table).map(|n| n.model.as_str())
    }

    pub(super) fn table(&self, name: &TableName) -> Option<&'s Table> {
        self.schema.table(name)
    }

    pub(super) fn field(&self, table: &Table, column: &str) -> Option<&str> {
        let at = table.columns.iter().position(|c| c.name == column)?;
        self.models
            .get(&table.name)?
            .fields
            .get(at)
            .map(String::as_str)
    }

    pub(super) fn fields(&self, table: &Table) -> &[String] {
        self.models
            .get(&table.name)
            .map_or(&[], |n| n.fields.as_slice())
    }

    pub(super) fn enum_of(&self, table: &Table, column: &Column) -> Option<&Enumeration> {
        let at = table.columns.iter().position(|c| c.name == column.name)?;
        self.enums
            .get((*self.models.get(&table.name)?.enums.get(at)?)?)
    }

    /// How the column is spelled; `None` if its values cannot be read.
    pub(super) fn spelling(&self, table: &Table, column: &Column) -> Option<Spelling> {
        self.spelled(table, column, &mut Vec::new())
    }

    fn spelled(
        &self,
        table: &Table,
        column: &Column,
        seen: &mut Vec<(TableName, String)>,
    ) -> Option<Spelling> {
        let place = (table.name.clone(), column.name.clone());
        if !seen.contains(&place) {
            seen.push(place);
            if let Some(spelling) = self.of_target(table, column, seen) {
                return Some(spelling);
            }
        }
        let values = values(&column.ty, self.dialect)?;
        let foreign =
            matches!(column.ty, ColumnType::Other(_)).then(|| self.sql_type(table, column));
        let key = table
            .primary_key
            .as_ref()
            .is_some_and(|k| k.columns.as_slice() == std::slice::from_ref(&column.name));
        let model = self.model(&table.name)?;
        let (rust, sql_type) = match (&values, key) {
            (ColumnType::BigInt, true) => (format!("Id<{model}>"), foreign),
            (ColumnType::Integer, true) => (format!("Id<{model}, i32>"), foreign),
            (ColumnType::Uuid, true) => (format!("Id<{model}, Uuid>"), foreign),
            // Only those two types of integers are numbered by the database.
            (ColumnType::SmallInt | ColumnType::Unsigned, true) if column.identity => {
                (format!("Id<{model}>"), Some(self.sql_type(table, column)))
            }
            _ => (rust_type(&values, self.enum_of(table, column))?, foreign),
        };
        Some(Spelling {
            rust,
            sql_type,
            values,
        })
    }

    fn sql_type(&self, table: &Table, column: &Column) -> String {
        match &column.ty {
            ColumnType::Other(name) => name.clone(),
            _ => ddl::type_of(self.dialect, table, column).unwrap_or_default(),
        }
    }

    /// The spelling of the column that this one refers to.
    fn of_target(
        &self,
        table: &Table,
        column: &Column,
        seen: &mut Vec<(TableName, String)>,
    ) -> Option<Spelling> {
        let mut keys: Vec<&ForeignKey> = table
            .foreign_keys
            .iter()
            .filter(|k| k.columns.contains(&column.name))
            .collect();
        keys.sort_by_key(|k| k.columns.len());
        keys.into_iter().find_map(|key| {
            let at = key.columns.iter().position(|c| *c == column.name)?;
            let target = self.table(&key.target)?;
            let referred = target.column(key.target_columns.get(at)?)?;
            self.model(&target.name)?;
            (column.ty == referred.ty).then(|| self.spelled(target, referred, seen))?
        })
    }
}

/// Why a table cannot be a model, if so.
fn why_not(table: &Table, dialect: &'static dyn Dialect) -> Option<String> {
    let Some(key) = &table.primary_key else {
        return Some("it has no primary key, which a model needs".to_owned());
    };
    if key.columns.len() > 4 {
        return Some("its primary key has more than four columns".to_owned());
    }
    let columns: Vec<_> = key.columns.iter().filter_map(|c| table.column(c)).collect();
    let unreadable = columns
        .iter()
        .find(|c| c.generated.is_some() || values(&c.ty, dialect).is_none());
    unreadable.map(|c| {
        format!(
            "the column `{}` of its primary key cannot be a key here",
            c.name
        )
    })
}

/// The type whose values a column of this type holds.
fn values(ty: &ColumnType, dialect: &'static dyn Dialect) -> Option<ColumnType> {
    match ty {
        ColumnType::Other(name) => values_of(name, dialect),
        known => Some(known.clone()),
    }
}

fn rust_type(values: &ColumnType, enumeration: Option<&Enumeration>) -> Option<String> {
    let name = match values {
        ColumnType::Bool => "bool",
        ColumnType::SmallInt => "i16",
        ColumnType::Integer => "i32",
        ColumnType::BigInt => "i64",
        ColumnType::Unsigned => "u32",
        ColumnType::Real => "f32",
        ColumnType::Double => "f64",
        ColumnType::Text | ColumnType::Varchar(_) => "String",
        ColumnType::Bytes | ColumnType::Varbinary(_) => "Vec<u8>",
        ColumnType::Uuid => "Uuid",
        ColumnType::Decimal(_) => "Decimal",
        ColumnType::Json => "Json<orm::serde_json::Value>",
        ColumnType::Date => "NaiveDate",
        ColumnType::Time => "NaiveTime",
        ColumnType::DateTime => "NaiveDateTime",
        ColumnType::Timestamp => "DateTime<Utc>",
        ColumnType::Enum(_) => return enumeration.map(|e| e.name.clone()),
        ColumnType::Array(element) => {
            // Lists of these cannot be fields.
            if matches!(
                **element,
                ColumnType::Bytes
                    | ColumnType::Varbinary(_)
                    | ColumnType::Unsigned
                    | ColumnType::Json
            ) {
                return None;
            }
            return rust_type(element, enumeration).map(|element| format!("Vec<{element}>"));
        }
        _ => return None,
    };
    Some(name.to_owned())
}
