#![doc = include_str!("../README.md")]

pub use orm_core::assert_queries;
pub use orm_core::db::{
    AsOrmError, NodeHealth, NodeRole, NodeStats, PoolEvent, PoolStats, ReadToken, TlsMode,
};
pub use orm_core::query::patch;
pub use orm_core::{
    CellType, Cells, Change, Constraint, Cursor, DangerousSql, DatabaseError, Db, DbBuilder, Draft,
    Embedded, Error, ErrorKind, Explain, Field, FieldError, FieldErrors, FromRow, Id, Include,
    Isolation, Kind, Model, Page, Patch, Query, Result, RowColumns, RowSource, Shape, Slice,
    ToMany, ToOne, Tracked, Tx, TxOptions, Value, View, With, label,
};
pub use orm_core::{
    db, dialect, explain, expr, model, observe, query, schema, sql, testing, value,
};
pub use orm_derive::test;
pub use orm_derive::{DbEnum, Draft, Embed, FromRow, Model, Patch, View, sql};
pub use orm_migrate::{create_tables, create_tables_of, drop_tables_of};

#[cfg(feature = "chrono")]
pub use orm_core::value::now;
#[cfg(feature = "json")]
pub use orm_core::value::{Json, JsonRow};

#[cfg(feature = "chrono")]
pub use chrono;
#[cfg(feature = "decimal")]
pub use rust_decimal;
#[cfg(feature = "json")]
pub use serde_json;
#[cfg(feature = "uuid")]
pub use uuid;
#[cfg(feature = "validate")]
pub use validator;

#[cfg(feature = "cli")]
pub use orm_cli as cli;
#[cfg(feature = "migrate")]
pub use orm_derive::{migration_step, migrations};
#[cfg(feature = "migrate")]
pub use orm_migrate::{self as migrate, Migrations};

#[doc(hidden)]
pub use orm_core::__private;
#[cfg(feature = "migrate")]
#[doc(hidden)]
pub use orm_migrate::generated as __private_migrate;
#[doc(hidden)]
pub use orm_migrate::testing as __private_testing;

/// What a program that uses this crate needs in scope: `use orm::prelude::*;`.
pub mod prelude {
    #[cfg(feature = "chrono")]
    pub use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
    #[cfg(feature = "json")]
    pub use orm_core::value::Json;
    #[cfg(feature = "decimal")]
    pub use rust_decimal::Decimal;
    #[cfg(feature = "uuid")]
    pub use uuid::Uuid;

    pub use crate::{
        Cursor, Db, DbEnum, Draft, Embed, FromRow, Id, Model, Page, Patch, Query, Slice, Tx,
        TxOptions, View, sql,
    };
    pub use orm_core::expr::{
        always, case, count, dense_rank, exists, never, not_exists, ntile, partition_by, rank,
        row_number,
    };
}

/// The chapters of the book, whose blocks of code are tests.
#[cfg(doctest)]
mod book {
    #[doc = include_str!("../book/src/start.md")]
    mod start {}
    #[doc = include_str!("../book/src/models.md")]
    mod models {}
    #[doc = include_str!("../book/src/types.md")]
    mod types {}
    #[doc = include_str!("../book/src/queries.md")]
    mod queries {}
    #[cfg(feature = "chrono")]
    #[doc = include_str!("../book/src/expressions.md")]
    mod expressions {}
    #[doc = include_str!("../book/src/query-forms.md")]
    mod query_forms {}
    #[doc = include_str!("../book/src/relations.md")]
    mod relations {}
    #[doc = include_str!("../book/src/including.md")]
    mod including {}
    #[doc = include_str!("../book/src/n-plus-one.md")]
    mod n_plus_one {}
    #[doc = include_str!("../book/src/writing.md")]
    mod writing {}
    #[doc = include_str!("../book/src/views.md")]
    mod views {}
    #[doc = include_str!("../book/src/drafts-and-patches.md")]
    mod drafts_and_patches {}
    #[doc = include_str!("../book/src/writing-graphs.md")]
    mod writing_graphs {}
    #[cfg(feature = "json")]
    #[doc = include_str!("../book/src/import-export.md")]
    mod import_export {}
    #[doc = include_str!("../book/src/raw-sql.md")]
    mod raw_sql {}
    #[doc = include_str!("../book/src/checking-queries.md")]
    mod checking_queries {}
    #[doc = include_str!("../book/src/seeing.md")]
    mod seeing {}
    #[doc = include_str!("../book/src/observing.md")]
    mod observing {}
    #[doc = include_str!("../book/src/testing.md")]
    mod testing {}
    #[cfg(feature = "migrate")]
    #[doc = include_str!("../book/src/schema-changes.md")]
    mod schema_changes {}
    #[doc = include_str!("../book/src/transactions.md")]
    mod transactions {}
    #[doc = include_str!("../book/src/connections.md")]
    mod connections {}
    #[doc = include_str!("../book/src/full-text.md")]
    mod full_text {}
    #[doc = include_str!("../book/src/coordination.md")]
    mod coordination {}
    #[doc = include_str!("../book/src/replicas.md")]
    mod replicas {}
    #[cfg(feature = "migrate")]
    #[doc = include_str!("../book/src/migrations.md")]
    mod migrations {}
    #[doc = include_str!("../book/src/errors.md")]
    mod errors {}
    #[doc = include_str!("../book/src/performance.md")]
    mod performance {}
    #[cfg(feature = "cli")]
    #[doc = include_str!("../book/src/migrating.md")]
    mod migrating {}
    #[cfg(feature = "cli")]
    #[doc = include_str!("../book/src/coming-from.md")]
    mod coming_from {}
    #[cfg(feature = "cli")]
    #[doc = include_str!("../book/src/cli.md")]
    mod cli {}
    #[doc = include_str!("../book/src/introspection.md")]
    mod introspection {}
}
