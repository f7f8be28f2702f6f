//! From what a database has to the Rust source of models that need exactly that.
//!
//! Everything that the database has is in the source: as a field, as an attribute, or, if no model can say it, as a comment.

mod association;
mod attribute;
mod column;
mod enumeration;
mod literal;
mod model;
mod name;
mod plan;
mod relation;

use orm_core::dialect::Dialect;

use crate::introspect::Introspection;
use plan::Plan;

/// The source of models for the tables that were found, formatted as `rustfmt` would.
///
/// ```
/// # use orm::prelude::*;
/// use orm_migrate::introspect::{Options, introspect};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// # let db = Db::connect("sqlite::memory:").await?;
/// db.execute_script("CREATE TABLE tags (id INTEGER PRIMARY KEY AUTOINCREMENT, label TEXT NOT NULL UNIQUE)").await?;
/// let found = introspect(&db, &Options::new()).await?;
/// let source = orm_migrate::pull::models(&found, db.dialect());
/// assert!(source.contains("pub struct Tag {\n    pub id: Id<Tag>,\n    #[model(unique)]\n    pub label: String,\n}\n"));
/// # Ok(())
/// # }
/// ```
pub fn models(found: &Introspection, dialect: &'static dyn Dialect) -> String {
    let plan = Plan::new(&found.schema, dialect);
    let mut source = String::from("//! Models of the tables that the database has.\n");
    for unmanaged in &found.unmanaged {
        if source.ends_with("has.\n") {
            source.push_str("//!\n//! What it has beside them, and models do not say:\n//!\n");
        }
        source.push_str("//! - ");
        source.push_str(&one_line(&unmanaged.to_string()));
        source.push('\n');
    }
    source.push_str("\nuse orm::prelude::*;\n");
    for enumeration in plan.enums() {
        source.push('\n');
        enumeration::write(&mut source, enumeration);
    }
    let links: Vec<_> = plan
        .tables()
        .map(|table| relation::all(&plan, table))
        .collect();
    for own in &links {
        source.push('\n');
        model::write(&mut source, &plan, &links, own);
    }
    for table in plan.left_out() {
        source.push_str(&format!("\n// {}\n", one_line(&table)));
    }
    source
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
