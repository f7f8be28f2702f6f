//! What a query selects: one expression, or a tuple of them.

use super::made_of::{Anything, Columns, Ingredient, MadeOf};
use super::{Column, Expr, Node};
use crate::model::Model;
use crate::row::FromRow;
use crate::value::Field;

/// An expression over `M`, or a tuple of them, that gives rows of type [`Row`](Selection::Row).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be selected from `{M}`",
    label = "expected columns of `{M}`, expressions made of them, or a tuple of these"
)]
pub trait Selection<M> {
    /// The Rust type of a row.
    type Row: FromRow;
    /// Whether columns or aggregates are selected, or both: what [`SelectedFrom`](super::SelectedFrom) asks about.
    type Of: MadeOf;

    /// The plain nodes.
    fn into_nodes(self) -> Vec<Node>;
}

impl<M: Model, T: Field> Selection<M> for Column<M, T> {
    type Row = T;
    type Of = Columns;

    fn into_nodes(self) -> Vec<Node> {
        vec![self.node()]
    }
}
impl<M: Model, T: Field, K: Ingredient> Selection<M> for Expr<M, T, K> {
    type Row = T;
    type Of = K::Of;

    fn into_nodes(self) -> Vec<Node> {
        vec![self.node]
    }
}

/// `A::Of` with all the others.
macro_rules! all_of {
    () => { Anything };
    ($first:ident $($rest:ident)*) => {
        <$first::Of as MadeOf>::With<all_of!($($rest)*)>
    };
}

macro_rules! tuple {
    ($($name:ident)+) => {
        impl<M, $($name: Selection<M>),+> Selection<M> for ($($name,)+) {
            type Row = ($($name::Row,)+);
            type Of = all_of!($($name)+);

            #[allow(non_snake_case, reason = "the tuple's parts are named after their types")]
            fn into_nodes(self) -> Vec<Node> {
                let ($($name,)+) = self;
                let mut nodes = Vec::new();
                $(nodes.extend($name.into_nodes());)+
                nodes
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
tuple!(A B C D E F G);
tuple!(A B C D E F G H);
tuple!(A B C D E F G H I);
tuple!(A B C D E F G H I J);
tuple!(A B C D E F G H I J K);
tuple!(A B C D E F G H I J K L);
tuple!(A B C D E F G H I J K L N);
tuple!(A B C D E F G H I J K L N O);
tuple!(A B C D E F G H I J K L N O P);
tuple!(A B C D E F G H I J K L N O P Q);
