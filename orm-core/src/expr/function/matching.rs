//! Text that matches a regular expression, or another text whatever its case and accents: operators, which `Dialect::like` writes.

use crate::expr::{Expr, Expression, Node, Pattern, Regex, TextValue, methods};

fn regex(of: Node, pattern: &str, insensitive: bool) -> Node {
    match Regex::parse(pattern, insensitive) {
        Ok(regex) => Node::Like(Box::new(of), Pattern::Regex(regex)),
        Err(reason) => Node::Mistake(format!("the regular expression is not valid: {reason}")),
    }
}

fn alike(of: Node, text: &str, start: bool, end: bool) -> Node {
    Node::Like(Box::new(of), Pattern::Regex(Regex::alike(text, start, end)))
}

methods!([T] T, [T: TextValue], {
    /// Whether a regular expression matches a part of the text; `^` and `$` bind it to the text's beginning and end.
    ///
    /// Databases understand different languages. This is what they have in common, and means the same on each: characters, `.` (any but a
    /// line's end), `[a-z]`, `[^a-z]`, `\d \w \s` and their opposites (of ASCII), `(…)`, `(?:…)`, `|`, `* + ?`, `{2}`, `{2,}`, `{2,5}`, `^`,
    /// `$`, `\` before punctuation. Anything else is an error before a statement is sent, as is a pattern that is no regular expression.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// assert_eq!(Post::query().filter(Post::title.matches(r"^\d+%")).count(&db).await?, 1);
    /// assert_eq!(Post::query().filter(Post::title.matches_insensitive("rust|HELLO")).count(&db).await?, 2);
    /// assert!(Post::query().filter(Post::title.matches("(")).count(&db).await.is_err());
    /// # Ok(()) }) }
    /// ```
    pub fn matches(self, pattern: impl AsRef<str>) -> Expr<M, bool> {
        Expr::new(regex(self.into_node(), pattern.as_ref(), false))
    }

    /// As [`matches`](Self::matches), where upper and lower case of the pattern's letters are equal.
    pub fn matches_insensitive(self, pattern: impl AsRef<str>) -> Expr<M, bool> {
        Expr::new(regex(self.into_node(), pattern.as_ref(), true))
    }

    /// Whether the text is this one, where neither case nor accents count: `é`, `E` and `e` are equal, `ß` and `ss` are not. Letters are
    /// compared by what Unicode composes them of.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// User::create().username("Zoë").email("zoe@example.com").insert(&db).await?;
    /// assert_eq!(User::query().filter(User::username.eq_ignore_accents("ZOE")).count(&db).await?, 1);
    /// assert_eq!(User::query().filter(User::username.contains_ignore_accents("öe")).count(&db).await?, 1);
    /// # Ok(()) }) }
    /// ```
    pub fn eq_ignore_accents(self, text: impl AsRef<str>) -> Expr<M, bool> {
        Expr::new(alike(self.into_node(), text.as_ref(), true, true))
    }

    /// Whether the text holds this one, as [`eq_ignore_accents`](Self::eq_ignore_accents) compares.
    pub fn contains_ignore_accents(self, text: impl AsRef<str>) -> Expr<M, bool> {
        Expr::new(alike(self.into_node(), text.as_ref(), false, false))
    }

    /// Whether the text begins with this one, as [`eq_ignore_accents`](Self::eq_ignore_accents) compares.
    pub fn starts_with_ignore_accents(self, text: impl AsRef<str>) -> Expr<M, bool> {
        Expr::new(alike(self.into_node(), text.as_ref(), true, false))
    }
});
