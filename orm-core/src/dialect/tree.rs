//! The way to a row of a tree, as text: `/1/5/12/`.

use crate::sql::Writer;

/// Appends a part of an expression.
pub type Part<'p> = &'p dyn Fn(&mut Writer);

/// How a database writes the way to a row of a tree.
pub trait TreeDialect {
    /// Appends the way of a row that a tree begins with: its key between slashes.
    fn path_of(&self, w: &mut Writer, key: Part<'_>) {
        w.push("'/' || CAST(");
        key(w);
        w.push(" AS TEXT) || '/'");
    }

    /// Appends a way with one more key.
    fn path_on(&self, w: &mut Writer, path: Part<'_>, key: Part<'_>) {
        path(w);
        w.push(" || CAST(");
        key(w);
        w.push(" AS TEXT) || '/'");
    }

    /// Appends that a key is not on a way.
    fn path_lacks(&self, w: &mut Writer, path: Part<'_>, key: Part<'_>) {
        w.push("INSTR(");
        path(w);
        w.push(", ");
        self.path_of(w, key);
        w.push(") = 0");
    }

    /// Appends what makes a `SELECT` without a table give no rows.
    fn no_rows(&self) -> &'static str {
        " WHERE 1 = 0"
    }
}

impl TreeDialect for super::sqlite::Sqlite {}

/// In the order of its bytes, as on other databases, and not in that of a language.
impl TreeDialect for super::postgres::Postgres {
    fn path_of(&self, w: &mut Writer, key: Part<'_>) {
        w.push("('/' || CAST(");
        key(w);
        w.push(" AS TEXT) || '/') COLLATE \"C\"");
    }

    fn path_on(&self, w: &mut Writer, path: Part<'_>, key: Part<'_>) {
        w.push("(");
        path(w);
        w.push(" || CAST(");
        key(w);
        w.push(" AS TEXT) || '/') COLLATE \"C\"");
    }

    fn path_lacks(&self, w: &mut Writer, path: Part<'_>, key: Part<'_>) {
        w.push("STRPOS(");
        path(w);
        w.push(", ");
        self.path_of(w, key);
        w.push(") = 0");
    }
}

/// The first row decides how long the text may become.
impl TreeDialect for super::mysql::Mysql {
    fn path_of(&self, w: &mut Writer, key: Part<'_>) {
        w.push("CAST(CONCAT('/', ");
        key(w);
        w.push(", '/') AS CHAR(65535) CHARACTER SET utf8mb4) COLLATE ");
        w.push(self.collation);
    }

    fn path_on(&self, w: &mut Writer, path: Part<'_>, key: Part<'_>) {
        w.push("CONCAT(");
        path(w);
        w.push(", ");
        key(w);
        w.push(", '/')");
    }

    fn path_lacks(&self, w: &mut Writer, path: Part<'_>, key: Part<'_>) {
        w.push("INSTR(");
        path(w);
        w.push(", CONCAT('/', ");
        key(w);
        w.push(", '/')) = 0");
    }

    fn no_rows(&self) -> &'static str {
        " FROM DUAL WHERE 1 = 0"
    }
}
