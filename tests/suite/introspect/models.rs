//! Models with every type and option that the derive knows.
#![allow(
    clippy::duplicated_attributes,
    reason = "two indexes may be over the same fields"
)]

use orm::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
#[db_enum(native, name = "intro color")]
pub enum Color {
    Red,
    #[db_enum(rename = "it's \"green\" \\")]
    Green,
}

#[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
pub enum State {
    Open,
    #[db_enum(rename = "it's closed")]
    Closed,
}

#[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
pub enum Single {
    Only,
}

#[derive(Embed, Debug, Clone, PartialEq)]
pub struct Isbn(pub String);

#[derive(Embed, Debug, Clone, PartialEq)]
pub struct Address {
    #[model(length = 40)]
    pub street: String,
    pub city: Option<String>,
}

#[derive(Serialize, Deserialize, Debug, Clone, Default, PartialEq)]
pub struct Settings {
    pub size: u32,
    pub theme: String,
}

/// Each type, required and not.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "intro_types")]
pub struct Types {
    pub id: Id<Types>,
    pub flag: bool,
    pub small: i16,
    pub medium: i32,
    pub big: i64,
    pub positive: u32,
    pub single: f32,
    pub double: f64,
    pub text: String,
    #[model(length = 30)]
    pub short: String,
    #[model(length = 20000)]
    pub long: String,
    pub bytes: Vec<u8>,
    #[model(length = 9)]
    pub few: Vec<u8>,
    pub uuid: Uuid,
    #[model(precision = 12, scale = 2)]
    pub price: Decimal,
    #[model(precision = 9, scale = 0)]
    pub whole: Decimal,
    pub doc: Json<Vec<i32>>,
    #[model(json)]
    pub settings: Settings,
    pub day: NaiveDate,
    pub clock: NaiveTime,
    pub local: NaiveDateTime,
    pub at: DateTime<Utc>,
    pub state: State,
    pub one: Single,
    pub color: Color,
    pub isbn: Isbn,
    #[model(embed)]
    pub home: Address,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "intro_optional")]
pub struct Optional {
    #[model(key)]
    pub code: String,
    pub flag: Option<bool>,
    pub small: Option<i16>,
    pub medium: Option<i32>,
    pub big: Option<i64>,
    pub positive: Option<u32>,
    pub single: Option<f32>,
    pub double: Option<f64>,
    pub text: Option<String>,
    #[model(length = 30)]
    pub short: Option<String>,
    pub bytes: Option<Vec<u8>>,
    pub uuid: Option<Uuid>,
    #[model(precision = 12, scale = 2)]
    pub price: Option<Decimal>,
    pub doc: Option<Json<Vec<i32>>>,
    pub day: Option<NaiveDate>,
    pub clock: Option<NaiveTime>,
    pub local: Option<NaiveDateTime>,
    pub at: Option<DateTime<Utc>>,
    pub state: Option<State>,
    pub color: Option<Color>,
}

/// Each kind of default, and what else fills a column.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "intro_defaults")]
pub struct Defaults {
    pub id: Id<Defaults, Uuid>,
    #[model(default = true)]
    pub yes: bool,
    #[model(default = false)]
    pub no: bool,
    #[model(default = -5)]
    pub small: i16,
    #[model(default = 2147483647)]
    pub medium: i32,
    #[model(default = i64::MIN)]
    pub big: i64,
    #[model(default = 4_000_000_000)]
    pub positive: u32,
    #[model(default = 0.25)]
    pub single: f32,
    #[model(default = -1e-9)]
    pub double: f64,
    #[model(default = "it's \\ \n \"so\" -- not".to_owned())]
    pub text: String,
    #[model(default = "")]
    pub empty: String,
    #[model(default = "5", length = 20)]
    pub digits: String,
    #[model(default = "null", length = 20)]
    pub null: Option<String>,
    #[model(default = vec![0, 39, 92, 120])]
    pub bytes: Vec<u8>,
    #[model(default = Uuid::from_u128(7))]
    pub uuid: Uuid,
    #[model(default = Uuid::from_u128(0xdead_beef_dead_beef_dead_beef_dead_beef))]
    pub other: Uuid,
    #[model(default = Decimal::new(-15, 1), precision = 10, scale = 2)]
    pub price: Decimal,
    #[model(default = Json(vec!["a\\'\" é".to_owned(), "\n".to_owned()]))]
    pub doc: Json<Vec<String>>,
    #[model(json, default)]
    pub settings: Settings,
    #[model(default = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap_or_default())]
    pub day: NaiveDate,
    #[model(default = NaiveTime::from_hms_micro_opt(1, 2, 3, 4).unwrap_or_default())]
    pub clock: NaiveTime,
    #[model(default = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap_or_default().and_hms_opt(1, 2, 3).unwrap_or_default())]
    pub local: NaiveDateTime,
    #[model(default = DateTime::UNIX_EPOCH)]
    pub at: DateTime<Utc>,
    #[model(default = State::Closed)]
    pub state: State,
    #[model(default = Color::Green)]
    pub color: Color,
    #[model(default_sql = "1 + 2 * (3 - 4)")]
    pub computed: i32,
    #[model(default_sql = "lower('ABC')", length = 20)]
    pub lowered: String,
    #[model(generated = "big * 2")]
    pub twice: Option<i64>,
    #[model(generated = "positive + 1")]
    pub more: i64,
    #[model(generated = "lower(digits)", length = 20)]
    pub small_digits: Option<String>,
    #[model(created_at)]
    pub created_at: DateTime<Utc>,
    #[model(updated_at)]
    pub updated_at: NaiveDateTime,
}

/// Conditions of columns and tables in spellings that databases change.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "intro_checks", comment = "It's */ \\ \"commented\"")]
#[model(
    check = "low<high",
    check(
        name = "intro_checks_either",
        sql = "(name IN ('a', 'b') OR NOT low = 3) AND (price > 0 OR name LIKE 'x%')"
    )
)]
#[model(check = "CASE WHEN low > 0 THEN high ELSE low END <> 7")]
pub struct Checks {
    pub id: Id<Checks>,
    #[model(check = "low BETWEEN -5 AND 5000")]
    pub low: i32,
    #[model(
        check = "high > 0 OR high = -7",
        comment = "With a ' and a \\ and a */ and\na line"
    )]
    pub high: i64,
    #[model(length = 20, check = "length(name) > 1 AND name <> 'it''s'")]
    pub name: String,
    #[model(check = "state <> 'open'")]
    pub state: State,
    #[model(check = "price * 2 >= 1", precision = 10, scale = 2, comment = "")]
    pub price: Decimal,
    #[model(check = "coalesce(maybe, 0) + 1 <> 0")]
    pub maybe: Option<i32>,
    #[model(check = "word IN ('x', 'y')", length = 10)]
    pub word: String,
    #[model(check = "positive > 1")]
    pub positive: u32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "intro_parents", unique(fields(tenant, code)))]
#[model(unique(name = "intro named key", fields(code, label)))]
pub struct Parent {
    #[model(key)]
    pub tenant: i32,
    #[model(key)]
    pub number: i64,
    #[model(unique, length = 20)]
    pub code: String,
    #[model(index, length = 20)]
    pub label: String,
    #[belongs_to(above: Parent, references = code, on_delete = SetNull, on_update = Cascade)]
    #[model(length = 20)]
    pub above_code: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "intro_children", index(fields(tenant desc, number), name = "intro down"))]
#[belongs_to(parent: Parent, fields(tenant, number), on_delete = Cascade, on_update = Restrict)]
pub struct Child {
    #[model(key, natural)]
    pub id: i32,
    pub tenant: i32,
    pub number: i64,
    #[belongs_to(boss: Child)]
    pub boss_id: Option<i32>,
    #[belongs_to(next: Child, on_delete = Restrict)]
    pub next_id: Option<i32>,
}

/// Names that need quotes, and long ones.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "intro Select \"it's\"",
    index(fields(
        a_column_with_a_rather_long_name_that_goes_on_and_on,
        and_another_such_column_name
    ))
)]
pub struct Quoted {
    pub id: Id<Quoted>,
    #[model(column = "Order", unique, length = 20)]
    pub order: String,
    #[model(column = "with space", check = "1 = 1")]
    pub space: i32,
    #[model(column = "äöü", length = 10)]
    pub umlauts: String,
    pub a_column_with_a_rather_long_name_that_goes_on_and_on: i32,
    pub and_another_such_column_name: i32,
    #[belongs_to(intro: Quoted)]
    pub a_reference_with_a_rather_long_name_that_goes_on_and_on: Option<Id<Quoted>>,
}

/// Indexes that MySQL does not have.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "intro_indexes",
    unique(fields(name), where = "deleted = FALSE"),
    index(fields("lower(name)", number)),
    index(fields("number + 1"), name = "intro_indexes_more", where = "number > 5 AND name IS NOT NULL"),
    index(fields(number desc, name), unique, name = "intro_indexes_down")
)]
pub struct Indexes {
    pub id: Id<Indexes>,
    #[model(length = 20)]
    pub name: String,
    #[model(default = false)]
    pub deleted: bool,
    pub number: i32,
}

/// What only PostgreSQL has.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "intro_arrays",
    index(fields(texts), method = "gin"),
    index(fields(number), include(big), name = "intro_arrays_with")
)]
#[model(index(fields(number), method = "hash", name = "intro_arrays_hash"))]
pub struct Arrays {
    pub id: Id<Arrays>,
    pub texts: Vec<String>,
    pub numbers: Option<Vec<i32>>,
    pub bigs: Vec<i64>,
    pub flags: Vec<bool>,
    pub uuids: Vec<Uuid>,
    pub days: Vec<NaiveDate>,
    pub states: Vec<State>,
    pub colors: Vec<Color>,
    #[model(default = vec![1, 2])]
    pub filled: Vec<i32>,
    #[model(default)]
    pub empty: Vec<String>,
    pub free: Decimal,
    pub number: i32,
    pub big: i64,
    #[model(collation = "C")]
    pub bytewise: String,
}
