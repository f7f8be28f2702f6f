//! The one way by which a `String` becomes SQL.

/// Text that becomes a part of a statement as it is: whoever can choose the text can do anything to the database.
///
/// It is the only way by which a `String` becomes SQL text in a statement; everything else is bound, quoted, or a literal of the program.
/// Look for this name where you want to be sure that nobody does so. It is for what no literal can say, such as the name of a table that
/// an administrator has chosen, and it is nothing for what comes from a request.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let order = match "newest" { "newest" => "id DESC", _ => "id" };            // chosen among literals, not taken over
/// let order = orm::DangerousSql::from_text(order);
/// let ids: Vec<i64> = sql!("SELECT id FROM users ORDER BY {@order}").all(&db).await?;
/// assert_eq!(ids, [3, 2, 1]);
/// # Ok(()) }) }
/// ```
#[derive(Clone)]
pub struct DangerousSql(String);

impl DangerousSql {
    /// Takes the text over as it is.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for DangerousSql {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DangerousSql(…)")
    }
}
