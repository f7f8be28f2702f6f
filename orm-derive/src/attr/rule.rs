//! `#[validate(…)]`: the rules of the `validator` crate that are judged before a row is written.

use proc_macro2::{Span, TokenStream};
use syn::{Attribute, LitStr};

use super::Errors;
use super::field::put;
use super::item::{self, Given, Item};
use crate::suggest;

/// One rule of a field.
pub(crate) struct RuleAttr {
    pub(crate) place: Span,
    pub(crate) judgement: Judgement,
    /// What the error is called, in place of the rule's name.
    pub(crate) code: Option<LitStr>,
    /// What a person is told, in place of the rule's own words.
    pub(crate) message: Option<LitStr>,
}

/// What a rule asks for.
pub(crate) enum Judgement {
    Email,
    Url,
    NonControlCharacter,
    Required,
    Nested,
    Length {
        min: Option<TokenStream>,
        max: Option<TokenStream>,
        equal: Option<TokenStream>,
    },
    Range {
        min: Option<TokenStream>,
        max: Option<TokenStream>,
        exclusive_min: Option<TokenStream>,
        exclusive_max: Option<TokenStream>,
    },
    Contains(TokenStream),
    DoesNotContain(TokenStream),
    Regex(TokenStream),
    Custom(TokenStream),
}

const WORDS: &[&str] = &[
    "email",
    "url",
    "length",
    "range",
    "contains",
    "does_not_contain",
    "regex",
    "non_control_character",
    "required",
    "custom",
    "nested",
];

/// Rules of the `validator` crate that are not judged here, and what to do instead.
const ELSEWHERE: &[(&str, &str)] = &[
    (
        "must_match",
        "compare the two fields where the row is made; a second field for a repeated password is no column",
    ),
    (
        "schema",
        "a rule over several columns can be `#[model(check = \"…\")]`, which the database enforces",
    ),
    (
        "credit_card",
        "write `custom(function = …)`, and do not store card numbers",
    ),
    ("ip", "write `custom(function = …)`"),
    (
        "skip_on_field_errors",
        "all rules of all fields are always judged",
    ),
];

pub(super) fn refuse_on_struct(attrs: &[Attribute], errors: &mut Errors) {
    for tokens in item::contents(attrs, "validate", errors) {
        for item in item::items(tokens, errors) {
            let word = item.name();
            match elsewhere(&word) {
                Some(instead) => errors.at(
                    item.span(),
                    format!("`{word}` is not judged here: {instead}"),
                ),
                None => errors.at(
                    item.span(),
                    format!("`{word}` belongs on a field, not on the struct"),
                ),
            }
        }
    }
}

pub(super) fn read(tokens: TokenStream, errors: &mut Errors) -> Vec<RuleAttr> {
    let items = item::items(tokens, errors);
    items.iter().filter_map(|item| one(item, errors)).collect()
}

fn elsewhere(word: &str) -> Option<&'static str> {
    ELSEWHERE
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, instead)| *instead)
}

fn one(item: &Item, errors: &mut Errors) -> Option<RuleAttr> {
    let word = item.name();
    let mut parts = Parts::of(item, &word, errors)?;
    let judgement = match word.as_str() {
        "email" => Judgement::Email,
        "url" => Judgement::Url,
        "non_control_character" => Judgement::NonControlCharacter,
        "required" => Judgement::Required,
        "nested" => Judgement::Nested,
        "length" => Judgement::Length {
            min: parts.take("min"),
            max: parts.take("max"),
            equal: parts.take("equal"),
        },
        "range" => Judgement::Range {
            min: parts.take("min"),
            max: parts.take("max"),
            exclusive_min: parts.take("exclusive_min"),
            exclusive_max: parts.take("exclusive_max"),
        },
        "contains" => Judgement::Contains(parts.take("pattern")?),
        "does_not_contain" => Judgement::DoesNotContain(parts.take("pattern")?),
        "regex" => Judgement::Regex(parts.take("path")?),
        _ => Judgement::Custom(path(parts.take("function")?)),
    };
    Some(RuleAttr {
        place: item.span(),
        judgement,
        code: parts.code,
        message: parts.message,
    })
}

/// The parts of a rule that has one of these words, and whether one of them must be given.
fn parameters(rule: &str) -> Option<(&'static [&'static str], bool)> {
    Some(match rule {
        "email" | "url" | "non_control_character" | "required" | "nested" => (&[], false),
        "length" => (&["min", "max", "equal"], true),
        "range" => (&["min", "max", "exclusive_min", "exclusive_max"], true),
        "contains" | "does_not_contain" => (&["pattern"], true),
        "regex" => (&["path"], true),
        "custom" => (&["function"], true),
        _ => return None,
    })
}

/// What stands in the brackets of a rule.
#[derive(Default)]
struct Parts {
    given: Vec<(String, TokenStream)>,
    code: Option<LitStr>,
    message: Option<LitStr>,
}

impl Parts {
    fn of(item: &Item, rule: &str, errors: &mut Errors) -> Option<Self> {
        let Some((words, needed)) = parameters(rule) else {
            match elsewhere(rule) {
                Some(instead) => errors.at(
                    item.span(),
                    format!("`{rule}` is not judged here: {instead}"),
                ),
                None => errors.at(item.span(), suggest::unknown("rule", rule, WORDS)),
            }
            return None;
        };
        let mut parts = Self::default();
        match &item.given {
            Given::Nothing => {}
            // `contains = "x"`, `custom = "path"`
            Given::Value(tokens) if words.len() == 1 => {
                parts.given.push((words[0].to_owned(), tokens.clone()))
            }
            Given::Value(tokens) => errors.on(tokens, format!("write `{rule}(…)`")),
            Given::List(tokens) => {
                for part in item::items(tokens.clone(), errors) {
                    parts.read(&part, rule, words, errors);
                }
            }
        }
        if needed && parts.given.is_empty() {
            let words: Vec<_> = words.iter().map(|word| format!("`{word} = …`")).collect();
            errors.at(
                item.span(),
                format!("`{rule}` needs {}", words.join(" or ")),
            );
            return None;
        }
        Some(parts)
    }

    fn read(&mut self, part: &Item, rule: &str, words: &[&str], errors: &mut Errors) {
        match part.name().as_str() {
            "code" => put(&mut self.code, part.text(errors), part, errors),
            "message" => put(&mut self.message, part.text(errors), part, errors),
            word if words.contains(&word) => {
                if self.given.iter().any(|(known, _)| known == word) {
                    errors.at(part.span(), format!("`{word}` is given twice"));
                } else if let Some(tokens) = part.expression(errors) {
                    self.given.push((word.to_owned(), tokens));
                }
            }
            word => {
                let known = [words, &["code", "message"]].concat();
                errors.at(
                    part.span(),
                    suggest::unknown(&format!("part of `{rule}`"), word, &known),
                );
            }
        }
    }

    fn take(&mut self, word: &str) -> Option<TokenStream> {
        let at = self.given.iter().position(|(known, _)| known == word)?;
        Some(self.given.remove(at).1)
    }
}

/// A path, written as such or in quotes.
fn path(tokens: TokenStream) -> TokenStream {
    match syn::parse2::<LitStr>(tokens.clone()) {
        Ok(text) => text.parse().unwrap_or(tokens),
        Err(_) => tokens,
    }
}
