//! What generated code names. It is no part of the public interface and changes without notice.

pub use crate::db::{Db, Tx};
pub use crate::dialect::databases;
pub use crate::driver::IN_MEMORY;
pub use crate::embed::Embedded;
pub use crate::error::{Error, ErrorKind, FieldErrors, Result};
pub use crate::expr::{
    Arithmetic, CaseValue, Column, Expr, Expression, IntoAssignment, IntoField, IntoOperand,
    JsonPath, JsonScalar, Node, Operand, Search, TextValue, assigned,
};
#[cfg(feature = "json")]
pub use crate::model::JsonField;
pub use crate::model::{
    Action, CheckDef, ColumnDef, ColumnRole, DefaultDef, Fixed, ForeignKeyDef, FullTextDef,
    GeneratedDef, Id, IndexColumnDef, IndexDef, IntoKey, KeyOf, Model, ModelDef, ModelField,
    Normalize, Registered, full_text_column,
};
pub use crate::model::{
    Ambiguous, AnyNumber, AtMostOne, BackOf, End, ExactlyOne, Inverse, ManyToMany, Named, OneToOne,
    RefersTo, Relation, RelationDef, back_of, ends_at, join_table, one_to_one,
};
pub use crate::query::{
    After, Always, Builder, Changed, Changes, Complete, Connects, Create, Draft, Either, Free,
    FromFields, Gives, InputName, InputSink, InputTarget, Insert, Inserting, IntoBinding,
    IntoCreate, Many, Nested, NestedInput, Nesting, Nests, NewRow, OnConflict, One, Or, Patch,
    QueryModel, Raw, RawPart, Set, Sometimes, Unset, Update, UpsertColumns, draft_field, drafted,
    give_embedded, insert, on_conflict, patch_field, patched,
};
pub use crate::query::{
    BindingType, IntoFragment, IsThere, SqlPiece, SqlText, column_ref, result_cells, typed,
};
pub use crate::query::{
    Flatten, Plan, Refine, RowOf, SelectStatement, Source, ToMany, ToOne, View, ViewParams,
    field_loads, field_width, fill_field, flatten, read_field, select_view,
};
pub use crate::row::{CellType, Cells, FromRow, RowColumns};
pub use crate::shape::{Parts, Shape};
pub use crate::validate;
#[cfg(feature = "json")]
pub use crate::value::Json;
pub use crate::value::{
    ArrayItem, DecodeError, EncodeError, EnumDef, Field, FieldType, Kind, NotNull, Raw as RawValue,
    Value,
};
pub use crate::{__operand as operand, __validating as validating};
pub use inventory;
#[cfg(feature = "validate")]
pub use validator;
