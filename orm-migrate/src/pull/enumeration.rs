//! Enums.

use orm_core::schema::EnumType;

use super::attribute::{self, Part, text};
use super::name;

/// An enum that a column needs.
pub(super) struct Enumeration {
    /// The enum's name in Rust.
    pub(super) name: String,
    pub(super) ty: EnumType,
}

impl Enumeration {
    /// The variants' names, one for each label.
    pub(super) fn variants(&self) -> Vec<String> {
        let mut names = Vec::new();
        for label in &self.ty.labels {
            let name = name::distinct(name::variant(label), &names);
            names.push(name);
        }
        names
    }
}

pub(super) fn write(source: &mut String, enumeration: &Enumeration) {
    source.push_str("#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]\n");
    if enumeration.ty.native {
        let parts = [
            Part::Plain("native".to_owned()),
            text("name", &enumeration.ty.name),
        ];
        attribute::write(source, 0, "db_enum", &parts);
    }
    source.push_str(&format!("pub enum {} {{\n", enumeration.name));
    for (label, variant) in enumeration.ty.labels.iter().zip(enumeration.variants()) {
        if !is_usual(label) {
            attribute::write(source, 4, "db_enum", &[text("rename", label)]);
        }
        source.push_str(&format!("    {variant},\n"));
    }
    source.push_str("}\n");
}

/// Whether the variant's name says the label: small words with `_` between them.
fn is_usual(label: &str) -> bool {
    label != "self"
        && label
            .split('_')
            .all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase()))
}
