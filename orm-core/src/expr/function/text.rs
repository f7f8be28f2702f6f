//! Functions of text.

use super::{Form, Gives, functions};
use crate::expr::accent;
use crate::expr::{Expr, Expression, IntoOperand, Node, methods};
use crate::value::{Field, Kind, NotNull, Value};

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
    LOWER: "lower" -> TEXT => [Form::each("orm_lower({0})", "LOWER({0})", "LOWER({0})")];
    /// Text in upper case.
    UPPER: "upper" -> TEXT => [Form::each("orm_upper({0})", "UPPER({0})", "UPPER({0})")];
    /// Text without spaces at both ends.
    TRIM: "trim" -> TEXT => [Form::same("TRIM({0})")];
    /// The number of characters.
    LENGTH: "length" -> COUNT => [Form::each("length({0})", "CAST(CHAR_LENGTH({0}) AS BIGINT)", "CHAR_LENGTH({0})")];
    /// Text without spaces at its beginning.
    TRIM_START: "trim_start" -> TEXT => [Form::same("LTRIM({0})")];
    /// Text without spaces at its end.
    TRIM_END: "trim_end" -> TEXT => [Form::same("RTRIM({0})")];
    /// Characters of a text, from one, so many of them.
    SUBSTRING: "substring" -> TEXT => [Form::each("substr({0}, {1}, {2})", "SUBSTRING({0} FROM {1} FOR {2})", "SUBSTRING({0}, {1}, {2})")];
    /// The first characters.
    LEFT: "left" -> TEXT => [Form::each("substr({0}, 1, {1})", "LEFT({0}, {1})", "LEFT({0}, {1})")];
    /// The last characters.
    RIGHT: "right" -> TEXT => [Form::each("orm_right({0}, {1})", "RIGHT({0}, {1})", "RIGHT({0}, {1})")];
    /// A number that counts characters; below the second argument it counts as that.
    AT_LEAST: "at_least" -> Gives::Always(Kind::I32) => [Form::each(
        "MIN(MAX({0}, {1}), 2147483647)",
        "CAST(CASE WHEN {(0)} < {1} THEN {1} WHEN {(0)} > 2147483647 THEN 2147483647 ELSE {0} END AS INTEGER)",
        "LEAST(GREATEST({0}, {1}), 2147483647)",
    )];
    /// Text with each occurrence of one text replaced by another.
    REPLACE: "replace" -> TEXT => [Form::same("REPLACE({0}, {1}, {2})")];
    /// Where a text occurs first.
    POSITION: "position" -> COUNT => [Form::each("instr({0}, {1})", "CAST(STRPOS({0}, {1}) AS BIGINT)", "LOCATE({1}, {0})")];
    /// The characters from the last to the first.
    REVERSE: "reverse" -> TEXT => [Form::each("orm_reverse({0})", "REVERSE({0})", "REVERSE({0})")];
    /// Text filled up before its beginning.
    PAD_START: "pad_start" -> TEXT => [Form::each("orm_pad_start({0}, {1}, {2})", "LPAD({0}, {1}, {2})", "LPAD({0}, {1}, {2})")];
    /// Text filled up behind its end.
    PAD_END: "pad_end" -> TEXT => [Form::each("orm_pad_end({0}, {1}, {2})", "RPAD({0}, {1}, {2})", "RPAD({0}, {1}, {2})")];
    /// Letters without their marks.
    UNACCENT: "unaccent" -> TEXT => [Form {
        mysql: Err("`unaccent`, text without its marks (`contains_ignore_accents` and its like are there)"),
        ..Form::each("orm_unaccent({0})", "TRANSLATE({0}, {1}, {2})", "")
    }];
    /// Texts, one after the other.
    CONCAT: "concat" -> TEXT => [Form::each("({* || })", "({* || })", "CONCAT({*})")];
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
        LOWER.call::<T, _, _, _>(vec![self.into_node()])
    }

    /// The text in upper case, letter by letter. See [`lower`](Self::lower).
    pub fn upper(self) -> Expr<M, T> {
        UPPER.call::<T, _, _, _>(vec![self.into_node()])
    }

    /// The text without spaces at both ends. (Other white space stays, as in SQL.) See [`lower`](Self::lower).
    pub fn trim(self) -> Expr<M, T> {
        TRIM.call::<T, _, _, _>(vec![self.into_node()])
    }

    /// The text without spaces at its beginning. See [`substring`](Self::substring).
    pub fn trim_start(self) -> Expr<M, T> {
        TRIM_START.call::<T, _, _, _>(vec![self.into_node()])
    }

    /// The text without spaces at its end. See [`substring`](Self::substring).
    pub fn trim_end(self) -> Expr<M, T> {
        TRIM_END.call::<T, _, _, _>(vec![self.into_node()])
    }

    /// Characters from position `from` on, of which the first is 1, and `length` of them at most. A position below 1 counts as 1, a
    /// length below 0 as 0.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let domain = User::email.substring(User::email.position("@") + 1, 100);
    /// let parts = (domain, User::email.left(3), User::email.replace("ann", "Ann").right(3), User::username.pad_start(5, '.'));
    /// let parts = User::find(1).select(parts).one(&db).await?;
    /// assert_eq!(parts, ("example.com".into(), "ann".into(), "com".into(), "..ann".into()));
    /// # Ok(()) }) }
    /// ```
    pub fn substring(self, from: impl IntoOperand<M, i64>, length: impl IntoOperand<M, i64>) -> Expr<M, T> {
        let from = at_least(1, from.into_operand().into_node());
        SUBSTRING.call::<T, _, _, _>(vec![self.into_node(), from, at_least(0, length.into_operand().into_node())])
    }

    /// The first `length` characters. See [`substring`](Self::substring).
    pub fn left(self, length: impl IntoOperand<M, i64>) -> Expr<M, T> {
        LEFT.call::<T, _, _, _>(vec![self.into_node(), at_least(0, length.into_operand().into_node())])
    }

    /// The last `length` characters. See [`substring`](Self::substring).
    pub fn right(self, length: impl IntoOperand<M, i64>) -> Expr<M, T> {
        RIGHT.call::<T, _, _, _>(vec![self.into_node(), at_least(0, length.into_operand().into_node())])
    }

    /// The text with each occurrence of `from` replaced by `to`; nothing is replaced where `from` is empty. See
    /// [`substring`](Self::substring).
    pub fn replace(self, from: impl IntoOperand<M, T>, to: impl IntoOperand<M, T>) -> Expr<M, T> {
        REPLACE.call::<T, _, _, _>(vec![self.into_node(), from.into_operand().into_node(), to.into_operand().into_node()])
    }

    /// Where `text` occurs first, counted in characters from 1; 0 where it does not, NULL for NULL. See [`substring`](Self::substring).
    pub fn position(self, text: impl IntoOperand<M, T>) -> Expr<M, Option<i64>> {
        POSITION.call::<T, _, _, _>(vec![self.into_node(), text.into_operand().into_node()])
    }

    /// The characters from the last to the first. See [`substring`](Self::substring).
    pub fn reverse(self) -> Expr<M, T> {
        REVERSE.call::<T, _, _, _>(vec![self.into_node()])
    }

    /// The text with `fill` before it until it has `width` characters; a longer one is cut at its end. See [`substring`](Self::substring).
    pub fn pad_start(self, width: u16, fill: char) -> Expr<M, T> {
        PAD_START.call::<T, _, _, _>(vec![self.into_node(), Node::Value(Value::I32(width.into())), Node::Value(Value::Text(fill.into()))])
    }

    /// The text with `fill` behind it until it has `width` characters; a longer one is cut at its end. See
    /// [`substring`](Self::substring).
    pub fn pad_end(self, width: u16, fill: char) -> Expr<M, T> {
        PAD_END.call::<T, _, _, _>(vec![self.into_node(), Node::Value(Value::I32(width.into())), Node::Value(Value::Text(fill.into()))])
    }

    /// The text without the marks of its letters: `Crème` is `Creme`, `Đ` stays, since that is no letter with a mark. MySQL and MariaDB
    /// cannot do it; to find text whatever its accents, there is [`contains_ignore_accents`](Self::contains_ignore_accents) everywhere.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// User::create().username("Zoë").email("zoe@example.com").insert(&db).await?;
    /// assert_eq!(User::query().filter(User::username.unaccent().eq("Zoe")).count(&db).await?, 1);
    /// # Ok(()) }) }
    /// ```
    pub fn unaccent(self) -> Expr<M, T> {
        let (from, to) = accent::translation();
        let words = [from, to].map(|text| Node::Value(Value::Text(text)));
        UNACCENT.call::<T, _, _, _>([self.into_node()].into_iter().chain(words).collect())
    }

    /// The number of characters (not of bytes); NULL for NULL. See [`lower`](Self::lower).
    pub fn length(self) -> Expr<M, Option<i64>> {
        LENGTH.call::<T, _, _, _>(vec![self.into_node()])
    }

    /// This text and another one behind it; several, one call after the other. NULL if one of them is. See [`lower`](Self::lower).
    pub fn concat(self, other: impl IntoOperand<M, T>) -> Expr<M, T> {
        let mut parts = match self.into_node() {
            // One call for all of them.
            Node::Call(call, parts) if std::ptr::eq(call.function, &raw const CONCAT) => parts,
            first => vec![first],
        };
        parts.push(other.into_operand().into_node());
        CONCAT.call::<T, _, _, _>(parts)
    }
});

/// A number of characters: no less than this, and no more than a server counts.
fn at_least(low: i32, number: Node) -> Node {
    match number {
        Node::Value(Value::I64(n)) => {
            let n = n.clamp(low.into(), i32::MAX.into());
            Node::Value(Value::I32(i32::try_from(n).unwrap_or(low)))
        }
        number => AT_LEAST.node(Kind::I64, vec![number, Node::Value(Value::I32(low))]),
    }
}
