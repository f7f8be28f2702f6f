//! From what the program declares to what a database should have.

mod check;
mod column;
mod table;

use super::{EnumType, Schema};
use crate::error::{Error, Result};
use crate::model::ModelDef;

impl Schema {
    /// The schema that these models need: their tables in order of name, with an index for each foreign key that has none.
    ///
    /// # Errors
    /// When a model contradicts itself or another one. All mistakes are reported together.
    pub fn from_models(models: &[&'static ModelDef]) -> Result<Self> {
        let mut mistakes = Vec::new();
        let mut models = models.to_vec();
        // A table between two models is created with both of them.
        let between: Vec<_> = models
            .iter()
            .flat_map(|model| &model.join_tables)
            .map(|table| table())
            .filter(|table| {
                let mut ends = table.foreign_keys.iter().map(|key| (key.target)());
                ends.all(|end| models.iter().any(|model| std::ptr::eq(*model, end)))
            })
            .collect();
        models.extend(between);
        models.sort_by_key(|m| (m.schema, m.table, m.name));
        // Once is enough for a model that is given twice.
        models.dedup_by(|a, b| std::ptr::eq(*a, *b));
        let sound: Vec<_> = models
            .iter()
            .copied()
            .filter(|m| check::indexes_lead_somewhere(m, &mut mistakes))
            .collect();
        let tables: Vec<_> = sound
            .iter()
            .map(|m| table::table(m, &mut mistakes))
            .collect();
        let enums = enums(&sound, &mut mistakes);
        check::tables(&sound, &tables, &mut mistakes);
        for (model, table) in sound.iter().zip(&tables) {
            check::model(model, table, &mut mistakes);
            check::foreign_keys(model, table, &mut mistakes);
        }
        match mistakes.is_empty() {
            true => Ok(Self { enums, tables }),
            false => Err(Error::invalid_query(mistakes.join("\n"))),
        }
    }
}

/// The enums with types of their own, each once.
fn enums(models: &[&'static ModelDef], mistakes: &mut Vec<String>) -> Vec<EnumType> {
    let mut enums: Vec<EnumType> = Vec::new();
    for def in models
        .iter()
        .flat_map(|m| &m.columns)
        .filter_map(|c| c.ty.enumeration)
        .filter(|def| def.native)
    {
        let found = column::enumeration(def);
        match enums.iter().find(|e| e.name == found.name) {
            Some(known) if *known == found => {}
            Some(_) => mistakes.push(format!(
                "two different enums have the type name `{}`; give one of them another name",
                def.name
            )),
            None => enums.push(found),
        }
    }
    enums.sort_by(|a, b| a.name.cmp(&b.name));
    enums
}

#[cfg(test)]
mod tests;
