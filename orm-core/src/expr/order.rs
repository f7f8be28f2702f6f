//! Orderings.

use super::{Column, Expr, Expression, Node, methods};
use crate::model::Model;
use crate::value::Field;

/// One term of an ordering of rows of `M`.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let newest_first = true;
/// let mut order = vec![Post::published.desc()];
/// order.push(if newest_first { Post::created_at.desc() } else { Post::created_at.asc() });
/// let posts = Post::query().order_by(order).select(Post::title).all(&db).await?;
/// assert_eq!(posts, ["100% sure", "Rust and SQL", "Hello", "A draft"]);
/// # Ok(()) }) }
/// ```
pub struct Order<M> {
    pub(crate) term: OrderTerm,
    model: std::marker::PhantomData<fn() -> M>,
}

/// One term of an ordering, as plain data.
#[derive(Debug, Clone)]
pub struct OrderTerm {
    /// What is ordered by.
    pub node: Node,
    /// Whether the greatest comes first.
    pub descending: bool,
    /// Where rows with NULL stand, if NULL is possible.
    pub nulls: Option<NullsOrder>,
}

/// Where rows with NULL stand in an ordering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NullsOrder {
    /// Before all others.
    First,
    /// After all others.
    Last,
}

impl OrderTerm {
    pub(crate) fn reversed(mut self) -> Self {
        self.descending = !self.descending;
        self.nulls = self.nulls.map(|n| match n {
            NullsOrder::First => NullsOrder::Last,
            NullsOrder::Last => NullsOrder::First,
        });
        self
    }
}

/// NULL counts as greater than every value unless the query says otherwise, so that all databases agree.
fn order<M, T: Field>(by: impl Expression<M>, descending: bool) -> Order<M> {
    let nulls = T::NULLABLE.then_some(if descending {
        NullsOrder::First
    } else {
        NullsOrder::Last
    });
    Order {
        term: OrderTerm {
            node: by.into_node(),
            descending,
            nulls,
        },
        model: std::marker::PhantomData,
    }
}

methods!([T] T, [T: Field], {
    /// The least first. NULL comes last, unless [`nulls_first`](Order::nulls_first) says otherwise.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let posts = Post::query().order_by((Post::published.desc(), Post::title.lower().asc())).select(Post::title).all(&db).await?;
    /// assert_eq!(posts, ["100% sure", "Hello", "Rust and SQL", "A draft"]);
    /// # Ok(()) }) }
    /// ```
    pub fn asc(self) -> Order<M> {
        order::<M, T>(self, false)
    }

    /// The greatest first. NULL comes first, unless [`nulls_last`](Order::nulls_last) says otherwise. See [`asc`](Self::asc).
    pub fn desc(self) -> Order<M> {
        order::<M, T>(self, true)
    }
});

impl<M> Order<M> {
    /// Rows with NULL before all others.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let youngest = User::query().order_by(User::age.asc().nulls_first()).one(&db).await?;
    /// assert_eq!(youngest.username, "bob");
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn nulls_first(self) -> Self {
        self.nulls(NullsOrder::First)
    }

    /// Rows with NULL after all others. See [`nulls_first`](Self::nulls_first).
    #[must_use]
    pub fn nulls_last(self) -> Self {
        self.nulls(NullsOrder::Last)
    }

    fn nulls(mut self, nulls: NullsOrder) -> Self {
        // A column that is never NULL keeps its plain ordering, which an index can serve.
        if self.term.nulls.is_some() {
            self.term.nulls = Some(nulls);
        }
        self
    }
}

/// One term of an ordering, or a tuple of them. A column or expression alone is in ascending order.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an ordering of `{M}`",
    label = "expected `.asc()` or `.desc()` of columns of `{M}`"
)]
pub trait IntoOrder<M> {
    /// The plain terms.
    fn into_terms(self) -> Vec<OrderTerm>;
}

impl<M> IntoOrder<M> for Order<M> {
    fn into_terms(self) -> Vec<OrderTerm> {
        vec![self.term]
    }
}
impl<M> IntoOrder<M> for Vec<Order<M>> {
    fn into_terms(self) -> Vec<OrderTerm> {
        self.into_iter().map(|o| o.term).collect()
    }
}
impl<M: Model, T: Field> IntoOrder<M> for Column<M, T> {
    fn into_terms(self) -> Vec<OrderTerm> {
        vec![self.asc().term]
    }
}
impl<M: Model, T: Field, K> IntoOrder<M> for Expr<M, T, K> {
    fn into_terms(self) -> Vec<OrderTerm> {
        vec![order::<M, T>(self, false).term]
    }
}

macro_rules! tuple {
    ($($name:ident)+) => {
        impl<M, $($name: IntoOrder<M>),+> IntoOrder<M> for ($($name,)+) {
            #[allow(non_snake_case, reason = "the tuple's parts are named after their types")]
            fn into_terms(self) -> Vec<OrderTerm> {
                let ($($name,)+) = self;
                let mut terms = Vec::new();
                $(terms.extend($name.into_terms());)+
                terms
            }
        }
    };
}
tuple!(A);
tuple!(A B);
tuple!(A B C);
tuple!(A B C D);
tuple!(A B C D E);
tuple!(A B C D E F);
