//! Relations: those that the model's foreign keys make, and those that other tables' make.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Ident, Path};

use super::{ForeignKey, Index, Part, Relation, RelationKind, member, rust_type};
use crate::attr::{Association, AssociationKind, Errors, FieldAttr, Through};

/// The relations of a model.
pub(super) fn check<'a>(
    model: &Ident,
    associations: &'a [Association],
    foreign_keys: &[ForeignKey<'a>],
    fields: &[&FieldAttr<'_>],
    (key, indexes): (&[usize], &[Index<'a>]),
    errors: &mut Errors,
) -> Vec<Relation<'a>> {
    let mut relations: Vec<Relation<'a>> = Vec::new();
    for foreign_key in foreign_keys {
        let members: Vec<usize> = foreign_key.members.iter().map(|(at, _)| *at).collect();
        let text = path_text(foreign_key.target);
        let ways = foreign_keys
            .iter()
            .filter(|other| path_text(other.target) == text);
        relations.push(Relation {
            name: foreign_key.ident,
            target: foreign_key.target,
            kind: RelationKind::BelongsTo {
                optional: members
                    .iter()
                    .any(|at| rust_type::in_option(&fields[*at].ty).is_some()),
                unique: is_unique(&members, fields, key, indexes),
                only: ways.count() == 1,
            },
        });
    }
    for association in associations {
        if let Some(relation) = one(model, association, fields, errors) {
            relations.push(relation);
        }
    }
    distinct(model, relations, errors)
}

fn one<'a>(
    model: &Ident,
    association: &'a Association,
    fields: &[&FieldAttr<'_>],
    errors: &mut Errors,
) -> Option<Relation<'a>> {
    let name = &association.name;
    if fields.iter().any(|field| field.ident == *name) {
        let message = format!("there is a field `{name}` already; name the relation differently");
        errors.at(name.span(), message);
        return None;
    }
    let kind = match (association.kind, &association.through) {
        (AssociationKind::HasMany, Some(Through::Chain(parts))) => {
            if let Some(via) = &association.via {
                errors.at(
                    via.span(),
                    "`through` names the whole way, so there is nothing for `via` to say",
                );
            }
            if parts.len() < 2 {
                errors.at(
                    name.span(),
                    "a way through other models has two relations at least: `through(a, b)`",
                );
                return None;
            }
            RelationKind::Chain(parts)
        }
        (AssociationKind::HasMany, _) => RelationKind::HasMany {
            via: association.via.as_ref(),
        },
        (AssociationKind::HasOne, _) => RelationKind::HasOne {
            via: association.via.as_ref(),
        },
        (AssociationKind::ManyToMany, Some(Through::Model(between))) => {
            if let Some(table) = &association.table {
                errors.on(table, "the model behind `through` names its table itself");
            }
            RelationKind::Through {
                between,
                via: association.via.as_ref(),
                to: association.to.as_ref(),
            }
        }
        (AssociationKind::ManyToMany, _) => {
            for word in [&association.via, &association.to].into_iter().flatten() {
                errors.at(
                    word.span(),
                    "this names a relation of the model between: add `through = Model`",
                );
            }
            if association.target.is_ident(model) {
                let message = format!(
                    "a table that links `{model}` with itself needs a model that says which end is which: `through = …, via = …, to = …`"
                );
                errors.at(name.span(), message);
                return None;
            }
            RelationKind::JoinTable {
                table: association.table.as_ref(),
            }
        }
    };
    Some(Relation {
        name,
        target: &association.target,
        kind,
    })
}

/// Refuses two relations of one name, and names that are taken. (Those of foreign keys are compared where these are judged.)
fn distinct<'a>(
    model: &Ident,
    relations: Vec<Relation<'a>>,
    errors: &mut Errors,
) -> Vec<Relation<'a>> {
    let mut kept: Vec<Relation<'a>> = Vec::with_capacity(relations.len());
    for relation in relations {
        let (name, place): (String, Span) =
            (relation.name.unraw().to_string(), relation.name.span());
        if member::is_reserved(&name) {
            let message = format!(
                "`{model}::{name}` is taken: every model has it, or its builders do; name the relation differently"
            );
            errors.at(place, message);
        } else if kept.iter().any(|other| other.name.unraw() == name) {
            if !matches!(relation.kind, RelationKind::BelongsTo { .. }) {
                let message =
                    format!("there is a relation `{name}` already; name this one differently");
                errors.at(place, message);
            }
        } else {
            kept.push(relation);
        }
    }
    kept
}

/// Whether no two rows can have the same values in these fields.
fn is_unique(
    members: &[usize],
    fields: &[&FieldAttr<'_>],
    key: &[usize],
    indexes: &[Index<'_>],
) -> bool {
    let within = |set: &[usize]| !set.is_empty() && set.iter().all(|at| members.contains(at));
    let single = members.iter().any(|at| fields[*at].unique.is_some());
    let index = |index: &Index<'_>| {
        let columns = index.parts.iter().map(|part| match part {
            Part::Member {
                member, inside: [], ..
            } => Some(*member),
            _ => None,
        });
        let columns: Option<Vec<usize>> = columns.collect();
        index.unique && index.condition.is_none() && columns.is_some_and(|columns| within(&columns))
    };
    single || within(key) || indexes.iter().any(index)
}

fn path_text(path: &Path) -> String {
    use quote::ToTokens as _;
    path.to_token_stream().to_string()
}
