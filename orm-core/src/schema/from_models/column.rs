//! Columns and their types.

use crate::model::{ColumnDef, ColumnRole, DefaultDef, ModelDef};
use crate::schema::{Column, ColumnType, DefaultValue, EnumType, Generated, Literal};
use crate::value::{EnumDef, FieldType, Kind, Value};

pub(super) fn column(model: &ModelDef, def: &ColumnDef, mistakes: &mut Vec<String>) -> Column {
    let ty = column_type(def);
    let generated = match def.role {
        ColumnRole::Generated(g) => Some(Generated {
            expression: g.expression.to_owned(),
            stored: g.stored,
        }),
        _ => None,
    };
    Column {
        name: def.name.to_string(),
        default: default(model, def, &ty, mistakes),
        ty,
        nullable: def.nullable,
        identity: def.role == ColumnRole::Identity,
        generated,
        check: def.check.map(str::to_owned),
        collation: def.collation.map(str::to_owned),
        comment: def.comment.map(str::to_owned),
    }
}

pub(super) fn column_type(def: &ColumnDef) -> ColumnType {
    if let Some(sql) = def.sql_type {
        return ColumnType::Other(sql.to_owned());
    }
    let element = match (def.ty, def.length) {
        (
            FieldType {
                enumeration: Some(def),
                ..
            },
            _,
        ) => ColumnType::Enum(enumeration(def)),
        (
            FieldType {
                kind: Kind::Text, ..
            },
            Some(length),
        ) => ColumnType::Varchar(length),
        (
            FieldType {
                kind: Kind::Bytes, ..
            },
            Some(length),
        ) => ColumnType::Varbinary(length),
        (FieldType { kind, .. }, _) => plain(kind, def.precision),
    };
    if def.ty.array {
        ColumnType::Array(Box::new(element))
    } else {
        element
    }
}

fn plain(kind: Kind, precision: Option<(u32, u32)>) -> ColumnType {
    match kind {
        Kind::Bool => ColumnType::Bool,
        Kind::I16 => ColumnType::SmallInt,
        Kind::I32 => ColumnType::Integer,
        Kind::I64 => ColumnType::BigInt,
        Kind::U32 => ColumnType::Unsigned,
        Kind::F32 => ColumnType::Real,
        Kind::F64 => ColumnType::Double,
        Kind::Text => ColumnType::Text,
        Kind::Bytes => ColumnType::Bytes,
        Kind::Uuid => ColumnType::Uuid,
        Kind::Decimal => ColumnType::Decimal(precision),
        Kind::Json => ColumnType::Json,
        Kind::Date => ColumnType::Date,
        Kind::Time => ColumnType::Time,
        Kind::DateTime => ColumnType::DateTime,
        Kind::Timestamp => ColumnType::Timestamp,
    }
}

pub(super) fn enumeration(def: &EnumDef) -> EnumType {
    EnumType {
        name: def.name.to_owned(),
        labels: def.labels.iter().map(|l| (*l).to_owned()).collect(),
        native: def.native,
    }
}

/// The times that this crate writes by itself have a default as well, for rows that other programs insert.
fn default(
    model: &ModelDef,
    def: &ColumnDef,
    ty: &ColumnType,
    mistakes: &mut Vec<String>,
) -> Option<DefaultValue> {
    match (def.default, def.role) {
        (Some(DefaultDef::Sql(sql)), _) => Some(DefaultValue::Sql(sql.to_owned())),
        (Some(DefaultDef::Value(value)), _) => match value() {
            Ok(Value::Null(_)) => None,
            Ok(value) => Some(DefaultValue::Value(Literal::new(value))),
            Err(error) => {
                mistakes.push(format!(
                    "the default of `{}::{}` cannot be stored: {}",
                    model.name, def.field, error.0
                ));
                None
            }
        },
        (None, ColumnRole::CreatedAt | ColumnRole::UpdatedAt)
            if matches!(ty, ColumnType::DateTime | ColumnType::Timestamp) =>
        {
            Some(DefaultValue::Now)
        }
        (None, _) => None,
    }
}
