//! Enums: types, and their labels.

use orm_core::schema::{EnumType, Schema};

use super::Walk;
use crate::change::Change;
use crate::decision::Question;

/// The labels of the enum with this name, wherever it stands.
pub(crate) fn labels_of(schema: &Schema, name: &str) -> Vec<String> {
    let types = schema.enums.iter();
    let columns = schema.tables.iter().flat_map(|t| &t.columns);
    types
        .chain(columns.filter_map(|c| c.ty.enumeration()))
        .find(|e| e.name == name)
        .map(|e| e.labels.clone())
        .unwrap_or_default()
}

/// The difference between two lists of labels.
pub(super) struct Labels {
    /// Renamed, both ways: from, to.
    pub(super) renamed: Vec<(String, String)>,
    /// Gone, and in the rows replaced by another one that was there before.
    pub(super) replaced: Vec<(String, String)>,
    pub(super) gone: Vec<String>,
}

impl Walk<'_> {
    pub(super) fn enums(&mut self) {
        self.rename_enums();
        for to in self.to.enums.clone() {
            match self.state.enums.iter().find(|e| e.name == to.name).cloned() {
                None => self.push(Change::CreateEnum { enumeration: to }),
                Some(from) if from.labels != to.labels => self.labels_of_type(from, &to),
                Some(_) => {}
            }
        }
    }

    /// An enum type that is gone and a new one with the same labels are one: nothing is lost, whichever way it was meant.
    fn rename_enums(&mut self) {
        let known = |list: &[EnumType], name: &str| list.iter().any(|e| e.name == name);
        let gone: Vec<EnumType> = self
            .state
            .enums
            .iter()
            .filter(|e| !known(&self.to.enums, &e.name))
            .cloned()
            .collect();
        for old in gone {
            let told = |new: &&EnumType| {
                let pair = (old.name.clone(), new.name.clone());
                self.decisions.renames.contains(&pair)
            };
            let new: Vec<&EnumType> = self
                .to
                .enums
                .iter()
                .filter(|e| !known(&self.state.enums, &e.name))
                .collect();
            let alike = new.iter().copied().filter(|e| e.labels == old.labels);
            let alike: Vec<_> = alike.collect();
            let found = new.iter().copied().find(told).or(match alike.as_slice() {
                [one] => Some(*one),
                _ => None,
            });
            if let Some(to) = found.map(|e| e.name.clone()) {
                self.push(Change::RenameEnum { from: old.name, to });
            }
        }
    }

    fn labels_of_type(&mut self, from: EnumType, to: &EnumType) {
        let labels = self.compare_labels(&from, to);
        let name = to.name.clone();
        for (old, new) in &labels.renamed {
            self.push(Change::RenameEnumValue {
                name: name.clone(),
                from: old.clone(),
                to: new.clone(),
            });
        }
        let current = labels_of(&self.state, &name);
        let kept = current.iter().filter(|l| to.labels.contains(l));
        let wanted = to.labels.iter().filter(|l| current.contains(l));
        if labels.gone.is_empty() && labels.replaced.is_empty() && kept.eq(wanted) {
            // From the last to the first, so that the one that a label stands before is there already.
            for (at, label) in to.labels.iter().enumerate().rev() {
                if !current.contains(label) {
                    self.push(Change::AddEnumValue {
                        name: name.clone(),
                        label: label.clone(),
                        before: to.labels.get(at + 1).cloned(),
                    });
                }
            }
            return;
        }
        let from = EnumType {
            name,
            labels: current,
            native: from.native,
        };
        self.push(Change::ReplaceEnum {
            from,
            to: to.clone(),
            replaced: labels.replaced,
        });
    }

    /// Compares the labels of one enum before and after, by what was decided, and asks about the rest.
    pub(super) fn compare_labels(&mut self, from: &EnumType, to: &EnumType) -> Labels {
        let mut labels = Labels {
            renamed: Vec::new(),
            replaced: Vec::new(),
            gone: Vec::new(),
        };
        let mut new: Vec<String> = to
            .labels
            .iter()
            .filter(|l| !from.labels.contains(l))
            .cloned()
            .collect();
        let told = |label: &str| {
            let names = [
                format!("{}.{label}", from.name),
                format!("{}.{label}", to.name),
            ];
            let prefix = format!("{}.", to.name);
            let renames = &self.decisions.renames;
            let found = renames.iter().find(|(old, _)| names.contains(old))?;
            found.1.strip_prefix(&prefix).map(str::to_owned)
        };
        let mut open = Vec::new();
        for label in from.labels.iter().filter(|l| !to.labels.contains(l)) {
            match told(label) {
                Some(target) if new.contains(&target) => {
                    new.retain(|l| *l != target);
                    labels.renamed.push((label.clone(), target));
                }
                Some(target) if to.labels.contains(&target) => {
                    labels.replaced.push((label.clone(), target));
                }
                _ => open.push(label.clone()),
            }
        }
        for label in open {
            let path = format!("{}.{label}", from.name);
            if !new.is_empty() && !self.decisions.dropped.contains(&path) {
                let candidates = new.iter().map(|l| format!("{}.{l}", to.name)).collect();
                let question = Question::Renamed {
                    from: path,
                    candidates,
                };
                if !self.questions.contains(&question) {
                    self.questions.push(question);
                }
            }
            labels.gone.push(label);
        }
        let all: Vec<_> = labels
            .renamed
            .iter()
            .chain(&labels.replaced)
            .cloned()
            .collect();
        if !all.is_empty() {
            self.labels.insert(to.name.clone(), all);
        }
        labels
    }

    pub(super) fn drop_enums(&mut self) {
        let gone: Vec<EnumType> = self
            .state
            .enums
            .iter()
            .filter(|e| !self.to.enums.iter().any(|t| t.name == e.name))
            .cloned()
            .collect();
        for enumeration in gone {
            self.push(Change::DropEnum { enumeration });
        }
    }
}
