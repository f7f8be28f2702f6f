//! One function for each rule.

use std::borrow::Cow;
use std::fmt::Display;

use validator::{
    AsRegex, Validate, ValidateContains, ValidateEmail, ValidateLength,
    ValidateNonControlCharacter, ValidateRegex, ValidateUrl, ValidationError, ValidationErrors,
    ValidationErrorsKind,
};

use crate::error::FieldErrors;
use crate::value::Value;

/// Where a rule's error goes, and what the model wants it to be called.
pub struct Report<'e> {
    /// The field.
    pub path: &'static str,
    /// A code in place of the rule's name.
    pub code: Option<&'static str>,
    /// A message in place of the rule's own.
    pub message: Option<&'static str>,
    /// All errors of the row.
    pub errors: &'e mut FieldErrors,
}

impl Report<'_> {
    fn refuse(self, code: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) {
        let code = self.code.map_or_else(|| code.into(), Cow::Borrowed);
        let message = self.message.map_or_else(|| message.into(), Cow::Borrowed);
        self.errors.add(self.path, code, message);
    }

    fn unless(self, met: bool, code: &'static str, message: impl FnOnce() -> Cow<'static, str>) {
        if !met {
            self.refuse(code, message());
        }
    }
}

/// Text that may be an e-mail address.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot have the rule `email`",
    label = "`email` is for text"
)]
pub trait Email: ValidateEmail {}
#[diagnostic::do_not_recommend]
impl<T: ValidateEmail> Email for T {}

/// Text that may be a URL.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot have the rule `url`",
    label = "`url` is for text"
)]
pub trait Url: ValidateUrl {}
#[diagnostic::do_not_recommend]
impl<T: ValidateUrl> Url for T {}

/// Something with a length.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot have the rule `length`",
    label = "`length` is for text and lists; for numbers there is `range`"
)]
pub trait Measured: ValidateLength<u64> {}
#[diagnostic::do_not_recommend]
impl<T: ValidateLength<u64>> Measured for T {}

/// Something that text can be searched in.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot have the rules `contains` and `does_not_contain`",
    label = "these rules are for text"
)]
pub trait Searched: ValidateContains {}
#[diagnostic::do_not_recommend]
impl<T: ValidateContains> Searched for T {}

/// Text that a regular expression can match.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot have the rule `regex`",
    label = "`regex` is for text"
)]
pub trait Pattern: ValidateRegex {}
#[diagnostic::do_not_recommend]
impl<T: ValidateRegex> Pattern for T {}

/// Text whose characters can be looked at.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot have the rule `non_control_character`",
    label = "`non_control_character` is for text"
)]
pub trait Charset: ValidateNonControlCharacter {}
#[diagnostic::do_not_recommend]
impl<T: ValidateNonControlCharacter> Charset for T {}

/// An e-mail address.
pub fn email<T: Email>(value: &T, report: Report<'_>) {
    report.unless(value.validate_email(), "email", || {
        "must be an e-mail address".into()
    });
}

/// A URL.
pub fn url<T: Url>(value: &T, report: Report<'_>) {
    report.unless(value.validate_url(), "url", || "must be a URL".into());
}

/// Text without control characters.
pub fn non_control_character<T: Charset>(value: &T, report: Report<'_>) {
    report.unless(
        value.validate_non_control_character(),
        "non_control_character",
        || "must not contain control characters".into(),
    );
}

/// Text with this in it.
pub fn contains<T: Searched>(value: &T, pattern: &str, report: Report<'_>) {
    report.unless(value.validate_contains(pattern), "contains", || {
        format!("must contain `{pattern}`").into()
    });
}

/// Text without this in it.
pub fn does_not_contain<T: Searched>(value: &T, pattern: &str, report: Report<'_>) {
    report.unless(
        !value.validate_contains(pattern),
        "does_not_contain",
        || format!("must not contain `{pattern}`").into(),
    );
}

/// Text that a regular expression matches.
pub fn regex<T: Pattern>(value: &T, regex: impl AsRegex, report: Report<'_>) {
    report.unless(value.validate_regex(regex), "regex", || {
        "does not have the right form".into()
    });
}

/// A value that is there.
pub fn required(values: &[Option<Value>], column: usize, report: Report<'_>) {
    let missing = matches!(values.get(column), Some(Some(Value::Null(_))));
    report.unless(!missing, "required", || "must have a value".into());
}

/// The bounds of a length.
pub struct Length {
    /// The least.
    pub min: Option<u64>,
    /// The greatest.
    pub max: Option<u64>,
    /// The only one; the other two are not looked at then.
    pub equal: Option<u64>,
    /// What is counted.
    pub unit: &'static str,
}

/// A number of characters or entries within bounds.
pub fn length<T: Measured>(value: &T, length: Length, report: Report<'_>) {
    let Length {
        min,
        max,
        equal,
        unit,
    } = length;
    report.unless(value.validate_length(min, max, equal), "length", || {
        match (min, max, equal) {
            (_, _, Some(n)) => format!("must have exactly {n} {unit}"),
            (Some(min), Some(max), None) => format!("must have between {min} and {max} {unit}"),
            (Some(min), None, None) => format!("must have at least {min} {unit}"),
            (None, Some(max), None) => format!("must have at most {max} {unit}"),
            (None, None, None) => "does not have the right length".to_owned(),
        }
        .into()
    });
}

/// The bounds of a value.
pub struct Range<T> {
    /// The least.
    pub min: Option<T>,
    /// The greatest.
    pub max: Option<T>,
    /// What it must be greater than.
    pub above: Option<T>,
    /// What it must be less than.
    pub below: Option<T>,
}

/// A value within bounds. (A number that is none is in no range.)
pub fn range<T: PartialOrd + Display>(value: &T, range: Range<T>, report: Report<'_>) {
    let Range {
        min,
        max,
        above,
        below,
    } = range;
    let met = min.as_ref().is_none_or(|min| value >= min)
        && max.as_ref().is_none_or(|max| value <= max)
        && above.as_ref().is_none_or(|above| value > above)
        && below.as_ref().is_none_or(|below| value < below);
    report.unless(met, "range", || {
        if let (Some(min), Some(max), None, None) = (&min, &max, &above, &below) {
            return format!("must be between {min} and {max}").into();
        }
        let bounds = [
            min.map(|n| format!("at least {n}")),
            above.map(|n| format!("greater than {n}")),
            max.map(|n| format!("at most {n}")),
            below.map(|n| format!("less than {n}")),
        ];
        let bounds: Vec<_> = bounds.into_iter().flatten().collect();
        format!("must be {}", bounds.join(" and ")).into()
    });
}

/// What a function of the program says.
pub fn custom(result: Result<(), ValidationError>, report: Report<'_>) {
    if let Err(error) = result {
        report.refuse(
            error.code,
            error.message.unwrap_or(Cow::Borrowed("is not valid")),
        );
    }
}

/// What the value says of itself; its errors are found under the field's path.
pub fn nested<T: Validate>(value: &T, report: Report<'_>) {
    if let Err(errors) = value.validate() {
        match (report.code, report.message) {
            (None, None) => under(report.path, &errors, report.errors),
            _ => report.refuse("nested", "is not valid"),
        }
    }
}

/// The name under which `validator` keeps the errors of a list that is validated by itself.
const LIST: &str = "_tmp_validator";

fn under(path: &str, found: &ValidationErrors, errors: &mut FieldErrors) {
    let mut fields: Vec<_> = found.errors().iter().collect();
    fields.sort_by_key(|(field, _)| (*field).clone());
    for (field, kind) in fields {
        let path = if field == LIST {
            path.to_owned()
        } else {
            format!("{path}.{field}")
        };
        match kind {
            ValidationErrorsKind::Struct(inner) => under(&path, inner, errors),
            ValidationErrorsKind::List(items) => {
                for (index, inner) in items {
                    under(&format!("{path}[{index}]"), inner, errors);
                }
            }
            ValidationErrorsKind::Field(all) => {
                for error in all {
                    let message = error
                        .message
                        .clone()
                        .unwrap_or(Cow::Borrowed("is not valid"));
                    errors.add(path.clone(), error.code.clone(), message);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
