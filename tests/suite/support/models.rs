//! Models that between them have one of everything.

use orm::prelude::*;

/// What a user may do.
#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Member,
    Editor,
    Admin,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "users")]
pub struct User {
    pub id: Id<User>,
    #[model(unique, length = 100, trim, lowercase)]
    #[validate(email)]
    pub email: String,
    #[model(length = 50, trim)]
    #[validate(length(min = 2, max = 50))]
    pub name: String,
    #[model(unique, length = 50)]
    pub nickname: Option<String>,
    pub age: Option<i32>,
    #[model(default = true)]
    pub is_active: bool,
    #[model(default = Role::Member)]
    pub role: Role,
    #[model(precision = 12, scale = 2, default = Decimal::ZERO)]
    pub balance: Decimal,
    #[model(default = 0)]
    pub logins: i64,
    #[model(created_at)]
    pub created_at: DateTime<Utc>,
    #[model(updated_at)]
    pub updated_at: DateTime<Utc>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "posts", index(fields(user_id, published)))]
pub struct Post {
    pub id: Id<Post>,
    #[belongs_to(author: User)]
    pub user_id: Id<User>,
    pub title: String,
    #[model(unique, length = 100)]
    pub slug: String,
    #[model(default = false)]
    pub published: bool,
    #[model(default = 0)]
    pub view_count: i64,
    /// Who checked it, if anybody did.
    #[belongs_to(reviewer: User)]
    pub reviewer_id: Option<Id<User>>,
}

/// A key that the program gives.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tags")]
pub struct Tag {
    #[model(key, natural, length = 50)]
    pub name: String,
    #[model(length = 200)]
    pub description: Option<String>,
}

/// A key of two columns.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "memberships")]
pub struct Membership {
    #[model(key)]
    pub group_id: i64,
    #[model(key)]
    pub member_id: i64,
    #[model(default = 1)]
    pub weight: i32,
}

/// A key that this crate makes.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "sessions")]
pub struct Session {
    pub id: Id<Session, Uuid>,
    #[model(length = 100)]
    pub note: String,
    pub day: Option<NaiveDate>,
}

/// Columns that the database fills in, and checks.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "invoices")]
pub struct Invoice {
    pub id: Id<Invoice>,
    #[model(check = "quantity > 0")]
    pub quantity: i32,
    #[model(default_sql = "7")]
    pub number: i32,
    #[model(default_sql = "'open'", length = 20)]
    pub state: String,
    #[model(generated = "quantity * 2")]
    pub doubled: i32,
}

/// Numbers of each type. `group` is a word of SQL.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "numbers")]
pub struct Number {
    pub id: Id<Number>,
    #[model(default = 0)]
    pub group: i32,
    pub small: Option<i16>,
    pub medium: Option<i32>,
    pub whole: Option<i64>,
    pub single: Option<f32>,
    pub ratio: Option<f64>,
    #[model(precision = 20, scale = 4)]
    pub amount: Option<Decimal>,
}

/// Days and times.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "moments")]
pub struct Moment {
    pub id: Id<Moment>,
    pub at: DateTime<Utc>,
    pub day: Option<NaiveDate>,
    pub local: Option<NaiveDateTime>,
    pub clock: Option<NaiveTime>,
}

/// Text.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "words")]
pub struct Word {
    pub id: Id<Word>,
    #[model(length = 200)]
    pub text: String,
    #[model(length = 200)]
    pub other: Option<String>,
}
