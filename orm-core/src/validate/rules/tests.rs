use std::collections::HashMap;

use super::*;

fn messages(judge: impl FnOnce(Report<'_>)) -> Vec<(String, String, String)> {
    let mut errors = FieldErrors::default();
    judge(Report {
        path: "field",
        code: None,
        message: None,
        errors: &mut errors,
    });
    errors
        .iter()
        .map(|e| {
            (
                e.path.to_string(),
                e.code.to_string(),
                e.message.to_string(),
            )
        })
        .collect()
}

fn message(judge: impl FnOnce(Report<'_>)) -> Option<String> {
    messages(judge).pop().map(|(_, _, message)| message)
}

fn bounds(
    min: Option<i64>,
    max: Option<i64>,
    above: Option<i64>,
    below: Option<i64>,
) -> Range<i64> {
    Range {
        min,
        max,
        above,
        below,
    }
}

#[test]
fn each_rule_says_what_it_asks_for() {
    let text = "ann".to_owned();
    assert_eq!(
        message(|r| email(&text, r)).unwrap(),
        "must be an e-mail address"
    );
    assert_eq!(message(|r| email(&"ann@example.com".to_owned(), r)), None);
    assert_eq!(message(|r| url(&text, r)).unwrap(), "must be a URL");
    assert_eq!(
        message(|r| contains(&text, "x", r)).unwrap(),
        "must contain `x`"
    );
    assert_eq!(
        message(|r| does_not_contain(&text, "n", r)).unwrap(),
        "must not contain `n`"
    );
    assert_eq!(
        message(|r| non_control_character(&"\n".to_owned(), r)).unwrap(),
        "must not contain control characters"
    );
}

#[test]
fn a_length_names_its_bounds_and_what_is_counted() {
    let judge = |min, max, equal, unit| {
        message(|r| {
            length(
                &"ann".to_owned(),
                Length {
                    min,
                    max,
                    equal,
                    unit,
                },
                r,
            )
        })
    };
    assert_eq!(judge(Some(2), Some(50), None, "characters"), None);
    assert_eq!(
        judge(Some(4), Some(50), None, "characters").unwrap(),
        "must have between 4 and 50 characters"
    );
    assert_eq!(
        judge(Some(4), None, None, "characters").unwrap(),
        "must have at least 4 characters"
    );
    assert_eq!(
        judge(None, Some(2), None, "bytes").unwrap(),
        "must have at most 2 bytes"
    );
    assert_eq!(
        judge(None, None, Some(2), "entries").unwrap(),
        "must have exactly 2 entries"
    );
}

#[test]
fn a_range_names_its_bounds() {
    let judge = |range| message(|r| super::range(&5, range, r));
    assert_eq!(judge(bounds(Some(5), Some(5), None, None)), None);
    assert_eq!(
        judge(bounds(Some(6), Some(9), None, None)).unwrap(),
        "must be between 6 and 9"
    );
    assert_eq!(
        judge(bounds(None, None, Some(5), Some(9))).unwrap(),
        "must be greater than 5 and less than 9"
    );
    assert_eq!(
        judge(bounds(None, Some(4), None, None)).unwrap(),
        "must be at most 4"
    );
    let no_number = Range {
        min: Some(0.0),
        max: None,
        above: None,
        below: None,
    };
    assert!(message(|r| super::range(&f64::NAN, no_number, r)).is_some());
}

#[test]
fn only_null_fails_to_be_there() {
    let kind = crate::value::Kind::Text;
    let values = [
        None,
        Some(Value::Null(kind)),
        Some(Value::Text(String::new())),
    ];
    let missing = [0, 1, 2].map(|column| message(|r| required(&values, column, r)).is_some());
    assert_eq!(missing, [false, true, false]);
}

#[test]
fn a_model_may_choose_code_and_message() {
    let mut errors = FieldErrors::default();
    let report = Report {
        path: "field",
        code: Some("mine"),
        message: Some("no"),
        errors: &mut errors,
    };
    email(&String::new(), report);
    assert_eq!(
        errors
            .iter()
            .map(|e| (&*e.code, &*e.message))
            .collect::<Vec<_>>(),
        [("mine", "no")]
    );
}

#[test]
fn a_function_gives_its_own_code_and_message() {
    let error = ValidationError::new("even").with_message("must be even".into());
    assert_eq!(
        messages(|r| custom(Err(error), r)),
        [("field".into(), "even".into(), "must be even".into())]
    );
    assert!(messages(|r| custom(Ok(()), r)).is_empty());
}

struct Line(&'static str);

impl Validate for Line {
    fn validate(&self) -> Result<(), ValidationErrors> {
        if !self.0.is_empty() {
            return Ok(());
        }
        let kind = ValidationErrorsKind::Field(vec![ValidationError::new("length")]);
        Err(ValidationErrors(HashMap::from([("text".into(), kind)])))
    }
}

#[test]
fn errors_inside_of_a_value_have_their_path() {
    let paths = |found: Vec<(String, String, String)>| {
        found.into_iter().map(|(path, ..)| path).collect::<Vec<_>>()
    };
    assert_eq!(paths(messages(|r| nested(&Line(""), r))), ["field.text"]);
    let list = vec![Line("a"), Line(""), Line("")];
    assert_eq!(
        paths(messages(|r| nested(&list, r))),
        ["field[1].text", "field[2].text"]
    );
}
