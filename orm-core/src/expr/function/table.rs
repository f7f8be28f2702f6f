//! What a function is: a name, the kind of its value, and its SQL on each database.

use super::super::{Expr, Node};
use crate::value::{Field, Kind};

/// A function of expressions, with its SQL on each database.
///
/// Such a function stands in a file of `expr/function`, right above the method that calls it, and nowhere else: renderer, types of
/// results and the book's reference come from there.
#[non_exhaustive]
pub struct Function {
    /// Its name, as the reference lists it.
    pub name: &'static str,
    /// The kind of its value.
    pub gives: Gives,
    /// Its forms; the first that fits the kind of the first argument is written.
    pub forms: &'static [Form],
}

/// The kind of a function's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// That of its first argument.
    Same,
    /// Always this one.
    Always(Kind),
}

/// The SQL of a function for some kinds of its first argument.
///
/// `Ok` holds a template, in which `{0}` is the first argument, `{(0)}` the same as an operand (in parentheses where it has operators),
/// `{~1}` the second in the form of the column that the first is, `{=0}` the first with its type even where it is a value, `{*}` all of
/// them with commas between (`{(~1)}` is an operand in that form), `{* || }` all as operands with `||` between, and `{{` a brace. What it writes must be an operand: operators
/// outside of a call stand in parentheses. `Err` names the feature that the database lacks.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// The kinds; none means all.
    pub of: &'static [Kind],
    /// In SQLite.
    pub sqlite: Result<&'static str, &'static str>,
    /// In PostgreSQL.
    pub postgres: Result<&'static str, &'static str>,
    /// In MySQL and MariaDB.
    pub mysql: Result<&'static str, &'static str>,
}

impl Form {
    /// The same SQL on all databases.
    pub const fn same(sql: &'static str) -> Self {
        Self {
            of: &[],
            sqlite: Ok(sql),
            postgres: Ok(sql),
            mysql: Ok(sql),
        }
    }

    /// Another SQL on each database.
    pub const fn each(sqlite: &'static str, postgres: &'static str, mysql: &'static str) -> Self {
        Self {
            of: &[],
            sqlite: Ok(sqlite),
            postgres: Ok(postgres),
            mysql: Ok(mysql),
        }
    }

    /// This form, for some kinds of the first argument.
    pub const fn of(mut self, kinds: &'static [Kind]) -> Self {
        self.of = kinds;
        self
    }
}

/// A call of a function whose first argument is of a kind.
#[derive(Clone, Copy)]
pub struct Call {
    /// The function.
    pub function: &'static Function,
    /// The kind of its first argument.
    pub kind: Kind,
}

impl Call {
    /// The kind of its value.
    pub fn gives(self) -> Kind {
        match self.function.gives {
            Gives::Same => self.kind,
            Gives::Always(kind) => kind,
        }
    }

    /// The form that fits.
    pub(crate) fn form(self) -> Option<&'static Form> {
        let mut forms = self.function.forms.iter();
        forms.find(|form| form.of.is_empty() || form.of.contains(&self.kind))
    }
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.function.name)
    }
}

impl Function {
    /// The call as a node; the kind is that of the first argument.
    pub(crate) fn node(&'static self, kind: Kind, arguments: Vec<Node>) -> Node {
        let function = self;
        Node::Call(Call { function, kind }, arguments)
    }

    /// The call over a first argument of type `T`.
    pub(crate) fn call<T: Field, M, R, K>(&'static self, arguments: Vec<Node>) -> Expr<M, R, K> {
        Expr::new(self.node(T::TYPE.kind, arguments))
    }
}

/// Writes functions down, and the list of them: `/// What it is.` `NAME: "name" -> Gives::Same => [form, form];`
macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident: $text:literal -> $gives:expr => $forms:expr;)*) => {
        $(
            $(#[$doc])*
            pub(crate) static $name: $crate::expr::Function = $crate::expr::Function {
                name: $text,
                gives: $gives,
                forms: &$forms,
            };
        )*
        /// All of this file.
        pub(super) static ALL: &[&$crate::expr::Function] = &[$(&$name),*];
    };
}
pub(crate) use functions;
