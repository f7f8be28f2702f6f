//! What an expression can be compared and combined with.

use super::{Column, Expr, Node, Outer};
use crate::model::{Id, Model};
use crate::query::Query;
use crate::row::FromRow;
use crate::value::{Field, NotNull};

/// The right side of a comparison or an arithmetic operator, of a type that fits `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be compared or combined with a column of type `{T}`",
    label = "expected something that fits `{T}`"
)]
pub trait IntoOperand<M, T> {
    /// The plain node.
    fn into_operand(self) -> Operand;
}

/// An operand: a node, or NULL where `Option::None` was given.
pub struct Operand(pub(crate) Node);

impl Operand {
    /// A value to bind.
    pub fn value<T: Field>(value: T) -> Self {
        Self(value.into_bound().map_or_else(Node::Invalid, Node::Value))
    }

    pub(crate) fn into_node(self) -> Node {
        self.0
    }
}

/// Announces that a value can stand beside a column of its own type, nullable or not.
///
/// The derive calls it for the types that it makes.
#[doc(hidden)]
#[macro_export]
macro_rules! __operand {
    ([$($param:tt)*] $ty:ty) => {
        #[diagnostic::do_not_recommend]
        impl<__M, $($param)*> $crate::__private::IntoOperand<__M, $ty> for $ty {
            fn into_operand(self) -> $crate::__private::Operand {
                $crate::__private::Operand::value(self)
            }
        }
        #[diagnostic::do_not_recommend]
        impl<__M, $($param)*> $crate::__private::IntoOperand<__M, $ty> for &$ty {
            fn into_operand(self) -> $crate::__private::Operand {
                $crate::__private::Operand::value(::core::clone::Clone::clone(self))
            }
        }
        #[diagnostic::do_not_recommend]
        impl<__M, $($param)*> $crate::__private::IntoOperand<__M, ::core::option::Option<$ty>> for $ty {
            fn into_operand(self) -> $crate::__private::Operand {
                $crate::__private::Operand::value(self)
            }
        }
        #[diagnostic::do_not_recommend]
        impl<__M, $($param)*> $crate::__private::IntoOperand<__M, ::core::option::Option<$ty>> for &$ty {
            fn into_operand(self) -> $crate::__private::Operand {
                $crate::__private::Operand::value(::core::clone::Clone::clone(self))
            }
        }
        #[diagnostic::do_not_recommend]
        impl<__M, $($param)*> $crate::__private::CaseValue<__M> for $ty {
            type Value = $ty;

            fn into_choice(self) -> $crate::__private::Operand {
                $crate::__private::IntoOperand::<__M, $ty>::into_operand(self)
            }
        }
        #[diagnostic::do_not_recommend]
        impl<__M, $($param)*> $crate::__private::CaseValue<__M> for &$ty {
            type Value = $ty;

            fn into_choice(self) -> $crate::__private::Operand {
                $crate::__private::IntoOperand::<__M, $ty>::into_operand(self)
            }
        }
        #[diagnostic::do_not_recommend]
        impl<__M, $($param)*> $crate::__private::IntoAssignment<__M, $ty> for $ty {
            fn into_assignment(self) -> $crate::__private::Node {
                $crate::__private::assigned::<$ty>(self)
            }
        }
        #[diagnostic::do_not_recommend]
        impl<__M, $($param)*> $crate::__private::IntoAssignment<__M, ::core::option::Option<$ty>> for $ty {
            fn into_assignment(self) -> $crate::__private::Node {
                $crate::__private::assigned::<$ty>(self)
            }
        }
        impl<$($param)*> $crate::__private::IntoBinding for $ty {
            const TYPE: $crate::__private::FieldType = <$ty as $crate::__private::Field>::TYPE;

            fn binding(&self) -> ::core::result::Result<$crate::__private::Value, $crate::__private::EncodeError> {
                $crate::__private::Field::encode(self)
            }
        }
    };
}

__operand!([] bool);
__operand!([] i16);
__operand!([] i32);
__operand!([] i64);
__operand!([] u32);
__operand!([] f32);
__operand!([] f64);
__operand!([] String);
__operand!([] Vec<u8>);
__operand!([__Model: 'static, __Key: NotNull + Clone] Id<__Model, __Key>);
#[cfg(feature = "uuid")]
__operand!([] uuid::Uuid);
#[cfg(feature = "decimal")]
__operand!([] rust_decimal::Decimal);
#[cfg(feature = "chrono")]
__operand!([] chrono::NaiveDate);
#[cfg(feature = "chrono")]
__operand!([] chrono::NaiveTime);
#[cfg(feature = "chrono")]
__operand!([] chrono::NaiveDateTime);
#[cfg(feature = "chrono")]
__operand!([] chrono::DateTime<chrono::Utc>);
__operand!([__Item: crate::value::ArrayItem + Clone] Vec<__Item>);

#[diagnostic::do_not_recommend]
impl<M> IntoOperand<M, String> for &str {
    fn into_operand(self) -> Operand {
        Operand::value(self.to_owned())
    }
}
#[diagnostic::do_not_recommend]
impl<M> IntoOperand<M, Option<String>> for &str {
    fn into_operand(self) -> Operand {
        Operand::value(self.to_owned())
    }
}
#[diagnostic::do_not_recommend]
impl<M> IntoOperand<M, Vec<u8>> for &[u8] {
    fn into_operand(self) -> Operand {
        Operand::value(self.to_owned())
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: NotNull> IntoOperand<M, Self> for Option<T> {
    fn into_operand(self) -> Operand {
        Operand::value(self)
    }
}

macro_rules! expression_operands {
    ($($name:ident [$($k:ident)?] $node:ident [$($bound:tt)*]),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<M $($bound)*, T, $($k)?> IntoOperand<M, T> for $name<M, T, $($k)?> {
            fn into_operand(self) -> Operand {
                Operand($node(self))
            }
        }
        #[diagnostic::do_not_recommend]
        impl<M $($bound)*, T: NotNull, $($k)?> IntoOperand<M, Option<T>> for $name<M, T, $($k)?> {
            fn into_operand(self) -> Operand {
                Operand($node(self))
            }
        }
        #[diagnostic::do_not_recommend]
        impl<M $($bound)*, T: NotNull, $($k)?> IntoOperand<M, T> for $name<M, Option<T>, $($k)?> {
            fn into_operand(self) -> Operand {
                Operand($node(self))
            }
        }
    )*};
}
expression_operands!(Column [] column_node [: Model], Expr [K] expr_node []);

fn column_node<M: Model, T>(column: Column<M, T>) -> Node {
    column.node()
}
fn expr_node<M, T, K>(expr: Expr<M, T, K>) -> Node {
    expr.node
}

#[diagnostic::do_not_recommend]
impl<M, T> IntoOperand<M, T> for Outer<T> {
    fn into_operand(self) -> Operand {
        Operand(self.node)
    }
}
#[diagnostic::do_not_recommend]
impl<M, T: NotNull> IntoOperand<M, Option<T>> for Outer<T> {
    fn into_operand(self) -> Operand {
        Operand(self.node)
    }
}
#[diagnostic::do_not_recommend]
impl<M, T: NotNull> IntoOperand<M, T> for Outer<Option<T>> {
    fn into_operand(self) -> Operand {
        Operand(self.node)
    }
}

/// A query that selects one value stands for that value: `Post::id.eq(Post::query().select(Post::id.max()))`.
#[diagnostic::do_not_recommend]
impl<M, N: Model, T: FromRow> IntoOperand<M, T> for Query<N, T> {
    fn into_operand(self) -> Operand {
        Operand(Node::Subquery(Box::new(self.into_statement())))
    }
}
#[diagnostic::do_not_recommend]
impl<M, N: Model, T: NotNull> IntoOperand<M, T> for Query<N, Option<T>> {
    fn into_operand(self) -> Operand {
        Operand(Node::Subquery(Box::new(self.into_statement())))
    }
}
