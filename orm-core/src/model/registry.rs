//! All models of the program, collected when it is linked.

use super::ModelDef;

/// A model that the derive has announced.
pub struct Registered(pub fn() -> &'static ModelDef);

inventory::collect!(Registered);

/// All models of the program, by table name.
///
/// A model in a library is only there if the program uses something of that library (`use my_app as _;`).
///
/// ```
/// #[derive(orm::Model)]
/// struct Tag { id: orm::Id<Tag> }
///
/// assert!(orm::model::all().iter().any(|model| model.table == "tags"));
/// ```
pub fn all() -> Vec<&'static ModelDef> {
    let mut models: Vec<_> = inventory::iter::<Registered>().map(|r| (r.0)()).collect();
    models.sort_by_key(|m| (m.schema, m.table, m.name));
    models
}

/// The model that stands for a table.
pub fn by_table(table: &str) -> Option<&'static ModelDef> {
    inventory::iter::<Registered>()
        .map(|r| (r.0)())
        .find(|m| m.table == table)
}
