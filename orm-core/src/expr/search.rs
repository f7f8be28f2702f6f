//! Full-text search: rows by the words in their columns.

use std::marker::PhantomData;

use super::{Column, Expr, Node, TextValue};
use crate::model::{FullTextDef, Model, ModelDef};

/// A full-text index of a model, such as `Post::search`; made by `#[model(fulltext(fields(title, body)))]`.
/// One that the model gives a name has this name: `fulltext(name = titles, fields(title))` is `Post::titles`.
///
/// A word is a run of letters and digits; upper and lower case are equal. What is searched for is plain words, and all of them must be in
/// the row, in any order and in any of the fields. Nothing in the text has a special meaning, so that a user's text is never an error.
/// A text without a word finds nothing.
///
/// ```
/// # use orm::prelude::*;
/// #[derive(Model, Debug)]
/// #[model(fulltext(fields(title, body)))]
/// struct Page {
///     id: Id<Page>,
///     title: String,
///     body: Option<String>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// # let db = Db::connect("sqlite::memory:").await?;
/// orm::create_tables_of(&db, &[Page::def()]).await?;
/// Page::create().title("Rust").body("An ORM in Rust").insert(&db).await?;
/// Page::create().title("Iron").body("It may rust").insert(&db).await?;
///
/// let words = "rust an";
/// let found = Page::query().filter(Page::search.matches(words)).order_by(Page::search.rank(words).desc());
/// let found = found.select((Page::title, Page::search.highlight(Page::body, words, "<b>", "</b>"))).all(&db).await?;
/// assert_eq!(found, [("Rust".to_owned(), Some("<b>An</b> ORM in <b>Rust</b>".to_owned()))]);
/// # Ok(())
/// # }
/// ```
pub struct Search<M> {
    at: usize,
    model: PhantomData<fn() -> M>,
}

impl<M> Clone for Search<M> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<M> Copy for Search<M> {}

impl<M> Search<M> {
    /// The index at this place in the model's definition. The derive vouches for it.
    #[doc(hidden)]
    pub const fn at(at: usize) -> Self {
        Self {
            at,
            model: PhantomData,
        }
    }
}

impl<M: Model> Search<M> {
    /// Whether all the words are in the row. See [`Search`].
    pub fn matches(self, words: impl AsRef<str>) -> Expr<M, bool> {
        self.call(words.as_ref(), false, SearchPart::Matches)
    }

    /// The same while somebody is still typing: the last word may be the beginning of one.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// #[derive(Model)]
    /// #[model(fulltext(fields(title)))]
    /// struct Page { id: Id<Page>, title: String }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> orm::Result<()> {
    /// # let db = Db::connect("sqlite::memory:").await?;
    /// orm::create_tables_of(&db, &[Page::def()]).await?;
    /// Page::create().title("The Rust Book").insert(&db).await?;
    /// assert_eq!(Page::query().filter(Page::search.matches_beginning("the ru")).count(&db).await?, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn matches_beginning(self, words: impl AsRef<str>) -> Expr<M, bool> {
        self.call(words.as_ref(), true, SearchPart::Matches)
    }

    /// How well the row fits, to order by: more is better, 0 where a word is missing. With `weights(title = 4)` in the index, a word in
    /// this field counts four times as much as in one without a weight. Each database measures in a way of its own, so
    /// the numbers, and the order of rows that fit about as well, differ. See [`Search`].
    pub fn rank(self, words: impl AsRef<str>) -> Expr<M, f64> {
        self.call(words.as_ref(), false, SearchPart::Rank)
    }

    /// The text of a field of the index with each of the words between two marks, for a row that matches. The text is not escaped for
    /// HTML. See [`Search`].
    pub fn highlight<T: TextValue>(
        self,
        field: Column<M, T>,
        words: impl AsRef<str>,
        open: impl Into<String>,
        close: impl Into<String>,
    ) -> Expr<M, T> {
        let (open, close) = (open.into(), close.into());
        let column = field.index();
        let part = SearchPart::Highlight {
            column,
            open,
            close,
        };
        self.call(words.as_ref(), false, part)
    }

    fn call<T>(self, text: &str, beginning: bool, part: SearchPart) -> Expr<M, T> {
        let words = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        Expr::new(Node::Search(Box::new(SearchCall {
            model: M::def(),
            at: self.at,
            words,
            beginning,
            part,
        })))
    }
}

/// What is asked of a full-text index.
#[derive(Clone)]
pub struct SearchCall {
    /// The model.
    pub model: &'static ModelDef,
    /// The place of the index in the model's definition.
    pub at: usize,
    /// The words, of letters and digits alone.
    pub words: Vec<String>,
    /// Whether the last word may be the beginning of one.
    pub beginning: bool,
    /// What about them.
    pub part: SearchPart,
}

impl SearchCall {
    /// The index that is asked.
    pub fn index(&self) -> Option<&'static FullTextDef> {
        self.model.full_texts.get(self.at)
    }
}

/// What about the words is asked.
#[derive(Clone)]
pub enum SearchPart {
    /// Whether they are there.
    Matches,
    /// How well they fit.
    Rank,
    /// A column with marks around them.
    Highlight {
        /// The column.
        column: usize,
        /// What stands before each.
        open: String,
        /// What stands behind each.
        close: String,
    },
}

impl std::fmt::Debug for SearchCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let part = match self.part {
            SearchPart::Matches => "matches",
            SearchPart::Rank => "rank",
            SearchPart::Highlight { .. } => "highlight",
        };
        let constant = self.index().map_or("search", |index| index.constant);
        write!(f, "{}::{constant}.{part}(…)", self.model.name)
    }
}
