//! Terms: a value of a row as an expression and as a function in Rust.

use std::rc::Rc;

use orm::expr::Expr;

use super::sample::Sample;

pub(super) type Of<T> = Rc<dyn Fn(&Sample) -> Option<T>>;

/// A value of a row, in both worlds.
pub(super) struct Term<T> {
    pub(super) expr: Expr<Sample, Option<T>>,
    pub(super) of: Of<T>,
    pub(super) text: String,
    /// No number is further away from zero.
    pub(super) bound: u64,
}

impl<T> Clone for Term<T> {
    fn clone(&self) -> Self {
        Self {
            expr: self.expr.clone(),
            of: self.of.clone(),
            text: self.text.clone(),
            bound: self.bound,
        }
    }
}

impl<T: 'static> Term<T> {
    pub(super) fn new(
        expr: Expr<Sample, Option<T>>,
        text: impl Into<String>,
        of: impl Fn(&Sample) -> Option<T> + 'static,
    ) -> Self {
        Self {
            expr,
            of: Rc::new(of),
            text: text.into(),
            bound: u64::MAX,
        }
    }

    pub(super) fn within(mut self, bound: u64) -> Self {
        self.bound = bound;
        self
    }
}

/// A column as a term.
macro_rules! column {
    ($field:ident) => {
        Term::new(
            Case::<Sample, _>::new().otherwise(Sample::$field),
            stringify!($field),
            |row: &Sample| Option::from(row.$field.clone()),
        )
    };
}

/// What a function of one value is for a term.
macro_rules! map {
    ($term:expr, |$v:ident| $rust:expr, |$e:ident| $sql:expr, $text:literal) => {{
        let term = $term.clone();
        let of = term.of.clone();
        let $e = term.expr.clone();
        Term::new(
            $sql,
            format!("{}.{}", term.text, $text),
            move |row: &Sample| {
                let $v = of(row)?;
                Option::from($rust)
            },
        )
    }};
}

/// The same for two terms; NULL if one of them is.
macro_rules! both {
    ($a:expr, $b:expr, |$x:ident, $y:ident| $rust:expr, |$e:ident, $f:ident| $sql:expr, $text:literal) => {{
        let (a, b) = ($a.clone(), $b.clone());
        let (of_a, of_b) = (a.of.clone(), b.of.clone());
        let ($e, $f) = (a.expr.clone(), b.expr.clone());
        Term::new(
            $sql,
            format!("({} {} {})", a.text, $text, b.text),
            move |row: &Sample| {
                let ($x, $y) = (of_a(row)?, of_b(row)?);
                Option::from($rust)
            },
        )
    }};
}
