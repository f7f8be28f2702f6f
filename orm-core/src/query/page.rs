//! Pages by number.

/// A page of a result, with the number of all rows.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let page = User::query().order_by(User::username).page(1, 2, &db).await?;
/// assert_eq!((page.total, page.pages()), (3, 2));
/// assert!(page.has_next() && !page.has_previous());
/// # Ok(()) }) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// How many rows there are on all pages.
    pub total: u64,
    /// The number of this page, from 1.
    pub page: u64,
    /// How many rows a page has at most.
    pub per_page: u64,
}

impl<T> Page<T> {
    /// How many pages there are. See [`Page`].
    pub fn pages(&self) -> u64 {
        self.total.div_ceil(self.per_page.max(1))
    }

    /// Whether there is a page behind this one.
    pub fn has_next(&self) -> bool {
        self.page < self.pages()
    }

    /// Whether there is a page before this one.
    pub fn has_previous(&self) -> bool {
        self.page > 1
    }

    pub(crate) fn new(items: Vec<T>, total: u64, page: u64, per_page: u64) -> Self {
        Self {
            items,
            total,
            page,
            per_page,
        }
    }
}

#[cfg(feature = "json")]
impl<T: serde::Serialize> serde::Serialize for Page<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let mut s = serializer.serialize_struct("Page", 4)?;
        s.serialize_field("items", &self.items)?;
        s.serialize_field("total", &self.total)?;
        s.serialize_field("page", &self.page)?;
        s.serialize_field("per_page", &self.per_page)?;
        s.end()
    }
}
