//! Windows: values that are computed from the rows around each row.

mod filter;
mod frame;
mod function;

use std::marker::PhantomData;

pub use filter::Kept;
pub use frame::{Frame, IntoFrame};
pub use function::{WindowCall, dense_rank, ntile, rank, row_number};

use super::{
    AggregateOp, Aggregated, Expr, Expression, IntoOperand, IntoOrder, Node, OrderTerm, Selection,
};
use crate::model::Model;
use crate::value::{Field, Kind};

/// A function over a window of rows, as plain data.
#[derive(Debug, Clone)]
pub struct Window {
    /// The function.
    pub function: WindowFunction,
    /// What it is over, if it is over something.
    pub of: Option<Node>,
    /// The rows that belong together.
    pub over: WindowRows,
}

/// Which rows stand in a window, and in which order, as plain data.
#[derive(Debug, Clone, Default)]
pub struct WindowRows {
    /// Rows with equal values here belong together.
    pub partition: Vec<Node>,
    /// Their order.
    pub order: Vec<OrderTerm>,
    /// The rows around the current one that count.
    pub frame: Option<Frame>,
}

/// What is computed from the rows of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WindowFunction {
    /// The number of the row.
    RowNumber,
    /// The rank, with gaps behind equal rows.
    Rank,
    /// The rank without gaps.
    DenseRank,
    /// The number of the part, where the rows are cut into so many.
    Ntile(u32),
    /// The value so many rows before.
    Lag(u32),
    /// The value so many rows behind.
    Lead(u32),
    /// The value of the first row.
    First,
    /// The value of the last row.
    Last,
    /// The value of the row with this number.
    Nth(u32),
    /// An aggregate; the kind is that of its argument.
    Aggregate(AggregateOp, Kind),
}

impl Window {
    /// Shows the expressions that it is made of.
    pub(crate) fn parts<'n>(&'n self, show: &mut dyn FnMut(&'n Node)) {
        self.of.iter().for_each(&mut *show);
        self.over.partition.iter().for_each(&mut *show);
        self.over.order.iter().for_each(|term| show(&term.node));
    }

    /// Gives the expressions that it is made of to be changed.
    pub(crate) fn change_parts(&mut self, change: &mut dyn FnMut(&mut Node)) {
        self.of.iter_mut().for_each(&mut *change);
        self.over.partition.iter_mut().for_each(&mut *change);
        let order = self.over.order.iter_mut();
        order.for_each(|term| change(&mut term.node));
    }

    /// The kind of its value.
    pub(crate) fn kind(&self) -> Option<Kind> {
        use WindowFunction as F;
        match self.function {
            F::RowNumber | F::Rank | F::DenseRank | F::Ntile(_) => Some(Kind::I64),
            F::Lag(_) | F::Lead(_) | F::First | F::Last | F::Nth(_) => {
                self.of.as_ref().and_then(Node::kind)
            }
            F::Aggregate(op, kind) => Some(op.kind(kind)),
        }
    }
}

/// Which rows of `M` a window function sees: those with equal values somewhere ([`partition_by`]), in an order ([`order_by`]), all of
/// them ([`all_rows`]).
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// use orm::expr::{partition_by, row_number};
///
/// let best_first = partition_by(Post::author_id).order_by(Post::views.desc());
/// let places = Post::query().order_by(Post::id).select((Post::title, row_number().over(best_first))).all(&db).await?;
/// assert_eq!(places[0], ("Hello".to_owned(), 1));
/// assert_eq!(places[1], ("A draft".to_owned(), 2));
/// # Ok(()) }) }
/// ```
pub struct Over<M> {
    pub(crate) rows: WindowRows,
    model: PhantomData<fn() -> M>,
}

impl<M> Clone for Over<M> {
    fn clone(&self) -> Self {
        Self::new(self.rows.clone())
    }
}

impl<M> Over<M> {
    fn new(rows: WindowRows) -> Self {
        Self {
            rows,
            model: PhantomData,
        }
    }
}

/// The window of all rows with equal values here: one expression, or a tuple of them. See [`Over`].
pub fn partition_by<M: Model>(by: impl Selection<M>) -> Over<M> {
    Over::new(WindowRows {
        partition: by.into_nodes(),
        ..WindowRows::default()
    })
}

/// The window of all rows, in an order. An aggregate over it is a running one: it counts the rows up to the current one, and those
/// that are equal to it in the order.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// use orm::expr::order_by;
///
/// let running = Post::views.sum().over(order_by(Post::id));
/// let sums = Post::query().order_by(Post::id).select((Post::views, running)).all(&db).await?;
/// assert_eq!(sums, [(120, Some(120)), (0, Some(120)), (40, Some(160)), (5, Some(165))]);
/// # Ok(()) }) }
/// ```
pub fn order_by<M: Model>(order: impl IntoOrder<M>) -> Over<M> {
    all_rows().order_by(order)
}

/// The window of all rows that the query reads. See [`Over`].
pub fn all_rows<M: Model>() -> Over<M> {
    Over::new(WindowRows::default())
}

impl<M: Model> Over<M> {
    /// Puts the rows of the window in an order; a further call adds terms behind the ones there are. See [`order_by`].
    #[must_use]
    pub fn order_by(mut self, order: impl IntoOrder<M>) -> Self {
        self.rows.order.extend(order.into_terms());
        self
    }

    /// Counts only rows around the current one, by their distance: `..=0` is all rows up to it, `-2..=0` it and the two before it,
    /// `-1..=1` its neighbours too, `..` all rows.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// use orm::expr::order_by;
    ///
    /// let two = Post::views.sum().over(order_by(Post::id).rows(-1..=0));
    /// let sums = Post::query().order_by(Post::id).select(two).all(&db).await?;
    /// assert_eq!(sums, [Some(120), Some(120), Some(40), Some(45)]);
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn rows(mut self, frame: impl IntoFrame) -> Self {
        self.rows.frame = Some(frame.into_frame());
        self
    }
}

/// A value that a window gives, of type `T`. It can be selected, ordered by, included under a name, and be the source of a view's
/// field. It cannot stand in a filter, since windows see the rows that the filters have left:
/// [`filter_window`](crate::Query::filter_window) compares it behind them.
pub struct Windowed<M, T, K = ()> {
    pub(crate) node: Node,
    types: Types<M, T, K>,
}

/// The types that a value of a window carries and holds no value of.
type Types<M, T, K> = PhantomData<fn() -> (M, T, K)>;

impl<M, T, K> Windowed<M, T, K> {
    pub(crate) fn new(node: Node) -> Self {
        Self {
            node,
            types: PhantomData,
        }
    }
}

impl<M, T, K> Clone for Windowed<M, T, K> {
    fn clone(&self) -> Self {
        Self::new(self.node.clone())
    }
}

impl<M, T, K> std::fmt::Debug for Windowed<M, T, K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.node.fmt(f)
    }
}

impl<M: Model, T, K> Windowed<M, T, K> {
    /// An expression over the value: what it gives is a value of the window as well.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// use orm::expr::order_by;
    ///
    /// let before = Post::views.lag(1).over(order_by(Post::id));
    /// let growth = before.map(|before| Post::views - before.coalesce(0));
    /// let growth: Vec<i64> = Post::query().order_by(Post::id).select(growth).all(&db).await?;
    /// assert_eq!(growth, [120, -120, 40, -35]);
    /// # Ok(()) }) }
    /// ```
    pub fn map<U, E: Expression<M, Value = U>>(
        self,
        map: impl FnOnce(Expr<M, T>) -> E,
    ) -> Windowed<M, U> {
        Windowed::new(map(Expr::new(self.node)).into_node())
    }

    /// The value under a name, so that `include` can give it to each row. See [`Expr::named`].
    pub fn named<L: super::Name>(self, _: L) -> Windowed<M, T, L> {
        Windowed::new(self.node)
    }
}

impl<M: Model, T: Field, K> Windowed<M, T, K> {
    /// The least first. See [`Expr::asc`].
    pub fn asc(self) -> super::Order<M> {
        Expr::<M, T>::new(self.node).asc()
    }

    /// The greatest first. See [`Expr::desc`].
    pub fn desc(self) -> super::Order<M> {
        Expr::<M, T>::new(self.node).desc()
    }
}

macro_rules! comparisons {
    ($($(#[doc = $doc:literal])* $name:ident;)*) => {$(
        impl<M: Model, T: Field, K> Windowed<M, T, K> {
            $(#[doc = $doc])*
            pub fn $name(self, other: impl IntoOperand<M, T>) -> Windowed<M, bool> {
                Windowed::new(Expr::<M, T>::new(self.node).$name(other).into_node())
            }
        }
    )*};
}
comparisons! {
    /// Whether the value equals another one.
    eq;
    /// Whether the value is another one's opposite of equal.
    ne;
    /// Whether the value is less.
    lt;
    /// Whether the value is less or equal.
    le;
    /// Whether the value is greater.
    gt;
    /// Whether the value is greater or equal.
    ge;
}

impl<M: Model, T: Field, K> Selection<M> for Windowed<M, T, K> {
    type Row = T;
    type Of = super::Anything;

    fn into_nodes(self) -> Vec<Node> {
        vec![self.node]
    }
}

impl<M: Model, T: Field, K> IntoOrder<M> for Windowed<M, T, K> {
    fn into_terms(self) -> Vec<OrderTerm> {
        vec![self.asc().term]
    }
}

/// The value that a condition would need to stand behind the window.
#[diagnostic::on_unimplemented(
    message = "a window function cannot stand in a filter: windows see the rows that the filters have left",
    label = "a value of a window",
    note = "keep rows by it with `.filter_window(window, |value| …)`"
)]
pub trait BeforeWindows {}

/// What a window over `M` would have to be. (The compiler says why this is not so, and not why the window is no expression, since it is
/// another type.)
#[doc(hidden)]
pub struct OverRowsOf<M>(PhantomData<fn() -> M>);

impl<M, T, K> Expression<M> for Windowed<M, T, K>
where
    OverRowsOf<M>: BeforeWindows,
{
    type Value = T;

    fn into_node(self) -> Node {
        self.node
    }
}

impl<M: Model, T> Expr<M, T, Aggregated> {
    /// The aggregate over the rows of a window, as a value of each row. See [`order_by`] and [`Over`].
    pub fn over(self, over: Over<M>) -> Windowed<M, T> {
        Windowed::new(match self.node {
            Node::Aggregate {
                op,
                of,
                kind,
                distinct: false,
            } => Node::Window(Box::new(Window {
                function: WindowFunction::Aggregate(op, kind),
                of: of.map(|of| *of),
                over: over.rows,
            })),
            Node::Grouping(_) => Node::Mistake(
                "`grouping` says something of each row of a rollup, and has no window".into(),
            ),
            _ => Node::Mistake(
                "a window counts no distinct values on most databases; count them in a subquery"
                    .into(),
            ),
        })
    }
}
