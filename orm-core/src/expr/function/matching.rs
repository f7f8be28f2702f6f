//! Text that matches a regular expression, or another text whatever its case and accents: operators, which `Dialect::like` writes.

use super::{Form, Gives, functions};
use crate::expr::{
    Derived, Expr, Expression, Node, Pattern, Regex, Replacement, TextValue, methods,
};
use crate::value::Kind;

functions! {
    /// Text with each match of a regular expression replaced.
    REPLACE_MATCHES: "replace_matches" -> Gives::Always(Kind::Text) => [Form::each(
        "orm_replace_matches({0}, {1}, {2})",
        "REGEXP_REPLACE({0}, {1}, {2}, 'g')",
        "REGEXP_REPLACE({0}, {1}, {2})",
    )];
}

fn regex(of: Node, pattern: &str, insensitive: bool) -> Node {
    match Regex::parse(pattern, insensitive) {
        Ok(regex) => Node::Like(Box::new(of), Pattern::Regex(regex)),
        Err(reason) => Node::Mistake(format!("the regular expression is not valid: {reason}")),
    }
}

fn replaced(of: Node, pattern: &str, insensitive: bool, with: Replacement) -> Node {
    let regex = Regex::parse(pattern, insensitive)
        .map_err(|reason| format!("the regular expression is not valid: {reason}"))
        .and_then(|regex| {
            with.checked(&regex)
                .map(|()| regex)
                .map_err(|reason| format!("`replace_matches`: {reason}"))
        });
    match regex {
        Ok(regex) => REPLACE_MATCHES.node(
            Kind::Text,
            vec![of, Node::Regex(Box::new(regex)), Node::Replacement(with)],
        ),
        Err(message) => Node::Mistake(message),
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

    /// The text with each match of a regular expression replaced; `$1` is what its first group has matched, see [`Replacement`].
    ///
    /// The pattern is one that [`matches`](Self::matches) takes, and one that every database cuts text by in the same way: it matches at
    /// least one character, and where something is repeated or chosen, the next character says how to go on. `[^@]*@` does that and
    /// `.*@.*` does not, `https?` does and `http|https` does not, and there is no `*?`. Anything else is an error before a statement is
    /// sent, which says what to write.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let hidden = User::email.replace_matches(r"^(\w)[^@]*@(.*)", "$1…@$2");
    /// let slug = Post::title.lower().replace_matches("[^a-z0-9]+", "-");
    /// assert_eq!(User::find(1).select(hidden).one(&db).await?, "a…@example.com");
    /// assert_eq!(Post::find(3).select(slug).one(&db).await?, "rust-and-sql");
    /// assert!(Post::query().select(Post::title.replace_matches(".*@.*", "")).all(&db).await.is_err());
    /// # Ok(()) }) }
    /// ```
    pub fn replace_matches(self, pattern: impl AsRef<str>, with: impl Into<Replacement>) -> Expr<M, T, Derived<Self>> {
        Expr::new(replaced(self.into_node(), pattern.as_ref(), false, with.into()))
    }

    /// As [`replace_matches`](Self::replace_matches), where upper and lower case of the pattern's letters are equal.
    pub fn replace_matches_insensitive(self, pattern: impl AsRef<str>, with: impl Into<Replacement>) -> Expr<M, T, Derived<Self>> {
        Expr::new(replaced(self.into_node(), pattern.as_ref(), true, with.into()))
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
