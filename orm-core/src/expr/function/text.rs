//! Functions of text.

use super::{Form, Gives, functions};
use crate::expr::{Expr, Expression, IntoOperand, Node, methods};
use crate::value::{Field, Kind, NotNull};

/// A type that holds text: `String`, an enum's label, a newtype around `String`, and `Option` of each.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` is not text",
    label = "expected text"
)]
pub trait TextValue: Field {}

impl TextValue for String {}
#[diagnostic::do_not_recommend]
impl<T: TextValue + NotNull> TextValue for Option<T> {}

const TEXT: Gives = Gives::Always(Kind::Text);
const COUNT: Gives = Gives::Always(Kind::I64);

functions! {
    /// Text in lower case.
    LOWER: "lower" -> TEXT => Form::each("orm_lower({0})", "LOWER({0})", "LOWER({0})");
    /// Text in upper case.
    UPPER: "upper" -> TEXT => Form::each("orm_upper({0})", "UPPER({0})", "UPPER({0})");
    /// Text without spaces at both ends.
    TRIM: "trim" -> TEXT => Form::same("TRIM({0})");
    /// The number of characters.
    LENGTH: "length" -> COUNT => Form::each("length({0})", "CAST(CHAR_LENGTH({0}) AS BIGINT)", "CHAR_LENGTH({0})");
    /// Texts, one after the other.
    CONCAT: "concat" -> TEXT => Form::each("({* || })", "({* || })", "CONCAT({*})");
}

methods!([T] T, [T: TextValue], {
    /// The text in lower case, letter by letter (`ß` stays). SQLite knows the case of ASCII letters only; this crate teaches it the rest.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let (upper, length) = User::find(1).select((User::username.upper().concat("!"), User::username.length())).one(&db).await?;
    /// assert_eq!((upper.as_str(), length), ("ANN!", Some(3)));
    /// # Ok(()) }) }
    /// ```
    pub fn lower(self) -> Expr<M, T> {
        LOWER.call::<T, _, _>(vec![self.into_node()])
    }

    /// The text in upper case, letter by letter. See [`lower`](Self::lower).
    pub fn upper(self) -> Expr<M, T> {
        UPPER.call::<T, _, _>(vec![self.into_node()])
    }

    /// The text without spaces at both ends. (Other white space stays, as in SQL.) See [`lower`](Self::lower).
    pub fn trim(self) -> Expr<M, T> {
        TRIM.call::<T, _, _>(vec![self.into_node()])
    }

    /// The number of characters (not of bytes); NULL for NULL. See [`lower`](Self::lower).
    pub fn length(self) -> Expr<M, Option<i64>> {
        LENGTH.call::<T, _, _>(vec![self.into_node()])
    }

    /// This text and another one behind it; several, one call after the other. NULL if one of them is. See [`lower`](Self::lower).
    pub fn concat(self, other: impl IntoOperand<M, T>) -> Expr<M, T> {
        let mut parts = match self.into_node() {
            // One call for all of them.
            Node::Call(call, parts) if std::ptr::eq(call.function, &raw const CONCAT) => parts,
            first => vec![first],
        };
        parts.push(other.into_operand().into_node());
        CONCAT.call::<T, _, _>(parts)
    }
});
