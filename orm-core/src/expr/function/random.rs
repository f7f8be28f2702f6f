//! What is another value each time.

use super::{Form, Gives, functions};
use crate::expr::Expr;
use crate::value::Kind;

functions! {
    /// A random number.
    RANDOM: "random" -> Gives::Always(Kind::F64) => [Form::each("((random() & 9007199254740991) / 9007199254740992.0)", "RANDOM()", "RAND()")];
    /// A random UUID.
    RANDOM_UUID: "random_uuid" -> Gives::Always(Kind::Uuid) => [Form::each(
        "orm_uuid_v4(randomblob(16))",
        "GEN_RANDOM_UUID()",
        "UNHEX(CONCAT(HEX(RANDOM_BYTES(6)), '4', RIGHT(HEX(RANDOM_BYTES(2)), 3), ELT(1 + FLOOR(RAND() * 4), '8', '9', 'A', 'B'), RIGHT(HEX(RANDOM_BYTES(2)), 3), HEX(RANDOM_BYTES(6))))",
    )];
}

/// A random number from 0 to 1 (which it never is), another one for each row.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let some = Post::query().order_by(orm::expr::random()).limit(2).all(&db).await?;
/// assert_eq!(some.len(), 2);
/// # Ok(()) }) }
/// ```
pub fn random<M>() -> Expr<M, f64> {
    Expr::new(RANDOM.node(Kind::F64, Vec::new()))
}

/// A random UUID (version 4) that the database makes, another one for each row.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let tokens: Vec<orm::uuid::Uuid> = User::query().select(orm::expr::random_uuid()).all(&db).await?;
/// assert_eq!(tokens[0].get_version_num(), 4);
/// assert_ne!(tokens[0], tokens[1]);
/// # Ok(()) }) }
/// ```
#[cfg(feature = "uuid")]
pub fn random_uuid<M>() -> Expr<M, uuid::Uuid> {
    Expr::new(RANDOM_UUID.node(Kind::Uuid, Vec::new()))
}
