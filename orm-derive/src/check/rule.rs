//! Whether a rule goes with its field.

use super::{Judgement, Rule, rust_type};
use crate::attr::{Errors, FieldAttr};

pub(super) fn check<'a>(field: &'a FieldAttr<'_>, errors: &mut Errors) -> Vec<Rule<'a>> {
    let mut rules = Vec::with_capacity(field.rules.len());
    for rule in &field.rules {
        let fits = match &rule.judgement {
            Judgement::Required if rust_type::in_option(&field.ty).is_none() => {
                errors.at(
                    rule.place,
                    "a field that is no `Option` is required anyway; remove `required`",
                );
                false
            }
            Judgement::Nested if field.json.is_none() && field.embed.is_none() => {
                errors.at(
                    rule.place,
                    "`nested` is for a field with `#[model(json)]` or `#[model(embed)]`",
                );
                false
            }
            _ => true,
        };
        if fits {
            rules.push(Rule {
                place: rule.place,
                judgement: &rule.judgement,
                unit: rust_type::unit(&field.ty),
                code: rule.code.as_ref(),
                message: rule.message.as_ref(),
            });
        }
    }
    rules
}
